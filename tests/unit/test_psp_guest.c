/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_psp_guest.c — GCTX_CREATE, LAUNCH_START, ACTIVATE, GUEST_STATUS, DECOMMISSION:
 * every refusal, in order; and whose key is whose. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "psp_fixture.h"
#include "psp_flaws.h"

enum { GCTX = 1, OTHER_GCTX = 2, PAGE = 10, LARGE = LARGE_PAGE_PAGES, GPA = 0x40 };

/* --- GCTX_CREATE --- */

static void create_begin(struct world *world)
{
    fixture_begin(&world->fix);
    world->page = page_at(GCTX);
    give_firmware(&world->fix, world->page);
}

static enum psp_status create_give(struct world *world)
{
    return psp_gctx_create(world->fix.psp, world->page);
}

static void flaw_page_zero(struct world *world)
{
    world->page = page_at(0);
    give_firmware(&world->fix, world->page);
}

static void flaw_page_is_context(struct world *world)
{
    assert_int_equal(psp_gctx_create(world->fix.psp, page_at(GCTX)), PSP_SUCCESS);
}

static void flaw_page_large(struct world *world)
{
    world->page = page_at(LARGE);
    give_firmware_large(&world->fix, world->page);
}

static const struct flaw create_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"unaligned", PSP_INVALID_ADDRESS, flaw_page_unaligned, TOUCH_FROM},
    {"without RAM", PSP_INVALID_ADDRESS, flaw_page_without_ram, TOUCH_FROM},
    {"page 0", PSP_INVALID_ADDRESS, flaw_page_zero, TOUCH_FROM},
    {"Hypervisor", PSP_INVALID_PAGE_STATE, flaw_page_hypervisor, TOUCH_FROM},
    {"Default", PSP_INVALID_PAGE_STATE, flaw_page_default, TOUCH_FROM},
    {"Context", PSP_INVALID_PAGE_STATE, flaw_page_is_context, TOUCH_FROM},
    {"large", PSP_INVALID_PAGE_SIZE, flaw_page_large, TOUCH_FROM},
};

/* --- LAUNCH_START --- */

static void start_begin(struct world *world)
{
    create_begin(world);
    assert_int_equal(psp_gctx_create(world->fix.psp, page_at(GCTX)), PSP_SUCCESS);
    world->gctx = page_at(GCTX);
    world->start.policy = POLICY_OPEN | PSP_ABI_MAJOR << 8 | PSP_ABI_MINOR;
}

static enum psp_status start_give(struct world *world)
{
    world->start.gctx = world->gctx;
    return psp_launch_start(world->fix.psp, &world->start);
}

static void flaw_launched(struct world *world)
{
    const struct psp_launch_start start = {.gctx = page_at(GCTX), .policy = POLICY_OPEN};

    assert_int_equal(psp_launch_start(world->fix.psp, &start), PSP_SUCCESS);
}

static void flaw_bit_17(struct world *world)
{
    world->start.policy &= ~PSP_POLICY_MUST_BE_ONE;
}

static void flaw_reserved_bit(struct world *world)
{
    world->start.policy |= UINT64_C(1) << 26;
}

static void flaw_minor(struct world *world)
{
    world->start.policy++;
}

static void flaw_major(struct world *world)
{
    world->start.policy = POLICY_OPEN | (PSP_ABI_MAJOR + 1) << 8;
}

static void flaw_smt(struct world *world)
{
    world->fix.psp->options.smt_on = true;
    world->start.policy &= ~PSP_POLICY_SMT;
}

static void flaw_aes_256(struct world *world)
{
    world->start.policy |= PSP_POLICY_AES_256_XTS;
}

static void flaw_rapl(struct world *world)
{
    world->start.policy |= PSP_POLICY_RAPL_OFF;
}

static void flaw_hiding(struct world *world)
{
    world->start.policy |= PSP_POLICY_HIDING;
}

static const struct flaw start_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"launched", PSP_INVALID_GUEST_STATE, flaw_launched, TOUCH_GUEST},
    {"bit 17 is 0", PSP_POLICY_FAILURE, flaw_bit_17, 0},
    {"reserved bit", PSP_POLICY_FAILURE, flaw_reserved_bit, 0},
    {"minor version", PSP_POLICY_FAILURE, flaw_minor, 0},
    {"major version", PSP_POLICY_FAILURE, flaw_major, 0},
    {"SMT", PSP_POLICY_FAILURE, flaw_smt, 0},
    {"AES-256-XTS", PSP_POLICY_FAILURE, flaw_aes_256, 0},
    {"RAPL", PSP_POLICY_FAILURE, flaw_rapl, 0},
    {"hiding", PSP_POLICY_FAILURE, flaw_hiding, 0},
};

/* --- ACTIVATE --- */

static void activate_begin(struct world *world)
{
    start_begin(world);
    assert_int_equal(start_give(world), PSP_SUCCESS);
    guest_begin(&world->fix, page_at(OTHER_GCTX), 2, POLICY_OPEN);
    world->asid = 1;
}

static enum psp_status activate_give(struct world *world)
{
    return psp_activate(world->fix.psp, world->gctx, world->asid);
}

static void flaw_active(struct world *world)
{
    assert_int_equal(psp_activate(world->fix.psp, page_at(GCTX), 3), PSP_SUCCESS);
}

static void flaw_asid_zero(struct world *world)
{
    world->asid = 0;
}

static void flaw_asid_high(struct world *world)
{
    world->asid = FIXTURE_ASIDS + 1;
}

static void flaw_asid_owned(struct world *world)
{
    world->asid = 2;
}

static void flaw_asid_used(struct world *world)
{
    guest_begin(&world->fix, page_at(OTHER_GCTX + 1), 4, POLICY_OPEN);
    assert_int_equal(psp_decommission(world->fix.psp, page_at(OTHER_GCTX + 1)), PSP_SUCCESS);
    world->asid = 4;
}

static void flaw_asid_written_back(struct world *world)
{
    flaw_asid_used(world);
    psp_note_wbinvd(world->fix.psp);
}

static const struct flaw activate_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"guest in INIT", PSP_INVALID_GUEST_STATE, flaw_guest_in_init, TOUCH_GUEST},
    {"active", PSP_ACTIVE, flaw_active, TOUCH_GUEST},
    {"ASID 0", PSP_INVALID_ASID, flaw_asid_zero, TOUCH_ASID},
    {"ASID too high", PSP_INVALID_ASID, flaw_asid_high, TOUCH_ASID},
    {"ASID of another guest", PSP_ASID_OWNED, flaw_asid_owned, TOUCH_ASID},
    {"ASID used before", PSP_DFFLUSH_REQUIRED, flaw_asid_used, TOUCH_ASID},
    {"ASID used, WBINVD", PSP_DFFLUSH_REQUIRED, flaw_asid_written_back, TOUCH_ASID},
};

/* --- GUEST_STATUS and DECOMMISSION --- */

static enum psp_status status_give(struct world *world)
{
    struct psp_guest guest;

    return psp_guest_status(world->fix.psp, world->gctx, &guest);
}

static enum psp_status decommission_give(struct world *world)
{
    return psp_decommission(world->fix.psp, world->gctx);
}

static const struct flaw gctx_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"without RAM", PSP_INVALID_ADDRESS, flaw_gctx_without_ram, TOUCH_GCTX},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
};

enum { COUNT_OF_GCTX_FLAWS = sizeof gctx_flaws / sizeof gctx_flaws[0] };

static void guest_commands_check_in_the_documented_order(void **unused)
{
    const struct flawed_command commands[] = {
        {create_begin, create_give, create_flaws, sizeof create_flaws / sizeof create_flaws[0]},
        {start_begin, start_give, start_flaws, sizeof start_flaws / sizeof start_flaws[0]},
        {activate_begin, activate_give, activate_flaws,
         sizeof activate_flaws / sizeof activate_flaws[0]},
        {start_begin, status_give, gctx_flaws, COUNT_OF_GCTX_FLAWS},
        {activate_begin, decommission_give, gctx_flaws, COUNT_OF_GCTX_FLAWS},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        flaws_run(&commands[i]);
}

/* --- what they do --- */

static void a_platform_that_has_it_all_meets_every_policy(void **unused)
{
    const struct psp_init_options options = {.ciphertext_hiding = true, .rapl_off = true};
    struct psp_launch_start start = {.gctx = page_at(GCTX),
                                     .policy = PSP_POLICY_MUST_BE_ONE | PSP_POLICY_AES_256_XTS |
                                               PSP_POLICY_RAPL_OFF | PSP_POLICY_HIDING |
                                               PSP_POLICY_NO_SWAP | PSP_POLICY_SINGLE_SOCKET};
    struct memory_config config = fixture_config();
    struct psp_fixture fix;

    (void)unused;
    config.cipher = CIPHER_XTS256;
    config.ciphertext_hiding = true;
    fixture_create(&fix, &config);
    assert_int_equal(psp_init(fix.psp, &options), PSP_SUCCESS);
    give_firmware(&fix, page_at(GCTX));
    assert_int_equal(psp_gctx_create(fix.psp, page_at(GCTX)), PSP_SUCCESS);
    assert_int_equal(psp_launch_start(fix.psp, &start), PSP_SUCCESS);
    fixture_end(&fix);
}

static void an_asid_is_used_again_only_after_wbinvd_and_df_flush(void **unused)
{
    struct psp_fixture fix;

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    guest_begin(&fix, page_at(OTHER_GCTX), 2, POLICY_OPEN);
    assert_int_equal(psp_decommission(fix.psp, page_at(GCTX)), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(GCTX)), RMP_FIRMWARE);
    assert_int_equal(psp_df_flush(fix.psp), PSP_WBINVD_REQUIRED);
    psp_note_wbinvd(fix.psp);
    assert_int_equal(psp_df_flush(fix.psp), PSP_SUCCESS);
    assert_int_equal(psp_page_reclaim(fix.psp, page_at(GCTX), false), PSP_SUCCESS);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    fixture_end(&fix);
}

static void a_wbinvd_from_before_does_not_count(void **unused)
{
    struct psp_fixture fix;

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    guest_begin(&fix, page_at(OTHER_GCTX), 2, POLICY_OPEN);
    assert_int_equal(psp_decommission(fix.psp, page_at(GCTX)), PSP_SUCCESS);
    psp_note_wbinvd(fix.psp);
    assert_int_equal(psp_decommission(fix.psp, page_at(OTHER_GCTX)), PSP_SUCCESS);
    assert_int_equal(psp_df_flush(fix.psp), PSP_WBINVD_REQUIRED);
    fixture_end(&fix);
}

/* CrossLine: pages that were not taken back stay in the RMP; the new guest's key makes noise of
 * them. */
static void a_reused_asid_reads_noise_in_the_pages_of_the_guest_before(void **unused)
{
    struct psp_fixture fix;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    give_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    accept(&fix, page_at(PAGE), 1, gpa_at(GPA));
    guest_fill(&fix, 1, gpa_at(GPA), page_at(PAGE), 0x99);
    assert_int_equal(psp_decommission(fix.psp, page_at(GCTX)), PSP_SUCCESS);
    assert_true(guest_read(&fix, 1, gpa_at(GPA), page_at(PAGE), bytes));
    assert_int_not_equal(bytes[0], 0x99); /* no key any more */
    psp_note_wbinvd(fix.psp);
    assert_int_equal(psp_df_flush(fix.psp), PSP_SUCCESS);
    guest_begin(&fix, page_at(OTHER_GCTX), 1, POLICY_OPEN);
    assert_true(guest_read(&fix, 1, gpa_at(GPA), page_at(PAGE), bytes));
    assert_int_not_equal(bytes[0], 0x99);
    assert_memory_not_equal(bytes, bytes + CIPHER_BLOCK_BYTES, CIPHER_BLOCK_BYTES);
    fixture_end(&fix);
}

static void no_two_guests_have_a_secret_in_common(void **unused)
{
    const struct gctx *first, *second;
    struct psp_fixture fix;

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    guest_begin(&fix, page_at(OTHER_GCTX), 2, POLICY_OPEN);
    first = gctx_find(fix.psp, page_at(GCTX));
    second = gctx_find(fix.psp, page_at(OTHER_GCTX));
    for (unsigned i = 0; i < VMPL_COUNT; i++)
        assert_memory_not_equal(first->vmpck[i], second->vmpck[i], VMPCK_BYTES);
    assert_memory_not_equal(first->offline_key, second->offline_key, OFFLINE_KEY_BYTES);
    assert_memory_not_equal(first->guest.report_id, second->guest.report_id, REPORT_ID_BYTES);
    assert_memory_not_equal(first->offline_key, first->vmpck[0], OFFLINE_KEY_BYTES);
    fixture_end(&fix);
}

static void the_walker_sees_a_broken_context(void **unused)
{
    struct psp_fixture fix;
    spa_t page;

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    fix.psp->gctx[0].page = page_at(PAGE);
    assert_int_equal(psp_check_all(fix.psp, &page), STATUS_BAD_STATE);
    fix.psp->gctx[0].page = page_at(GCTX);
    fix.psp->gctx[0].guest.asid = 2;
    assert_int_equal(psp_check_all(fix.psp, &page), STATUS_BAD_STATE);
    fix.psp->gctx[0].guest.asid = 0;
    assert_int_equal(psp_check_all(fix.psp, &page), STATUS_BAD_STATE);
    fix.psp->gctx[0].guest.asid = 1;
    fix.psp->gctx[0].guest.state = PSP_GUEST_INIT;
    assert_int_equal(psp_check_all(fix.psp, &page), STATUS_BAD_STATE);
    fix.psp->gctx[0].guest.state = PSP_GUEST_LAUNCH;
    page_set(fix.psp, page_at(PAGE), *rmp_find(fix.rmp, page_at(GCTX)));
    assert_int_equal(psp_check_all(fix.psp, &page), STATUS_BAD_STATE);
    assert_int_equal(page.v, page_at(PAGE).v);
    page_set(fix.psp, page_at(PAGE), firmware_entry(false));
    fixture_end(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guest_commands_check_in_the_documented_order),
        cmocka_unit_test(a_platform_that_has_it_all_meets_every_policy),
        cmocka_unit_test(an_asid_is_used_again_only_after_wbinvd_and_df_flush),
        cmocka_unit_test(a_wbinvd_from_before_does_not_count),
        cmocka_unit_test(a_reused_asid_reads_noise_in_the_pages_of_the_guest_before),
        cmocka_unit_test(no_two_guests_have_a_secret_in_common),
        cmocka_unit_test(the_walker_sees_a_broken_context),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
