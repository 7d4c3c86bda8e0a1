/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hosts_xvisor.c — Xvisor: what it reads and writes per cause. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "test_hosts_fixture.h"

enum { WFI = 0x10500073, WRS_NTO = 0x00d00073, CSRR_HSTATUS_A0 = 0x60002573, C_LD_X9 = 0x6004 };

enum { EID_HSM = 0x48534D, EID_PMU = 0x504D55, EID_SRST = 0x53525354 };

static void a_signed_load_is_not_extended(void **unused)
{
    struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(0, REG_A0));

    (void)unused;
    fix.log.device_value = 0x80;
    assert_answered(fixture_run_frame(&fix, "xvisor"));
    assert_int_equal(fix.frame.x[REG_A0], 0x80);
}

static void a_compressed_origin_steps_by_two(void **unused)
{
    struct fixture fix =
        fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, insn_store(2, REG_A0) & ~(uint32_t)2);

    (void)unused;
    assert_answered(fixture_run_frame(&fix, "xvisor"));
    assert_int_equal(fixture_step(&fix), 2);
}

static void sixty_four_bit_accesses_reach_the_device_and_halt_the_vcpu(void **unused)
{
    struct fixture load = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(3, REG_A0));
    struct fixture short_load = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, C_LD_X9);
    struct fixture store =
        fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, insn_store(3, REG_A0));

    (void)unused;
    fixture_clear_htinst(&short_load);
    assert_frame_dies(&load, "xvisor", "xvisor-ld-fallthrough");
    assert_frame_dies(&short_load, "xvisor", "xvisor-ld-fallthrough");
    assert_frame_dies(&store, "xvisor", "xvisor-sd-fallthrough");
    assert_int_equal(load.log.kind, ACCESS_READ);
    assert_int_equal(store.log.kind, ACCESS_WRITE);
    assert_int_equal(store.log.width_bytes, 8);
}

static void what_it_cannot_do_halts_the_vcpu(void **unused)
{
    const struct {
        uint64_t scause, where;
        uint32_t insn;
        const char *bug;
    } cases[] = {
        {EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, 0x3507, "xvisor-undecodable"},
        {EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE + 2, 0x2503, "xvisor-misaligned"},
        {EXC_INST_GUEST_PAGE_FAULT, MMIO_BASE, 0, "xvisor-fetch-hole"},
        {EXC_INST_ILLEGAL, 0, 0, "xvisor-halt"},
        {EXC_BREAKPOINT, 0, 0, "xvisor-halt"},
        {24, 0, 0, "xvisor-halt"},
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fix = fixture_fault(cases[i].scause, cases[i].where, cases[i].insn);

        assert_frame_dies(&fix, "xvisor", cases[i].bug);
        assert_int_equal(fix.log.calls, 0);
    }
}

static void a_load_to_x0_soils_the_slot_of_x0(void **unused)
{
    struct fixture fix =
        fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(2, REG_ZERO));

    (void)unused;
    fix.log.device_value = 6;
    assert_bug(fixture_run_frame(&fix, "xvisor"), "xvisor-x0-slot");
    assert_int_equal(fix.frame.x[REG_ZERO], 6);
}

static void a_store_to_read_only_memory_is_mapped_for_ever(void **unused)
{
    struct fixture fix = fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, ROM_BASE, insn_store(2, REG_A0));

    (void)unused;
    assert_bug(fixture_run_frame(&fix, "xvisor"), "xvisor-rom-store");
    assert_int_equal(fixture_step(&fix), 0);
    assert_int_equal(fix.log.calls, 0);
}

static void an_unreadable_instruction_is_made_the_guests_fault(void **unused)
{
    struct fixture access = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, 0);
    struct fixture virtual_insn = fixture_exit(EXC_VIRTUAL_INST_FAULT, 0);

    (void)unused;
    assert_bug(fixture_run_frame(&access, "xvisor"), "xvisor-fetch-inject");
    assert_bug(fixture_run_frame(&virtual_insn, "xvisor"), "xvisor-fetch-inject");
    assert_int_equal(fixture_step(&access), HANDLE_INJECT);
    assert_int_equal(access.frame.csr[GCSR_VSCAUSE], EXC_INST_PAGE_FAULT);
    assert_int_equal(fixture_step(&virtual_insn), HANDLE_INJECT);
}

static void a_wait_from_user_mode_is_illegal(void **unused)
{
    struct fixture fix = fixture_exit(EXC_VIRTUAL_INST_FAULT, WFI);

    (void)unused;
    fix.frame.hstatus = (uint64_t)1 << 7;
    assert_answered(fixture_run_frame(&fix, "xvisor"));
    assert_int_equal(fixture_step(&fix), HANDLE_INJECT);
    assert_int_equal(fix.frame.csr[GCSR_VSCAUSE], EXC_INST_ILLEGAL);
}

static void a_wrs_and_every_csr_are_illegal(void **unused)
{
    struct fixture wrs = fixture_exit(EXC_VIRTUAL_INST_FAULT, WRS_NTO);
    struct fixture csr = fixture_exit(EXC_VIRTUAL_INST_FAULT, CSRR_HSTATUS_A0);

    (void)unused;
    assert_bug(fixture_run_frame(&wrs, "xvisor"), "xvisor-wrs-illegal");
    assert_answered(fixture_run_frame(&csr, "xvisor"));
    assert_int_equal(fixture_step(&wrs), HANDLE_INJECT);
    assert_int_equal(fixture_step(&csr), HANDLE_INJECT);
    assert_int_equal(csr.log.calls, 0);
}

static void legacy_calls_keep_a1_and_getchar_is_missing(void **unused)
{
    (void)unused;
    for (uint64_t eid = 0; eid <= 8; eid++) {
        struct fixture fix = fixture_ecall(eid, 0);

        fix.log.sbi_error = 0x30;
        fix.log.sbi_value = 0x31;
        if (eid == 2)
            assert_bug(fixture_run_frame(&fix, "xvisor"), "xvisor-getchar");
        else
            assert_answered(fixture_run_frame(&fix, "xvisor"));
        assert_int_equal(fix.frame.x[REG_A0], eid == 2 ? (uint64_t)-2 : 0x30);
        assert_int_equal(fix.frame.x[REG_A1], 0xA1);
        assert_int_equal(fixture_step(&fix), 4);
    }
}

static void an_extension_it_lacks_is_not_supported(void **unused)
{
    struct fixture fix = fixture_ecall(EID_PMU, 0);

    (void)unused;
    assert_bug(fixture_run_frame(&fix, "xvisor"), "xvisor-sbi-unsupported");
    assert_int_equal(fix.frame.x[REG_A0], (uint64_t)-2);
    assert_int_equal(fix.frame.x[REG_A1], 0);
    assert_int_equal(fix.log.calls, 0);
}

static void a_hart_start_wants_its_entry_in_memory(void **unused)
{
    struct fixture token = fixture_ecall(EID_HSM, 0), real = token;

    (void)unused;
    fixture_set_reg(&token, REG_A1, 0x1230);
    fixture_set_reg(&real, REG_A1, RAM_BASE + 0x200000);
    assert_bug(fixture_run_frame(&token, "xvisor"), "xvisor-hsm-entry-check");
    assert_int_equal(token.frame.x[REG_A0], (uint64_t)-5);
    assert_int_equal(token.log.calls, 0);
    assert_answered(fixture_run_frame(&real, "xvisor"));
    assert_int_equal(real.log.arg[1], RAM_BASE + 0x200000);
    assert_int_equal(real.frame.x[REG_A0], 0);
}

static void a_shutdown_is_answered_like_any_call(void **unused)
{
    struct fixture fix = fixture_ecall(EID_SRST, 0);

    (void)unused;
    assert_answered(fixture_run_frame(&fix, "xvisor"));
    assert_int_equal(fix.frame.x[REG_A0], 0);
    assert_int_equal(fixture_step(&fix), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_load_is_not_extended),
        cmocka_unit_test(a_compressed_origin_steps_by_two),
        cmocka_unit_test(sixty_four_bit_accesses_reach_the_device_and_halt_the_vcpu),
        cmocka_unit_test(what_it_cannot_do_halts_the_vcpu),
        cmocka_unit_test(a_load_to_x0_soils_the_slot_of_x0),
        cmocka_unit_test(a_store_to_read_only_memory_is_mapped_for_ever),
        cmocka_unit_test(an_unreadable_instruction_is_made_the_guests_fault),
        cmocka_unit_test(a_wait_from_user_mode_is_illegal),
        cmocka_unit_test(a_wrs_and_every_csr_are_illegal),
        cmocka_unit_test(legacy_calls_keep_a1_and_getchar_is_missing),
        cmocka_unit_test(an_extension_it_lacks_is_not_supported),
        cmocka_unit_test(a_hart_start_wants_its_entry_in_memory),
        cmocka_unit_test(a_shutdown_is_answered_like_any_call),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
