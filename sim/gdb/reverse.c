/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/reverse.c — execution backwards (bs, bc): the machine runs from a snapshot to where it is
 * and notes the last place to stop at (stop.c); then it runs there. See internal.h and history.h.
 */
#include "gdb/internal.h"

static uint64_t traps_sum(const struct live_counts *counts)
{
    uint64_t sum = 0;

    for (unsigned mode = 0; mode < LIVE_MODES; mode++)
        for (unsigned cause = 0; cause < LIVE_CAUSES; cause++)
            sum += counts->exceptions[mode][cause] + counts->interrupts[mode][cause];
    return sum;
}

uint64_t gdb_age(const struct gdb *gdb)
{
    return live_instructions(gdb->live) + gdb->traps;
}

enum status gdb_history_begin(struct gdb *gdb, struct diagnostic *diag)
{
    enum status status;

    gdb->traps = traps_sum(live_counts(gdb->live));
    gdb->farthest = gdb_age(gdb);
    gdb->is_changed = false;
    status = history_begin(&gdb->history, gdb->live, gdb->farthest, diag);
    gdb->has_no_history = status == STATUS_BAD_STATE;
    return status == STATUS_BAD_STATE ? STATUS_OK : status;
}

static enum status mark_go(struct gdb *gdb, unsigned mark, struct diagnostic *diag)
{
    enum status status = history_go(&gdb->history, gdb->live, mark, diag);

    gdb->traps = traps_sum(live_counts(gdb->live));
    gdb->age = GDB_NEVER;
    gdb->has_told_end = false;
    return status;
}

/* Runs on until the search is over, and leaves marks on the way. */
static enum status search_run(struct gdb *gdb, bool (*is_over)(void *context),
                              struct diagnostic *diag)
{
    struct live_result result = {.end = LIVE_INSTRUCTIONS};
    enum status status = STATUS_OK;

    while (status == STATUS_OK && result.end == LIVE_INSTRUCTIONS) {
        struct live_limits limits = {live_instructions(gdb->live) + gdb->history.interval, is_over,
                                     gdb};

        status = live_run(gdb->live, &limits, &result, diag);
        if (status == STATUS_OK && result.end == LIVE_INSTRUCTIONS)
            history_add(&gdb->history, gdb->live, gdb_age(gdb));
    }
    return status;
}

/* Looks from a mark to end. */
static enum status scan(struct gdb *gdb, unsigned mark, uint64_t end, bool (*is_over)(void *),
                        struct diagnostic *diag)
{
    enum status status = mark_go(gdb, mark, diag);

    gdb->search =
        (struct gdb_search){.kind = GDB_SCAN, .end = end, .found = GDB_NEVER, .first = GDB_NEVER};
    if (status == STATUS_OK)
        status = search_run(gdb, is_over, diag);
    return status;
}

/* Goes to the instruction at this age, which is behind a mark. */
static enum status seek(struct gdb *gdb, uint64_t age, bool (*is_over)(void *),
                        struct diagnostic *diag)
{
    enum status status = mark_go(gdb, history_find(&gdb->history, age), diag);

    gdb->search.kind = GDB_SEEK;
    gdb->search.end = age;
    if (status == STATUS_OK)
        status = search_run(gdb, is_over, diag);
    gdb->search.kind = GDB_NO_SEARCH;
    return status;
}

/* What is told where nothing was found. */
static uint64_t begin_goal(struct gdb *gdb, uint64_t here)
{
    gdb->search.stop = (struct gdb_stop){.kind = GDB_STOP_BEGIN, .hart = gdb->search.first_hart};
    return gdb->search.first == GDB_NEVER ? here : gdb->search.first;
}

enum status gdb_go_back(struct gdb *gdb, bool (*is_over)(void *context), struct diagnostic *diag)
{
    uint64_t here = gdb_age(gdb), end = here, goal;
    enum status status = STATUS_OK;
    bool is_going_on = true;

    while (status == STATUS_OK && is_going_on) {
        unsigned mark = history_find(&gdb->history, end);
        uint64_t from = gdb->history.mark[mark].age;

        status = scan(gdb, mark, end, is_over, diag);
        is_going_on =
            mark > 0 && gdb->search.found == GDB_NEVER && !gdb->is_interrupted && !gdb->is_lost;
        end = from;
    }
    goal = gdb->search.found;
    if (gdb->is_interrupted) { /* as if it had not been asked for */
        goal = here;
        gdb->search.stop =
            (struct gdb_stop){.signal = GDB_SIGNAL_INTERRUPT, .hart = gdb->stop.hart};
    } else if (goal == GDB_NEVER) {
        goal = begin_goal(gdb, here);
    }
    gdb->is_interrupted = false;
    if (status == STATUS_OK && !gdb->is_lost)
        status = seek(gdb, goal, is_over, diag);
    gdb->stop = gdb->search.stop;
    return status;
}
