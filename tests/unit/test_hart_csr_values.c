/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_csr_values.c — what CSRs can hold, the six instructions, and the counters.
 */
#include "hart_fixture.h"

enum { NONE = -1 };

/* Writes all ones, then zeros: the bits that can be either, and those that are one always. */
static void check_mask(struct fixture *fix, uint16_t number, uint64_t writable, uint64_t fixed)
{
    csr_set(fix, number, UINT64_MAX);
    assert_int_equal(csr_get(fix, number), writable | fixed);
    csr_set(fix, number, 0);
    assert_int_equal(csr_get(fix, number), fixed);
}

static void only_the_bits_that_the_specification_names_can_be_written(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    check_mask(&fix, MTVEC, ~UINT64_C(2), 0);
    check_mask(&fix, STVEC, ~UINT64_C(2), 0);
    check_mask(&fix, VSTVEC, ~UINT64_C(2), 0);
    check_mask(&fix, MEPC, ~UINT64_C(1), 0);
    check_mask(&fix, SEPC, ~UINT64_C(1), 0);
    check_mask(&fix, VSEPC, ~UINT64_C(1), 0);
    check_mask(&fix, MEDELEG, 0xfcb7ff, 0);
    check_mask(&fix, HEDELEG, 0xcb1ff, 0);
    check_mask(&fix, MIDELEG, 0x222, 0x1444);
    check_mask(&fix, HIDELEG, 0x444, 0);
    check_mask(&fix, MIE, 0x1eee, 0);
    check_mask(&fix, HVIP, 0x444, 0);
    check_mask(&fix, HGEIE, 0x3e, 0);
    check_mask(&fix, MCOUNTEREN, UINT32_MAX, 0);
    check_mask(&fix, MCOUNTINHIBIT, 5, 0);
    check_mask(&fix, SSTATUS, 0xc6122 | STATUS_SD, STATUS_UXL64);
    check_mask(&fix, VSSTATUS, 0xc6122 | STATUS_SD, STATUS_UXL64);
    check_mask(&fix, MSTATUS, 0x7e79aa | STATUS_SD | STATUS_MPV | STATUS_GVA,
               STATUS_UXL64 | STATUS_SXL64);
    check_mask(&fix, HSTATUS, 0x7003c0, HSTATUS_VSXL64); /* VGEIN 63 is too high */
    check_mask(&fix, SENVCFG, 0xf1, 0);
    check_mask(&fix, MENVCFG, 0xf1 | ENVCFG_STCE | ENVCFG_PBMTE | ENVCFG_ADUE, 0);
    fixture_close(&fix);
}

static void reserved_values_of_a_field_leave_it_as_it_was(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MSTATUS, (uint64_t)PRIVILEGE_S << STATUS_MPP_SHIFT);
    csr_set(&fix, MSTATUS, UINT64_C(2) << STATUS_MPP_SHIFT | STATUS_TW);
    assert_int_equal(csr_get(&fix, MSTATUS) & (STATUS_MPP | STATUS_TW),
                     (uint64_t)PRIVILEGE_S << STATUS_MPP_SHIFT | STATUS_TW);
    csr_set(&fix, MENVCFG, 0x10);
    csr_set(&fix, MENVCFG, 0x20 | ENVCFG_FIOM); /* CBIE = 2 */
    assert_int_equal(csr_get(&fix, MENVCFG), 0x10 | ENVCFG_FIOM);
    csr_set(&fix, HSTATUS, 5 << HSTATUS_VGEIN_SHIFT);
    csr_set(&fix, HSTATUS, 6 << HSTATUS_VGEIN_SHIFT);
    assert_int_equal(csr_get(&fix, HSTATUS) & HSTATUS_VGEIN, 5 << HSTATUS_VGEIN_SHIFT);
    fixture_close(&fix);
}

static void henvcfg_has_only_what_menvcfg_lets_through(void **unused)
{
    struct fixture fix;
    uint64_t high = ENVCFG_STCE | ENVCFG_PBMTE | ENVCFG_ADUE;
    (void)unused;

    fixture_open(&fix, &all_features);
    check_mask(&fix, HENVCFG, 0xf1, 0);
    csr_set(&fix, MENVCFG, high);
    check_mask(&fix, HENVCFG, 0xf1 | high, 0);
    csr_set(&fix, HENVCFG, high);
    csr_set(&fix, MENVCFG, ENVCFG_PBMTE);
    assert_int_equal(csr_get(&fix, HENVCFG), ENVCFG_PBMTE);
    fixture_close(&fix);
}

static void satp_ignores_a_write_of_an_unknown_mode_and_hgatp_only_its_mode(void **unused)
{
    struct hart_features features = all_features;
    uint64_t sv39 = UINT64_C(8) << 60, sv57 = UINT64_C(10) << 60;
    struct fixture fix;
    (void)unused;

    features.levels_max = 4;
    features.asid_bits = 4;
    features.vmid_bits = 2;
    fixture_open(&fix, &features);
    csr_set(&fix, SATP, sv39 | 0x1234);
    csr_set(&fix, SATP, UINT64_MAX >> 4 | sv39); /* all of ASID and PPN */
    assert_int_equal(csr_get(&fix, SATP), sv39 | UINT64_C(0xf) << 44 | ATP_PPN);
    csr_set(&fix, SATP, sv57 | 1);
    assert_int_equal(csr_get(&fix, SATP), sv39 | UINT64_C(0xf) << 44 | ATP_PPN);
    csr_set(&fix, HGATP, sv39 | UINT64_C(0x3fff) << 44 | 0x123);
    assert_int_equal(csr_get(&fix, HGATP), sv39 | UINT64_C(3) << 44 | 0x120);
    csr_set(&fix, HGATP, sv57 | 0x456);
    assert_int_equal(csr_get(&fix, HGATP), sv39 | 0x454);
    fixture_close(&fix);
}

static void a_guest_reaches_its_own_copies_under_the_supervisor_numbers(void **unused)
{
    static const uint16_t pairs[][2] = {{SSCRATCH, VSSCRATCH}, {SEPC, VSEPC},   {SCAUSE, VSCAUSE},
                                        {STVAL, VSTVAL},       {STVEC, VSTVEC}, {SATP, VSATP}};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        csr_set(&fix, pairs[i][0], 0x1000);
        csr_set(&fix, pairs[i][1], 0x2000);
        fixture_mode(&fix, MODE_VS);
        assert_int_equal(try_csr(&fix, CSRRW, pairs[i][0], 0x3000), NONE);
        assert_int_equal(fix.reg[5], 0x2000);
        assert_int_equal(csr_get(&fix, pairs[i][1]), 0x3000);
        assert_int_equal(csr_get(&fix, pairs[i][0]), 0x1000);
    }
    fixture_mode(&fix, MODE_VS);
    csr_set(&fix, SCOUNTEREN, 0);
    assert_int_equal(try_csr(&fix, CSRRW, SCOUNTEREN, 7), NONE); /* has no copy */
    assert_int_equal(csr_get(&fix, SCOUNTEREN), 7);
    fixture_close(&fix);
}

static void the_six_instructions_read_modify_and_write(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MSCRATCH, 0xf0);
    fix.reg[6] = 0x0f;
    assert_int_equal(run_system(&fix, insn_csr(CSRRS, MSCRATCH, 5, 6)), CODE + 4);
    assert_int_equal(fix.reg[5], 0xf0);
    assert_int_equal(csr_get(&fix, MSCRATCH), 0xff);
    fix.reg[6] = 0x81;
    run_system(&fix, insn_csr(CSRRC, MSCRATCH, 6, 6)); /* rd is rs1 */
    assert_int_equal(fix.reg[6], 0xff);
    assert_int_equal(csr_get(&fix, MSCRATCH), 0x7e);
    run_system(&fix, insn_csr(CSRRSI, MSCRATCH, 0, 1));
    assert_int_equal(csr_get(&fix, MSCRATCH), 0x7f);
    run_system(&fix, insn_csr(CSRRCI, MSCRATCH, 0, 0x1f));
    assert_int_equal(csr_get(&fix, MSCRATCH), 0x60);
    run_system(&fix, insn_csr(CSRRWI, MSCRATCH, 0, 0));
    assert_int_equal(csr_get(&fix, MSCRATCH), 0);
    assert_int_equal(fix.clock.instret, 5);
    assert_int_equal(fix.csrs, 5);
    fixture_close(&fix);
}

static void counters_count_stand_still_and_are_set(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    fix.clock.instret = 1000;
    assert_int_equal(csr_get(&fix, MINSTRET), 1000);
    fix.reg[6] = 5;
    run_system(&fix, insn_csr(CSRRW, MINSTRET, 0, 6));
    assert_int_equal(csr_get(&fix, MINSTRET), 5); /* what the next instruction reads */
    assert_int_equal(csr_get(&fix, MCYCLE), 1001);
    fix.clock.instret += 10;
    assert_int_equal(csr_get(&fix, INSTRET), 15);
    run_system(&fix, insn_csr(CSRRWI, MCOUNTINHIBIT, 0, 1)); /* cycle */
    fix.clock.instret += 10;
    assert_int_equal(csr_get(&fix, CYCLE), 1011);
    assert_int_equal(csr_get(&fix, INSTRET), 25);
    run_system(&fix, insn_csr(CSRRWI, MCOUNTINHIBIT, 0, 0));
    fix.clock.instret += 10;
    assert_int_equal(csr_get(&fix, CYCLE), 1021);
    fixture_close(&fix);
}

static void a_guest_sees_time_with_its_delta(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MCOUNTEREN, 7);
    csr_set(&fix, HCOUNTEREN, 7);
    csr_set(&fix, HTIMEDELTA, (uint64_t)-40);
    fix.mtime = 100;
    fixture_mode(&fix, MODE_HS);
    assert_int_equal(try_read(&fix, TIME), NONE);
    assert_int_equal(fix.reg[5], 100);
    fixture_mode(&fix, MODE_VS);
    assert_int_equal(try_read(&fix, TIME), NONE);
    assert_int_equal(fix.reg[5], 60);
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_bits_that_the_specification_names_can_be_written),
        cmocka_unit_test(reserved_values_of_a_field_leave_it_as_it_was),
        cmocka_unit_test(henvcfg_has_only_what_menvcfg_lets_through),
        cmocka_unit_test(satp_ignores_a_write_of_an_unknown_mode_and_hgatp_only_its_mode),
        cmocka_unit_test(a_guest_reaches_its_own_copies_under_the_supervisor_numbers),
        cmocka_unit_test(the_six_instructions_read_modify_and_write),
        cmocka_unit_test(counters_count_stand_still_and_are_set),
        cmocka_unit_test(a_guest_sees_time_with_its_delta),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
