/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_bounce.c — the bounce pool against a plain one with the rules of Linux' swiotlb
 * (kernel/dma/swiotlb.c): slots of 2 KiB, segments of 128 of them that no mapping crosses, areas
 * that each go on searching behind their last mapping, page alignment from a page on. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "net/bounce.h"

enum { SEGMENTS = 4, SLOTS = SEGMENTS * BOUNCE_SEGMENT_SLOTS, TURNS = 30000, HELD = 200 };

/* Never read or written: a pool only hands out addresses. */
static uint8_t *memory_of(size_t segments)
{
    uint8_t *memory = aligned_alloc(PAGE_SIZE, segments * BOUNCE_SEGMENT_BYTES);

    assert_non_null(memory);
    return memory;
}

static void pool_end(struct bounce *bounce, uint8_t *memory)
{
    assert_int_equal(bounce_check(bounce), STATUS_OK);
    bounce_free(bounce);
    free(memory);
}

static void a_mapping_may_have_a_segment_and_no_more(void **unused)
{
    uint8_t *memory = memory_of(2);
    struct bounce *bounce;
    enum bounce_refusal refusal;

    (void)unused;
    assert_int_equal(bounce_create(&bounce, memory, 2 * BOUNCE_SEGMENT_BYTES, 1), STATUS_OK);
    assert_null(bounce_map(bounce, 0, 256 * 1024 + 1, 1, &refusal));
    assert_int_equal(refusal, BOUNCE_TOO_LARGE);
    assert_ptr_equal(bounce_map(bounce, 0, 1, 1, &refusal), memory);
    assert_ptr_equal(bounce_map(bounce, 0, 256 * 1024, 1, &refusal), memory + 256 * 1024);
    assert_null(bounce_map(bounce, 0, 256 * 1024, 1, &refusal));
    assert_int_equal(refusal, BOUNCE_FULL);
    pool_end(bounce, memory);
}

static void enough_slots_that_are_not_in_a_row_are_fragmented(void **unused)
{
    uint8_t *memory = memory_of(1), *mapping[BOUNCE_SEGMENT_SLOTS];
    struct bounce *bounce;
    struct bounce_stats stats;
    enum bounce_refusal refusal;

    (void)unused;
    assert_int_equal(bounce_create(&bounce, memory, BOUNCE_SEGMENT_BYTES, 1), STATUS_OK);
    for (unsigned i = 0; i < BOUNCE_SEGMENT_SLOTS; i++)
        mapping[i] = bounce_map(bounce, 0, BOUNCE_SLOT_BYTES, 1, &refusal);
    for (unsigned i = 0; i < BOUNCE_SEGMENT_SLOTS; i += 2)
        bounce_unmap(bounce, mapping[i]);
    assert_null(bounce_map(bounce, 0, BOUNCE_SLOT_BYTES + 1, 1, &refusal));
    assert_int_equal(refusal, BOUNCE_FRAGMENTED);
    assert_string_equal(bounce_refusal_name(refusal), "bounce_fragmented");
    bounce_unmap(bounce, mapping[1]); /* joins slots 0, 1 and 2 */
    assert_ptr_equal(bounce_map(bounce, 0, 3 * BOUNCE_SLOT_BYTES, 1, &refusal), memory);
    bounce_count(bounce, &stats);
    assert_int_equal(stats.refused[BOUNCE_FRAGMENTED], 1);
    assert_int_equal(stats.worst, 128);
    assert_int_equal(stats.used, 128 - 65 + 3);
    pool_end(bounce, memory);
}

/* Two slots, and then a place at which a page begins: not the free slot before it. */
static void a_page_or_more_begins_at_a_page_behind_the_last_mapping(void **unused)
{
    uint8_t *memory = memory_of(1), *first;
    struct bounce *bounce;
    enum bounce_refusal refusal;

    (void)unused;
    assert_int_equal(bounce_create(&bounce, memory, BOUNCE_SEGMENT_BYTES, 1), STATUS_OK);
    first = bounce_map(bounce, 0, 2 * BOUNCE_SLOT_BYTES, 1, &refusal);
    assert_ptr_equal(bounce_map(bounce, 0, 1, 1, &refusal), memory + 2 * BOUNCE_SLOT_BYTES);
    assert_ptr_equal(bounce_map(bounce, 0, PAGE_SIZE, 1, &refusal), memory + 2 * PAGE_SIZE);
    bounce_unmap(bounce, first);
    assert_ptr_equal(bounce_map(bounce, 0, 1, 1, &refusal), memory + 3 * PAGE_SIZE);
    bounce_unmap(bounce, memory + 3 * PAGE_SIZE);
    assert_ptr_equal(bounce_map(bounce, 0, 100, PAGE_SIZE, &refusal), memory + 4 * PAGE_SIZE);
    pool_end(bounce, memory);
}

static void a_full_area_sends_to_the_next(void **unused)
{
    uint8_t *memory = memory_of(4);
    struct bounce *bounce;
    struct bounce_stats stats;
    enum bounce_refusal refusal;

    (void)unused;
    assert_int_equal(bounce_create(&bounce, memory, 4 * BOUNCE_SEGMENT_BYTES, 4), STATUS_OK);
    assert_ptr_equal(bounce_map(bounce, 7, BOUNCE_SEGMENT_BYTES, 1, &refusal),
                     memory + 3 * BOUNCE_SEGMENT_BYTES);
    assert_ptr_equal(bounce_map(bounce, 3, BOUNCE_SEGMENT_BYTES, 1, &refusal), memory);
    bounce_count(bounce, &stats);
    assert_int_equal(stats.strayed, 1);
    assert_int_equal(stats.locks, 3);
    assert_int_equal(stats.mappings, 2);
    pool_end(bounce, memory);
}

static void what_was_not_mapped_is_not_given_back(void **unused)
{
    uint8_t *memory = memory_of(1), *mapping;
    struct bounce *bounce;
    struct bounce_stats stats;
    enum bounce_refusal refusal;

    (void)unused;
    assert_int_equal(bounce_create(&bounce, memory, BOUNCE_SEGMENT_BYTES, 1), STATUS_OK);
    mapping = bounce_map(bounce, 0, 3 * BOUNCE_SLOT_BYTES, 1, &refusal);
    bounce_unmap(bounce, mapping + 1);
    bounce_unmap(bounce, mapping + BOUNCE_SLOT_BYTES);
    bounce_unmap(bounce, memory - 1);
    bounce_unmap(bounce, memory + BOUNCE_SEGMENT_BYTES);
    bounce_unmap(bounce, mapping);
    bounce_unmap(bounce, mapping);
    bounce_count(bounce, &stats);
    assert_int_equal(stats.misused, 5);
    assert_int_equal(stats.unmappings, 1);
    assert_int_equal(stats.used, 0);
    pool_end(bounce, memory);
}

static void a_pool_that_does_not_divide_is_refused(void **unused)
{
    uint8_t *memory = memory_of(2);
    struct bounce *bounce;

    (void)unused;
    assert_int_equal(bounce_create(&bounce, memory, BOUNCE_SEGMENT_BYTES, 2), STATUS_BAD_INPUT);
    assert_int_equal(bounce_create(&bounce, memory, BOUNCE_SEGMENT_BYTES, 0), STATUS_BAD_INPUT);
    assert_int_equal(bounce_create(&bounce, memory, 3 * BOUNCE_SEGMENT_BYTES, 3), STATUS_BAD_INPUT);
    assert_int_equal(bounce_create(&bounce, memory, 128 * (size_t)BOUNCE_SEGMENT_BYTES, 128),
                     STATUS_BAD_INPUT);
    assert_int_equal(bounce_create(&bounce, memory, 0, 1), STATUS_BAD_INPUT);
    assert_int_equal(bounce_create(&bounce, memory + 1, BOUNCE_SEGMENT_BYTES, 1),
                     STATUS_BAD_ADDRESS);
    assert_null(bounce);
    free(memory);
}

/* The plain pool. */
struct plain {
    uint32_t areas, area_slots, next[SEGMENTS];
    bool used[SLOTS];
};

static uint32_t plain_free(const struct plain *plain, uint32_t first, uint32_t count)
{
    uint32_t free_slots = 0;

    for (uint32_t i = first; i < first + count; i++)
        free_slots += !plain->used[i];
    return free_slots;
}

static bool plain_fits(const struct plain *plain, uint32_t slot, uint32_t count)
{
    return slot / BOUNCE_SEGMENT_SLOTS == (slot + count - 1) / BOUNCE_SEGMENT_SLOTS &&
           plain_free(plain, slot, count) == count;
}

/* Slot by slot from where the last search of the area ended. SLOTS: nowhere. */
static uint32_t plain_map(struct plain *plain, uint32_t hart, size_t size_bytes)
{
    uint32_t count = (uint32_t)((size_bytes + 2047) / 2048), step = size_bytes >= 4096 ? 2 : 1;

    for (uint32_t turn = 0; turn < plain->areas; turn++) {
        uint32_t area = (hart + turn) % plain->areas, first = area * plain->area_slots;

        for (uint32_t i = 0; i < plain->area_slots; i++) {
            uint32_t at = (plain->next[area] + i) % plain->area_slots;

            if (at % step != 0 || !plain_fits(plain, first + at, count))
                continue;
            for (uint32_t j = 0; j < count; j++)
                plain->used[first + at + j] = true;
            plain->next[area] = (at + count) % plain->area_slots;
            return first + at;
        }
    }
    return SLOTS;
}

static void compare_with_plain(uint64_t seed, uint32_t areas)
{
    static struct plain plain;
    struct {
        uint32_t slot, count;
    } held[HELD];
    uint8_t *memory = memory_of(SEGMENTS);
    struct bounce *bounce;
    uint32_t held_count = 0;

    plain = (struct plain){.areas = areas, .area_slots = SLOTS / areas};
    assert_int_equal(bounce_create(&bounce, memory, SEGMENTS * BOUNCE_SEGMENT_BYTES, areas),
                     STATUS_OK);
    for (unsigned turn = 0; turn < TURNS; turn++) {
        uint64_t random = random_next(&seed);
        size_t size = 1 + (random >> 8) % (random % 16 ? 9000 : BOUNCE_SEGMENT_BYTES);

        if (held_count < HELD && random >> 60 < 9) {
            uint32_t hart = random >> 40 & 7, slot = plain_map(&plain, hart, size);
            enum bounce_refusal refusal;
            uint8_t *mapping = bounce_map(bounce, hart, size, 1, &refusal);

            assert_int_equal(mapping == NULL, slot == SLOTS);
            if (!mapping) {
                assert_int_equal(refusal, plain_free(&plain, 0, SLOTS) < (size + 2047) / 2048
                                              ? BOUNCE_FULL
                                              : BOUNCE_FRAGMENTED);
                continue;
            }
            assert_int_equal(mapping - memory, (size_t)slot * BOUNCE_SLOT_BYTES);
            held[held_count].slot = slot;
            held[held_count++].count = (uint32_t)((size + 2047) / 2048);
        } else if (held_count > 0) {
            uint32_t which = (uint32_t)(random >> 20) % held_count;

            memset(&plain.used[held[which].slot], 0, held[which].count);
            bounce_unmap(bounce, memory + (size_t)held[which].slot * BOUNCE_SLOT_BYTES);
            held[which] = held[--held_count];
        }
        if (turn % 64 == 0)
            assert_int_equal(bounce_check(bounce), STATUS_OK);
    }
    pool_end(bounce, memory);
}

static void every_mapping_lies_where_a_plain_search_finds_it(void **unused)
{
    (void)unused;
    for (uint32_t areas = 1; areas <= SEGMENTS; areas *= 2)
        compare_with_plain(areas, areas);
}

/* What one of several threads does: each mapping is its own until it gives it back. */
struct mapper {
    pthread_t thread;
    struct bounce *bounce;
    uint32_t hart;
    uint64_t granted, broken;
};

static void *mapper_run(void *context)
{
    struct mapper *mapper = context;
    uint64_t state = mapper->hart + 1;

    for (unsigned turn = 0; turn < TURNS; turn++) {
        enum bounce_refusal refusal;
        size_t size = 8 + random_next(&state) % 8000;
        uint8_t *mapping = bounce_map(mapper->bounce, mapper->hart, size, 1, &refusal);

        if (!mapping)
            continue;
        mapper->granted++;
        memset(mapping, (int)mapper->hart, size);
        for (size_t i = 0; i < size; i += 512)
            mapper->broken += mapping[i] != mapper->hart;
        bounce_unmap(mapper->bounce, mapping);
    }
    return NULL;
}

static void threads_never_share_a_slot(void **unused)
{
    struct mapper mapper[3] = {{.hart = 0}, {.hart = 1}, {.hart = 2}};
    uint8_t *memory = memory_of(2);
    struct bounce *bounce;
    struct bounce_stats stats;
    uint64_t granted = 0;

    (void)unused;
    assert_int_equal(bounce_create(&bounce, memory, 2 * BOUNCE_SEGMENT_BYTES, 2), STATUS_OK);
    for (unsigned i = 0; i < 3; i++) {
        mapper[i].bounce = bounce;
        assert_int_equal(pthread_create(&mapper[i].thread, NULL, mapper_run, &mapper[i]), 0);
    }
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(mapper[i].thread, NULL), 0);
        assert_int_equal(mapper[i].broken, 0);
        granted += mapper[i].granted;
    }
    bounce_count(bounce, &stats);
    assert_int_equal(stats.mappings, granted);
    assert_int_equal(stats.unmappings, granted);
    assert_int_equal(stats.used, 0);
    pool_end(bounce, memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mapping_may_have_a_segment_and_no_more),
        cmocka_unit_test(enough_slots_that_are_not_in_a_row_are_fragmented),
        cmocka_unit_test(a_page_or_more_begins_at_a_page_behind_the_last_mapping),
        cmocka_unit_test(a_full_area_sends_to_the_next),
        cmocka_unit_test(what_was_not_mapped_is_not_given_back),
        cmocka_unit_test(a_pool_that_does_not_divide_is_refused),
        cmocka_unit_test(every_mapping_lies_where_a_plain_search_finds_it),
        cmocka_unit_test(threads_never_share_a_slot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
