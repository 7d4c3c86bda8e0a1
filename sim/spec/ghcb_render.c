/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/ghcb_render.c — the table for people. See ghcb_render.h. */
#include "spec/ghcb_render.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_COUNT = 6 };

static const char *const headings[COLUMN_COUNT] = {
    "row", "code", "INFO1", "INFO2", "guest hands out", "guest takes back"};
static const uint8_t widths[COLUMN_COUNT] = {14, 10, 20, 15, 17, 17};

static void cell_add(char out[GHCB_CELL_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a word, with a blank before it unless it is the first. */
static void cell_add(char out[GHCB_CELL_BYTES], const char *format, ...)
{
    size_t used = strlen(out);
    va_list args;

    if (used > 0 && used + 1 < GHCB_CELL_BYTES)
        out[used++] = ' ';
    va_start(args, format);
    (void)vsnprintf(out + used, GHCB_CELL_BYTES - used, format, args);
    va_end(args);
}

/* The low half of a register has a name of its own. */
static void item_add(char out[GHCB_CELL_BYTES], const struct ghcb_item *item)
{
    const char *name = ghcb_field_name(item->field);
    bool has_half = item->field >= GHCB_RAX && item->field <= GHCB_RDI;

    if (item->narrow == GHCB_NARROW_IOIO)
        cell_add(out, "%s:size", name);
    else if (has_half && item->mask == UINT32_MAX)
        cell_add(out, "e%s", name + 1);
    else if (item->mask != UINT64_MAX)
        cell_add(out, "%s&0x%" PRIx64, name, item->mask);
    else
        cell_add(out, "%s", name);
}

static unsigned registers_count(const struct ghcb_item *items, unsigned count)
{
    unsigned registers = 0;

    for (unsigned i = 0; i < count; i++)
        registers += ghcb_field_is_register(items[i].field);
    return registers;
}

static void items_add(char out[GHCB_CELL_BYTES], const struct ghcb_item *items, unsigned count)
{
    unsigned all = 0;

    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        all += ghcb_field_is_register(field);
    if (registers_count(items, count) == all) {
        cell_add(out, "every register");
        for (unsigned i = 0; i < count; i++)
            if (!ghcb_field_is_register(items[i].field))
                item_add(out, &items[i]);
        return;
    }
    for (unsigned i = 0; i < count; i++)
        item_add(out, &items[i]);
}

void ghcb_render_in(const struct ghcb_row *row, char out[GHCB_CELL_BYTES])
{
    out[0] = '\0';
    items_add(out, row->in, row->in_count);
    if (row->data & GHCB_DATA_TO_HOST)
        cell_add(out, "data");
    if (row->data == GHCB_DATA_TO_GUEST)
        cell_add(out, "scratch");
    if (out[0] == '\0')
        cell_add(out, "-");
}

void ghcb_render_out(const struct ghcb_row *row, char out[GHCB_CELL_BYTES])
{
    out[0] = '\0';
    items_add(out, row->out, row->out_count);
    if (row->data & GHCB_DATA_TO_GUEST)
        cell_add(out, "data");
    if (row->rule == GHCB_RULE_EXCEPTION)
        cell_add(out, "#GP #UD");
    if (row->rule == GHCB_RULE_NEVER)
        cell_add(out, "(never returns)");
    if (out[0] == '\0')
        cell_add(out, "-");
}

/* One line of cells. Into memory first: no line ends in blanks. */
static void line_print(FILE *to, const char *cell[COLUMN_COUNT])
{
    char *line = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&line, &size);

    if (!memory)
        return;
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        if (i > 0)
            (void)fputc(' ', memory);
        render_words(memory, &cell[i], widths[i]);
    }
    if (fclose(memory) == 0) {
        while (size > 0 && line[size - 1] == ' ')
            size--;
        (void)fprintf(to, "%.*s\n", (int)size, line);
    }
    free(line);
}

/* Lines until no cell has anything left. */
static void cells_print(FILE *to, const char *cell[COLUMN_COUNT])
{
    bool has_more = true;

    while (has_more) {
        line_print(to, cell);
        has_more = false;
        for (unsigned i = 0; i < COLUMN_COUNT; i++)
            has_more |= cell[i][0] != '\0';
    }
}

static void clean(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

static void row_print(FILE *to, const struct ghcb_spec *spec, unsigned index)
{
    const struct ghcb_row *row = &spec->table.row[index];
    const struct ghcb_row_text *text = &spec->text[index];
    char code[24], in[GHCB_CELL_BYTES], out[GHCB_CELL_BYTES];
    char info1[GHCB_CELL_BYTES], info2[GHCB_CELL_BYTES], id[GHCB_ID_BYTES + 4];
    const char *cell[COLUMN_COUNT] = {id, code, info1, info2, in, out};

    (void)snprintf(id, sizeof id, "%s%s", row->id, row->certainty == GHCB_CERTAIN_U ? " (U)" : "");
    (void)snprintf(code, sizeof code, "0x%" PRIx64, row->code);
    (void)snprintf(info1, sizeof info1, "%s", text->info1 ? text->info1 : "0");
    (void)snprintf(info2, sizeof info2, "%s", text->info2 ? text->info2 : "0");
    clean(info1);
    clean(info2);
    ghcb_render_in(row, in);
    ghcb_render_out(row, out);
    cells_print(to, cell);
}

/* The registers of a bit field. */
static void fields_paragraph(FILE *to, const char *label, uint32_t fields)
{
    char cell[GHCB_CELL_BYTES] = "";

    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        if (fields >> field & 1)
            cell_add(cell, "%s", ghcb_field_name(field));
    render_paragraph(to, label, cell[0] ? cell : "-");
}

void ghcb_render_table(FILE *to, const struct ghcb_spec *spec)
{
    const char *cell[COLUMN_COUNT];

    memcpy(cell, headings, sizeof cell);
    render_paragraph(to, spec->table.name, spec->summary);
    fields_paragraph(to, "registers that ever go out ", spec->table.crosses_in);
    fields_paragraph(to, "registers that ever come in", spec->table.crosses_out);
    (void)fputs("(U) behind a row: not verified\n\n", to);
    cells_print(to, cell);
    for (unsigned i = 0; i < spec->table.row_count; i++)
        row_print(to, spec, i);
}

static void conditions_print(FILE *to, const struct ghcb_row *row)
{
    char cell[GHCB_CELL_BYTES] = "";

    for (unsigned i = 0; i < row->when_count; i++) {
        const struct ghcb_condition *when = &row->when[i];
        char mask[24] = "";

        if (when->mask != UINT64_MAX)
            (void)snprintf(mask, sizeof mask, "&0x%" PRIx64, when->mask);
        cell_add(cell, "%s%s%s0x%" PRIx64, ghcb_field_name(when->field), mask,
                 when->differs ? "!=" : "=", when->value);
    }
    render_paragraph(to, "selected by ", cell[0] ? cell : "the code alone");
}

static void info_print(FILE *to, const char *label, uint64_t mask, const char *is)
{
    char cell[GHCB_CELL_BYTES];

    (void)snprintf(cell, sizeof cell, "%s", is ? is : "0");
    if (is && mask != UINT64_MAX)
        cell_add(cell, "(bits 0x%" PRIx64 ")", mask);
    render_paragraph(to, label, cell);
}

void ghcb_render_row(FILE *to, const struct ghcb_spec *spec, unsigned index)
{
    static const char *const certain[] = {"measured", "read in source code",
                                          "published specification", "unverified"};
    static const char *const rules[] = {"the values named", "the values named, or #GP or #UD",
                                        "the guest does not go on"};
    static const char *const lengths[] = {"INFO2 bytes", "INFO2 elements of the port access",
                                          "a page-state list"};
    static const char *const ways[] = {"", "to the host", "to the guest", "both ways"};
    const struct ghcb_row *row = &spec->table.row[index];
    const struct ghcb_row_text *text = &spec->text[index];
    char cell[GHCB_CELL_BYTES];
    const char *file;
    uint64_t line;

    ghcb_spec_origin(spec, index, &file, &line);
    (void)fprintf(to, "%s (table %s, %s:%" PRIu64 ")\n", row->id, text->table, file, line);
    (void)fprintf(to, "exit code   : 0x%" PRIx64 "\n", row->code);
    render_paragraph(to, "when        ", text->when);
    conditions_print(to, row);
    info_print(to, "INFO1       ", row->info1_mask, text->info1);
    info_print(to, "INFO2       ", row->info2_mask, text->info2);
    ghcb_render_in(row, cell);
    render_paragraph(to, "hands out   ", cell);
    ghcb_render_out(row, cell);
    render_paragraph(to, "takes back  ", cell);
    cell[0] = '\0';
    if (row->data != GHCB_DATA_NONE)
        cell_add(cell, "%s, %s", ways[row->data], lengths[row->length]);
    render_paragraph(to, "scratch area", cell[0] ? cell : "not used");
    render_paragraph(to, "answer      ", rules[row->rule]);
    render_paragraph(to, "certainty   ", certain[row->certainty]);
    render_paragraph(to, "why         ", text->why);
    render_paragraph(to, "source      ", text->source);
}
