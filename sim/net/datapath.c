/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/datapath.c — what the drivers of a path have in common. See datapath.h. */
#include "net/datapath.h"

#include <stdlib.h>
#include <string.h>

/* More than a round takes or frees of one pool. */
enum { ROTATE_COUNT = 8 * PATH_BURST_MAX };

struct datapath *datapath_open(const struct path *path, struct folio_fetch *fetch,
                               struct folio_decrypt *decrypt, uint64_t seed, enum status *status,
                               struct diagnostic *diag)
{
    switch (path->driver) {
    case PATH_SWIOTLB:
        return datapath_swiotlb_open(path, fetch, seed, status, diag);
    case PATH_FOLIO:
        return datapath_folio_open(path, fetch, decrypt, seed, status, diag);
    default:
        return datapath_direct_open(path, fetch, seed, status, diag);
    }
}

void datapath_close(struct datapath *self)
{
    if (!self)
        return;
    self->ops->close(self);
    lab_close(&self->lab);
    free(self);
}

struct datapath *datapath_fail(struct datapath *self, enum status failed, const char *what,
                               enum status *status, struct diagnostic *diag)
{
    const char *name = self->path->name;

    *status = failed;
    if (what) /* else diag says it already */
        (void)diagnostic_set(diag, failed, name, 0, 0, "%s", what);
    datapath_close(self);
    return NULL;
}

size_t datapath_rings_bytes(const struct path *path)
{
    size_t bytes = (size_t)2 * path->queues * path->ring_size * FOLIO_DESCRIPTOR_BYTES;

    return (bytes + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
}

struct folio_mbuf *datapath_headers(size_t count)
{
    void *headers = aligned_alloc(sizeof(struct folio_mbuf), count * sizeof(struct folio_mbuf));

    if (headers)
        memset(headers, 0, count * sizeof(struct folio_mbuf));
    return headers;
}

void datapath_unshare(struct datapath *self)
{
    struct folio_backend *base = &self->lab.backend.driver.base;

    if (self->region.base) {
        memset(self->region.base, 0, self->region.size_bytes);
        (void)base->ops->unshare(base, self->region.base, self->region.size_bytes);
        base->ops->close(base);
        self->lab.is_backend_open = false;
    }
    self->region = (struct folio_region){0};
}

/* Takes the first ROTATE_COUNT mbufs of the free list and puts them behind *last, which is the last
 * one, or NULL: not known. Fewer mbufs than that are taken between two calls, so the last one stays
 * in the list as long as the list is long. */
static void pool_rotate(struct folio_pool *pool, struct folio_mbuf **last)
{
    struct folio_mbuf *first = pool->free, *cut = first;

    if (pool->free_count <= 2 * ROTATE_COUNT) {
        *last = NULL;
        return;
    }
    for (unsigned i = 1; i < ROTATE_COUNT; i++)
        cut = cut->next;
    pool->free = cut->next;
    cut->next = NULL;
    if (!*last)
        for (*last = pool->free; (*last)->next;)
            *last = (*last)->next;
    (*last)->next = first;
    *last = cut;
}

void datapath_rotate(struct datapath *self)
{
    if (self->path->order != PATH_FIFO)
        return;
    pool_rotate(self->pool, &self->pool_last);
    if (self->rooms)
        pool_rotate(self->rooms, &self->rooms_last);
}
