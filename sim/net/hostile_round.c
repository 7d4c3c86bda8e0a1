/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/hostile_round.c — one round of a hostile case, and what is looked at after it. Read
 * hostile_rig.h first. */
#define _GNU_SOURCE /* memmem */
#include <string.h>

#include "net/hostile_internal.h"

enum { DEVICE_BUDGET = 64, MAC_BYTES = 6 };

static bool guest_is_stopped(struct hostile_rig *rig)
{
    if (!rig->result.is_stopped)
        rig->result.is_stopped = nic_backend_is_stopped(&rig->lab.backend, NULL);
    return rig->result.is_stopped;
}

/* Which frame of the wire this is, as far as the guest has it; frame_count: none. */
static uint32_t frame_find(const struct hostile_rig *rig, const struct folio_mbuf *mbuf,
                           uint32_t from)
{
    uint32_t skip = hostile_protect_skip(&rig->protect);

    for (uint32_t i = from; i < rig->frame_count; i++)
        if (rig->frame_bytes[i] == folio_mbuf_packet_bytes(mbuf) &&
            memcmp(rig->opened[i] + skip, mbuf->data + skip, mbuf->data_len - skip) == 0)
            return i;
    return rig->frame_count;
}

static void mbuf_judge(struct hostile_rig *rig, const struct folio_mbuf *mbuf)
{
    uint32_t first = frame_find(rig, mbuf, 0), at = first;

    rig->result.given++;
    while (at < rig->frame_count && rig->is_seen[at])
        at = frame_find(rig, mbuf, at + 1);
    if (at < rig->frame_count) {
        rig->is_seen[at] = true;
        rig->result.intact++;
    } else if (first < rig->frame_count) {
        rig->result.repeated++;
    } else {
        rig->result.altered++;
    }
}

/* The application: exchanges MAC addresses and sends everything back, forged or not. */
static void mbuf_echo(struct folio_mbuf *mbuf)
{
    uint8_t kept[MAC_BYTES];

    memcpy(kept, mbuf->data, MAC_BYTES);
    memcpy(mbuf->data, mbuf->data + MAC_BYTES, MAC_BYTES);
    memcpy(mbuf->data + MAC_BYTES, kept, MAC_BYTES);
}

static void burst_echo(struct hostile_rig *rig, uint16_t queue, struct folio_mbuf **mbufs,
                       uint16_t count)
{
    bool is_plaintext[FOLIO_BURST_MAX];
    struct frame frame;
    uint16_t sent;

    for (uint16_t i = 0; i < count; i++) {
        mbuf_echo(mbufs[i]);
        is_plaintext[i] = frame_parse(&frame, mbufs[i]->data, mbufs[i]->data_len) != APP_ANSWERED ||
                          frame.protocol != FRAME_PROTOCOL_ESP;
    }
    sent = folio_tx_burst(&rig->port, queue, mbufs, count);
    for (uint16_t i = 0; i < sent; i++)
        rig->protect.plaintext += is_plaintext[i];
    for (uint16_t i = sent; i < count; i++)
        folio_mbuf_free(mbufs[i]);
}

static void turn(struct hostile_rig *rig)
{
    if (rig->is_open)
        (void)fetch_log_turn(&rig->log, rig->lab.nic, &rig->port.region);
}

void hostile_arrive(struct hostile_rig *rig, unsigned count)
{
    turn(rig);
    for (unsigned i = 0; i < count && rig->frame_count < HOSTILE_FRAMES; i++) {
        uint32_t at = rig->frame_count++;
        struct nic_arrival arrival;

        rig->frame_bytes[at] = kv_traffic_request(&rig->traffic, rig->frame[at]);
        hostile_protect_frame(&rig->protect, at, rig->frame[at], &rig->frame_bytes[at],
                              rig->opened[at]);
        arrival = nic_wire_in(rig->lab.nic, rig->frame[at], rig->frame_bytes[at], at);
        rig->result.offered++;
        rig->result.dropped += arrival.fate != NIC_DELIVERED;
    }
}

void hostile_guest(struct hostile_rig *rig)
{
    struct folio_mbuf *mbufs[FOLIO_BURST_MAX];

    for (uint16_t queue = 0; queue < HOSTILE_QUEUES && !guest_is_stopped(rig); queue++) {
        uint16_t got = rig->rx(rig, queue, mbufs, FOLIO_BURST_MAX);

        for (uint16_t i = 0; i < got; i++)
            mbuf_judge(rig, mbufs[i]);
        if (!rig->holds_mbufs)
            burst_echo(rig, queue, mbufs, got);
        for (uint16_t i = 0; rig->holds_mbufs && i < got; i++)
            rig->held[rig->held_count++] = mbufs[i];
        turn(rig);
    }
}

void hostile_device(struct hostile_rig *rig)
{
    (void)nic_tx_run(rig->lab.nic, DEVICE_BUDGET);
}

void hostile_rounds(struct hostile_rig *rig, unsigned rounds, unsigned count)
{
    for (unsigned i = 0; i < rounds && !guest_is_stopped(rig); i++) {
        hostile_arrive(rig, count);
        hostile_guest(rig);
        hostile_device(rig);
        hostile_look(rig);
    }
}

void hostile_look(struct hostile_rig *rig)
{
    struct hostile_result *result = &rig->result;
    const struct folio_region *region = &rig->port.region;

    for (size_t at = 0; at < HOSTILE_SECRET_BYTES - sizeof hostile_secret;
         at += sizeof hostile_secret)
        if (memcmp(rig->secret + at, hostile_secret, sizeof hostile_secret) != 0) {
            result->broken[HOSTILE_PRIVATE_INTACT]++;
            break;
        }
    if (rig->is_open &&
        memmem(region->base, region->size_bytes, hostile_secret, sizeof hostile_secret))
        result->broken[HOSTILE_NOTHING_LEAKS]++;
    if (rig->is_open && folio_check_all(&rig->port) != STATUS_OK)
        result->broken[HOSTILE_INVARIANTS]++;
}

void hostile_mbufs_return(struct hostile_rig *rig)
{
    while (rig->held_count > 0)
        folio_mbuf_free(rig->held[--rig->held_count]);
}

void hostile_account(struct hostile_rig *rig)
{
    struct hostile_result *result = &rig->result;
    const struct nic_stats *nic = nic_stats(rig->lab.nic);
    struct folio_stats stats = {0}, one;
    uint64_t accounted;

    for (uint16_t queue = 0; queue < HOSTILE_QUEUES; queue++) {
        folio_port_stats(&rig->port, queue, &one);
        folio_stats_add(&stats, &one);
    }
    for (unsigned i = 0; i < FOLIO_REFUSAL_COUNT; i++) {
        result->refused_for[i] = stats.refused[i];
        result->refused += stats.refused[i];
    }
    for (unsigned i = 0; i < IOMMU_REASON_COUNT; i++)
        result->dma_refused += nic->refused[i];
    result->lies = rig->liar.lies;
    accounted = result->intact + result->dropped + result->refused -
                result->refused_for[FOLIO_REFUSED_GUARD]; /* of those that were given */
    result->unseen = result->offered > accounted ? result->offered - accounted : 0;
    if (result->given != result->intact + result->repeated + result->altered ||
        nic->in_frames != result->offered ||
        nic->fate[NIC_DELIVERED] + result->dropped != result->offered)
        result->broken[HOSTILE_ACCOUNT]++;
}
