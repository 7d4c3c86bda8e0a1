/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/live_turn.c — harts take turns until something ends the run. See live.h. */
#include "machine/live_internal.h"

/* A hart that is alone takes long turns: that is faster, and nobody can tell. */
enum { TURN_ALONE = 1 << 20 };

static void end(struct live *live, enum live_end why, const struct live_hart *hart)
{
    live->is_ended = true;
    live->result.end = why;
    live->result.hart = hart->index;
    live->result.pc = hart_run_pc(hart->run);
}

/* Whether a waiting hart has something to do again. */
static bool hart_wakes(struct live_hart *hart)
{
    if (hart->is_waiting && hart_is_awake(hart_run_hart(hart->run)))
        hart->is_waiting = false;
    return !hart->is_waiting;
}

/* Time went on while others ran and while it waited: its timers are due at another instret. */
static void turn_begin(struct live *live, struct live_hart *hart, uint64_t quantum)
{
    live->current = hart->index;
    live->is_in_turn = true;
    live->turn_end = live_retired(hart) + quantum;
    hart_timer_set(hart_run_hart(hart->run), live->clint.compare[hart->index]);
}

/* A hart that waits does nothing for the rest of its turn. */
static void turn_wait(struct live *live, struct live_hart *hart)
{
    hart->is_waiting = true;
    if (live->spec.harts.count > 1 && live_retired(hart) < live->turn_end)
        hart->idle += live->turn_end - live_retired(hart);
    live->is_in_turn = false;
}

/* Goes on with the turn for at most so many instructions. Cutting it changes nothing. */
static enum status turn_run(struct live *live, uint64_t most, struct diagnostic *diag)
{
    struct live_hart *hart = &live->hart[live->current];
    uint64_t left = live->turn_end - live_retired(hart);
    enum hart_run_end why;
    enum status status;

    status = hart_run(hart->run, live_retired(hart) + (left < most ? left : most), &why, diag);
    if (status != STATUS_OK)
        return status;
    if (live->is_ended) {
        live->result.hart = hart->index;
        live->result.pc = hart_run_pc(hart->run);
    } else if (why == HART_RUN_TRAP_LOOP) {
        end(live, LIVE_TRAP_LOOP, hart);
        live->result.trap = hart->trap;
    } else if (why == HART_RUN_WAIT) {
        turn_wait(live, hart);
    } else if (live_retired(hart) >= live->turn_end) {
        live->is_in_turn = false;
    }
    return STATUS_OK;
}

/* All harts wait: time goes on to the first timer that wakes one. */
static void time_skip(struct live *live)
{
    uint64_t least = UINT64_MAX;
    unsigned count = live->spec.harts.count;

    for (unsigned i = 0; i < count; i++) {
        uint64_t wake = hart_wake_at(hart_run_hart(live->hart[i].run));

        if (wake != UINT64_MAX && wake - live_retired(&live->hart[i]) < least)
            least = wake - live_retired(&live->hart[i]);
    }
    if (least == UINT64_MAX) {
        end(live, LIVE_WAITING, &live->hart[live->current]);
        return;
    }
    for (unsigned i = 0; i < count; i++)
        live->hart[i].idle += least / count + (least % count != 0);
}

/* A round begins: false if all harts wait; then time has gone on. */
static bool round_begin(struct live *live)
{
    bool is_asleep = true;

    for (unsigned i = 0; i < live->spec.harts.count; i++)
        is_asleep = !hart_wakes(&live->hart[i]) && is_asleep;
    if (is_asleep)
        time_skip(live);
    return !is_asleep;
}

/* The next turn of the round, in which every hart has one. */
static void turn_next(struct live *live)
{
    uint64_t quantum = live->spec.harts.count > 1 ? live->spec.harts.quantum : TURN_ALONE;
    struct live_hart *hart = &live->hart[live->next];

    if (live->next == 0 && !round_begin(live))
        return;
    live->next = (live->next + 1) % live->spec.harts.count;
    if (hart_wakes(hart))
        turn_begin(live, hart, quantum);
    else
        hart->idle += quantum;
}

static bool limit_reached(const struct live *live, const struct live_limits *limits,
                          struct live_result *result)
{
    const struct live_hart *hart = &live->hart[live->current];
    bool is_over = live_instructions(live) >= limits->instructions;

    if (!is_over && !(limits->expired && limits->expired(limits->context)))
        return false;
    *result = (struct live_result){.end = is_over ? LIVE_INSTRUCTIONS : LIVE_TIME,
                                   .hart = hart->index,
                                   .pc = hart_run_pc(hart->run)};
    return true;
}

enum status live_run(struct live *live, const struct live_limits *limits,
                     struct live_result *result, struct diagnostic *diag)
{
    enum status status = STATUS_OK;

    while (status == STATUS_OK && !live->is_ended) {
        if (limit_reached(live, limits, result))
            return STATUS_OK;
        if (live->is_in_turn)
            status = turn_run(live, limits->instructions - live_instructions(live), diag);
        else
            turn_next(live);
    }
    *result = live->result;
    return status;
}
