/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_rmp_guest.c — PVALIDATE, RMPADJUST, RMPQUERY, and VMRUN of a save area. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rmp_fixture.h"

static struct rmp_result adjust(struct rmp *rmp, const struct actor *by, uint64_t number,
                                bool is_large, struct rmp_rights rights)
{
    struct rmp_target target = target_of(number, is_large);

    return rmp_adjust(rmp, by, &target, &rights);
}

static void pvalidate_takes_a_page_and_gives_it_back(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_result result;

    (void)unused;
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    result = validate(&rmp, 3, false, true);
    assert_code(result, RMP_OK);
    assert_false(result.carry);
    assert_state(&rmp, 3, RMP_GUEST_VALID);
    assert_code(validate(&rmp, 3, false, false), RMP_OK);
    assert_state(&rmp, 3, RMP_GUEST_INVALID);
    fixture_end(&rmp);
}

static void pvalidate_twice_sets_the_carry_and_changes_nothing(void **unused)
{
    struct rmp rmp = fixture_begin();

    (void)unused;
    give_valid(&rmp, 3, false);
    assert_true(validate(&rmp, 3, false, true).carry);
    assert_state(&rmp, 3, RMP_GUEST_VALID);
    assert_false(validate(&rmp, 3, false, false).carry);
    assert_true(validate(&rmp, 3, false, false).carry);
    assert_state(&rmp, 3, RMP_GUEST_INVALID);
    fixture_end(&rmp);
}

static void a_page_swapped_under_the_guest_can_be_validated_unseen(void **unused)
{
    struct rmp rmp = fixture_begin();

    (void)unused;
    give_valid(&rmp, 3, false);
    assert_int_equal(give(&rmp, 3, 0, false), RMP_OK);
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    assert_false(validate(&rmp, 3, false, true).carry); /* why a guest must keep books itself */
    fixture_end(&rmp);
}

static void only_vmpl0_at_cpl0_may_pvalidate(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_target target = target_of(3, false);
    const struct actor wrong[] = {owner_at(1, 0), owner_at(0, 3), owner_at(0, 1),
                                  legacy,         host,           device};

    (void)unused;
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct rmp_result result = rmp_pvalidate(&rmp, &wrong[i], &target, true);

        assert_fault(&result.fault, FAULT_PROTECTION, RMP_CHECK_NONE);
    }
    assert_state(&rmp, 3, RMP_GUEST_INVALID);
    fixture_end(&rmp);
}

/* Who asks for a page that is not his gets a nested page fault: the hypervisor's to mend. */
static void assert_nested(struct rmp_result result, enum rmp_check check, uint64_t more)
{
    const uint64_t always = FAULT_ERROR_PRESENT | FAULT_ERROR_WRITE | FAULT_ERROR_USER |
                            FAULT_ERROR_RMP | FAULT_ERROR_FINAL | FAULT_ERROR_ENCRYPTED;

    assert_fault(&result.fault, FAULT_NESTED, check);
    assert_int_equal(result.fault.error, always | more);
}

static void pvalidate_of_a_page_that_is_not_the_guests_exits_to_the_hypervisor(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_target wrong_gpa = {gpa_at(4), page_at(3), false}, right = target_of(3, false);
    struct rmp_operand pre_guest = operand_for(5, OWNER, false);

    (void)unused;
    pre_guest.immutable = true;
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    assert_int_equal(rmp_update(&rmp, &host, page_at(5), &pre_guest), RMP_OK);
    assert_nested(validate(&rmp, FIXTURE_PAGES, false, true), RMP_CHECK_COVERED, 0);
    assert_nested(validate(&rmp, 4, false, true), RMP_CHECK_GUEST_OWNED, 0);
    assert_nested(rmp_pvalidate(&rmp, &stranger, &right, true), RMP_CHECK_GUEST_OWNED, 0);
    assert_nested(rmp_pvalidate(&rmp, &owner, &wrong_gpa, true), RMP_CHECK_REVERSE_MAP, 0);
    assert_nested(validate(&rmp, 5, false, true), RMP_CHECK_MUTABLE, 0);
    fixture_end(&rmp);
}

static void an_unaligned_page_is_bad_input(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_target target = {{gpa_at(3).v + 8}, {page_at(3).v + 8}, false};

    (void)unused;
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    assert_code(rmp_pvalidate(&rmp, &owner, &target, true), RMP_FAIL_INPUT);
    assert_code(validate(&rmp, 3, true, true), RMP_FAIL_INPUT);
    assert_code(adjust(&rmp, &owner, 3, true, (struct rmp_rights){.vmpl = 1}), RMP_FAIL_INPUT);
    fixture_end(&rmp);
}

/* APM table 15-40, both ways. */
static void a_small_page_asked_of_a_large_entry_makes_the_hypervisor_split_it(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_rights rights = {.vmpl = 1};

    (void)unused;
    assert_int_equal(give(&rmp, 512, OWNER, true), RMP_OK);
    assert_nested(validate(&rmp, 700, false, true), RMP_CHECK_PAGE_SIZE, FAULT_ERROR_SIZE);
    assert_code(validate(&rmp, 512, true, true), RMP_OK);
    assert_nested(adjust(&rmp, &owner, 700, false, rights), RMP_CHECK_PAGE_SIZE, FAULT_ERROR_SIZE);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(512)), RMP_OK);
    assert_code(adjust(&rmp, &owner, 700, false, rights), RMP_OK);
    assert_code(validate(&rmp, 700, false, false), RMP_OK);
    assert_state(&rmp, 699, RMP_GUEST_VALID);
    fixture_end(&rmp);
}

static void a_large_page_asked_of_a_small_entry_is_a_mismatch_for_the_guest(void **unused)
{
    struct rmp rmp = fixture_begin();

    (void)unused;
    assert_int_equal(give(&rmp, 512, OWNER, false), RMP_OK);
    assert_code(validate(&rmp, 512, true, true), RMP_FAIL_SIZEMISMATCH);
    assert_state(&rmp, 512, RMP_GUEST_INVALID);
    assert_code(validate(&rmp, 512, false, true), RMP_OK);
    assert_code(adjust(&rmp, &owner, 512, true, (struct rmp_rights){.vmpl = 1}),
                RMP_FAIL_SIZEMISMATCH);
    fixture_end(&rmp);
}

static void an_rmpupdate_of_another_size_loses_what_psmash_keeps(void **unused)
{
    struct rmp rmp = fixture_begin();

    (void)unused;
    give_valid(&rmp, 512, true);
    assert_int_equal(give(&rmp, 512, 0, true), RMP_OK);
    for (uint64_t i = 512; i < 1024; i++)
        assert_int_equal(give(&rmp, i, OWNER, false), RMP_OK);
    assert_state(&rmp, 700, RMP_GUEST_INVALID);
    fixture_end(&rmp);
}

static void rmpadjust_grants_to_the_less_privileged_and_no_more_than_it_has(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct actor vmpl1 = owner_at(1, 0);
    struct rmp_rights read = {.vmpl = 1, .mask = RMP_MAY_READ};

    (void)unused;
    give_valid(&rmp, 3, false);
    assert_code(adjust(&rmp, &vmpl1, 3, false, read), RMP_FAIL_PERMISSION); /* itself */
    assert_code(adjust(&rmp, &owner, 3, false, read), RMP_OK);
    read.vmpl = 0;
    assert_code(adjust(&rmp, &owner, 3, false, read), RMP_FAIL_PERMISSION);
    assert_code(adjust(&rmp, &vmpl1, 3, false, read), RMP_FAIL_PERMISSION);
    read.vmpl = 2;
    assert_code(adjust(&rmp, &vmpl1, 3, false, read), RMP_OK);
    read.mask = RMP_MAY_READ | RMP_MAY_WRITE;
    assert_code(adjust(&rmp, &vmpl1, 3, false, read), RMP_FAIL_PERMISSION);
    assert_int_equal(rmp_find(&rmp, page_at(3))->permission[2], RMP_MAY_READ);
    fixture_end(&rmp);
}

static void rmpadjust_refuses_what_does_not_exist(void **unused)
{
    struct rmp rmp = fixture_begin();

    (void)unused;
    give_valid(&rmp, 3, false);
    assert_code(adjust(&rmp, &owner, 3, false, (struct rmp_rights){.vmpl = 4}), RMP_FAIL_INPUT);
    assert_code(adjust(&rmp, &owner, 3, false, (struct rmp_rights){.vmpl = 1, .mask = 32}),
                RMP_FAIL_INPUT);
    fixture_end(&rmp);
}

static void rmpadjust_and_rmpquery_need_a_validated_page_and_cpl0(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct actor user = owner_at(0, 3);
    struct rmp_rights rights = {.vmpl = 1};
    struct rmp_target target = target_of(3, false);
    struct rmp_result result;

    (void)unused;
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    result = adjust(&rmp, &owner, 3, false, rights);
    assert_fault(&result.fault, FAULT_NOT_VALIDATED, RMP_CHECK_VALIDATED);
    result = rmp_query(&rmp, &owner, &target, &rights);
    assert_fault(&result.fault, FAULT_NOT_VALIDATED, RMP_CHECK_VALIDATED);
    result = adjust(&rmp, &user, 3, false, rights);
    assert_fault(&result.fault, FAULT_PROTECTION, RMP_CHECK_NONE);
    result = rmp_query(&rmp, &user, &target, &rights);
    assert_fault(&result.fault, FAULT_PROTECTION, RMP_CHECK_NONE);
    fixture_end(&rmp);
}

static void only_vmpl0_makes_a_save_area_and_others_are_not_heard(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct actor vmpl1 = owner_at(1, 0);
    struct rmp_rights rights = {.vmpl = 2, .vmsa = true};
    const struct rmp_entry *entry = rmp_find(&rmp, page_at(3));

    (void)unused;
    give_valid(&rmp, 3, false);
    assert_code(adjust(&rmp, &vmpl1, 3, false, rights), RMP_OK);
    assert_false(entry->vmsa);
    assert_code(adjust(&rmp, &owner, 3, false, rights), RMP_OK);
    assert_true(entry->vmsa);
    rights.vmsa = false;
    assert_code(adjust(&rmp, &vmpl1, 3, false, rights), RMP_OK);
    assert_true(entry->vmsa);
    assert_code(adjust(&rmp, &owner, 3, false, rights), RMP_OK);
    assert_false(entry->vmsa);
    fixture_end(&rmp);
}

static void a_large_page_is_no_save_area(void **unused)
{
    struct rmp rmp = fixture_begin();

    (void)unused;
    give_valid(&rmp, 512, true);
    assert_code(adjust(&rmp, &owner, 512, true, (struct rmp_rights){.vmpl = 1, .vmsa = true}),
                RMP_FAIL_INPUT);
    fixture_end(&rmp);
}

static void rmpquery_tells_rights_and_size_of_the_less_privileged(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_target inside = target_of(700, false);
    struct rmp_rights rights = {.vmpl = 2, .mask = RMP_MAY_READ}, told = {.vmpl = 2};
    const struct actor vmpl2 = owner_at(2, 0);

    (void)unused;
    give_valid(&rmp, 512, true);
    assert_code(adjust(&rmp, &owner, 512, true, rights), RMP_OK);
    assert_code(rmp_query(&rmp, &owner, &inside, &told), RMP_OK);
    assert_int_equal(told.mask, RMP_MAY_READ);
    assert_true(told.is_large && !told.vmsa);
    assert_code(rmp_query(&rmp, &vmpl2, &inside, &told), RMP_FAIL_PERMISSION);
    told.vmpl = 4;
    assert_code(rmp_query(&rmp, &owner, &inside, &told), RMP_FAIL_INPUT);
    fixture_end(&rmp);
}

static void a_guest_without_an_asid_owns_nothing(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct actor nobody = {.kind = ACTOR_GUEST, .is_snp = true};
    const struct rmp_operand reclaim = {.assigned = true};
    struct rmp_target target = {{0}, page_at(3), false};

    (void)unused;
    assert_int_equal(rmp_update(&rmp, &host, page_at(3), &reclaim), RMP_OK);
    assert_nested(rmp_pvalidate(&rmp, &nobody, &target, true), RMP_CHECK_GUEST_OWNED, 0);
    fixture_end(&rmp);
}

static void assert_vmrun(struct rmp *rmp, const struct actor *by, uint64_t gpa_page,
                         uint64_t spa_page, enum rmp_check check)
{
    struct rmp_result result = rmp_vmsa_enter(rmp, by, gpa_at(gpa_page), page_at(spa_page));

    assert_fault(&result.fault, FAULT_VMRUN, check);
}

static void vmrun_takes_only_a_save_area_of_that_guest(void **unused)
{
    struct rmp rmp = fixture_begin();
    spa_t unaligned = {page_at(3).v + 8};

    (void)unused;
    give_valid(&rmp, 3, false);
    give_valid(&rmp, 4, false);
    assert_vmrun(&rmp, &owner, 3, 3, RMP_CHECK_NONE); /* VMSA is 0 */
    assert_code(adjust(&rmp, &owner, 3, false, (struct rmp_rights){.vmpl = 1, .vmsa = true}),
                RMP_OK);
    assert_vmrun(&rmp, &stranger, 3, 3, RMP_CHECK_GUEST_OWNED);
    assert_vmrun(&rmp, &owner, 4, 3, RMP_CHECK_REVERSE_MAP);
    assert_vmrun(&rmp, &owner, 3, FIXTURE_PAGES, RMP_CHECK_COVERED);
    assert_int_equal(rmp_vmsa_enter(&rmp, &owner, gpa_at(3), unaligned).fault.kind, FAULT_VMRUN);
    assert_int_equal(give(&rmp, 3, 0, false), RMP_OK); /* none of these has locked it */
    fixture_end(&rmp);
}

static void a_save_area_in_use_is_locked_until_the_exit(void **unused)
{
    struct rmp rmp = fixture_begin();

    (void)unused;
    give_valid(&rmp, 3, false);
    assert_code(adjust(&rmp, &owner, 3, false, (struct rmp_rights){.vmpl = 1, .vmsa = true}),
                RMP_OK);
    assert_code(rmp_vmsa_enter(&rmp, &owner, gpa_at(3), page_at(3)), RMP_OK);
    assert_code(rmp_vmsa_enter(&rmp, &owner, gpa_at(3), page_at(3)), RMP_FAIL_INUSE);
    assert_int_equal(give(&rmp, 3, 0, false), RMP_FAIL_INUSE);
    assert_code(validate(&rmp, 3, false, false), RMP_FAIL_INUSE);
    rmp_vmsa_leave(&rmp, page_at(3));
    rmp_vmsa_leave(&rmp, page_at(FIXTURE_PAGES));
    assert_int_equal(give(&rmp, 3, 0, false), RMP_OK);
    fixture_end(&rmp);
}

static void a_guest_without_snp_runs_from_a_page_of_the_hypervisor(void **unused)
{
    struct rmp rmp = fixture_begin();

    (void)unused;
    give_valid(&rmp, 3, false);
    assert_code(adjust(&rmp, &owner, 3, false, (struct rmp_rights){.vmpl = 1, .vmsa = true}),
                RMP_OK);
    assert_vmrun(&rmp, &legacy, 3, 3, RMP_CHECK_HYPERVISOR_OWNED);
    assert_code(rmp_vmsa_enter(&rmp, &legacy, gpa_at(4), page_at(4)), RMP_OK);
    assert_int_equal(give(&rmp, 4, OWNER, false), RMP_FAIL_INUSE);
    rmp_vmsa_leave(&rmp, page_at(4));
    assert_code(rmp_vmsa_enter(&rmp, &legacy, gpa_at(4), page_at(FIXTURE_PAGES)), RMP_OK);
    fixture_end(&rmp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pvalidate_takes_a_page_and_gives_it_back),
        cmocka_unit_test(pvalidate_twice_sets_the_carry_and_changes_nothing),
        cmocka_unit_test(a_page_swapped_under_the_guest_can_be_validated_unseen),
        cmocka_unit_test(only_vmpl0_at_cpl0_may_pvalidate),
        cmocka_unit_test(pvalidate_of_a_page_that_is_not_the_guests_exits_to_the_hypervisor),
        cmocka_unit_test(an_unaligned_page_is_bad_input),
        cmocka_unit_test(a_small_page_asked_of_a_large_entry_makes_the_hypervisor_split_it),
        cmocka_unit_test(a_large_page_asked_of_a_small_entry_is_a_mismatch_for_the_guest),
        cmocka_unit_test(an_rmpupdate_of_another_size_loses_what_psmash_keeps),
        cmocka_unit_test(rmpadjust_grants_to_the_less_privileged_and_no_more_than_it_has),
        cmocka_unit_test(rmpadjust_refuses_what_does_not_exist),
        cmocka_unit_test(rmpadjust_and_rmpquery_need_a_validated_page_and_cpl0),
        cmocka_unit_test(only_vmpl0_makes_a_save_area_and_others_are_not_heard),
        cmocka_unit_test(a_large_page_is_no_save_area),
        cmocka_unit_test(rmpquery_tells_rights_and_size_of_the_less_privileged),
        cmocka_unit_test(a_guest_without_an_asid_owns_nothing),
        cmocka_unit_test(vmrun_takes_only_a_save_area_of_that_guest),
        cmocka_unit_test(a_save_area_in_use_is_locked_until_the_exit),
        cmocka_unit_test(a_guest_without_snp_runs_from_a_page_of_the_hypervisor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
