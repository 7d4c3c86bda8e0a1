/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_memory.c — loads, stores and atomics that the model carries out: to devices,
 * over page borders, and what mtinst says when they fault. Encodings were made with
 * riscv64-unknown-elf-as. */
#include "hart_tables.h"

#define DATA (RAM + 0x100000)

enum { NONE = -1 };

static int run(struct fixture *fix, uint32_t raw)
{
    unsigned before = fix->traps;
    int cause;

    run_memory(fix, raw);
    cause = cause_after(fix, before);
    fixture_mode(fix, MODE_M);
    return cause;
}

static void loads_from_a_device_extend_as_their_kind_says(void **unused)
{
    static const struct {
        unsigned funct3;
        uint64_t value;
    } rows[] = {{0, UINT64_C(0xfffffffffffffff0)},
                {1, UINT64_C(0xfffffffffffff1f0)},
                {2, UINT64_C(0xfffffffff3f2f1f0)},
                {3, UINT64_C(0xf7f6f5f4f3f2f1f0)},
                {4, 0xf0},
                {5, 0xf1f0},
                {6, 0xf3f2f1f0}};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    fix.device = UINT64_C(0xf7f6f5f4f3f2f1f0);
    fix.reg[6] = DEVICE + 16;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(run(&fix, insn_load(rows[i].funct3, 5, 6, -16)), NONE);
        assert_int_equal(fix.reg[5], rows[i].value);
    }
    assert_int_equal(fix.device_reads, 7);
    assert_int_equal(fix.clock.instret, 7);
    assert_int_equal(run(&fix, insn_load(3, 0, 6, -16)), NONE); /* to x0, but read it is */
    assert_int_equal(fix.device_reads, 8);
    fixture_close(&fix);
}

static void stores_to_a_device_cut_the_register(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    fix.reg[5] = UINT64_C(0x8877665544332211);
    fix.reg[6] = DEVICE - 40;
    assert_int_equal(run(&fix, insn_store(0, 5, 6, 40)), NONE);
    assert_int_equal(fix.device, 0x11);
    assert_int_equal(run(&fix, insn_store(2, 5, 6, 40)), NONE);
    assert_int_equal(fix.device, 0x44332211);
    fixture_close(&fix);
}

static void the_engines_own_way_to_a_device_is_the_same(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    fix.device = 0x80;
    fix.reg[6] = DEVICE;
    assert_int_equal(run_memory_filled(&fix, insn_load(0, 5, 6, 0), DEVICE, ACCESS_READ), CODE + 4);
    assert_int_equal(fix.reg[5], UINT64_C(0xffffffffffffff80));
    assert_int_equal(run_memory_filled(&fix, insn_store(1, 5, 6, 0), DEVICE, ACCESS_WRITE),
                     CODE + 4);
    assert_int_equal(fix.device, 0xff80);
    assert_int_equal(fix.device_reads + fix.device_writes, 2);
    fix.reg[6] = DEVICE + 3; /* misaligned there */
    assert_int_equal(run_memory_filled(&fix, insn_load(2, 5, 6, 0), DEVICE, ACCESS_READ), M_TVEC);
    assert_int_equal(fix.trap.cause, CAUSE_LOAD_ACCESS);
    assert_int_equal(fix.trap.tval, DEVICE + 3);
    csr_set(&fix, PMPADDR0, DEVICE >> 2 | 1); /* 16 bytes, */
    csr_set(&fix, PMPCFG0, 0x99);             /* locked, to be read only */
    fix.reg[6] = DEVICE;
    assert_int_equal(run_memory_filled(&fix, insn_load(3, 5, 6, 0), DEVICE, ACCESS_READ), CODE + 4);
    assert_int_equal(run_memory_filled(&fix, insn_store(3, 5, 6, 0), DEVICE, ACCESS_WRITE), M_TVEC);
    assert_int_equal(fix.trap.cause, CAUSE_STORE_ACCESS);
    assert_int_equal(fix.device_writes, 1);
    /* An event without a fill, or for another kind of access, does not use what was refused. */
    fix.reg[6] = DATA;
    assert_int_equal(run_memory(&fix, insn_store(3, 5, 6, 0)), CODE + 4);
    fixture_close(&fix);
}

static void compressed_forms_use_the_registers_of_their_long_ones(void **unused)
{
    static const struct {
        uint16_t half;
        unsigned base, data; /* registers */
        int offset;
        bool is_store;
    } rows[] = {
        {0x4784, 15, 9, 8, false},   /* c.lw s1, 8(a5) */
        {0x6784, 15, 9, 8, false},   /* c.ld s1, 8(a5) */
        {0xc784, 15, 9, 8, true},    /* c.sw s1, 8(a5) */
        {0xe784, 15, 9, 8, true},    /* c.sd s1, 8(a5) */
        {0x2784, 15, 41, 8, false},  /* c.fld fs1, 8(a5) */
        {0xa784, 15, 41, 8, true},   /* c.fsd fs1, 8(a5) */
        {0x5fe4, 15, 9, 124, false}, /* c.lw s1, 124(a5) */
        {0x43a4, 15, 9, 64, false},  /* c.lw s1, 64(a5) */
        {0x7fe4, 15, 9, 248, false}, /* c.ld s1, 248(a5) */
        {0xdfe4, 15, 9, 124, true},  /* c.sw s1, 124(a5) */
        {0xffe4, 15, 9, 248, true},  /* c.sd s1, 248(a5) */
        {0x50fe, 2, 1, 252, false},  /* c.lwsp ra, 252(sp) */
        {0x70fe, 2, 1, 504, false},  /* c.ldsp ra, 504(sp) */
        {0xdf86, 2, 1, 252, true},   /* c.swsp ra, 252(sp) */
        {0xff86, 2, 1, 504, true},   /* c.sdsp ra, 504(sp) */
        {0x30fe, 2, 33, 504, false}, /* c.fldsp ft1, 504(sp) */
        {0xbf86, 2, 33, 504, true},  /* c.fsdsp ft1, 504(sp) */
        {0x40a2, 2, 1, 8, false},    /* c.lwsp ra, 8(sp) */
        {0x60a2, 2, 1, 8, false},    /* c.ldsp ra, 8(sp) */
        {0xc406, 2, 1, 8, true},     /* c.swsp ra, 8(sp) */
        {0xe406, 2, 1, 8, true},     /* c.sdsp ra, 8(sp) */
        {0x20a2, 2, 33, 8, false},   /* c.fldsp ft1, 8(sp) */
        {0xa406, 2, 33, 8, true},    /* c.fsdsp ft1, 8(sp) */
    };
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MSTATUS, STATUS_FS);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fix.device = rows[i].is_store ? 0 : 0x1234;
        fix.reg[rows[i].data] = rows[i].is_store ? 0x1234 : 0;
        fix.reg[rows[i].base] = DEVICE - (uint64_t)(int64_t)rows[i].offset;
        assert_int_equal(run_memory(&fix, rows[i].half), CODE + 2);
        assert_int_equal(rows[i].is_store ? fix.device : fix.reg[rows[i].data], 0x1234);
    }
    fixture_close(&fix);
}

static void a_single_float_is_boxed_and_makes_fs_dirty(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MSTATUS, UINT64_C(1) << STATUS_FS_SHIFT);
    fix.device = UINT64_C(0x1122334455667788);
    fix.reg[6] = DEVICE;
    assert_int_equal(run(&fix, insn_load(2, 5, 6, 0) | 4), NONE); /* flw f5, 0(x6) */
    assert_int_equal(fix.reg[ENGINE_F + 5], UINT64_C(0xffffffff55667788));
    assert_int_equal(csr_get(&fix, MSTATUS) & STATUS_FS, STATUS_FS);
    assert_int_equal(run(&fix, insn_load(3, 5, 6, 0) | 4), NONE);
    assert_int_equal(fix.reg[ENGINE_F + 5], UINT64_C(0x1122334455667788));
    fixture_close(&fix);
}

static void a_device_that_does_not_answer_is_an_access_fault(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    fix.reg[5] = 77;
    fix.reg[6] = DEVICE + 1;
    assert_int_equal(run(&fix, insn_load(2, 5, 6, 0)), CAUSE_LOAD_ACCESS); /* misaligned there */
    assert_int_equal(csr_get(&fix, MTVAL), DEVICE + 1);
    assert_int_equal(fix.reg[5], 77);
    assert_int_equal(run(&fix, insn_store(2, 5, 6, 0)), CAUSE_STORE_ACCESS);
    fix.reg[6] = 0x2000;
    assert_int_equal(run(&fix, insn_load(3, 5, 6, 0)), CAUSE_LOAD_ACCESS);
    fix.reg[6] = RAM + RAM_BYTES - 4; /* half of it is not RAM */
    assert_int_equal(run(&fix, insn_load(3, 5, 6, 0)), CAUSE_LOAD_ACCESS);
    assert_int_equal(csr_get(&fix, MTVAL), RAM + RAM_BYTES);
    assert_int_equal(csr_get(&fix, MTINST), (insn_load(3, 5, 0, 0)) | 4 << 15); /* 4 bytes behind */
    assert_int_equal(run(&fix, insn_store(3, 5, 6, 0)), CAUSE_STORE_ACCESS);
    assert_int_equal(fix.clock.instret, 0);
    fixture_close(&fix);
}

static void a_store_over_a_page_border_is_done_whole_or_not_at_all(void **unused)
{
    struct fixture fix;
    struct tables tables;
    uint64_t va = 0x40000000 + PAGE_SIZE - 3;
    (void)unused;

    fixture_open(&fix, &all_features);
    tables = tables_begin(&fix, TABLES, 3, false);
    tables_map(&tables, 0x40000000, DATA, PTE_ALL, 0);
    tables_map(&tables, 0x40001000, DATA + 0x5000, PTE_ALL & ~PTE_W, 0);
    csr_set(&fix, SATP, tables_atp(&tables));
    csr_set(&fix, MSTATUS, STATUS_MPRV);
    fix.reg[5] = UINT64_C(0x8877665544332211);
    fix.reg[6] = va;
    run_memory(&fix, insn_store(3, 5, 6, 0));
    assert_int_equal(fix.trap.cause, CAUSE_STORE_PAGE);
    assert_int_equal(fix.trap.tval, 0x40001000);
    assert_int_equal(fix.trap.tinst, insn_store(3, 5, 0, 0) | 3 << 15);
    assert_int_equal(ram_get(&fix, DATA + PAGE_SIZE - 8), 0);
    tables_map(&tables, 0x40001000, DATA + 0x5000, PTE_ALL, 0);
    csr_set(&fix, MSTATUS, STATUS_MPRV);
    assert_int_equal(run_memory(&fix, insn_store(3, 5, 6, 0)), CODE + 4);
    assert_int_equal(ram_get(&fix, DATA + PAGE_SIZE - 8) >> 40, 0x332211);
    assert_int_equal(ram_get(&fix, DATA + 0x5000), UINT64_C(0x8877665544));
    assert_int_equal(run_memory(&fix, insn_load(3, 7, 6, 0)), CODE + 4);
    assert_int_equal(fix.reg[7], UINT64_C(0x8877665544332211));
    fixture_close(&fix);
}

/* --- atomics: amo.d x5, x7, (x6) --- */

static uint32_t insn_amo(unsigned funct5, unsigned funct3)
{
    return insn_r(0x2f, funct3, funct5 << 2, 5, 6, 7);
}

static void an_amo_computes_in_ram_and_gives_the_old_value(void **unused)
{
    static const struct {
        unsigned funct5, funct3;
        uint64_t present, operand, result, rd;
    } rows[] = {
        {0x00, 3, 5, 7, 12, 5},
        {0x00, 2, 0x7fffffff, 1, 0x80000000, 0x7fffffff},
        {0x01, 2, 0x80000000, UINT64_C(0x1122334455), 0x22334455, UINT64_C(0xffffffff80000000)},
        {0x04, 3, 0xff, 0x0f, 0xf0, 0xff},
        {0x08, 3, 0xf0, 0x0f, 0xff, 0xf0},
        {0x0c, 3, 0xff, 0x0f, 0x0f, 0xff},
        {0x10, 2, 0xffffffff, 1, 0xffffffff, UINT64_MAX}, /* min: -1 */
        {0x14, 2, 0xffffffff, 1, 1, UINT64_MAX},          /* max */
        {0x18, 2, 0xffffffff, 1, 1, UINT64_MAX},          /* minu */
        {0x1c, 2, 0xffffffff, 1, 0xffffffff, UINT64_MAX}, /* maxu */
        {0x18, 2, 5, UINT64_C(0x100000001), 1, 5},        /* of a word only the word counts */
    };
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ram_put(&fix, DATA, rows[i].present);
        fix.reg[6] = DATA;
        fix.reg[7] = rows[i].operand;
        assert_int_equal(run(&fix, insn_amo(rows[i].funct5, rows[i].funct3)), NONE);
        assert_int_equal(ram_get(&fix, DATA), rows[i].result);
        assert_int_equal(fix.reg[5], rows[i].rd);
    }
    fixture_close(&fix);
}

static void an_amo_faults_as_a_store_and_an_lr_as_a_load(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    fix.reg[6] = DEVICE;
    assert_int_equal(run(&fix, insn_amo(0, 2)), CAUSE_STORE_ACCESS);
    assert_int_equal(csr_get(&fix, MTINST), insn_r(0x2f, 2, 0, 5, 0, 7));
    assert_int_equal(run(&fix, insn_amo(3, 2)), CAUSE_STORE_ACCESS);                  /* sc */
    assert_int_equal(run(&fix, insn_r(0x2f, 2, 2 << 2, 5, 6, 0)), CAUSE_LOAD_ACCESS); /* lr */
    fix.reg[6] = DATA + 2;
    assert_int_equal(run(&fix, insn_amo(0, 2)), CAUSE_STORE_MISALIGNED);
    assert_int_equal(csr_get(&fix, MTVAL), DATA + 2);
    assert_int_equal(run(&fix, insn_amo(3, 2)), CAUSE_STORE_MISALIGNED);
    assert_int_equal(run(&fix, insn_r(0x2f, 2, 2 << 2, 5, 6, 0)), CAUSE_LOAD_MISALIGNED);
    fixture_close(&fix);
}

static void sc_succeeds_once_after_lr_if_the_value_is_still_there(void **unused)
{
    struct fixture fix;
    uint32_t lr = insn_r(0x2f, 3, 2 << 2, 5, 6, 0), sc = insn_amo(3, 3);
    (void)unused;

    fixture_open(&fix, &all_features);
    ram_put(&fix, DATA, 10);
    fix.reg[6] = DATA;
    fix.reg[7] = 11;
    assert_int_equal(run(&fix, sc), NONE);
    assert_int_equal(fix.reg[5], 1);
    assert_int_equal(run(&fix, lr), NONE);
    assert_int_equal(fix.reg[5], 10);
    assert_int_equal(run(&fix, sc), NONE);
    assert_int_equal(fix.reg[5], 0);
    assert_int_equal(ram_get(&fix, DATA), 11);
    run(&fix, sc);
    assert_int_equal(fix.reg[5], 1);
    run(&fix, lr);
    ram_put(&fix, DATA, 12); /* somebody else */
    run(&fix, sc);
    assert_int_equal(fix.reg[5], 1);
    assert_int_equal(ram_get(&fix, DATA), 12);
    fixture_close(&fix);
}

/* --- mtinst --- */

static void mtinst_is_the_instruction_without_address_and_immediate(void **unused)
{
    static const struct {
        uint32_t raw, tinst;
    } rows[] = {
        {0x0085b503, 0x00003503}, /* ld a0, 8(a1) */
        {0xfe85c503, 0x00004503}, /* lbu a0, -24(a1) */
        {0xfea5bc23, 0x00a03023}, /* sd a0, -8(a1) */
        {0x0085a507, 0x00002507}, /* flw fa0, 8(a1) */
        {0x00a5b427, 0x00a03027}, /* fsd fa0, 8(a1) */
        {0x6588, 0x00003501},     /* c.ld a0, 8(a1) */
        {0xe588, 0x00a03021},     /* c.sd a0, 8(a1) */
        {0x6522, 0x00003501},     /* c.ldsp a0, 8(sp) */
        {0xe42a, 0x00a03021},     /* c.sdsp a0, 8(sp) */
        {0x2588, 0x00003505},     /* c.fld fa0, 8(a1) */
    };
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MSTATUS, STATUS_FS);
    fix.reg[11] = fix.reg[2] = 0x4000;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(run(&fix, rows[i].raw) >= 0);
        assert_int_equal(csr_get(&fix, MTINST), rows[i].tinst);
    }
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_from_a_device_extend_as_their_kind_says),
        cmocka_unit_test(stores_to_a_device_cut_the_register),
        cmocka_unit_test(the_engines_own_way_to_a_device_is_the_same),
        cmocka_unit_test(compressed_forms_use_the_registers_of_their_long_ones),
        cmocka_unit_test(a_single_float_is_boxed_and_makes_fs_dirty),
        cmocka_unit_test(a_device_that_does_not_answer_is_an_access_fault),
        cmocka_unit_test(a_store_over_a_page_border_is_done_whole_or_not_at_all),
        cmocka_unit_test(an_amo_computes_in_ram_and_gives_the_old_value),
        cmocka_unit_test(an_amo_faults_as_a_store_and_an_lr_as_a_load),
        cmocka_unit_test(sc_succeeds_once_after_lr_if_the_value_is_still_there),
        cmocka_unit_test(mtinst_is_the_instruction_without_address_and_immediate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
