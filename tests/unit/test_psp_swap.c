/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_psp_swap.c — MD_INIT, SWAP_OUT and SWAP_IN: every refusal, in order. What they do
 * is in test_psp_swap_life.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "psp_fixture.h"
#include "psp_flaws.h"

enum { GCTX = 1, OTHER_GCTX = 2, SOURCE = 10, SPARE = 11, TARGET = 20, METADATA = 30 };
enum { OTHER_METADATA = 31, LARGE = LARGE_PAGE_PAGES, GPA = 0x40, OTHER_GPA = 0x41 };

static spa_t entry_at(unsigned page, unsigned index)
{
    return (spa_t){page_at(page).v + (uint64_t)index * METADATA_ENTRY_BYTES};
}

static void metadata_give(struct psp_fixture *fix, unsigned gctx, unsigned page)
{
    give_firmware(fix, page_at(page));
    assert_int_equal(psp_md_init(fix->psp, page_at(gctx), page_at(page)), PSP_SUCCESS);
}

static void swap_begin(struct world *world)
{
    struct psp_fixture *fix = &world->fix;

    fixture_begin(fix);
    guest_begin(fix, page_at(GCTX), 1, POLICY_OPEN);
    guest_begin(fix, page_at(OTHER_GCTX), 2, POLICY_OPEN);
    metadata_give(fix, GCTX, METADATA);
    metadata_give(fix, OTHER_GCTX, OTHER_METADATA);
    give_pre_swap(fix, page_at(SOURCE), 1, gpa_at(GPA));
    give_firmware(fix, page_at(TARGET));
    world->gctx = page_at(GCTX);
    world->from = page_at(SOURCE);
    world->to = page_at(TARGET);
    world->swap.entry = entry_at(METADATA, 0);
}

static void arguments_set(struct world *world)
{
    world->swap.gctx = world->gctx;
    world->swap.from = world->from;
    world->swap.to = world->to;
    world->swap.is_large = world->is_large;
}

static enum psp_status out_give(struct world *world)
{
    arguments_set(world);
    return psp_swap_out(world->fix.psp, &world->swap);
}

/* --- flaws of both directions --- */

static void flaw_entry_without_ram(struct world *world)
{
    world->swap.entry = page_at(FIXTURE_PAGES);
}

static void flaw_entry_unaligned(struct world *world)
{
    world->swap.entry.v += METADATA_ENTRY_BYTES / 2;
}

static void flaw_kind(struct world *world)
{
    world->swap.kind = PSP_PAGE_VMSA + 1;
}

static void flaw_entry_not_metadata(struct world *world)
{
    world->swap.entry = page_at(SPARE);
    give_firmware(&world->fix, page_at(SPARE));
}

static void flaw_entry_default(struct world *world)
{
    world->swap.entry = page_at(FIXTURE_RMP_PAGES);
}

static void flaw_entry_owner(struct world *world)
{
    world->swap.entry = entry_at(OTHER_METADATA, 0);
}

/* --- out --- */

static void flaw_entry_in_source(struct world *world)
{
    world->swap.kind = PSP_PAGE_METADATA;
    world->from = page_at(METADATA);
    world->swap.entry = entry_at(METADATA, 5);
}

static void flaw_source_valid(struct world *world)
{
    world->from = page_at(SPARE);
    give_guest(&world->fix, world->from, 1, gpa_at(OTHER_GPA));
    accept(&world->fix, world->from, 1, gpa_at(OTHER_GPA));
}

static void flaw_source_no_vmsa(struct world *world)
{
    world->swap.kind = PSP_PAGE_VMSA;
}

static void flaw_source_no_metadata(struct world *world)
{
    world->swap.kind = PSP_PAGE_METADATA;
}

static void flaw_target_large(struct world *world)
{
    world->to = page_at(LARGE);
    give_firmware_large(&world->fix, world->to);
}

static void flaw_metadata_large(struct world *world)
{
    world->swap.kind = PSP_PAGE_METADATA;
    world->from = page_at(METADATA);
    world->swap.use_root_entry = true;
    world->is_large = true;
}

static void source_make_large(struct world *world)
{
    world->from = page_at(LARGE);
    world->is_large = true;
    give_pre_guest_large(&world->fix, world->from, 1, gpa_at(LARGE));
}

static void flaw_source_large_unaligned(struct world *world)
{
    source_make_large(world);
    world->from = page_at(LARGE + 3);
    world->to = page_at(FIXTURE_RMP_PAGES);
}

static void flaw_default_unaligned(struct world *world)
{
    source_make_large(world);
    world->to = page_at(FIXTURE_RMP_PAGES + 4);
}

static void flaw_source_owner(struct world *world)
{
    world->from = page_at(SPARE);
    give_pre_guest(&world->fix, world->from, 2, gpa_at(GPA));
}

static void flaw_metadata_owner(struct world *world)
{
    world->swap.kind = PSP_PAGE_METADATA;
    world->from = page_at(OTHER_METADATA);
}

static void flaw_entry_in_use(struct world *world)
{
    const struct psp_swap swap = {.gctx = page_at(GCTX),
                                  .from = page_at(SPARE + 1),
                                  .to = page_at(FIXTURE_RMP_PAGES + 9),
                                  .entry = entry_at(METADATA, 0)};

    give_pre_guest(&world->fix, swap.from, 1, gpa_at(OTHER_GPA));
    assert_int_equal(psp_swap_out(world->fix.psp, &swap), PSP_SUCCESS);
}

static void flaw_entry_broken(struct world *world)
{
    static const uint8_t noise[METADATA_ENTRY_BYTES] = {[3] = 1, [40] = 77};

    assert_true(
        page_store(world->fix.psp, KEY_OF_FIRMWARE, entry_at(METADATA, 0), noise, sizeof noise));
}

static void flaw_key_worn_out(struct world *world)
{
    gctx_find(world->fix.psp, page_at(GCTX))->next_iv = UINT64_MAX;
}

static const struct flaw out_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"gctx unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"source unaligned", PSP_INVALID_ADDRESS, flaw_from_unaligned, TOUCH_FROM},
    {"source without RAM", PSP_INVALID_ADDRESS, flaw_from_without_ram, TOUCH_FROM},
    {"target unaligned", PSP_INVALID_ADDRESS, flaw_to_unaligned, TOUCH_TO},
    {"target without RAM", PSP_INVALID_ADDRESS, flaw_to_without_ram, TOUCH_TO},
    {"entry without RAM", PSP_INVALID_ADDRESS, flaw_entry_without_ram, TOUCH_ENTRY},
    {"entry unaligned", PSP_INVALID_ADDRESS, flaw_entry_unaligned, TOUCH_ENTRY},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"guest in INIT", PSP_INVALID_GUEST_STATE, flaw_guest_in_init, TOUCH_GUEST},
    {"swapping forbidden", PSP_POLICY_FAILURE, flaw_policy_no_swap, 0},
    {"no ASID", PSP_INACTIVE, flaw_guest_inactive, TOUCH_GUEST},
    {"unknown kind", PSP_INVALID_PARAM, flaw_kind, TOUCH_KIND},
    {"entry in the source", PSP_INVALID_PARAM, flaw_entry_in_source,
     TOUCH_FROM | TOUCH_KIND | TOUCH_ENTRY},
    {"source Hypervisor", PSP_INVALID_PAGE_STATE, flaw_from_hypervisor, TOUCH_FROM},
    {"source Default", PSP_INVALID_PAGE_STATE, flaw_from_default, TOUCH_FROM},
    {"source Guest-Valid", PSP_INVALID_PAGE_STATE, flaw_source_valid, TOUCH_FROM},
    {"source no VMSA", PSP_INVALID_PAGE_STATE, flaw_source_no_vmsa, TOUCH_KIND | TOUCH_FROM},
    {"source no Metadata", PSP_INVALID_PAGE_STATE, flaw_source_no_metadata,
     TOUCH_KIND | TOUCH_FROM},
    {"target Hypervisor", PSP_INVALID_PAGE_STATE, flaw_to_hypervisor, TOUCH_TO},
    {"entry not in Metadata", PSP_INVALID_PAGE_STATE, flaw_entry_not_metadata,
     TOUCH_ENTRY | TOUCH_FROM},
    {"entry in Default", PSP_INVALID_PAGE_STATE, flaw_entry_default, TOUCH_ENTRY},
    {"source small", PSP_INVALID_PAGE_SIZE, flaw_large, TOUCH_SIZE},
    {"target large", PSP_INVALID_PAGE_SIZE, flaw_target_large, TOUCH_TO | TOUCH_SIZE},
    {"Metadata large", PSP_INVALID_PAGE_SIZE, flaw_metadata_large,
     TOUCH_FROM | TOUCH_KIND | TOUCH_ENTRY | TOUCH_SIZE},
    {"large source unaligned", PSP_INVALID_ADDRESS, flaw_source_large_unaligned,
     TOUCH_FROM | TOUCH_TO | TOUCH_SIZE},
    {"large target unaligned", PSP_INVALID_ADDRESS, flaw_default_unaligned,
     TOUCH_FROM | TOUCH_TO | TOUCH_SIZE},
    {"source of another guest", PSP_INVALID_PAGE_OWNER, flaw_source_owner, TOUCH_FROM},
    {"Metadata of another guest", PSP_INVALID_PAGE_OWNER, flaw_metadata_owner,
     TOUCH_FROM | TOUCH_KIND | TOUCH_ENTRY},
    {"entry of another guest", PSP_INVALID_PAGE_OWNER, flaw_entry_owner, TOUCH_ENTRY},
    {"entry in use", PSP_INVALID_MDATA_ENTRY, flaw_entry_in_use, TOUCH_ENTRY | TOUCH_GUEST},
    {"entry broken", PSP_INVALID_MDATA_ENTRY, flaw_entry_broken, TOUCH_ENTRY},
    {"offline key worn out", PSP_AEAD_OFLOW, flaw_key_worn_out, TOUCH_GUEST},
};

static void swap_out_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {swap_begin, out_give, out_flaws,
                                           sizeof out_flaws / sizeof out_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

/* --- in --- */

static void in_begin(struct world *world)
{
    swap_begin(world);
    assert_int_equal(out_give(world), PSP_SUCCESS);
    world->from = page_at(TARGET);
    world->to = page_at(SOURCE);
}

static enum psp_status in_give(struct world *world)
{
    arguments_set(world);
    return psp_swap_in(world->fix.psp, &world->swap);
}

static void flaw_target_pre_swap(struct world *world)
{
    world->to = page_at(SPARE + 2);
    give_pre_swap(&world->fix, world->to, 1, gpa_at(OTHER_GPA));
}

static void flaw_target_no_firmware(struct world *world)
{
    world->swap.kind = PSP_PAGE_METADATA;
}

static void flaw_target_is_large(struct world *world)
{
    world->to = page_at(LARGE);
    give_pre_guest_large(&world->fix, world->to, 1, gpa_at(LARGE));
}

static void flaw_vmsa_large(struct world *world)
{
    flaw_target_is_large(world);
    world->is_large = true;
    world->from = page_at(2 * LARGE);
    world->swap.kind = PSP_PAGE_VMSA;
}

static void flaw_target_large_unaligned(struct world *world)
{
    flaw_target_is_large(world);
    world->is_large = true;
    world->to = page_at(LARGE + 1);
}

static void flaw_large_source_unaligned(struct world *world)
{
    flaw_target_is_large(world);
    world->is_large = true;
    world->from = page_at(2 * LARGE + 1);
}

static void flaw_target_owner(struct world *world)
{
    world->to = page_at(SPARE + 2);
    give_pre_guest(&world->fix, world->to, 2, gpa_at(GPA));
}

static void flaw_entry_free(struct world *world)
{
    world->swap.entry = entry_at(METADATA, 1);
}

static void flaw_root_entry_free(struct world *world)
{
    world->swap.use_root_entry = true;
}

static void flaw_entry_kind(struct world *world)
{
    world->swap.kind = PSP_PAGE_VMSA;
}

static void flaw_entry_size(struct world *world)
{
    flaw_target_is_large(world);
    world->is_large = true;
    world->from = page_at(FIXTURE_RMP_PAGES);
}

static void flaw_entry_gpa(struct world *world)
{
    world->to = page_at(SPARE + 2);
    give_pre_guest(&world->fix, world->to, 1, gpa_at(OTHER_GPA));
}

static const struct flaw in_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"gctx without RAM", PSP_INVALID_ADDRESS, flaw_gctx_without_ram, TOUCH_GCTX},
    {"source unaligned", PSP_INVALID_ADDRESS, flaw_from_unaligned, TOUCH_FROM},
    {"source without RAM", PSP_INVALID_ADDRESS, flaw_from_without_ram, TOUCH_FROM},
    {"target unaligned", PSP_INVALID_ADDRESS, flaw_to_unaligned, TOUCH_TO},
    {"target without RAM", PSP_INVALID_ADDRESS, flaw_to_without_ram, TOUCH_TO},
    {"entry without RAM", PSP_INVALID_ADDRESS, flaw_entry_without_ram, TOUCH_ENTRY},
    {"entry unaligned", PSP_INVALID_ADDRESS, flaw_entry_unaligned, TOUCH_ENTRY},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"guest in INIT", PSP_INVALID_GUEST_STATE, flaw_guest_in_init, TOUCH_GUEST},
    {"swapping forbidden", PSP_POLICY_FAILURE, flaw_policy_no_swap, 0},
    {"no ASID", PSP_INACTIVE, flaw_guest_inactive, TOUCH_GUEST},
    {"unknown kind", PSP_INVALID_PARAM, flaw_kind, TOUCH_KIND},
    {"target Hypervisor", PSP_INVALID_PAGE_STATE, flaw_to_hypervisor, TOUCH_TO},
    {"target Pre-Swap", PSP_INVALID_PAGE_STATE, flaw_target_pre_swap, TOUCH_TO},
    {"target not Firmware", PSP_INVALID_PAGE_STATE, flaw_target_no_firmware, TOUCH_KIND},
    {"entry not in Metadata", PSP_INVALID_PAGE_STATE, flaw_entry_not_metadata, TOUCH_ENTRY},
    {"target small", PSP_INVALID_PAGE_SIZE, flaw_large, TOUCH_SIZE},
    {"target large", PSP_INVALID_PAGE_SIZE, flaw_target_is_large, TOUCH_TO | TOUCH_SIZE},
    {"VMSA large", PSP_INVALID_PAGE_SIZE, flaw_vmsa_large,
     TOUCH_TO | TOUCH_SIZE | TOUCH_FROM | TOUCH_KIND},
    {"large target unaligned", PSP_INVALID_ADDRESS, flaw_target_large_unaligned,
     TOUCH_TO | TOUCH_SIZE},
    {"large source unaligned", PSP_INVALID_ADDRESS, flaw_large_source_unaligned,
     TOUCH_TO | TOUCH_SIZE | TOUCH_FROM},
    {"target of another guest", PSP_INVALID_PAGE_OWNER, flaw_target_owner, TOUCH_TO},
    {"entry of another guest", PSP_INVALID_PAGE_OWNER, flaw_entry_owner, TOUCH_ENTRY},
    {"entry free", PSP_INVALID_MDATA_ENTRY, flaw_entry_free, TOUCH_ENTRY},
    {"root entry free", PSP_INVALID_MDATA_ENTRY, flaw_root_entry_free, TOUCH_ENTRY | TOUCH_GUEST},
    {"entry broken", PSP_INVALID_MDATA_ENTRY, flaw_entry_broken, TOUCH_ENTRY},
    {"entry of another kind", PSP_INVALID_MDATA_ENTRY, flaw_entry_kind, TOUCH_KIND | TOUCH_SIZE},
    {"entry of another size", PSP_INVALID_MDATA_ENTRY, flaw_entry_size,
     TOUCH_TO | TOUCH_SIZE | TOUCH_FROM},
    {"entry of another gpa", PSP_INVALID_MDATA_ENTRY, flaw_entry_gpa, TOUCH_TO},
    {"other bytes", PSP_BAD_MEASUREMENT, flaw_from_hypervisor, TOUCH_FROM},
};

static void swap_in_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {in_begin, in_give, in_flaws,
                                           sizeof in_flaws / sizeof in_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(swap_out_checks_in_the_documented_order),
        cmocka_unit_test(swap_in_checks_in_the_documented_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
