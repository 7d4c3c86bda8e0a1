/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_pool.c — the temporary pool as a mempool of DPDK. Read dpdk_backend.h first.
 * Every temporary mbuf has one rte_mbuf, whose pinned external buffer is its room (rte_mbuf.h,
 * RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF). The mempool has no store and no cache of its own: what a
 * driver takes is taken from Folio's pool, what it frees goes back there, so that the room used
 * last, in either direction, is used next. */
#include <rte_errno.h>
#include <rte_mempool.h>
#include <stdio.h>
#include <stdlib.h>

#include "dpdk/dpdk_internal.h"

_Static_assert(RTE_PKTMBUF_HEADROOM == FOLIO_HEADROOM_BYTES, "a fresh room, in both languages");

static const struct dpdk_backend *backend_of_pool(const struct rte_mempool *pool)
{
    return pool->pool_config;
}

static int op_alloc(struct rte_mempool *pool)
{
    (void)pool; /* the store is there */
    return 0;
}

/* What the driver is done with. While the mempool is made, Folio's pool is full already. */
static int op_enqueue(struct rte_mempool *pool, void *const *objects, unsigned count)
{
    if (!backend_of_pool(pool)->rte_mbufs)
        return 0;
    for (unsigned i = 0; i < count; i++) {
        struct folio_mbuf *temporary = dpdk_temporary_of(objects[i]);

        if (temporary->place == FOLIO_MBUF_RX_POSTED || temporary->place == FOLIO_MBUF_TX_POSTED)
            temporary->place = FOLIO_MBUF_HELD;
        folio_mbuf_free(temporary); /* one that is free already is counted in misused */
    }
    return 0;
}

/* All or nothing, as rte_mempool.h wants it. */
static int op_dequeue(struct rte_mempool *pool, void **objects, unsigned count)
{
    const struct dpdk_backend *backend = backend_of_pool(pool);

    if (!backend->rte_mbufs || count > backend->temporary->free_count)
        return -ENOBUFS;
    for (unsigned i = 0; i < count; i++) {
        struct folio_mbuf *temporary = folio_mbuf_alloc(backend->temporary);

        temporary->place = FOLIO_MBUF_RX_POSTED;
        objects[i] = backend->rte_mbufs[temporary->index];
    }
    return 0;
}

static unsigned op_get_count(const struct rte_mempool *pool)
{
    return backend_of_pool(pool)->temporary->free_count;
}

static const struct rte_mempool_ops mempool_ops = {.name = "folio",
                                                   .alloc = op_alloc,
                                                   .enqueue = op_enqueue,
                                                   .dequeue = op_dequeue,
                                                   .get_count = op_get_count};

enum status dpdk_pool_ops_register(void)
{
    return rte_mempool_register_ops(&mempool_ops) >= 0 ? STATUS_OK : STATUS_IO;
}

struct pairing {
    struct dpdk_backend *backend;
    struct rte_mbuf **rte_mbufs;
};

/* Object number index is the temporary mbuf of that number. */
static void pair(struct rte_mempool *pool, void *arg, void *object, unsigned index)
{
    struct pairing *pairing = arg;
    struct folio_mbuf *temporary = &pairing->backend->temporary->mbufs[index];
    struct rte_mbuf *mbuf = object;
    uint8_t *room = folio_mbuf_room(temporary);

    *mbuf = (struct rte_mbuf){.buf_addr = room,
                              .buf_iova = dpdk_iova(room),
                              .buf_len = (uint16_t)temporary->pool->room_bytes,
                              .data_off = RTE_PKTMBUF_HEADROOM,
                              .ol_flags = RTE_MBUF_F_EXTERNAL,
                              .pool = pool,
                              .nb_segs = 1,
                              .port = RTE_MBUF_PORT_INVALID,
                              .shinfo = (struct rte_mbuf_ext_shared_info *)(mbuf + 1)};
    mbuf->shinfo->free_cb = NULL; /* never called for a pinned buffer */
    mbuf->shinfo->fcb_opaque = temporary;
    rte_mbuf_ext_refcnt_set(mbuf->shinfo, 1);
    rte_mbuf_refcnt_set(mbuf, 1);
    pairing->rte_mbufs[index] = mbuf;
}

enum status dpdk_pool_create(struct dpdk_backend *backend)
{
    const struct folio_pool *temporary = backend->temporary;
    struct rte_pktmbuf_pool_private about = {.mbuf_data_room_size = (uint16_t)temporary->room_bytes,
                                             .flags = RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF};
    struct pairing pairing = {backend, calloc(temporary->count, sizeof *pairing.rte_mbufs)};
    char name[RTE_MEMPOOL_NAMESIZE];

    if (!pairing.rte_mbufs)
        return dpdk_fail(&backend->diag, backend->setup.ethdev, "headers", ENOMEM);
    snprintf(name, sizeof name, "folio%u", backend->setup.ethdev);
    backend->mempool = rte_mempool_create_empty(
        name, temporary->count, sizeof(struct rte_mbuf) + sizeof(struct rte_mbuf_ext_shared_info),
        0, sizeof about, SOCKET_ID_ANY, 0);
    if (!backend->mempool ||
        rte_mempool_set_ops_byname(backend->mempool, mempool_ops.name, backend) != 0) {
        free(pairing.rte_mbufs);
        return dpdk_fail(&backend->diag, backend->setup.ethdev, "mempool", rte_errno);
    }
    rte_pktmbuf_pool_init(backend->mempool, &about);
    if (rte_mempool_populate_default(backend->mempool) < 0) {
        free(pairing.rte_mbufs);
        return dpdk_fail(&backend->diag, backend->setup.ethdev, "headers", rte_errno);
    }
    (void)rte_mempool_obj_iter(backend->mempool, pair, &pairing);
    backend->rte_mbufs = pairing.rte_mbufs;
    return STATUS_OK;
}

void dpdk_pool_free(struct dpdk_backend *backend)
{
    rte_mempool_free(backend->mempool);
    free(backend->rte_mbufs);
    backend->mempool = NULL;
    backend->rte_mbufs = NULL;
}
