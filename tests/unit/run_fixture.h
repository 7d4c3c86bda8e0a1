/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/run_fixture.h — a watched run: what the loop reports is compared, packet by packet,
 * with what went in and what came out. Used by unit/test_run.c and property/test_net_paths.c. */
#ifndef CVMLAB_TEST_RUN_FIXTURE_H
#define CVMLAB_TEST_RUN_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "net/run_internal.h"
#include "trace/packet_set.h"

#define RUN_FIXTURE_KEYS CVMLAB_SOURCE_DIR "/traces/packets/esp-keys.json"

struct watch {
    char label[96]; /* of the run, for failures */
    const struct path *path;
    const struct app_kind *app;
    const struct packet *packets;
    size_t count;
    struct run *run;                                               /* while it plays */
    void (*ended)(struct watch *watch, const struct run_end *end); /* or NULL */
    bool is_hostile; /* the host lies: mismatches and refusals are the test's to judge */
    uint8_t *is_received;
    struct ledger_entry sum;
    uint64_t ends, fates[FATE_COUNT], sent, digest;
    struct run_result result;
};

/* What the path's backend is called with when its memory is taken back. */
struct watch_close {
    struct folio_backend_ops ops;
    const struct folio_backend_ops *inner;
    uint64_t calls, not_zero;
};

static struct watch_close watch_close;

static inline void watch_expect(const struct watch *watch, bool holds, uint64_t packet,
                                const char *rule)
{
    if (!holds)
        fail_msg("%s: packet %llu: %s", watch->label, (unsigned long long)packet, rule);
}

static inline void watch_digest(struct watch *watch, uint64_t value)
{
    watch->digest = (watch->digest ^ value) * UINT64_C(0x100000001b3);
    watch->digest ^= watch->digest >> 29;
}

static inline const struct packet *watch_packet(const struct watch *watch, uint64_t number)
{
    watch_expect(watch, number >= 1 && number <= watch->count, number, "no such packet");
    return &watch->packets[number - 1];
}

/* What macswap and l2fwd send is known without asking them. */
static inline void watch_sent(struct watch *watch, const struct packet *sent)
{
    const struct packet *from = watch_packet(watch, sent->number);
    bool swaps = strcmp(watch->app->name, "macswap") == 0;
    uint32_t head = swaps ? 12 : 0;

    watch->sent++;
    if (watch->is_hostile || (!swaps && strcmp(watch->app->name, "l2fwd") != 0))
        return;
    watch_expect(watch, sent->frame_bytes >= from->frame_bytes, sent->number, "cut on the wire");
    if (swaps)
        watch_expect(watch,
                     memcmp(sent->frame, from->frame + 6, 6) == 0 &&
                         memcmp(sent->frame + 6, from->frame, 6) == 0,
                     sent->number, "addresses are not exchanged");
    watch_expect(watch,
                 memcmp(sent->frame + head, from->frame + head, from->frame_bytes - head) == 0,
                 sent->number, "changed on the wire");
}

static inline void watch_hop(void *context, enum run_hop hop, const struct packet *packet,
                             const char *comment)
{
    struct watch *watch = context;
    const struct packet *from = watch_packet(watch, packet->number);

    (void)comment;
    watch_expect(watch, packet->time_ns == from->time_ns, packet->number, "another time");
    if (hop == HOP_WIRE_OUT)
        watch_sent(watch, packet);
    if (hop == HOP_GUEST)
        watch->is_received[packet->number - 1]++;
    if (hop != HOP_WIRE_OUT && !watch->is_hostile)
        watch_expect(watch,
                     packet->frame_bytes == from->frame_bytes &&
                         memcmp(packet->frame, from->frame, from->frame_bytes) == 0,
                     packet->number, "not what the wire carried");
}

static inline void watch_copy(const struct watch *watch, const struct run_end *end,
                              enum ledger_place place, bool is_once, uint32_t size_bytes)
{
    watch_expect(watch, end->entry->copies[place] == is_once, end->id, ledger_place_name(place));
    watch_expect(watch, end->entry->bytes[place] == (is_once ? size_bytes : 0), end->id,
                 "bytes copied are not those of the frame");
}

/* One copy per packet and direction, or none: what the driver of the path pays. */
static inline void watch_copies(const struct watch *watch, const struct run_end *end)
{
    enum path_driver driver = watch->path->driver;
    bool came = watch->is_received[end->id - 1] != 0, left = end->sent_bytes > 0;

    watch_copy(watch, end, LEDGER_SHARED_TO_PRIVATE, driver == PATH_FOLIO && came,
               end->frame_bytes);
    watch_copy(watch, end, LEDGER_PRIVATE_TO_SHARED, driver == PATH_FOLIO && left, end->sent_bytes);
    watch_copy(watch, end, LEDGER_BOUNCE_IN, driver == PATH_SWIOTLB && came, end->frame_bytes);
    watch_copy(watch, end, LEDGER_BOUNCE_OUT, driver == PATH_SWIOTLB && left, end->sent_bytes);
    if (!watch->path->bounce_map_copy)
        watch_copy(watch, end, LEDGER_BOUNCE_MAP, false, 0);
}

static inline void watch_end(void *context, const struct run_end *end)
{
    struct watch *watch = context;
    const struct packet *from = watch_packet(watch, end->id);
    bool is_lost = end->fate == FATE_DROPPED || end->fate == FATE_REFUSED;

    watch->ends++;
    watch->fates[end->fate]++;
    ledger_add(&watch->sum, end->entry);
    watch_expect(watch, end->id == watch->ends, end->id, "ends out of turn");
    watch_expect(watch, end->frame_bytes == from->frame_bytes, end->id, "another length");
    watch_expect(watch, (end->where != NULL) == is_lost && (end->reason != NULL) == is_lost,
                 end->id, "a reason for a loss, and only for one");
    watch_expect(watch, watch->is_received[end->id - 1] <= 1, end->id, "received twice");
    watch_expect(watch, is_lost || watch->is_received[end->id - 1], end->id, "never received");
    watch_expect(watch, end->fate != FATE_ANSWERED || end->sent_bytes > 0, end->id, "no answer");
    watch_expect(watch, end->latency_ns >= 0, end->id, "left before it came");
    if (!watch->is_hostile)
        watch_copies(watch, end);
    if (watch->ended)
        watch->ended(watch, end);
    watch_digest(watch, end->id << 8 | (uint64_t)end->fate);
    watch_digest(watch, (uint64_t)end->queue << 32 | end->sent_bytes);
    watch_digest(watch, (uint64_t)(end->latency_ns * 1000));
    for (unsigned i = 0; i < LEDGER_COUNT_COUNT; i++)
        watch_digest(watch, end->entry->count[i]);
    for (const char *c = is_lost ? end->reason : ""; *c; c++)
        watch_digest(watch, (uint64_t)*c);
}

static inline enum status watch_unshare(struct folio_backend *self, void *memory, size_t size_bytes)
{
    const uint8_t *bytes = memory;

    watch_close.calls++;
    for (size_t i = 0; i < size_bytes; i++)
        watch_close.not_zero += bytes[i] != 0;
    return watch_close.inner->unshare(self, memory, size_bytes);
}

/* Puts the watch between the path and its backend. */
static inline void watch_backend(struct run *run)
{
    struct folio_backend *base = &run->path->lab.backend.driver.base;

    watch_close = (struct watch_close){.ops = *base->ops, .inner = base->ops};
    watch_close.ops.unshare = watch_unshare;
    base->ops = &watch_close.ops;
}

/* What must hold of every result, whatever the host did. */
static inline void watch_sums(const struct watch *watch, const struct run *run)
{
    const struct run_result *result = &watch->result;
    uint64_t reasons = 0, sizes = 0, doorbells = nic_stats(run->path->lab.nic)->doorbells;

    watch_expect(watch, result->packets_in == watch->count && watch->ends == watch->count, 0,
                 "an end for every packet");
    watch_expect(watch, result->packets_in == result->delivered + result->dropped + result->refused,
                 0, "packets in = delivered + dropped + refused");
    watch_expect(watch,
                 result->answered == watch->fates[FATE_ANSWERED] &&
                     result->consumed == watch->fates[FATE_CONSUMED] &&
                     result->dropped == watch->fates[FATE_DROPPED] &&
                     result->refused == watch->fates[FATE_REFUSED],
                 0, "fates are counted");
    for (size_t i = 0; i < result->dropped_reasons + result->refused_reasons; i++)
        reasons += result->reason[i].packets;
    for (size_t i = 0; i < RUN_SIZE_CLASSES; i++)
        sizes += result->sizes[i];
    watch_expect(watch, reasons == result->dropped + result->refused, 0, "a reason for every loss");
    watch_expect(watch, sizes == result->packets_in, 0, "a size class for every packet");
    watch_expect(watch, memcmp(&watch->sum, &result->sum, sizeof watch->sum) == 0, 0,
                 "the sum is the sum of the packets");
    watch_expect(watch,
                 result->sum.count[LEDGER_DOORBELLS] + result->setup.count[LEDGER_DOORBELLS] ==
                     doorbells,
                 0, "packets and set-up are all doorbells");
    watch_expect(watch,
                 result->sum.count[LEDGER_BOUNCE_MAPPINGS] +
                         result->setup.count[LEDGER_BOUNCE_MAPPINGS] ==
                     result->bounce.mappings,
                 0, "packets and set-up are all mappings");
}

/* Plays all packets. config->hooks.moment is the caller's; the context of all hooks is the watch.
 */
static inline void watch_run(struct watch *watch, struct run_config *config)
{
    struct diagnostic diag = {""};
    struct run *run;
    enum status status;

    watch->path = config->path;
    watch->app = config->app;
    watch->is_received = calloc(watch->count + 1, 1);
    assert_non_null(watch->is_received);
    config->keys = RUN_FIXTURE_KEYS;
    config->hooks.context = watch;
    config->hooks.hop = watch_hop;
    config->hooks.end = watch_end;
    if (run_open(&run, config, &diag) != STATUS_OK)
        fail_msg("%s: %s", watch->label, diag.text);
    watch->run = run;
    watch_backend(run);
    status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < watch->count; i++)
        status = run_packet(run, &watch->packets[i], &diag);
    if (status == STATUS_OK)
        status = run_finish(run, &watch->result, &diag);
    if (status != STATUS_OK)
        fail_msg("%s: %s", watch->label, diag.text);
    watch_sums(watch, run);
    watch_digest(watch, watch->result.sent_bytes);
    run_close(run);
    watch_expect(watch, watch_close.calls == 1 && watch_close.not_zero == 0, 0,
                 "the shared region is zero when it is taken back");
    free(watch->is_received);
    watch->is_received = NULL;
}

/* Packets that ended for this reason. */
static inline uint64_t watch_reason(const struct watch *watch, const char *where,
                                    const char *reason)
{
    const struct run_result *result = &watch->result;

    for (size_t i = 0; i < result->dropped_reasons + result->refused_reasons; i++)
        if (strcmp(result->reason[i].where, where) == 0 &&
            strcmp(result->reason[i].reason, reason) == 0)
            return result->reason[i].packets;
    return 0;
}

/* An honest host: nothing is refused, nothing differs. */
static inline void watch_honest(struct watch *watch, struct run_config *config)
{
    watch_run(watch, config);
    watch_expect(watch, watch->result.refused == 0, 0, "an honest host is refused");
    watch_expect(watch, watch->result.payload_mismatches == 0, 0, "payloads differ");
    watch_expect(watch, watch->result.wire_mismatches == 0, 0, "what left differs");
    watch_expect(watch, watch->result.sent == watch->sent + watch->result.created, 0,
                 "every frame that left belongs to a packet");
}

#endif
