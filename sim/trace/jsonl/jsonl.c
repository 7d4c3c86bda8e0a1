/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/jsonl.c — a JSON Lines trace behind the seam of source.h: lines (lines.h),
 * decoded one by one (line.h), applied to what is known of each vCPU (apply.h). All
 * memory is this one struct and one record per vCPU, however long the trace is. */
#include <stdlib.h>
#include <string.h>

#include "trace/jsonl/apply.h"
#include "trace/jsonl/jsonl.h"
#include "trace/jsonl/lines.h"

struct jsonl_source {
    struct trace_source source;
    struct trace_header header;
    enum status ended;            /* STATUS_OK while events come */
    struct diagnostic ended_diag; /* why, if it was a failure */
    char *name;
    struct scan scan;
    struct jsonl_line line;
    struct jsonl_state state;
    struct jsonl_lines lines;
    char scratch[TRACE_LINE_BYTES];
};

static const struct trace_header *source_header(const struct trace_source *source)
{
    return &((const struct jsonl_source *)source)->header; /* handle to adapter */
}

static const struct trace_event *event_read(struct jsonl_source *jsonl, enum status *st)
{
    const struct trace_event *event = NULL;
    const char *line, *newline;

    *st = jsonl_lines_next(&jsonl->lines, &line, &newline, &jsonl->ended_diag);
    if (*st != STATUS_OK)
        return NULL;
    jsonl->scan.line_number = jsonl->lines.number;
    scan_begin(&jsonl->scan, line, newline);
    if (jsonl_line_decode(&jsonl->scan, &jsonl->line))
        event = jsonl_apply(&jsonl->state, &jsonl->scan, &jsonl->line);
    if (!event)
        *st = STATUS_BAD_INPUT;
    return event;
}

static enum status source_next(struct trace_source *source, const struct trace_event **event,
                               struct diagnostic *diag)
{
    struct jsonl_source *jsonl = (struct jsonl_source *)source; /* handle to adapter */

    if (jsonl->ended == STATUS_OK)
        *event = event_read(jsonl, &jsonl->ended);
    if (jsonl->ended != STATUS_OK && jsonl->ended != STATUS_END && diag)
        *diag = jsonl->ended_diag;
    return jsonl->ended;
}

static void source_close(struct trace_source *source)
{
    struct jsonl_source *jsonl = (struct jsonl_source *)source; /* handle to adapter */

    jsonl_lines_close(&jsonl->lines);
    jsonl_state_free(&jsonl->state);
    free(jsonl->name);
    free(jsonl);
}

static const struct trace_source_ops jsonl_ops = {source_header, source_next, source_close};

static enum status header_read(struct jsonl_source *jsonl, struct diagnostic *diag)
{
    struct header_layout layout;
    const char *line, *newline;
    enum status st = jsonl_lines_next(&jsonl->lines, &line, &newline, diag);

    if (st == STATUS_END)
        return diagnostic_set(diag, STATUS_BAD_INPUT, jsonl->name, 0, 0,
                              "file is empty; expected a trace");
    if (st == STATUS_OK)
        st = header_decode(line, (size_t)(newline - line), jsonl->name, &jsonl->header, &layout,
                           diag);
    if (st == STATUS_OK)
        jsonl_state_init(&jsonl->state, &jsonl->header, &layout);
    return st;
}

/* Takes over in; NULL is passed through. */
static struct trace_source *stream_open(struct jsonl_source *jsonl, struct bytes_in *in,
                                        struct diagnostic *diag)
{
    if (!in || jsonl_lines_open(&jsonl->lines, in, jsonl->name, diag) != STATUS_OK) {
        free(jsonl->name);
        free(jsonl);
        return NULL;
    }
    if (header_read(jsonl, diag) != STATUS_OK) {
        source_close(&jsonl->source);
        return NULL;
    }
    return &jsonl->source;
}

static struct jsonl_source *source_alloc(const char *name, struct diagnostic *diag)
{
    struct jsonl_source *jsonl = calloc(1, sizeof *jsonl);

    if (jsonl)
        jsonl->name = strdup(name);
    if (!jsonl || !jsonl->name) {
        (void)diagnostic_set(diag, STATUS_IO, name, 0, 0, "out of memory");
        free(jsonl);
        return NULL;
    }
    jsonl->source.ops = &jsonl_ops;
    jsonl->ended = STATUS_OK;
    jsonl->scan.name = jsonl->name;
    jsonl->scan.diag = &jsonl->ended_diag;
    jsonl->scan.scratch = jsonl->scratch;
    return jsonl;
}

struct trace_source *jsonl_open(const char *path, struct diagnostic *diag)
{
    struct jsonl_source *jsonl = source_alloc(path, diag);

    if (!jsonl)
        return NULL;
    return stream_open(jsonl, bytes_in_file(jsonl->name, diag), diag);
}

struct trace_source *jsonl_open_buffer(const void *bytes, size_t size_bytes, const char *name,
                                       struct diagnostic *diag)
{
    struct jsonl_source *jsonl = source_alloc(name, diag);

    if (!jsonl)
        return NULL;
    return stream_open(jsonl, bytes_in_memory(bytes, size_bytes, jsonl->name, diag), diag);
}

enum status trace_parse_buffer(const void *bytes, size_t size_bytes, const char *name,
                               struct diagnostic *diag)
{
    struct trace_source *source = jsonl_open_buffer(bytes, size_bytes, name, diag);
    const struct trace_event *event;
    enum status st;

    if (!source)
        return STATUS_BAD_INPUT;
    do
        st = source->ops->next(source, &event, diag);
    while (st == STATUS_OK);
    source->ops->close(source);
    return st == STATUS_END ? STATUS_OK : st;
}
