/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/history.c — see history.h. */
#include "gdb/history.h"

#include <stdlib.h>
#include <string.h>

/* How close marks are at first, in instructions: what is run again in some hundredths of a second;
 * and what all of them may take. */
enum { INTERVAL_FIRST = 1 << 20, MARKED_BYTES_MAX = 512 << 20 };

/* --- the console --- */

static void console_out(void *context, const uint8_t *bytes, size_t size_bytes)
{
    struct history *history = context;
    uint64_t known = history->put - history->at_put;

    history->at_put += size_bytes;
    if (known >= size_bytes)
        return;
    history->put = history->at_put;
    console_put(&history->console, bytes + known, size_bytes - (size_t)known);
}

/* Room for more input to be kept. */
static bool input_grow(struct history *history, size_t more_bytes)
{
    uint64_t room = history->input_room ? history->input_room : PAGE_SIZE;
    uint8_t *input;

    while (room < history->input_bytes + more_bytes)
        room *= 2;
    if (room == history->input_room)
        return true;
    input = (uint8_t *)realloc(history->input, room);
    if (!input)
        return false;
    history->input = input;
    history->input_room = room;
    return true;
}

static size_t console_in(void *context, uint8_t *bytes, size_t most_bytes)
{
    struct history *history = context;
    uint64_t at = history->at_taken - history->input_first;
    size_t known = (size_t)(history->input_bytes - at), size = most_bytes;

    if (known > 0) {
        if (size > known)
            size = known;
        memcpy(bytes, history->input + at, size);
    } else {
        if (!input_grow(history, most_bytes))
            return 0;
        size = console_get(&history->console, bytes, most_bytes);
        memcpy(history->input + history->input_bytes, bytes, size);
        history->input_bytes += size;
    }
    history->at_taken += size;
    return size;
}

struct console history_console(struct history *history, const struct console *console)
{
    history->console = *console;
    return (struct console){console_out, console_in, history};
}

/* --- marks --- */

static void marks_free(struct history *history)
{
    for (unsigned i = 0; i < history->mark_count; i++)
        machine_snapshot_free(&history->mark[i].snapshot);
    history->mark_count = 0;
    history->marked_bytes = 0;
}

void history_free(struct history *history)
{
    marks_free(history);
    free(history->input);
    history->input = NULL;
}

static enum status mark_take(struct history *history, struct live *live, uint64_t age,
                             struct diagnostic *diag)
{
    struct history_mark *mark = &history->mark[history->mark_count];
    enum status status = machine_snapshot_take(live, &mark->snapshot, diag);

    if (status != STATUS_OK)
        return status;
    mark->age = age;
    mark->instructions = live_instructions(live);
    history->marked_bytes += mark->snapshot.size_bytes;
    history->mark_count++;
    return STATUS_OK;
}

enum status history_begin(struct history *history, struct live *live, uint64_t age,
                          struct diagnostic *diag)
{
    struct live_console_counts counts = live_console_counts(live);

    marks_free(history);
    history->interval = INTERVAL_FIRST;
    history->at_put = history->put = counts.put;
    if (history->input_bytes == 0)
        history->input_first = counts.taken;
    history->at_taken = counts.taken;
    return mark_take(history, live, age, diag);
}

/* Every second mark goes; the first stays. */
static void marks_thin(struct history *history)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < history->mark_count; i++) {
        if (i % 2 == 0) {
            history->mark[kept++] = history->mark[i];
        } else {
            history->marked_bytes -= history->mark[i].snapshot.size_bytes;
            machine_snapshot_free(&history->mark[i].snapshot);
        }
    }
    history->mark_count = kept;
    history->interval *= 2;
}

void history_add(struct history *history, struct live *live, uint64_t age)
{
    const struct history_mark *last = &history->mark[history->mark_count - 1];
    struct diagnostic ignored;

    if (live_instructions(live) < last->instructions + history->interval)
        return;
    if (history->mark_count == HISTORY_MARKS_MAX ||
        (history->mark_count > 2 && history->marked_bytes > MARKED_BYTES_MAX))
        marks_thin(history);
    if (history->mark_count < HISTORY_MARKS_MAX)
        (void)mark_take(history, live, age, &ignored);
}

unsigned history_find(const struct history *history, uint64_t age)
{
    unsigned i = history->mark_count - 1;

    while (i > 0 && history->mark[i].age >= age)
        i--;
    return i;
}

enum status history_go(struct history *history, struct live *live, unsigned index,
                       struct diagnostic *diag)
{
    const struct machine_snapshot *snapshot = &history->mark[index].snapshot;
    enum status status = machine_snapshot_restore(live, snapshot, "the history", diag);
    struct live_console_counts counts;

    if (status != STATUS_OK)
        return status;
    counts = live_console_counts(live);
    history->at_put = counts.put;
    history->at_taken = counts.taken;
    return STATUS_OK;
}
