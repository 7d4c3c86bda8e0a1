/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_psp_page.c — MD_INIT, RECLAIM, SET_STATE and UNSMASH; and that commands and
 * RMPUPDATE together reach all twelve states. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "psp_fixture.h"
#include "psp_flaws.h"

enum { GCTX = 1, PAGE = 10, OTHER = 11, LARGE = LARGE_PAGE_PAGES, GPA = 0x40 };

static void page_begin(struct world *world)
{
    fixture_begin(&world->fix);
    guest_begin(&world->fix, page_at(GCTX), 1, POLICY_OPEN);
    world->gctx = page_at(GCTX);
    world->page = page_at(PAGE);
    world->page_count = 1;
    give_firmware(&world->fix, world->page);
}

static void flaw_page_large(struct world *world)
{
    world->page = page_at(LARGE);
    give_firmware_large(&world->fix, world->page);
}

/* --- MD_INIT --- */

static enum psp_status md_init_give(struct world *world)
{
    return psp_md_init(world->fix.psp, world->gctx, world->page);
}

static const struct flaw md_init_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"gctx unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"page unaligned", PSP_INVALID_ADDRESS, flaw_page_unaligned, TOUCH_FROM},
    {"page without RAM", PSP_INVALID_ADDRESS, flaw_page_without_ram, TOUCH_FROM},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"Hypervisor", PSP_INVALID_PAGE_STATE, flaw_page_hypervisor, TOUCH_FROM},
    {"Default", PSP_INVALID_PAGE_STATE, flaw_page_default, TOUCH_FROM},
    {"large", PSP_INVALID_PAGE_SIZE, flaw_page_large, TOUCH_FROM},
};

static void md_init_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {page_begin, md_init_give, md_init_flaws,
                                           sizeof md_init_flaws / sizeof md_init_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

/* --- RECLAIM --- */

static enum psp_status reclaim_give(struct world *world)
{
    return psp_page_reclaim(world->fix.psp, world->page, world->is_large);
}

static void flaw_large_unaligned(struct world *world)
{
    flaw_page_large(world);
    world->is_large = true;
    world->page = page_at(LARGE + 8);
}

static void flaw_page_fixed(struct world *world)
{
    world->page = page_at(OTHER);
    give_firmware(&world->fix, world->page);
    assert_int_equal(psp_page_set_state(world->fix.psp, world->page, 1), PSP_SUCCESS);
}

static void flaw_page_context(struct world *world)
{
    world->page = page_at(GCTX);
}

static void flaw_page_iommu(struct world *world)
{
    struct rmp_entry entry = firmware_entry(false);

    world->page = page_at(OTHER);
    entry.gpa = RMP_IOMMU_TAG;
    page_set(world->fix.psp, world->page, entry);
}

static const struct flaw reclaim_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"page unaligned", PSP_INVALID_ADDRESS, flaw_page_unaligned, TOUCH_FROM},
    {"page without RAM", PSP_INVALID_ADDRESS, flaw_page_without_ram, TOUCH_FROM},
    {"Default", PSP_INVALID_PAGE_STATE, flaw_page_default, TOUCH_FROM},
    {"small page, large asked", PSP_INVALID_PAGE_SIZE, flaw_large, TOUCH_SIZE},
    {"large page, small asked", PSP_INVALID_PAGE_SIZE, flaw_page_large, TOUCH_FROM | TOUCH_SIZE},
    {"large unaligned", PSP_INVALID_ADDRESS, flaw_large_unaligned, TOUCH_FROM | TOUCH_SIZE},
    {"HV-Fixed", PSP_INVALID_PAGE_STATE, flaw_page_fixed, TOUCH_FROM},
    {"Context", PSP_INVALID_PAGE_STATE, flaw_page_context, TOUCH_FROM},
    {"Firmware-IOMMU", PSP_INVALID_PAGE_STATE, flaw_page_iommu, TOUCH_FROM},
};

static void reclaim_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {page_begin, reclaim_give, reclaim_flaws,
                                           sizeof reclaim_flaws / sizeof reclaim_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

static void reclaimed(struct psp_fixture *fix, spa_t page, enum rmp_state expected)
{
    bool is_large = rmp_find(fix->rmp, page)->is_large;

    assert_int_equal(psp_page_reclaim(fix->psp, page, is_large), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix->rmp, page), expected);
}

static void reclaim_makes_a_page_mutable(void **unused)
{
    struct psp_fixture fix;

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    give_firmware(&fix, page_at(PAGE));
    reclaimed(&fix, page_at(PAGE), RMP_RECLAIM);
    give_firmware(&fix, page_at(PAGE + 1));
    assert_int_equal(psp_md_init(fix.psp, page_at(GCTX), page_at(PAGE + 1)), PSP_SUCCESS);
    reclaimed(&fix, page_at(PAGE + 1), RMP_RECLAIM);
    give_pre_guest(&fix, page_at(PAGE + 2), 1, gpa_at(GPA));
    reclaimed(&fix, page_at(PAGE + 2), RMP_GUEST_INVALID);
    give_pre_swap(&fix, page_at(PAGE + 3), 1, gpa_at(GPA + 1));
    reclaimed(&fix, page_at(PAGE + 3), RMP_GUEST_VALID);
    give_firmware_large(&fix, page_at(LARGE));
    reclaimed(&fix, page_at(LARGE), RMP_RECLAIM);
    rmp_give(&fix, page_at(LARGE), &(struct rmp_operand){.is_large = true});
    assert_int_equal(rmp_page_state(fix.rmp, page_at(LARGE)), RMP_HYPERVISOR);
    fixture_end(&fix);
}

static void reclaim_of_a_mutable_page_changes_nothing(void **unused)
{
    static struct psp_snapshot snapshot;
    struct psp_fixture fix;

    (void)unused;
    fixture_begin(&fix);
    give_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    accept(&fix, page_at(PAGE), 1, gpa_at(GPA));
    give_firmware(&fix, page_at(OTHER));
    reclaimed(&fix, page_at(OTHER), RMP_RECLAIM);
    snapshot_take(&fix, &snapshot);
    reclaimed(&fix, page_at(PAGE), RMP_GUEST_VALID);
    reclaimed(&fix, page_at(OTHER), RMP_RECLAIM);
    reclaimed(&fix, page_at(99), RMP_HYPERVISOR);
    snapshot_compare(&fix, &snapshot);
    fixture_end(&fix);
}

/* --- SET_STATE --- */

static enum psp_status set_state_give(struct world *world)
{
    return psp_page_set_state(world->fix.psp, world->page, world->page_count);
}

static void flaw_no_pages(struct world *world)
{
    world->page_count = 0;
}

static void flaw_second_not_firmware(struct world *world)
{
    world->page_count = 2;
}

static void flaw_past_the_table(struct world *world)
{
    world->page_count = UINT64_MAX;
}

static const struct flaw set_state_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"page unaligned", PSP_INVALID_ADDRESS, flaw_page_unaligned, TOUCH_FROM},
    {"page without RAM", PSP_INVALID_ADDRESS, flaw_page_without_ram, TOUCH_FROM},
    {"no pages", PSP_INVALID_PARAM, flaw_no_pages, TOUCH_SIZE},
    {"past the table", PSP_INVALID_PAGE_STATE, flaw_past_the_table, TOUCH_SIZE},
    {"Default", PSP_INVALID_PAGE_STATE, flaw_page_default, TOUCH_FROM},
    {"Context", PSP_INVALID_PAGE_STATE, flaw_page_context, TOUCH_FROM},
    {"the second is not Firmware", PSP_INVALID_PAGE_STATE, flaw_second_not_firmware,
     TOUCH_SIZE | TOUCH_FROM},
    {"large", PSP_INVALID_PAGE_SIZE, flaw_page_large, TOUCH_FROM},
};

static void set_state_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {page_begin, set_state_give, set_state_flaws,
                                           sizeof set_state_flaws / sizeof set_state_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

/* --- UNSMASH --- */

static void unsmash_begin(struct world *world)
{
    page_begin(world);
    world->page = page_at(LARGE);
    for (unsigned i = 0; i < LARGE_PAGE_PAGES; i++)
        give_pre_guest(&world->fix, page_at(LARGE + i), 1, gpa_at(LARGE + i));
}

static enum psp_status unsmash_give(struct world *world)
{
    return psp_page_unsmash(world->fix.psp, world->page);
}

static void flaw_page_not_first(struct world *world)
{
    world->page = page_at(LARGE + 1);
}

static void flaw_already_large(struct world *world)
{
    world->page = page_at(2 * LARGE);
    give_firmware_large(&world->fix, world->page);
}

static void flaw_hypervisor_pages(struct world *world)
{
    world->page = page_at(2 * LARGE);
}

static void page_replace(struct world *world, unsigned number, struct rmp_operand operand)
{
    assert_int_equal(psp_page_reclaim(world->fix.psp, page_at(number), false), PSP_SUCCESS);
    rmp_give(&world->fix, page_at(number), &operand);
}

static void flaw_one_mutable(struct world *world)
{
    assert_int_equal(psp_page_reclaim(world->fix.psp, page_at(LARGE + 511), false), PSP_SUCCESS);
}

static void flaw_one_gpa(struct world *world)
{
    page_replace(world, LARGE + 77,
                 (struct rmp_operand){
                     .assigned = true, .immutable = true, .asid = 1, .gpa = gpa_at(LARGE + 76)});
}

static void flaw_one_asid(struct world *world)
{
    page_replace(world, LARGE + 77,
                 (struct rmp_operand){
                     .assigned = true, .immutable = true, .asid = 2, .gpa = gpa_at(LARGE + 77)});
}

static void flaw_metadata_pages(struct world *world)
{
    world->page = page_at(2 * LARGE);
    for (unsigned i = 0; i < LARGE_PAGE_PAGES; i++) {
        give_firmware(&world->fix, page_at(2 * LARGE + i));
        assert_int_equal(psp_md_init(world->fix.psp, page_at(GCTX), page_at(2 * LARGE + i)),
                         PSP_SUCCESS);
    }
}

static const struct flaw unsmash_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"page unaligned", PSP_INVALID_ADDRESS, flaw_page_unaligned, TOUCH_FROM},
    {"page without RAM", PSP_INVALID_ADDRESS, flaw_page_without_ram, TOUCH_FROM},
    {"not the first page", PSP_INVALID_ADDRESS, flaw_page_not_first, TOUCH_FROM},
    {"already large", PSP_INVALID_PAGE_SIZE, flaw_already_large, TOUCH_FROM},
    {"Default", PSP_INVALID_PAGE_STATE, flaw_page_default, TOUCH_FROM},
    {"Hypervisor", PSP_INVALID_PAGE_STATE, flaw_hypervisor_pages, TOUCH_FROM},
    {"Metadata", PSP_INVALID_PAGE_STATE, flaw_metadata_pages, TOUCH_FROM},
    {"one is mutable", PSP_INVALID_PAGE_STATE, flaw_one_mutable, TOUCH_FROM},
    {"one has another gpa", PSP_INVALID_PAGE_STATE, flaw_one_gpa, TOUCH_FROM},
    {"one has another ASID", PSP_INVALID_PAGE_STATE, flaw_one_asid, TOUCH_FROM},
};

static void unsmash_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {unsmash_begin, unsmash_give, unsmash_flaws,
                                           sizeof unsmash_flaws / sizeof unsmash_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

/* --- all states --- */

static void commands_and_rmpupdate_reach_all_twelve_states(void **unused)
{
    const struct memory_config config = fixture_config();
    const struct psp_init_options options = {.iommu_first = {0x50000}, .iommu_page_count = 2};
    bool seen[RMP_STATE_COUNT] = {false};
    struct psp_fixture fix;

    (void)unused;
    fixture_create(&fix, &config);
    assert_int_equal(psp_init(fix.psp, &options), PSP_SUCCESS);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    give_firmware(&fix, page_at(10));
    assert_int_equal(psp_page_set_state(fix.psp, page_at(10), 1), PSP_SUCCESS);
    give_firmware(&fix, page_at(11));
    give_firmware(&fix, page_at(12));
    reclaimed(&fix, page_at(12), RMP_RECLAIM);
    give_firmware(&fix, page_at(13));
    assert_int_equal(psp_md_init(fix.psp, page_at(GCTX), page_at(13)), PSP_SUCCESS);
    give_pre_guest(&fix, page_at(14), 1, gpa_at(14));
    give_pre_swap(&fix, page_at(15), 1, gpa_at(15));
    give_guest(&fix, page_at(16), 1, gpa_at(16));
    give_guest(&fix, page_at(17), 1, gpa_at(17));
    accept(&fix, page_at(17), 1, gpa_at(17));
    for (unsigned i = 0; i < FIXTURE_PAGES; i++)
        seen[rmp_page_state(fix.rmp, page_at(i))] = true;
    for (unsigned state = 0; state < RMP_INVALID; state++)
        if (!seen[state])
            fail_msg("%s was not reached", rmp_state_name(state));
    fixture_end(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(md_init_checks_in_the_documented_order),
        cmocka_unit_test(reclaim_checks_in_the_documented_order),
        cmocka_unit_test(reclaim_makes_a_page_mutable),
        cmocka_unit_test(reclaim_of_a_mutable_page_changes_nothing),
        cmocka_unit_test(set_state_checks_in_the_documented_order),
        cmocka_unit_test(unsmash_checks_in_the_documented_order),
        cmocka_unit_test(commands_and_rmpupdate_reach_all_twelve_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
