/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hosts_bao.c — Bao: what it reads and writes per cause, and where it panics. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "test_hosts_fixture.h"

enum { C_LW_X9 = 0x4004, C_SW_X9 = 0xc004, C_LD_X9 = 0x6004, C_LWSP_X9 = 0x4482, LDU_A0 = 0x7503 };

enum {
    EID_BASE = 0x10,
    EID_DBCN = 0x4442434E,
    EID_HSM = 0x48534D,
    EID_RFNC = 0x52464E43,
    EID_TIME = 0x54494D45,
    EID_BAO = 0x08000ba0,
};

#define STACK_BYTES UINT64_C(0xBA057ACCBA057ACC)

static void every_cause_but_three_panics(void **unused)
{
    (void)unused;
    for (uint64_t cause = 0; cause < 26; cause++) {
        struct fixture fix = fixture_exit(cause, 0);

        if (cause == EXC_SUPERVISOR_SYSCALL || cause == EXC_LOAD_GUEST_PAGE_FAULT ||
            cause == EXC_STORE_GUEST_PAGE_FAULT)
            continue;
        assert_frame_dies(&fix, "bao", "bao-panic-cause");
        assert_page_dies(&fix, "bao", "bao-panic-cause");
    }
}

static void a_compressed_origin_steps_by_two(void **unused)
{
    struct fixture fix =
        fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(2, REG_A0) & ~(uint32_t)2);

    (void)unused;
    fix.log.device_value = 3;
    assert_answered(fixture_run_frame(&fix, "bao"));
    assert_int_equal(fix.frame.x[REG_A0], 3);
    assert_int_equal(fixture_step(&fix), 2);
}

static void of_the_compressed_forms_it_knows_two(void **unused)
{
    struct fixture load = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, C_LW_X9);
    struct fixture store = fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, C_SW_X9);
    const uint32_t unknown[] = {C_LD_X9, C_LWSP_X9};

    (void)unused;
    fixture_clear_htinst(&load);
    fixture_clear_htinst(&store);
    load.log.device_value = 0x80000000;
    fixture_set_reg(&store, 9, 0x1FFFFFFFF);
    assert_answered(fixture_run_frame(&load, "bao"));
    assert_answered(fixture_run_frame(&store, "bao"));
    assert_int_equal(load.frame.x[9], 0x80000000);
    assert_int_equal(store.log.data, 0xFFFFFFFF);
    assert_int_equal(fixture_step(&store), 2);
    for (unsigned i = 0; i < 2; i++) {
        struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, unknown[i]);

        fixture_clear_htinst(&fix);
        assert_frame_dies(&fix, "bao", "bao-undecodable");
    }
}

static void funct3_seven_passes_as_a_64_bit_load(void **unused)
{
    struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, LDU_A0);

    (void)unused;
    fix.log.device_value = UINT64_MAX;
    assert_answered(fixture_run_frame(&fix, "bao"));
    assert_int_equal(fix.frame.x[REG_A0], UINT64_MAX);
    assert_int_equal(fix.log.width_bytes, 8);
}

static void direction_comes_from_the_instruction_and_alignment_from_nobody(void **unused)
{
    struct fixture fix =
        fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE + 1, insn_store(2, REG_A0));

    (void)unused;
    assert_answered(fixture_run_frame(&fix, "bao"));
    assert_int_equal(fix.log.kind, ACCESS_WRITE);
    assert_int_equal(fix.log.where, MMIO_BASE + 1);
}

static void a_load_to_x0_is_dropped(void **unused)
{
    struct fixture fix =
        fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(2, REG_ZERO));

    (void)unused;
    fix.log.device_value = 9;
    assert_answered(fixture_run_frame(&fix, "bao"));
    assert_int_equal(fix.log.kind, ACCESS_READ);
    assert_int_equal(fix.frame.x[REG_ZERO], 0);
    assert_int_equal(fixture_step(&fix), 4);
}

static void a_walk_or_an_unreadable_instruction_panics(void **unused)
{
    struct fixture read = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, HTINST_PSEUDO_READ);
    struct fixture write =
        fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, HTINST_PSEUDO_WRITE);
    struct fixture blind = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, 0);

    (void)unused;
    assert_frame_dies(&read, "bao", "bao-panic-walk");
    assert_frame_dies(&write, "bao", "bao-panic-walk");
    assert_frame_dies(&blind, "bao", "bao-panic-fetch");
}

static void a1_of_a_call_comes_from_the_stack_unless_it_is_set(void **unused)
{
    const struct {
        uint64_t eid, fid, error;
        const char *bug;
        uint64_t a0, a1;
        bool asks_world;
    } cases[] = {
        {EID_BASE, 0, 0, NULL, 0, 0x55, true},
        {EID_BAO, 1, 0, NULL, 0, 0x55, true},
        {EID_TIME, 1, 0, "bao-sbi-unsupported", (uint64_t)-2, 0, false},
        {EID_RFNC, 0, 0, NULL, 0, 0x55, true},
        {EID_RFNC, 1, 0, "bao-rfence-fid", 0, 0x55, true},
        {EID_RFNC, 3, 0, "bao-sbi-unsupported", (uint64_t)-2, STACK_BYTES, false},
        {EID_HSM, 0, 0, "bao-a1-uninitialised", 0, STACK_BYTES, true},
        {EID_HSM, 1, 0, "bao-sbi-unsupported", (uint64_t)-2, STACK_BYTES, false},
        {EID_HSM, 2, 0, NULL, 0, 0x55, true},
        {EID_HSM, 2, (uint64_t)-3, "bao-a1-uninitialised", (uint64_t)-3, STACK_BYTES, true},
        {EID_HSM, 3, 0, NULL, 0, 0x55, true},
        {EID_DBCN, 0, 0, "bao-sbi-unsupported", (uint64_t)-2, STACK_BYTES, false},
        {1, 0, 0, "bao-sbi-unsupported", (uint64_t)-2, STACK_BYTES, false},
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fix = fixture_ecall(cases[i].eid, cases[i].fid);

        fix.log.sbi_error = cases[i].error;
        fix.log.sbi_value = 0x55;
        if (cases[i].bug)
            assert_bug(fixture_run_frame(&fix, "bao"), cases[i].bug);
        else
            assert_answered(fixture_run_frame(&fix, "bao"));
        assert_int_equal(fix.frame.x[REG_A0], cases[i].a0);
        assert_int_equal(fix.frame.x[REG_A1], cases[i].a1);
        assert_int_equal(fix.log.calls, cases[i].asks_world);
        assert_int_equal(fixture_step(&fix), 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cause_but_three_panics),
        cmocka_unit_test(a_compressed_origin_steps_by_two),
        cmocka_unit_test(of_the_compressed_forms_it_knows_two),
        cmocka_unit_test(funct3_seven_passes_as_a_64_bit_load),
        cmocka_unit_test(direction_comes_from_the_instruction_and_alignment_from_nobody),
        cmocka_unit_test(a_load_to_x0_is_dropped),
        cmocka_unit_test(a_walk_or_an_unreadable_instruction_panics),
        cmocka_unit_test(a1_of_a_call_comes_from_the_stack_unless_it_is_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
