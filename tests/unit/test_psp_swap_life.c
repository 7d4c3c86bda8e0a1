/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_psp_swap_life.c — pages that go out and come back: what they keep, and what is
 * stopped: an old page, a changed one, the same one twice. Refusals one by one: test_psp_swap.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "memory/adversary.h"
#include "psp_fixture.h"

enum { GCTX = 1, PAGE = 10, OUT = 20, DISK = 21, METADATA = 30, NEXT_METADATA = 31, GPA = 0x40 };
enum { LARGE = LARGE_PAGE_PAGES, DEFAULT_LARGE = FIXTURE_RMP_PAGES };

static spa_t entry_at(unsigned page, unsigned index)
{
    return (spa_t){page_at(page).v + (uint64_t)index * METADATA_ENTRY_BYTES};
}

static void metadata_give(struct psp_fixture *fix, unsigned page)
{
    give_firmware(fix, page_at(page));
    assert_int_equal(psp_md_init(fix->psp, page_at(GCTX), page_at(page)), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix->rmp, page_at(page)), RMP_METADATA);
}

/* One active guest, one Metadata page, one accepted page full of value. */
static void life_begin(struct psp_fixture *fix, uint8_t value)
{
    fixture_begin(fix);
    guest_begin(fix, page_at(GCTX), 1, POLICY_OPEN);
    metadata_give(fix, METADATA);
    give_guest(fix, page_at(PAGE), 1, gpa_at(GPA));
    accept(fix, page_at(PAGE), 1, gpa_at(GPA));
    guest_fill(fix, 1, gpa_at(GPA), page_at(PAGE), value);
    give_firmware(fix, page_at(OUT));
}

static struct psp_swap swap_of(unsigned from, unsigned to)
{
    return (struct psp_swap){.gctx = page_at(GCTX),
                             .from = page_at(from),
                             .to = page_at(to),
                             .entry = entry_at(METADATA, 0)};
}

/* PAGE goes to OUT; the hypervisor takes a copy of what it finds there. */
static void page_out(struct psp_fixture *fix, uint8_t disk[PAGE_SIZE])
{
    const struct psp_swap swap = swap_of(PAGE, OUT);

    give_pre_guest(fix, page_at(PAGE), 1, gpa_at(GPA));
    assert_int_equal(psp_swap_out(fix->psp, &swap), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix->rmp, page_at(PAGE)), RMP_PRE_GUEST);
    host_read(fix, page_at(OUT), disk);
}

/* From a page of the hypervisor that holds these bytes. */
static enum psp_status page_in(struct psp_fixture *fix, uint8_t disk[PAGE_SIZE])
{
    const struct psp_swap swap = swap_of(DISK, PAGE);

    host_write(fix, page_at(DISK), disk);
    return psp_swap_in(fix->psp, &swap);
}

static void page_reclaim(struct psp_fixture *fix, unsigned page)
{
    assert_int_equal(psp_page_reclaim(fix->psp, page_at(page), false), PSP_SUCCESS);
}

static void expect_guest_sees(struct psp_fixture *fix, uint8_t value)
{
    uint8_t bytes[PAGE_SIZE];

    assert_true(guest_read(fix, 1, gpa_at(GPA), page_at(PAGE), bytes));
    assert_filled(bytes, value);
}

static void a_page_comes_back_as_it_was(void **unused)
{
    struct psp_fixture fix;
    uint8_t disk[PAGE_SIZE];
    struct rmp_entry before;

    (void)unused;
    life_begin(&fix, 0x5a);
    before = *rmp_find(fix.rmp, page_at(PAGE));
    page_out(&fix, disk);
    assert_int_not_equal(disk[0], 0x5a);
    assert_memory_not_equal(disk, disk + CIPHER_BLOCK_BYTES, CIPHER_BLOCK_BYTES);
    assert_int_equal(page_in(&fix, disk), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(PAGE)), RMP_PRE_SWAP);
    page_reclaim(&fix, PAGE);
    assert_same_entry(&before, rmp_find(fix.rmp, page_at(PAGE)));
    expect_guest_sees(&fix, 0x5a);
    fixture_end(&fix);
}

static void the_same_bytes_do_not_come_in_twice(void **unused)
{
    struct psp_fixture fix;
    uint8_t disk[PAGE_SIZE];

    (void)unused;
    life_begin(&fix, 1);
    page_out(&fix, disk);
    assert_int_equal(page_in(&fix, disk), PSP_SUCCESS);
    page_reclaim(&fix, PAGE);
    give_guest(&fix, page_at(PAGE), 1, gpa_at(GPA + 1)); /* not validated any more */
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    assert_int_equal(page_in(&fix, disk), PSP_INVALID_MDATA_ENTRY);
    fixture_end(&fix);
}

static void an_older_page_does_not_come_in(void **unused)
{
    struct psp_fixture fix;
    uint8_t old[PAGE_SIZE], new[PAGE_SIZE];

    (void)unused;
    life_begin(&fix, 1);
    page_out(&fix, old);
    assert_int_equal(page_in(&fix, old), PSP_SUCCESS);
    page_reclaim(&fix, PAGE);
    guest_fill(&fix, 1, gpa_at(GPA), page_at(PAGE), 2);
    page_out(&fix, new);
    assert_int_equal(page_in(&fix, old), PSP_BAD_MEASUREMENT);
    assert_int_equal(page_in(&fix, new), PSP_SUCCESS);
    page_reclaim(&fix, PAGE);
    expect_guest_sees(&fix, 2);
    fixture_end(&fix);
}

/* No nonce is used twice under the offline key: of the same bytes the host gets others each time.
 */
static void the_same_page_goes_out_as_other_bytes(void **unused)
{
    struct psp_fixture fix;
    uint8_t first[PAGE_SIZE], second[PAGE_SIZE];

    (void)unused;
    life_begin(&fix, 1);
    page_out(&fix, first);
    assert_int_equal(page_in(&fix, first), PSP_SUCCESS);
    page_reclaim(&fix, PAGE);
    page_out(&fix, second);
    assert_memory_not_equal(first, second, CIPHER_BLOCK_BYTES);
    fixture_end(&fix);
}

static void one_changed_bit_keeps_a_page_out(void **unused)
{
    struct psp_fixture fix;
    uint8_t disk[PAGE_SIZE];

    (void)unused;
    life_begin(&fix, 1);
    page_out(&fix, disk);
    for (unsigned bit = 0; bit < 8 * PAGE_SIZE; bit += 1021) {
        disk[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(page_in(&fix, disk), PSP_BAD_MEASUREMENT);
        disk[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(page_in(&fix, disk), PSP_SUCCESS);
    fixture_end(&fix);
}

static void a_page_that_was_not_accepted_comes_back_so(void **unused)
{
    const struct psp_swap out = swap_of(PAGE, OUT), in = swap_of(OUT, PAGE);
    struct psp_fixture fix;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    metadata_give(&fix, METADATA);
    give_firmware(&fix, page_at(OUT));
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    assert_int_equal(psp_swap_out(fix.psp, &out), PSP_SUCCESS);
    assert_int_equal(psp_swap_in(fix.psp, &in), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(PAGE)), RMP_PRE_GUEST);
    page_reclaim(&fix, PAGE);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(PAGE)), RMP_GUEST_INVALID);
    assert_false(guest_read(&fix, 1, gpa_at(GPA), page_at(PAGE), bytes));
    fixture_end(&fix);
}

static void a_save_area_comes_back_as_one(void **unused)
{
    const struct psp_launch_update update = {.gctx = page_at(GCTX),
                                             .page = page_at(PAGE),
                                             .page_type = LAUNCH_PAGE_VMSA,
                                             .permissions = {0, RMP_MAY_READ, 0}};
    struct psp_swap out = swap_of(PAGE, OUT), in = swap_of(OUT, PAGE);
    struct rmp_entry before;
    struct psp_fixture fix;

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    metadata_give(&fix, METADATA);
    give_firmware(&fix, page_at(OUT));
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));
    assert_int_equal(psp_launch_update(fix.psp, &update), PSP_SUCCESS);
    before = *rmp_find(fix.rmp, page_at(PAGE));
    give_pre_guest(&fix, page_at(PAGE), 1, gpa_at(GPA));

    assert_int_equal(psp_swap_out(fix.psp, &out), PSP_INVALID_PAGE_STATE);
    out.kind = in.kind = PSP_PAGE_VMSA;
    assert_int_equal(psp_swap_out(fix.psp, &out), PSP_SUCCESS);
    assert_false(rmp_find(fix.rmp, page_at(PAGE))->vmsa);
    assert_int_equal(psp_swap_in(fix.psp, &in), PSP_SUCCESS);
    page_reclaim(&fix, PAGE);
    assert_same_entry(&before, rmp_find(fix.rmp, page_at(PAGE)));
    fixture_end(&fix);
}

static void a_large_page_goes_to_default_memory_and_back(void **unused)
{
    struct psp_swap out = swap_of(LARGE, DEFAULT_LARGE), in = swap_of(DEFAULT_LARGE, LARGE);
    const struct psp_launch_update update = {.gctx = page_at(GCTX),
                                             .page = page_at(LARGE),
                                             .page_type = LAUNCH_PAGE_UNMEASURED,
                                             .is_large = true};
    struct psp_fixture fix;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    fixture_begin(&fix);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    metadata_give(&fix, METADATA);
    host_fill(&fix, page_at(LARGE + 17), 0x17);
    give_pre_guest_large(&fix, page_at(LARGE), 1, gpa_at(LARGE));
    assert_int_equal(psp_launch_update(fix.psp, &update), PSP_SUCCESS);
    give_pre_guest_large(&fix, page_at(LARGE), 1, gpa_at(LARGE));
    out.is_large = in.is_large = true;
    assert_int_equal(psp_swap_out(fix.psp, &out), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(LARGE)), RMP_PRE_GUEST);
    assert_int_equal(psp_swap_in(fix.psp, &in), PSP_SUCCESS);
    assert_int_equal(psp_page_reclaim(fix.psp, page_at(LARGE), true), PSP_SUCCESS);
    assert_true(guest_read(&fix, 1, gpa_at(LARGE + 17), page_at(LARGE + 17), bytes));
    assert_filled(bytes, 0x17);
    fixture_end(&fix);
}

static void a_large_page_does_not_go_where_memory_ends(void **unused)
{
    struct memory_config config = fixture_config();
    const struct psp_init_options options = {0};
    struct psp_swap out = swap_of(LARGE, DEFAULT_LARGE);
    struct psp_fixture fix;

    (void)unused;
    config.page_count--;
    fixture_create(&fix, &config);
    assert_int_equal(psp_init(fix.psp, &options), PSP_SUCCESS);
    guest_begin(&fix, page_at(GCTX), 1, POLICY_OPEN);
    metadata_give(&fix, METADATA);
    give_pre_guest_large(&fix, page_at(LARGE), 1, gpa_at(LARGE));
    out.is_large = true;
    assert_int_equal(psp_swap_out(fix.psp, &out), PSP_INVALID_ADDRESS);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(LARGE)), RMP_PRE_GUEST);
    fixture_end(&fix);
}

/* A tree: the page's entry lies in a Metadata page, whose own entry is the root. */
static void a_metadata_page_goes_out_and_back_with_its_entries(void **unused)
{
    struct psp_swap out = swap_of(METADATA, DEFAULT_LARGE), in = swap_of(DEFAULT_LARGE, METADATA);
    struct psp_fixture fix;
    uint8_t disk[PAGE_SIZE];

    (void)unused;
    life_begin(&fix, 9);
    page_out(&fix, disk);
    out.kind = in.kind = PSP_PAGE_METADATA;
    out.use_root_entry = in.use_root_entry = true;
    assert_int_equal(psp_swap_out(fix.psp, &out), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(METADATA)), RMP_FIRMWARE);
    assert_int_equal(page_in(&fix, disk), PSP_INVALID_PAGE_STATE);
    assert_int_equal(psp_swap_in(fix.psp, &in), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(METADATA)), RMP_METADATA);
    assert_int_equal(page_in(&fix, disk), PSP_SUCCESS);
    page_reclaim(&fix, PAGE);
    expect_guest_sees(&fix, 9);
    fixture_end(&fix);
}

static void a_moved_metadata_page_keeps_its_entries(void **unused)
{
    const struct psp_page_move move = {.gctx = page_at(GCTX),
                                       .from = page_at(METADATA),
                                       .to = page_at(NEXT_METADATA),
                                       .is_metadata = true};
    struct psp_swap in = swap_of(OUT, PAGE);
    struct psp_fixture fix;
    uint8_t disk[PAGE_SIZE];

    (void)unused;
    life_begin(&fix, 9);
    page_out(&fix, disk);
    give_firmware(&fix, page_at(NEXT_METADATA));
    assert_int_equal(psp_page_move(fix.psp, &move), PSP_SUCCESS);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(METADATA)), RMP_FIRMWARE);
    assert_int_equal(rmp_page_state(fix.rmp, page_at(NEXT_METADATA)), RMP_METADATA);
    in.entry = entry_at(NEXT_METADATA, 0);
    assert_int_equal(psp_swap_in(fix.psp, &in), PSP_SUCCESS);
    fixture_end(&fix);
}

static void the_host_sees_no_metadata(void **unused)
{
    struct psp_fixture fix;
    uint8_t bytes[PAGE_SIZE];

    (void)unused;
    life_begin(&fix, 9);
    host_read(&fix, page_at(METADATA), bytes);
    assert_memory_not_equal(bytes, bytes + CIPHER_BLOCK_BYTES, CIPHER_BLOCK_BYTES);
    fixture_end(&fix);
}

/* Metadata pages lie in DRAM without integrity, so this attack works. */
static void who_holds_the_dram_can_bring_an_older_page_in(void **unused)
{
    struct psp_fixture fix;
    uint8_t old[PAGE_SIZE], new[PAGE_SIZE], metadata[PAGE_SIZE];

    (void)unused;
    life_begin(&fix, 1);
    page_out(&fix, old);
    assert_int_equal(dram_read(fix.memory, page_at(METADATA), metadata, PAGE_SIZE), STATUS_OK);
    assert_int_equal(page_in(&fix, old), PSP_SUCCESS);
    page_reclaim(&fix, PAGE);
    guest_fill(&fix, 1, gpa_at(GPA), page_at(PAGE), 2);
    page_out(&fix, new);
    assert_int_equal(page_in(&fix, old), PSP_BAD_MEASUREMENT);
    assert_int_equal(dram_write(fix.memory, page_at(METADATA), metadata, PAGE_SIZE), STATUS_OK);
    assert_int_equal(page_in(&fix, old), PSP_SUCCESS);
    page_reclaim(&fix, PAGE);
    expect_guest_sees(&fix, 1);
    fixture_end(&fix);
}

/* The entries that a Context page of the same address finds after its guest has ended. */
static void pages_of_an_ended_guest_do_not_come_back(void **unused)
{
    const struct psp_launch_start start = {.gctx = page_at(GCTX), .policy = POLICY_OPEN};
    struct psp_fixture fix;
    uint8_t disk[PAGE_SIZE];

    (void)unused;
    life_begin(&fix, 1);
    page_out(&fix, disk);
    assert_int_equal(psp_decommission(fix.psp, page_at(GCTX)), PSP_SUCCESS);
    assert_int_equal(psp_gctx_create(fix.psp, page_at(GCTX)), PSP_SUCCESS);
    assert_int_equal(psp_launch_start(fix.psp, &start), PSP_SUCCESS);
    psp_note_wbinvd(fix.psp);
    assert_int_equal(psp_df_flush(fix.psp), PSP_SUCCESS);
    assert_int_equal(psp_activate(fix.psp, page_at(GCTX), 1), PSP_SUCCESS);
    assert_int_equal(page_in(&fix, disk), PSP_BAD_MEASUREMENT);
    fixture_end(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_comes_back_as_it_was),
        cmocka_unit_test(the_same_bytes_do_not_come_in_twice),
        cmocka_unit_test(an_older_page_does_not_come_in),
        cmocka_unit_test(the_same_page_goes_out_as_other_bytes),
        cmocka_unit_test(one_changed_bit_keeps_a_page_out),
        cmocka_unit_test(a_page_that_was_not_accepted_comes_back_so),
        cmocka_unit_test(a_save_area_comes_back_as_one),
        cmocka_unit_test(a_large_page_goes_to_default_memory_and_back),
        cmocka_unit_test(a_large_page_does_not_go_where_memory_ends),
        cmocka_unit_test(a_metadata_page_goes_out_and_back_with_its_entries),
        cmocka_unit_test(a_moved_metadata_page_keeps_its_entries),
        cmocka_unit_test(the_host_sees_no_metadata),
        cmocka_unit_test(who_holds_the_dram_can_bring_an_older_page_in),
        cmocka_unit_test(pages_of_an_ended_guest_do_not_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
