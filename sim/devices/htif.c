/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/htif.c — commands of a program to its simulator. See htif.h. */
#include "devices/htif.h"

enum { DEVICE_SYSTEM_CALL = 0, DEVICE_CONSOLE = 1, CONSOLE_READ = 0, CONSOLE_WRITE = 1 };

/* Linux system calls of RISC-V, and errors. */
enum {
    CALL_WRITE = 64,
    CALL_EXIT = 93,
    ERROR_BAD_FILE = 9,
    ERROR_FAULT = 14,
    ERROR_INVALID = 22,
    ERROR_NO_CALL = 38
};

enum { CALL_WORDS = 8, CHUNK_BYTES = 256 };

/* Of a call: its number, and from 1 on its arguments; the result goes where the number was. */
struct call {
    spa_t at;
    uint64_t word[CALL_WORDS];
};

/* Hands the answer over as soon as the program has taken the last one. */
static void answer_deliver(struct htif *htif)
{
    uint64_t there;

    if (htif->answer == 0 || htif->fromhost.v == 0 ||
        !dma_read(&htif->dma, htif->fromhost, &there, sizeof there) || there != 0)
        return;
    if (dma_write(&htif->dma, htif->fromhost, &htif->answer, sizeof htif->answer))
        htif->answer = 0;
}

static void end(const struct htif *htif, uint64_t number)
{
    htif->power.request(htif->power.context, number == 0 ? POWER_PASS : POWER_FAIL, number);
}

/* Returns what write(2) returns, negative errors included. */
static uint64_t call_write(const struct htif *htif, uint64_t file, spa_t from, uint64_t size_bytes)
{
    uint8_t chunk[CHUNK_BYTES];
    uint64_t done = 0;

    if (file != 1 && file != 2)
        return -(uint64_t)ERROR_BAD_FILE;
    if (size_bytes > HTIF_WRITE_BYTES_MAX)
        return -(uint64_t)ERROR_INVALID;
    while (done < size_bytes) {
        size_t part = size_bytes - done < CHUNK_BYTES ? size_bytes - done : CHUNK_BYTES;

        if (!dma_read(&htif->dma, (spa_t){from.v + done}, chunk, part))
            return done > 0 ? done : -(uint64_t)ERROR_FAULT;
        console_put(&htif->console, chunk, part);
        done += part;
    }
    return done;
}

static void call_do(struct htif *htif, const struct call *call)
{
    uint64_t result = -(uint64_t)ERROR_NO_CALL;

    if (call->word[0] == CALL_EXIT) {
        end(htif, call->word[1]);
        return;
    }
    if (call->word[0] == CALL_WRITE)
        result = call_write(htif, call->word[1], (spa_t){call->word[2]}, call->word[3]);
    (void)dma_write(&htif->dma, call->at, &result, sizeof result);
    htif->answer = 1;
}

/* Whether it was a command. */
static bool system_call(struct htif *htif, uint64_t payload)
{
    struct call call = {.at = {payload}};

    if (payload & 1) {
        end(htif, payload >> 1);
        return true;
    }
    if (!dma_read(&htif->dma, call.at, call.word, sizeof call.word))
        return false;
    call_do(htif, &call);
    return true;
}

static void character_read(struct htif *htif)
{
    uint8_t byte;

    htif->is_read_wanted = console_get(&htif->console, &byte, 1) != 1;
    if (!htif->is_read_wanted)
        htif->answer = (uint64_t)DEVICE_CONSOLE << 56 | 0x100 | byte;
}

/* Whether it was a command. */
static bool command_do(struct htif *htif, uint64_t word)
{
    uint64_t device = word >> 56, command = word >> 48 & 0xff, payload = word << 16 >> 16;
    uint8_t byte = (uint8_t)payload;

    if (device == DEVICE_SYSTEM_CALL && command == 0)
        return system_call(htif, payload);
    if (device == DEVICE_CONSOLE && command == CONSOLE_WRITE)
        console_put(&htif->console, &byte, 1);
    if (device == DEVICE_CONSOLE && command == CONSOLE_READ)
        character_read(htif);
    return true;
}

void htif_poll(struct htif *htif)
{
    static const uint64_t done = 0;
    uint64_t word = 0;

    if (dma_read(&htif->dma, htif->tohost, &word, sizeof word) && word != 0 &&
        command_do(htif, word))
        (void)dma_write(&htif->dma, htif->tohost, &done, sizeof done);
    if (htif->is_read_wanted)
        character_read(htif);
    answer_deliver(htif);
}

void htif_snapshot(struct htif *htif, struct snapshot_stream *stream)
{
    snapshot_u64(stream, &htif->answer);
    snapshot_bool(stream, &htif->is_read_wanted);
}
