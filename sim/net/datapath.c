/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/datapath.c — what the drivers of a path have in common. See datapath.h. */
#include "net/datapath.h"

#include <stdlib.h>
#include <string.h>

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

/* Moves what was used since the last call behind *last, the end of the free list. A free mbuf that
 * was not used carries its pool as attachment, which an allocation takes away. If the list's end
 * was used, so was everything before it, and nothing is to be moved. */
static void pool_rotate(struct folio_pool *pool, struct folio_mbuf **last)
{
    struct folio_mbuf *first = pool->free, *unused = first, *used_last = NULL;

    for (; unused && unused->attachment != pool; unused = unused->next) {
        unused->attachment = pool;
        used_last = unused;
    }
    if (!used_last)
        return;
    if (unused) {
        pool->free = unused;
        (*last)->next = first;
        used_last->next = NULL;
    }
    *last = used_last;
}

void datapath_rotate(struct datapath *self)
{
    if (self->path->order != PATH_FIFO)
        return;
    pool_rotate(self->pool, &self->pool_last);
    if (self->rooms)
        pool_rotate(self->rooms, &self->rooms_last);
}
