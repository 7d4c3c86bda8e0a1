/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/trace_check.c — see trace_check.h. */
#include "trace_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/jsonl/header.h"
#include "trace/jsonl/jsonl.h"

#define INPUT_NAME "input.cvmt.jsonl"

/* A trace of one event: header line, then the event as a key event. Its only event has n = 0. */
struct single {
    char *text;
    size_t header_bytes, size_bytes;
};

static struct single single_write(const struct trace_header *header)
{
    char *line = header_encode(header);
    struct single single = {0};

    fuzz_expect(line != NULL, "a header that was read can be written");
    single.header_bytes = strlen(line) + 1;
    single.text = malloc(single.header_bytes + TRACE_LINE_BYTES);
    fuzz_expect(single.text != NULL, "memory");
    memcpy(single.text, line, single.header_bytes - 1);
    single.text[single.header_bytes - 1] = '\n';
    free(line);
    return single;
}

/* Writes an event as the only one of a trace, reads it, writes it again: the same bytes. */
static void event_round_trip(struct single *single, const struct trace_event *event)
{
    static char again[TRACE_LINE_BYTES];
    struct trace_event alone = *event;
    const struct trace_event *read;
    struct diagnostic diag = {{0}};
    struct trace_source *source;
    size_t size;

    alone.n = 0;
    size = jsonl_encode(&alone, NULL, single->text + single->header_bytes);
    if (size == 0)
        return; /* a note that needs escapes may outgrow a line */
    source = jsonl_open_buffer(single->text, single->header_bytes + size, "written again", &diag);
    fuzz_expect(source != NULL, "a header that was written is read");
    if (source->ops->next(source, &read, &diag) != STATUS_OK) {
        fprintf(stderr, "%s\n%.*s", diag.text, (int)size, single->text + single->header_bytes);
        fuzz_expect(false, "an event that was written is read");
    }
    fuzz_expect(jsonl_encode(read, NULL, again) == size &&
                    memcmp(again, single->text + single->header_bytes, size) == 0,
                "an event is the same after it was written and read");
    source->ops->close(source);
}

static void events_check(struct trace_source *source)
{
    const struct trace_header *header = source->ops->header(source);
    struct single single = single_write(header);
    struct diagnostic diag = {{0}}, repeated = {{0}};
    const struct trace_event *event;
    uint64_t count = 0;
    enum status st;

    while ((st = source->ops->next(source, &event, &diag)) == STATUS_OK) {
        fuzz_expect(trace_event_fault(event) == NULL, "an event that was read has no fault");
        fuzz_expect(event->n == count++, "events are numbered 0, 1, ...");
        event_round_trip(&single, event);
    }
    fuzz_expect(source->ops->next(source, &event, &repeated) == st, "the end repeats");
    if (st != STATUS_END) {
        fuzz_expect(st == STATUS_BAD_INPUT, "bytes in memory fail only by being bad input");
        fuzz_expect_message(&diag, INPUT_NAME);
        fuzz_expect(strcmp(diag.text, repeated.text) == 0, "a failure repeats its message");
    }
    free(single.text);
}

void trace_check(const uint8_t *data, size_t size)
{
    struct diagnostic diag = {{0}};
    struct trace_source *source = jsonl_open_buffer(data, size, INPUT_NAME, &diag);

    if (!source) {
        fuzz_expect_message(&diag, INPUT_NAME);
        return;
    }
    fuzz_expect(trace_header_fault(source->ops->header(source)) == NULL,
                "a header that was read has no fault");
    events_check(source);
    source->ops->close(source);
}
