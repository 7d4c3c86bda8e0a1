/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_memory_watch.c — a pointer is called back before it is no longer good, and not
 * without need. */
#include "memory_fixture.h"

#include "memory/adversary.h"

/* What a watch heard about one page. */
struct heard {
    spa_t page;
    unsigned write, all;
};

static void listen(void *context, spa_t first, uint64_t page_count, enum memory_lost lost)
{
    struct heard *heard = context;

    if (heard->page.v - first.v >= page_count << PAGE_SHIFT)
        return;
    heard->write += lost == MEMORY_LOST_WRITE;
    heard->all += lost == MEMORY_LOST_ALL;
}

struct fixture {
    struct memory *memory;
    struct heard heard;
};

static void fixture_setup(struct fixture *fix, enum memory_mode mode)
{
    *fix = (struct fixture){.memory = memory_in_mode(mode), .heard.page = {GUEST_PAGE}};
    page_give(fix->memory, ALICE, GUEST_PAGE);
    assert_int_equal(memory_watch_add(fix->memory, listen, &fix->heard), STATUS_OK);
}

static void heard_is(struct fixture *fix, unsigned write, unsigned all)
{
    assert_int_equal(fix->heard.write, write);
    assert_int_equal(fix->heard.all, all);
    fix->heard.write = fix->heard.all = 0;
}

static void a_change_of_the_rmp_takes_every_pointer_to_the_page(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    guest_validate(fix.memory, ALICE, GUEST_PAGE, false);
    heard_is(&fix, 0, 0); /* nobody had one */
    guest_validate(fix.memory, ALICE, GUEST_PAGE, true);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE));
    guest_validate(fix.memory, ALICE, GUEST_PAGE, false);
    heard_is(&fix, 0, 1);
    page_take(fix.memory, GUEST_PAGE);
    heard_is(&fix, 0, 0);
    (void)grant_of(fix.memory, host(ACCESS_WRITE, GUEST_PAGE));
    page_give(fix.memory, ALICE, GUEST_PAGE);
    heard_is(&fix, 0, 1);
    memory_destroy(fix.memory);
}

/* The host maps 2 MiB at once; that is allowed as long as none of the 512 pages is a guest's. */
static void a_large_mapping_loses_all_its_pages_with_one_of_them(void **unused)
{
    struct fixture fix;
    struct access large = host(ACCESS_WRITE, GUEST_PAGE);

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    page_take(fix.memory, GUEST_PAGE);
    large.is_large = true;
    (void)grant_of(fix.memory, large);
    page_give(fix.memory, BOB, 0x9000);
    heard_is(&fix, 0, 1);
    assert_int_equal(refusal_of(fix.memory, large), FAULT_PAGE);
    memory_destroy(fix.memory);
}

static void a_view_stops_the_writer_and_the_writer_the_view(void **unused)
{
    struct fixture fix;
    struct memory_answer writer, view;
    uint8_t before[PAGE_SIZE];

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    writer = grant_of(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE));
    assert_true(writer.is_direct);
    view = grant_of(fix.memory, host(ACCESS_READ, GUEST_PAGE));
    assert_false(view.is_direct);
    heard_is(&fix, 1, 0);
    memcpy(before, view.bytes, PAGE_SIZE);

    writer = grant_of(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE));
    heard_is(&fix, 0, 1);
    writer.bytes[0] ^= 1;
    view = grant_of(fix.memory, host(ACCESS_READ, GUEST_PAGE));
    heard_is(&fix, 1, 0);
    assert_memory_not_equal(view.bytes, before, CIPHER_BLOCK_BYTES);
    assert_memory_equal(view.bytes + CIPHER_BLOCK_BYTES, before + CIPHER_BLOCK_BYTES,
                        PAGE_SIZE - CIPHER_BLOCK_BYTES);
    memory_destroy(fix.memory);
}

static void a_copy_takes_views_but_no_direct_pointer(void **unused)
{
    struct fixture fix;
    struct memory_answer writer;

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    writer = grant_of(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE));
    write_word(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), 42);
    (void)read_word(fix.memory, host(ACCESS_READ, GUEST_PAGE));
    heard_is(&fix, 0, 0);
    assert_int_equal(writer.bytes[0], 42);
    (void)grant_of(fix.memory, host(ACCESS_READ, GUEST_PAGE));
    heard_is(&fix, 1, 0);
    write_word(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), 43);
    heard_is(&fix, 0, 1);
    memory_destroy(fix.memory);
}

static void code_that_runs_and_a_writer_exclude_each_other(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE));
    assert_true(grant_of(fix.memory, guest(ALICE, ACCESS_EXECUTE, GUEST_PAGE)).is_direct);
    heard_is(&fix, 1, 0);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE));
    heard_is(&fix, 0, 0);
    write_word(fix.memory, firmware(ALICE, ACCESS_WRITE, GUEST_PAGE), 1);
    heard_is(&fix, 0, 1);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_EXECUTE, GUEST_PAGE));
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE));
    heard_is(&fix, 0, 1);
    memory_destroy(fix.memory);
}

static void a_write_under_another_key_takes_all_pointers(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, MEMORY_SEV);
    write_word(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), 1);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE));
    (void)grant_of(fix.memory, host(ACCESS_WRITE, GUEST_PAGE));
    heard_is(&fix, 0, 1);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE));
    heard_is(&fix, 0, 1);
    memory_destroy(fix.memory);
}

static void another_key_takes_everything(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, MEMORY_SEV);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE));
    assert_int_equal(memory_key_install(fix.memory, ALICE), STATUS_OK);
    heard_is(&fix, 0, 1);
    memory_key_retire(fix.memory, ALICE);
    heard_is(&fix, 0, 1);
    memory_destroy(fix.memory);
}

static void the_oldest_view_makes_room_for_the_next_and_is_called_back(void **unused)
{
    struct fixture fix;
    struct memory_answer first, again;

    (void)unused;
    fixture_setup(&fix, MEMORY_SEV);
    first = grant_of(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE));
    for (unsigned i = 1; i < VIEW_COUNT; i++)
        (void)grant_of(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE + i * PAGE_SIZE));
    again = grant_of(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE));
    assert_ptr_equal(again.bytes, first.bytes);
    heard_is(&fix, 0, 0);
    (void)grant_of(fix.memory, guest(BOB, ACCESS_READ, 2 * LARGE_PAGE_SIZE));
    heard_is(&fix, 0, 1);
    memory_destroy(fix.memory);
}

static void whoever_holds_dram_is_heard_before_and_by_both_addresses(void **unused)
{
    struct fixture fix;
    struct heard ghost = {.page = {GUEST_PAGE | LARGE_PAGE_SIZE}};

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE));
    assert_int_equal(dram_write(fix.memory, (spa_t){GUEST_PAGE}, "x", 1), STATUS_OK);
    heard_is(&fix, 0, 1);
    assert_int_equal(dram_alias_set(fix.memory, LARGE_PAGE_SHIFT), STATUS_OK);
    heard_is(&fix, 0, 1);
    assert_int_equal(memory_watch_add(fix.memory, listen, &ghost), STATUS_OK);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE));
    write_word(fix.memory, host(ACCESS_WRITE, ghost.page.v), 1);
    heard_is(&fix, 0, 1);
    assert_int_equal(ghost.all, 1);
    memory_destroy(fix.memory);
}

static void the_cache_model_makes_writers_come_back(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE));
    assert_int_equal(cache_model_set(fix.memory, true), STATUS_OK);
    heard_is(&fix, 1, 0);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE));
    cache_wbinvd(fix.memory);
    heard_is(&fix, 1, 0);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE));
    cache_invd(fix.memory, false);
    heard_is(&fix, 0, 1);
    memory_destroy(fix.memory);
}

static void a_watch_that_was_removed_hears_nothing(void **unused)
{
    struct fixture fix;
    struct heard second = {.page = {GUEST_PAGE}};

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    assert_int_equal(memory_watch_add(fix.memory, listen, &second), STATUS_OK);
    memory_watch_remove(fix.memory, listen, &fix.heard);
    memory_watch_remove(fix.memory, listen, &fix.heard);
    (void)grant_of(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE));
    guest_validate(fix.memory, ALICE, GUEST_PAGE, false);
    heard_is(&fix, 0, 0);
    assert_int_equal(second.all, 1);
    memory_destroy(fix.memory);
}

static void a_check_alone_takes_nothing(void **unused)
{
    struct fixture fix;
    struct access access = guest(ALICE, ACCESS_WRITE, GUEST_PAGE);
    struct fault fault;

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    (void)grant_of(fix.memory, host(ACCESS_READ, GUEST_PAGE));
    assert_true(memory_check(fix.memory, &access, &fault));
    access.actor.asid = BOB;
    assert_false(memory_check(fix.memory, &access, &fault));
    assert_int_equal(fault.check, RMP_CHECK_GUEST_OWNED);
    heard_is(&fix, 0, 0);
    memory_destroy(fix.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_of_the_rmp_takes_every_pointer_to_the_page),
        cmocka_unit_test(a_large_mapping_loses_all_its_pages_with_one_of_them),
        cmocka_unit_test(a_view_stops_the_writer_and_the_writer_the_view),
        cmocka_unit_test(a_copy_takes_views_but_no_direct_pointer),
        cmocka_unit_test(code_that_runs_and_a_writer_exclude_each_other),
        cmocka_unit_test(a_write_under_another_key_takes_all_pointers),
        cmocka_unit_test(another_key_takes_everything),
        cmocka_unit_test(the_oldest_view_makes_room_for_the_next_and_is_called_back),
        cmocka_unit_test(whoever_holds_dram_is_heard_before_and_by_both_addresses),
        cmocka_unit_test(the_cache_model_makes_writers_come_back),
        cmocka_unit_test(a_watch_that_was_removed_hears_nothing),
        cmocka_unit_test(a_check_alone_takes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
