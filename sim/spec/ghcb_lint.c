/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/ghcb_lint.c — rules of a table of GHCB exits that are legal and yet surely not meant.
 * What a table cannot mean at all (an unknown register, a row twice, two rows for one exit, an exit
 * without a row) is refused by the reader. */
#include "spec/ghcb.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct lint {
    void (*warn)(void *context, unsigned index, const char *text);
    void *context;
    unsigned count;
};

static void lint_warn(struct lint *lint, unsigned index, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void lint_warn(struct lint *lint, unsigned index, const char *format, ...)
{
    char text[200];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    lint->warn(lint->context, index, text);
    lint->count++;
}

/* Registers that the table says never cross. */
static void crossing_lint(struct lint *lint, const struct ghcb_exposure *table, unsigned index)
{
    const struct ghcb_row *row = &table->row[index];

    for (unsigned i = 0; i < row->in_count; i++)
        if (!(table->crosses_in >> row->in[i].field & 1))
            lint_warn(lint, index,
                      "%s is handed out, yet not in crosses_in; expected it there, or "
                      "hidden",
                      ghcb_field_name(row->in[i].field));
    for (unsigned i = 0; i < row->out_count; i++)
        if (!(table->crosses_out >> row->out[i].field & 1))
            lint_warn(lint, index,
                      "%s is taken back, yet not in crosses_out; expected it there, "
                      "or ignored",
                      ghcb_field_name(row->out[i].field));
}

/* RAX as a whole for one, two or four bytes of it; not where it is part of every row. */
static void ioio_lint(struct lint *lint, const struct ghcb_spec *spec, unsigned index)
{
    const struct ghcb_row *row = &spec->table.row[index];
    const struct ghcb_item *in = ghcb_item_find(row->in, row->in_count, GHCB_RAX);
    const struct ghcb_item *out = ghcb_item_find(row->out, row->out_count, GHCB_RAX);

    if (row->code != GHCB_EXIT_IOIO)
        return;
    if (in && !(spec->always_in >> GHCB_RAX & 1) && in->narrow != GHCB_NARROW_IOIO)
        lint_warn(lint, index, "all of rax is handed out for a port access; expected narrow ioio");
    if (out && !(spec->always_out >> GHCB_RAX & 1) && out->narrow != GHCB_NARROW_IOIO)
        lint_warn(lint, index, "all of rax is taken back from a port access; expected narrow ioio");
}

static void answer_lint(struct lint *lint, const struct ghcb_row *row, unsigned index)
{
    if (!ghcb_code_is_known(row->code))
        lint_warn(lint, index, "the protocol has no exit 0x%" PRIx64 "; expected one of its codes",
                  row->code);
    if (row->rule == GHCB_RULE_EXCEPTION && row->code > GHCB_EXIT_MMIO_WRITE)
        lint_warn(lint, index,
                  "the guest exits by itself, yet an exception may be its answer; expected answer "
                  "values");
}

/* What is said to cross and crosses nowhere. */
static void unused_lint(struct lint *lint, const struct ghcb_exposure *table)
{
    uint32_t in = 0, out = 0;

    for (unsigned i = 0; i < table->row_count; i++) {
        for (unsigned j = 0; j < table->row[i].in_count; j++)
            in |= UINT32_C(1) << table->row[i].in[j].field;
        for (unsigned j = 0; j < table->row[i].out_count; j++)
            out |= UINT32_C(1) << table->row[i].out[j].field;
    }
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++) {
        if ((table->crosses_in & ~in) >> field & 1)
            lint_warn(lint, table->row_count,
                      "crosses_in has %s, which no row hands out; expected "
                      "only what is used",
                      ghcb_field_name(field));
        if ((table->crosses_out & ~out) >> field & 1)
            lint_warn(lint, table->row_count,
                      "crosses_out has %s, which no row takes back; "
                      "expected only what is used",
                      ghcb_field_name(field));
    }
}

unsigned ghcb_spec_lint(const struct ghcb_spec *spec,
                        void (*warn)(void *context, unsigned index, const char *text),
                        void *context)
{
    struct lint lint = {.warn = warn, .context = context};

    for (unsigned i = 0; i < spec->table.row_count; i++) {
        crossing_lint(&lint, &spec->table, i);
        ioio_lint(&lint, spec, i);
        answer_lint(&lint, &spec->table.row[i], i);
    }
    unused_lint(&lint, &spec->table);
    return lint.count;
}
