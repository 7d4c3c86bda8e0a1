/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_csr.c — who may access which CSR, what traps otherwise, and what can be
 * written. */
#include "hart_fixture.h"

enum { NONE = -1, ILLEGAL = CAUSE_ILLEGAL, VIRTUAL = CAUSE_VIRTUAL };

/* Expected result of a read in M, HS, U, VS, VU. */
struct access_row {
    uint16_t number;
    int in_m, in_hs, in_u, in_vs, in_vu;
};

static void check_row(struct fixture *fix, const struct access_row *row)
{
    const struct hart_mode modes[] = {MODE_M, MODE_HS, MODE_U, MODE_VS, MODE_VU};
    const int expected[] = {row->in_m, row->in_hs, row->in_u, row->in_vs, row->in_vu};

    for (size_t i = 0; i < 5; i++) {
        fixture_mode(fix, modes[i]);
        if (try_read(fix, row->number) != expected[i])
            fail_msg("csr 0x%x in %s", row->number, hart_mode_name(modes[i]));
    }
}

static void the_mode_in_the_number_decides_who_may_read(void **unused)
{
    static const struct access_row rows[] = {
        {MSTATUS, NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL},
        {PMPADDR0, NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL},
        {MHARTID, NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL},
        {SSTATUS, NONE, NONE, ILLEGAL, NONE, VIRTUAL},
        {SSCRATCH, NONE, NONE, ILLEGAL, NONE, VIRTUAL},
        {SCOUNTEREN, NONE, NONE, ILLEGAL, NONE, VIRTUAL},
        {SATP, NONE, NONE, ILLEGAL, NONE, VIRTUAL},
        {VSSTATUS, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL},
        {VSATP, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL},
        {HSTATUS, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL},
        {HGATP, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL},
        {HGEIP, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL},
        {0x5c0, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}, /* nothing there */
        {0xc80, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}, /* cycleh: RV32 only */
        {0x3a1, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}, /* odd pmpcfg */
    };
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(&fix, &rows[i]);
    fixture_close(&fix);
}

static void a_write_to_a_read_only_csr_is_illegal_in_every_mode(void **unused)
{
    static const uint16_t numbers[] = {HGEIP, CYCLE, MHARTID};
    const struct hart_mode modes[] = {MODE_M, MODE_HS, MODE_VS, MODE_VU};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MCOUNTEREN, UINT32_MAX);
    csr_set(&fix, HCOUNTEREN, UINT32_MAX);
    for (size_t i = 0; i < 3; i++) {
        for (size_t m = 0; m < 4; m++) {
            fixture_mode(&fix, modes[m]);
            assert_int_equal(try_csr(&fix, CSRRW, numbers[i], 0), ILLEGAL);
            assert_int_equal(try_csr(&fix, CSRRS, numbers[i], 0), ILLEGAL); /* rs1 is not x0 */
        }
    }
    fixture_close(&fix);
}

static void a_trapped_access_gives_the_instruction_as_tval_and_changes_nothing(void **unused)
{
    struct fixture fix;
    uint32_t raw = insn_csr(CSRRW, HSTATUS, 5, 6);
    (void)unused;

    fixture_open(&fix, &all_features);
    fixture_mode(&fix, MODE_VS);
    fix.reg[5] = 77;
    assert_int_equal(run_system(&fix, raw), M_TVEC);
    assert_int_equal(csr_get(&fix, MCAUSE), CAUSE_VIRTUAL);
    assert_int_equal(csr_get(&fix, MTVAL), raw);
    assert_int_equal(csr_get(&fix, MEPC), CODE);
    assert_int_equal(csr_get(&fix, MSTATUS) & STATUS_GVA, 0);
    assert_int_equal(fix.reg[5], 77);
    assert_int_equal(fix.clock.instret, 0);
    fixture_close(&fix);
}

static void counters_follow_mcounteren_hcounteren_and_scounteren(void **unused)
{
    /* enables of m, h, s; then HS, U, VS, VU */
    static const struct {
        bool m, h, s;
        int in_hs, in_u, in_vs, in_vu;
    } rows[] = {
        {false, true, true, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL},
        {true, false, true, NONE, NONE, VIRTUAL, VIRTUAL},
        {true, true, false, NONE, ILLEGAL, NONE, VIRTUAL},
        {true, true, true, NONE, NONE, NONE, NONE},
        {true, false, false, NONE, ILLEGAL, VIRTUAL, VIRTUAL},
    };
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned counter = 0; counter < 32; counter++) {
            struct access_row row = {(uint16_t)(CYCLE + counter),
                                     NONE,
                                     rows[i].in_hs,
                                     rows[i].in_u,
                                     rows[i].in_vs,
                                     rows[i].in_vu};

            csr_set(&fix, MCOUNTEREN, (uint64_t)rows[i].m << counter);
            csr_set(&fix, HCOUNTEREN, (uint64_t)rows[i].h << counter);
            csr_set(&fix, SCOUNTEREN, (uint64_t)rows[i].s << counter);
            check_row(&fix, &row);
        }
    }
    fixture_close(&fix);
}

static void stimecmp_needs_stce_and_tm_on_the_way(void **unused)
{
    struct access_row row = {STIMECMP, NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    check_row(&fix, &row);
    csr_set(&fix, MENVCFG, ENVCFG_STCE);
    check_row(&fix, &row); /* TM of mcounteren is 0 */
    csr_set(&fix, MCOUNTEREN, 2);
    row = (struct access_row){STIMECMP, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL};
    check_row(&fix, &row);
    csr_set(&fix, HCOUNTEREN, 2);
    check_row(&fix, &row); /* STCE of henvcfg is 0 */
    csr_set(&fix, HENVCFG, ENVCFG_STCE);
    row.in_vs = NONE;
    check_row(&fix, &row);
    csr_set(&fix, HCOUNTEREN, 0);
    row.in_vs = VIRTUAL;
    check_row(&fix, &row);
    row = (struct access_row){VSTIMECMP, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL};
    check_row(&fix, &row);
    fixture_close(&fix);
}

static void tvm_and_vtvm_guard_satp_and_hgatp(void **unused)
{
    struct access_row row = {SATP, NONE, ILLEGAL, ILLEGAL, NONE, VIRTUAL};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MSTATUS, STATUS_TVM);
    check_row(&fix, &row);
    row = (struct access_row){HGATP, NONE, ILLEGAL, ILLEGAL, VIRTUAL, VIRTUAL};
    check_row(&fix, &row);
    row = (struct access_row){VSATP, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL};
    check_row(&fix, &row);
    csr_set(&fix, MSTATUS, 0);
    csr_set(&fix, HSTATUS, HSTATUS_VTVM);
    row = (struct access_row){SATP, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL};
    check_row(&fix, &row);
    fixture_close(&fix);
}

static void smstateen_closes_envcfg_and_the_stateens_below(void **unused)
{
    struct access_row senvcfg = {SENVCFG, NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL};
    struct access_row henvcfg = {HENVCFG, NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL};
    struct access_row sstateen = {SSTATEEN0, NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL};
    struct access_row hstateen = {HSTATEEN0, NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    check_row(&fix, &senvcfg);
    check_row(&fix, &henvcfg);
    check_row(&fix, &sstateen);
    check_row(&fix, &hstateen);
    csr_set(&fix, MSTATEEN0, UINT64_MAX);
    assert_int_equal(csr_get(&fix, MSTATEEN0), STATEEN_SE | STATEEN_ENVCFG);
    senvcfg = (struct access_row){SENVCFG, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL};
    henvcfg = (struct access_row){HENVCFG, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL};
    sstateen = (struct access_row){SSTATEEN0, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL};
    hstateen = (struct access_row){HSTATEEN0, NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL};
    check_row(&fix, &senvcfg);
    check_row(&fix, &henvcfg);
    check_row(&fix, &sstateen);
    check_row(&fix, &hstateen);
    csr_set(&fix, HSTATEEN0, UINT64_MAX);
    senvcfg.in_vs = NONE;
    sstateen.in_vs = NONE;
    check_row(&fix, &senvcfg);
    check_row(&fix, &sstateen);
    csr_set(&fix, MSTATEEN0, STATEEN_SE);
    assert_int_equal(csr_get(&fix, HSTATEEN0), STATEEN_SE); /* zero above is zero here */
    fixture_close(&fix);
}

static void a_hart_without_an_extension_has_not_its_csrs(void **unused)
{
    static const uint16_t of_h[] = {HSTATUS, HGATP,  VSSTATUS, VSATP,
                                    HGEIP,   MTVAL2, MTINST,   VSTIMECMP};
    static const struct hart_features bare = {.levels_max = 3};
    struct fixture fix;
    uint64_t value;
    (void)unused;

    fixture_open(&fix, &bare);
    for (size_t i = 0; i < sizeof of_h / sizeof of_h[0]; i++)
        assert_false(hart_csr_peek(fix.hart, of_h[i], &value));
    assert_false(hart_csr_peek(fix.hart, STIMECMP, &value));
    assert_false(hart_csr_peek(fix.hart, MSTATEEN0, &value));
    assert_false(hart_csr_peek(fix.hart, PMPCFG0, &value));
    csr_set(&fix, MSTATUS, STATUS_MPV | STATUS_GVA);
    assert_int_equal(csr_get(&fix, MSTATUS) & (STATUS_MPV | STATUS_GVA), 0);
    csr_set(&fix, MENVCFG, UINT64_MAX);
    assert_int_equal(csr_get(&fix, MENVCFG), ENVCFG_FIOM);
    csr_set(&fix, MIDELEG, UINT64_MAX);
    assert_int_equal(csr_get(&fix, MIDELEG), IRQ_BITS_S);
    assert_int_equal(csr_get(&fix, MISA), UINT64_C(0x800000000014112d));
    fixture_close(&fix);
}

static void misa_names_what_the_hart_has(void **unused)
{
    struct hart_features features = all_features;
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &features);
    assert_int_equal(csr_get(&fix, MISA), UINT64_C(0x80000000001411af));
    fixture_close(&fix);
    features.zbs = false; /* B is all three of them */
    fixture_open(&fix, &features);
    assert_int_equal(csr_get(&fix, MISA), UINT64_C(0x80000000001411ad));
    fixture_close(&fix);
}

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

static void names_are_those_of_the_specification(void **unused)
{
    char name[16];
    (void)unused;

    assert_true(hart_csr_name(HGATP, name, sizeof name));
    assert_string_equal(name, "hgatp");
    assert_true(hart_csr_name(PMPADDR0 + 13, name, sizeof name));
    assert_string_equal(name, "pmpaddr13");
    assert_true(hart_csr_name(CYCLE + 31, name, sizeof name));
    assert_string_equal(name, "hpmcounter31");
    assert_true(hart_csr_name(0x3a2, name, sizeof name));
    assert_string_equal(name, "pmpcfg2");
    assert_false(hart_csr_name(0x3a1, name, sizeof name));
    assert_string_equal(name, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mode_in_the_number_decides_who_may_read),
        cmocka_unit_test(a_write_to_a_read_only_csr_is_illegal_in_every_mode),
        cmocka_unit_test(a_trapped_access_gives_the_instruction_as_tval_and_changes_nothing),
        cmocka_unit_test(counters_follow_mcounteren_hcounteren_and_scounteren),
        cmocka_unit_test(stimecmp_needs_stce_and_tm_on_the_way),
        cmocka_unit_test(tvm_and_vtvm_guard_satp_and_hgatp),
        cmocka_unit_test(smstateen_closes_envcfg_and_the_stateens_below),
        cmocka_unit_test(a_hart_without_an_extension_has_not_its_csrs),
        cmocka_unit_test(misa_names_what_the_hart_has),
        cmocka_unit_test(only_the_bits_that_the_specification_names_can_be_written),
        cmocka_unit_test(reserved_values_of_a_field_leave_it_as_it_was),
        cmocka_unit_test(henvcfg_has_only_what_menvcfg_lets_through),
        cmocka_unit_test(satp_ignores_a_write_of_an_unknown_mode_and_hgatp_only_its_mode),
        cmocka_unit_test(a_guest_reaches_its_own_copies_under_the_supervisor_numbers),
        cmocka_unit_test(the_six_instructions_read_modify_and_write),
        cmocka_unit_test(counters_count_stand_still_and_are_set),
        cmocka_unit_test(a_guest_sees_time_with_its_delta),
        cmocka_unit_test(names_are_those_of_the_specification),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
