/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/cache.c — the write-back cache of CacheWarp, below every key and address: RAM is what
 * the CPU sees, and of each page that was changed since it was last written back, the raw bytes
 * that DRAM still holds are kept. Works by the page of cells; that lines are 64 bytes shows only
 * where somebody else writes to DRAM. Read adversary.h and internal.h first. */
#include "memory/internal.h"

#include <string.h>

#include "memory/adversary.h"

enum { LINE_BYTES = 64 };

/* Where DRAM's own bytes of a dirty page are. */
static uint8_t *cache_below(const struct memory *memory, const struct page *page)
{
    return memory->cache.below + page->cell.v;
}

void cache_keep(struct memory *memory, const struct page *page)
{
    struct cache *cache = &memory->cache;

    page_raw(memory, page, 0, cache_below(memory, page), PAGE_SIZE);
    page->record->is_dirty = 1;
    cache->dirty[cache->count++] =
        (struct dirty_page){.page = (uint32_t)(page->cell.v >> PAGE_SHIFT),
                            .key = page->record->key,
                            .alias = page->record->alias};
}

/* The lines that a range touches. */
static void lines_of(size_t offset, size_t size_bytes, size_t *first, size_t *lines_bytes)
{
    *first = offset & ~(size_t)(LINE_BYTES - 1);
    *lines_bytes = ((offset + size_bytes + LINE_BYTES - 1) & ~(size_t)(LINE_BYTES - 1)) - *first;
}

void cache_write_through(struct memory *memory, const struct page *page, size_t offset,
                         size_t size_bytes)
{
    size_t first, lines_bytes;

    lines_of(offset, size_bytes, &first, &lines_bytes);
    page_raw(memory, page, first, cache_below(memory, page) + first, lines_bytes);
}

void cells_read(struct memory *memory, const struct page *page, size_t offset, uint8_t *to,
                size_t size_bytes)
{
    uint8_t raw[PAGE_SIZE];
    size_t first, lines_bytes;

    if (page->record->is_dirty) {
        memcpy(to, cache_below(memory, page) + offset, size_bytes);
        return;
    }
    lines_of(offset, size_bytes, &first, &lines_bytes);
    page_raw(memory, page, first, raw, lines_bytes);
    memcpy(to, raw + (offset - first), size_bytes);
}

/* A line of a dirty page that is the same in DRAM counts as clean, also if somebody wrote to it
 * what it held. */
void cells_write(struct memory *memory, const struct page *page, size_t offset, const uint8_t *from,
                 size_t size_bytes)
{
    uint8_t raw[PAGE_SIZE], *below = NULL;
    size_t first, lines_bytes, end = offset + size_bytes;

    lines_of(offset, size_bytes, &first, &lines_bytes);
    page_call_back(memory, page, MEMORY_LOST_ALL);
    page_version_grow(memory, page);
    page_raw(memory, page, first, raw, lines_bytes);
    if (page->record->is_dirty)
        below = cache_below(memory, page);
    for (size_t line = first; line < first + lines_bytes; line += LINE_BYTES) {
        size_t from_here = line > offset ? line : offset;
        size_t to_here = line + LINE_BYTES < end ? line + LINE_BYTES : end;
        const uint8_t *new = from + (from_here - offset);

        if (!below || memcmp(raw + (line - first), below + line, LINE_BYTES) == 0)
            memcpy(raw + (from_here - first), new, to_here - from_here);
        if (below)
            memcpy(below + from_here, new, to_here - from_here);
    }
    page_raw_set(memory, page, first, raw, lines_bytes);
}

static struct page dirty_find(struct memory *memory, const struct dirty_page *dirty)
{
    return page_find(memory, (spa_t){(uint64_t)dirty->page << PAGE_SHIFT});
}

void cache_wbinvd(struct memory *memory)
{
    struct cache *cache = &memory->cache;

    for (uint64_t i = 0; i < cache->count; i++) {
        struct page page = dirty_find(memory, &cache->dirty[i]);

        page_call_back(memory, &page, MEMORY_LOST_WRITE); /* the next write must be noticed */
        page.record->is_dirty = 0;
    }
    cache->count = 0;
}

/* The page becomes again what it was when it was last written back. */
static void dirty_drop(struct memory *memory, const struct dirty_page *dirty)
{
    struct page page = dirty_find(memory, dirty);

    page_call_back(memory, &page, MEMORY_LOST_ALL);
    page_change(memory, &page);
    page.record->key = dirty->key;
    page.record->alias = dirty->alias;
    page_raw_set(memory, &page, 0, cache_below(memory, &page), PAGE_SIZE);
    page.record->is_dirty = 0;
}

void cache_invd(struct memory *memory, bool is_patched)
{
    if (is_patched) {
        cache_wbinvd(memory);
        return;
    }
    for (uint64_t i = 0; i < memory->cache.count; i++)
        dirty_drop(memory, &memory->cache.dirty[i]);
    memory->cache.count = 0;
}

static uint64_t dirty_bytes(const struct memory *memory)
{
    return memory->config.page_count * sizeof(struct dirty_page);
}

void cache_destroy(struct memory *memory)
{
    lazy_unmap(memory->cache.below, memory->ram_bytes);
    lazy_unmap(memory->cache.dirty, dirty_bytes(memory));
    memory->cache = (struct cache){0};
}

enum status cache_model_set(struct memory *memory, bool on)
{
    struct cache *cache = &memory->cache;

    if (on == cache->is_on)
        return STATUS_OK;
    if (!on) {
        cache_wbinvd(memory);
        cache_destroy(memory);
        return STATUS_OK;
    }
    cache->below = lazy_map(memory->ram_bytes);
    cache->dirty = lazy_map(dirty_bytes(memory));
    cache->is_on = cache->below && cache->dirty;
    if (cache->is_on)
        memory_call_back(memory, MEMORY_LOST_WRITE); /* writers must come through the door again */
    else
        cache_destroy(memory);
    return cache->is_on ? STATUS_OK : STATUS_IO;
}
