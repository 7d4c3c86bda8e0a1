/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/cut.c — see cut.h. */
#include "trace/cut.h"

static bool exit_takes(struct cut *cut, uint32_t cpu)
{
    uint64_t number = cut->exits++;
    bool inside = number >= cut->first && number <= cut->last;

    cut->unanswered += inside;
    cut->unanswered -= cut->is_open[cpu]; /* the one before was never resumed */
    cut->is_open[cpu] = inside;
    return inside;
}

bool cut_takes(struct cut *cut, const struct trace_event *event)
{
    bool takes;

    switch (event->type) {
    case TRACE_EXIT:
        return exit_takes(cut, event->cpu);
    case TRACE_RESUME:
        takes = cut->is_open[event->cpu];
        cut->unanswered -= takes;
        cut->is_open[event->cpu] = false;
        return takes;
    case TRACE_VMM:
        return cut->is_open[event->cpu];
    case TRACE_NOTE:
        return cut->exits > cut->first && cut->exits <= cut->last;
    }
    return false;
}

bool cut_is_complete(const struct cut *cut)
{
    return cut->exits > cut->last && cut->unanswered == 0;
}
