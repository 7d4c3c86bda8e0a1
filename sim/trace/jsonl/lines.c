/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/lines.c — see lines.h. One buffer: lines are given out in place, and only
 * what is left of the last one is moved when more is read. */
#include "trace/jsonl/lines.h"

#include <string.h>

#include "trace/jsonl/zstd_in.h"

enum status jsonl_lines_open(struct jsonl_lines *lines, struct bytes_in *in, const char *name,
                             struct diagnostic *diag)
{
    unsigned char head[ZSTD_HEAD_BYTES] = {0};
    size_t got = 0;
    enum status st = bytes_in_fill(in, head, sizeof head, &got, diag);

    if (st == STATUS_OK && got == 0)
        st = diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0, "file is empty; expected a trace");
    else if (st == STATUS_OK && head[0] != '{' && !zstd_head_matches(head))
        st = diagnostic_set(diag, STATUS_BAD_INPUT, name, 1, 1,
                            "not a trace; expected '{' or a zstd file");
    if (st != STATUS_OK) {
        in->ops->close(in);
        return st;
    }
    lines->name = name;
    lines->number = 0;
    lines->start = lines->end = lines->searched = 0;
    if (head[0] == '{') {
        memcpy(lines->buffer, head, got);
        lines->end = got;
        lines->in = in;
        return STATUS_OK;
    }
    lines->in = zstd_in_open(in, head, got, name, diag);
    return lines->in ? STATUS_OK : STATUS_IO;
}

/* Moves the unfinished line to the front and reads behind it. */
static enum status buffer_refill(struct jsonl_lines *lines, struct diagnostic *diag)
{
    size_t left = lines->end - lines->start, got;
    enum status st;

    if (left >= TRACE_LINE_BYTES)
        return diagnostic_set(diag, STATUS_BAD_INPUT, lines->name, lines->number + 1,
                              TRACE_LINE_BYTES, "line too long; expected at most %d bytes",
                              TRACE_LINE_BYTES);
    memmove(lines->buffer, lines->buffer + lines->start, left);
    lines->start = 0;
    lines->end = left;
    st = lines->in->ops->read(lines->in, lines->buffer + left, sizeof lines->buffer - left, &got,
                              diag);
    if (st != STATUS_OK)
        return st;
    lines->end += got;
    if (got > 0)
        return STATUS_OK;
    if (left > 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, lines->name, lines->number + 1, left + 1,
                              "file ends inside a line: truncated; expected a newline");
    return STATUS_END;
}

enum status jsonl_lines_next(struct jsonl_lines *lines, const char **line, const char **newline,
                             struct diagnostic *diag)
{
    for (;;) {
        char *first = lines->buffer + lines->start;
        char *found =
            memchr(first + lines->searched, '\n', lines->end - lines->start - lines->searched);
        enum status st;

        if (found && found - first >= TRACE_LINE_BYTES)
            return diagnostic_set(diag, STATUS_BAD_INPUT, lines->name, lines->number + 1,
                                  TRACE_LINE_BYTES, "line too long; expected at most %d bytes",
                                  TRACE_LINE_BYTES);
        if (found) {
            lines->start = (size_t)(found + 1 - lines->buffer);
            lines->searched = 0;
            lines->number++;
            *line = first;
            *newline = found;
            return STATUS_OK;
        }
        lines->searched = lines->end - lines->start;
        st = buffer_refill(lines, diag);
        if (st != STATUS_OK)
            return st;
    }
}

void jsonl_lines_close(struct jsonl_lines *lines)
{
    lines->in->ops->close(lines->in);
}
