/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/port_rx.c — receive: temporary mbufs in, checked, copied once, shadow mbufs out.
 * Read port.h first. */
#include "base/bytes.h"
#include "folio/port_internal.h"

/* Whether a backend's mbuf is a temporary one of this port that it may hand out. A pointer is
 * compared before it is followed. */
static bool mbuf_is_ours(const struct folio_port *port, const struct folio_mbuf *mbuf)
{
    uintptr_t offset = (uintptr_t)mbuf - (uintptr_t)port->temporary.mbufs;

    return offset < port->temporary.count * sizeof *mbuf && offset % sizeof *mbuf == 0 &&
           mbuf->place == FOLIO_MBUF_HELD;
}

/* What holds of every packet before a byte of it is copied, whichever backend it comes from. */
static enum folio_refusal packet_check(const struct folio_port *port, const struct folio_mbuf *from)
{
    uint16_t frame_bytes;

    if (!folio_region_holds(&port->region, from->data, from->data_len))
        return FOLIO_REFUSED_OUTSIDE;
    return folio_length_check(from->data_len, 0, folio_pool_capacity(&port->temporary),
                              &frame_bytes);
}

/* What the host says goes along, narrowed to the values that have a name. */
static void said_take(struct folio_mbuf *to, const struct folio_port *port, uint16_t queue,
                      const struct folio_mbuf *from)
{
    to->port = port->config.port;
    to->queue = queue;
    to->vlan = from->vlan;
    to->rss_hash = from->rss_hash;
    to->flags = from->flags & FOLIO_HOST_FLAGS_ALL;
}

/* Through the scratch, chunk by chunk (protect.h). On refusal the room holds no plaintext. */
static enum folio_refusal packet_decrypt(struct folio_port *port, struct folio_mbuf *to,
                                         const struct folio_mbuf *from, struct folio_stats *stats)
{
    struct folio_decrypt *decrypt = port->config.decrypt;
    uint8_t scratch[FOLIO_CHUNK_BYTES] __attribute__((aligned(64)));
    uint32_t room = folio_pool_capacity(to->pool), total = 0;
    enum status st = decrypt->ops->begin(decrypt, from->data_len);

    if (st != STATUS_OK)
        return FOLIO_REFUSED_DECRYPT;
    stats->rx_copies++;
    for (uint32_t done = 0, size; st == STATUS_OK && done < from->data_len; done += size) {
        uint32_t written = 0;

        size =
            from->data_len - done < FOLIO_CHUNK_BYTES ? from->data_len - done : FOLIO_CHUNK_BYTES;
        folio_copy(port->config.fetch, scratch, from->data + done, size, FOLIO_PLACE_RX_CIPHERTEXT);
        stats->rx_copied_bytes += size;
        st = decrypt->ops->chunk(decrypt, scratch, size, to->data + total, room - total, &written);
        if (written > room - total) /* a broken callback; what it overwrote is its own */
            st = STATUS_BAD_STATE;
        else
            total += written;
    }
    room = total; /* what finish may shorten */
    if (st == STATUS_OK)
        st = decrypt->ops->finish(decrypt, to->data, &total);
    if (st == STATUS_OK && total <= room && total >= FOLIO_ETHERNET_BYTES) {
        to->data_len = (uint16_t)total;
        return FOLIO_REFUSED_NOTHING;
    }
    memset(to->data, 0, from->data_len); /* there is never more output than packet */
    return FOLIO_REFUSED_DECRYPT;
}

/* The first header_bytes; the rest stays in shared memory, as to->rest. */
static void header_copy(struct folio_port *port, struct folio_mbuf *to, struct folio_mbuf *from)
{
    uint16_t header_bytes = (uint16_t)port->config.header_bytes;

    folio_copy(port->config.fetch, to->data, from->data, header_bytes, FOLIO_PLACE_RX_HEADER);
    to->data_len = header_bytes;
    from->data += header_bytes;
    from->data_len = (uint16_t)(from->data_len - header_bytes);
    from->place = FOLIO_MBUF_REST;
    to->rest = from;
}

/* The one copy of a packet. from is consumed: freed, or kept as the rest of to. */
static enum folio_refusal packet_copy(struct folio_port *port, struct folio_mbuf *to,
                                      struct folio_mbuf *from, struct folio_stats *stats)
{
    const struct folio_port_config *config = &port->config;
    enum folio_refusal reason;

    if (config->decrypt) {
        reason = packet_decrypt(port, to, from, stats);
        folio_mbuf_free(from);
        return reason;
    }
    if (config->header_bytes != 0 && from->data_len > config->header_bytes) {
        header_copy(port, to, from);
    } else {
        folio_copy(config->fetch, to->data, from->data, from->data_len, FOLIO_PLACE_RX_DATA);
        to->data_len = from->data_len;
        folio_mbuf_free(from);
    }
    stats->rx_copies++;
    stats->rx_copied_bytes += to->data_len;
    return FOLIO_REFUSED_NOTHING;
}

/* One packet: a shadow mbuf, or NULL if it was refused (counted). There is a free shadow mbuf. */
static struct folio_mbuf *packet_take(struct folio_port *port, uint16_t queue,
                                      struct folio_mbuf *from, struct folio_stats *stats)
{
    struct folio_mbuf *to;
    enum folio_refusal reason;

    if (!mbuf_is_ours(port, from)) {
        stats->refused[FOLIO_REFUSED_FOREIGN]++;
        return NULL;
    }
    reason = packet_check(port, from);
    if (reason != FOLIO_REFUSED_NOTHING) {
        stats->refused[reason]++;
        folio_mbuf_free(from);
        return NULL;
    }
    to = folio_mbuf_alloc(port->config.shadow);
    said_take(to, port, queue, from);
    reason = packet_copy(port, to, from, stats);
    if (reason != FOLIO_REFUSED_NOTHING) {
        stats->refused[reason]++;
        folio_mbuf_free(to);
        return NULL;
    }
    stats->rx_packets++;
    stats->rx_bytes += folio_mbuf_packet_bytes(to);
    return to;
}

uint16_t folio_rx_burst(struct folio_port *port, uint16_t queue, struct folio_mbuf **mbufs,
                        uint16_t count)
{
    struct folio_backend *backend = port->config.backend;
    struct folio_mbuf *received[FOLIO_BURST_MAX];
    struct folio_stats *stats;
    uint16_t taken = 0, seen = 0, ask, got;

    if (port->state != FOLIO_PORT_OPEN || queue >= port->config.queue_count)
        return 0;
    stats = &port->stats[queue];
    if (!port->temporary.free)
        folio_port_reclaim(port);
    do { /* what is refused counts, too: a device that is never out of them must not keep us here */
        ask = count - seen < FOLIO_BURST_MAX ? (uint16_t)(count - seen) : FOLIO_BURST_MAX;
        if (ask > port->config.shadow->free_count) {
            ask = (uint16_t)port->config.shadow->free_count;
            stats->rx_no_mbuf++;
        }
        got = ask ? backend->ops->rx_burst(backend, queue, received, ask) : 0;
        if (got > ask) {
            stats->refused[FOLIO_REFUSED_INDEX]++;
            got = ask;
        }
        for (uint16_t i = 0; i < got; i++) {
            struct folio_mbuf *mbuf = packet_take(port, queue, received[i], stats);

            if (mbuf)
                mbufs[taken++] = mbuf;
        }
        seen = (uint16_t)(seen + got);
    } while (got == FOLIO_BURST_MAX && seen < count);
    if (ask > 0) /* the rooms that were just freed are posted again, while they are in the cache */
        (void)backend->ops->rx_burst(backend, queue, received, 0);
    return taken;
}

enum status folio_port_payload(struct folio_port *port, struct folio_mbuf *mbuf)
{
    struct folio_mbuf *rest = mbuf->rest;
    struct folio_stats *stats;
    uintptr_t offset = (uintptr_t)mbuf->data - (uintptr_t)folio_mbuf_room(mbuf); /* before: huge */
    uint32_t room_bytes = mbuf->pool->room_bytes;

    if (!rest)
        return STATUS_OK;
    if (port->state != FOLIO_PORT_OPEN || rest->pool != &port->temporary ||
        rest->place != FOLIO_MBUF_REST || mbuf->queue >= port->config.queue_count)
        return STATUS_BAD_STATE;
    if (offset > room_bytes || (uint32_t)mbuf->data_len + rest->data_len > room_bytes - offset)
        return STATUS_FULL;
    folio_copy(port->config.fetch, mbuf->data + mbuf->data_len, rest->data, rest->data_len,
               FOLIO_PLACE_RX_PAYLOAD);
    stats = &port->stats[mbuf->queue];
    stats->rx_copied_bytes += rest->data_len;
    mbuf->data_len = (uint16_t)(mbuf->data_len + rest->data_len);
    mbuf->rest = NULL;
    rest->place = FOLIO_MBUF_HELD;
    folio_mbuf_free(rest);
    return STATUS_OK;
}
