/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/replay.c — walks a trace and pairs its events: exit, user space in between, resume.
 * The work is in step.c. */
#include "replay/replay.h"

#include <stdlib.h>
#include <string.h>

#include "replay/engine.h"

enum { PROGRESS_EVERY = 4096 };

static void made_up_init(struct replay *rp)
{
    uint64_t seed = rp->options->seed;

    for (unsigned i = 0; i < FPR_COUNT; i++)
        rp->fp.f[i] = random_next(&seed);
    rp->fp.fcsr = random_next(&seed) & 0xff;
    for (unsigned i = 0; i < sizeof rp->vec.v; i++)
        rp->vec.v[i / VLEN_BYTES][i % VLEN_BYTES] = (uint8_t)random_next(&seed);
    rp->vec.vl = random_next(&seed) & 15;
    rp->vec.vtype = random_next(&seed) & 0xff;
    rp->vec.vcsr = random_next(&seed) & 7;
    rp->vec.vstart = random_next(&seed) & 15;
    rp->platform.data = random_next(&seed);

    for (unsigned i = 0; i < FPR_COUNT; i++)
        rp->twin_fp.f[i] = ~rp->fp.f[i];
    rp->twin_fp.fcsr = ~rp->fp.fcsr;
    for (unsigned i = 0; i < sizeof rp->vec.v; i++)
        rp->twin_vec.v[i / VLEN_BYTES][i % VLEN_BYTES] =
            (uint8_t)~rp->vec.v[i / VLEN_BYTES][i % VLEN_BYTES];
    rp->twin_vec.vl = ~rp->vec.vl;
    rp->twin_vec.vtype = ~rp->vec.vtype;
    rp->twin_vec.vcsr = ~rp->vec.vcsr;
    rp->twin_vec.vstart = ~rp->vec.vstart;
}

static enum status machine_init(struct replay *rp, const struct trace_header *header,
                                const char *path, struct diagnostic *diag)
{
    enum status st;

    replay_platform_init(&rp->platform);
    replay_platform_init(&rp->twin_platform);
    made_up_init(rp);
    st = monitor_init(&rp->mon, rp->options->spec, &rp->platform.base, header->vcpus);
    if (st != STATUS_OK)
        return diagnostic_set(diag, st, path, 1, 0, "%u vCPUs; expected 1 to %d", header->vcpus,
                              VCPU_MAX);
    for (uint32_t i = 0; i < header->region_count && st == STATUS_OK; i++)
        st = monitor_set_region(&rp->mon, header->region[i]);
    if (st != STATUS_OK)
        return diagnostic_set(
            diag, STATUS_BAD_INPUT, path, 1, 0,
            "guest memory map does not fit; expected at most %d page-aligned ranges", REGION_MAX);
    rp->mon.hvip_allow = header->hvip_allow;
    rp->trial = rp->mon;
    rp->twin = rp->mon;
    rp->twin.platform = &rp->twin_platform.base;
    return STATUS_OK;
}

/* Registers of an event that holds none: made up, the same for the same seed. */
static void event_fill(const struct replay *rp, struct trace_event *event)
{
    uint64_t seed = rp->options->seed ^ event->n * 0x9e3779b97f4a7c15;

    if (event->known & TRACE_KNOWS_GPR)
        return;
    for (unsigned i = 1; i < GPR_COUNT; i++)
        event->x[i] = random_next(&seed);
    event->sstatus = VSSTATUS_SPP;
    event->csr[TCSR_VSTVEC] = random_next(&seed) & ~(uint64_t)3;
}

static enum status take_exit(struct replay *rp, const struct trace_event *event,
                             struct diagnostic *diag)
{
    struct lane *lane = &rp->lane[event->cpu];
    enum status st = STATUS_OK;

    if (lane->waiting) { /* no resume was recorded */
        st = lane->stepped ? STATUS_OK : step_exit(rp, event->cpu, NULL, diag);
        if (st == STATUS_OK)
            step_unanswered(rp, event->cpu);
    }
    lane->exit = *event;
    event_fill(rp, &lane->exit);
    lane->waiting = true;
    if (st == STATUS_OK && !code_needs_effect(event))
        st = step_exit(rp, event->cpu, NULL, diag);
    return st;
}

static enum status take_resume(struct replay *rp, const struct trace_event *event,
                               struct diagnostic *diag)
{
    struct lane *lane = &rp->lane[event->cpu];
    bool known = (event->known & TRACE_KNOWS_GPR) != 0;
    enum status st = STATUS_OK;

    if (lane->waiting && !lane->stepped)
        st = step_exit(rp, event->cpu, known ? event : NULL, diag);
    if (st != STATUS_OK)
        return st;
    if (lane->waiting && (!known || rp->mon.vcpu[event->cpu].life == VCPU_STOPPED ||
                          rp->mon.vcpu[event->cpu].life == VCPU_STARTING))
        step_unanswered(rp, event->cpu); /* stopped: what follows is a start, not an answer */
    if (lane->waiting)
        step_resume(rp, event->cpu, event);
    else if (known)
        step_entry(rp, event->cpu, event);
    return STATUS_OK;
}

static enum status take_event(struct replay *rp, const struct trace_event *event, const char *path,
                              struct diagnostic *diag)
{
    if (event->cpu >= rp->mon.vcpu_count)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, event->line, 0,
                              "vCPU %u; expected less than %u", event->cpu, rp->mon.vcpu_count);
    if (event->type != TRACE_NOTE && !(event->known & TRACE_KNOWS_GPR) &&
        !rp->options->fill_unknown)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, event->line, 0,
                              "this trace holds causes only; expected registers, or --fill to make "
                              "them up from the seed");
    switch (event->type) {
    case TRACE_EXIT:
        return take_exit(rp, event, diag);
    case TRACE_RESUME:
        return take_resume(rp, event, diag);
    case TRACE_VMM:
        rp->lane[event->cpu].vmm_reason = event->vmm_errno ? 0 : event->vmm_reason;
        return STATUS_OK;
    case TRACE_NOTE:
        break;
    }
    return STATUS_OK;
}

static enum status walk(struct replay *rp, struct trace_reader *reader, const char *path,
                        struct diagnostic *diag)
{
    const struct trace_event *event;
    enum status st;

    while ((st = trace_next(reader, &event, diag)) == STATUS_OK) {
        st = take_event(rp, event, path, diag);
        if (st != STATUS_OK)
            return st;
        if (++rp->report->events % PROGRESS_EVERY == 0 && rp->options->on_progress)
            rp->options->on_progress(rp->options->context, rp->report->events);
    }
    if (st != STATUS_END)
        return st;
    for (uint32_t cpu = 0; cpu < rp->mon.vcpu_count; cpu++) {
        struct lane *lane = &rp->lane[cpu];

        if (lane->waiting && !lane->stepped && step_exit(rp, cpu, NULL, diag) != STATUS_OK)
            return STATUS_BAD_INPUT;
        if (lane->waiting)
            step_unanswered(rp, cpu);
    }
    return STATUS_OK;
}

enum status replay_trace(const char *path, const struct replay_options *options,
                         struct replay_report *report, struct diagnostic *diag)
{
    struct trace_reader *reader = trace_open(path, diag);
    struct replay *rp;
    enum status st;

    if (!reader)
        return STATUS_BAD_INPUT;
    rp = calloc(1, sizeof *rp);
    if (!rp) {
        trace_close(reader);
        return diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
    }
    rp->options = options;
    rp->report = report;
    report->host_count = options->host_count;
    for (uint32_t i = 0; i < options->host_count; i++)
        report->host[i].model = options->host[i];
    st = machine_init(rp, trace_header(reader), path, diag);
    if (st == STATUS_OK)
        st = walk(rp, reader, path, diag);
    free(rp);
    trace_close(reader);
    return st;
}

uint64_t replay_explained(const uint64_t explained[REASON_COUNT])
{
    uint64_t total = 0;

    for (unsigned i = REASON_NONE + 1; i < REASON_COUNT; i++)
        total += explained[i];
    return total;
}

uint64_t replay_answered(const struct replay_report *report)
{
    return report->equal + replay_explained(report->explained) + report->mismatches;
}

bool replay_holds(const struct replay_report *report)
{
    for (uint32_t i = 0; i < report->host_count; i++)
        if (report->host[i].differs)
            return false;
    return report->confidential_violations == 0 && report->integral_violations == 0 &&
           report->mismatches == 0 && report->starved == 0 && report->unknown_rows == 0 &&
           report->encoding_differences == 0;
}
