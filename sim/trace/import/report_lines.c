/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/report_lines.c — see report_lines.h. */
#include "trace/import/report_lines.h"

#include <string.h>

/* First bytes of trace-cmd's own file (trace-cmd.dat.v7(5)). */
static const char TRACE_DAT_MAGIC[] = "\x17\x08\x44tracing";

void report_start_lines(struct report_lines *lines, struct xz_input *in)
{
    lines->in = in;
    lines->number = 0;
    lines->chunk_at = lines->chunk_bytes = 0;
}

static enum status chunk_check(const struct report_lines *lines, struct diagnostic *diag)
{
    const char *path = xz_path(lines->in);

    if (lines->number == 0 && lines->chunk_bytes >= sizeof TRACE_DAT_MAGIC - 1 &&
        memcmp(lines->chunk, TRACE_DAT_MAGIC, sizeof TRACE_DAT_MAGIC - 1) == 0)
        return diagnostic_set(
            diag, STATUS_BAD_INPUT, path, 0, 0,
            "is a binary trace.dat; expected its text: trace-cmd report FILE > FILE.txt");
    if (memchr(lines->chunk, '\0', lines->chunk_bytes))
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, lines->number + 1, 0,
                              "is binary here; expected the text of a report");
    return STATUS_OK;
}

static enum status chunk_fill(struct report_lines *lines, struct diagnostic *diag)
{
    enum status st =
        xz_read(lines->in, lines->chunk, sizeof lines->chunk, &lines->chunk_bytes, diag);

    lines->chunk_at = 0;
    return st == STATUS_OK ? chunk_check(lines, diag) : st;
}

enum status report_next_line(struct report_lines *lines, struct diagnostic *diag)
{
    size_t used = 0;

    for (;;) {
        size_t size;
        const char *start, *newline;

        if (lines->chunk_at == lines->chunk_bytes) {
            enum status st = chunk_fill(lines, diag);

            if (st != STATUS_OK)
                return st;
            if (lines->chunk_bytes == 0 && used == 0)
                return STATUS_END;
            if (lines->chunk_bytes == 0)
                break;
        }
        start = lines->chunk + lines->chunk_at;
        newline = memchr(start, '\n', lines->chunk_bytes - lines->chunk_at);
        size = newline ? (size_t)(newline - start) : lines->chunk_bytes - lines->chunk_at;
        if (used + size >= sizeof lines->text)
            return diagnostic_set(diag, STATUS_BAD_INPUT, xz_path(lines->in), lines->number + 1, 0,
                                  "line is too long; expected a report with lines below %d bytes",
                                  REPORT_LINE_BYTES);
        memcpy(lines->text + used, start, size);
        used += size;
        lines->chunk_at += size + (newline != NULL);
        if (newline)
            break;
    }
    lines->text[used] = '\0';
    lines->number++;
    return STATUS_OK;
}
