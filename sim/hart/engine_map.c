/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_map.c — see engine_map.h. */
#include "hart/engine_map.h"

#include <stdlib.h>
#include <string.h>

#include "memory/lazy_map.h"

enum { LINES_FIRST = 1024 };

static const uint64_t address_first = UINT64_C(0x80000000);

static uint64_t frames_bytes(const struct engine_span *span)
{
    return (span->size_bytes >> PAGE_SHIFT) * sizeof(struct engine_frame);
}

enum status engine_map_create(struct engine_map *map, const struct engine_config *config)
{
    *map = (struct engine_map){.line_mask = LINES_FIRST - 1, .epoch = 1};
    if (config->span_count == 0 || config->span_count > ENGINE_SPANS_MAX)
        return STATUS_BAD_INPUT;
    map->line = calloc(LINES_FIRST, sizeof *map->line);
    if (!map->line)
        return STATUS_IO;
    for (unsigned i = 0; i < config->span_count; i++) {
        const struct engine_span *span = &config->span[i];

        if ((uintptr_t)span->bytes % PAGE_SIZE || span->size_bytes % PAGE_SIZE ||
            span->size_bytes == 0)
            return STATUS_BAD_INPUT;
        map->span[i] = *span;
        map->frame[i] = lazy_map(frames_bytes(span));
        if (!map->frame[i])
            return STATUS_IO;
        map->span_count = i + 1;
    }
    return STATUS_OK;
}

void engine_map_destroy(struct engine_map *map)
{
    for (unsigned i = 0; i < map->span_count; i++)
        lazy_unmap(map->frame[i], frames_bytes(&map->span[i]));
    free(map->line);
    *map = (struct engine_map){0};
}

void engine_map_flush(struct engine_map *map)
{
    if (map->line_used == 0)
        return;
    map->line_used = 0;
    if (++map->epoch == 0) { /* lines of 2^32 flushes ago would look new */
        memset(map->line, 0, (map->line_mask + 1) * sizeof *map->line);
        map->epoch = 1;
    }
}

static uint32_t key_hash(uint64_t key)
{
    return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

/* The line with the key, or the free one where it belongs. */
static struct engine_line *slot_find(struct engine_line *lines, uint32_t mask, uint32_t epoch,
                                     uint64_t key)
{
    uint32_t at = key_hash(key) & mask;

    while (lines[at].epoch == epoch && lines[at].key != key)
        at = (at + 1) & mask;
    return &lines[at];
}

struct engine_line *engine_map_find(struct engine_map *map, uint64_t key)
{
    struct engine_line *line = slot_find(map->line, map->line_mask, map->epoch, key);

    return line->epoch == map->epoch ? line : NULL;
}

/* Twice as many lines. */
static bool lines_grow(struct engine_map *map)
{
    uint32_t mask = map->line_mask * 2 + 1;
    struct engine_line *lines = calloc((size_t)mask + 1, sizeof *lines);

    if (!lines)
        return false;
    for (uint32_t i = 0; i <= map->line_mask; i++)
        if (map->line[i].epoch == map->epoch)
            *slot_find(lines, mask, map->epoch, map->line[i].key) = map->line[i];
    free(map->line);
    map->line = lines;
    map->line_mask = mask;
    return true;
}

/* The span that holds the page; span_count: none. */
static unsigned span_find(const struct engine_map *map, const uint8_t *page)
{
    unsigned i = 0;

    while (i < map->span_count &&
           (uintptr_t)page - (uintptr_t)map->span[i].bytes >= map->span[i].size_bytes)
        i++;
    return i;
}

struct engine_frame *engine_map_frame(struct engine_map *map, const uint8_t *page)
{
    unsigned i = span_find(map, page);

    if (i == map->span_count || (uintptr_t)page % PAGE_SIZE)
        return NULL;
    return &map->frame[i][(size_t)(page - map->span[i].bytes) >> PAGE_SHIFT];
}

struct engine_line *engine_map_put(struct engine_map *map, uint64_t key,
                                   const struct engine_page *page)
{
    struct engine_frame *frame = engine_map_frame(map, page->bytes);
    struct engine_line *line;

    if (!frame || (map->line_used >= map->line_mask / 2 && !lines_grow(map)))
        return NULL;
    line = slot_find(map->line, map->line_mask, map->epoch, key);
    if (line->epoch != map->epoch)
        map->line_used++;
    *line = (struct engine_line){.key = key, .epoch = map->epoch, .page = *page, .frame = frame};
    return line;
}

uint64_t engine_map_span_address(const struct engine_map *map, unsigned span)
{
    uint64_t address = address_first;

    for (unsigned i = 0; i < span; i++)
        address += map->span[i].size_bytes + PAGE_SIZE;
    return address;
}

uint64_t engine_map_address(const struct engine_map *map, const uint8_t *page)
{
    unsigned i = span_find(map, page);

    return engine_map_span_address(map, i) + (uint64_t)(page - map->span[i].bytes);
}
