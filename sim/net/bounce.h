/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/bounce.h — a bounce pool with the geometry of Linux' swiotlb: slots of 2 KiB; segments of
 * 128 slots, which no mapping crosses (so 256 KiB is the largest); areas, each with its lock and
 * the place where its search goes on. Counts all it does and says why a mapping failed. Source:
 * Linux, kernel/dma/swiotlb.c and include/linux/swiotlb.h (IO_TLB_SHIFT, IO_TLB_SEGSIZE). */
#ifndef CVMLAB_SIM_NET_BOUNCE_H
#define CVMLAB_SIM_NET_BOUNCE_H

#include "base/status.h"
#include "base/types.h"

enum {
    BOUNCE_SLOT_BYTES = 2048,
    BOUNCE_SEGMENT_SLOTS = 128,
    BOUNCE_SEGMENT_BYTES = BOUNCE_SLOT_BYTES * BOUNCE_SEGMENT_SLOTS,
    BOUNCE_AREAS_MAX = 64,
};

/* Why there is no slot. */
enum bounce_refusal {
    BOUNCE_GRANTED,
    BOUNCE_TOO_LARGE,  /* more than a segment */
    BOUNCE_FULL,       /* fewer free slots than asked for, in all areas together */
    BOUNCE_FRAGMENTED, /* enough free slots, but nowhere so many in a row */
    BOUNCE_REFUSAL_COUNT
};

/* "bounce_full" */
const char *bounce_refusal_name(enum bounce_refusal refusal);

struct bounce_stats {
    uint64_t mappings, unmappings;
    uint64_t searched; /* slots looked at, beyond the first of each search */
    uint64_t locks;    /* areas locked */
    uint64_t strayed;  /* mappings that the caller's own area had no room for */
    uint64_t refused[BOUNCE_REFUSAL_COUNT];
    uint64_t misused;     /* unmappings of what was not mapped: without effect */
    uint32_t used, worst; /* slots in use now, and at most */
};

struct bounce;

/* A pool over size_bytes of memory, which stays the caller's: shared, page-aligned, a multiple of
 * areas * BOUNCE_SEGMENT_BYTES. areas: a power of two up to BOUNCE_AREAS_MAX. STATUS_BAD_INPUT,
 * STATUS_BAD_ADDRESS (alignment), STATUS_IO (no memory): *out is NULL. */
enum status bounce_create(struct bounce **out, uint8_t *memory, size_t size_bytes, uint32_t areas);

/* Takes size_bytes (not 0) in a row for a hart, which picks the area where the search begins.
 * align_bytes: a power of two up to PAGE_SIZE; a mapping of a page or more begins at a page. NULL:
 * *refusal says why, and it was counted. Safe from several threads. */
uint8_t *bounce_map(struct bounce *bounce, uint32_t hart, size_t size_bytes, size_t align_bytes,
                    enum bounce_refusal *refusal);

/* Gives a mapping back, by what bounce_map returned. Anything else is counted in misused. */
void bounce_unmap(struct bounce *bounce, const uint8_t *mapping);

/* A copy of the counts; exact while no other thread maps. */
void bounce_count(const struct bounce *bounce, struct bounce_stats *stats);

/* Walks every slot: the free runs are right, and used is their complement. STATUS_BAD_STATE if not.
 */
enum status bounce_check(const struct bounce *bounce);

/* Frees; NULL is allowed. */
void bounce_free(struct bounce *bounce);

#endif
