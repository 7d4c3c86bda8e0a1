/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs of `cvmlab bench hart` (sim/machine/guest_bench.h): they do what they are there for,
 * and their shipped images are what tests/guests says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/guest_bench.h"
#include "mixed.h"

enum { ROUNDS = 7 };

static uint64_t instructions(enum guest_program program, uint64_t rounds)
{
    struct guest_result result;
    struct diagnostic diag = {""};
    enum status st = guest_bench_run(program, rounds, 0, &result, &diag);

    if (st != STATUS_OK)
        fail_msg("%s", diag.text);
    return result.instructions;
}

static void the_mixed_program_computes_what_its_source_computes_here(void **unused)
{
    struct guest_result result;
    struct diagnostic diag;
    uint64_t expected = guest_main(ROUNDS);

    (void)unused;
    assert_int_equal(guest_bench_run(GUEST_MIXED, ROUNDS, expected, &result, &diag), STATUS_OK);
    assert_int_equal(guest_bench_run(GUEST_MIXED, ROUNDS, expected + 1, &result, &diag),
                     STATUS_BAD_STATE);
    assert_non_null(strstr(diag.text, "ended with 0x13333; expected 0x5555"));
}

static void every_round_has_the_same_instructions(void **unused)
{
    (void)unused;
    for (unsigned i = GUEST_EXIT_ECALL; i < GUEST_PROGRAM_COUNT; i++) {
        enum guest_program program = (enum guest_program)i;
        uint64_t one = instructions(program, 1), two = instructions(program, 2);

        assert_int_equal(instructions(program, 1001), one + 1000 * (two - one));
    }
}

static void an_exit_saves_and_restores_31_registers(void **unused)
{
    (void)unused;
    assert_in_range(instructions(GUEST_EXIT_ECALL, 2) - instructions(GUEST_EXIT_ECALL, 1), 70, 80);
    assert_in_range(instructions(GUEST_EXIT_FAULT, 2) - instructions(GUEST_EXIT_FAULT, 1), 80, 90);
}

static void no_rounds_end_at_once(void **unused)
{
    (void)unused;
    assert_in_range(instructions(GUEST_EXIT_FAULT, 0), 1, 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mixed_program_computes_what_its_source_computes_here),
        cmocka_unit_test(every_round_has_the_same_instructions),
        cmocka_unit_test(an_exit_saves_and_restores_31_registers),
        cmocka_unit_test(no_rounds_end_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
