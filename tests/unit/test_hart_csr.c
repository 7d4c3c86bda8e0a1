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
        cmocka_unit_test(names_are_those_of_the_specification),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
