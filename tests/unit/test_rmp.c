/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_rmp.c — the instructions of the host, one sentence per rule. Those of a guest are
 * in test_rmp_guest.c, which accesses pass in test_rmp_check.c, what the firmware does and what the
 * watch is told in test_rmp_firmware.c. The rules: docs/MEMORY.md, "The RMP". */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rmp_fixture.h"

static void a_page_given_to_a_guest_is_open_to_vmpl0_only(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct rmp_entry *entry = rmp_find(&rmp, page_at(3));

    (void)unused;
    assert_state(&rmp, 3, RMP_HYPERVISOR);
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    assert_state(&rmp, 3, RMP_GUEST_INVALID);
    assert_int_equal(entry->permission[0], RMP_MAY_ALL);
    for (unsigned vmpl = 1; vmpl < VMPL_COUNT; vmpl++)
        assert_int_equal(entry->permission[vmpl], 0);
    assert_int_equal(give(&rmp, 3, 0, false), RMP_OK);
    assert_state(&rmp, 3, RMP_HYPERVISOR);
    assert_int_equal(entry->permission[0], 0);
    fixture_end(&rmp);
}

static void an_immutable_page_is_pre_guest_or_the_firmwares(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_operand pre_guest = operand_for(3, OWNER, false), firmware = {0};

    (void)unused;
    pre_guest.immutable = true;
    firmware.assigned = firmware.immutable = true;
    assert_int_equal(rmp_update(&rmp, &host, page_at(3), &pre_guest), RMP_OK);
    assert_state(&rmp, 3, RMP_PRE_GUEST);
    assert_int_equal(rmp_update(&rmp, &host, page_at(4), &firmware), RMP_OK);
    assert_state(&rmp, 4, RMP_FIRMWARE);
    fixture_end(&rmp);
}

static void rmpupdate_never_changes_an_immutable_entry(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_operand operand = operand_for(3, OWNER, false);

    (void)unused;
    operand.immutable = true;
    assert_int_equal(rmp_update(&rmp, &host, page_at(3), &operand), RMP_OK);
    assert_int_equal(rmp_update(&rmp, &host, page_at(3), &operand), RMP_FAIL_PERMISSION);
    assert_int_equal(give(&rmp, 3, 0, false), RMP_FAIL_PERMISSION);
    assert_state(&rmp, 3, RMP_PRE_GUEST);
    fixture_end(&rmp);
}

/* What a guest has set up on a page that it uses. */
static void dress(struct rmp *rmp, uint64_t number)
{
    struct rmp_target target = target_of(number, false);
    struct rmp_rights rights = {.vmpl = 2, .mask = RMP_MAY_READ, .vmsa = true};

    give_valid(rmp, number, false);
    assert_code(rmp_adjust(rmp, &owner, &target, &rights), RMP_OK);
}

static void assert_reset(const struct rmp *rmp, uint64_t number)
{
    const struct rmp_entry *entry = rmp_find(rmp, page_at(number));

    assert_state(rmp, number, RMP_GUEST_INVALID);
    assert_false(entry->vmsa);
    assert_int_equal(entry->permission[0], RMP_MAY_ALL);
    assert_int_equal(entry->permission[2], 0);
}

static void a_change_of_gpa_or_asid_resets_what_the_guest_had_said(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_operand moved = operand_for(4, OWNER, false);

    (void)unused;
    dress(&rmp, 3);
    assert_int_equal(rmp_update(&rmp, &host, page_at(3), &moved), RMP_OK);
    assert_reset(&rmp, 3);
    dress(&rmp, 4);
    assert_int_equal(give(&rmp, 4, STRANGER, false), RMP_OK);
    assert_reset(&rmp, 4);
    fixture_end(&rmp);
}

static void a_page_taken_away_and_given_back_is_not_validated(void **unused)
{
    struct rmp rmp = fixture_begin();

    (void)unused;
    dress(&rmp, 3);
    assert_int_equal(give(&rmp, 3, 0, false), RMP_OK);
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    assert_reset(&rmp, 3);
    fixture_end(&rmp);
}

static void immutable_alone_keeps_validated_and_the_rights(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_operand operand = operand_for(3, OWNER, false);
    const struct rmp_entry *entry = rmp_find(&rmp, page_at(3));

    (void)unused;
    dress(&rmp, 3);
    assert_int_equal(rmp_update(&rmp, &host, page_at(3), &operand), RMP_OK);
    assert_state(&rmp, 3, RMP_GUEST_VALID);
    operand.immutable = true;
    assert_int_equal(rmp_update(&rmp, &host, page_at(3), &operand), RMP_OK);
    assert_state(&rmp, 3, RMP_PRE_SWAP);
    assert_true(entry->vmsa);
    assert_int_equal(entry->permission[2], RMP_MAY_READ);
    fixture_end(&rmp);
}

static void rmpupdate_refuses_input_that_makes_no_sense(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct {
        uint64_t spa;
        struct rmp_operand operand;
    } bad[] = {
        {0x1008, operand_for(1, OWNER, false)},                       /* unaligned */
        {PAGE_SIZE, operand_for(0, OWNER, true)},                     /* for a large page */
        {FIXTURE_PAGES * PAGE_SIZE, operand_for(1, OWNER, false)},    /* past the table */
        {2 * LARGE_PAGE_SIZE, operand_for(1024, OWNER, true)},        /* its end is */
        {UINT64_MAX - PAGE_SIZE + 1, operand_for(1, OWNER, false)},   /* far past it */
        {0x1000, operand_for(1, FIXTURE_ASID_MAX + 1, false)},        /* no such asid */
        {0x1000, {.gpa = {0x1008}, .asid = OWNER, .assigned = true}}, /* no such gpa */
        {0x1000, {.gpa = {UINT64_C(1) << 51}, .asid = OWNER, .assigned = true}},
        {0, {.gpa = {0x1000}, .asid = OWNER, .assigned = true, .is_large = true}},
        {0x1000, {.asid = OWNER}}, /* not assigned, but ... */
        {0x1000, {.gpa = {0x1000}}},
        {0x1000, {.immutable = true}},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (rmp_update(&rmp, &host, (spa_t){bad[i].spa}, &bad[i].operand) != RMP_FAIL_INPUT)
            fail_msg("input %zu was taken", i);
    assert_state(&rmp, 1, RMP_HYPERVISOR);
    fixture_end(&rmp);
}

static void a_host_cannot_forge_metadata(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_operand operand = {.gpa = {0x5000}, .assigned = true, .immutable = true};

    (void)unused;
    assert_int_equal(rmp_update(&rmp, &host, page_at(1), &operand), RMP_FAIL_INPUT);
    operand.gpa.v = RMP_IOMMU_TAG;
    assert_int_equal(rmp_update(&rmp, &host, page_at(1), &operand), RMP_FAIL_INPUT);
    fixture_end(&rmp);
}

static void only_the_hypervisor_runs_the_instructions_of_the_host(void **unused)
{
    static const struct actor *const others[] = {&owner, &stranger, &legacy, &device};
    struct rmp rmp = fixture_begin();
    struct rmp_operand operand = operand_for(0, OWNER, true);

    (void)unused;
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(rmp_update(&rmp, others[i], page_at(0), &operand), RMP_FAIL_PERMISSION);
        assert_int_equal(rmp_psmash(&rmp, others[i], page_at(0)), RMP_FAIL_PERMISSION);
        assert_int_equal(rmp_read(&rmp, others[i], page_at(0), &operand), RMP_FAIL_PERMISSION);
    }
    assert_state(&rmp, 0, RMP_HYPERVISOR);
    fixture_end(&rmp);
}

static void large_and_small_pages_do_not_overlap(void **unused)
{
    struct rmp rmp = fixture_begin();

    (void)unused;
    assert_int_equal(give(&rmp, 511, OWNER, false), RMP_OK);
    assert_int_equal(give(&rmp, 0, OWNER, true), RMP_FAIL_OVERLAP);
    assert_int_equal(give(&rmp, 0, 0, true), RMP_FAIL_OVERLAP);
    assert_int_equal(give(&rmp, 512, OWNER, true), RMP_OK);
    assert_int_equal(give(&rmp, 512, 0, false), RMP_FAIL_OVERLAP);
    assert_int_equal(give(&rmp, 1023, 0, false), RMP_FAIL_OVERLAP);
    assert_int_equal(give(&rmp, 1023, STRANGER, false), RMP_FAIL_OVERLAP);
    assert_int_equal(give(&rmp, 512, 0, true), RMP_OK);
    assert_int_equal(give(&rmp, 1023, STRANGER, false), RMP_OK);
    fixture_end(&rmp);
}

/* The first entry is looked at before the others, as in the APM's pseudo-code. */
static void an_immutable_page_stands_against_the_large_one_around_it(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct rmp_entry fixed = {.immutable = true};
    struct rmp_operand firmware = {.assigned = true, .immutable = true};

    (void)unused;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(7), &fixed), STATUS_OK);
    assert_int_equal(give(&rmp, 0, OWNER, true), RMP_FAIL_PERMISSION);
    assert_int_equal(rmp_update(&rmp, &host, page_at(8), &firmware), RMP_OK);
    assert_int_equal(give(&rmp, 0, OWNER, true), RMP_FAIL_OVERLAP);
    assert_int_equal(rmp_update(&rmp, &host, page_at(0), &firmware), RMP_OK);
    assert_int_equal(give(&rmp, 0, OWNER, true), RMP_FAIL_PERMISSION);
    assert_state(&rmp, 7, RMP_HV_FIXED);
    fixture_end(&rmp);
}

static void a_locked_entry_is_in_use_for_everybody(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_entry locked = {.gpa = gpa_at(512).v, .asid = OWNER, .permission = {RMP_MAY_ALL}};
    struct rmp_target target = target_of(512, true);
    struct rmp_rights rights = {.vmpl = 1};

    (void)unused;
    give_valid(&rmp, 512, true);
    locked.assigned = locked.is_large = locked.validated = locked.lock = true;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(512), &locked), STATUS_OK);
    assert_int_equal(give(&rmp, 512, 0, true), RMP_FAIL_INUSE);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(512)), RMP_FAIL_INUSE);
    assert_code(validate(&rmp, 512, true, false), RMP_FAIL_INUSE);
    assert_code(rmp_adjust(&rmp, &owner, &target, &rights), RMP_FAIL_INUSE);
    assert_code(rmp_query(&rmp, &owner, &target, &rights), RMP_OK);
    assert_state(&rmp, 512, RMP_GUEST_VALID);
    fixture_end(&rmp);
}

static void psmash_keeps_what_the_guest_had_said(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_target target = target_of(512, true);
    struct rmp_rights rights = {.vmpl = 1, .mask = RMP_MAY_READ};

    (void)unused;
    give_valid(&rmp, 512, true);
    assert_code(rmp_adjust(&rmp, &owner, &target, &rights), RMP_OK);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(512)), RMP_OK);
    for (uint64_t i = 512; i < 1024; i++) {
        const struct rmp_entry *entry = rmp_find(&rmp, page_at(i));

        assert_state(&rmp, i, RMP_GUEST_VALID);
        assert_false(entry->is_large);
        assert_int_equal(entry->gpa, gpa_at(i).v);
        assert_int_equal(entry->permission[1], RMP_MAY_READ);
    }
    assert_state(&rmp, 511, RMP_HYPERVISOR);
    assert_state(&rmp, 1024, RMP_HYPERVISOR);
    fixture_end(&rmp);
}

static void psmash_says_why_it_does_not(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_operand firmware = {.assigned = true, .is_large = true, .immutable = true};

    (void)unused;
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(1)), RMP_FAIL_INPUT);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(1024)), RMP_FAIL_INPUT);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(1 << 20)), RMP_FAIL_INPUT);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(0)), RMP_FAIL_BADADDR);
    assert_int_equal(give(&rmp, 0, OWNER, false), RMP_OK);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(0)), RMP_FAIL_BADADDR);
    assert_int_equal(rmp_update(&rmp, &host, page_at(512), &firmware), RMP_OK);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(512)), RMP_FAIL_BADADDR);
    fixture_end(&rmp);
}

static void a_host_may_split_a_large_page_that_it_has_reclaimed(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_operand reclaim = {.assigned = true, .is_large = true};

    (void)unused;
    assert_int_equal(rmp_update(&rmp, &host, page_at(0), &reclaim), RMP_OK);
    assert_state(&rmp, 5, RMP_RECLAIM);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(0)), RMP_OK);
    assert_int_equal(give(&rmp, 5, 0, false), RMP_OK);
    assert_state(&rmp, 4, RMP_RECLAIM);
    assert_state(&rmp, 5, RMP_HYPERVISOR);
    fixture_end(&rmp);
}

static void rmpread_hides_what_the_guest_has_said(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct rmp_operand valid, invalid;

    (void)unused;
    assert_int_equal(give(&rmp, 512, OWNER, true), RMP_OK);
    assert_int_equal(rmp_read(&rmp, &host, page_at(700), &invalid), RMP_OK);
    assert_code(validate(&rmp, 512, true, true), RMP_OK);
    assert_int_equal(rmp_read(&rmp, &host, page_at(700), &valid), RMP_OK);
    assert_int_equal(valid.gpa.v, gpa_at(512).v);
    assert_true(valid.is_large && valid.assigned && !valid.immutable && valid.asid == OWNER);
    assert_true(valid.gpa.v == invalid.gpa.v && valid.asid == invalid.asid);
    assert_int_equal(rmp_read(&rmp, &host, page_at(FIXTURE_PAGES), &valid), RMP_FAIL_INPUT);
    fixture_end(&rmp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_given_to_a_guest_is_open_to_vmpl0_only),
        cmocka_unit_test(an_immutable_page_is_pre_guest_or_the_firmwares),
        cmocka_unit_test(rmpupdate_never_changes_an_immutable_entry),
        cmocka_unit_test(a_change_of_gpa_or_asid_resets_what_the_guest_had_said),
        cmocka_unit_test(a_page_taken_away_and_given_back_is_not_validated),
        cmocka_unit_test(immutable_alone_keeps_validated_and_the_rights),
        cmocka_unit_test(rmpupdate_refuses_input_that_makes_no_sense),
        cmocka_unit_test(a_host_cannot_forge_metadata),
        cmocka_unit_test(only_the_hypervisor_runs_the_instructions_of_the_host),
        cmocka_unit_test(large_and_small_pages_do_not_overlap),
        cmocka_unit_test(an_immutable_page_stands_against_the_large_one_around_it),
        cmocka_unit_test(a_locked_entry_is_in_use_for_everybody),
        cmocka_unit_test(psmash_keeps_what_the_guest_had_said),
        cmocka_unit_test(psmash_says_why_it_does_not),
        cmocka_unit_test(a_host_may_split_a_large_page_that_it_has_reclaimed),
        cmocka_unit_test(rmpread_hides_what_the_guest_has_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
