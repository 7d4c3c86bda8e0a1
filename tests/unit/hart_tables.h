/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/hart_tables.h — page tables in the fixture's RAM: pages are taken in a row, from
 * TABLES on. */
#ifndef CVMLAB_TEST_HART_TABLES_H
#define CVMLAB_TEST_HART_TABLES_H

#include "hart_fixture.h"

#define TABLES (RAM + 0x300000)

/* All a leaf needs to be used by anyone for anything. */
#define PTE_ALL (PTE_V | PTE_R | PTE_W | PTE_X | PTE_U | PTE_A | PTE_D)

/* One table under construction. */
struct tables {
    struct fixture *fix;
    uint64_t root, next; /* of RAM; next: the next free page */
    unsigned levels;
    bool is_second; /* the root is four pages */
};

static inline struct tables tables_begin(struct fixture *fix, uint64_t at, unsigned levels,
                                         bool is_second)
{
    return (struct tables){fix, at, at + (is_second ? 4 : 1) * PAGE_SIZE, levels, is_second};
}

/* The value of satp, vsatp or hgatp that names it. */
static inline uint64_t tables_atp(const struct tables *tables)
{
    return (uint64_t)(tables->levels - ATP_LEVELS_SV39 + ATP_SV39) << ATP_MODE_SHIFT |
           tables->root >> PAGE_SHIFT;
}

static inline uint64_t pte_of(uint64_t address, uint64_t flags)
{
    return address >> PAGE_SHIFT << PTE_PPN_SHIFT | flags;
}

/* Where the entry for va at this level lies; makes the tables above it. */
static inline uint64_t tables_entry(struct tables *tables, uint64_t va, unsigned level)
{
    uint64_t table = tables->root;

    for (unsigned i = tables->levels - 1;; i--) {
        unsigned low = PAGE_SHIFT + 9 * i;
        unsigned high = low + (tables->is_second && i == tables->levels - 1 ? 10 : 8);
        uint64_t at = table + bits(va, high, low) * PTE_BYTES;

        if (i == level)
            return at;
        if (!(ram_get(tables->fix, at) & PTE_V)) {
            ram_put(tables->fix, at, pte_of(tables->next, PTE_V));
            tables->next += PAGE_SIZE;
        }
        table = ram_get(tables->fix, at) >> PTE_PPN_SHIFT << PAGE_SHIFT;
    }
}

/* Maps va to address by a leaf at this level; returns where the leaf lies. */
static inline uint64_t tables_map(struct tables *tables, uint64_t va, uint64_t address,
                                  uint64_t flags, unsigned level)
{
    uint64_t at = tables_entry(tables, va, level);

    ram_put(tables->fix, at, pte_of(address, flags));
    return at;
}

/* What a fill of this page gave: the offset of its bytes in RAM, or -1. */
static inline int64_t fill_offset(struct fixture *fix, uint64_t va, enum access_kind kind,
                                  struct engine_page *out)
{
    if (!hart_fill(fix->hart, (gva_t){va & ~UINT64_C(0xfff)}, kind, out))
        return -1;
    return out->bytes - ram_at(fix, RAM);
}

/* Makes a load, store or fetch at va by the engine's events: the cause of its trap, -1 for none. x6
 * has the address; the code lies at CODE, mapped or not: pc is physical if the tables do not map
 * it. */
static inline int access_cause(struct fixture *fix, uint64_t va, enum access_kind kind)
{
    struct engine_event event = {.kind = ENGINE_FAULT, .access = kind, .page = {va}};
    struct hart_mode mode = fix->hart->mode;
    unsigned before = fix->traps;
    uint32_t raw = kind == ACCESS_WRITE ? insn_store(3, 5, 6, 0) : insn_load(3, 5, 6, 0);
    int cause;

    event.pc = kind == ACCESS_EXECUTE ? va : CODE;
    memcpy(ram_at(fix, CODE), &raw, sizeof raw);
    fix->reg[6] = va;
    hart_event(fix->hart, &event);
    cause = cause_after(fix, before);
    if (cause >= 0)
        fixture_mode(fix, mode);
    return cause;
}

#endif
