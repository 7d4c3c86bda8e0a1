/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/resume.c — the machine goes on (c, s, C, S, vCont), or back (bc, bs). All harts do, in
 * the order that the machine has, whatever GDB asks for the other threads: else the run would be
 * another one. See internal.h. */
#include <errno.h>

#include "gdb/internal.h"

static void go(struct gdb *gdb, const struct gdb_going *going)
{
    gdb->going = *going;
    gdb->going.pc = hart_run_pc(live_hart(gdb->live, going->hart));
    /* What the machine stopped in front of was shown, and is let through anyway. */
    gdb->going.passes_one = gdb->age == GDB_NEVER || gdb->age_hart != going->hart;
    gdb->next = GDB_GO;
}

/* The address to go on at, which may be left out. */
static bool address_take(struct gdb *gdb, struct cursor *cursor)
{
    uint64_t address;

    if (cursor->at == cursor->end)
        return true;
    if (!cursor_number(cursor, &address) || cursor->at != cursor->end || address % 2 != 0)
        return false;
    hart_run_pc_set(gdb_hart_run(gdb), address);
    gdb->age = GDB_NEVER;
    return true;
}

static void go_at(struct gdb *gdb, struct cursor *cursor, bool is_stepping)
{
    struct gdb_going going = {.is_stepping = is_stepping, .hart = gdb->hart};

    if (address_take(gdb, cursor))
        go(gdb, &going);
    else
        gdb_answer(gdb, false, EINVAL);
}

void gdb_resume(struct gdb *gdb, struct cursor *cursor)
{
    go_at(gdb, cursor, false);
}

void gdb_step(struct gdb *gdb, struct cursor *cursor)
{
    go_at(gdb, cursor, true);
}

/* C and S: a signal, which no hart takes, and perhaps ;address. */
static void go_signal(struct gdb *gdb, struct cursor *cursor, bool is_stepping)
{
    uint8_t signal;

    if (!cursor_hex(cursor, &signal, 1) || (cursor->at != cursor->end && !cursor_take(cursor, ";")))
        gdb_answer(gdb, false, EINVAL);
    else
        go_at(gdb, cursor, is_stepping);
}

void gdb_resume_signal(struct gdb *gdb, struct cursor *cursor)
{
    go_signal(gdb, cursor, false);
}

void gdb_step_signal(struct gdb *gdb, struct cursor *cursor)
{
    go_signal(gdb, cursor, true);
}

/* What vCont wants of some threads: c, s, Csig, Ssig or rfirst,end. False: something else. */
static bool action_take(struct cursor *cursor, struct gdb_going *action)
{
    uint8_t signal;

    *action = (struct gdb_going){0};
    if (cursor_take(cursor, "c"))
        return true;
    if (cursor_take(cursor, "C"))
        return cursor_hex(cursor, &signal, 1);
    action->is_stepping = true;
    if (cursor_take(cursor, "s"))
        return true;
    if (cursor_take(cursor, "S"))
        return cursor_hex(cursor, &signal, 1);
    return cursor_take(cursor, "r") && cursor_number(cursor, &action->range_first) &&
           cursor_take(cursor, ",") && cursor_number(cursor, &action->range_end);
}

/* The first action that steps counts; it names its thread, or steps the one that stopped. */
void gdb_resume_many(struct gdb *gdb, struct cursor *cursor)
{
    struct gdb_going going = {.hart = gdb->stop.hart}, action;

    while (cursor_take(cursor, ";")) {
        action.hart = gdb->stop.hart;
        if (!action_take(cursor, &action))
            break;
        action.hart = gdb->stop.hart;
        if (cursor_take(cursor, ":") && !gdb_thread_take(gdb, cursor, &action.hart))
            break;
        if (action.is_stepping && !going.is_stepping)
            going = action;
        if (cursor->at == cursor->end) {
            go(gdb, &going);
            return;
        }
    }
    gdb_answer(gdb, false, EINVAL);
}

/* bs and bc */
void gdb_resume_back(struct gdb *gdb, struct cursor *cursor)
{
    struct gdb_going going = {.hart = gdb->hart};

    going.is_stepping = cursor_take(cursor, "s");
    if ((!going.is_stepping && !cursor_take(cursor, "c")) || cursor->at != cursor->end)
        return; /* not supported */
    if (gdb->has_no_history) {
        gdb_answer(gdb, false, ENOTSUP);
        return;
    }
    gdb->going = going;
    gdb->next = GDB_GO_BACK;
}
