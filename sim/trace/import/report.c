/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/report.c — reports of KVM's tracepoints as a trace source, declared in source.h;
 * report_input.h fetches the events. Two passes: which threads run vCPUs and what the map is; then
 * the events. */
#include "trace/source.h"

#include <stdlib.h>
#include <string.h>

#include "trace/import/import.h"
#include "trace/import/infer.h"
#include "trace/import/report_input.h"

struct report {
    struct trace_source source; /* first: the seam's handle */
    struct xz_input *in;
    struct report_input *input;
    struct trace_header header;
    struct trace_event event;
    uint32_t thread[VCPU_MAX]; /* sorted; the place is the vCPU */
    uint64_t last_t[VCPU_MAX];
    uint32_t threads;
    uint64_t next_n;
    enum status failed; /* what every further call returns */
    struct diagnostic failure;
};

static const char LOST_TEXT[] = "the recorder dropped events here";

/* The place of a thread, or where it belongs. */
static uint32_t thread_place(const struct report *report, uint32_t thread)
{
    uint32_t place = 0;

    while (place < report->threads && report->thread[place] < thread)
        place++;
    return place;
}

static enum status thread_add(struct report *report, uint32_t thread, struct diagnostic *diag)
{
    uint32_t place = thread_place(report, thread);

    if (place < report->threads && report->thread[place] == thread)
        return STATUS_OK;
    if (report->threads == VCPU_MAX)
        return diagnostic_set(
            diag, STATUS_BAD_INPUT, xz_path(report->in), report->input->number, 0,
            "has more than %d threads that run a vCPU; expected the report of one guest", VCPU_MAX);
    memmove(report->thread + place + 1, report->thread + place,
            (report->threads - place) * sizeof report->thread[0]);
    report->thread[place] = thread;
    report->threads++;
    return STATUS_OK;
}

static void event_fill(struct trace_event *event, const struct report_line *line)
{
    switch (line->kind) {
    case REPORT_EXIT:
        event->type = TRACE_EXIT;
        event->known = TRACE_KNOWS_PC | TRACE_KNOWS_TRAP;
        event->pc = line->pc;
        event->trap = line->trap;
        infer_insn(event);
        break;
    case REPORT_ENTRY:
        event->type = TRACE_RESUME;
        event->known = TRACE_KNOWS_PC;
        event->pc = line->pc;
        break;
    case REPORT_USER:
        event->type = TRACE_VMM;
        event->vmm_reason = line->reason;
        event->vmm_errno = line->error;
        break;
    default:
        event->type = TRACE_NOTE;
        event->text = LOST_TEXT;
        break;
    }
}

/* Turns the line into the current event. A loss is noted at the vCPU and time of the event before
 * it. */
static enum status event_make(struct report *report, const struct report_line *line,
                              struct diagnostic *diag)
{
    struct trace_event *event = &report->event;
    uint32_t cpu = line->kind == REPORT_LOST ? event->cpu : thread_place(report, line->thread);
    uint64_t t = line->kind == REPORT_LOST ? report->last_t[cpu] : line->ns;

    if (t < report->last_t[cpu])
        return diagnostic_set(
            diag, STATUS_BAD_INPUT, xz_path(report->in), report->input->number, 0,
            "time goes back within thread %u; expected a report in the order of time",
            line->thread);
    memset(event, 0, sizeof *event);
    event->cpu = cpu;
    event->t = report->last_t[cpu] = t;
    event->n = report->next_n++;
    event->line = report->input->number;
    event_fill(event, line);
    return STATUS_OK;
}

static enum status report_advance(struct report *report, struct diagnostic *diag)
{
    struct report_line line;
    enum status st = report->input->ops->next(report->input, &line, diag);

    return st == STATUS_OK ? event_make(report, &line, diag) : st;
}

static enum status report_restart(struct report *report, struct diagnostic *diag)
{
    memset(&report->event, 0, sizeof report->event);
    memset(report->last_t, 0, sizeof report->last_t);
    report->next_n = 0;
    return report->input->ops->rewind(report->input, diag);
}

static enum status threads_find(struct report *report, struct diagnostic *diag)
{
    struct report_line line;
    enum status st;

    while ((st = report->input->ops->next(report->input, &line, diag)) == STATUS_OK) {
        if (line.kind == REPORT_LOST)
            continue;
        st = thread_add(report, line.thread, diag);
        if (st != STATUS_OK)
            return st;
    }
    if (st != STATUS_END)
        return st;
    if (report->threads == 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, xz_path(report->in), 0, 0,
                              "has no event of KVM; expected lines with kvm_exit: and kvm_entry:");
    return report_restart(report, diag);
}

static enum status map_infer(struct report *report, struct diagnostic *diag)
{
    struct infer *infer = infer_create();
    const char *path = xz_path(report->in);
    enum status st = STATUS_OK;

    if (!infer)
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
    while (st == STATUS_OK) {
        st = report_advance(report, diag);
        if (st == STATUS_OK)
            st = infer_event(infer, &report->event, path, diag);
    }
    if (st == STATUS_END)
        st = infer_finish(infer, &report->header, path, diag);
    infer_free(infer);
    report->header.vcpus = report->threads;
    report->header.hvip_allow = HVIP_VSSIP | HVIP_VSTIP | HVIP_VSEIP;
    return st;
}

static enum status report_start(struct report *report, struct diagnostic *diag)
{
    enum status st = xz_digest(report->in, report->header.source_sha384, diag);

    if (st == STATUS_OK && strcmp(report->header.source_format, "trace-cmd") == 0)
        st = report_dat_open(xz_path(report->in), &report->input, diag);
    if (st == STATUS_OK && !report->input)
        report->input = report_text_open(report->in, diag);
    if (!report->input)
        return st == STATUS_OK ? STATUS_IO : st;
    if (st == STATUS_OK)
        st = threads_find(report, diag);
    if (st == STATUS_OK)
        st = map_infer(report, diag);
    return st == STATUS_OK ? report_restart(report, diag) : st;
}

static const struct trace_header *source_header(const struct trace_source *source)
{
    return &((const struct report *)source)->header;
}

static enum status source_next(struct trace_source *source, const struct trace_event **event,
                               struct diagnostic *diag)
{
    struct report *report = (struct report *)source;

    if (report->failed == STATUS_OK)
        report->failed = report_advance(report, &report->failure);
    if (report->failed != STATUS_OK && report->failed != STATUS_END && diag)
        *diag = report->failure;
    *event = &report->event;
    return report->failed;
}

static void source_close(struct trace_source *source)
{
    struct report *report = (struct report *)source;

    if (report->input)
        report->input->ops->close(report->input);
    xz_close(report->in);
    free(report);
}

static const struct trace_source_ops REPORT_OPS = {
    .header = source_header,
    .next = source_next,
    .close = source_close,
};

struct trace_source *report_open(const char *path, const char *format, struct diagnostic *diag)
{
    struct xz_input *in = xz_open(path, diag);
    struct report *report;

    if (!in)
        return NULL;
    report = calloc(1, sizeof *report);
    if (!report) {
        (void)diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
        xz_close(in);
        return NULL;
    }
    report->source.ops = &REPORT_OPS;
    report->in = in;
    import_start_header(&report->header, path, format, TRACE_CAUSES_ONLY);
    if (report_start(report, diag) == STATUS_OK)
        return &report->source;
    source_close(&report->source);
    return NULL;
}
