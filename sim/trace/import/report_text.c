/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/report_text.c — the lines of a text report, plain or xz, behind the seam of
 * report_input.h; report_line.c reads one. */
#include <stdlib.h>
#include <string.h>

#include "trace/import/report_input.h"

enum { LINE_BYTES = 4096, CHUNK_BYTES = 1 << 16 };

struct text_input {
    struct report_input input; /* first: the seam's handle */
    struct xz_input *in;       /* borrowed */
    char text[LINE_BYTES];
    char chunk[CHUNK_BYTES];
    size_t chunk_at, chunk_bytes;
};

/* First bytes of trace-cmd's own file (trace-cmd.dat.v7(5)). */
static const char TRACE_DAT_MAGIC[] = "\x17\x08\x44tracing";

static enum status chunk_check(const struct text_input *text, struct diagnostic *diag)
{
    if (text->input.number == 0 && text->chunk_bytes >= sizeof TRACE_DAT_MAGIC - 1 &&
        memcmp(text->chunk, TRACE_DAT_MAGIC, sizeof TRACE_DAT_MAGIC - 1) == 0)
        return diagnostic_set(
            diag, STATUS_BAD_INPUT, text->input.path, 0, 0,
            "is a binary trace.dat; expected its text: trace-cmd report FILE > FILE.txt");
    if (memchr(text->chunk, '\0', text->chunk_bytes))
        return diagnostic_set(diag, STATUS_BAD_INPUT, text->input.path, text->input.number + 1, 0,
                              "is binary here; expected the text of a report");
    return STATUS_OK;
}

static enum status chunk_fill(struct text_input *text, struct diagnostic *diag)
{
    enum status st = xz_read(text->in, text->chunk, sizeof text->chunk, &text->chunk_bytes, diag);

    text->chunk_at = 0;
    return st == STATUS_OK ? chunk_check(text, diag) : st;
}

/* The next line, without its newline, in text->text. */
static enum status line_fetch(struct text_input *text, struct diagnostic *diag)
{
    size_t used = 0;

    for (;;) {
        size_t size;
        const char *start, *newline;

        if (text->chunk_at == text->chunk_bytes) {
            enum status st = chunk_fill(text, diag);

            if (st != STATUS_OK)
                return st;
            if (text->chunk_bytes == 0 && used == 0)
                return STATUS_END;
            if (text->chunk_bytes == 0)
                break;
        }
        start = text->chunk + text->chunk_at;
        newline = memchr(start, '\n', text->chunk_bytes - text->chunk_at);
        size = newline ? (size_t)(newline - start) : text->chunk_bytes - text->chunk_at;
        if (used + size >= sizeof text->text)
            return diagnostic_set(
                diag, STATUS_BAD_INPUT, text->input.path, text->input.number + 1, 0,
                "line is too long; expected a report with lines below %d bytes", LINE_BYTES);
        memcpy(text->text + used, start, size);
        used += size;
        text->chunk_at += size + (newline != NULL);
        if (newline)
            break;
    }
    text->text[used] = '\0';
    text->input.number++;
    return STATUS_OK;
}

static enum status input_next(struct report_input *input, struct report_line *line,
                              struct diagnostic *diag)
{
    struct text_input *text = (struct text_input *)input; /* handle to adapter */
    const char *fault = NULL;
    unsigned column = 0;

    do {
        enum status st = line_fetch(text, diag);

        if (st != STATUS_OK)
            return st;
        if (!report_parse(text->text, line, &fault, &column))
            return diagnostic_set(diag, STATUS_BAD_INPUT, input->path, input->number, column,
                                  "bad line of an event; %s", fault);
    } while (line->kind == REPORT_OTHER);
    return STATUS_OK;
}

static enum status input_rewind(struct report_input *input, struct diagnostic *diag)
{
    struct text_input *text = (struct text_input *)input; /* handle to adapter */

    input->number = 0;
    text->chunk_at = text->chunk_bytes = 0;
    return xz_rewind(text->in, diag);
}

static void input_close(struct report_input *input)
{
    free(input);
}

static const struct report_input_ops TEXT_OPS = {
    .next = input_next,
    .rewind = input_rewind,
    .close = input_close,
};

struct report_input *report_text_open(struct xz_input *in, struct diagnostic *diag)
{
    struct text_input *text = calloc(1, sizeof *text);

    if (!text) {
        (void)diagnostic_set(diag, STATUS_IO, xz_path(in), 0, 0, "out of memory");
        return NULL;
    }
    text->input.ops = &TEXT_OPS;
    text->input.path = xz_path(in);
    text->in = in;
    return &text->input;
}
