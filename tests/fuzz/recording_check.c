/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/recording_check.c — see recording_check.h. */
#include "recording_check.h"

#include "trace/source.h"

static void events_check(struct trace_reader *reader, const char *path)
{
    const struct trace_event *event;
    struct diagnostic diag = {{0}};
    uint64_t count = 0, last[VCPU_MAX] = {0};
    enum status st;

    while ((st = trace_next(reader, &event, &diag)) == STATUS_OK) {
        fuzz_expect(trace_event_fault(event) == NULL, "an imported event has no fault");
        fuzz_expect(event->n == count++, "imported events are numbered 0, 1, ...");
        fuzz_expect(event->cpu < VCPU_MAX, "a vCPU that the monitor can hold");
        fuzz_expect(event->t >= last[event->cpu], "time never goes back on a vCPU");
        last[event->cpu] = event->t;
    }
    if (st != STATUS_END)
        fuzz_expect_message(&diag, path);
}

void recording_check(enum import_format format, const uint8_t *data, size_t size)
{
    const struct import_request request = {.format = format, .producer = "fuzz", .guest = "guest"};
    struct diagnostic diag = {{0}};
    struct trace_header header;
    struct trace_reader *reader;
    struct fuzz_file file;

    fuzz_file_open(&file, data, size);
    reader = import_open(file.path, &request, &header, &diag);
    if (reader) {
        fuzz_expect(trace_header_fault(&header) == NULL, "an imported header has no fault");
        events_check(reader, file.path);
        trace_close(reader);
    } else {
        fuzz_expect_message(&diag, file.path);
    }
    fuzz_file_close(&file);
}
