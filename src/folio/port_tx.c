/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/port_tx.c — transmit: shadow mbufs in, checked, copied once, temporary mbufs out.
 * Read port.h first. */
#include "base/bytes.h"
#include "folio/port_internal.h"

/* Whether the mbuf is a shadow one in the caller's hands whose data lie in its room. */
static bool mbuf_is_sound(const struct folio_mbuf *mbuf)
{
    const struct folio_pool *pool;
    uintptr_t offset;

    if (!mbuf || mbuf->place != FOLIO_MBUF_HELD || mbuf->pool->kind != FOLIO_POOL_SHADOW ||
        (mbuf->rest && (mbuf->rest->place != FOLIO_MBUF_REST || mbuf->rest->data_len == 0)))
        return false; /* a rest without bytes is one that folio_port_abandon took away */
    pool = mbuf->pool;
    offset = (uintptr_t)mbuf->data - (uintptr_t)folio_mbuf_room(mbuf); /* before it: huge */
    return offset <= pool->room_bytes && mbuf->data_len <= pool->room_bytes - offset;
}

/* Why a packet cannot leave, whatever is in it. */
static enum folio_refusal packet_check(const struct folio_port *port, const struct folio_mbuf *from)
{
    uint32_t most = folio_pool_capacity(&port->temporary);
    uint32_t packet_bytes;

    if (!mbuf_is_sound(from))
        return FOLIO_REFUSED_TX_MBUF;
    packet_bytes = folio_mbuf_packet_bytes(from);
    if (most > FOLIO_FRAME_BYTES_MAX)
        most = FOLIO_FRAME_BYTES_MAX;
    if (from->data_len < FOLIO_ETHERNET_BYTES || packet_bytes > most)
        return FOLIO_REFUSED_TX_LENGTH;
    return FOLIO_REFUSED_NOTHING;
}

static bool guard_approves(const struct folio_port *port, const struct folio_mbuf *from)
{
    struct folio_guard *guard = port->config.guard;

    return !guard || guard->ops->approve(guard, from) == STATUS_OK;
}

/* Whether the unread payload can be sent from where it lies: in its own room, which is one of this
 * port (a backend may have left it anywhere in the region), with space for the header in front of
 * it. */
static bool rest_can_be_sent(const struct folio_port *port, const struct folio_mbuf *from)
{
    const struct folio_mbuf *rest = from->rest;
    uintptr_t before;

    if (!rest || rest->pool != &port->temporary)
        return false;
    before = (uintptr_t)rest->data - (uintptr_t)folio_mbuf_room(rest); /* outside: huge */
    return before >= from->data_len && before <= rest->pool->room_bytes;
}

/* The one copy of a packet: into the room of its rest, or else into a temporary mbuf, of which one
 * is free. from is consumed; the result is to be posted. */
static struct folio_mbuf *packet_copy(struct folio_port *port, struct folio_mbuf *from,
                                      struct folio_stats *stats)
{
    struct folio_mbuf *rest = from->rest, *to = rest;

    stats->tx_copies++;
    stats->tx_copied_bytes += from->data_len;
    if (rest_can_be_sent(port, from)) {
        from->rest = NULL;
        rest->place = FOLIO_MBUF_HELD;
        rest->data -= from->data_len;
        rest->data_len = (uint16_t)(rest->data_len + from->data_len);
        memcpy(rest->data, from->data, from->data_len);
    } else {
        to = folio_mbuf_alloc(&port->temporary);
        memcpy(to->data, from->data, from->data_len);
        to->data_len = from->data_len;
        if (rest) { /* from the host's hands into the host's hands, unread */
            folio_copy(port->config.fetch, to->data + to->data_len, rest->data, rest->data_len,
                       FOLIO_PLACE_TX_FORWARD);
            stats->tx_copied_bytes += rest->data_len;
            to->data_len = (uint16_t)(to->data_len + rest->data_len);
        }
    }
    folio_mbuf_free(from);
    return to;
}

/* A refused packet is the caller's no more. One that is not in its hands is left alone. */
static void packet_refuse(struct folio_mbuf *from, enum folio_refusal reason,
                          struct folio_stats *stats)
{
    stats->refused[reason]++;
    if (from && from->place == FOLIO_MBUF_HELD && from->pool->kind == FOLIO_POOL_SHADOW)
        folio_mbuf_free(from);
}

/* Copies from mbufs[0] on into ready, as long as there are temporary mbufs. Returns how many mbufs
 * were consumed; *ready_count are to be posted. The guard is asked last, so that it is asked once
 * for a packet. */
static uint16_t packets_copy(struct folio_port *port, struct folio_stats *stats,
                             struct folio_mbuf **mbufs, uint16_t count, struct folio_mbuf **ready,
                             uint16_t *ready_count)
{
    uint16_t consumed = 0;

    for (*ready_count = 0; consumed < count; consumed++) {
        struct folio_mbuf *from = mbufs[consumed];
        enum folio_refusal reason = packet_check(port, from);

        if (reason == FOLIO_REFUSED_NOTHING && !port->temporary.free &&
            !rest_can_be_sent(port, from)) {
            stats->tx_no_mbuf++;
            break;
        }
        if (reason == FOLIO_REFUSED_NOTHING && !guard_approves(port, from))
            reason = FOLIO_REFUSED_GUARD;
        if (reason != FOLIO_REFUSED_NOTHING) {
            packet_refuse(from, reason, stats);
            continue;
        }
        ready[(*ready_count)++] = packet_copy(port, from, stats);
    }
    return consumed;
}

/* Posts what was copied. A backend that takes fewer than it said loses packets: counted. */
static void packets_post(struct folio_port *port, uint16_t queue, struct folio_stats *stats,
                         struct folio_mbuf **ready, uint16_t count)
{
    struct folio_backend *backend = port->config.backend;
    uint64_t bytes = 0;
    uint16_t sent = 0;

    for (uint16_t i = 0; i < count; i++) /* before they are the backend's */
        bytes += ready[i]->data_len;
    if (count > 0)
        sent = backend->ops->tx_burst(backend, queue, ready, count);

    if (sent > count) {
        stats->refused[FOLIO_REFUSED_INDEX]++;
        sent = count;
    }
    stats->tx_packets += sent;
    for (uint16_t i = sent; i < count; i++) {
        stats->refused[FOLIO_REFUSED_BACKEND]++;
        bytes -= ready[i]->data_len;
        folio_mbuf_free(ready[i]);
    }
    stats->tx_bytes += bytes;
}

uint16_t folio_tx_burst(struct folio_port *port, uint16_t queue, struct folio_mbuf **mbufs,
                        uint16_t count)
{
    struct folio_backend *backend = port->config.backend;
    struct folio_mbuf *ready[FOLIO_BURST_MAX];
    struct folio_stats *stats;
    uint16_t taken = 0, ask, room, consumed, ready_count;

    if (port->state != FOLIO_PORT_OPEN || queue >= port->config.queue_count)
        return 0;
    stats = &port->stats[queue];
    if (!port->temporary.free)
        folio_port_reclaim(port);
    do {
        ask = count - taken < FOLIO_BURST_MAX ? (uint16_t)(count - taken) : FOLIO_BURST_MAX;
        room = backend->ops->tx_burst(backend, queue, NULL, ask);
        if (room > ask) {
            stats->refused[FOLIO_REFUSED_INDEX]++;
            room = ask;
        }
        if (room < ask)
            stats->tx_no_room++;
        consumed = packets_copy(port, stats, mbufs + taken, room, ready, &ready_count);
        packets_post(port, queue, stats, ready, ready_count);
        taken = (uint16_t)(taken + consumed);
    } while (consumed == FOLIO_BURST_MAX && taken < count);
    return taken;
}
