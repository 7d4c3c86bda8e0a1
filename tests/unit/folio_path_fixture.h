/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/folio_path_fixture.h — a capture through a path of Folio in the loop, every read of
 * shared memory logged, every packet's end looked at. */
#ifndef CVMLAB_TEST_FOLIO_PATH_FIXTURE_H
#define CVMLAB_TEST_FOLIO_PATH_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "net/fetch_log.h"
#include "net/frame.h"
#include "net/run.h"
#include "trace/packet_in.h"

#define KEYS "traces/packets/esp-keys.json"

struct play {
    struct path path;
    struct cost cost;
    const char *app, *keys;
    void (*strike)(struct play *play, enum run_moment what, const struct folio_region *shared);
    struct fetch_log log;
    struct run_result result;
    /* What came to its end, and what left. */
    uint64_t entry_copies_rx, entry_copies_tx, short_copies, sent_esp, sent_hash;
};

static inline void play_begin(struct play *play, const char *path, const char *app)
{
    memset(play, 0, sizeof *play);
    assert_int_equal(path_open(&play->path, path, NULL), STATUS_OK);
    assert_int_equal(cost_open(&play->cost, cost_builtin(0), NULL), STATUS_OK);
    play->app = app;
    play->keys = KEYS;
}

static inline void play_moment(void *context, enum run_moment what, uint16_t queue, struct nic *nic,
                               const struct folio_region *shared)
{
    struct play *play = context;

    (void)queue;
    assert_int_equal(fetch_log_turn(&play->log, nic, shared), STATUS_OK);
    if (play->strike)
        play->strike(play, what, shared);
}

/* Every packet's own entry says what was copied of it. */
static inline void play_end(void *context, const struct run_end *end)
{
    struct play *play = context;
    uint32_t header = play->path.header_copy_bytes;
    uint32_t most = header && header < end->frame_bytes ? header : end->frame_bytes;

    play->entry_copies_rx += ledger_copies_rx(end->entry);
    play->entry_copies_tx += ledger_copies_tx(end->entry);
    play->short_copies += end->entry->bytes[LEDGER_SHARED_TO_PRIVATE] != most;
}

static inline void play_hop(void *context, enum run_hop hop, const struct packet *packet,
                            const char *comment)
{
    struct play *play = context;
    struct frame frame;

    (void)comment;
    if (hop != HOP_WIRE_OUT)
        return;
    for (uint32_t i = 0; i < packet->frame_bytes; i++)
        play->sent_hash = (play->sent_hash ^ packet->frame[i]) * 0x100000001b3;
    play->sent_esp += frame_parse(&frame, (uint8_t *)(uintptr_t)packet->frame,
                                  packet->frame_bytes) == APP_ANSWERED &&
                      frame.protocol == FRAME_PROTOCOL_ESP;
}

static inline struct run_config play_config(struct play *play)
{
    return (struct run_config){
        .path = &play->path,
        .cost = &play->cost,
        .app = app_find(play->app),
        .keys = play->keys,
        .seed = 1,
        .fetch = &play->log.base,
        .hooks = {.context = play, .moment = play_moment, .hop = play_hop, .end = play_end}};
}

/* All packets of a capture; whatever happens, every one is accounted for and no byte read twice. */
static inline void play_capture(struct play *play, const char *name)
{
    struct run_config config = play_config(play);
    struct diagnostic diag = {""};
    struct packet_reader *reader;
    struct packet packet;
    struct run *run;
    char file[64];

    snprintf(file, sizeof file, "traces/packets/%s.pcap.zst", name);
    fetch_log_begin(&play->log, NULL);
    reader = packet_reader_open(file, &diag);
    assert_non_null(reader);
    assert_int_equal(run_open(&run, &config, &diag), STATUS_OK);
    while (packet_reader_next(reader, &packet, &diag) == STATUS_OK)
        assert_int_equal(run_packet(run, &packet, &diag), STATUS_OK);
    assert_int_equal(run_finish(run, &play->result, &diag), STATUS_OK);
    run_close(run);
    packet_reader_close(reader);
    assert_int_equal(play->log.double_fetches, 0);
    assert_int_equal(play->log.outside, 0);
    fetch_log_end(&play->log);
}

/* Nothing was changed on its way; copies stand in the entries of the packets, each once. */
static inline void play_is_true(const struct play *play)
{
    const struct ledger_entry *sum = &play->result.sum;

    assert_int_equal(play->result.payload_mismatches, 0);
    assert_int_equal(play->result.wire_mismatches, 0);
    assert_int_equal(play->entry_copies_rx, ledger_copies_rx(sum));
    assert_int_equal(play->entry_copies_tx, ledger_copies_tx(sum));
    assert_int_equal(ledger_copies_tx(sum), play->result.sent);
}

static inline uint64_t play_reason(const struct play *play, const char *where, const char *reason)
{
    const struct run_result *result = &play->result;

    for (size_t i = 0; i < result->dropped_reasons + result->refused_reasons; i++)
        if (strcmp(result->reason[i].where, where) == 0 &&
            strcmp(result->reason[i].reason, reason) == 0)
            return result->reason[i].packets;
    return 0;
}

#endif
