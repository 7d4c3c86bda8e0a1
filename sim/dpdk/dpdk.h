/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk.h — Folio on DPDK for those who know neither EAL nor ethdev: start EAL, open a port
 * on one of its devices, use the port by src/folio/port.h. Of two files with these functions one is
 * built: dpdk_port.c and dpdk_eal.c with libdpdk, or absent.c, where every call says what is
 * missing. EAL exists once per process; all of this belongs to the thread that started it. */
#ifndef CVMLAB_SIM_DPDK_DPDK_H
#define CVMLAB_SIM_DPDK_DPDK_H

#include "base/diagnostic.h"
#include "folio/port.h"

/* Version of libdpdk in use, or "none: no ..."; static. */
const char *dpdk_version(void);

/* Whether this build has DPDK. */
bool dpdk_is_present(void);

struct dpdk_eal_setup {
    const char *const *vdevs; /* virtual devices, "net_null0,size=64"; then device 0, 1, ... */
    unsigned vdev_count;
    char *const *arguments; /* EAL's own, instead of --no-huge --no-pci --no-shconf -m 64 */
    unsigned argument_count;
};

/* Starts EAL on the calling thread, without pinning it, its log on standard error from warnings up.
 * Once per process. STATUS_IO with diag: not built in; STATUS_BAD_INPUT with diag: EAL refuses its
 * arguments (why is in its log), or there is no device. */
enum status dpdk_eal_begin(const struct dpdk_eal_setup *setup, struct diagnostic *diag);

/* Lets EAL clean up. Ports are closed before. */
void dpdk_eal_end(void);

struct dpdk_port_setup {
    uint16_t ethdev; /* number of the device */
    uint16_t queue_count;
    uint16_t descriptors;  /* per ring */
    uint32_t buffers;      /* to receive into, and shadow mbufs, each */
    uint32_t room_bytes;   /* of both */
    uint32_t header_bytes; /* as folio_port_config.header_bytes; 0: whole packets */
};

struct dpdk_port; /* a port of Folio with its device, its memory and a shadow pool of its own */

/* What the device counts by itself, and what the backend could not pass on. */
struct dpdk_counts {
    uint64_t rx_missed, rx_errors, rx_no_buffer; /* rte_eth_stats: imissed, ierrors, rx_nombuf */
    uint64_t tx_errors;                          /* oerrors */
    uint64_t rx_fragments; /* packets larger than a room, which the driver spread over several */
    uint64_t tx_unsent;    /* taken, but the device had no room before it was stopped */
    uint64_t tx_unsent_bytes;
};

/* Opens and starts. NULL with diag and *status: STATUS_BAD_INPUT (no such device, too many queues,
 * a size out of range), STATUS_IO (the device, or no memory). Nothing is left behind but a device
 * that cannot be opened again. */
struct dpdk_port *dpdk_port_open(const struct dpdk_port_setup *setup, enum status *status,
                                 struct diagnostic *diag);

/* The port, for bursts. Its config.shadow is the pool of what it receives. */
struct folio_port *dpdk_port_folio(struct dpdk_port *port);

/* Name of the device's driver, "net_pcap"; static. */
const char *dpdk_port_driver(const struct dpdk_port *port);

/* Sends what waits and stops the device; then the counts are final. Bursts do nothing afterwards.
 * STATUS_IO: the device did not stop. */
enum status dpdk_port_stop(struct dpdk_port *port);

/* The counts so far. */
void dpdk_port_counts(const struct dpdk_port *port, struct dpdk_counts *counts);

/* Stops (if that was not done), zeroes the shared region, closes, frees. The first error. */
enum status dpdk_port_close(struct dpdk_port *port);

struct dpdk_plain; /* an ethdev without Folio, for comparison; one queue */

/* Opens and starts; setup's queue_count and header_bytes are not asked for. NULL with diag and
 * *status: STATUS_IO (the device, or no memory). */
struct dpdk_plain *dpdk_plain_open(const struct dpdk_port_setup *setup, enum status *status,
                                   struct diagnostic *diag);

/* Rounds of macswap, bursts of 32; returns how many packets came. copies: each packet is copied
 * into a private room, changed there and copied back, by nothing but memcpy. No frame may be larger
 * than a room. */
uint64_t dpdk_plain_run(struct dpdk_plain *plain, unsigned rounds, bool copies);

/* Stops, closes, frees. STATUS_IO: the device did not stop. */
enum status dpdk_plain_close(struct dpdk_plain *plain);

#endif
