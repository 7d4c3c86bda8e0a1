/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_rmp_random.c — a million random operations on the RMP and on the reference
 * model (tests/unit/rmp_reference.h): the same answers, the same table, and the walker is content
 * after each. Then: was everything that can happen among them? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../unit/rmp_matrix.h"
#include "../unit/rmp_step.h"
#include "base/random.h"

enum { STEPS = 1000000, STEPS_BETWEEN_WHOLE_COMPARISONS = 1000, SEEN_AT_LEAST = 20 };

/* How operations ended: 0 to 7 are codes (or status), 8 and up are faults; and one column more for
 * PVALIDATE's carry. */
enum { END_FAULT = 8, END_CARRY = END_FAULT + FAULT_KIND_COUNT, END_COUNT };

static unsigned random_choose(void *context, unsigned bound)
{
    return (unsigned)(random_next(context) >> 32) % bound;
}

static unsigned end_column(const struct rmp_end *end)
{
    if (end->result.fault.kind != FAULT_NONE)
        return END_FAULT + end->result.fault.kind;
    if (end->result.carry)
        return END_CARRY;
    return end->status != STATUS_OK ? end->status : end->result.code;
}

/* The ends that each operation has, as bits; every one of them must be seen, and no other. */
#define FAULT(kind) (1u << (END_FAULT + FAULT_##kind))
static const unsigned possible[OP_COUNT] = {
    [OP_UPDATE] = 1u << RMP_OK | 1u << RMP_FAIL_INPUT | 1u << RMP_FAIL_PERMISSION |
                  1u << RMP_FAIL_INUSE | 1u << RMP_FAIL_OVERLAP,
    [OP_PSMASH] = 1u << RMP_OK | 1u << RMP_FAIL_INPUT | 1u << RMP_FAIL_PERMISSION |
                  1u << RMP_FAIL_INUSE | 1u << RMP_FAIL_BADADDR,
    [OP_READ] = 1u << RMP_OK | 1u << RMP_FAIL_INPUT | 1u << RMP_FAIL_PERMISSION,
    [OP_PVALIDATE] = 1u << RMP_OK | 1u << RMP_FAIL_INPUT | 1u << RMP_FAIL_INUSE |
                     1u << RMP_FAIL_SIZEMISMATCH | FAULT(NESTED) | FAULT(PROTECTION) |
                     1u << END_CARRY,
    [OP_ADJUST] = 1u << RMP_OK | 1u << RMP_FAIL_INPUT | 1u << RMP_FAIL_PERMISSION |
                  1u << RMP_FAIL_INUSE | 1u << RMP_FAIL_SIZEMISMATCH | FAULT(NESTED) |
                  FAULT(NOT_VALIDATED) | FAULT(PROTECTION),
    [OP_QUERY] = 1u << RMP_OK | 1u << RMP_FAIL_INPUT | 1u << RMP_FAIL_PERMISSION | FAULT(NESTED) |
                 FAULT(NOT_VALIDATED) | FAULT(PROTECTION),
    [OP_VMRUN] = 1u << RMP_OK | 1u << RMP_FAIL_INUSE | FAULT(VMRUN),
    [OP_VMEXIT] = 1u << RMP_OK,
    [OP_SET] = 1u << STATUS_OK | 1u << STATUS_BAD_INPUT | 1u << STATUS_BAD_STATE |
               1u << STATUS_BAD_ADDRESS,
    [OP_UNSMASH] = 1u << STATUS_OK | 1u << STATUS_BAD_STATE | 1u << STATUS_BAD_ADDRESS,
    [OP_ACCESS] = 1u << RMP_OK | FAULT(PAGE) | FAULT(NESTED) | FAULT(NOT_VALIDATED) | FAULT(DEVICE),
};

struct seen {
    unsigned end[OP_COUNT][END_COUNT];
    unsigned check[RMP_CHECK_COUNT]; /* that an access failed */
    unsigned size_mismatch;          /* nested page faults with the bit SIZE */
    unsigned state[RMP_STATE_COUNT]; /* of a page that was touched */
    unsigned cell[ROW_COUNT][COLUMN_COUNT];
};

/* The table of actors and states says the same as the checks, which say the same as the product. */
static void matrix_compare(struct rmp_twin *twin, const struct rmp_step *step,
                           const struct rmp_end *end, struct seen *seen)
{
    const struct rmp_entry *record = reference_at(&twin->ref, step->spa.v);
    enum matrix_row row =
        matrix_row_of(rmp_page_state(&twin->rmp, step->spa), record, &step->access);
    enum matrix_column column = matrix_column_of(record, &step->access);

    if (row == ROW_COUNT || column == COLUMN_COUNT)
        return;
    seen->cell[row][column]++;
    if (matrix_end_of(&end->result.fault) != matrix[row][column])
        fail_msg("row %d, column %d of the table of actors and states", row, column);
}

static void seen_count(struct seen *seen, struct rmp_twin *twin, const struct rmp_step *step,
                       const struct rmp_end *end)
{
    seen->end[step->op][end_column(end)]++;
    seen->state[rmp_page_state(&twin->rmp, step->spa)]++;
    seen->size_mismatch += (end->result.fault.error & FAULT_ERROR_SIZE) != 0;
    if (step->op != OP_ACCESS)
        return;
    seen->check[end->result.fault.check]++;
    matrix_compare(twin, step, end, seen);
}

static void seen_is_everything(const struct seen *seen)
{
    for (unsigned op = 0; op < OP_COUNT; op++)
        for (unsigned i = 0; i < END_COUNT; i++)
            if (possible[op] >> i & 1 ? seen->end[op][i] < SEEN_AT_LEAST : seen->end[op][i] != 0)
                fail_msg("operation %u ended in %u %u times", op, i, seen->end[op][i]);
    for (unsigned i = 0; i < RMP_CHECK_COUNT; i++)
        if (seen->check[i] < SEEN_AT_LEAST)
            fail_msg("check %s failed %u times", rmp_check_name(i), seen->check[i]);
    for (unsigned i = 0; i < RMP_STATE_COUNT; i++)
        if (i != RMP_INVALID ? seen->state[i] < SEEN_AT_LEAST : seen->state[i] != 0)
            fail_msg("state %s was seen %u times", rmp_state_name(i), seen->state[i]);
    for (unsigned row = 0; row < ROW_COUNT; row++)
        for (unsigned i = 0; i < COLUMN_COUNT; i++)
            if (seen->cell[row][i] < SEEN_AT_LEAST)
                fail_msg("row %u, column %u was seen %u times", row, i, seen->cell[row][i]);
    assert_true(seen->size_mismatch >= SEEN_AT_LEAST);
}

static void a_million_random_operations_agree_with_the_reference(void **unused)
{
    static struct rmp_twin twin;
    static struct seen seen;
    uint64_t seed = 3;
    struct rmp_choice choice = {.below = random_choose, .context = &seed};
    spa_t page;

    (void)unused;
    assert_true(twin_begin(&twin));
    for (unsigned i = 0; i < STEPS; i++) {
        struct rmp_step step = step_draw(&twin, &choice);
        struct rmp_end end;
        const char *broken;

        twin.rmp.checks_shared_reads = twin.ref.checks_shared_reads = i % 8 == 0;
        broken = twin_step(&twin, &step, &end);
        if (!broken && i % STEPS_BETWEEN_WHOLE_COMPARISONS == 0)
            broken = twin_compare_pages(&twin, 0, TWIN_PAGES);
        if (broken)
            fail_msg("step %u, operation %d at %#jx: %s", i, step.op, (uintmax_t)step.spa.v,
                     broken);
        if (rmp_check_all(&twin.rmp, &page) != STATUS_OK)
            fail_msg("step %u, operation %d: page %#jx", i, step.op, (uintmax_t)page.v);
        seen_count(&seen, &twin, &step, &end);
    }
    rmp_destroy(&twin.rmp);
    seen_is_everything(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_random_operations_agree_with_the_reference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
