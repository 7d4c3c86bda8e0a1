/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_backend.h — seam B of Folio (src/folio/backend.h) over one ethdev of DPDK 22.11 or
 * later: net_pcap, net_null, net_ring, af_packet, or a real device.
 *
 * The temporary pool of the port is a mempool of DPDK (dpdk_pool.c): each temporary mbuf has one
 * rte_mbuf, whose buffer is its room in the shared region and whose header is private. Receive: the
 * driver takes rte_mbufs, rx_burst passes on their temporary mbufs; when Folio frees one, the
 * rte_mbuf is free. Transmit: the other way round. So this file allocates and copies nothing.
 * A real device reads and writes the region by DMA; a virtual one stands in for that with a copy of
 * its own (net_pcap and af_packet between their buffers and the room on receive), or moves nothing
 * (net_null).
 *
 * Trust: EAL and the driver of the device run in the guest. What they pass on is the host's word:
 * the port checks address and length of each packet as of any other backend.
 *
 * Life: open, folio_port_open (which calls share), attach (which starts the device), bursts, stop,
 * folio_port_close. A backend is used for one port, once, by one thread of EAL. */
#ifndef CVMLAB_SIM_DPDK_DPDK_BACKEND_H
#define CVMLAB_SIM_DPDK_DPDK_BACKEND_H

#include "base/diagnostic.h"
#include "folio/port.h"

struct rte_mbuf;
struct rte_mempool;

struct dpdk_backend_setup {
    uint16_t ethdev; /* number of the device, as EAL counts them */
    uint16_t queue_count;
    uint16_t descriptors; /* per ring; the device may ask for more or fewer */
    uint32_t buffers;     /* to receive into, of all queues together */
    uint32_t room_bytes;  /* of each; as folio_port_config.room_bytes */
};

/* What waits for the device: it may take fewer than it was given, Folio's backend may not. */
struct dpdk_tx_queue {
    struct rte_mbuf *waiting[FOLIO_BURST_MAX];
    uint16_t count;
};

struct dpdk_backend {
    struct folio_backend base;
    struct dpdk_backend_setup setup;
    uint16_t rx_descriptors, tx_descriptors; /* per ring, as the device wants them */
    bool needs_dma;                          /* on a bus other than vdev */
    bool is_started;
    uint8_t *region;              /* what is shared now; NULL: nothing */
    struct folio_pool *temporary; /* NULL: not attached */
    struct rte_mempool *mempool;
    struct rte_mbuf **rte_mbufs; /* of the temporary mbufs, by their index */
    struct dpdk_tx_queue tx[FOLIO_QUEUE_MAX];
    uint64_t rx_fragments; /* packets that the driver spread over buffers: refused */
    uint64_t tx_unsent;    /* packets that still waited when the device was stopped */
    uint64_t tx_unsent_bytes;
    struct diagnostic diag; /* why share or attach failed, in DPDK's words */
};

/* Asks the device for its limits and sets base.ops. Nothing is configured yet.
 * STATUS_BAD_INPUT with diag: no such device, or more queues than it has. */
enum status dpdk_backend_open(struct dpdk_backend *backend, const struct dpdk_backend_setup *setup,
                              struct diagnostic *diag);

/* Fills what a port's config must say for this backend: backend, queue_count, room_bytes, the
 * smallest ring_size (there are no rings of Folio's), and temporary_count: buffers, and as many as
 * the device may keep of what it is sent. */
void dpdk_backend_plan(struct dpdk_backend *backend, struct folio_port_config *config);

/* To be called once folio_port_open has succeeded: makes the mempool and starts the device; from
 * now on packets flow. The port must not move in memory. STATUS_IO: backend->diag says why; the
 * port is to be abandoned. */
enum status dpdk_backend_attach(struct dpdk_backend *backend, struct folio_port *port);

/* Sends what waits, as far as the device takes it (the rest is counted in tx_unsent), and stops the
 * device; bursts do nothing afterwards. To be called before folio_port_close, which zeroes first:
 * else packets on their way out leave as zeros. STATUS_IO: the device did not stop. */
enum status dpdk_backend_stop(struct dpdk_backend *backend);

#endif
