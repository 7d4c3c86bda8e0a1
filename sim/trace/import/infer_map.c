/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/infer_map.c — see infer_map.h. Three steps: what kind each page is, ranges of
 * neighbours of one kind, and the shared pages cut out of memory. If the result has too many
 * ranges, the same with larger gaps between neighbours. */
#include "trace/import/infer_map.h"

#include <stdlib.h>

enum {
    SHARED_MAX = 1 << 20,
    NEAR_PAGES = (1 << 20) >> PAGE_SHIFT, /* device and ROM pages this close belong together */
    RAM_GAP_PAGES =
        (1 << 30) >> PAGE_SHIFT, /* memory that was never touched between memory that was */
    GAP_LIMIT_PAGES = 1 << 28,
};

/* The first and the last page stand for all: pages of one kind reach across RAM_GAP_PAGES. */
enum status page_map_share(struct page_map *map, struct page_range range)
{
    enum status st;

    if (map->shared_count == map->shared_capacity) {
        size_t capacity = map->shared_capacity ? 2 * map->shared_capacity : 64;
        struct page_range *bigger = NULL;

        if (capacity <= SHARED_MAX)
            bigger = realloc(map->shared, capacity * sizeof *bigger);
        if (!bigger)
            return STATUS_FULL;
        map->shared = bigger;
        map->shared_capacity = capacity;
    }
    map->shared[map->shared_count++] = range;
    st = page_set_add(&map->pages, range.first, PAGE_SHARED);
    return st == STATUS_OK ? page_set_add(&map->pages, range.end - 1, PAGE_SHARED) : st;
}

void page_map_free(struct page_map *map)
{
    page_set_free(&map->pages);
    free(map->shared);
    *map = (struct page_map){0};
}

/* What the facts of a page alone decide. Loads that were mapped are RAM or ROM, emulated stores are
 * MMIO or ROM: undecided, *fallback is what they are without a neighbour that decides. */
static bool kind_decided(unsigned facts, enum region_kind *fallback)
{
    unsigned no_store = facts & (PAGE_STORE_MMIO | PAGE_REFUSED);
    bool loads = facts & PAGE_LOAD_MAPPED;

    if (facts & PAGE_STORE_MAPPED)
        *fallback = REGION_RAM;
    else if (loads && no_store)
        *fallback = REGION_ROM;
    else if (loads)
        *fallback = REGION_RAM;
    else if (facts & (PAGE_LOAD_MMIO | PAGE_STORE_MMIO | PAGE_REFUSED))
        *fallback = REGION_MMIO;
    else
        *fallback = facts & PAGE_SHARED ? REGION_RAM : REGION_NONE;
    return (facts & (PAGE_STORE_MAPPED | PAGE_LOAD_MMIO)) || (loads && no_store) ||
           (facts & ~(PAGE_HOLE | PAGE_SHARED)) == 0;
}

/* Whether an undecided page can be of the same kind as this decided one. */
static bool kind_possible(unsigned facts, enum region_kind neighbour)
{
    if (neighbour == REGION_ROM)
        return true;
    return neighbour == ((facts & PAGE_LOAD_MAPPED) ? REGION_RAM : REGION_MMIO);
}

/* The nearest decided page in one direction (step +1 or -1) that the page at i can be like, or NULL
 * if none is near. */
static const struct page_entry *neighbour_find(const struct page_set *pages, size_t i, int step)
{
    const struct page_entry *self = &pages->entry[i];

    for (size_t j = i + (size_t)step; j < pages->count; j += (size_t)step) {
        const struct page_entry *other = &pages->entry[j];
        uint64_t distance = step > 0 ? other->page - self->page : self->page - other->page;
        enum region_kind kind;

        if (distance > NEAR_PAGES)
            break;
        if (kind_decided(other->facts, &kind) && kind_possible(self->facts, kind))
            return other;
    }
    return NULL;
}

static enum region_kind kind_infer(const struct page_set *pages, size_t i)
{
    const struct page_entry *self = &pages->entry[i], *below, *above;
    enum region_kind kind;

    if (kind_decided(self->facts, &kind))
        return kind;
    below = neighbour_find(pages, i, -1);
    above = neighbour_find(pages, i, 1);
    if (below && above)
        below = self->page - below->page <= above->page - self->page ? below : above;
    else if (above)
        below = above;
    if (below)
        (void)kind_decided(below->facts, &kind);
    return kind;
}

static int range_compare(const void *a, const void *b)
{
    const struct page_range *left = a, *right = b;

    return (left->first > right->first) - (left->first < right->first);
}

/* Sorts the shared ranges and joins those that touch or are at most gap pages apart. */
static void shared_merge(struct page_map *map, uint64_t gap)
{
    size_t used = 0;

    if (map->shared_count == 0)
        return;
    qsort(map->shared, map->shared_count, sizeof *map->shared, range_compare);
    for (size_t i = 1; i < map->shared_count; i++) {
        struct page_range *last = &map->shared[used], *next = &map->shared[i];

        if (next->first > last->end && next->first - last->end > gap)
            map->shared[++used] = *next;
        else if (next->end > last->end)
            last->end = next->end;
    }
    map->shared_count = used + 1;
}

/* A table that counts on past its capacity. Ranges are appended in rising order. */
struct region_list {
    struct region *region;
    size_t count;
    size_t shared_at; /* shared ranges before this one end below every further range */
};

static void region_append(struct region_list *list, struct page_range range, enum region_kind kind)
{
    if (range.first >= range.end)
        return;
    if (list->count < REGION_MAX) {
        struct region *region = &list->region[list->count];

        region->base.v = range.first << PAGE_SHIFT;
        region->size_bytes = (range.end - range.first) << PAGE_SHIFT;
        region->kind = kind;
    }
    list->count++;
}

/* Appends a range; the shared pages are cut out of memory. */
static void range_append(struct region_list *list, const struct page_map *map,
                         struct page_range range, enum region_kind kind)
{
    uint64_t at = range.first;

    while (list->shared_at < map->shared_count && map->shared[list->shared_at].end <= range.first)
        list->shared_at++;
    for (size_t i = list->shared_at; kind == REGION_RAM && i < map->shared_count; i++) {
        struct page_range shared = map->shared[i];

        if (shared.first >= range.end)
            break;
        shared.first = shared.first > at ? shared.first : at;
        shared.end = shared.end < range.end ? shared.end : range.end;
        region_append(list, (struct page_range){at, shared.first}, REGION_RAM);
        region_append(list, shared, REGION_SHARED);
        at = shared.end;
    }
    if (kind != REGION_NONE)
        region_append(list, (struct page_range){at, range.end}, kind);
}

/* Builds the table, joining neighbouring pages of one kind that are at most gap pages apart.
 * Returns the regions needed. */
static size_t regions_build(const struct page_map *map, uint64_t gap, struct region *region)
{
    struct region_list list = {.region = region};
    const struct page_set *pages = &map->pages;
    struct page_range range = {0, 0};

    for (size_t i = 0; i < pages->count; i++) {
        const struct page_entry *entry = &pages->entry[i];
        uint64_t reach = entry->kind == REGION_RAM && gap < RAM_GAP_PAGES ? RAM_GAP_PAGES : gap;

        if (i > 0 && entry->kind == entry[-1].kind && entry->kind != REGION_NONE &&
            entry->page - range.end <= reach) {
            range.end = entry->page + 1;
            continue;
        }
        if (i > 0)
            range_append(&list, map, range, entry[-1].kind);
        range = (struct page_range){entry->page, entry->page + 1};
    }
    if (pages->count > 0)
        range_append(&list, map, range, pages->entry[pages->count - 1].kind);
    return list.count;
}

enum status page_map_regions(struct page_map *map, struct region region[REGION_MAX],
                             uint32_t *count)
{
    page_set_sort(&map->pages);
    for (size_t i = 0; i < map->pages.count; i++)
        map->pages.entry[i].kind = kind_infer(&map->pages, i);
    shared_merge(map, 0);
    for (uint64_t gap = NEAR_PAGES, shared_gap = 1; gap <= GAP_LIMIT_PAGES;
         gap *= 2, shared_gap *= 2) {
        size_t needed = regions_build(map, gap, region);

        if (needed <= REGION_MAX) {
            *count = (uint32_t)needed;
            return STATUS_OK;
        }
        shared_merge(map, shared_gap);
    }
    return STATUS_FULL;
}
