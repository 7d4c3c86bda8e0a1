/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/session.c — talks to GDB and runs the machine, in turns. See gdb.h and internal.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/internal.h"

/* How long is waited before the limits are looked at again. */
enum { WAIT_MS = 100 };

bool gdb_place_is_good(const char *place)
{
    return link_place_is_good(place);
}

enum status gdb_create(const char *place, struct gdb **out, struct diagnostic *diag)
{
    struct gdb *gdb = calloc(1, sizeof *gdb);
    enum status status;

    *out = NULL;
    if (!gdb)
        return diagnostic_set(diag, STATUS_IO, place, 0, 0, "not enough memory");
    status = link_open(&gdb->link, place, diag);
    if (status != STATUS_OK) {
        free(gdb);
        return status;
    }
    (void)snprintf(gdb->invitation, sizeof gdb->invitation, "target remote %s", gdb->link.name);
    gdb->age = GDB_NEVER;
    gdb->stop.signal = GDB_SIGNAL_TRAP;
    *out = gdb;
    return STATUS_OK;
}

void gdb_destroy(struct gdb *gdb)
{
    if (!gdb)
        return;
    link_close(&gdb->link);
    history_free(&gdb->history);
    free(gdb->description);
    free(gdb);
}

const char *gdb_invitation(const struct gdb *gdb)
{
    return gdb->invitation;
}

struct console gdb_console(struct gdb *gdb, const struct console *inner)
{
    return history_console(&gdb->history, inner);
}

/* --- talking --- */

static bool is_expired(const struct gdb *gdb)
{
    return gdb->limits->expired && gdb->limits->expired(gdb->limits->context);
}

static void frame_send(struct gdb *gdb, const char *data, size_t size_bytes)
{
    gdb->frame_bytes = packet_frame(data, size_bytes, gdb->frame);
    link_write(&gdb->link, gdb->frame, gdb->frame_bytes);
}

void gdb_console_print(struct gdb *gdb, const char *text)
{
    struct reply output;

    if (!text[0])
        return;
    reply_set(&output, "O");
    reply_add_hex(&output, text, strlen(text));
    frame_send(gdb, output.text, output.size_bytes);
}

/* The next byte that has arrived; waits for one at most some milliseconds. */
static bool byte_next(struct gdb *gdb, int milliseconds, uint8_t *byte)
{
    if (gdb->received_taken == gdb->received_bytes) {
        gdb->received_taken = 0;
        gdb->is_lost = link_read(&gdb->link, milliseconds, gdb->received, sizeof gdb->received,
                                 &gdb->received_bytes) == LINK_LOST;
        if (gdb->received_bytes == 0)
            return false;
    }
    *byte = gdb->received[gdb->received_taken++];
    return true;
}

static void acknowledge(struct gdb *gdb, bool is_good)
{
    if (!gdb->has_no_acks)
        link_write(&gdb->link, is_good ? "+" : "-", 1);
}

static void packet_answer(struct gdb *gdb)
{
    acknowledge(gdb, true);
    gdb_request(gdb, gdb->in.text, gdb->in.size_bytes);
    if (gdb->next == GDB_ASK || gdb->next == GDB_DETACH || gdb->reply.size_bytes > 0)
        frame_send(gdb, gdb->reply.text, gdb->reply.size_bytes);
}

/* Answers requests until one of them is to do something, the connection is lost, or the time is
 * over. */
static void ask(struct gdb *gdb)
{
    gdb->next = GDB_ASK;
    while (gdb->next == GDB_ASK && !gdb->is_lost && !is_expired(gdb)) {
        uint8_t byte;

        if (!byte_next(gdb, WAIT_MS, &byte))
            continue;
        switch (packet_take(&gdb->in, byte)) {
        case PACKET_WHOLE:
            packet_answer(gdb);
            break;
        case PACKET_BROKEN:
            acknowledge(gdb, false);
            break;
        case PACKET_LONG:
            acknowledge(gdb, true);
            frame_send(gdb, "E07", 3); /* E2BIG */
            break;
        case PACKET_REPEAT:
            link_write(&gdb->link, gdb->frame, gdb->frame_bytes);
            break;
        default: /* nothing yet, or ^C while it stands */
            break;
        }
    }
}

/* --- running --- */

/* While the machine runs: ^C, and the limit of time. */
static bool is_over(void *context)
{
    struct gdb *gdb = context;
    uint8_t byte;

    while (!gdb->is_detached && !gdb->is_lost && byte_next(gdb, 0, &byte))
        if (packet_take(&gdb->in, byte) == PACKET_INTERRUPT)
            gdb->is_interrupted = true;
    return gdb->is_lost || is_expired(gdb);
}

/* Forwards or back. */
static enum status go(struct gdb *gdb, struct live_result *result, struct diagnostic *diag)
{
    struct live_limits limits = {gdb->limits->instructions, is_over, gdb};
    enum status status = STATUS_OK;

    gdb->is_interrupted = false;
    if (gdb->is_changed)
        status = gdb_history_begin(gdb, diag);
    if (status != STATUS_OK)
        return status;
    if (gdb->next == GDB_GO)
        return live_run(gdb->live, &limits, result, diag);
    status = gdb_go_back(gdb, is_over, diag);
    *result = (struct live_result){.end = LIVE_STOPPED,
                                   .hart = gdb->stop.hart,
                                   .pc = hart_run_pc(live_hart(gdb->live, gdb->stop.hart))};
    return status;
}

static void stop_send(struct gdb *gdb)
{
    struct reply reply;

    reply_set(&reply, "");
    gdb_stop_add(gdb, &reply);
    frame_send(gdb, reply.text, reply.size_bytes);
}

/* How the program's end looks to GDB: as an exit code like that of the command. */
static void exit_send(struct gdb *gdb, enum live_end end)
{
    enum { EXIT_PASS = 0, EXIT_LIMIT = 4, EXIT_FAIL = 5 };
    unsigned code = end == LIVE_PASS || end == LIVE_RESET ? EXIT_PASS
                    : end == LIVE_FAIL                    ? EXIT_FAIL
                                                          : EXIT_LIMIT;
    struct reply reply;

    reply_set(&reply, "");
    reply_add(&reply, "W%02x", code);
    frame_send(gdb, reply.text, reply.size_bytes);
}

/* The machine has stopped. Returns whether the session goes on: also, once, at an end that has no
 * cause but the state of the harts, which somebody may want to see. */
static bool stop_tell(struct gdb *gdb, const struct live_result *result)
{
    bool is_stuck = result->end == LIVE_WAITING || result->end == LIVE_TRAP_LOOP;

    gdb->hart = result->hart;
    if (gdb->is_lost)
        return false;
    if (result->end == LIVE_STOPPED) {
        stop_send(gdb);
        return true;
    }
    if (!is_stuck || gdb->has_told_end) {
        exit_send(gdb, result->end);
        return false;
    }
    gdb->has_told_end = true;
    gdb->age = GDB_NEVER;
    gdb->stop = (struct gdb_stop){.signal = GDB_SIGNAL_ABORT, .hart = result->hart};
    gdb_console_print(gdb, result->end == LIVE_WAITING
                               ? "cvmlab: every hart waits (wfi) and nothing will wake one\n"
                               : "cvmlab: endless loop of traps\n");
    stop_send(gdb);
    return true;
}

static bool connection_wait(struct gdb *gdb)
{
    bool is_there = false;

    while (!is_there && !is_expired(gdb))
        is_there = link_accept(&gdb->link, WAIT_MS);
    return is_there;
}

/* GDB has let go, and the program goes on by itself. */
static enum status run_alone(struct gdb *gdb, struct live_result *result, struct diagnostic *diag)
{
    gdb->is_detached = true;
    link_hang_up(&gdb->link);
    return live_run(gdb->live, gdb->limits, result, diag);
}

enum status gdb_run(struct gdb *gdb, struct live *live, const struct live_limits *limits,
                    struct live_result *result, struct diagnostic *diag)
{
    enum status status;
    bool is_going_on;

    gdb->live = live;
    gdb->limits = limits;
    while (live_hart(live, gdb->hart_count))
        gdb->hart_count++;
    *result = (struct live_result){.end = LIVE_TIME, .pc = hart_run_pc(live_hart(live, 0))};
    status = gdb_history_begin(gdb, diag);
    is_going_on = status == STATUS_OK && connection_wait(gdb);
    while (is_going_on) {
        ask(gdb);
        if (gdb->next == GDB_DETACH)
            return run_alone(gdb, result, diag);
        if (gdb->next == GDB_GO || gdb->next == GDB_GO_BACK) {
            status = go(gdb, result, diag);
            if (status != STATUS_OK)
                return status;
            is_going_on = stop_tell(gdb, result);
        } else {
            result->end = gdb->next == GDB_KILL || gdb->is_lost ? LIVE_STOPPED : LIVE_TIME;
            is_going_on = false;
        }
    }
    if (gdb->is_lost)
        result->end = LIVE_STOPPED;
    link_hang_up(&gdb->link);
    return status;
}
