/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_rmp_firmware.c — what the secure processor writes into the RMP, what the watch is
 * told, and what the walker finds. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rmp_fixture.h"

static struct rmp_entry pre_guest_of(uint64_t number)
{
    return (struct rmp_entry){.gpa = gpa_at(number).v,
                              .asid = OWNER,
                              .assigned = true,
                              .immutable = true,
                              .permission = {RMP_MAY_ALL, RMP_MAY_READ}};
}

static void the_firmware_writes_any_state_of_the_size_that_is_there(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_entry entry = pre_guest_of(512);

    (void)unused;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(512), &entry), STATUS_OK);
    assert_state(&rmp, 512, RMP_PRE_GUEST);
    entry.is_large = true;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(512), &entry), STATUS_BAD_STATE);
    assert_int_equal(rmp_firmware_set(&rmp, page_at(513), &entry), STATUS_BAD_ADDRESS);
    assert_int_equal(rmp_firmware_set(&rmp, page_at(1024), &entry), STATUS_BAD_ADDRESS);
    assert_int_equal(give(&rmp, 0, OWNER, true), RMP_OK);
    entry.gpa = gpa_at(0).v;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(0), &entry), STATUS_OK);
    assert_state(&rmp, 511, RMP_PRE_GUEST);
    entry.is_large = false;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(0), &entry), STATUS_BAD_STATE);
    entry.is_large = true;
    entry.assigned = false;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(0), &entry), STATUS_BAD_INPUT);
    fixture_end(&rmp);
}

static void pre_guests_make(struct rmp *rmp)
{
    for (uint64_t i = 512; i < 1024; i++) {
        struct rmp_entry entry = pre_guest_of(i);

        assert_int_equal(rmp_firmware_set(rmp, page_at(i), &entry), STATUS_OK);
    }
}

static void unsmash_joins_512_pages_that_are_alike(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct rmp_entry *entry = rmp_find(&rmp, page_at(512));

    (void)unused;
    pre_guests_make(&rmp);
    assert_int_equal(rmp_unsmash(&rmp, page_at(513)), STATUS_BAD_ADDRESS);
    assert_int_equal(rmp_unsmash(&rmp, page_at(1024)), STATUS_BAD_ADDRESS);
    assert_int_equal(rmp_unsmash(&rmp, page_at(0)), STATUS_BAD_STATE);
    assert_int_equal(rmp_unsmash(&rmp, page_at(512)), STATUS_OK);
    assert_true(rmp_find(&rmp, page_at(1023)) == entry);
    assert_true(entry->is_large && entry->permission[1] == RMP_MAY_READ);
    assert_state(&rmp, 1023, RMP_PRE_GUEST);
    fixture_end(&rmp);
}

static void unsmash_refuses_pages_that_differ(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct rmp_entry right = pre_guest_of(1023);
    struct rmp_entry wrong[8];

    (void)unused;
    for (unsigned i = 0; i < 8; i++)
        wrong[i] = right;
    wrong[0].gpa += PAGE_SIZE;
    wrong[1].asid = STRANGER;
    wrong[2].immutable = false;
    wrong[3].validated = true;
    wrong[4].vmsa = true;
    wrong[5].lock = true;
    wrong[6].permission[1] = 0;
    wrong[7] = (struct rmp_entry){0};
    pre_guests_make(&rmp);
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(rmp_firmware_set(&rmp, page_at(1023), &wrong[i]), STATUS_OK);
        if (rmp_unsmash(&rmp, page_at(512)) != STATUS_BAD_STATE)
            fail_msg("difference %u was not seen", i);
    }
    assert_int_equal(rmp_firmware_set(&rmp, page_at(1023), &right), STATUS_OK);
    assert_int_equal(rmp_unsmash(&rmp, page_at(512)), STATUS_OK);
    fixture_end(&rmp);
}

/* Keeps what it was told, and the state of the page at that moment. */
struct listener {
    struct rmp *rmp;
    unsigned told;
    spa_t first;
    uint64_t count;
    enum rmp_state before;
};

static void listen(void *context, spa_t first, uint64_t count)
{
    struct listener *listener = context;

    listener->told++;
    listener->first = first;
    listener->count = count;
    listener->before = rmp_page_state(listener->rmp, first);
}

static void assert_told(struct listener *listener, uint64_t first, uint64_t count,
                        enum rmp_state before)
{
    assert_int_equal(listener->told, 1);
    assert_int_equal(listener->first.v, page_at(first).v);
    assert_int_equal(listener->count, count);
    assert_int_equal(listener->before, before);
    listener->told = 0;
}

static void the_watch_is_told_before_each_change(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct listener listener = {.rmp = &rmp};
    struct rmp_rights rights = {.vmpl = 1};
    struct rmp_target target = target_of(512, true);
    struct rmp_entry entry = pre_guest_of(3);

    (void)unused;
    rmp.watch = (struct rmp_watch){listen, &listener};
    assert_int_equal(give(&rmp, 512, OWNER, true), RMP_OK);
    assert_told(&listener, 512, LARGE_PAGE_PAGES, RMP_HYPERVISOR);
    assert_code(validate(&rmp, 512, true, true), RMP_OK);
    assert_told(&listener, 512, LARGE_PAGE_PAGES, RMP_GUEST_INVALID);
    assert_code(rmp_adjust(&rmp, &owner, &target, &rights), RMP_OK);
    assert_told(&listener, 512, LARGE_PAGE_PAGES, RMP_GUEST_VALID);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(512)), RMP_OK);
    assert_told(&listener, 512, LARGE_PAGE_PAGES, RMP_GUEST_VALID);
    assert_int_equal(give(&rmp, 700, 0, false), RMP_OK);
    assert_told(&listener, 700, 1, RMP_GUEST_VALID);
    assert_int_equal(rmp_firmware_set(&rmp, page_at(3), &entry), STATUS_OK);
    assert_told(&listener, 3, 1, RMP_HYPERVISOR);
    fixture_end(&rmp);
}

static void the_watch_is_told_of_all_of_a_large_page(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct listener listener = {.rmp = &rmp};
    struct rmp_entry locked = pre_guest_of(512);

    (void)unused;
    pre_guests_make(&rmp);
    rmp.watch = (struct rmp_watch){listen, &listener};
    assert_int_equal(rmp_unsmash(&rmp, page_at(512)), STATUS_OK);
    assert_told(&listener, 512, LARGE_PAGE_PAGES, RMP_PRE_GUEST);
    locked.is_large = locked.lock = true;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(512), &locked), STATUS_OK);
    assert_told(&listener, 512, LARGE_PAGE_PAGES, RMP_PRE_GUEST);
    rmp_vmsa_leave(&rmp, page_at(700));
    assert_told(&listener, 512, LARGE_PAGE_PAGES, RMP_PRE_GUEST);
    fixture_end(&rmp);
}

static void the_watch_is_not_told_of_what_is_refused(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct listener listener = {.rmp = &rmp};
    struct rmp_rights rights = {.vmpl = 1};
    struct rmp_target target = target_of(3, false);
    struct rmp_entry no_state = {.validated = true};

    (void)unused;
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    rmp.watch = (struct rmp_watch){listen, &listener};
    assert_int_equal(give(&rmp, 0, OWNER, true), RMP_FAIL_OVERLAP);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(0)), RMP_FAIL_BADADDR);
    assert_int_equal(rmp_pvalidate(&rmp, &stranger, &target, true).fault.kind, FAULT_NESTED);
    assert_true(validate(&rmp, 3, false, false).carry);
    assert_int_equal(rmp_adjust(&rmp, &owner, &target, &rights).fault.kind, FAULT_NOT_VALIDATED);
    assert_int_equal(rmp_vmsa_enter(&rmp, &owner, gpa_at(3), page_at(3)).fault.kind, FAULT_VMRUN);
    assert_int_equal(rmp_firmware_set(&rmp, page_at(3), &no_state), STATUS_BAD_INPUT);
    assert_int_equal(rmp_unsmash(&rmp, page_at(0)), STATUS_BAD_STATE);
    rmp_vmsa_leave(&rmp, page_at(3));
    assert_int_equal(listener.told, 0);
    fixture_end(&rmp);
}

static void large_with_small_make(struct rmp *rmp)
{
    rmp->entry[512] = pre_guest_of(512);
    rmp->entry[512].is_large = true;
    rmp->entry[700] = pre_guest_of(700);
    rmp->assigned[1] = 1;
}

/* Writes past the functions of rmp.h, as only a bug would, and looks whether the walker sees it. */
static void the_walker_finds_what_no_operation_may_leave(void **unused)
{
    const struct rmp_entry stateless = {.validated = true}, assigned = pre_guest_of(700);
    struct rmp_entry large = pre_guest_of(512);
    spa_t page;

    (void)unused;
    large.is_large = true;
    for (unsigned i = 0; i < 4; i++) {
        struct rmp rmp = fixture_begin();

        if (i == 0)
            rmp.entry[700] = stateless;
        else if (i == 1)
            rmp.entry[700] = assigned; /* the count says none */
        else if (i == 2)
            large_with_small_make(&rmp);
        else
            rmp.entry[513] = large;
        if (rmp_check_all(&rmp, &page) != STATUS_BAD_STATE)
            fail_msg("damage %u was not seen", i);
        assert_true(page.v >= LARGE_PAGE_SIZE && page.v <= page_at(700).v);
        rmp_destroy(&rmp);
    }
}

static void a_table_of_no_pages_leaves_all_memory_to_the_hypervisor(void **unused)
{
    struct rmp rmp;
    spa_t page;

    (void)unused;
    assert_int_equal(rmp_create(&rmp, 0, FIXTURE_ASID_MAX), STATUS_OK);
    assert_state(&rmp, 0, RMP_DEFAULT);
    assert_int_equal(give(&rmp, 0, OWNER, false), RMP_FAIL_INPUT);
    assert_int_equal(rmp_check_all(&rmp, &page), STATUS_OK);
    rmp_destroy(&rmp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_firmware_writes_any_state_of_the_size_that_is_there),
        cmocka_unit_test(unsmash_joins_512_pages_that_are_alike),
        cmocka_unit_test(unsmash_refuses_pages_that_differ),
        cmocka_unit_test(the_watch_is_told_before_each_change),
        cmocka_unit_test(the_watch_is_told_of_all_of_a_large_page),
        cmocka_unit_test(the_watch_is_not_told_of_what_is_refused),
        cmocka_unit_test(the_walker_finds_what_no_operation_may_leave),
        cmocka_unit_test(a_table_of_no_pages_leaves_all_memory_to_the_hypervisor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
