/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/run_round.c — one round of accounted packets: onto the wire, into the guest, through the
 * application, out again. Everything that a round begins it also ends. */
#include <string.h>

#include "net/run_internal.h"

static void hop(struct run *run, enum run_hop where, const struct record *record,
                const uint8_t *frame, uint32_t frame_bytes, const char *comment)
{
    const struct run_hooks *hooks = &run->config.hooks;
    struct packet packet = record->packet;

    if (!hooks->hop)
        return;
    packet.frame = frame;
    packet.frame_bytes = frame_bytes;
    if (packet.wire_bytes < frame_bytes)
        packet.wire_bytes = frame_bytes;
    hooks->hop(hooks->context, where, &packet, comment);
}

void run_host_acts(struct run *run, enum run_moment moment, uint16_t queue)
{
    static const struct folio_region nothing = {NULL, 0, {0}};
    const struct run_hooks *hooks = &run->config.hooks;

    if (hooks->moment)
        hooks->moment(hooks->context, moment, queue, run->path->lab.nic,
                      run->config.path->is_trusted ? &nothing : &run->path->region);
}

/* Why the refill of a queue was cut short, if it was. */
static void shortage_note(struct run *run, uint16_t queue)
{
    struct shortage *shortage = &run->shortage[queue];
    struct folio_stats now;
    const char *refusal = run_bounce_refusal(run);

    *shortage = (struct shortage){NULL, NULL};
    run_stats(run, &now);
    if (refusal)
        *shortage = (struct shortage){"bounce", refusal};
    else if (now.rx_unposted != run->stats.rx_unposted)
        *shortage = (struct shortage){"pool", "no_mbuf"};
    run->stats.rx_unposted = now.rx_unposted;
}

static void drop_by_device(struct run *run, struct record *record, enum nic_fate fate)
{
    const struct shortage *shortage = &run->shortage[record->queue];

    record->where = "nic";
    record->reason = nic_fate_name(fate);
    if (fate == NIC_NO_DESCRIPTOR && shortage->where) {
        record->where = shortage->where;
        record->reason = shortage->reason;
    }
}

/* All packets of the round arrive. */
static void wire_in(struct run *run)
{
    struct ledger_entry delta;

    for (uint32_t i = 0; i < run->record_count; i++) {
        struct record *record = &run->record[i], *const one[] = {record};
        const struct packet *packet = &record->packet;
        struct nic_arrival arrival =
            nic_wire_in(run->path->lab.nic, packet->frame, packet->frame_bytes, packet->time_ns);
        struct record_queue *arrived = &run->arrived[arrival.queue];

        record->queue = arrival.queue;
        if (arrival.fate == NIC_DELIVERED)
            arrived->record[arrived->count++] = record;
        else
            drop_by_device(run, record, arrival.fate);
        hop(run, HOP_WIRE, record, packet->frame, packet->frame_bytes, record->reason);
        run_reveal(run, i);
        run_delta(run, &delta);
        run_share(run, &delta, one, 1, false);
    }
}

/* The payload that a header-only copy left behind is looked at here, but by nobody in the guest. */
static bool record_is(const struct record *record, const struct folio_mbuf *mbuf)
{
    const struct folio_mbuf *rest = mbuf->rest;
    const uint8_t *frame = record->packet.frame;

    return record->packet.frame_bytes == folio_mbuf_packet_bytes(mbuf) &&
           memcmp(frame, mbuf->data, mbuf->data_len) == 0 &&
           (!rest || memcmp(frame + mbuf->data_len, rest->data, rest->data_len) == 0);
}

/* The records of a burst in order: those that the guest received, and those that were copied and
 * then refused. */
struct burst {
    struct record *record[PATH_BURST_MAX];
    uint32_t count;
    uint32_t copies; /* of these, as far as the door has their places */
};

/* The oldest record was refused, if another refusal was counted. */
static bool record_refuse(struct run *run, struct record_queue *arrived, struct burst *burst)
{
    struct record *record = arrived->record[arrived->head];
    struct folio_stats now;
    const char *reason;

    run_stats(run, &now);
    reason = run_refusal(&now, &run->stats, FOLIO_REFUSED_DD_WITHDRAWN, FOLIO_REFUSED_DECRYPT);
    if (!reason)
        return false;
    record->is_refused = true;
    record->where = run_guest_word(run);
    record->reason = reason;
    arrived->head++;
    if (strcmp(reason, folio_refusal_name(FOLIO_REFUSED_DECRYPT)) == 0) { /* after its copy */
        burst->record[burst->count++] = record;
        burst->copies++;
    }
    return true;
}

/* The packet of the wire that this mbuf is. Those before it that do not match were refused, as far
 * as refusals were counted. NULL: there is none left, the host made one up. */
static struct record *record_find(struct run *run, struct record_queue *arrived,
                                  const struct folio_mbuf *mbuf, struct burst *burst)
{
    bool is_it = false;

    while (arrived->head < arrived->count) {
        is_it = record_is(arrived->record[arrived->head], mbuf);
        if (is_it || !record_refuse(run, arrived, burst))
            break;
    }
    run->result.payload_mismatches += !is_it;
    return arrived->head < arrived->count ? arrived->record[arrived->head++] : NULL;
}

/* Shows a packet where the device wrote it, and as the guest has it. */
static void arrival_show(struct run *run, const struct record *record,
                         const struct folio_mbuf *mbuf, uint32_t copy_index)
{
    const struct count_fetch_copy *copy = &run->fetch.copy[copy_index];
    bool is_copied = copy_index < run->fetch.copy_count;

    if (is_copied)
        hop(run, HOP_SHARED, record, copy->shared,
            copy->size_bytes + (mbuf->rest ? mbuf->rest->data_len : 0u), "written by the device");
    else
        hop(run, HOP_SHARED, record, mbuf->data, mbuf->data_len,
            "written by the device, read in place");
    hop(run, HOP_GUEST, record, mbuf->data, mbuf->data_len,
        mbuf->rest  ? "header copied once"
        : is_copied ? "copied once"
                    : NULL);
}

/* Ties mbufs to records, and looks at what the guest got. */
static void burst_identify(struct run *run, uint16_t queue, struct folio_mbuf **mbufs,
                           uint16_t count, struct burst *burst)
{
    struct record_queue *arrived = &run->arrived[queue];

    for (uint16_t i = 0; i < count; i++) {
        struct record *record = record_find(run, arrived, mbufs[i], burst);

        mbufs[i]->attachment = record;
        if (record) {
            record->is_received = true;
            burst->record[burst->count++] = record;
            arrival_show(run, record, mbufs[i], burst->copies);
        }
        burst->copies++;
    }
    if (run->config.path->single_fetch) /* refused behind the last one that was received */
        while (arrived->head < arrived->count && record_refuse(run, arrived, burst))
            ;
}

/* What the path took, and so copied, among the records that the application answered. */
static uint32_t senders_keep(struct record **senders, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++)
        if (senders[i]->taken_bytes > 0)
            senders[kept++] = senders[i];
    return kept;
}

/* One burst of a queue. Returns how many mbufs came. */
static uint16_t burst_run(struct run *run, uint16_t queue)
{
    struct folio_mbuf *mbufs[PATH_BURST_MAX], *out[APP_OUT_MAX];
    struct record *senders[APP_OUT_MAX];
    struct burst burst = {.count = 0};
    struct ledger_entry delta;
    uint32_t sender_count;
    uint16_t count, sending;

    run->fetch.copy_count = 0;
    count = run->path->ops->rx_burst(run->path, queue, mbufs, run->config.path->burst);
    shortage_note(run, queue);
    run_host_acts(run, RUN_AFTER_RX, queue);
    burst_identify(run, queue, mbufs, count, &burst);
    run_delta(run, &delta);
    run_share(run, &delta, burst.record, burst.count, false);
    if (count == 0)
        return 0;

    sending = run->app->ops->burst(run->app, queue, mbufs, count, out);
    sender_count = run_send(run, queue, out, sending, senders);
    run_delta(run, &delta);
    run_share(run, &delta, senders, senders_keep(senders, sender_count), true);
    return count;
}

/* What is left was refused, or the device never said that it is there. Refusals of what was no
 * packet of the wire are forgotten. */
static void queue_clear(struct run *run, uint16_t queue)
{
    struct record_queue *arrived = &run->arrived[queue];
    struct folio_stats now;

    run_stats(run, &now);
    for (; arrived->head < arrived->count; arrived->head++) {
        struct record *record = arrived->record[arrived->head];
        const char *reason =
            run_refusal(&now, &run->stats, FOLIO_REFUSED_DD_WITHDRAWN, FOLIO_REFUSED_DECRYPT);

        record->is_refused = reason != NULL;
        record->where = reason ? run_guest_word(run) : "nic";
        record->reason = reason ? reason : "never_reported";
    }
    memcpy(run->stats.refused, now.refused, sizeof now.refused);
    arrived->head = arrived->count = 0;
}

/* A guest that polls looks at its queues again before the next round comes: one that has fewer
 * buffers than a burst takes back what it sent, and gets new ones. */
static void queues_refill(struct run *run)
{
    for (uint16_t queue = 0; queue < run->config.path->queues; queue++) {
        struct folio_mbuf *nothing = NULL;

        if (nic_rx_free(run->path->lab.nic, queue) >= run->config.path->burst)
            continue;
        (void)run->path->ops->tx_burst(run->path, queue, &nothing, 0);
        datapath_rotate(run->path);
        (void)burst_run(run, queue);
        queue_clear(run, queue);
    }
}

void run_round(struct run *run)
{
    wire_in(run);
    for (uint16_t queue = 0; queue < run->config.path->queues; queue++) {
        if (run->arrived[queue].count == 0)
            continue;
        run_host_acts(run, RUN_AFTER_DMA, queue);
        while (run->arrived[queue].head < run->arrived[queue].count)
            if (burst_run(run, queue) == 0)
                break;
        queue_clear(run, queue);
    }
    queues_refill(run);
    run_end_round(run);
    datapath_rotate(run->path);
}
