/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/pool.h — LIFO pools of mbufs over memory that the caller provides.
 * The three pools of the design: the *shared* one is the row of data rooms in shared memory; the
 * *temporary* one holds private headers over these rooms (folio_port_open makes both); the *shadow*
 * one is private altogether (the caller makes it). The last mbuf freed is the next one out, so that
 * a small working set stays in the cache. A pool and all that uses it belong to one thread. */
#ifndef CVMLAB_FOLIO_POOL_H
#define CVMLAB_FOLIO_POOL_H

#include "base/status.h"
#include "folio/mbuf.h"

/* A room: headroom, then the packet. 2176 = 128 + 2048 holds every standard frame; the jumbo room
 * holds 9728 bytes, rounded up to the 1 KiB steps in which the device counts buffers. */
enum {
    FOLIO_HEADROOM_BYTES = 128,
    FOLIO_ROOM_BYTES = 2176,
    FOLIO_ROOM_BYTES_JUMBO = 10368,
    FOLIO_ROOM_BYTES_MIN = FOLIO_HEADROOM_BYTES + 1024,
    FOLIO_ROOM_BYTES_STEP = 64, /* rooms begin at a cache line */
    FOLIO_MBUF_COUNT_MAX = 1 << 24,
};

enum folio_pool_kind { FOLIO_POOL_SHADOW, FOLIO_POOL_TEMPORARY };

struct folio_pool {
    struct folio_mbuf *free; /* the last one freed */
    uint32_t free_count, count;
    uint32_t room_bytes;
    enum folio_pool_kind kind;
    struct folio_mbuf *mbufs; /* count headers, private */
    uint8_t *rooms;           /* count rooms of room_bytes */
    uint64_t misused;         /* frees that had no effect: of a free mbuf, or of a posted one */
};

/* Sets a pool up; all mbufs are free. headers: count mbufs, 64-byte aligned, private. rooms: count
 * * room_bytes bytes, 64-byte aligned; their contents are not touched (they may be shared memory).
 * Both stay the caller's and must outlive the pool. room_bytes: FOLIO_ROOM_BYTES_MIN to
 * FOLIO_ROOM_BYTES_JUMBO, in steps of FOLIO_ROOM_BYTES_STEP; count 1 to FOLIO_MBUF_COUNT_MAX.
 * STATUS_BAD_INPUT or STATUS_BAD_ADDRESS (alignment): the pool is as before. */
enum status folio_pool_init(struct folio_pool *pool, enum folio_pool_kind kind,
                            struct folio_mbuf *headers, void *rooms, uint32_t count,
                            uint32_t room_bytes);

/* What a free that must not happen does: counts it in misused, and nothing else. */
void folio_pool_misuse(struct folio_pool *pool);

/* The first byte of the mbuf's room. */
static inline uint8_t *folio_mbuf_room(const struct folio_mbuf *mbuf)
{
    return mbuf->pool->rooms + (size_t)mbuf->index * mbuf->pool->room_bytes;
}

/* Bytes that fit into a fresh mbuf of the pool: the room without its headroom. */
static inline uint32_t folio_pool_capacity(const struct folio_pool *pool)
{
    return pool->room_bytes - FOLIO_HEADROOM_BYTES;
}

/* Bytes of the packet: those at data, and those not yet copied in. */
static inline uint32_t folio_mbuf_packet_bytes(const struct folio_mbuf *mbuf)
{
    return mbuf->data_len + (mbuf->rest ? (uint32_t)mbuf->rest->data_len : 0);
}

/* Takes a fresh mbuf: data behind the headroom, everything else 0. NULL: the pool is empty. The
 * caller frees it, or hands it to something that does. */
static inline struct folio_mbuf *folio_mbuf_alloc(struct folio_pool *pool)
{
    struct folio_mbuf *mbuf = pool->free;

    if (!mbuf)
        return NULL;
    pool->free = mbuf->next;
    pool->free_count--;
    mbuf->data = folio_mbuf_room(mbuf) + FOLIO_HEADROOM_BYTES;
    mbuf->data_len = 0;
    mbuf->port = 0;
    mbuf->queue = 0;
    mbuf->vlan = 0;
    mbuf->rss_hash = 0;
    mbuf->flags = 0;
    mbuf->next = NULL;
    mbuf->attachment = NULL;
    mbuf->place = FOLIO_MBUF_HELD;
    return mbuf;
}

/* The part of a free that cannot be misused: the mbuf is HELD and goes to the top of its pool. Use
 * folio_mbuf_free. */
static inline void folio_mbuf_return(struct folio_mbuf *mbuf)
{
    struct folio_pool *pool = mbuf->pool;

    mbuf->place = FOLIO_MBUF_FREE;
    mbuf->next = pool->free;
    pool->free = mbuf;
    pool->free_count++;
}

/* Gives an mbuf back to its pool, and its rest to its own. One that is free already, or that a ring
 * still names, stays as it is and is counted in pool->misused; so does a rest whose port was
 * abandoned and opened again. */
static inline void folio_mbuf_free(struct folio_mbuf *mbuf)
{
    struct folio_mbuf *rest = mbuf->rest;

    if (mbuf->place != FOLIO_MBUF_HELD) {
        folio_pool_misuse(mbuf->pool);
        return;
    }
    if (rest) {
        mbuf->rest = NULL;
        if (rest->place == FOLIO_MBUF_REST)
            folio_mbuf_return(rest);
        else
            folio_pool_misuse(rest->pool);
    }
    folio_mbuf_return(mbuf);
}

/* Walks the free list and the headers: every free mbuf is there once, every other is marked as
 * being elsewhere. STATUS_BAD_STATE if not. */
enum status folio_pool_check(const struct folio_pool *pool);

#endif
