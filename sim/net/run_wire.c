/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/run_wire.c — transmit: what the application gave back must show on the wire, byte for
 * byte, or have a reason why not. */
#include <string.h>

#include "net/run_internal.h"

enum { TX_BUDGET = 4 * APP_OUT_MAX, PADDED_BYTES = 60 }; /* IEEE 802.3: the shortest frame */

/* FNV-1a, by eight bytes at a time where there are eight: to tell frames apart, not for secrets. */
static uint64_t hash_of(const uint8_t *bytes, size_t size_bytes)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325), word;
    size_t i = 0;

    for (; i + sizeof word <= size_bytes; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
        hash ^= hash >> 29;
    }
    for (; i < size_bytes; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Of a frame whose first header_bytes may lie elsewhere than the rest. */
static uint64_t hash_of_parts(const uint8_t *header, uint32_t header_bytes, const uint8_t *rest,
                              uint32_t rest_bytes)
{
    uint64_t hash = hash_of(header, header_bytes);

    return rest_bytes == 0 ? hash : hash * 31 + hash_of(rest, rest_bytes);
}

static void expect(struct run *run, uint16_t queue, const struct folio_mbuf *mbuf)
{
    struct expected_queue *leaving = &run->leaving[queue];
    struct record *record = mbuf->attachment; /* app_packet is its first member */
    const struct folio_mbuf *rest = mbuf->rest;
    uint32_t packet_bytes = folio_mbuf_packet_bytes(mbuf);

    leaving->expected[(leaving->head + leaving->count++) % APP_OUT_MAX] = (struct expected){
        .record = record,
        .hash = hash_of_parts(mbuf->data, mbuf->data_len, rest ? rest->data : NULL,
                              rest ? rest->data_len : 0),
        .size_bytes = packet_bytes,
        .header_bytes = mbuf->data_len,
    };
    if (record) {
        record->out++;
        record->sent_bytes += packet_bytes;
        record->taken_bytes += packet_bytes;
    } else {
        run->result.created++;
        run->app->stats.created++;
    }
}

/* A frame that the device padded with zeros is as it was. */
static bool frame_is(const struct nic_frame *frame, const struct expected *expected)
{
    if (frame->size_bytes < expected->size_bytes)
        return false;
    for (uint32_t i = expected->size_bytes; i < frame->size_bytes; i++)
        if (i >= PADDED_BYTES || frame->data[i] != 0)
            return false;
    return hash_of_parts(frame->data, expected->header_bytes, frame->data + expected->header_bytes,
                         expected->size_bytes - expected->header_bytes) == expected->hash;
}

static struct expected *expected_at(struct expected_queue *leaving, uint32_t index)
{
    return &leaving->expected[(leaving->head + index) % APP_OUT_MAX];
}

/* Something handed over did not leave. is_taken: the path copied it, or posted it in place. */
static void lost(struct expected *expected, bool is_taken, bool is_refused, const char *where,
                 const char *reason)
{
    struct record *record = expected->record;

    if (!record)
        return;
    record->sent_bytes -= expected->size_bytes;
    if (!is_taken)
        record->taken_bytes -= expected->size_bytes;
    record->where = where;
    record->reason = reason;
    record->is_refused = is_refused;
}

/* Why one that was taken is not on the wire. */
static void lost_explain(struct run *run, struct expected *expected)
{
    struct folio_stats now;
    const char *reason;

    run_stats(run, &now);
    reason = run_refusal(&now, &run->stats, FOLIO_REFUSED_GUARD, FOLIO_REFUSED_BACKEND);
    if (reason)
        lost(expected, false, true, run_guest_word(run), reason);
    else
        lost(expected, true, false, "nic", "not_sent");
}

void run_out(void *context, const struct nic_frame *frame, uint16_t queue)
{
    struct run *run = context;
    struct expected_queue *leaving = &run->leaving[queue];
    struct record *record = NULL;
    uint32_t at = 0;

    run->result.sent++;
    run->result.sent_bytes += frame->size_bytes;
    while (at < leaving->count && !frame_is(frame, expected_at(leaving, at)))
        at++;
    if (at == leaving->count) { /* changed on its way: the oldest one, most likely */
        run->result.wire_mismatches++;
        at = 0;
    }
    for (uint32_t i = 0; i < at; i++)
        lost_explain(run, expected_at(leaving, i));
    if (leaving->count > 0) {
        record = expected_at(leaving, at)->record;
        leaving->head = (leaving->head + at + 1) % APP_OUT_MAX;
        leaving->count -= at + 1;
    }
    if (record)
        record->sent++;
    if (run->config.hooks.hop && record) {
        struct packet packet = record->packet;

        packet.frame = frame->data;
        packet.frame_bytes = packet.wire_bytes = frame->size_bytes;
        run->config.hooks.hop(run->config.hooks.context, HOP_WIRE_OUT, &packet, NULL);
    }
}

/* Why the path took nothing; before: its counts before it was asked. */
static struct shortage shortage_find(struct run *run, const struct folio_stats *before)
{
    const char *refusal = run_bounce_refusal(run);
    struct folio_stats now;

    run_stats(run, &now);
    if (refusal)
        return (struct shortage){"bounce", refusal};
    if (now.tx_no_mbuf != before->tx_no_mbuf)
        return (struct shortage){"pool", "no_mbuf"};
    return (struct shortage){"tx", "no_room"};
}

/* What could not be handed over is the application's loss. */
static void drop_rest(struct run *run, uint16_t queue, struct folio_mbuf **out, uint16_t count,
                      struct shortage why)
{
    struct expected_queue *leaving = &run->leaving[queue];

    for (uint16_t i = 0; i < count; i++) {
        leaving->count--; /* the last ones expected are those */
        lost(expected_at(leaving, leaving->count), false, false, why.where, why.reason);
        folio_mbuf_free(out[count - 1 - i]);
    }
}

uint32_t run_send(struct run *run, uint16_t queue, struct folio_mbuf **out, uint16_t count,
                  struct record **senders)
{
    struct expected_queue *leaving = &run->leaving[queue];
    struct folio_stats before = {0};
    uint32_t sender_count = 0, kept = 0;
    uint16_t done = 0, taken;
    unsigned failed = 0;

    run_host_acts(run, RUN_BEFORE_TX, queue);
    for (uint16_t i = 0; i < count; i++) {
        expect(run, queue, out[i]);
        if (out[i]->attachment)
            senders[sender_count++] = out[i]->attachment; /* app_packet is its first member */
    }
    do { /* until the device has sent all, and gives back nothing more */
        if (failed > 0) {
            (void)run_bounce_refusal(run);
            run_stats(run, &before);
        }
        taken = run->path->ops->tx_burst(run->path, queue, out + done, (uint16_t)(count - done));
        done = (uint16_t)(done + taken);
        run_host_acts(run, RUN_AFTER_TX, queue);
        (void)nic_tx_run(run->path->lab.nic, TX_BUDGET);
        failed = taken > 0 ? 0 : failed + 1;
    } while (done < count && failed < 2);
    if (done < count)
        drop_rest(run, queue, out + done, (uint16_t)(count - done), shortage_find(run, &before));
    (void)run_bounce_refusal(run); /* what was refused and then granted is no shortage */
    for (; leaving->count > 0; leaving->count--) {
        lost_explain(run, expected_at(leaving, 0));
        leaving->head = (leaving->head + 1) % APP_OUT_MAX;
    }
    for (uint32_t i = 0; i < sender_count; i++)
        if (senders[i]->taken_bytes > 0)
            senders[kept++] = senders[i];
    return kept;
}
