/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/query.c — general questions and settings (q, Q). See internal.h. */
#include <errno.h>
#include <string.h>

#include "gdb/internal.h"

static void supported(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    reply_add(&gdb->reply, "PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;vContSupported+",
              (unsigned)PACKET_BYTES);
    if (!gdb->has_no_history)
        reply_add(&gdb->reply, ";ReverseStep+;ReverseContinue+");
}

static void thread_current(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    reply_add(&gdb->reply, "QC%x", gdb->stop.hart + 1);
}

static void threads_first(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    reply_add(&gdb->reply, "m1");
    for (unsigned i = 1; i < gdb->hart_count; i++)
        reply_add(&gdb->reply, ",%x", i + 1);
}

static void threads_more(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    reply_add(&gdb->reply, "l");
}

static void thread_describe(struct gdb *gdb, struct cursor *cursor)
{
    char text[32];
    unsigned hart;

    if (!gdb_thread_take(gdb, cursor, &hart)) {
        gdb_answer(gdb, false, EINVAL);
        return;
    }
    (void)snprintf(text, sizeof text, "hart %u, %s", hart,
                   hart_mode_name(hart_mode(hart_run_hart(live_hart(gdb->live, hart)))));
    reply_add_hex(&gdb->reply, text, strlen(text));
}

/* A new program was not started for GDB: when it quits, it lets go and kills nothing. */
static void attached(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    reply_add(&gdb->reply, "1");
}

static void description_read(struct gdb *gdb, struct cursor *cursor)
{
    const char *text = gdb_description(gdb);
    uint64_t first, size;

    if (!text || !cursor_take(cursor, "target.xml:") || !cursor_number(cursor, &first) ||
        !cursor_take(cursor, ",") || !cursor_number(cursor, &size) || first > strlen(text)) {
        gdb_answer(gdb, false, EINVAL);
        return;
    }
    text += first;
    if (size > PACKET_BYTES / 2)
        size = PACKET_BYTES / 2;
    reply_add(&gdb->reply, "%c%.*s", strlen(text) > size ? 'm' : 'l', (int)size, text);
}

/* --- what addresses mean --- */

static void physical_get(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    reply_add(&gdb->reply, "%d", gdb->memory == GDB_PHYSICAL);
}

/* As QEMU has it. */
static void physical_set(struct gdb *gdb, struct cursor *cursor)
{
    bool is_on = cursor_take(cursor, "1");

    if (!is_on && !cursor_take(cursor, "0")) {
        gdb_answer(gdb, false, EINVAL);
        return;
    }
    gdb->memory = is_on ? GDB_PHYSICAL : GDB_VIRTUAL;
    gdb_answer(gdb, true, 0);
}

static void memory_get(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    reply_add(&gdb->reply, "%s", gdb_memory_words[gdb->memory]);
}

static void memory_set(struct gdb *gdb, struct cursor *cursor)
{
    for (unsigned i = 0; i < GDB_MEMORY_COUNT; i++) {
        struct cursor word = *cursor;

        if (cursor_take(&word, gdb_memory_words[i]) && word.at == word.end) {
            gdb->memory = (enum gdb_memory)i;
            gdb_answer(gdb, true, 0);
            return;
        }
    }
    gdb_answer(gdb, false, EINVAL);
}

static void acks_stop(struct gdb *gdb, struct cursor *cursor)
{
    (void)cursor;
    gdb->has_no_acks = true;
    gdb_answer(gdb, true, 0);
}

/* --- the tables --- */

struct word {
    const char *text;
    gdb_request_fn *answer;
};

/* What is not here gets an empty answer: not supported. */
static void word_find(struct gdb *gdb, struct cursor *cursor, const struct word *words)
{
    for (; words->text; words++)
        if (cursor_take(cursor, words->text)) {
            words->answer(gdb, cursor);
            return;
        }
}

void gdb_query(struct gdb *gdb, struct cursor *cursor)
{
    static const struct word words[] = {{"Supported", supported},
                                        {"Rcmd,", gdb_monitor},
                                        {"Xfer:features:read:", description_read},
                                        {"fThreadInfo", threads_first},
                                        {"sThreadInfo", threads_more},
                                        {"ThreadExtraInfo,", thread_describe},
                                        {"Attached", attached},
                                        {"qemu.PhyMemMode", physical_get},
                                        {"cvmlab.MemoryMode", memory_get},
                                        {"C", thread_current},
                                        {NULL, NULL}};

    word_find(gdb, cursor, words);
}

void gdb_set(struct gdb *gdb, struct cursor *cursor)
{
    static const struct word words[] = {{"StartNoAckMode", acks_stop},
                                        {"qemu.PhyMemMode:", physical_set},
                                        {"cvmlab.MemoryMode:", memory_set},
                                        {NULL, NULL}};

    word_find(gdb, cursor, words);
}
