/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_map.h — what an engine knows of pages. A line is a page of one world as the
 * client mapped it; lines stay until the client flushes, so that the client is asked once, whatever
 * the library's own TLB forgets and when. A frame is a page of host memory: who runs it and who
 * writes it at the moment. Read engine.h first. */
#ifndef CVMLAB_SIM_HART_ENGINE_MAP_H
#define CVMLAB_SIM_HART_ENGINE_MAP_H

#include "hart/engine.h"

/* By which lines the library's TLB may reach a frame in one way. Valid in one epoch of that TLB. */
struct engine_reach {
    uint64_t key;
    uint32_t epoch;
    bool is_many; /* by others than key as well */
};

struct engine_frame {
    struct engine_reach writers, runners;
    uint32_t stamp;      /* of the code since it was last written; never given twice */
    uint32_t hook_count; /* how many hooks there were when what was translated from here began */
    bool is_code;        /* run since it was last written */
    bool has_blocks;     /* the library may have translated from here */
    bool is_special;     /* and whether it had some (engine_special.h) */
};

struct engine_line {
    uint64_t key;       /* number of the page and the world: engine_line_key */
    uint32_t epoch;     /* of the client's flushes; another one: the line is free */
    uint32_t run_stamp; /* of the frame when this line was last let run */
    struct engine_page page;
    struct engine_frame *frame;
};

struct engine_map {
    struct engine_line *line; /* a table with open addressing */
    uint32_t line_mask, line_used, epoch;
    unsigned span_count;
    struct engine_span span[ENGINE_SPANS_MAX];
    struct engine_frame *frame[ENGINE_SPANS_MAX];
};

/* Maps frames for the spans. STATUS_BAD_INPUT: a span is not made of pages, or there are too many;
 * STATUS_IO: no memory. Destroy it in any case. */
enum status engine_map_create(struct engine_map *map, const struct engine_config *config);
void engine_map_destroy(struct engine_map *map);

/* Forgets all lines. */
void engine_map_flush(struct engine_map *map);

static inline uint64_t engine_line_key(uint64_t address, enum engine_world world)
{
    return address >> PAGE_SHIFT << 1 | (uint64_t)world;
}

/* NULL: the client has not mapped it. Valid until the next put or flush. */
struct engine_line *engine_map_find(struct engine_map *map, uint64_t key);

/* Makes or replaces a line. NULL: page->bytes is no page of a span, or no memory. */
struct engine_line *engine_map_put(struct engine_map *map, uint64_t key,
                                   const struct engine_page *page);

/* NULL: not a page of a span. */
struct engine_frame *engine_map_frame(struct engine_map *map, const uint8_t *page);

/* Where the library has this page: spans lie one after the other, a
 * page between them. Of a page of a span only. */
uint64_t engine_map_address(const struct engine_map *map, const uint8_t *page);

/* The same of a span's first page. */
uint64_t engine_map_span_address(const struct engine_map *map, unsigned span);

#endif
