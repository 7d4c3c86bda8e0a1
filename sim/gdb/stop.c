/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/stop.c — where the machine stops: looks at every instruction before it runs. See
 * internal.h.
 *
 * An instruction is known by what was done before it: so many instructions and traps of all harts.
 * The engine may show one twice (it was stopped at, or begun and tried again), and does not say so;
 * nothing has been done in between then. */
#include "gdb/internal.h"

static bool is_watch(enum gdb_point_kind kind)
{
    return kind >= GDB_WATCH_WRITE;
}

/* --- points --- */

static bool point_equals(const struct gdb_point *a, const struct gdb_point *b)
{
    return a->kind == b->kind && a->address == b->address &&
           (!is_watch(a->kind) || a->size_bytes == b->size_bytes);
}

/* The place of an equal point; the number of points: there is none. */
static unsigned point_find(const struct gdb *gdb, const struct gdb_point *point)
{
    unsigned i = 0;

    while (i < gdb->point_count && !point_equals(&gdb->point[i], point))
        i++;
    return i;
}

static uint64_t filter_bit(uint64_t pc)
{
    return UINT64_C(1) << (pc >> 1) % 64;
}

static void points_changed(struct gdb *gdb)
{
    gdb->watch_count = 0;
    gdb->break_filter = 0;
    for (unsigned i = 0; i < gdb->point_count; i++)
        if (is_watch(gdb->point[i].kind))
            gdb->watch_count++;
        else
            gdb->break_filter |= filter_bit(gdb->point[i].address);
}

bool gdb_point_set(struct gdb *gdb, const struct gdb_point *point)
{
    if (point_find(gdb, point) < gdb->point_count)
        return true;
    if (gdb->point_count == GDB_POINTS_MAX)
        return false;
    gdb->point[gdb->point_count++] = *point;
    points_changed(gdb);
    return true;
}

void gdb_point_clear(struct gdb *gdb, const struct gdb_point *point)
{
    unsigned place = point_find(gdb, point);

    if (place == gdb->point_count)
        return;
    gdb->point[place] = gdb->point[--gdb->point_count];
    points_changed(gdb);
}

/* --- in front of an instruction --- */

static bool break_is_at(const struct gdb *gdb, uint64_t pc)
{
    if (!(gdb->break_filter & filter_bit(pc)))
        return false;
    for (unsigned i = 0; i < gdb->point_count; i++)
        if (!is_watch(gdb->point[i].kind) && gdb->point[i].address == pc)
            return true;
    return false;
}

static bool watch_sees(const struct gdb_point *point, const struct hart_access *access)
{
    uint64_t distance = access->address.v - point->address;
    bool is_near = distance < point->size_bytes || -distance < access->size_bytes;

    return is_near && ((point->kind != GDB_WATCH_READ && access->is_write) ||
                       (point->kind != GDB_WATCH_WRITE && access->is_read));
}

/* Whether the instruction is about to access what is watched. */
static bool watch_is_hit(struct gdb *gdb, unsigned hart, uint64_t pc)
{
    struct hart_access access;

    if (gdb->watch_count == 0 ||
        !hart_next_access(hart_run_hart(live_hart(gdb->live, hart)), pc, &access))
        return false;
    for (unsigned i = 0; i < gdb->point_count; i++)
        if (is_watch(gdb->point[i].kind) && watch_sees(&gdb->point[i], &access)) {
            gdb->stop.watch = gdb->point[i];
            return true;
        }
    return false;
}

/* Whether the step that was asked for has been made. */
static bool step_is_done(struct gdb_going *going, unsigned hart, uint64_t pc)
{
    bool passes = going->passes_one && going->pc == pc;

    if (!going->is_stepping || hart != going->hart)
        return false;
    going->passes_one = false;
    return !passes && (pc < going->range_first || pc >= going->range_end);
}

static bool is_due(struct gdb *gdb, unsigned hart, uint64_t pc)
{
    bool is_stepped = step_is_done(&gdb->going, hart, pc);

    gdb->stop.hart = hart;
    gdb->stop.kind = GDB_STOP_SIGNAL;
    if (break_is_at(gdb, pc))
        gdb->stop.kind = GDB_STOP_BREAK;
    else if (watch_is_hit(gdb, hart, pc))
        gdb->stop.kind = GDB_STOP_WATCH;
    else if (is_stepped)
        gdb->stop.kind = GDB_STOP_STEP;
    else if (gdb->is_interrupted)
        gdb->stop.signal = GDB_SIGNAL_INTERRUPT;
    else
        return false;
    gdb->is_interrupted = false;
    return true;
}

/* --- backwards --- */

static void found(struct gdb_search *search, uint64_t age, enum gdb_stop_kind kind, unsigned hart)
{
    search->found = age;
    search->stop = (struct gdb_stop){.kind = kind, .hart = hart};
}

/* A watched access is behind its hart. */
static void found_pending(struct gdb_search *search, uint64_t age)
{
    search->is_pending = false;
    search->found = age;
    search->stop = search->pending;
}

/* Notes whether the machine, coming from behind, would stop here. Returns whether the search ends.
 */
static bool scan_ends(struct gdb *gdb, unsigned hart, uint64_t pc, uint64_t age)
{
    struct gdb_search *search = &gdb->search;

    if (age >= search->end || gdb->is_interrupted) {
        if (search->is_pending)
            found_pending(search, age);
        return true;
    }
    if (search->first == GDB_NEVER) {
        search->first = age;
        search->first_hart = hart;
    }
    if (gdb->going.is_stepping) {
        if (hart == gdb->going.hart)
            found(search, age, GDB_STOP_STEP, hart);
        return false;
    }
    if (break_is_at(gdb, pc))
        found(search, age, GDB_STOP_BREAK, hart);
    if (search->is_pending && search->pending.hart == hart)
        found_pending(search, age);
    if (watch_is_hit(gdb, hart, pc)) {
        search->is_pending = true;
        search->pending =
            (struct gdb_stop){.kind = GDB_STOP_WATCH, .hart = hart, .watch = gdb->stop.watch};
    }
    return false;
}

/* --- the observer --- */

/* Whether the machine stops in front of an instruction that was not seen before. */
static bool stops(struct gdb *gdb, unsigned hart, uint64_t pc, uint64_t age)
{
    switch (gdb->search.kind) {
    case GDB_SCAN:
        return scan_ends(gdb, hart, pc, age);
    case GDB_SEEK:
        return age >= gdb->search.end;
    default:
        return !gdb->is_detached && is_due(gdb, hart, pc);
    }
}

static void step_seen(void *context, unsigned hart, uint64_t pc)
{
    struct gdb *gdb = context;
    uint64_t age = gdb_age(gdb);

    if (age != gdb->age) {
        gdb->age = age;
        gdb->age_hart = hart;
        gdb->is_muted = age < gdb->farthest;
        if (stops(gdb, hart, pc, age)) {
            live_stop(gdb->live);
            return;
        }
    }
    if (age >= gdb->farthest)
        gdb->farthest = age + 1;
    if (gdb->inner.step && !gdb->is_muted)
        gdb->inner.step(gdb->inner.context, hart, pc);
}

static void trap_seen(void *context, unsigned hart, const struct hart_trap *trap)
{
    struct gdb *gdb = context;

    gdb->traps++;
    if (gdb->inner.trap && !gdb->is_muted)
        gdb->inner.trap(gdb->inner.context, hart, trap);
}

static void return_seen(void *context, unsigned hart, struct hart_mode from, struct hart_mode to,
                        uint64_t pc)
{
    const struct gdb *gdb = context;

    if (!gdb->is_muted)
        gdb->inner.returned(gdb->inner.context, hart, from, to, pc);
}

static void csr_seen(void *context, unsigned hart, uint16_t number, bool is_write, uint64_t value)
{
    const struct gdb *gdb = context;

    if (!gdb->is_muted)
        gdb->inner.csr(gdb->inner.context, hart, number, is_write, value);
}

struct live_observer gdb_observer(struct gdb *gdb, const struct live_observer *inner)
{
    gdb->inner = *inner;
    return (struct live_observer){.context = gdb,
                                  .trap = trap_seen,
                                  .returned = inner->returned ? return_seen : NULL,
                                  .csr = inner->csr ? csr_seen : NULL,
                                  .step = step_seen};
}

/* --- telling --- */

void gdb_stop_add(struct gdb *gdb, struct reply *reply)
{
    static const char *const watches[GDB_POINT_KINDS] = {
        [GDB_WATCH_WRITE] = "watch", [GDB_WATCH_READ] = "rwatch", [GDB_WATCH_ACCESS] = "awatch"};
    const struct gdb_stop *stop = &gdb->stop;
    unsigned signal = stop->kind == GDB_STOP_SIGNAL ? stop->signal : GDB_SIGNAL_TRAP;

    reply_add(reply, "T%02xthread:%x;", signal, stop->hart + 1);
    if (stop->kind == GDB_STOP_WATCH)
        reply_add(reply, "%s:%llx;", watches[stop->watch.kind],
                  (unsigned long long)stop->watch.address);
    if (stop->kind == GDB_STOP_BEGIN)
        reply_add(reply, "replaylog:begin;");
}
