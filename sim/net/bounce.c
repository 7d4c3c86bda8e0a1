/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/bounce.c — see bounce.h. Each slot knows how many slots from it on are free, up to the
 * end of its segment (run), so that one look tells whether a mapping fits. */
#include "net/bounce.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct slot {
    uint16_t run;    /* free slots from here to the next used one or the end of the segment */
    uint16_t mapped; /* at the first slot of a mapping: how many slots it has; else 0 */
};

/* All but lock is written by who holds it. */
struct area {
    atomic_flag lock;
    uint32_t next; /* slot of the area where the search goes on */
    uint32_t used;
    uint64_t mappings, unmappings, searched, locks, strayed;
} __attribute__((aligned(64)));

struct bounce {
    uint8_t *memory;
    uint32_t slot_count, area_slots, area_count;
    struct slot *slot;
    struct area area[BOUNCE_AREAS_MAX];
    _Atomic uint64_t misused, refused[BOUNCE_REFUSAL_COUNT];
    _Atomic uint32_t used, worst;
};

const char *bounce_refusal_name(enum bounce_refusal refusal)
{
    static const char *const names[BOUNCE_REFUSAL_COUNT] = {
        [BOUNCE_GRANTED] = "bounce_granted",
        [BOUNCE_TOO_LARGE] = "bounce_too_large",
        [BOUNCE_FULL] = "bounce_full",
        [BOUNCE_FRAGMENTED] = "bounce_fragmented",
    };

    return (unsigned)refusal < BOUNCE_REFUSAL_COUNT ? names[refusal] : NULL;
}

enum status bounce_create(struct bounce **out, uint8_t *memory, size_t size_bytes, uint32_t areas)
{
    struct bounce *bounce;

    *out = NULL;
    if (areas == 0 || areas > BOUNCE_AREAS_MAX || (areas & (areas - 1)) != 0 || size_bytes == 0 ||
        size_bytes % ((size_t)areas * BOUNCE_SEGMENT_BYTES) != 0 ||
        size_bytes / BOUNCE_SLOT_BYTES > UINT32_MAX)
        return STATUS_BAD_INPUT;
    if ((uintptr_t)memory % PAGE_SIZE != 0)
        return STATUS_BAD_ADDRESS;
    bounce = aligned_alloc(64, sizeof *bounce);
    if (!bounce)
        return STATUS_IO;
    memset(bounce, 0, sizeof *bounce);
    bounce->memory = memory;
    bounce->slot_count = (uint32_t)(size_bytes / BOUNCE_SLOT_BYTES);
    bounce->area_count = areas;
    bounce->area_slots = bounce->slot_count / areas;
    bounce->slot = calloc(bounce->slot_count, sizeof *bounce->slot);
    if (!bounce->slot) {
        free(bounce);
        return STATUS_IO;
    }
    for (uint32_t i = 0; i < bounce->slot_count; i++)
        bounce->slot[i].run = (uint16_t)(BOUNCE_SEGMENT_SLOTS - i % BOUNCE_SEGMENT_SLOTS);
    for (uint32_t i = 0; i < areas; i++)
        atomic_flag_clear(&bounce->area[i].lock);
    *out = bounce;
    return STATUS_OK;
}

void bounce_free(struct bounce *bounce)
{
    if (bounce)
        free(bounce->slot);
    free(bounce);
}

static void area_lock(struct area *area)
{
    while (atomic_flag_test_and_set_explicit(&area->lock, memory_order_acquire))
        ;
    area->locks++;
}

static void area_unlock(struct area *area)
{
    atomic_flag_clear_explicit(&area->lock, memory_order_release);
}

/* Writes the runs of the slots before and at index down to the start of the free stretch that ends
 * at index + run - 1. */
static void runs_renew(struct bounce *bounce, uint32_t index, uint16_t run)
{
    struct slot *slot = bounce->slot;

    for (uint32_t i = index;; i--) {
        slot[i].run = run++;
        if (i % BOUNCE_SEGMENT_SLOTS == 0 || slot[i - 1].run == 0)
            return;
    }
}

/* Takes count slots from index on: all are free. */
static void slots_take(struct bounce *bounce, uint32_t index, uint32_t count)
{
    for (uint32_t i = index; i < index + count; i++)
        bounce->slot[i].run = 0;
    bounce->slot[index].mapped = (uint16_t)count;
    if (index % BOUNCE_SEGMENT_SLOTS != 0 && bounce->slot[index - 1].run != 0)
        runs_renew(bounce, index - 1, 1);
}

/* Searches one area, which is locked, from where its last search ended. Returns the first slot of a
 * run of count that begins at a multiple of stride, or UINT32_MAX. */
static uint32_t area_search(struct bounce *bounce, uint32_t which, uint32_t count, uint32_t stride)
{
    struct area *area = &bounce->area[which];
    uint32_t first = which * bounce->area_slots, looked;
    uint32_t offset = (area->next + stride - 1) / stride * stride;

    if (count > bounce->area_slots - area->used)
        return UINT32_MAX;
    for (looked = 0; looked < bounce->area_slots; looked += stride, offset += stride) {
        if (offset >= bounce->area_slots)
            offset = 0;
        if (bounce->slot[first + offset].run >= count) {
            area->searched += looked / stride;
            area->next = offset + count < bounce->area_slots ? offset + count : 0;
            area->used += count;
            return first + offset;
        }
    }
    area->searched += looked / stride;
    return UINT32_MAX;
}

static void used_add(struct bounce *bounce, uint32_t count)
{
    uint32_t used = atomic_fetch_add(&bounce->used, count) + count;
    uint32_t worst = bounce->worst;

    while (used > worst && !atomic_compare_exchange_weak(&bounce->worst, &worst, used))
        ;
}

uint8_t *bounce_map(struct bounce *bounce, uint32_t hart, size_t size_bytes, size_t align_bytes,
                    enum bounce_refusal *refusal)
{
    size_t count = (size_bytes + BOUNCE_SLOT_BYTES - 1) / BOUNCE_SLOT_BYTES;
    uint32_t stride = size_bytes >= PAGE_SIZE || align_bytes > BOUNCE_SLOT_BYTES
                          ? PAGE_SIZE / BOUNCE_SLOT_BYTES
                          : 1;

    *refusal = count > BOUNCE_SEGMENT_SLOTS ? BOUNCE_TOO_LARGE : BOUNCE_GRANTED;
    for (uint32_t i = 0; *refusal == BOUNCE_GRANTED && i < bounce->area_count; i++) {
        uint32_t which = (hart + i) & (bounce->area_count - 1), index;
        struct area *area = &bounce->area[which];

        area_lock(area);
        index = area_search(bounce, which, (uint32_t)count, stride);
        if (index != UINT32_MAX) {
            slots_take(bounce, index, (uint32_t)count);
            area->mappings++;
            area->strayed += i > 0;
        }
        area_unlock(area);
        if (index != UINT32_MAX) {
            used_add(bounce, (uint32_t)count);
            return bounce->memory + (size_t)index * BOUNCE_SLOT_BYTES;
        }
    }
    if (*refusal == BOUNCE_GRANTED)
        *refusal = bounce->slot_count - bounce->used < count ? BOUNCE_FULL : BOUNCE_FRAGMENTED;
    bounce->refused[*refusal]++;
    return NULL;
}

/* Frees the slots of a mapping in its locked area, and joins them with what is free around them. */
static uint32_t slots_give(struct bounce *bounce, uint32_t index)
{
    struct slot *slot = bounce->slot;
    uint32_t count = slot[index].mapped, last = index + count - 1;
    uint16_t behind = (last + 1) % BOUNCE_SEGMENT_SLOTS == 0 ? 0 : slot[last + 1].run;

    slot[index].mapped = 0;
    for (uint32_t i = 0; i < count; i++)
        slot[last - i].run = (uint16_t)(behind + i + 1);
    if (index % BOUNCE_SEGMENT_SLOTS != 0 && slot[index - 1].run != 0)
        runs_renew(bounce, index - 1, (uint16_t)(slot[index].run + 1));
    return count;
}

void bounce_unmap(struct bounce *bounce, const uint8_t *mapping)
{
    uintptr_t offset = (uintptr_t)mapping - (uintptr_t)bounce->memory;
    uint32_t index = (uint32_t)(offset / BOUNCE_SLOT_BYTES), count = 0;
    struct area *area;

    if (offset / BOUNCE_SLOT_BYTES >= bounce->slot_count || offset % BOUNCE_SLOT_BYTES != 0) {
        bounce->misused++;
        return;
    }
    area = &bounce->area[index / bounce->area_slots];
    area_lock(area);
    if (bounce->slot[index].mapped != 0)
        count = slots_give(bounce, index);
    area->used -= count;
    area->unmappings += count > 0;
    area_unlock(area);
    bounce->used -= count;
    bounce->misused += count == 0;
}

void bounce_count(const struct bounce *bounce, struct bounce_stats *stats)
{
    *stats = (struct bounce_stats){0};
    for (uint32_t i = 0; i < bounce->area_count; i++) {
        stats->mappings += bounce->area[i].mappings;
        stats->unmappings += bounce->area[i].unmappings;
        stats->searched += bounce->area[i].searched;
        stats->locks += bounce->area[i].locks;
        stats->strayed += bounce->area[i].strayed;
    }
    stats->misused = bounce->misused;
    stats->used = bounce->used;
    stats->worst = bounce->worst;
    for (unsigned i = 0; i < BOUNCE_REFUSAL_COUNT; i++)
        stats->refused[i] = bounce->refused[i];
}

enum status bounce_check(const struct bounce *bounce)
{
    uint32_t run = 0, used = 0, mapped = 0;

    for (uint32_t i = bounce->slot_count; i-- > 0;) {
        const struct slot *slot = &bounce->slot[i];

        if (i % BOUNCE_SEGMENT_SLOTS == BOUNCE_SEGMENT_SLOTS - 1)
            run = 0; /* runs end with their segment */
        run = slot->run == 0 ? 0 : run + 1;
        used += slot->run == 0;
        mapped += slot->mapped;
        if (slot->run != run || (slot->mapped != 0 && slot->run != 0))
            return STATUS_BAD_STATE;
    }
    return used == bounce->used && mapped == used ? STATUS_OK : STATUS_BAD_STATE;
}
