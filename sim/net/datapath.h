/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/datapath.h — the guest's side of a path, ready to run: what receives and sends bursts,
 * and what it counted. One file per driver: datapath_direct.c, datapath_folio.c,
 * datapath_swiotlb.c. Private to this room. */
#ifndef CVMLAB_SIM_NET_DATAPATH_H
#define CVMLAB_SIM_NET_DATAPATH_H

#include "folio/fetch.h"
#include "folio/protect.h"
#include "folio/refusal.h"
#include "net/bounce.h"
#include "net/lab.h"
#include "net/ledger.h"

struct datapath;

struct datapath_ops {
    /* As folio_rx_burst and folio_tx_burst: mbufs received are the caller's; of those to be sent,
     * the first result ones are the path's or were refused. */
    uint16_t (*rx_burst)(struct datapath *self, uint16_t queue, struct folio_mbuf **mbufs,
                         uint16_t count);
    uint16_t (*tx_burst)(struct datapath *self, uint16_t queue, struct folio_mbuf **mbufs,
                         uint16_t count);
    /* Counts so far, of all queues: refusals and shortages; copies on transmit and the bounce pool
     * go to *entry (receive is counted by the fetch door). Both were zeroed by the caller. */
    void (*count)(const struct datapath *self, struct folio_stats *stats,
                  struct ledger_entry *entry);
    /* Walks its invariants. */
    enum status (*check)(const struct datapath *self);
    /* Stops the device, zeroes what was shared, closes the backend, frees what open allocated. */
    void (*close)(struct datapath *self);
};

/* A driver embeds this as its first member. */
struct datapath {
    const struct datapath_ops *ops;
    const struct path *path;
    struct lab lab;
    struct folio_pool *pool;    /* what the application allocates from */
    struct folio_pool *rooms;   /* the device's buffers, if they are a pool of their own; or NULL */
    struct folio_region region; /* what the device sees */
    struct folio_mbuf *pool_last, *rooms_last; /* of their free lists: datapath_rotate's */
    struct bounce *bounce;                     /* NULL without one */
};

/* Opens path: builds the machine and starts the device. fetch: the door to shared memory, or NULL.
 * decrypt: opens packets on a path with single_fetch, which needs one; others do not ask it. NULL:
 * *status and diag say why. The caller ends it with datapath_close. */
struct datapath *datapath_open(const struct path *path, struct folio_fetch *fetch,
                               struct folio_decrypt *decrypt, uint64_t seed, enum status *status,
                               struct diagnostic *diag);
struct datapath *datapath_direct_open(const struct path *path, struct folio_fetch *fetch,
                                      uint64_t seed, enum status *status, struct diagnostic *diag);
struct datapath *datapath_folio_open(const struct path *path, struct folio_fetch *fetch,
                                     struct folio_decrypt *decrypt, uint64_t seed,
                                     enum status *status, struct diagnostic *diag);
struct datapath *datapath_swiotlb_open(const struct path *path, struct folio_fetch *fetch,
                                       uint64_t seed, enum status *status, struct diagnostic *diag);

/* Closes the machine too, and frees; NULL is allowed. */
void datapath_close(struct datapath *self);

/* With PATH_FIFO: moves what was freed last to the ends of the pools, so that no room is used again
 * before all others were. Between bursts. */
void datapath_rotate(struct datapath *self);

/* Shared by the drivers: size of the rings of a path in the device's memory, whole pages; and the
 * memory for that many headers, zeroed, 64-byte aligned, to be freed with free. */
size_t datapath_rings_bytes(const struct path *path);
struct folio_mbuf *datapath_headers(size_t count);

/* Fails open: closes what there is of self, sets diag ("NAME: what"), returns NULL. */
struct datapath *datapath_fail(struct datapath *self, enum status failed, const char *what,
                               enum status *status, struct diagnostic *diag);

/* Zeroes and unshares the device's memory and closes the backend, after the device was stopped. */
void datapath_unshare(struct datapath *self);

#endif
