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

static void moment(struct run *run, enum run_moment what, uint16_t queue)
{
    const struct run_hooks *hooks = &run->config.hooks;

    if (hooks->moment)
        hooks->moment(hooks->context, what, queue, run->path->lab.nic, &run->path->region);
}

/* Why a ring had no descriptor: the guest could not post more, if its last refill was cut short. */
static void shortage_note(struct run *run)
{
    struct folio_stats now;
    struct bounce_stats bounce = {0};

    run_stats(run, &now);
    run->is_short_of_mbufs = now.rx_unposted != run->stats.rx_unposted;
    run->stats.rx_unposted = now.rx_unposted;
    if (run->path->bounce) {
        bounce_count(run->path->bounce, &bounce);
        run->is_short_of_bounce =
            memcmp(bounce.refused, run->bounce.refused, sizeof bounce.refused) != 0;
        run->bounce = bounce;
    }
}

static void drop_by_device(struct run *run, struct record *record, enum nic_fate fate)
{
    record->where = "nic";
    record->reason = nic_fate_name(fate);
    if (fate == NIC_NO_DESCRIPTOR && run->is_short_of_bounce) {
        record->where = "bounce";
        record->reason = bounce_refusal_name(BOUNCE_FULL);
    } else if (fate == NIC_NO_DESCRIPTOR && run->is_short_of_mbufs) {
        record->where = "pool";
        record->reason = "no_mbuf";
    }
}

/* All packets of the round arrive. */
static void wire_in(struct run *run)
{
    struct ledger_entry delta;

    run_delta(run, &delta); /* what was before is nobody's */
    run_share(run, &delta, NULL, 0, false);
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
        run_delta(run, &delta);
        run_share(run, &delta, one, 1, false);
    }
}

static bool record_is(const struct record *record, const struct folio_mbuf *mbuf)
{
    return record->packet.frame_bytes == mbuf->data_len &&
           memcmp(record->packet.frame, mbuf->data, mbuf->data_len) == 0;
}

/* The packet of the wire that this mbuf is. Those before it that do not match were refused, as far
 * as refusals were counted. NULL: there is none left, the host made one up. */
static struct record *record_find(struct run *run, struct record_queue *arrived,
                                  const struct folio_mbuf *mbuf)
{
    struct folio_stats now;
    const char *reason;

    run_stats(run, &now);
    while (arrived->head < arrived->count) {
        struct record *record = arrived->record[arrived->head];

        if (!record_is(record, mbuf)) {
            reason =
                run_refusal(&now, &run->stats, FOLIO_REFUSED_DD_WITHDRAWN, FOLIO_REFUSED_DECRYPT);
            if (reason) {
                record->is_refused = true;
                record->where = run_guest_word(run);
                record->reason = reason;
                arrived->head++;
                continue;
            }
            run->result.payload_mismatches++;
        }
        arrived->head++;
        return record;
    }
    run->result.payload_mismatches++;
    return NULL;
}

/* Ties mbufs to records, and looks at what the guest got. Returns how many have one. */
static uint32_t burst_identify(struct run *run, uint16_t queue, struct folio_mbuf **mbufs,
                               uint16_t count, struct record **records)
{
    uint32_t found = 0;

    for (uint16_t i = 0; i < count; i++) {
        struct record *record = record_find(run, &run->arrived[queue], mbufs[i]);
        const struct count_fetch_copy *copy = &run->fetch.copy[i];

        mbufs[i]->attachment = record;
        if (!record)
            continue;
        record->is_received = true;
        records[found++] = record;
        if (i < run->fetch.copy_count)
            hop(run, HOP_SHARED, record, copy->shared, copy->size_bytes, "written by the device");
        else
            hop(run, HOP_SHARED, record, mbufs[i]->data, mbufs[i]->data_len,
                "written by the device, read in place");
        hop(run, HOP_GUEST, record, mbufs[i]->data, mbufs[i]->data_len,
            i < run->fetch.copy_count ? "copied once" : NULL);
    }
    return found;
}

/* One burst of a queue. Returns how many mbufs came. */
static uint16_t burst_run(struct run *run, uint16_t queue)
{
    struct folio_mbuf *mbufs[PATH_BURST_MAX], *out[APP_OUT_MAX];
    struct record *records[PATH_BURST_MAX], *senders[APP_OUT_MAX];
    struct ledger_entry delta;
    uint32_t found, sender_count = 0;
    uint16_t count, sending;

    run->fetch.copy_count = 0;
    count = run->path->ops->rx_burst(run->path, queue, mbufs, run->config.path->burst);
    shortage_note(run);
    moment(run, RUN_AFTER_RX, queue);
    found = burst_identify(run, queue, mbufs, count, records);
    run_delta(run, &delta);
    run_share(run, &delta, records, found, false);
    if (count == 0)
        return 0;

    sending = run->app->ops->burst(run->app, queue, mbufs, count, out);
    for (uint16_t i = 0; i < sending; i++)
        if (out[i]->attachment)
            senders[sender_count++] = out[i]->attachment; /* app_packet is its first member */
    run_send(run, queue, out, sending);
    run_delta(run, &delta);
    run_share(run, &delta, senders, sender_count, true);
    return count;
}

/* What is left was refused, or the device never said that it is there. */
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
    arrived->head = arrived->count = 0;
}

void run_round(struct run *run)
{
    wire_in(run);
    for (uint16_t queue = 0; queue < run->config.path->queues; queue++) {
        if (run->arrived[queue].count == 0)
            continue;
        moment(run, RUN_AFTER_DMA, queue);
        while (run->arrived[queue].head < run->arrived[queue].count)
            if (burst_run(run, queue) == 0)
                break;
        queue_clear(run, queue);
    }
    run_end_round(run);
    datapath_rotate(run->path);
}
