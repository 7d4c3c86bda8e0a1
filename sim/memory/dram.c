/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/dram.c — the raw cells, and two addresses for the same ones. Read adversary.h and
 * internal.h first. */
#include "memory/adversary.h"

#include <string.h>

#include "memory/internal.h"

/* One page's part of a range. */
struct piece {
    struct page page;
    size_t offset, size_bytes;
};

static bool range_is_there(const struct memory *memory, spa_t first, size_t size_bytes)
{
    return first.v <= memory->ram_bytes && size_bytes <= memory->ram_bytes - first.v;
}

static struct piece piece_at(struct memory *memory, spa_t at, size_t left)
{
    size_t offset = at.v & (PAGE_SIZE - 1);

    return (struct piece){.page = page_find(memory, at),
                          .offset = offset,
                          .size_bytes = left < PAGE_SIZE - offset ? left : PAGE_SIZE - offset};
}

enum status dram_read(struct memory *memory, spa_t cell, void *to, size_t size_bytes)
{
    uint8_t *next = to;

    if (!range_is_there(memory, cell, size_bytes))
        return STATUS_BAD_ADDRESS;
    for (size_t done = 0; done < size_bytes;) {
        struct piece piece = piece_at(memory, (spa_t){cell.v + done}, size_bytes - done);

        cells_read(memory, &piece.page, piece.offset, next + done, piece.size_bytes);
        done += piece.size_bytes;
    }
    return STATUS_OK;
}

enum status dram_write(struct memory *memory, spa_t cell, const void *from, size_t size_bytes)
{
    const uint8_t *next = from;

    if (!range_is_there(memory, cell, size_bytes))
        return STATUS_BAD_ADDRESS;
    for (size_t done = 0; done < size_bytes;) {
        struct piece piece = piece_at(memory, (spa_t){cell.v + done}, size_bytes - done);

        cells_write(memory, &piece.page, piece.offset, next + done, piece.size_bytes);
        done += piece.size_bytes;
    }
    return STATUS_OK;
}

enum status dram_alias_set(struct memory *memory, int bit)
{
    if (bit != -1 && (bit < ALIAS_BIT_MIN || bit > ALIAS_BIT_MAX))
        return STATUS_BAD_INPUT;
    cache_wbinvd(memory); /* what is dirty belongs to the cells that it was written to */
    memory_call_back(memory, MEMORY_LOST_ALL);
    memory->alias_mask = bit == -1 ? 0 : UINT64_C(1) << bit;
    memory->alias = bit == -1 ? 0 : (unsigned)bit - ALIAS_BIT_MIN + 1;
    return STATUS_OK;
}

/* Whether what is written at one address can be read at the other. */
static bool is_same_cell(struct memory *memory, spa_t a, spa_t b)
{
    struct access at_a = {.actor.kind = ACTOR_FIRMWARE, .kind = ACCESS_READ, .spa = a};
    struct access at_b = {.actor.kind = ACTOR_FIRMWARE, .kind = ACCESS_READ, .spa = b};
    uint64_t old_a, old_b, test, seen;
    struct fault fault;

    (void)memory_read(memory, &at_a, &old_a, sizeof old_a, &fault);
    (void)memory_read(memory, &at_b, &old_b, sizeof old_b, &fault);
    test = ~old_b; /* not what is at b already */
    at_a.kind = ACCESS_WRITE;
    (void)memory_write(memory, &at_a, &test, sizeof test, &fault);
    (void)memory_read(memory, &at_b, &seen, sizeof seen, &fault);
    (void)memory_write(memory, &at_a, &old_a, sizeof old_a, &fault);
    return seen == test;
}

bool dram_alias_is_found(struct memory *memory)
{
    for (unsigned bit = ALIAS_BIT_MIN; bit <= ALIAS_BIT_MAX; bit++) {
        spa_t other = {UINT64_C(1) << bit};

        if (memory_has(memory, other) && is_same_cell(memory, (spa_t){0}, other))
            return true;
    }
    return false;
}
