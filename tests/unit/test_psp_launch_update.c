/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_psp_launch_update.c — LAUNCH_UPDATE: the documented order of its checks, and what
 * it does to a page of each type. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "psp_fixture.h"
#include "psp_flaws.h"

enum { GCTX = 1, OTHER_GCTX = 2, PAGE = 10, OTHER_PAGE = 11, LARGE = LARGE_PAGE_PAGES, GPA = 0x40 };

/* --- refusals --- */

static void update_begin(struct world *world)
{
    fixture_begin(&world->fix);
    guest_begin(&world->fix, page_at(GCTX), 1, POLICY_OPEN);
    guest_begin(&world->fix, page_at(OTHER_GCTX), 2, POLICY_OPEN);
    give_pre_guest(&world->fix, page_at(PAGE), 1, gpa_at(GPA));
    world->gctx = page_at(GCTX);
    world->page = page_at(PAGE);
    world->update.page_type = LAUNCH_PAGE_NORMAL;
}

static enum psp_status update_give(struct world *world)
{
    world->update.gctx = world->gctx;
    world->update.page = world->page;
    world->update.is_large = world->is_large;
    return psp_launch_update(world->fix.psp, &world->update);
}

static void flaw_page_firmware(struct world *world)
{
    world->page = page_at(OTHER_PAGE);
    give_firmware(&world->fix, world->page);
}

static void flaw_page_guest_invalid(struct world *world)
{
    world->page = page_at(OTHER_PAGE);
    give_guest(&world->fix, world->page, 1, gpa_at(GPA));
}

static void flaw_size(struct world *world)
{
    world->is_large = true;
}

static void flaw_entry_is_large(struct world *world)
{
    world->page = page_at(LARGE);
    give_pre_guest_large(&world->fix, world->page, 1, gpa_at(LARGE));
}

static void flaw_large_unaligned(struct world *world)
{
    flaw_entry_is_large(world);
    world->is_large = true;
    world->page = page_at(LARGE + 1);
}

static void flaw_large_vmsa(struct world *world)
{
    flaw_entry_is_large(world);
    world->is_large = true;
    world->update.page_type = LAUNCH_PAGE_VMSA;
}

static void flaw_large_secrets(struct world *world)
{
    flaw_large_vmsa(world);
    world->update.page_type = LAUNCH_PAGE_SECRETS;
}

static void flaw_large_cpuid(struct world *world)
{
    flaw_large_vmsa(world);
    world->update.page_type = LAUNCH_PAGE_CPUID;
}

static void flaw_type(struct world *world)
{
    world->update.page_type = LAUNCH_PAGE_CPUID + 1;
}

static void flaw_permission(struct world *world)
{
    world->update.permissions[2] = RMP_MAY_ALL + 1;
}

static void flaw_owner(struct world *world)
{
    world->page = page_at(OTHER_PAGE);
    give_pre_guest(&world->fix, world->page, 2, gpa_at(GPA));
}

static const struct flaw update_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"gctx unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"gctx without RAM", PSP_INVALID_ADDRESS, flaw_gctx_without_ram, TOUCH_GCTX},
    {"page unaligned", PSP_INVALID_ADDRESS, flaw_page_unaligned, TOUCH_FROM},
    {"page without RAM", PSP_INVALID_ADDRESS, flaw_page_without_ram, TOUCH_FROM},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"Firmware", PSP_INVALID_PAGE_STATE, flaw_page_firmware, TOUCH_FROM},
    {"Guest-Invalid", PSP_INVALID_PAGE_STATE, flaw_page_guest_invalid, TOUCH_FROM},
    {"Default", PSP_INVALID_PAGE_STATE, flaw_page_default, TOUCH_FROM},
    {"small page, large asked", PSP_INVALID_PAGE_SIZE, flaw_size, TOUCH_SIZE | TOUCH_FROM},
    {"large page, small asked", PSP_INVALID_PAGE_SIZE, flaw_entry_is_large,
     TOUCH_SIZE | TOUCH_FROM},
    {"large unaligned", PSP_INVALID_ADDRESS, flaw_large_unaligned, TOUCH_SIZE | TOUCH_FROM},
    {"large VMSA", PSP_INVALID_PAGE_SIZE, flaw_large_vmsa, TOUCH_SIZE | TOUCH_FROM | TOUCH_KIND},
    {"large SECRETS", PSP_INVALID_PAGE_SIZE, flaw_large_secrets,
     TOUCH_SIZE | TOUCH_FROM | TOUCH_KIND},
    {"large CPUID", PSP_INVALID_PAGE_SIZE, flaw_large_cpuid, TOUCH_SIZE | TOUCH_FROM | TOUCH_KIND},
    {"unknown type", PSP_INVALID_PARAM, flaw_type, TOUCH_KIND},
    {"unknown permission", PSP_INVALID_PARAM, flaw_permission, 0},
    {"guest runs", PSP_INVALID_GUEST_STATE, flaw_guest_running, TOUCH_GUEST},
    {"guest in INIT", PSP_INVALID_GUEST_STATE, flaw_guest_in_init, TOUCH_GUEST},
    {"no ASID", PSP_INACTIVE, flaw_guest_inactive, TOUCH_GUEST},
    {"another guest's page", PSP_INVALID_PAGE_OWNER, flaw_owner, TOUCH_FROM},
};

static void launch_update_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {update_begin, update_give, update_flaws,
                                           sizeof update_flaws / sizeof update_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

/* --- what it does --- */

static void launch(struct psp_fixture *fix, spa_t page, enum launch_page_type type,
                   const uint8_t permissions[LAUNCH_VMPL_COUNT])
{
    struct psp_launch_update update = {.gctx = page_at(GCTX), .page = page, .page_type = type};

    memcpy(update.permissions, permissions, LAUNCH_VMPL_COUNT);
    update.is_large = rmp_find(fix->rmp, page)->is_large;
    assert_int_equal(psp_launch_update(fix->psp, &update), PSP_SUCCESS);
}

static const uint8_t no_permissions[LAUNCH_VMPL_COUNT];

static void a_launched_page_is_encrypted_in_place_and_valid(void **unused)
{
    static const uint8_t permissions[LAUNCH_VMPL_COUNT] = {RMP_MAY_READ, 0, RMP_MAY_ALL};
    struct psp_fixture fix;
    uint8_t bytes[PAGE_SIZE];
    const struct rmp_entry *entry;

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    host_fill(&fix, page_at(PAGE), 0xab);
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    launch(&fix, page_at(PAGE), LAUNCH_PAGE_NORMAL, permissions);

    entry = rmp_find(fix.rmp, page_at(PAGE));
    assert_int_equal(rmp_entry_state(entry), RMP_GUEST_VALID);
    assert_false(entry->vmsa);
    assert_int_equal(entry->permission[0], RMP_MAY_ALL);
    assert_memory_equal(entry->permission + 1, permissions, LAUNCH_VMPL_COUNT);
    assert_true(guest_read(&fix, 1, gpa_at(GPA), page_at(PAGE), bytes));
    assert_filled(bytes, 0xab);
    host_read(&fix, page_at(PAGE), bytes);
    assert_int_not_equal(bytes[0], 0xab);
    assert_memory_not_equal(bytes, bytes + CIPHER_BLOCK_BYTES, CIPHER_BLOCK_BYTES);
    fixture_end(&fix);
}

static void the_gpa_of_the_rmp_entry_is_measured(void **unused)
{
    struct launch_page page = {.type = LAUNCH_PAGE_ZERO, .gpa = gpa_at(GPA)};
    struct launch_digest expected;
    struct psp_guest guest;
    struct psp_fixture fix;

    (void)unused;
    launch_digest_init(&expected);
    assert_int_equal(launch_digest_extend(&expected, &page), STATUS_OK);
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    host_fill(&fix, page_at(PAGE), 0xee);
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    launch(&fix, page_at(PAGE), LAUNCH_PAGE_ZERO, no_permissions);
    assert_int_equal(psp_guest_status(fix.psp, page_at(GCTX), &guest), PSP_SUCCESS);
    assert_memory_equal(guest.digest.ld, expected.ld, DIGEST_BYTES);
    fixture_end(&fix);
}

static void a_zero_page_is_filled_with_zeros(void **unused)
{
    struct psp_fixture fix;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    host_fill(&fix, page_at(PAGE), 0xee);
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    launch(&fix, page_at(PAGE), LAUNCH_PAGE_ZERO, no_permissions);
    assert_true(guest_read(&fix, 1, gpa_at(GPA), page_at(PAGE), bytes));
    assert_filled(bytes, 0);
    fixture_end(&fix);
}

static void an_unmeasured_page_keeps_its_bytes(void **unused)
{
    struct psp_fixture fix;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    host_fill(&fix, page_at(PAGE), 0xee);
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    launch(&fix, page_at(PAGE), LAUNCH_PAGE_UNMEASURED, no_permissions);
    assert_true(guest_read(&fix, 1, gpa_at(GPA), page_at(PAGE), bytes));
    assert_filled(bytes, 0xee);
    fixture_end(&fix);
}

static void a_save_area_gets_the_vmsa_bit(void **unused)
{
    const struct actor guest = {.kind = ACTOR_GUEST, .asid = 1, .is_snp = true};
    struct psp_fixture fix;
    struct rmp_result result;

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    launch(&fix, page_at(PAGE), LAUNCH_PAGE_VMSA, no_permissions);
    assert_true(rmp_find(fix.rmp, page_at(PAGE))->vmsa);
    result = rmp_vmsa_enter(fix.rmp, &guest, gpa_at(GPA), page_at(PAGE));
    assert_int_equal(result.fault.kind, FAULT_NONE);
    rmp_vmsa_leave(fix.rmp, page_at(PAGE));
    fixture_end(&fix);
}

static void a_secrets_page_has_four_different_keys(void **unused)
{
    const struct gctx *gctx;
    struct psp_fixture fix;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    host_fill(&fix, page_at(PAGE), 0xee);
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    launch(&fix, page_at(PAGE), LAUNCH_PAGE_SECRETS, no_permissions);
    assert_true(guest_read(&fix, 1, gpa_at(GPA), page_at(PAGE), bytes));
    gctx = gctx_find(fix.psp, page_at(GCTX));
    assert_int_equal(bytes[0], 3);
    for (unsigned i = 0; i < VMPL_COUNT; i++) {
        const uint8_t *key = bytes + 0x20 + i * VMPCK_BYTES;

        assert_memory_equal(key, gctx->vmpck[i], VMPCK_BYTES);
        assert_memory_not_equal(key, gctx->vmpck[(i + 1) % VMPL_COUNT], VMPCK_BYTES);
    }
    for (unsigned i = 0x20 + VMPL_COUNT * VMPCK_BYTES; i < PAGE_SIZE; i++)
        assert_int_equal(bytes[i], 0);
    fixture_end(&fix);
}

static void a_wrong_cpuid_page_is_corrected_and_then_taken(void **unused)
{
    static struct psp_snapshot snapshot;
    struct psp_launch_update update = {
        .gctx = page_at(GCTX), .page = page_at(PAGE), .page_type = LAUNCH_PAGE_CPUID};
    struct psp_fixture fix;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    host_fill(&fix, page_at(PAGE), 0xff);
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    snapshot_take(&fix, &snapshot);
    assert_int_equal(psp_launch_update(fix.psp, &update), PSP_INVALID_PARAM);
    snapshot.version[PAGE]++; /* the page itself is the one thing that may change */
    snapshot_compare(&fix, &snapshot);
    host_read(&fix, page_at(PAGE), bytes);
    assert_int_equal(bytes[0], 64);
    assert_int_equal(psp_launch_update(fix.psp, &update), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(PAGE)), RMP_GUEST_VALID);
    fixture_end(&fix);
}

static void a_large_page_is_measured_as_512(void **unused)
{
    struct launch_page page = {.type = LAUNCH_PAGE_ZERO};
    struct launch_digest expected;
    struct psp_guest guest;
    struct psp_fixture fix;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    launch_digest_init(&expected);
    for (unsigned i = 0; i < LARGE_PAGE_PAGES; i++) {
        page.gpa = gpa_at(2 * LARGE + i);
        assert_int_equal(launch_digest_extend(&expected, &page), STATUS_OK);
    }
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    give_pre_guest_large(&fix, page_at(LARGE), 1, gpa_at(2 * LARGE));
    launch(&fix, page_at(LARGE), LAUNCH_PAGE_ZERO, no_permissions);
    assert_int_equal(psp_guest_status(fix.psp, page_at(GCTX), &guest), PSP_SUCCESS);
    assert_memory_equal(guest.digest.ld, expected.ld, DIGEST_BYTES);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(LARGE + 511)), RMP_GUEST_VALID);
    assert_true(guest_read(&fix, 1, gpa_at(2 * LARGE + 7), page_at(LARGE + 7), bytes));
    assert_filled(bytes, 0);
    fixture_end(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(launch_update_checks_in_the_documented_order),
        cmocka_unit_test(a_launched_page_is_encrypted_in_place_and_valid),
        cmocka_unit_test(the_gpa_of_the_rmp_entry_is_measured),
        cmocka_unit_test(a_zero_page_is_filled_with_zeros),
        cmocka_unit_test(an_unmeasured_page_keeps_its_bytes),
        cmocka_unit_test(a_save_area_gets_the_vmsa_bit),
        cmocka_unit_test(a_secrets_page_has_four_different_keys),
        cmocka_unit_test(a_wrong_cpuid_page_is_corrected_and_then_taken),
        cmocka_unit_test(a_large_page_is_measured_as_512),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
