/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_psp_platform.c — INIT, SHUTDOWN, PLATFORM_STATUS and DF_FLUSH; names of codes and
 * commands. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "memory/adversary.h"
#include "psp_fixture.h"
#include "psp_flaws.h"

enum { GCTX = 1, PAGE = 10, LARGE = LARGE_PAGE_PAGES, GPA = 0x40 };

/* --- INIT --- */

static void init_begin(struct world *world)
{
    const struct memory_config config = fixture_config();

    fixture_create(&world->fix, &config);
    world->options.alias_check = true;
    world->options.iommu_first = page_at(40);
    world->options.iommu_page_count = 3;
}

static enum psp_status init_give(struct world *world)
{
    return psp_init(world->fix.psp, &world->options);
}

static void flaw_initialised(struct world *world)
{
    const struct psp_init_options options = {0};

    assert_int_equal(psp_init(world->fix.psp, &options), PSP_SUCCESS);
}

static void flaw_no_hiding(struct world *world)
{
    world->options.ciphertext_hiding = true;
}

static void flaw_iommu_unaligned(struct world *world)
{
    world->options.iommu_first.v += 16;
}

static void flaw_iommu_past_the_table(struct world *world)
{
    world->options.iommu_first = page_at(FIXTURE_RMP_PAGES - 2);
}

static void flaw_alias(struct world *world)
{
    assert_int_equal(dram_alias_set(world->fix.memory, 22), STATUS_OK);
}

static const struct flaw init_flaws[] = {
    {"initialised", PSP_INVALID_PLATFORM_STATE, flaw_initialised, TOUCH_PLATFORM},
    {"no hiding", PSP_UNSUPPORTED, flaw_no_hiding, 0},
    {"IOMMU pages unaligned", PSP_INVALID_ADDRESS, flaw_iommu_unaligned, TOUCH_FROM},
    {"IOMMU pages past the table", PSP_INVALID_ADDRESS, flaw_iommu_past_the_table, TOUCH_FROM},
};

static void init_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {init_begin, init_give, init_flaws,
                                           sizeof init_flaws / sizeof init_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

static void init_finds_an_alias_if_it_is_to_look(void **unused)
{
    static struct world world;
    struct psp_platform platform;

    (void)unused;
    memset(&world, 0, sizeof world);
    init_begin(&world);
    flaw_alias(&world);
    assert_int_equal(init_give(&world), PSP_INVALID_CONFIG);
    assert_false(world.fix.psp->is_initialised);
    world.options.alias_check = false;
    assert_int_equal(init_give(&world), PSP_SUCCESS);
    assert_int_equal(psp_platform_status(world.fix.psp, &platform), PSP_SUCCESS);
    assert_false(platform.alias_check_done);
    fixture_end(&world.fix);
}

static void init_needs_snp_and_an_rmp(void **unused)
{
    const struct psp_init_options options = {0};
    struct memory_config config = fixture_config();
    struct psp_fixture fix;

    (void)unused;
    config.mode = MEMORY_SEV;
    fixture_create(&fix, &config);
    assert_int_equal(psp_init(fix.psp, &options), PSP_UNSUPPORTED);
    fixture_end(&fix);
    config.mode = MEMORY_SNP;
    config.rmp_pages = 0;
    fixture_create(&fix, &config);
    assert_int_equal(psp_init(fix.psp, &options), PSP_INVALID_CONFIG);
    fixture_end(&fix);
}

static void init_gives_the_iommu_its_pages(void **unused)
{
    static struct world world;

    (void)unused;
    memset(&world, 0, sizeof world);
    init_begin(&world);
    assert_int_equal(init_give(&world), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(world.fix.rmp, page_at(39)), RMP_HYPERVISOR);
    assert_int_equal(rmp_page_state(world.fix.rmp, page_at(40)), RMP_FIRMWARE_IOMMU);
    assert_int_equal(rmp_page_state(world.fix.rmp, page_at(42)), RMP_FIRMWARE_IOMMU);
    assert_int_equal(rmp_page_state(world.fix.rmp, page_at(43)), RMP_HYPERVISOR);
    fixture_end(&world.fix);
}

static void the_status_tells_what_init_was_told(void **unused)
{
    const struct memory_config config = fixture_config();
    const struct psp_init_options options = {.alias_check = true, .smt_on = true};
    struct psp_platform platform;
    struct psp_fixture fix;

    (void)unused;
    fixture_create(&fix, &config);
    assert_int_equal(psp_platform_status(fix.psp, &platform), PSP_SUCCESS);
    assert_false(platform.is_initialised);
    assert_int_equal(psp_init(fix.psp, &options), PSP_SUCCESS);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    assert_int_equal(psp_platform_status(fix.psp, &platform), PSP_SUCCESS);
    assert_true(platform.is_initialised && platform.alias_check_done && platform.smt_on);
    assert_false(platform.ciphertext_hiding || platform.rapl_off);
    assert_int_equal(platform.guest_count, 1);
    assert_int_equal(platform.abi_major, PSP_ABI_MAJOR);
    assert_int_equal(platform.abi_minor, PSP_ABI_MINOR);
    assert_int_equal(psp_shutdown(fix.psp), PSP_SUCCESS);
    assert_int_equal(psp_platform_status(fix.psp, &platform), PSP_SUCCESS);
    assert_false(platform.is_initialised || platform.alias_check_done || platform.smt_on);
    assert_int_equal(platform.guest_count, 0);
    fixture_end(&fix);
}

/* --- SHUTDOWN and DF_FLUSH --- */

static void shutdown_gives_every_page_back(void **unused)
{
    static struct world world;
    struct psp_fixture *fix = &world.fix;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    memset(&world, 0, sizeof world);
    init_begin(&world);
    assert_int_equal(init_give(&world), PSP_SUCCESS);
    guest_begin(fix, page_at(GCTX), 1, POLICY_OPEN);
    give_pre_guest(fix, page_at(PAGE), 1, gpa_at(GPA));
    give_guest(fix, page_at(PAGE + 1), 1, gpa_at(GPA + 1));
    accept(fix, page_at(PAGE + 1), 1, gpa_at(GPA + 1));
    guest_fill(fix, 1, gpa_at(GPA + 1), page_at(PAGE + 1), 0x3c);
    give_pre_guest_large(fix, page_at(LARGE), 1, gpa_at(LARGE));
    give_firmware_large(fix, page_at(2 * LARGE));
    give_firmware(fix, page_at(PAGE + 2));
    assert_int_equal(psp_page_set_state(fix->psp, page_at(PAGE + 2), 1), PSP_SUCCESS);

    assert_int_equal(psp_shutdown(fix->psp), PSP_SUCCESS);
    for (unsigned i = 0; i < FIXTURE_RMP_PAGES; i++)
        assert_int_equal(rmp_page_state(fix->rmp, page_at(i)), RMP_HYPERVISOR);
    host_read(fix, page_at(PAGE + 1), bytes);
    assert_int_not_equal(bytes[0], 0x3c);
    assert_int_equal(psp_shutdown(fix->psp), PSP_INVALID_PLATFORM_STATE);
    fixture_end(fix);
}

static void shutdown_gives_a_lonely_fixed_page_back(void **unused)
{
    struct psp_fixture fix;

    (void)unused;
    fixture_begin(&fix);
    give_firmware(&fix, page_at(LARGE + 5));
    assert_int_equal(psp_page_set_state(fix.psp, page_at(LARGE + 5), 1), PSP_SUCCESS);
    assert_int_equal(psp_shutdown(fix.psp), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(LARGE + 5)), RMP_HYPERVISOR);
    fixture_end(&fix);
}

static void shutdown_waits_for_a_flush(void **unused)
{
    static struct psp_snapshot snapshot;
    struct psp_fixture fix;

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    assert_int_equal(psp_decommission(fix.psp, page_at(GCTX)), PSP_SUCCESS);
    snapshot_take(&fix, &snapshot);
    assert_int_equal(psp_shutdown(fix.psp), PSP_DFFLUSH_REQUIRED);
    assert_int_equal(psp_df_flush(fix.psp), PSP_WBINVD_REQUIRED);
    snapshot_compare(&fix, &snapshot);
    psp_note_wbinvd(fix.psp);
    assert_int_equal(psp_shutdown(fix.psp), PSP_DFFLUSH_REQUIRED);
    assert_int_equal(psp_df_flush(fix.psp), PSP_SUCCESS);
    assert_int_equal(psp_shutdown(fix.psp), PSP_SUCCESS);
    assert_int_equal(psp_df_flush(fix.psp), PSP_INVALID_PLATFORM_STATE);
    fixture_end(&fix);
}

/* A guest that SHUTDOWN ended leaves its ASID as DECOMMISSION would. */
static void an_asid_is_not_clean_after_a_shutdown(void **unused)
{
    const struct psp_init_options options = {0};
    const struct psp_launch_start start = {.gctx = page_at(GCTX), .policy = POLICY_OPEN};
    struct psp_fixture fix;

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    assert_int_equal(psp_shutdown(fix.psp), PSP_SUCCESS);
    assert_int_equal(psp_init(fix.psp, &options), PSP_SUCCESS);
    give_firmware(&fix, page_at(GCTX));
    assert_int_equal(psp_gctx_create(fix.psp, page_at(GCTX)), PSP_SUCCESS);
    assert_int_equal(psp_launch_start(fix.psp, &start), PSP_SUCCESS);
    assert_int_equal(psp_activate(fix.psp, page_at(GCTX), 1), PSP_DFFLUSH_REQUIRED);
    fixture_end(&fix);
}

/* --- names --- */

static void codes_and_commands_have_names(void **unused)
{
    (void)unused;
    assert_string_equal(psp_status_name(PSP_SUCCESS), "SUCCESS");
    assert_string_equal(psp_status_name(PSP_INVALID_PAGE_OWNER), "INVALID_PAGE_OWNER");
    assert_string_equal(psp_status_name(0x27), "INVALID_KEY");
    assert_null(psp_status_name(5));
    assert_null(psp_status_name(0x28));
    assert_string_equal(psp_command_name(PSP_LAUNCH_UPDATE), "LAUNCH_UPDATE");
    assert_string_equal(psp_command_name(0xce), "FEATURE_INFO");
    assert_null(psp_command_name(0));
    assert_null(psp_command_name(0xcf));
    assert_string_equal(psp_guest_state_name(PSP_GUEST_RUNNING), "RUNNING");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_checks_in_the_documented_order),
        cmocka_unit_test(init_finds_an_alias_if_it_is_to_look),
        cmocka_unit_test(init_needs_snp_and_an_rmp),
        cmocka_unit_test(init_gives_the_iommu_its_pages),
        cmocka_unit_test(the_status_tells_what_init_was_told),
        cmocka_unit_test(shutdown_gives_every_page_back),
        cmocka_unit_test(shutdown_gives_a_lonely_fixed_page_back),
        cmocka_unit_test(shutdown_waits_for_a_flush),
        cmocka_unit_test(an_asid_is_not_clean_after_a_shutdown),
        cmocka_unit_test(codes_and_commands_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
