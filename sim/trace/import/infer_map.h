/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/infer_map.h — private to infer*.c: the guest-physical map made of what was seen
 * of each page. */
#ifndef CVMLAB_SIM_TRACE_IMPORT_INFER_MAP_H
#define CVMLAB_SIM_TRACE_IMPORT_INFER_MAP_H

#include "trace/import/infer_pages.h"

/* How the hypervisor answered faults on a page. */
enum page_fact {
    PAGE_LOAD_MAPPED =
        1 << 0, /* load, fetch or page-table read: it mapped the page and ran the guest again */
    PAGE_STORE_MAPPED = 1 << 1, /* the same for a store */
    PAGE_LOAD_MMIO = 1 << 2,    /* it emulated the access */
    PAGE_STORE_MMIO = 1 << 3,
    PAGE_REFUSED = 1 << 4, /* it gave up on an explicit access: no memory there */
    PAGE_HOLE = 1 << 5,    /* it gave up on a fetch or a page-table walk: nothing there */
    PAGE_SHARED = 1 << 6,  /* a buffer at whose end this page lies was accepted: memory, unless a
                              data fault tells more */
};

/* Pages [first, end). */
struct page_range {
    uint64_t first, end;
};

/* Zero-initialised it is empty. */
struct page_map {
    struct page_set pages;
    struct page_range *shared; /* any order, may overlap, until page_map_regions */
    size_t shared_count, shared_capacity;
};

/* Adds pages that the guest shares with the hypervisor. They are memory even if none ever faulted.
 * STATUS_FULL: too many, or out of memory. */
enum status page_map_share(struct page_map *map, struct page_range range);

/* Writes the regions: sorted, disjoint, at most REGION_MAX. The map takes no more pages afterwards.
 * STATUS_FULL if that many regions are not enough even with the gaps between neighbours of one kind
 * filled. */
enum status page_map_regions(struct page_map *map, struct region region[REGION_MAX],
                             uint32_t *count);

/* Frees the pages and shared ranges; the map is empty again. */
void page_map_free(struct page_map *map);

#endif
