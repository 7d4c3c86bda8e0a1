/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_folio_pool.c — pools: LIFO, bounded, and proof against a second free. */
#include "folio_fixture.h"

enum { COUNT = 3 };

static struct folio_mbuf headers[COUNT];
static uint8_t rooms[COUNT * FOLIO_ROOM_BYTES] __attribute__((aligned(64)));

static struct folio_pool pool;

static void pool_make(void)
{
    assert_int_equal(
        folio_pool_init(&pool, FOLIO_POOL_SHADOW, headers, rooms, COUNT, FOLIO_ROOM_BYTES),
        STATUS_OK);
    assert_int_equal(folio_pool_check(&pool), STATUS_OK);
}

static void the_last_mbuf_freed_is_the_next_one_out(void **unused)
{
    struct folio_mbuf *first, *second;

    (void)unused;
    pool_make();
    first = folio_mbuf_alloc(&pool);
    second = folio_mbuf_alloc(&pool);
    folio_mbuf_free(second);
    folio_mbuf_free(first);
    assert_ptr_equal(folio_mbuf_alloc(&pool), first);
    assert_ptr_equal(folio_mbuf_alloc(&pool), second);
    folio_mbuf_free(first);
    folio_mbuf_free(second);
    assert_int_equal(pool.free_count, COUNT);
    assert_int_equal(folio_pool_check(&pool), STATUS_OK);
}

static void an_empty_pool_gives_nothing_and_recovers(void **unused)
{
    struct folio_mbuf *mbuf[COUNT];

    (void)unused;
    pool_make();
    for (unsigned i = 0; i < COUNT; i++)
        assert_non_null(mbuf[i] = folio_mbuf_alloc(&pool));
    assert_null(folio_mbuf_alloc(&pool));
    assert_int_equal(folio_pool_check(&pool), STATUS_OK);
    for (unsigned i = 0; i < COUNT; i++)
        folio_mbuf_free(mbuf[i]);
    assert_int_equal(pool.free_count, COUNT);
    assert_int_equal(folio_pool_check(&pool), STATUS_OK);
}

static void a_fresh_mbuf_remembers_nothing(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    pool_make();
    mbuf = folio_mbuf_alloc(&pool);
    memset(mbuf->data, 1, 100);
    mbuf->data += 20;
    mbuf->data_len = 80;
    mbuf->port = mbuf->queue = mbuf->vlan = 9;
    mbuf->rss_hash = mbuf->flags = 9;
    mbuf->attachment = &pool;
    folio_mbuf_free(mbuf);
    mbuf = folio_mbuf_alloc(&pool);
    assert_ptr_equal(mbuf->data, folio_mbuf_room(mbuf) + FOLIO_HEADROOM_BYTES);
    assert_int_equal(mbuf->data_len, 0);
    assert_int_equal(mbuf->port + mbuf->queue + mbuf->vlan, 0);
    assert_int_equal(mbuf->rss_hash + mbuf->flags, 0);
    assert_null(mbuf->attachment);
    assert_null(mbuf->rest);
    folio_mbuf_free(mbuf);
    assert_int_equal(folio_pool_check(&pool), STATUS_OK);
}

static void a_second_free_has_no_effect_and_is_counted(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    pool_make();
    mbuf = folio_mbuf_alloc(&pool);
    folio_mbuf_free(mbuf);
    folio_mbuf_free(mbuf);
    assert_int_equal(pool.misused, 1);
    assert_int_equal(pool.free_count, COUNT);
    assert_int_equal(folio_pool_check(&pool), STATUS_OK);
}

static void the_walker_finds_what_is_broken(void **unused)
{
    (void)unused;
    pool_make();
    headers[2].next = &headers[0]; /* a ring */
    assert_int_equal(folio_pool_check(&pool), STATUS_BAD_STATE);
    pool_make();
    headers[1].place = FOLIO_MBUF_HELD; /* free, but marked as out */
    assert_int_equal(folio_pool_check(&pool), STATUS_BAD_STATE);
    pool_make();
    pool.free = pool.free->next; /* lost */
    assert_int_equal(folio_pool_check(&pool), STATUS_BAD_STATE);
    pool_make();
    pool.free_count = 2;
    assert_int_equal(folio_pool_check(&pool), STATUS_BAD_STATE);
    pool_make();
    headers[0].rest = &headers[1];
    assert_int_equal(folio_pool_check(&pool), STATUS_BAD_STATE);
}

static void sizes_and_alignment_are_checked(void **unused)
{
    const uint32_t bad[][2] = {
        {0, FOLIO_ROOM_BYTES},
        {FOLIO_MBUF_COUNT_MAX + 1, FOLIO_ROOM_BYTES},
        {COUNT, FOLIO_ROOM_BYTES_MIN - FOLIO_ROOM_BYTES_STEP},
        {COUNT, FOLIO_ROOM_BYTES_JUMBO + FOLIO_ROOM_BYTES_STEP},
        {COUNT, FOLIO_ROOM_BYTES + 1},
    };

    (void)unused;
    pool.count = 77;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(
            folio_pool_init(&pool, FOLIO_POOL_SHADOW, headers, rooms, bad[i][0], bad[i][1]),
            STATUS_BAD_INPUT);
    assert_int_equal(
        folio_pool_init(&pool, FOLIO_POOL_SHADOW, headers, rooms + 8, COUNT, FOLIO_ROOM_BYTES),
        STATUS_BAD_ADDRESS);
    assert_int_equal(pool.count, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_mbuf_freed_is_the_next_one_out),
        cmocka_unit_test(an_empty_pool_gives_nothing_and_recovers),
        cmocka_unit_test(a_fresh_mbuf_remembers_nothing),
        cmocka_unit_test(a_second_free_has_no_effect_and_is_counted),
        cmocka_unit_test(the_walker_finds_what_is_broken),
        cmocka_unit_test(sizes_and_alignment_are_checked),
    };

    return cmocka_run_group_tests_name("folio_pool", tests, NULL, NULL);
}
