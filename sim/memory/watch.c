/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/watch.c — pointers that are no longer good are called back. Only pages of which
 * somebody has a pointer cause a call, so that a change of an entry that nobody uses costs a look
 * at its record. Read internal.h first. */
#include "memory/internal.h"

#include <stdlib.h>

enum status memory_watch_add(struct memory *memory, memory_watch_fn *watch, void *context)
{
    struct watch *grown = realloc(memory->watch, (memory->watch_count + 1) * sizeof *memory->watch);

    if (!grown)
        return STATUS_FULL;
    grown[memory->watch_count++] = (struct watch){.call = watch, .context = context};
    memory->watch = grown;
    return STATUS_OK;
}

void memory_watch_remove(struct memory *memory, memory_watch_fn *watch, void *context)
{
    for (size_t i = 0; i < memory->watch_count; i++) {
        if (memory->watch[i].call != watch || memory->watch[i].context != context)
            continue;
        memory->watch[i] = memory->watch[--memory->watch_count];
        return;
    }
}

static void watches_call(const struct memory *memory, spa_t first, uint64_t page_count,
                         enum memory_lost lost)
{
    for (size_t i = 0; i < memory->watch_count; i++)
        memory->watch[i].call(memory->watch[i].context, first, page_count, lost);
}

static void record_forget(struct page_record *record, enum memory_lost lost)
{
    record->is_writable = 0;
    if (lost == MEMORY_LOST_ALL) {
        record->is_granted = 0;
        record->is_fixed = 0;
    }
}

void page_call_back(struct memory *memory, const struct page *page, enum memory_lost lost)
{
    spa_t alias = {page->cell.v | memory->alias_mask};

    if (!page->record->is_granted)
        return;
    watches_call(memory, page->cell, 1, lost);
    if (alias.v != page->cell.v && memory_has(memory, alias))
        watches_call(memory, alias, 1, lost);
    record_forget(page->record, lost);
}

void memory_call_back(struct memory *memory, enum memory_lost lost)
{
    watches_call(memory, (spa_t){0}, memory->config.page_count, lost);
    if (lost == MEMORY_LOST_ALL)
        views_forget(memory);
}

/* Pages that no other address names: one call for all. */
static void range_call_back(struct memory *memory, spa_t first, uint64_t count)
{
    struct page_record *record = &memory->record[first.v >> PAGE_SHIFT];
    bool is_granted = false;

    for (uint64_t i = 0; i < count; i++) {
        if (!record[i].is_granted)
            continue;
        is_granted = true;
        record_forget(&record[i], MEMORY_LOST_ALL);
    }
    if (is_granted)
        watches_call(memory, first, count, MEMORY_LOST_ALL);
}

/* A large mapping may be used as long as all 512 pages allow it: then all of them are affected. */
void memory_rmp_changes(void *context, spa_t first, uint64_t count)
{
    struct memory *memory = context;
    uint64_t region = first.v >> LARGE_PAGE_SHIFT;

    if (count > 1 || memory->large_grants[region]) {
        uint64_t end = (region + 1) << LARGE_PAGE_SHIFT;

        first.v = region << LARGE_PAGE_SHIFT;
        count = ((end < memory->ram_bytes ? end : memory->ram_bytes) - first.v) >> PAGE_SHIFT;
        memory->large_grants[region] = 0;
    }
    if (memory->alias_mask == 0) {
        range_call_back(memory, first, count);
        return;
    }
    for (uint64_t i = 0; i < count; i++) {
        struct page page = page_find(memory, (spa_t){first.v + (i << PAGE_SHIFT)});

        page_call_back(memory, &page, MEMORY_LOST_ALL);
    }
}
