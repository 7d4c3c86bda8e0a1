/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/pool.c — the parts of a pool that are not on the data path; see pool.h. */
#include "folio/pool.h"

#include "base/bytes.h"

enum { CACHE_LINE_BYTES = 64 };

enum status folio_pool_init(struct folio_pool *pool, enum folio_pool_kind kind,
                            struct folio_mbuf *headers, void *rooms, uint32_t count,
                            uint32_t room_bytes)
{
    if (count < 1 || count > FOLIO_MBUF_COUNT_MAX || room_bytes < FOLIO_ROOM_BYTES_MIN ||
        room_bytes > FOLIO_ROOM_BYTES_JUMBO || room_bytes % FOLIO_ROOM_BYTES_STEP != 0)
        return STATUS_BAD_INPUT;
    if ((uintptr_t)headers % CACHE_LINE_BYTES != 0 || (uintptr_t)rooms % CACHE_LINE_BYTES != 0)
        return STATUS_BAD_ADDRESS;

    *pool = (struct folio_pool){
        .count = count, .room_bytes = room_bytes, .kind = kind, .mbufs = headers, .rooms = rooms};
    for (uint32_t i = count; i > 0; i--) { /* the first one comes out first */
        struct folio_mbuf *mbuf = &headers[i - 1];

        *mbuf = (struct folio_mbuf){.pool = pool, .index = i - 1, .place = FOLIO_MBUF_FREE};
        mbuf->next = pool->free;
        pool->free = mbuf;
    }
    pool->free_count = count;
    return STATUS_OK;
}

void folio_pool_misuse(struct folio_pool *pool)
{
    pool->misused++;
}

enum status folio_pool_check(const struct folio_pool *pool)
{
    uint32_t listed = 0, marked = 0;

    for (const struct folio_mbuf *mbuf = pool->free; mbuf; mbuf = mbuf->next) {
        if (mbuf->pool != pool || mbuf->index >= pool->count || mbuf != &pool->mbufs[mbuf->index] ||
            mbuf->place != FOLIO_MBUF_FREE || mbuf->rest)
            return STATUS_BAD_STATE;
        if (++listed > pool->count) /* a ring of free mbufs */
            return STATUS_BAD_STATE;
    }
    for (uint32_t i = 0; i < pool->count; i++)
        marked += pool->mbufs[i].place == FOLIO_MBUF_FREE;
    return listed == pool->free_count && marked == listed ? STATUS_OK : STATUS_BAD_STATE;
}
