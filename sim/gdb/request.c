/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/request.c — one packet in, one answer out. See internal.h. */
#include <errno.h>

#include "gdb/internal.h"

void gdb_answer(struct gdb *gdb, bool is_good, unsigned error)
{
    reply_set(&gdb->reply, "");
    if (is_good)
        reply_add(&gdb->reply, "OK");
    else
        reply_add(&gdb->reply, "E%02x", error);
}

bool gdb_thread_take(struct gdb *gdb, struct cursor *cursor, unsigned *hart)
{
    uint64_t number = 0;

    *hart = gdb->stop.hart;
    if (cursor_take(cursor, "-1"))
        return true;
    if (!cursor_number(cursor, &number) || number > gdb->hart_count)
        return false;
    if (number > 0)
        *hart = (unsigned)number - 1;
    return true;
}

/* ? */
static void why(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    gdb_stop_add(gdb, &gdb->reply);
}

/* Hg: whom g, p and m are for; Hc, whom c and s are for, is the same here. */
static void thread_select(struct gdb *gdb, struct cursor *cursor)
{
    unsigned hart;
    bool is_good = (cursor_take(cursor, "g") || cursor_take(cursor, "c")) &&
                   gdb_thread_take(gdb, cursor, &hart);

    if (is_good)
        gdb->hart = hart;
    gdb_answer(gdb, is_good, EINVAL);
}

static void thread_is_alive(struct gdb *gdb, struct cursor *cursor)
{
    unsigned hart;

    gdb_answer(gdb, gdb_thread_take(gdb, cursor, &hart), EINVAL);
}

static bool point_take(struct cursor *cursor, struct gdb_point *point)
{
    uint64_t kind;

    if (!cursor_number(cursor, &kind) || kind >= GDB_POINT_KINDS || !cursor_take(cursor, ",") ||
        !cursor_number(cursor, &point->address) || !cursor_take(cursor, ",") ||
        !cursor_number(cursor, &point->size_bytes))
        return false;
    point->kind = (enum gdb_point_kind)kind;
    return true;
}

static void point_set(struct gdb *gdb, struct cursor *cursor)
{
    struct gdb_point point;

    if (!point_take(cursor, &point))
        gdb_answer(gdb, false, EINVAL);
    else
        gdb_answer(gdb, gdb_point_set(gdb, &point), ENOSPC);
}

static void point_clear(struct gdb *gdb, struct cursor *cursor)
{
    struct gdb_point point;
    bool is_good = point_take(cursor, &point);

    if (is_good)
        gdb_point_clear(gdb, &point);
    gdb_answer(gdb, is_good, EINVAL);
}

static void detach(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    gdb_answer(gdb, true, 0);
    gdb->next = GDB_DETACH;
}

static void kill_now(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    gdb->next = GDB_KILL;
}

static void long_word(struct gdb *gdb, struct cursor *cursor)
{
    if (cursor_take(cursor, "Cont?")) {
        reply_add(&gdb->reply, "vCont;c;C;s;S;r");
    } else if (cursor_take(cursor, "Cont")) {
        gdb_resume_many(gdb, cursor);
    } else if (cursor_take(cursor, "Kill")) {
        gdb_answer(gdb, true, 0);
        gdb->next = GDB_KILL;
    }
}

void gdb_request(struct gdb *gdb, const char *text, size_t size_bytes)
{
    static gdb_request_fn *const letters[128] = {
        ['?'] = why,
        ['C'] = gdb_resume_signal,
        ['D'] = detach,
        ['G'] = gdb_registers_write,
        ['H'] = thread_select,
        ['M'] = gdb_memory_write,
        ['P'] = gdb_register_write,
        ['Q'] = gdb_set,
        ['S'] = gdb_step_signal,
        ['T'] = thread_is_alive,
        ['X'] = gdb_memory_write_binary,
        ['Z'] = point_set,
        ['b'] = gdb_resume_back,
        ['c'] = gdb_resume,
        ['g'] = gdb_registers_read,
        ['k'] = kill_now,
        ['m'] = gdb_memory_read,
        ['p'] = gdb_register_read,
        ['q'] = gdb_query,
        ['s'] = gdb_step,
        ['v'] = long_word,
        ['z'] = point_clear,
    };
    struct cursor cursor = {text, text + size_bytes};
    unsigned letter = size_bytes > 0 ? (unsigned char)text[0] : 0;

    gdb->next = GDB_ASK;
    reply_set(&gdb->reply, "");
    if (letter >= sizeof letters / sizeof *letters || !letters[letter])
        return; /* an empty answer: not supported */
    cursor.at++;
    letters[letter](gdb, &cursor);
}
