/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_monitor_guest.c — what the guest gets without an exit: exceptions as the hart
 * would deliver them, counters, entropy. Read monitor_triggers.h first.
 * Source: riscv-isa-manual hypervisor.adoc (trap entry into VS-mode, hcounteren), supervisor.adoc
 * (scounteren, stvec), zicsr.adoc; riscv-crypto, entropy source. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor_triggers.h"

/* csrrs t0, csr, rs1 and its five relations, by funct3. */
static uint32_t csr_word(unsigned csr, unsigned funct3, unsigned rs1, unsigned rd)
{
    return 0x73 | rd << 7 | funct3 << 12 | rs1 << 15 | (uint32_t)csr << 20;
}

enum { CYCLE = 0xc00, TIME = 0xc01, INSTRET = 0xc02, HPM3 = 0xc03, HPM31 = 0xc1f, SEED = 0x015 };
enum { RW = 1, RS = 2, RC = 3, RWI = 5, RSI = 6, RCI = 7 };

static void csr_exit(struct fixture *fix, uint32_t word, enum row_id row)
{
    trap_set(fix, VIRTUAL, word);
    exit_inside(fix, row);
}

static void assert_value(const struct fixture *fix, unsigned rd, uint64_t value)
{
    struct guest_state want = fix->live;

    want.pc += 4;
    if (rd != 0)
        want.x[rd] = value;
    assert_guest(fix, &want);
    assert_sound(fix);
}

static void an_exception_changes_exactly_what_the_hart_would(void **unused)
{
    struct fixture fix;
    const struct guest_state *guest;

    (void)unused;
    for (unsigned mode = GUEST_VU; mode <= GUEST_VS; mode++)
        for (uint64_t status = 0; status < 8; status++) {
            fixture_begin(&fix);
            fix.live.mode = (enum guest_mode)mode;
            fix.live.csr[GCSR_VSSTATUS] =
                VSSTATUS_UXL64 | (uint64_t)1 << 18 /* SUM */ | (status & 1 ? VSSTATUS_SIE : 0) |
                (status & 2 ? VSSTATUS_SPIE : 0) | (status & 4 ? VSSTATUS_SPP : 0);
            trap_set(&fix, EXC_INST_ILLEGAL, 0x1234);
            exit_inside(&fix, ROW_EXC_FWD);
            guest = &fix.mon.vcpu[0].guest;
            assert_int_equal(guest->csr[GCSR_VSSTATUS], VSSTATUS_UXL64 | (uint64_t)1 << 18 |
                                                            (status & 1 ? VSSTATUS_SPIE : 0) |
                                                            (mode == GUEST_VS ? VSSTATUS_SPP : 0));
            assert_int_equal(guest->csr[GCSR_VSEPC], CODE_PC);
            assert_int_equal(guest->csr[GCSR_VSCAUSE], EXC_INST_ILLEGAL);
            assert_int_equal(guest->csr[GCSR_VSTVAL], 0x1234);
            assert_int_equal(guest->pc, 0xffffffff80300000); /* vstvec without its mode bits */
            assert_int_equal(guest->mode, GUEST_VS);
            assert_exception(&fix, EXC_INST_ILLEGAL, 0x1234); /* and nothing else */
            assert_int_equal(fix.platform.calls, 0);
            assert_sound(&fix);
        }
}

static void exceptions_ignore_both_low_bits_of_vstvec(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (uint64_t mode = 0; mode < 4; mode++) {
        fixture_begin(&fix);
        fix.live.csr[GCSR_VSTVEC] = 0xffffffff80400000 | mode;
        trap_set(&fix, EXC_BREAKPOINT, 0);
        exit_inside(&fix, ROW_EXC_DBG);
        assert_int_equal(fix.mon.vcpu[0].guest.pc, 0xffffffff80400000);
        assert_int_equal(fix.mon.vcpu[0].guest.csr[GCSR_VSTVEC], 0xffffffff80400000 | mode);
        assert_sound(&fix);
    }
}

static void a_forwarded_exception_keeps_cause_and_value(void **unused)
{
    static const uint64_t causes[] = {0, 1, 2, 4, 5, 6, 7, 8, 12, 13, 15, 18};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        fixture_begin(&fix);
        fix.live.mode = GUEST_VU;
        trap_set(&fix, causes[i], 0x5ec0 + i);
        exit_inside(&fix, ROW_EXC_FWD);
        assert_exception(&fix, causes[i], 0x5ec0 + i);
        assert_sound(&fix);
    }
}

static void an_illegal_instruction_carries_its_code_even_if_the_hart_did_not(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    code_place(&fix, INSN_SRET);
    trap_set(&fix, VIRTUAL, 0);
    exit_inside(&fix, ROW_VI_PRIV);
    assert_exception(&fix, EXC_INST_ILLEGAL, INSN_SRET);
    assert_int_equal(fix.platform.fetches, 2);
    assert_sound(&fix);
}

static void a_virtual_instruction_in_stval_is_not_read_again(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    code_place(&fix, INSN_SRET);
    trap_set(&fix, VIRTUAL, INSN_WFI_WORD);
    exit_to_host(&fix, ROW_VI_WFI);
    assert_int_equal(fix.platform.calls, 0);
    assert_sound(&fix);
}

static void unreadable_or_ordinary_code_under_a_virtual_instruction_is_run_again(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    trap_set(&fix, VIRTUAL, 0);
    exit_inside(&fix, ROW_MMIO_FETCHFAIL);
    assert_guest(&fix, &fix.live);
    code_place(&fix, INSN_LW_T0_A1);
    exit_inside(&fix, ROW_MMIO_MISMATCH);
    assert_guest(&fix, &fix.live);
    assert_sound(&fix);
}

static void a_counter_comes_from_the_platform(void **unused)
{
    static const unsigned counters[] = {CYCLE, TIME, INSTRET, HPM3, HPM31};
    static const unsigned targets[] = {0, 2, 10, 31};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < 5; i++)
        for (unsigned k = 0; k < 4; k++) {
            fixture_begin(&fix);
            fix.platform.counter = 0x123456789abcdef0;
            csr_exit(&fix, csr_word(counters[i], RS, 0, targets[k]), ROW_VI_CNT);
            assert_value(&fix, targets[k], fix.platform.counter);
            assert_int_equal(fix.platform.counter_csr, counters[i]);
            assert_int_equal(fix.platform.calls, 1);
        }
}

static void a_counter_that_the_platform_refuses_is_illegal(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    fix.platform.counter_status = STATUS_DENIED;
    csr_exit(&fix, csr_word(HPM3, RS, 0, 5), ROW_VI_CNT);
    assert_exception(&fix, EXC_INST_ILLEGAL, csr_word(HPM3, RS, 0, 5));
    assert_sound(&fix);
}

static void user_mode_needs_the_guest_kernels_consent_for_a_counter(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned consent = 0; consent < 2; consent++) {
        fixture_begin(&fix);
        fix.live.mode = GUEST_VU;
        fix.live.csr[GCSR_SCOUNTEREN] = consent ? 2 : ~(uint64_t)2;
        csr_exit(&fix, csr_word(TIME, RS, 0, 5), ROW_VI_CNT);
        if (consent)
            assert_value(&fix, 5, fix.platform.counter);
        else
            assert_exception(&fix, EXC_INST_ILLEGAL, csr_word(TIME, RS, 0, 5));
        assert_int_equal(fix.platform.calls, consent);
        assert_sound(&fix);
    }
}

static void a_counter_cannot_be_written(void **unused)
{
    static const uint8_t ops[] = {RW, RS, RC, RWI, RSI, RCI};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < 6; i++)
        for (unsigned source = 0; source < 2; source++) {
            bool writes = (ops[i] & 3) == RW || source != 0;
            uint32_t word = csr_word(TIME, ops[i], source, 5);

            fixture_begin(&fix);
            csr_exit(&fix, word, ROW_VI_CNT);
            if (writes)
                assert_exception(&fix, EXC_INST_ILLEGAL, word);
            else
                assert_value(&fix, 5, fix.platform.counter);
            assert_int_equal(fix.platform.calls, !writes);
            assert_sound(&fix);
        }
}

static void entropy_comes_from_the_platform_and_says_when_there_is_none(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    fix.platform.entropy = 0xbeef;
    csr_exit(&fix, csr_word(SEED, RW, 0, 5), ROW_VI_CSR);
    assert_value(&fix, 5, 0x8000beef); /* OPST = ES16 */
    assert_int_equal(fix.platform.randoms, 1);

    fix.platform.random_status = STATUS_DENIED;
    csr_exit(&fix, csr_word(SEED, RW, 0, 5), ROW_VI_CSR);
    assert_value(&fix, 5, 0x40000000); /* OPST = WAIT */
}

static void the_seed_is_for_the_guest_kernel_and_for_writing_instructions(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned from_user = 0; from_user < 2; from_user++) {
        uint32_t word = csr_word(SEED, from_user ? RW : RS, 0, 5);

        fixture_begin(&fix);
        fix.live.mode = from_user ? GUEST_VU : GUEST_VS;
        csr_exit(&fix, word, ROW_VI_CSR);
        assert_exception(&fix, EXC_INST_ILLEGAL, word);
        assert_int_equal(fix.platform.calls, 0);
        assert_sound(&fix);
    }
}

static void other_csrs_are_illegal_and_neither_value_moves(void **unused)
{
    static const uint16_t csrs[] = {0x600, 0x680, 0x200, 0x280, 0x150, 0x151, 0x15c};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < sizeof csrs / sizeof csrs[0]; i++) {
        uint32_t word = csr_word(csrs[i], RW, 11, 5);

        fixture_begin(&fix);
        csr_exit(&fix, word, ROW_VI_CSR);
        assert_exception(&fix, EXC_INST_ILLEGAL, word);
        assert_int_equal(fix.platform.calls, 0);
        assert_sound(&fix);
    }
}

static void waiting_instructions_show_a_constant_and_advance_once(void **unused)
{
    static const uint32_t words[] = {INSN_WFI_WORD, INSN_WRS_NTO, INSN_WRS_STO};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < 3; i++)
        for (unsigned told = 0; told < 2; told++) {
            fixture_begin(&fix);
            code_place(&fix, words[i]);
            trap_set(&fix, VIRTUAL, told ? words[i] : 0);
            exit_to_host(&fix, i == 0 ? ROW_VI_WFI : ROW_VI_WRS);
            assert_int_equal(fix.out.view.slot[ITEM_STVAL], words[i]);
            assert_int_equal(fix.out.view.served_insn, 0);
            resume_ok(&fix, HOST_DONE);
            assert_value(&fix, 0, 0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exception_changes_exactly_what_the_hart_would),
        cmocka_unit_test(exceptions_ignore_both_low_bits_of_vstvec),
        cmocka_unit_test(a_forwarded_exception_keeps_cause_and_value),
        cmocka_unit_test(an_illegal_instruction_carries_its_code_even_if_the_hart_did_not),
        cmocka_unit_test(a_virtual_instruction_in_stval_is_not_read_again),
        cmocka_unit_test(unreadable_or_ordinary_code_under_a_virtual_instruction_is_run_again),
        cmocka_unit_test(a_counter_comes_from_the_platform),
        cmocka_unit_test(a_counter_that_the_platform_refuses_is_illegal),
        cmocka_unit_test(user_mode_needs_the_guest_kernels_consent_for_a_counter),
        cmocka_unit_test(a_counter_cannot_be_written),
        cmocka_unit_test(entropy_comes_from_the_platform_and_says_when_there_is_none),
        cmocka_unit_test(the_seed_is_for_the_guest_kernel_and_for_writing_instructions),
        cmocka_unit_test(other_csrs_are_illegal_and_neither_value_moves),
        cmocka_unit_test(waiting_instructions_show_a_constant_and_advance_once),
    };

    return cmocka_run_group_tests_name("monitor guest", tests, NULL, NULL);
}
