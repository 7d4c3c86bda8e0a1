/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hosts_bhyve.c — bhyve: what it reads and writes per cause. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "test_hosts_fixture.h"

enum {
    C_LD_X9 = 0x6004,
    C_SD_X9 = 0xe004,
    C_LWSP_X9 = 0x4482,
    WFI = 0x10500073,
    WRS_NTO = 0x00d00073
};

enum {
    EID_BASE = 0x10,
    EID_DBCN = 0x4442434E,
    EID_HSM = 0x48534D,
    EID_SRST = 0x53525354,
    EID_TIME = 0x54494D45,
};

static void the_instruction_comes_from_the_pc_whatever_htinst_says(void **unused)
{
    struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(0, REG_A0));

    (void)unused;
    fix.view.served_insn = insn_load(3, REG_A1);
    fix.log.device_value = UINT64_MAX;
    assert_answered(fixture_run_frame(&fix, "bhyve"));
    assert_int_equal(fix.log.width_bytes, 8);
    assert_int_equal(fix.frame.x[REG_A0], 0);
    assert_int_equal(fix.frame.x[REG_A1], UINT64_MAX);
}

static void without_a_readable_pc_the_vm_ends_in_both_profiles(void **unused)
{
    struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(0, REG_A0));

    (void)unused;
    assert_page_dies(&fix, "bhyve", "bhyve-needs-pc");
    fix.view.served_insn = 0;
    assert_frame_dies(&fix, "bhyve", "bhyve-needs-pc");
    assert_int_equal(fix.log.calls, 0);
}

static void compressed_forms_use_the_short_register(void **unused)
{
    struct fixture load = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, C_LD_X9);
    struct fixture store = fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, C_SD_X9);
    struct fixture stack = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, C_LWSP_X9);

    (void)unused;
    load.log.device_value = 0x1234;
    fixture_set_reg(&store, 9, 0x4321);
    assert_answered(fixture_run_frame(&load, "bhyve"));
    assert_answered(fixture_run_frame(&store, "bhyve"));
    assert_int_equal(load.frame.x[9], 0x1234);
    assert_int_equal(fixture_step(&load), 2);
    assert_int_equal(store.log.data, 0x4321);
    assert_int_equal(store.log.width_bytes, 8);
    assert_frame_dies(&stack, "bhyve", "bhyve-undecodable");
}

static void an_opcode_against_the_cause_ends_the_vm(void **unused)
{
    const uint32_t loads[] = {0xa02023, 0x7503, 0x3507};

    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, loads[i]);

        assert_frame_dies(&fix, "bhyve", "bhyve-undecodable");
    }
}

static void a_load_to_x0_ends_the_vm_after_the_device_was_read(void **unused)
{
    struct fixture fix =
        fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(2, REG_ZERO));

    (void)unused;
    assert_frame_dies(&fix, "bhyve", "bhyve-x0-load");
    assert_int_equal(fix.log.kind, ACCESS_READ);
}

static void a_store_to_read_only_memory_ends_the_vm(void **unused)
{
    struct fixture fix = fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, ROM_BASE, insn_store(2, REG_A0));

    (void)unused;
    assert_frame_dies(&fix, "bhyve", "bhyve-rom-store");
}

static void only_wfi_is_known_of_the_virtual_instructions(void **unused)
{
    const uint64_t stvals[] = {WRS_NTO, 0, 0x60002573};

    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        struct fixture fix = fixture_exit(EXC_VIRTUAL_INST_FAULT, stvals[i]);

        fix.view.served_insn = WFI;
        assert_bug(fixture_run_frame(&fix, "bhyve"), "bhyve-vi-loop");
        assert_int_equal(fixture_step(&fix), 0);
    }
}

static void an_exception_cannot_be_given_to_the_guest(void **unused)
{
    const uint64_t causes[] = {EXC_INST_ILLEGAL, EXC_LOAD_MISALIGNED, EXC_HARDWARE_ERROR, 24};

    (void)unused;
    for (unsigned i = 0; i < 4; i++) {
        struct fixture fix = fixture_exit(causes[i], 0);

        assert_bug(fixture_run_frame(&fix, "bhyve"), "bhyve-bogus-loop");
        assert_int_equal(fixture_step(&fix), 0);
        assert_int_equal(fix.frame.csr[GCSR_VSCAUSE], 0);
    }
}

static void a1_is_written_by_base_alone(void **unused)
{
    const struct {
        uint64_t eid, fid, error;
        const char *bug;
        uint64_t a0, a1;
    } cases[] = {
        {EID_BASE, 0, 0, NULL, 0, 0x23456789},
        {EID_BASE, 9, (uint64_t)-2, NULL, (uint64_t)-2, 0xA1},
        {EID_TIME, 0, 0, NULL, 0, 0xA1},
        {EID_HSM, 0, (uint64_t)-6, NULL, (uint64_t)-6, 0xA1},
        {EID_HSM, 2, (uint64_t)-3, "bhyve-hsm-status", 0, 0xA1},
        {EID_SRST, 0, 0, NULL, 0, 0xA1},
        {EID_DBCN, 0, 0, "bhyve-sbi-unsupported", (uint64_t)-2, 0xA1},
        {1, 0, 0, "bhyve-sbi-unsupported", (uint64_t)-2, 0xA1},
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fix = fixture_ecall(cases[i].eid, cases[i].fid);

        fix.log.sbi_error = cases[i].error;
        fix.log.sbi_value = 0x123456789;
        if (cases[i].bug)
            assert_bug(fixture_run_frame(&fix, "bhyve"), cases[i].bug);
        else
            assert_answered(fixture_run_frame(&fix, "bhyve"));
        assert_int_equal(fix.frame.x[REG_A0], cases[i].a0);
        assert_int_equal(fix.frame.x[REG_A1], cases[i].a1);
        assert_int_equal(fixture_step(&fix), 4);
    }
}

static void the_extension_is_read_as_an_int(void **unused)
{
    struct fixture fix = fixture_ecall(EID_TIME | (uint64_t)0x7777 << 32, 0);

    (void)unused;
    assert_answered(fixture_run_frame(&fix, "bhyve"));
    assert_int_equal(fix.log.eid, EID_TIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_instruction_comes_from_the_pc_whatever_htinst_says),
        cmocka_unit_test(without_a_readable_pc_the_vm_ends_in_both_profiles),
        cmocka_unit_test(compressed_forms_use_the_short_register),
        cmocka_unit_test(an_opcode_against_the_cause_ends_the_vm),
        cmocka_unit_test(a_load_to_x0_ends_the_vm_after_the_device_was_read),
        cmocka_unit_test(a_store_to_read_only_memory_ends_the_vm),
        cmocka_unit_test(only_wfi_is_known_of_the_virtual_instructions),
        cmocka_unit_test(an_exception_cannot_be_given_to_the_guest),
        cmocka_unit_test(a1_is_written_by_base_alone),
        cmocka_unit_test(the_extension_is_read_as_an_int),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
