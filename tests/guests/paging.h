/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/paging.h — page tables for guests: Sv39, Sv48 and Sv57, and the same with x4. Tables
 * are taken from free memory. */
#ifndef CVMLAB_TESTS_GUESTS_PAGING_H
#define CVMLAB_TESTS_GUESTS_PAGING_H

#include "modes.h"

#define PTE_V   BIT(0)
#define PTE_R   BIT(1)
#define PTE_W   BIT(2)
#define PTE_X   BIT(3)
#define PTE_U   BIT(4)
#define PTE_G   BIT(5)
#define PTE_A   BIT(6)
#define PTE_D   BIT(7)
#define PTE_RWX (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)

enum { SV39 = 8, SV48 = 9, SV57 = 10, PAGE_BYTES = 4096, ROOT_X4_BYTES = 4 * PAGE_BYTES };

/* One address space; a G-stage one has a root of four pages. */
struct space {
    uint64_t *root;
    unsigned levels; /* 3 to 5 */
    int is_x4;
};

static char *free_next;

/* Zeroed pages, aligned to their size. */
static inline void *pages_take(uint64_t size_bytes)
{
    uint64_t *page;

    if (!free_next)
        free_next = free_memory;
    page = (uint64_t *)(((uint64_t)free_next + size_bytes - 1) / size_bytes * size_bytes);
    free_next = (char *)page + size_bytes;
    for (uint64_t i = 0; i < size_bytes / 8; i++)
        page[i] = 0;
    return page;
}

static inline struct space space_make(unsigned mode, int is_x4)
{
    return (struct space){pages_take(is_x4 ? ROOT_X4_BYTES : PAGE_BYTES), mode - SV39 + 3, is_x4};
}

/* The entry for an address at a level (0: 4 KiB), its tables made on the way. */
static inline uint64_t *space_entry(const struct space *space, uint64_t at, unsigned level)
{
    uint64_t *table = space->root;
    unsigned l = space->levels - 1;

    for (;; l--) {
        uint64_t mask = space->is_x4 && l == space->levels - 1 ? 2047 : 511;
        uint64_t *entry = &table[at >> (12 + 9 * l) & mask];

        if (l == level)
            return entry;
        if (!(*entry & PTE_V))
            *entry = (uint64_t)pages_take(PAGE_BYTES) >> 12 << 10 | PTE_V;
        table = (uint64_t *)(*entry >> 10 << 12);
    }
}

static inline void space_map(const struct space *space, uint64_t at, uint64_t to, unsigned level,
                             uint64_t flags)
{
    *space_entry(space, at, level) = to >> 12 << 10 | flags;
}

/* For satp, vsatp or hgatp. */
static inline uint64_t space_atp(const struct space *space)
{
    return (uint64_t)(space->levels - 3 + SV39) << 60 | (uint64_t)space->root >> 12;
}

static inline void fences(void)
{
    __asm__ volatile("sfence.vma" : : : "memory");
    if (csr_read(CSR_misa) & BIT(7)) {
        __asm__ volatile(".insn r 0x73, 0, 0x31, x0, x0, x0" : : : "memory"); /* hfence.gvma */
        __asm__ volatile(".insn r 0x73, 0, 0x11, x0, x0, x0" : : : "memory"); /* hfence.vvma */
    }
}

static inline uint64_t load_at(uint64_t at)
{
    return *(volatile uint64_t *)at;
}

static inline uint64_t store_at(uint64_t at)
{
    *(volatile uint64_t *)at = 0x5a5a;
    return 0;
}

static inline uint64_t jump_to(uint64_t at)
{
    return ((uint64_t(*)(uint64_t))at)(at);
}

#endif
