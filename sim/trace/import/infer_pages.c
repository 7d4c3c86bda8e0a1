/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/infer_pages.c — see infer_pages.h. */
#include "trace/import/infer_pages.h"

#include <stdlib.h>

enum { PAGES_MAX = 1 << 24, CAPACITY_FIRST = 1 << 10 };

/* Fibonacci hashing (Knuth, TAOCP 6.4); capacity is a power of two. */
static size_t entry_place(uint64_t page, size_t capacity)
{
    return (size_t)((page * 0x9E3779B97F4A7C15u) >> 32) & (capacity - 1);
}

/* The entry of this page, or the free place where it belongs. */
static struct page_entry *entry_find(const struct page_set *set, uint64_t page)
{
    size_t place = entry_place(page, set->capacity);

    while (set->entry[place].facts != 0 && set->entry[place].page != page)
        place = (place + 1) & (set->capacity - 1);
    return &set->entry[place];
}

static enum status set_grow(struct page_set *set)
{
    struct page_set bigger = {.capacity = set->capacity ? 2 * set->capacity : CAPACITY_FIRST,
                              .count = set->count};

    if (set->count >= PAGES_MAX)
        return STATUS_FULL;
    bigger.entry = calloc(bigger.capacity, sizeof *bigger.entry);
    if (!bigger.entry)
        return STATUS_FULL;
    for (size_t i = 0; i < set->capacity; i++)
        if (set->entry[i].facts != 0)
            *entry_find(&bigger, set->entry[i].page) = set->entry[i];
    free(set->entry);
    *set = bigger;
    return STATUS_OK;
}

enum status page_set_add(struct page_set *set, uint64_t page, unsigned facts)
{
    struct page_entry *entry;

    if (2 * set->count >= set->capacity) {
        enum status st = set_grow(set);

        if (st != STATUS_OK)
            return st;
    }
    entry = entry_find(set, page);
    if (entry->facts == 0)
        set->count++;
    entry->page = page;
    entry->facts |= facts;
    return STATUS_OK;
}

static int entry_compare(const void *a, const void *b)
{
    const struct page_entry *left = a, *right = b;

    return (left->page > right->page) - (left->page < right->page);
}

void page_set_sort(struct page_set *set)
{
    size_t used = 0;

    for (size_t i = 0; i < set->capacity; i++)
        if (set->entry[i].facts != 0)
            set->entry[used++] = set->entry[i];
    if (used > 0)
        qsort(set->entry, used, sizeof *set->entry, entry_compare);
}

void page_set_free(struct page_set *set)
{
    free(set->entry);
    *set = (struct page_set){0};
}
