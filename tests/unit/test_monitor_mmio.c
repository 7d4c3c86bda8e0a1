/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_monitor_mmio.c — device accesses: every width, sign and register, how much code
 * is read, and what is believed of the hart's own account. Read monitor_triggers.h first.
 * Source: riscv-isa-manual rv32.adoc, rv64.adoc; hypervisor.adoc, transformed instruction. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor_triggers.h"

#define GARBAGE ((uint64_t)0xfedcba9876543280)

static const unsigned registers[] = {0, 2, 10, 31};

/* LB LH LW LD LBU LHU LWU by funct3. */
static uint32_t load_word(unsigned funct3, unsigned rd)
{
    return 0x03 | rd << 7 | funct3 << 12 | 11 << 15;
}

static uint32_t store_word(unsigned funct3, unsigned rs2)
{
    return 0x23 | funct3 << 12 | 11 << 15 | rs2 << 20;
}

static uint64_t load_result(unsigned funct3, uint64_t slot)
{
    switch (funct3) {
    case 0:
        return (uint64_t)(int64_t)(int8_t)slot;
    case 1:
        return (uint64_t)(int64_t)(int16_t)slot;
    case 2:
        return (uint64_t)(int64_t)(int32_t)slot;
    case 3:
        return slot;
    case 4:
        return (uint8_t)slot;
    case 5:
        return (uint16_t)slot;
    default:
        return (uint32_t)slot;
    }
}

static void access_exit(struct fixture *fix, uint64_t cause, uint64_t gpa, uint32_t insn,
                        enum row_id row)
{
    fixture_begin(fix);
    code_place(fix, insn);
    trap_at(fix, cause, gpa);
    exit_to_host(fix, row);
}

static void access_ends_inside(struct fixture *fix, uint64_t htinst, uint32_t insn, enum row_id row)
{
    code_place(fix, insn);
    fix->trap.htinst = htinst;
    exit_inside(fix, row);
}

static void a_load_is_cut_and_extended_as_the_instruction_says(void **unused)
{
    struct fixture fix;
    struct guest_state want;

    (void)unused;
    for (unsigned funct3 = 0; funct3 < 7; funct3++)
        for (unsigned i = 0; i < 4; i++) {
            access_exit(&fix, LOAD_FAULT, MMIO_BASE + 8, load_word(funct3, registers[i]),
                        ROW_MMIO_L);
            assert_int_equal(fix.out.view.slot[ITEM_HTINST], 0x503 | funct3 << 12);
            assert_int_equal(fix.platform.calls, 2);
            answer_begin(&fix, HOST_DONE);
            fix.answer.slot[ITEM_A0] = GARBAGE;
            assert_int_equal(fixture_resume(&fix), STATUS_OK);
            want = fix.live;
            want.pc += 4;
            if (registers[i] != 0)
                want.x[registers[i]] = load_result(funct3, GARBAGE);
            assert_guest(&fix, &want);
            assert_sound(&fix);
        }
}

static void a_store_shows_the_bytes_of_its_width_and_nothing_above(void **unused)
{
    static const uint64_t masks[] = {0xff, 0xffff, 0xffffffff, UINT64_MAX};
    struct fixture fix;
    struct guest_state want;

    (void)unused;
    for (unsigned funct3 = 0; funct3 < 4; funct3++)
        for (unsigned i = 0; i < 4; i++) {
            access_exit(&fix, STORE_FAULT, MMIO_BASE + 16, store_word(funct3, registers[i]),
                        ROW_MMIO_S);
            assert_int_equal(fix.out.view.slot[ITEM_A0], fix.live.x[registers[i]] & masks[funct3]);
            assert_int_equal(fix.out.view.slot[ITEM_HTINST], 0x00a00023 | funct3 << 12);
            for (unsigned slot = 1; slot < GPR_COUNT; slot++)
                assert_true(slot == ITEM_A0 || fix.out.view.slot[slot] == 0);
            resume_ok(&fix, HOST_DONE);
            want = fix.live;
            want.pc += 4;
            assert_guest(&fix, &want);
            assert_sound(&fix);
        }
}

static void the_full_address_of_a_device_access_is_shown(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (uint64_t offset = 0; offset < 8; offset++) {
        access_exit(&fix, LOAD_FAULT, MMIO_BASE + 0x120 + offset, load_word(0, 5), ROW_MMIO_L);
        assert_int_equal(fix.out.view.slot[ITEM_HTVAL] << 2 | fix.out.view.slot[ITEM_STVAL],
                         MMIO_BASE + 0x120 + offset);
        assert_int_equal(fix.out.view.slot[ITEM_STVAL], offset & 3);
        assert_sound(&fix);
    }
}

/* c.lw s0,0(s1) · c.ld · c.lwsp t0 · c.ldsp t0 · c.lbu · c.lhu · c.lh (riscv-isa-manual zca, zcb).
 */
static void a_compressed_load_advances_two_bytes_and_looks_like_any_other(void **unused)
{
    static const struct {
        uint32_t half;
        unsigned funct3, rd;
    } loads[] = {{0x4080, 2, 8}, {0x6080, 3, 8}, {0x4282, 2, 5}, {0x6282, 3, 5},
                 {0x8080, 4, 8}, {0x8480, 5, 8}, {0x84c0, 1, 8}};
    struct fixture fix;
    struct guest_state want;

    (void)unused;
    for (unsigned i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        access_exit(&fix, LOAD_FAULT, MMIO_BASE, loads[i].half, ROW_MMIO_L);
        assert_int_equal(fix.out.view.slot[ITEM_HTINST], 0x503 | loads[i].funct3 << 12);
        assert_int_equal(fix.platform.calls, 1); /* at the end of a page the rest may not exist */
        answer_begin(&fix, HOST_DONE);
        fix.answer.slot[ITEM_A0] = GARBAGE;
        assert_int_equal(fixture_resume(&fix), STATUS_OK);
        want = fix.live;
        want.pc += 2;
        want.x[loads[i].rd] = load_result(loads[i].funct3, GARBAGE);
        assert_guest(&fix, &want);
        assert_sound(&fix);
    }
}

/* c.sw s0,0(s1) · c.sd · c.swsp t0 · c.sdsp t0 · c.sb · c.sh. */
static void a_compressed_store_advances_two_bytes_and_looks_like_any_other(void **unused)
{
    static const struct {
        uint32_t half;
        unsigned funct3, rs2;
    } stores[] = {{0xc080, 2, 8}, {0xe080, 3, 8}, {0xc016, 2, 5},
                  {0xe016, 3, 5}, {0x8880, 0, 8}, {0x8c80, 1, 8}};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < sizeof stores / sizeof stores[0]; i++) {
        unsigned drop = 64 - (8 << stores[i].funct3);

        access_exit(&fix, STORE_FAULT, MMIO_BASE, stores[i].half, ROW_MMIO_S);
        assert_int_equal(fix.out.view.slot[ITEM_HTINST], 0x00a00023 | stores[i].funct3 << 12);
        assert_int_equal(fix.out.view.slot[ITEM_A0], fix.live.x[stores[i].rs2] << drop >> drop);
        assert_int_equal(fix.platform.calls, 1);
        resume_ok(&fix, HOST_DONE);
        assert_int_equal(fix.mon.vcpu[0].guest.pc, CODE_PC + 2);
        assert_sound(&fix);
    }
}

static void code_is_read_with_the_privilege_of_the_trap(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned mode = GUEST_VU; mode <= GUEST_VS; mode++) {
        fixture_begin(&fix);
        fix.live.mode = (enum guest_mode)mode;
        fix.platform.mode_seen = (enum guest_mode) !mode;
        code_place(&fix, INSN_LW_T0_A1);
        trap_at(&fix, LOAD_FAULT, MMIO_BASE);
        exit_to_host(&fix, ROW_MMIO_L);
        assert_int_equal(fix.platform.mode_seen, mode);
        assert_sound(&fix);
    }
}

static void code_that_cannot_be_read_is_run_again(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned halves = 0; halves < 2; halves++) {
        fixture_begin(&fix);
        code_place(&fix, INSN_LW_T0_A1);
        fix.platform.code_halves = halves; /* the instruction crosses into a page that went away */
        trap_at(&fix, LOAD_FAULT, MMIO_BASE);
        exit_inside(&fix, ROW_MMIO_FETCHFAIL);
        assert_int_equal(fix.platform.calls, halves + 1);
        assert_guest(&fix, &fix.live);
        assert_sound(&fix);
    }
}

static void an_instruction_that_does_not_fit_the_cause_is_run_again(void **unused)
{
    static const struct {
        uint64_t cause;
        uint32_t insn;
    } odd[] = {
        {LOAD_FAULT, INSN_SW_T0_A1},    {STORE_FAULT, INSN_LW_T0_A1},
        {LOAD_FAULT, INSN_ADDI},        {STORE_FAULT, INSN_FLD_FA0_A1},
        {STORE_FAULT, INSN_LR_W_T0_A1}, {LOAD_FAULT, INSN_CBO_ZERO_A1},
        {LOAD_FAULT, INSN_WFI_WORD},    {STORE_FAULT, 0x0000},
        {LOAD_FAULT, 0xffffffff},
    };
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        fixture_begin(&fix);
        trap_at(&fix, odd[i].cause, MMIO_BASE);
        access_ends_inside(&fix, 0, odd[i].insn, ROW_MMIO_MISMATCH);
        assert_guest(&fix, &fix.live);
        assert_sound(&fix);
    }
}

static void a_transformed_instruction_must_agree_with_the_code(void **unused)
{
    /* lw t0: the hart may say so, or may not know; anything else was another instruction. */
    static const uint64_t wrong[] = {0x3283 /* ld */,   0x6283 /* lwu */,    0x2303 /* lw t1 */,
                                     0x2281 /* c.lw */, 0x00502023 /* sw */, 0xffffffff};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        fixture_begin(&fix);
        trap_at(&fix, LOAD_FAULT, MMIO_BASE);
        access_ends_inside(&fix, wrong[i], INSN_LW_T0_A1, ROW_MMIO_MISMATCH);
        assert_guest(&fix, &fix.live);
        assert_sound(&fix);
    }
}

static void an_account_that_the_hart_does_not_give_is_not_missed(void **unused)
{
    static const uint64_t silent[] = {0, 0x2283, 0x2283 | 3 << 15 /* address offset */,
                                      0xfeedfacedeadbee0, 0x5ec0de0000002281};
    struct fixture fix;
    struct host_view first;

    (void)unused;
    for (unsigned i = 0; i < sizeof silent / sizeof silent[0]; i++) {
        fixture_begin(&fix);
        code_place(&fix, INSN_LW_T0_A1);
        trap_at(&fix, LOAD_FAULT, MMIO_BASE);
        fix.trap.htinst = silent[i];
        exit_to_host(&fix, ROW_MMIO_L);
        if (i == 0)
            first = fix.out.view;
        assert_memory_equal(&fix.out.view, &first, sizeof first);
        assert_sound(&fix);
    }
}

static void a_compressed_account_has_bit_1_clear(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    code_place(&fix, 0x4282); /* c.lwsp t0 */
    trap_at(&fix, LOAD_FAULT, MMIO_BASE);
    fix.trap.htinst = 0x2281;
    exit_to_host(&fix, ROW_MMIO_L);
    assert_int_equal(fix.out.view.slot[ITEM_HTINST], 0x2503); /* the length is not told */

    fixture_begin(&fix);
    trap_at(&fix, LOAD_FAULT, MMIO_BASE);
    access_ends_inside(&fix, 0x2283, 0x4282, ROW_MMIO_MISMATCH);
    assert_sound(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_load_is_cut_and_extended_as_the_instruction_says),
        cmocka_unit_test(a_store_shows_the_bytes_of_its_width_and_nothing_above),
        cmocka_unit_test(the_full_address_of_a_device_access_is_shown),
        cmocka_unit_test(a_compressed_load_advances_two_bytes_and_looks_like_any_other),
        cmocka_unit_test(a_compressed_store_advances_two_bytes_and_looks_like_any_other),
        cmocka_unit_test(code_is_read_with_the_privilege_of_the_trap),
        cmocka_unit_test(code_that_cannot_be_read_is_run_again),
        cmocka_unit_test(an_instruction_that_does_not_fit_the_cause_is_run_again),
        cmocka_unit_test(a_transformed_instruction_must_agree_with_the_code),
        cmocka_unit_test(an_account_that_the_hart_does_not_give_is_not_missed),
        cmocka_unit_test(a_compressed_account_has_bit_1_clear),
    };

    return cmocka_run_group_tests_name("monitor MMIO", tests, NULL, NULL);
}
