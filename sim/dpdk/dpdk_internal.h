/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_internal.h — what the files of the backend share. Not for others. */
#ifndef CVMLAB_SIM_DPDK_DPDK_INTERNAL_H
#define CVMLAB_SIM_DPDK_DPDK_INTERNAL_H

#include <rte_mbuf.h>

#include "dpdk/dpdk_backend.h"

/* handle to adapter: base is the first member */
static inline struct dpdk_backend *backend_of(struct folio_backend *self)
{
    return (struct dpdk_backend *)self;
}

/* Where the device sees a shared byte. A virtual one sees it as we do. */
static inline rte_iova_t dpdk_iova(const void *shared)
{
    return (rte_iova_t)(uintptr_t)shared;
}

/* The temporary mbuf of an rte_mbuf of dpdk_pool.c: fixed. */
static inline struct folio_mbuf *dpdk_temporary_of(const struct rte_mbuf *mbuf)
{
    return mbuf->shinfo->fcb_opaque;
}

/* Makes the mempool "folio" known to EAL; once, after EAL has started. STATUS_IO: it has no room
 * for it. */
enum status dpdk_pool_ops_register(void);

/* Makes backend->mempool over backend->temporary. STATUS_IO: backend->diag says why; what is there
 * is freed by dpdk_pool_free. */
enum status dpdk_pool_create(struct dpdk_backend *backend);

/* Frees the mempool, if there is one. The device is closed before: it holds mbufs. */
void dpdk_pool_free(struct dpdk_backend *backend);

/* struct folio_backend_ops.rx_burst and tx_burst. */
uint16_t dpdk_rx_burst(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                       uint16_t count);
uint16_t dpdk_tx_burst(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                       uint16_t count);

/* Offers the device what waits, once. */
void dpdk_tx_push(struct dpdk_backend *backend, uint16_t queue);

/* STATUS_IO, and in diag what failed and DPDK's word for error: an errno, negative or not. */
enum status dpdk_fail(struct diagnostic *diag, uint16_t ethdev, const char *what, int error);

/* How an ethdev is to be set up. */
struct dpdk_device {
    uint16_t ethdev, queue_count;
    uint16_t rx_descriptors, tx_descriptors; /* per ring */
    struct rte_mempool *mempool;             /* to receive into */
};

/* Configures and starts the device. STATUS_IO with diag. */
enum status dpdk_device_start(const struct dpdk_device *device, struct diagnostic *diag);

#endif
