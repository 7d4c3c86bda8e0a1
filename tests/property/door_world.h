/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/door_world.h — a memory beside its reference, everybody who uses it, and the
 * pointers that they keep. */
#ifndef CVMLAB_TESTS_PROPERTY_DOOR_WORLD_H
#define CVMLAB_TESTS_PROPERTY_DOOR_WORLD_H

#include "door_reference.h"

#include "base/random.h"

enum { GRANTS = 24 };

/* A pointer that somebody keeps, as a hart's TLB would. */
struct grant {
    bool is_there, may_write, is_view;
    struct access access;
    uint8_t *bytes;
};

struct world {
    uint64_t random;
    struct memory *memory;
    struct rmp *rmp;
    struct reference *ref;
    struct grant grant[GRANTS];
    const char *wrong;       /* NULL: all is well */
    uint64_t checked, views; /* pointers that were looked at again; those that are no page's own */
};

static inline uint64_t below(struct world *world, uint64_t bound)
{
    return random_next(&world->random) % bound;
}

static inline void watch(void *context, spa_t first, uint64_t page_count, enum memory_lost lost)
{
    struct world *world = context;

    for (unsigned i = 0; i < GRANTS; i++) {
        struct grant *grant = &world->grant[i];

        if (grant->access.spa.v - first.v >= page_count << PAGE_SHIFT)
            continue;
        grant->may_write = false;
        if (lost == MEMORY_LOST_ALL)
            grant->is_there = false;
    }
}

static inline spa_t random_page(struct world *world)
{
    return (spa_t){(below(world, REGIONS) * LARGE_PAGE_PAGES + below(world, HOT_PER_REGION))
                   << PAGE_SHIFT};
}

/* Inside a region, so that size more bytes stay on hot pages. */
static inline spa_t random_place(struct world *world, size_t size_bytes)
{
    spa_t page = {below(world, REGIONS) << LARGE_PAGE_SHIFT};

    return (spa_t){page.v + below(world, HOT_PER_REGION * PAGE_SIZE - size_bytes + 1)};
}

static inline struct access random_access(struct world *world, spa_t spa)
{
    static const enum actor_kind kinds[] = {ACTOR_HYPERVISOR, ACTOR_GUEST,  ACTOR_GUEST,
                                            ACTOR_GUEST,      ACTOR_DEVICE, ACTOR_FIRMWARE};
    struct access access = {.actor.kind = kinds[below(world, 6)],
                            .kind = (enum access_kind)below(world, 5),
                            .spa = spa,
                            .gpa = {spa.v},
                            .is_private = below(world, 4) != 0,
                            .is_large = below(world, 40) == 0};

    if (access.actor.kind != ACTOR_HYPERVISOR)
        access.actor.asid = (uint16_t)below(world, REFERENCE_ASIDS);
    if (access.actor.kind == ACTOR_GUEST || access.actor.kind == ACTOR_DEVICE)
        access.actor.is_snp = access.actor.asid && below(world, 4) != 0;
    if (access.actor.kind == ACTOR_GUEST) {
        access.actor.asid |= access.actor.asid == 0;
        access.actor.vmpl = below(world, 3) ? 0 : (uint8_t)below(world, VMPL_COUNT);
        access.actor.cpl = below(world, 2) ? 0 : 3;
    }
    return access;
}

static inline bool is_write(enum access_kind kind)
{
    return kind == ACCESS_WRITE || kind == ACCESS_WALK_UPDATE;
}

#endif
