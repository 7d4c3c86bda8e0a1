/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_monitor_faults.c — guest page faults that no device access comes of: memory, ROM,
 * holes, page-table walks, and accesses that a device does not take. Read monitor_triggers.h first.
 * Source: riscv-isa-manual hypervisor.adoc, guest-page faults; machine.adoc, PMAs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor_triggers.h"

static uint32_t store_word(unsigned funct3, unsigned rs2)
{
    return 0x23 | funct3 << 12 | 11 << 15 | rs2 << 20;
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

static void a_misaligned_access_is_the_guests_own_fault(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned funct3 = 0; funct3 < 4; funct3++)
        for (uint64_t offset = 0; offset < 8; offset++) {
            bool aligned = offset % ((uint64_t)1 << funct3) == 0;

            fixture_begin(&fix);
            code_place(&fix, store_word(funct3, 5));
            trap_at(&fix, STORE_FAULT, MMIO_BASE + offset);
            assert_int_equal(fixture_exit(&fix), STATUS_OK);
            assert_row(&fix, aligned ? ROW_MMIO_S : ROW_MMIO_MIS);
            if (!aligned)
                assert_exception(&fix, EXC_STORE_MISALIGNED, fix.trap.stval);
            assert_sound(&fix);
        }
}

static void only_integer_accesses_reach_a_device(void **unused)
{
    static const struct {
        uint64_t cause;
        uint32_t insn;
        enum row_id row;
        uint64_t delivered;
    } others[] = {
        {LOAD_FAULT, INSN_FLD_FA0_A1, ROW_MMIO_FP, 5},
        {STORE_FAULT, 0x00a5b027, ROW_MMIO_FP, 7}, /* fsd fa0, 0(a1) */
        {LOAD_FAULT, 0x2188, ROW_MMIO_FP, 5},      /* c.fld fa0, 0(a1) */
        {LOAD_FAULT, INSN_LR_W_T0_A1, ROW_MMIO_AMO, 5},
        {STORE_FAULT, INSN_SC_W_T0_T1_A1, ROW_MMIO_AMO, 7},
        {STORE_FAULT, INSN_AMOADD_T0_A1, ROW_MMIO_AMO, 7},
        {LOAD_FAULT, INSN_AMOADD_T0_A1, ROW_MMIO_AMO, 7}, /* some harts report the read half */
        {LOAD_FAULT, INSN_VLE8_V1_A1, ROW_MMIO_V, 5},
        {STORE_FAULT, INSN_VSE8_V1_A1, ROW_MMIO_V, 7},
        {STORE_FAULT, INSN_CBO_ZERO_A1, ROW_MMIO_CBO, 7},
    };
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++) {
        fixture_begin(&fix);
        trap_at(&fix, others[i].cause, MMIO_BASE);
        access_ends_inside(&fix, 0, others[i].insn, others[i].row);
        assert_exception(&fix, others[i].delivered, fix.trap.stval);
        assert_sound(&fix);
    }
}

static void a_fault_in_memory_reads_no_code(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    code_place(&fix, INSN_AMOADD_T0_A1);
    trap_at(&fix, STORE_FAULT, RAM_BASE + 0x1abc);
    exit_to_host(&fix, ROW_GPF_S_RAM);
    assert_int_equal(fix.out.view.slot[ITEM_HTVAL], (RAM_BASE + 0x1000) >> 2);
    assert_int_equal(fix.out.view.slot[ITEM_STVAL], 0);
    assert_int_equal(fix.platform.calls, 0);
    assert_sound(&fix);
}

static void rom_is_memory_to_readers_and_a_device_to_writers(void **unused)
{
    struct fixture fix;

    (void)unused;
    access_exit(&fix, LOAD_FAULT, ROM_BASE, INSN_LW_T0_A1, ROW_GPF_L_RAM);
    access_exit(&fix, FETCH_FAULT, ROM_BASE, INSN_LW_T0_A1, ROW_GPF_X_RAM);
    access_exit(&fix, STORE_FAULT, ROM_BASE, INSN_SW_T0_A1, ROW_MMIO_S);
    fixture_begin(&fix);
    trap_at(&fix, STORE_FAULT, ROM_BASE);
    fix.trap.htinst = HTINST_PSEUDO_READ; /* a store, but what faulted is the walk's read */
    exit_to_host(&fix, ROW_GPF_PT);
    fixture_begin(&fix);
    trap_at(&fix, LOAD_FAULT, ROM_BASE);
    fix.trap.htinst = HTINST_PSEUDO_WRITE;
    exit_inside(&fix, ROW_GPF_PT_MMIO);
    assert_exception(&fix, EXC_LOAD_ACCESS, fix.trap.stval);
    assert_sound(&fix);
}

static void a_walk_into_a_device_is_an_access_fault_of_the_first_kind(void **unused)
{
    static const uint64_t causes[] = {FETCH_FAULT, LOAD_FAULT, STORE_FAULT};
    static const uint64_t delivered[] = {1, 5, 7};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        fixture_begin(&fix);
        trap_at(&fix, causes[i], i == 0 ? HOLE_BASE : MMIO_BASE);
        access_ends_inside(&fix, HTINST_PSEUDO_READ, INSN_LW_T0_A1, ROW_GPF_PT_MMIO);
        assert_exception(&fix, delivered[i], fix.trap.stval);
        assert_int_equal(fix.platform.calls, 0);
        assert_sound(&fix);
    }
}

static void an_address_that_nobody_declared_is_an_access_fault(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned store = 0; store < 2; store++) {
        fixture_begin(&fix);
        trap_at(&fix, store ? STORE_FAULT : LOAD_FAULT, HOLE_BASE);
        exit_inside(&fix, ROW_GPF_UNREG);
        assert_exception(&fix, store ? 7 : 5, fix.trap.stval);
        assert_int_equal(fix.platform.calls, 0);
        assert_sound(&fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_misaligned_access_is_the_guests_own_fault),
        cmocka_unit_test(only_integer_accesses_reach_a_device),
        cmocka_unit_test(a_fault_in_memory_reads_no_code),
        cmocka_unit_test(rom_is_memory_to_readers_and_a_device_to_writers),
        cmocka_unit_test(a_walk_into_a_device_is_an_access_fault_of_the_first_kind),
        cmocka_unit_test(an_address_that_nobody_declared_is_an_access_fault),
    };

    return cmocka_run_group_tests_name("monitor guest page faults", tests, NULL, NULL);
}
