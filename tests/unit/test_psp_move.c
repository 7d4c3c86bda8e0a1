/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_psp_move.c — PAGE_MOVE, DBG_DECRYPT and DBG_ENCRYPT: every refusal, in order, and
 * what they do. Metadata that moves with its entries: test_psp_swap_life.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "psp_fixture.h"
#include "psp_flaws.h"

enum { GCTX = 1, OTHER_GCTX = 2, SOURCE = 10, SPARE = 11, TARGET = 20, METADATA = 30 };
enum { OTHER_METADATA = 31, LARGE = LARGE_PAGE_PAGES, GPA = 0x40, OTHER_GPA = 0x41 };

static void guests_begin(struct world *world)
{
    fixture_begin(&world->fix);
    guest_begin(&world->fix, page_at(GCTX), 1, POLICY_OPEN);
    guest_begin(&world->fix, page_at(OTHER_GCTX), 2, POLICY_OPEN);
    world->gctx = page_at(GCTX);
    world->from = page_at(SOURCE);
    world->to = page_at(TARGET);
}

/* --- PAGE_MOVE --- */

static void move_begin(struct world *world)
{
    guests_begin(world);
    give_pre_swap(&world->fix, page_at(SOURCE), 1, gpa_at(GPA));
    give_pre_guest(&world->fix, page_at(TARGET), 1, gpa_at(GPA));
}

static enum psp_status move_give(struct world *world)
{
    world->move.gctx = world->gctx;
    world->move.from = world->from;
    world->move.to = world->to;
    world->move.is_large = world->is_large;
    return psp_page_move(world->fix.psp, &world->move);
}

static void flaw_source_valid(struct world *world)
{
    world->from = page_at(SPARE);
    give_guest(&world->fix, world->from, 1, gpa_at(GPA));
    accept(&world->fix, world->from, 1, gpa_at(GPA));
}

static void flaw_target_pre_swap(struct world *world)
{
    world->to = page_at(SPARE + 1);
    give_pre_swap(&world->fix, world->to, 1, gpa_at(GPA));
}

static void flaw_no_metadata(struct world *world)
{
    world->move.is_metadata = true;
}

static void flaw_metadata_large(struct world *world)
{
    world->move.is_metadata = true;
    world->is_large = true;
    world->from = page_at(METADATA);
    world->to = page_at(SPARE + 1);
    give_firmware(&world->fix, world->from);
    assert_int_equal(psp_md_init(world->fix.psp, page_at(OTHER_GCTX), world->from), PSP_SUCCESS);
    give_firmware(&world->fix, world->to);
}

static void flaw_metadata_owner(struct world *world)
{
    flaw_metadata_large(world);
    world->is_large = false;
}

static void flaw_target_large(struct world *world)
{
    world->to = page_at(LARGE);
    give_pre_guest_large(&world->fix, world->to, 1, gpa_at(LARGE));
}

static void large_pages_make(struct world *world)
{
    world->is_large = true;
    world->from = page_at(LARGE);
    world->to = page_at(2 * LARGE);
    give_pre_guest_large(&world->fix, world->from, 1, gpa_at(LARGE));
    give_pre_guest_large(&world->fix, world->to, 1, gpa_at(LARGE));
}

static void flaw_source_unaligned_large(struct world *world)
{
    large_pages_make(world);
    world->from = page_at(LARGE + 1);
}

static void flaw_target_unaligned_large(struct world *world)
{
    large_pages_make(world);
    world->to = page_at(2 * LARGE + 1);
}

static void flaw_source_owner(struct world *world)
{
    world->from = page_at(SPARE);
    give_pre_guest(&world->fix, world->from, 2, gpa_at(GPA));
}

static void flaw_target_owner(struct world *world)
{
    world->to = page_at(SPARE + 1);
    give_pre_guest(&world->fix, world->to, 2, gpa_at(GPA));
}

static void flaw_target_gpa(struct world *world)
{
    world->to = page_at(SPARE + 1);
    give_pre_guest(&world->fix, world->to, 1, gpa_at(OTHER_GPA));
}

static void flaw_target_is_source(struct world *world)
{
    world->from = world->to;
}

static const struct flaw move_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"gctx unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"source unaligned", PSP_INVALID_ADDRESS, flaw_from_unaligned, TOUCH_FROM},
    {"source without RAM", PSP_INVALID_ADDRESS, flaw_from_without_ram, TOUCH_FROM},
    {"target unaligned", PSP_INVALID_ADDRESS, flaw_to_unaligned, TOUCH_TO},
    {"target without RAM", PSP_INVALID_ADDRESS, flaw_to_without_ram, TOUCH_TO},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"guest in INIT", PSP_INVALID_GUEST_STATE, flaw_guest_in_init, TOUCH_GUEST},
    {"moving forbidden", PSP_POLICY_FAILURE, flaw_policy_no_swap, 0},
    {"no ASID", PSP_INACTIVE, flaw_guest_inactive, TOUCH_GUEST},
    {"source Hypervisor", PSP_INVALID_PAGE_STATE, flaw_from_hypervisor, TOUCH_FROM},
    {"source Default", PSP_INVALID_PAGE_STATE, flaw_from_default, TOUCH_FROM},
    {"source Guest-Valid", PSP_INVALID_PAGE_STATE, flaw_source_valid, TOUCH_FROM},
    {"target Hypervisor", PSP_INVALID_PAGE_STATE, flaw_to_hypervisor, TOUCH_TO},
    {"target Pre-Swap", PSP_INVALID_PAGE_STATE, flaw_target_pre_swap, TOUCH_TO},
    {"no Metadata", PSP_INVALID_PAGE_STATE, flaw_no_metadata, TOUCH_KIND | TOUCH_FROM | TOUCH_TO},
    {"source small", PSP_INVALID_PAGE_SIZE, flaw_large, TOUCH_SIZE},
    {"target large", PSP_INVALID_PAGE_SIZE, flaw_target_large, TOUCH_SIZE | TOUCH_TO},
    {"Metadata large", PSP_INVALID_PAGE_SIZE, flaw_metadata_large, TOUCH_ALL - TOUCH_PLATFORM},
    {"large source unaligned", PSP_INVALID_ADDRESS, flaw_source_unaligned_large,
     TOUCH_SIZE | TOUCH_FROM | TOUCH_TO},
    {"large target unaligned", PSP_INVALID_ADDRESS, flaw_target_unaligned_large,
     TOUCH_SIZE | TOUCH_FROM | TOUCH_TO},
    {"source of another guest", PSP_INVALID_PAGE_OWNER, flaw_source_owner, TOUCH_FROM},
    {"target of another guest", PSP_INVALID_PAGE_OWNER, flaw_target_owner, TOUCH_TO},
    {"Metadata of another guest", PSP_INVALID_PAGE_OWNER, flaw_metadata_owner,
     TOUCH_ALL - TOUCH_PLATFORM},
    {"target for another gpa", PSP_INVALID_PARAM, flaw_target_gpa, TOUCH_TO | TOUCH_FROM},
    {"target is the source", PSP_INVALID_PARAM, flaw_target_is_source, TOUCH_TO | TOUCH_FROM},
};

static void page_move_checks_in_the_documented_order(void **unused)
{
    const struct flawed_command command = {move_begin, move_give, move_flaws,
                                           sizeof move_flaws / sizeof move_flaws[0]};

    (void)unused;
    flaws_run(&command);
}

static void a_moved_page_is_the_same_to_the_guest(void **unused)
{
    static struct world world;
    struct psp_fixture *fix = &world.fix;
    uint8_t bytes[PAGE_SIZE], before[PAGE_SIZE], after[PAGE_SIZE];

    (void)unused;
    memset(&world, 0, sizeof world);
    guests_begin(&world);
    give_guest(fix, page_at(SOURCE), 1, gpa_at(GPA));
    accept(fix, page_at(SOURCE), 1, gpa_at(GPA));
    guest_fill(fix, 1, gpa_at(GPA), page_at(SOURCE), 0x77);
    host_read(fix, page_at(SOURCE), before);
    give_pre_guest(fix, page_at(SOURCE), 1, gpa_at(GPA));
    give_pre_guest(fix, page_at(TARGET), 1, gpa_at(GPA));
    assert_int_equal(move_give(&world), PSP_SUCCESS);

    assert_int_equal(rmp_page_state(fix->rmp, page_at(SOURCE)), RMP_GUEST_INVALID);
    assert_int_equal(rmp_page_state(fix->rmp, page_at(TARGET)), RMP_GUEST_VALID);
    assert_true(guest_read(fix, 1, gpa_at(GPA), page_at(TARGET), bytes));
    assert_filled(bytes, 0x77);
    host_read(fix, page_at(TARGET), after);
    assert_memory_not_equal(before, after, CIPHER_BLOCK_BYTES);
    fixture_end(fix);
}

static void a_page_that_was_not_accepted_moves_so(void **unused)
{
    static struct world world;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    memset(&world, 0, sizeof world);
    guests_begin(&world);
    give_pre_guest(&world.fix, page_at(SOURCE), 1, gpa_at(GPA));
    give_pre_guest(&world.fix, page_at(TARGET), 1, gpa_at(GPA));
    assert_int_equal(move_give(&world), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(world.fix.rmp, page_at(TARGET)), RMP_GUEST_INVALID);
    assert_false(guest_read(&world.fix, 1, gpa_at(GPA), page_at(TARGET), bytes));
    fixture_end(&world.fix);
}

static void a_large_page_moves_whole(void **unused)
{
    static struct world world;
    const struct psp_launch_update update = {.gctx = page_at(GCTX),
                                             .page = page_at(LARGE),
                                             .page_type = LAUNCH_PAGE_UNMEASURED,
                                             .is_large = true,
                                             .permissions = {RMP_MAY_READ, 0, 0}};
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    memset(&world, 0, sizeof world);
    guests_begin(&world);
    host_fill(&world.fix, page_at(LARGE + 300), 0x30);
    large_pages_make(&world);
    assert_int_equal(psp_launch_update(world.fix.psp, &update), PSP_SUCCESS);
    give_pre_guest_large(&world.fix, page_at(LARGE), 1, gpa_at(LARGE));
    assert_int_equal(move_give(&world), PSP_SUCCESS);
    assert_true(guest_read(&world.fix, 1, gpa_at(LARGE + 300), page_at(2 * LARGE + 300), bytes));
    assert_filled(bytes, 0x30);
    assert_int_equal(rmp_find(world.fix.rmp, page_at(2 * LARGE))->permission[1], RMP_MAY_READ);
    assert_int_equal(rmp_find(world.fix.rmp, page_at(LARGE))->permission[1], 0);
    fixture_end(&world.fix);
}

/* --- DBG --- */

static void decrypt_begin(struct world *world)
{
    guests_begin(world);
    give_guest(&world->fix, page_at(SOURCE), 1, gpa_at(GPA));
    accept(&world->fix, page_at(SOURCE), 1, gpa_at(GPA));
    guest_fill(&world->fix, 1, gpa_at(GPA), page_at(SOURCE), 0x42);
    give_firmware(&world->fix, page_at(TARGET));
}

static enum psp_status decrypt_give(struct world *world)
{
    return psp_dbg_decrypt(world->fix.psp, world->gctx, world->from, world->to);
}

static void encrypt_begin(struct world *world)
{
    guests_begin(world);
    host_fill(&world->fix, page_at(SOURCE), 0x24);
    give_guest(&world->fix, page_at(TARGET), 1, gpa_at(GPA));
    accept(&world->fix, page_at(TARGET), 1, gpa_at(GPA));
}

static enum psp_status encrypt_give(struct world *world)
{
    return psp_dbg_encrypt(world->fix.psp, world->gctx, world->from, world->to);
}

static const struct flaw decrypt_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"gctx unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"source unaligned", PSP_INVALID_ADDRESS, flaw_from_unaligned, TOUCH_FROM},
    {"target without RAM", PSP_INVALID_ADDRESS, flaw_to_without_ram, TOUCH_TO},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"guest in INIT", PSP_INVALID_GUEST_STATE, flaw_guest_in_init, TOUCH_GUEST},
    {"debugging forbidden", PSP_POLICY_FAILURE, flaw_policy_no_debug, 0},
    {"no ASID", PSP_INACTIVE, flaw_guest_inactive, TOUCH_GUEST},
    {"source Hypervisor", PSP_INVALID_PAGE_STATE, flaw_from_hypervisor, TOUCH_FROM},
    {"source Default", PSP_INVALID_PAGE_STATE, flaw_from_default, TOUCH_FROM},
    {"target Hypervisor", PSP_INVALID_PAGE_STATE, flaw_to_hypervisor, TOUCH_TO},
    {"source of another guest", PSP_INVALID_PAGE_OWNER, flaw_source_owner, TOUCH_FROM},
};

static const struct flaw encrypt_flaws[] = {
    {"not initialised", PSP_INVALID_PLATFORM_STATE, flaw_not_initialised, TOUCH_PLATFORM},
    {"gctx unaligned", PSP_INVALID_ADDRESS, flaw_gctx_unaligned, TOUCH_GCTX},
    {"source without RAM", PSP_INVALID_ADDRESS, flaw_from_without_ram, TOUCH_FROM},
    {"target unaligned", PSP_INVALID_ADDRESS, flaw_to_unaligned, TOUCH_TO},
    {"no such guest", PSP_INVALID_GUEST, flaw_no_such_guest, TOUCH_GCTX},
    {"guest in INIT", PSP_INVALID_GUEST_STATE, flaw_guest_in_init, TOUCH_GUEST},
    {"debugging forbidden", PSP_POLICY_FAILURE, flaw_policy_no_debug, 0},
    {"no ASID", PSP_INACTIVE, flaw_guest_inactive, TOUCH_GUEST},
    {"target Hypervisor", PSP_INVALID_PAGE_STATE, flaw_to_hypervisor, TOUCH_TO},
    {"target of another guest", PSP_INVALID_PAGE_OWNER, flaw_target_owner, TOUCH_TO},
};

static void dbg_commands_check_in_the_documented_order(void **unused)
{
    const struct flawed_command decrypt = {decrypt_begin, decrypt_give, decrypt_flaws,
                                           sizeof decrypt_flaws / sizeof decrypt_flaws[0]};
    const struct flawed_command encrypt = {encrypt_begin, encrypt_give, encrypt_flaws,
                                           sizeof encrypt_flaws / sizeof encrypt_flaws[0]};

    (void)unused;
    flaws_run(&decrypt);
    flaws_run(&encrypt);
}

static void dbg_commands_reach_the_plaintext(void **unused)
{
    static struct world world;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    memset(&world, 0, sizeof world);
    decrypt_begin(&world);
    assert_int_equal(decrypt_give(&world), PSP_SUCCESS);
    host_read(&world.fix, page_at(TARGET), bytes);
    assert_filled(bytes, 0x42);
    fixture_end(&world.fix);

    memset(&world, 0, sizeof world);
    encrypt_begin(&world);
    assert_int_equal(encrypt_give(&world), PSP_SUCCESS);
    assert_true(guest_read(&world.fix, 1, gpa_at(GPA), page_at(TARGET), bytes));
    assert_filled(bytes, 0x24);
    fixture_end(&world.fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_move_checks_in_the_documented_order),
        cmocka_unit_test(a_moved_page_is_the_same_to_the_guest),
        cmocka_unit_test(a_page_that_was_not_accepted_moves_so),
        cmocka_unit_test(a_large_page_moves_whole),
        cmocka_unit_test(dbg_commands_check_in_the_documented_order),
        cmocka_unit_test(dbg_commands_reach_the_plaintext),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
