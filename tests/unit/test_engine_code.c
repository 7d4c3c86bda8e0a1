/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code that changes, code that is hooked, and steps (sim/hart/engine_unicorn_code.c and _fill.c).
 */
#include "engine_fixture.h"
#include "hart/engine_special.h"

enum { CSR_CYCLE = 0xc00, CSR_INSTRET = 0xc02, CSR_HPM31 = 0xc1f };

#define SINGLE(bits) (NAN_BOX | (bits))

static void counters_are_events_although_unicorn_would_read_them(void **unused)
{
    const uint32_t code[] = {INSN_NOP,
                             insn_csrrs(T0, CSR_CYCLE, X0),
                             INSN_NOP,
                             insn_csrrs(T0, CSR_INSTRET, X0),
                             insn_csrrs(T0, CSR_HPM31, X0),
                             INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    for (unsigned i = 0; i < 3; i++) {
        fix.event_count = 0;
        fix.clock.instret = 0;
        fixture_run(&fix, RAM_FIRST);
        assert_int_equal(fix.event_count, 4);
        assert_int_equal(fix.event[0].event.kind, ENGINE_SYSTEM);
        assert_int_equal(fix.event[0].event.pc, RAM_FIRST + 4);
        assert_int_equal(fix.event[0].instret, 1);
        assert_int_equal(fix.event[1].instret, 3);
        assert_int_equal(fix.event[2].instret, 4);
        assert_int_equal(engine_get(fix.engine, T0), 0);
    }
    fixture_close(&fix);
}

/* Runs one instruction on f1, f2 and f3; returns f0. */
static uint64_t float_run(struct engine_fixture *fix, uint32_t insn, uint64_t f1, uint64_t f2)
{
    const uint32_t code[] = {insn, INSN_ECALL};

    fixture_code(fix, RAM_FIRST, code, COUNT_OF(code));
    engine_invalidate(fix->engine, fix->ram, 1);
    engine_enter(fix->engine, ENGINE_WORLD_HOST, true);
    engine_set(fix->engine, ENGINE_F, 0);
    engine_set(fix->engine, ENGINE_F + 1, f1);
    engine_set(fix->engine, ENGINE_F + 2, f2);
    engine_set(fix->engine, ENGINE_FCSR, 0);
    fix->clock.instret = 0;
    fixture_run(fix, RAM_FIRST);
    assert_int_equal(fix->clock.instret, 1);
    return engine_get(fix->engine, ENGINE_F);
}

static void minimum_and_maximum_prefer_a_number_to_any_nan(void **unused)
{
    const uint64_t one = UINT64_C(0x3ff0000000000000), quiet = UINT64_C(0x7ff8000000000001),
                   signalling = UINT64_C(0x7ff0000000000001);
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    assert_int_equal(float_run(&fix, insn_fp(0x15, 0, 0, 1, 2), one, signalling), one);
    assert_int_equal(engine_get(fix.engine, ENGINE_FCSR), 0x10);
    assert_int_equal(float_run(&fix, insn_fp(0x15, 1, 0, 1, 2), quiet, one), one);
    assert_int_equal(engine_get(fix.engine, ENGINE_FCSR), 0);
    assert_int_equal(float_run(&fix, insn_fp(0x15, 1, 0, 1, 2), quiet, quiet), NAN_DOUBLE);
    assert_int_equal(float_run(&fix, insn_fp(0x15, 0, 0, 1, 2), one, 0), 0);
    assert_int_equal(
        float_run(&fix, insn_fp(0x14, 0, 0, 1, 2), SINGLE(0x3f800000), SINGLE(0x7f800001)),
        SINGLE(0x3f800000));
    assert_int_equal(engine_get(fix.engine, ENGINE_FCSR), 0x10);
    assert_int_equal(
        float_run(&fix, insn_fp(0x14, 1, 0, 1, 2), SINGLE(0x3f800000), SINGLE(0x40000000)),
        SINGLE(0x40000000));
    fixture_close(&fix);
}

static void single_results_are_in_a_nan_box_and_operands_must_be(void **unused)
{
    const uint64_t one = SINGLE(0x3f800000), two = SINGLE(0x40000000), bare = 0x3f800000;
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    assert_int_equal(float_run(&fix, insn_fp(0, 0, 0, 1, 2), one, one), two);
    assert_int_equal(float_run(&fix, insn_fp(0, 0, 0, 1, 2), one, bare), NAN_SINGLE);
    assert_int_equal(engine_get(fix.engine, ENGINE_F + 2), bare);
    assert_int_equal(float_run(&fix, insn_fp(0x10, 0, 0, 1, 1), bare, 0), NAN_SINGLE);
    assert_int_equal(float_run(&fix, insn_fp(0x10, 1, 0, 1, 2), two, one), SINGLE(0xc0000000));
    assert_int_equal(float_run(&fix, insn_fp(0x20, 0, 0, 1, 1), UINT64_C(0x3ff0000000000000), 0),
                     one);
    assert_int_equal(float_run(&fix, insn_fp(0x21, 0, 0, 1, 0), bare, 0), NAN_DOUBLE);
    float_run(&fix, insn_fp(0x50, 2, T0, 1, 2), bare, bare);
    assert_int_equal(engine_get(fix.engine, T0), 0);
    float_run(&fix, insn_fp(0x50, 2, T0, 1, 2), one, one);
    assert_int_equal(engine_get(fix.engine, T0), 1);
    engine_set(fix.engine, T1, 0x3f800000);
    assert_int_equal(float_run(&fix, insn_fp(0x78, 0, 0, T1, 0), 0, 0), one);
    fixture_close(&fix);
}

static void an_illegal_single_operation_changes_no_register(void **unused)
{
    const uint32_t code[] = {insn_fp(0, 5, 0, 1, 2), INSN_ECALL}; /* rounding mode 5 */
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    engine_enter(fix.engine, ENGINE_WORLD_HOST, true);
    engine_set(fix.engine, ENGINE_F, 1);
    engine_set(fix.engine, ENGINE_F + 1, 2);
    engine_set(fix.engine, ENGINE_F + 2, 3);
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.event[0].event.kind, ENGINE_SYSTEM);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(engine_get(fix.engine, ENGINE_F + i), i + 1);
    fixture_close(&fix);
}

static void a_single_result_is_boxed_where_the_next_page_is_absent(void **unused)
{
    const uint64_t page = RAM_FIRST + 4 * PAGE_SIZE;
    const uint32_t code[] = {insn_fp(0, 0, 0, 1, 2)};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, page + PAGE_SIZE - 4, code, 1);
    fixture_map(&fix, (struct fixture_map){.virtual_page = page + PAGE_SIZE, .is_absent = true});
    engine_enter(fix.engine, ENGINE_WORLD_HOST, true);
    engine_set(fix.engine, ENGINE_F + 1, SINGLE(0x3f800000));
    engine_set(fix.engine, ENGINE_F + 2, SINGLE(0x3f800000));
    assert_int_equal(fixture_run(&fix, page + PAGE_SIZE - 4), page + PAGE_SIZE);
    assert_int_equal(fix.event[0].instret, 1);
    assert_int_equal(engine_get(fix.engine, ENGINE_F), SINGLE(0x40000000));
    fixture_close(&fix);
}

/* Writes the second instruction over the first of a function at T1, through T0, and calls it:
 * before and after. A0 counts. */
static void patching_code(struct engine_fixture *fix, uint64_t at, uint64_t function)
{
    const uint32_t code[] = {insn_jalr(RA, T1, 0), insn_sw(T2, T0, 0), INSN_FENCE_I,
                             insn_jalr(RA, T1, 0), INSN_ECALL};
    const uint32_t callee[] = {insn_addi(A0, A0, 1), insn_jalr(X0, RA, 0)};

    fixture_code(fix, at, code, COUNT_OF(code));
    fixture_code(fix, function, callee, COUNT_OF(callee));
    engine_set(fix->engine, T2, insn_addi(A0, A0, 16));
    engine_set(fix->engine, A0, 0);
}

static void code_that_the_program_changes_is_run_anew_by_whatever_address(void **unused)
{
    const uint64_t function = RAM_FIRST + 8 * PAGE_SIZE, same = RAM_FIRST + 0x800, alias = 0x7000;

    (void)unused;
    for (unsigned i = 0; i < 6; i++) {
        uint64_t target = i % 2 ? same : function, store = i < 2 ? target : alias | target % 4096;
        struct engine_fixture fix;

        fixture_open(&fix, false);
        patching_code(&fix, RAM_FIRST, target);
        fixture_map(&fix, (struct fixture_map){alias, target & ~UINT64_C(4095), false, false});
        engine_set(fix.engine, T0, i >= 4 ? target : store);
        engine_set(fix.engine, T1, i >= 4 ? store : target);
        fixture_run(&fix, RAM_FIRST);
        assert_int_equal(engine_get(fix.engine, A0), 17);
        assert_int_equal(fix.clock.instret, 8);
        patching_code(&fix, RAM_FIRST, target);
        engine_invalidate(fix.engine, fixture_at(&fix, target & ~UINT64_C(4095)), 1);
        fixture_run(&fix, RAM_FIRST);
        assert_int_equal(engine_get(fix.engine, A0), 17);
        fixture_close(&fix);
    }
}

static void the_count_follows_code_whose_lengths_change(void **unused)
{
    const uint32_t code[] = {insn_addi(A0, A0, 1), INSN_ECALL};
    const uint16_t shorter[] = {insn_c_addi(A0, 1), insn_c_addi(A0, 1)};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.clock.instret, 1);
    memcpy(fix.ram, shorter, sizeof shorter);
    engine_invalidate(fix.engine, fix.ram, 1);
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.clock.instret, 3);
    assert_int_equal(engine_get(fix.engine, A0), 3);
    fixture_close(&fix);
}

static void the_same_address_in_another_world_is_counted_by_its_own_code(void **unused)
{
    const uint64_t page = 0x5000;
    const uint32_t code[] = {insn_addi(A0, A0, 1), INSN_ECALL};
    const uint16_t shorter[] = {insn_c_addi(A0, 1), insn_c_addi(A0, 1)};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    fixture_code(&fix, RAM_FIRST + PAGE_SIZE, code, COUNT_OF(code));
    memcpy(fixture_at(&fix, RAM_FIRST + PAGE_SIZE), shorter, sizeof shorter);
    fixture_map(&fix, (struct fixture_map){page, RAM_FIRST, false, false});
    fixture_run(&fix, page);
    fix.map[0].physical_page = RAM_FIRST + PAGE_SIZE;
    engine_enter(fix.engine, ENGINE_WORLD_GUEST, false);
    fixture_run(&fix, page);
    assert_int_equal(fix.clock.instret, 3);
    engine_enter(fix.engine, ENGINE_WORLD_HOST, false);
    fixture_run(&fix, page);
    assert_int_equal(fix.clock.instret, 4);
    fixture_close(&fix);
}

static void stop_at_the_seventh(struct engine_fixture *fix, uint64_t pc)
{
    (void)pc;
    assert_int_equal(fix->clock.instret, fix->step_count - 1);
}

static void a_stepping_engine_tells_and_counts_every_instruction(void **unused)
{
    const uint32_t code[] = {insn_addi(T0, X0, 3), insn_addi(T0, T0, -1), insn_bne(T0, X0, -4),
                             INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, true);
    fix.step = stop_at_the_seventh;
    fix.stop_step = 6;
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    assert_int_equal(fixture_run(&fix, RAM_FIRST), RAM_FIRST + 4);
    assert_int_equal(fix.step_count, 6);
    assert_int_equal(fix.clock.instret, 5);
    fix.step = NULL;
    fixture_run(&fix, RAM_FIRST + 4);
    assert_int_equal(fix.clock.instret, 7);
    assert_int_equal(fix.step_count, 9);
    fixture_close(&fix);
}

static void a_copy_goes_on_where_the_other_engine_was(void **unused)
{
    const uint32_t code[] = {insn_addi(A0, A0, 1), INSN_ECALL};
    struct engine_fixture from, to;

    (void)unused;
    fixture_open(&from, false);
    fixture_open(&to, true);
    fixture_code(&to, RAM_FIRST, code, COUNT_OF(code));
    engine_enter(from.engine, ENGINE_WORLD_GUEST, true);
    for (unsigned i = 1; i < ENGINE_FCSR; i++)
        engine_set(from.engine, i, i * 3);
    engine_set(from.engine, ENGINE_FCSR, 0x1f);
    engine_copy(to.engine, from.engine);
    fixture_run(&to, RAM_FIRST);
    assert_int_equal(engine_get(to.engine, A0), A0 * 3 + 1);
    assert_int_equal(engine_get(to.engine, ENGINE_F + 31), 63 * 3);
    assert_int_equal(engine_get(to.engine, ENGINE_FCSR), 0x1f);
    fixture_close(&from);
    fixture_close(&to);
}

static void registers_of_floats_can_be_set_while_floats_are_off(void **unused)
{
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    engine_set(fix.engine, ENGINE_FCSR, 0x61);
    engine_set(fix.engine, ENGINE_F + 7, 77);
    engine_set(fix.engine, ENGINE_X, 5);
    assert_int_equal(engine_get(fix.engine, ENGINE_FCSR), 0x61);
    assert_int_equal(engine_get(fix.engine, ENGINE_F + 7), 77);
    assert_int_equal(engine_get(fix.engine, ENGINE_X), 0);
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_are_events_although_unicorn_would_read_them),
        cmocka_unit_test(minimum_and_maximum_prefer_a_number_to_any_nan),
        cmocka_unit_test(single_results_are_in_a_nan_box_and_operands_must_be),
        cmocka_unit_test(an_illegal_single_operation_changes_no_register),
        cmocka_unit_test(a_single_result_is_boxed_where_the_next_page_is_absent),
        cmocka_unit_test(code_that_the_program_changes_is_run_anew_by_whatever_address),
        cmocka_unit_test(the_count_follows_code_whose_lengths_change),
        cmocka_unit_test(the_same_address_in_another_world_is_counted_by_its_own_code),
        cmocka_unit_test(a_stepping_engine_tells_and_counts_every_instruction),
        cmocka_unit_test(a_copy_goes_on_where_the_other_engine_was),
        cmocka_unit_test(registers_of_floats_can_be_set_while_floats_are_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
