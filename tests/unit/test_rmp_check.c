/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_rmp_check.c — the states that fields stand for, and which accesses the RMP lets
 * through. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rmp_fixture.h"
#include "rmp_matrix.h"

enum { ANY = -1, GPA_ZERO = 0, GPA_PAGE = 1, GPA_TAG = 2 };

/* The page states of the firmware ABI; lock and size do not matter. */
static const struct {
    enum rmp_state state;
    int assigned, validated, is_guests, immutable, gpa, vmsa;
} states[] = {
    {RMP_HYPERVISOR, 0, 0, 0, 0, GPA_ZERO, 0}, {RMP_HV_FIXED, 0, 0, 0, 1, GPA_ZERO, 0},
    {RMP_FIRMWARE, 1, 0, 0, 1, GPA_ZERO, 0},   {RMP_FIRMWARE_IOMMU, 1, 0, 0, 1, GPA_TAG, 0},
    {RMP_RECLAIM, 1, 0, 0, 0, ANY, 0},         {RMP_CONTEXT, 1, 0, 0, 1, GPA_ZERO, 1},
    {RMP_METADATA, 1, 0, 0, 1, GPA_PAGE, 0},   {RMP_PRE_GUEST, 1, 0, 1, 1, ANY, ANY},
    {RMP_PRE_SWAP, 1, 1, 1, 1, ANY, ANY},      {RMP_GUEST_INVALID, 1, 0, 1, 0, ANY, ANY},
    {RMP_GUEST_VALID, 1, 1, 1, 0, ANY, ANY},
};

static bool is(int should, int value)
{
    return should == ANY || should == value;
}

static enum rmp_state state_by_table(const struct rmp_entry *e, int gpa, uint8_t permission)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        bool is_guests = states[i].is_guests == 1;

        if (is(states[i].assigned, e->assigned) && is(states[i].validated, e->validated) &&
            is_guests == (e->asid != 0) && is(states[i].immutable, e->immutable) &&
            is(states[i].gpa, gpa) && is(states[i].vmsa, e->vmsa))
            return permission > (is_guests ? RMP_MAY_ALL : 0) ||
                           (states[i].state == RMP_HYPERVISOR && e->is_large)
                       ? RMP_INVALID
                       : states[i].state;
    }
    return RMP_INVALID;
}

static void every_combination_of_fields_is_the_state_of_its_row_or_none(void **unused)
{
    static const uint64_t gpas[] = {0, LARGE_PAGE_SIZE, RMP_IOMMU_TAG};
    static const uint8_t permissions[] = {0, RMP_MAY_READ, RMP_MAY_ALL, RMP_MAY_ALL + 1};
    unsigned found[RMP_STATE_COUNT] = {0};

    (void)unused;
    for (unsigned bits = 0; bits < 1u << 7; bits++)
        for (int gpa = GPA_ZERO; gpa <= GPA_TAG; gpa++)
            for (unsigned i = 0; i < 4 * sizeof permissions; i++) {
                struct rmp_entry e = {.gpa = gpas[gpa],
                                      .asid = bits & 1 ? RMP_ASID_MAX : 0,
                                      .assigned = bits >> 1 & 1,
                                      .validated = bits >> 2 & 1,
                                      .vmsa = bits >> 3 & 1,
                                      .immutable = bits >> 4 & 1,
                                      .lock = bits >> 5 & 1,
                                      .is_large = bits >> 6 & 1};

                if (e.is_large && e.asid && gpa == GPA_TAG)
                    continue; /* not the gpa of a large page */
                e.permission[i / sizeof permissions] = permissions[i % sizeof permissions];
                found[rmp_entry_state(&e)]++;
                assert_int_equal(rmp_entry_state(&e),
                                 state_by_table(&e, gpa, permissions[i % sizeof permissions]));
            }
    for (unsigned state = RMP_HYPERVISOR; state < RMP_STATE_COUNT; state++)
        assert_true(found[state] > 0);
}

static void a_gpa_inside_a_page_is_no_state(void **unused)
{
    struct rmp_entry small = {.gpa = 0x1008, .asid = OWNER, .assigned = true};
    struct rmp_entry large = {.gpa = 0x1000, .asid = OWNER, .assigned = true, .is_large = true};

    (void)unused;
    assert_int_equal(rmp_entry_state(&small), RMP_INVALID);
    assert_int_equal(rmp_entry_state(&large), RMP_INVALID);
}

/* One page in the state of each row of the matrix, number by number. */
static void rows_make(struct rmp *rmp)
{
    const uint64_t all = RMP_MAY_ALL;

    for (unsigned row = ROW_HYPERVISOR; row < ROW_COUNT; row++) {
        bool is_guests = row >= ROW_PRE_GUEST;
        struct rmp_entry entry = {.gpa = is_guests             ? gpa_at(row).v
                                         : row == ROW_METADATA ? PAGE_SIZE
                                                               : 0,
                                  .asid = is_guests ? OWNER : 0,
                                  .assigned = row > ROW_HV_FIXED,
                                  .permission = {is_guests ? (uint8_t)all : 0}};

        if (row == ROW_FIRMWARE_IOMMU)
            entry.gpa = RMP_IOMMU_TAG;
        entry.immutable = row > ROW_HYPERVISOR && row < ROW_GUEST_INVALID && row != ROW_RECLAIM;
        entry.vmsa = row == ROW_CONTEXT;
        entry.validated = row == ROW_PRE_SWAP || row >= ROW_GUEST_VALID;
        if (row == ROW_GUEST_VALID_NO_PERMISSION)
            entry.permission[0] = RMP_MAY_WRITE; /* alone it is none */
        assert_int_equal(rmp_firmware_set(rmp, page_at(row), &entry), STATUS_OK);
    }
}

/* An access that belongs into a cell of the matrix. Number: which of those that do; false: no more.
 */
static bool cell_access(unsigned row, enum matrix_column column, unsigned number,
                        struct access *access)
{
    static const struct actor *const actors[COLUMN_COUNT] = {&host,     &host,  &legacy, &owner,
                                                             &stranger, &owner, &device};
    static const enum access_kind kinds[COLUMN_COUNT][5] = {
        [COLUMN_HOST_READ] = {ACCESS_READ, ACCESS_EXECUTE},
        [COLUMN_HOST_WRITE] = {ACCESS_WRITE, ACCESS_WALK, ACCESS_WALK_UPDATE},
        [COLUMN_LEGACY_WRITE] = {ACCESS_WRITE, ACCESS_WALK, ACCESS_WALK_UPDATE},
        [COLUMN_OWN] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE, ACCESS_WALK, ACCESS_WALK_UPDATE},
        [COLUMN_OTHER] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE, ACCESS_WALK,
                          ACCESS_WALK_UPDATE},
        [COLUMN_SHARED_WRITE] = {ACCESS_WRITE},
        [COLUMN_DMA] = {ACCESS_READ, ACCESS_WRITE},
    };
    static const unsigned counts[COLUMN_COUNT] = {2, 3, 3, 5, 5, 1, 2};
    uint64_t page = row == ROW_DEFAULT ? FIXTURE_PAGES : row;
    bool is_wrong_gpa = row == ROW_GUEST_INVALID_WRONG_GPA || row == ROW_GUEST_VALID_WRONG_GPA;

    if (number >= counts[column])
        return false;
    *access = (struct access){.actor = *actors[column],
                              .kind = kinds[column][number],
                              .spa = page_at(page),
                              .gpa = gpa_at(is_wrong_gpa ? page + 1 : page),
                              .is_private = column == COLUMN_OWN || column == COLUMN_OTHER,
                              .is_large = row == ROW_GUEST_VALID_WRONG_SIZE};
    return true;
}

static void each_actor_may_do_with_each_state_what_the_table_says(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct access access;

    (void)unused;
    rows_make(&rmp);
    for (unsigned row = 0; row < ROW_COUNT; row++)
        for (unsigned column = 0; column < COLUMN_COUNT; column++)
            for (unsigned i = 0; cell_access(row, column, i, &access); i++) {
                struct fault fault = {FAULT_NONE, RMP_CHECK_NONE, 0, {0}, {0}};
                bool passes = rmp_access_check(&rmp, &access, &fault);

                assert_int_equal(passes, matrix[row][column] == OK);
                if (matrix_end_of(&fault) != matrix[row][column])
                    fail_msg("row %u, column %u: %s at %s", row, column,
                             access_kind_name(access.kind), rmp_check_name(fault.check));
                if (!passes)
                    assert_true(fault.spa.v == access.spa.v && fault.gpa.v == access.gpa.v);
            }
    fixture_end(&rmp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination_of_fields_is_the_state_of_its_row_or_none),
        cmocka_unit_test(a_gpa_inside_a_page_is_no_state),
        cmocka_unit_test(each_actor_may_do_with_each_state_what_the_table_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
