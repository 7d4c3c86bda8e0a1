/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_system.c — which instruction may run in which mode, and what traps
 * otherwise. The encodings were made with riscv64-unknown-elf-as. */
#include "hart_tables.h"

enum { NONE = -1, ILLEGAL = CAUSE_ILLEGAL, VIRTUAL = CAUSE_VIRTUAL };

enum {
    MRET = 0x30200073,
    SRET = 0x10200073,
    WFI = 0x10500073,
    SFENCE_VMA = 0x12b50073,
    SINVAL_VMA = 0x16b50073,
    SFENCE_W_INVAL = 0x18000073,
    SFENCE_INVAL_IR = 0x18100073,
    HFENCE_VVMA = 0x22b50073,
    HFENCE_GVMA = 0x62b50073,
    HINVAL_VVMA = 0x26b50073,
    HINVAL_GVMA = 0x66b50073,
    HLV_B = 0x6005c573,
    HLVX_WU = 0x6835c573,
    HSV_D = 0x6ea5c073,
    CBO_INVAL = 0x0005a00f,
    CBO_CLEAN = 0x0015a00f,
    CBO_FLUSH = 0x0025a00f,
    CBO_ZERO = 0x0045a00f
};

/* Expected in M, HS, U, VS, VU while these bits are set. */
struct row {
    uint32_t raw;
    uint64_t mstatus, hstatus;
    int in[5];
};

static const struct hart_mode modes[] = {{PRIVILEGE_M, false},
                                         {PRIVILEGE_S, false},
                                         {PRIVILEGE_U, false},
                                         {PRIVILEGE_S, true},
                                         {PRIVILEGE_U, true}};

static int try_raw(struct fixture *fix, uint32_t raw, struct hart_mode mode)
{
    unsigned before = fix->traps;

    fixture_mode(fix, mode);
    fix->reg[11] = RAM + 0x100000; /* a1 */
    run_system(fix, raw);
    return cause_after(fix, before);
}

static void check_rows(const struct hart_features *features, const struct row *row, size_t count)
{
    struct fixture fix;

    for (size_t i = 0; i < count; i++) {
        for (size_t m = 0; m < 5; m++) {
            fixture_open(&fix, features);
            csr_set(&fix, MSTATUS, row[i].mstatus);
            csr_set(&fix, HSTATUS, row[i].hstatus);
            if (try_raw(&fix, row[i].raw, modes[m]) != row[i].in[m])
                fail_msg("row %zu, %08x in %s", i, row[i].raw, hart_mode_name(modes[m]));
            if (row[i].in[m] >= 0)
                assert_int_equal(fix.trap.tval, row[i].raw);
            fixture_close(&fix);
        }
    }
}

static void returns_run_where_they_may(void **unused)
{
    static const struct row rows[] = {
        {MRET, 0, 0, {NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}},
        {SRET, 0, 0, {NONE, NONE, ILLEGAL, NONE, VIRTUAL}},
        {SRET, STATUS_TSR, 0, {NONE, ILLEGAL, ILLEGAL, NONE, VIRTUAL}},
        {SRET, 0, HSTATUS_VTSR, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
    };
    (void)unused;

    check_rows(&all_features, rows, sizeof rows / sizeof rows[0]);
}

static void wfi_runs_where_it_may(void **unused)
{
    static const struct row rows[] = {
        {WFI, 0, 0, {NONE, NONE, ILLEGAL, NONE, VIRTUAL}},
        {WFI, STATUS_TW, 0, {NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}},
        {WFI, 0, HSTATUS_VTW, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
        {WFI, STATUS_TW, HSTATUS_VTW, {NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}},
    };
    (void)unused;

    check_rows(&all_features, rows, sizeof rows / sizeof rows[0]);
}

static void fences_run_where_they_may(void **unused)
{
    static const struct row rows[] = {
        {SFENCE_VMA, 0, 0, {NONE, NONE, ILLEGAL, NONE, VIRTUAL}},
        {SFENCE_VMA, STATUS_TVM, 0, {NONE, ILLEGAL, ILLEGAL, NONE, VIRTUAL}},
        {SFENCE_VMA, 0, HSTATUS_VTVM, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
        {SINVAL_VMA, 0, 0, {NONE, NONE, ILLEGAL, NONE, VIRTUAL}},
        {SINVAL_VMA, STATUS_TVM, 0, {NONE, ILLEGAL, ILLEGAL, NONE, VIRTUAL}},
        {SINVAL_VMA, 0, HSTATUS_VTVM, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
        {SFENCE_W_INVAL, STATUS_TVM, HSTATUS_VTVM, {NONE, NONE, ILLEGAL, NONE, VIRTUAL}},
        {SFENCE_INVAL_IR, STATUS_TVM, HSTATUS_VTVM, {NONE, NONE, ILLEGAL, NONE, VIRTUAL}},
        {HFENCE_VVMA, STATUS_TVM, HSTATUS_VTVM, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
        {HFENCE_GVMA, 0, 0, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
        {HFENCE_GVMA, STATUS_TVM, 0, {NONE, ILLEGAL, ILLEGAL, VIRTUAL, VIRTUAL}},
        {HINVAL_VVMA, STATUS_TVM, 0, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
        {HINVAL_GVMA, STATUS_TVM, 0, {NONE, ILLEGAL, ILLEGAL, VIRTUAL, VIRTUAL}},
        {HINVAL_GVMA, 0, 0, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
        {SFENCE_VMA | 0x80, 0, 0, {ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}}, /* rd is not 0 */
    };
    (void)unused;

    check_rows(&all_features, rows, sizeof rows / sizeof rows[0]);
}

static void hypervisor_accesses_run_where_they_may(void **unused)
{
    static const struct row rows[] = {
        {HLV_B, 0, 0, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
        {HLV_B, 0, HSTATUS_HU, {NONE, NONE, NONE, VIRTUAL, VIRTUAL}},
        {HLVX_WU, 0, 0, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
        {HSV_D, 0, HSTATUS_HU, {NONE, NONE, NONE, VIRTUAL, VIRTUAL}},
        {HLV_B | 2 << 20, 0, 0, {ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}},
        {HSV_D | 0x80, 0, 0, {ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}},
        {0x6c15c573, 0, 0, {ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}}, /* hlv.du */
        {0x6035c573, 0, 0, {ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}}, /* hlvx.bu */
    };
    (void)unused;

    check_rows(&all_features, rows, sizeof rows / sizeof rows[0]);
}

static void without_an_extension_its_instructions_are_illegal(void **unused)
{
    static const uint32_t raws[] = {HFENCE_VVMA, HFENCE_GVMA, HINVAL_GVMA,    HLV_B,
                                    HSV_D,       SINVAL_VMA,  SFENCE_W_INVAL, CBO_ZERO,
                                    CBO_CLEAN,   0x60059513};
    static const struct hart_features bare = {.levels_max = 3};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &bare);
    for (size_t i = 0; i < sizeof raws / sizeof raws[0]; i++)
        assert_int_equal(try_raw(&fix, raws[i], MODE_M), ILLEGAL);
    assert_int_equal(try_raw(&fix, SFENCE_VMA, MODE_HS), NONE);
    fixture_close(&fix);
}

static void what_is_no_instruction_is_illegal_with_its_bits(void **unused)
{
    static const uint32_t raws[] = {0x00000000,
                                    0x0000ffff & ~3U,
                                    0xffffffff,
                                    0x0000007f,
                                    0x80000073,
                                    0x00200073 /* uret */,
                                    0x7b200073 /* dret */,
                                    0x0000200f | 3 << 20};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof raws / sizeof raws[0]; i++) {
        assert_int_equal(try_raw(&fix, raws[i], MODE_VS), ILLEGAL);
        assert_int_equal(fix.trap.tval, raws[i]);
    }
    fixture_close(&fix);
}

static void an_instruction_is_fetched_from_its_own_page_with_its_own_length(void **unused)
{
    struct engine_event event = {.kind = ENGINE_SYSTEM, .pc = CODE};
    uint64_t far = CODE + 32 * PAGE_SIZE; /* a page that is kept in the same place */
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    ram_put(&fix, CODE, insn_csr(CSRRWI, MSCRATCH, 0, 5));
    ram_put(&fix, far, insn_csr(CSRRWI, MSCRATCH, 0, 6));
    hart_event(fix.hart, &event);
    event.pc = far;
    hart_event(fix.hart, &event);
    assert_int_equal(csr_get(&fix, MSCRATCH), 6);
    ram_put(&fix, far, UINT64_C(0xffffffffffff9c04)); /* sixteen bits that are no instruction */
    hart_event(fix.hart, &event);
    assert_int_equal(hart_event(fix.hart, &event), M_TVEC);
    assert_int_equal(fix.trap.tval, 0x9c04);
    fixture_close(&fix);
}

/* --- cache blocks --- */

/* The xenvcfg bits that are set, and what comes of it in M, HS, U, VS, VU. */
static void cbo_is_let_through_by_the_envcfgs_on_the_way(void **unused)
{
    static const struct {
        bool m, h, s;
        int in[5];
    } rows[] = {
        {false, true, true, {NONE, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL}},
        {true, false, false, {NONE, NONE, ILLEGAL, VIRTUAL, VIRTUAL}},
        {true, true, false, {NONE, NONE, ILLEGAL, NONE, VIRTUAL}},
        {true, false, true, {NONE, NONE, NONE, VIRTUAL, VIRTUAL}},
        {true, true, true, {NONE, NONE, NONE, NONE, NONE}},
    };
    static const struct {
        uint32_t raw;
        uint64_t field;
    } operations[] = {{CBO_ZERO, ENVCFG_CBZE},
                      {CBO_CLEAN, ENVCFG_CBCFE},
                      {CBO_FLUSH, ENVCFG_CBCFE},
                      {CBO_INVAL, ENVCFG_CBIE},
                      {CBO_INVAL, 0x10}}; /* CBIE = 1: as a flush */
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t o = 0; o < sizeof operations / sizeof operations[0]; o++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            csr_set(&fix, MENVCFG, rows[i].m ? operations[o].field : 0);
            csr_set(&fix, HENVCFG, rows[i].h ? operations[o].field : 0);
            csr_set(&fix, SENVCFG, rows[i].s ? operations[o].field : 0);
            for (size_t m = 0; m < 5; m++)
                assert_int_equal(try_raw(&fix, operations[o].raw, modes[m]), rows[i].in[m]);
        }
    }
    fixture_close(&fix);
}

static void cbo_zero_clears_its_block(void **unused)
{
    struct fixture fix;
    uint64_t block = RAM + 0x100000;
    (void)unused;

    fixture_open(&fix, &all_features);
    memset(ram_at(&fix, block - 64), 0xaa, 192);
    fix.reg[11] = block + 37;
    assert_int_equal(run_system(&fix, CBO_ZERO), CODE + 4);
    assert_int_equal(ram_get(&fix, block - 8), UINT64_C(0xaaaaaaaaaaaaaaaa));
    for (uint64_t i = 0; i < 64; i += 8)
        assert_int_equal(ram_get(&fix, block + i), 0);
    assert_int_equal(ram_get(&fix, block + 64), UINT64_C(0xaaaaaaaaaaaaaaaa));
    fixture_close(&fix);
}

static void a_cbo_faults_as_a_store_at_the_address_in_rs1(void **unused)
{
    struct fixture fix;
    struct tables tables;
    (void)unused;

    fixture_open(&fix, &all_features);
    tables = tables_begin(&fix, TABLES, 3, false);
    tables_map(&tables, 0x40000000, RAM + 0x100000, PTE_V | PTE_R | PTE_U | PTE_A, 0);
    csr_set(&fix, SATP, tables_atp(&tables));
    for (unsigned i = 0; i < 2; i++) {
        fix.reg[11] = 0x40001025; /* not mapped */
        csr_set(&fix, MSTATUS, STATUS_MPRV);
        run_system(&fix, i ? CBO_ZERO : CBO_CLEAN);
        assert_int_equal(fix.trap.cause, CAUSE_STORE_PAGE);
        assert_int_equal(fix.trap.tval, 0x40001025);
        assert_int_equal(fix.trap.tinst, (i ? CBO_ZERO : CBO_CLEAN) & ~(0x1fU << 15));
    }
    fix.reg[11] = 0x40000000; /* may be read: enough for clean, not for zero */
    csr_set(&fix, MSTATUS, STATUS_MPRV);
    assert_int_equal(run_system(&fix, CBO_CLEAN), CODE + 4);
    assert_int_equal(run_system(&fix, CBO_ZERO), M_TVEC);
    assert_int_equal(fix.trap.cause, CAUSE_STORE_PAGE);
    fix.reg[11] = DEVICE;
    csr_set(&fix, MSTATUS, 0);
    run_system(&fix, CBO_ZERO);
    assert_int_equal(fix.trap.cause, CAUSE_STORE_ACCESS);
    fixture_close(&fix);
}

/* --- float --- */

static void a_float_instruction_makes_fs_dirty_first_and_runs_in_the_engine_then(void **unused)
{
    static const uint32_t raws[] = {0x02c5f553 /* fadd.d */, 0x0005b507 /* fld */,
                                    0x2588 /* c.fld */};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof raws / sizeof raws[0]; i++) {
        csr_set(&fix, MSTATUS, UINT64_C(1) << STATUS_FS_SHIFT);
        csr_set(&fix, VSSTATUS, UINT64_C(2) << STATUS_FS_SHIFT);
        fixture_mode(&fix, MODE_VS);
        assert_false(fix.has_float);
        assert_int_equal(run_system(&fix, raws[i]), CODE); /* again */
        assert_true(fix.has_float);
        assert_int_equal(csr_get(&fix, MSTATUS) & (STATUS_FS | STATUS_SD), STATUS_FS | STATUS_SD);
        assert_int_equal(csr_get(&fix, VSSTATUS) & STATUS_FS, STATUS_FS);
        assert_int_equal(fix.clock.instret, 0);
        csr_set(&fix, VSSTATUS, 0);
        assert_false(fix.has_float);
        assert_int_equal(run_system(&fix, raws[i]), M_TVEC); /* never virtual */
        assert_int_equal(fix.trap.cause, ILLEGAL);
    }
    fixture_close(&fix);
}

static void fcsr_is_there_while_fs_is_on_and_a_write_makes_it_dirty(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    fix.reg[ENGINE_FCSR] = 0x65;
    assert_int_equal(try_read(&fix, 3), ILLEGAL); /* FS is Off */
    csr_set(&fix, MSTATUS, UINT64_C(1) << STATUS_FS_SHIFT);
    assert_int_equal(try_read(&fix, 1), NONE);
    assert_int_equal(fix.reg[5], 5);
    assert_int_equal(try_read(&fix, 2), NONE);
    assert_int_equal(fix.reg[5], 3);
    assert_int_equal(csr_get(&fix, MSTATUS) & STATUS_FS, UINT64_C(1) << STATUS_FS_SHIFT);
    assert_int_equal(try_csr(&fix, CSRRW, 2, 0xf9), NONE); /* frm: three bits */
    assert_int_equal(fix.reg[ENGINE_FCSR], 0x25);
    assert_int_equal(csr_get(&fix, MSTATUS) & STATUS_FS, STATUS_FS);
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(returns_run_where_they_may),
        cmocka_unit_test(wfi_runs_where_it_may),
        cmocka_unit_test(fences_run_where_they_may),
        cmocka_unit_test(hypervisor_accesses_run_where_they_may),
        cmocka_unit_test(without_an_extension_its_instructions_are_illegal),
        cmocka_unit_test(what_is_no_instruction_is_illegal_with_its_bits),
        cmocka_unit_test(an_instruction_is_fetched_from_its_own_page_with_its_own_length),
        cmocka_unit_test(cbo_is_let_through_by_the_envcfgs_on_the_way),
        cmocka_unit_test(cbo_zero_clears_its_block),
        cmocka_unit_test(a_cbo_faults_as_a_store_at_the_address_in_rs1),
        cmocka_unit_test(a_float_instruction_makes_fs_dirty_first_and_runs_in_the_engine_then),
        cmocka_unit_test(fcsr_is_there_while_fs_is_on_and_a_write_makes_it_dirty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
