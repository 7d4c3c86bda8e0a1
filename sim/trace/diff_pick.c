/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/diff_pick.c — fetches a few exits in full. Declared in diff.h. */
#include "trace/diff_values.h"
#include "trace/source.h"

/* The pick of this number, or NULL. */
static struct diff_pick *pick_find(struct diff_pick *pick, size_t count, uint64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (pick[i].number == number)
            return &pick[i];
    return NULL;
}

static void pick_fill(struct diff_pick *pick, const struct trace_event *event)
{
    static const enum diff_part part[] = {DIFF_EXIT, DIFF_RESUME,
                                          DIFF_VMM}; /* by enum trace_event_type */

    diff_values_fill(pick->value[part[event->type]], event);
    pick->vmm_count += event->type == TRACE_VMM;
}

enum status diff_pick_read(struct diff_pick *pick, size_t count, struct trace_reader *reader,
                           struct diagnostic *diag)
{
    struct diff_pick *open[TRACE_VCPU_MAX] = {0}; /* what the events of a vCPU belong to */
    uint64_t exits = 0;
    const struct trace_event *event;
    enum status st;

    while ((st = trace_next(reader, &event, diag)) == STATUS_OK) {
        if (event->type == TRACE_NOTE)
            continue;
        if (event->type == TRACE_EXIT)
            open[event->cpu] = pick_find(pick, count, exits++);
        if (open[event->cpu])
            pick_fill(open[event->cpu], event);
    }
    return st == STATUS_END ? STATUS_OK : st;
}
