/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hosts_kvm.c — KVM: what it reads and writes per cause. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "test_hosts_fixture.h"

enum {
    C_LW_X9 = 0x4004,      /* c.lw x9, 0(x8) */
    C_SD_X9 = 0xe004,      /* c.sd x9, 0(x8) */
    C_SWSP_X5_32 = 0xd016, /* c.swsp x5, 32(sp): offset bits 11:7 of the encoding are 0 */
    C_SWSP_X5_36 = 0xd216, /* c.swsp x5, 36(sp) */
    FLD_X10 = 0x3507,
    AMOADD_W = 0x00a5252f,
    WFI = 0x10500073,
    WRS_NTO = 0x00d00073,
    WRS_STO = 0x01d00073,
    HFENCE_GVMA = 0x62000073,
    CSRRW_SEED_A0 = 0x01559573,   /* csrrw a0, seed, a1 */
    CSRRSI_CYCLE_A0 = 0xc002e573, /* csrrsi a0, cycle, 5 */
    CSRRC_CYCLE_X0 = 0xc005b073,  /* csrrc x0, cycle, a1 */
    CSRR_HSTATUS_A0 = 0x60002573,
};

enum { EID_DBCN = 0x4442434E, EID_HSM = 0x48534D, EID_SRST = 0x53525354, EID_VENDOR = 0x09000000 };

static void an_untransformed_load_goes_to_the_register_it_names(void **unused)
{
    struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(2, 31));

    (void)unused;
    fix.log.device_value = 0x80000001;
    assert_answered(fixture_run_frame(&fix, "kvm"));
    assert_int_equal(fix.frame.x[31], UINT64_C(0xFFFFFFFF80000001));
    assert_int_equal(fix.frame.x[REG_A0], 0);
}

static void a_compressed_origin_in_htinst_steps_by_two(void **unused)
{
    struct fixture fix =
        fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(2, REG_A0) & ~(uint32_t)2);

    (void)unused;
    fix.log.device_value = 5;
    assert_answered(fixture_run_frame(&fix, "kvm"));
    assert_int_equal(fix.frame.x[REG_A0], 5);
    assert_int_equal(fixture_step(&fix), 2);
}

static void a_compressed_instruction_read_at_the_pc_is_decoded(void **unused)
{
    struct fixture load = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, C_LW_X9);
    struct fixture store = fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, C_SD_X9);

    (void)unused;
    fixture_clear_htinst(&load);
    fixture_clear_htinst(&store);
    load.log.device_value = 0x7f;
    fixture_set_reg(&store, 9, 0x1122334455667788);
    assert_answered(fixture_run_frame(&load, "kvm"));
    assert_answered(fixture_run_frame(&store, "kvm"));
    assert_int_equal(load.frame.x[9], 0x7f);
    assert_int_equal(fixture_step(&load), 2);
    assert_int_equal(store.log.data, 0x1122334455667788);
    assert_int_equal(fixture_step(&store), 2);
}

static void a_stack_store_with_its_offset_bits_zero_is_refused(void **unused)
{
    struct fixture refused = fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, C_SWSP_X5_32);
    struct fixture taken = fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, C_SWSP_X5_36);

    (void)unused;
    fixture_clear_htinst(&refused);
    fixture_clear_htinst(&taken);
    fixture_set_reg(&taken, 5, 0x55);
    assert_frame_dies(&refused, "kvm", "kvm-undecodable");
    assert_answered(fixture_run_frame(&taken, "kvm"));
    assert_int_equal(taken.log.data, 0x55);
}

static void a_load_to_x0_soils_the_slot_of_x0(void **unused)
{
    struct fixture fix =
        fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(3, REG_ZERO));

    (void)unused;
    fix.log.device_value = 0xBAD;
    assert_bug(fixture_run_frame(&fix, "kvm"), "kvm-x0-slot");
    assert_int_equal(fix.frame.x[REG_ZERO], 0xBAD);
    assert_int_equal(fixture_step(&fix), 4);
}

static void what_is_no_plain_access_ends_the_vm(void **unused)
{
    const struct {
        uint64_t scause, where;
        uint32_t insn;
        const char *bug;
    } cases[] = {
        {EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, FLD_X10, "kvm-undecodable"},
        {EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, AMOADD_W, "kvm-undecodable"},
        {EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, 0xa00023, "kvm-undecodable"}, /* a store for 21 */
        {EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE + 2, 0x2503, "kvm-misaligned"},
        {EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE + 1, 0xa01023, "kvm-misaligned"},
        {EXC_INST_GUEST_PAGE_FAULT, MMIO_BASE, 0, "kvm-fetch-hole"},
        {EXC_DOUBLE_TRAP, 0, 0, "kvm-exit-error"},
        {24, 0, 0, "kvm-exit-error"},
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fix = fixture_fault(cases[i].scause, cases[i].where, cases[i].insn);

        assert_frame_dies(&fix, "kvm", cases[i].bug);
        assert_int_equal(fix.log.calls, 0);
    }
}

static void an_unreadable_instruction_runs_the_guest_again(void **unused)
{
    struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, 0);

    (void)unused;
    assert_answered(fixture_run_frame(&fix, "kvm"));
    assert_int_equal(fixture_step(&fix), 0);
    fix.frame.scause = EXC_VIRTUAL_INST_FAULT;
    fix.frame.stval = 0;
    assert_answered(fixture_run_frame(&fix, "kvm"));
    assert_int_equal(fixture_step(&fix), 0);
}

static void a_store_to_read_only_memory_goes_to_the_device_model(void **unused)
{
    struct fixture store =
        fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, ROM_BASE, insn_store(2, REG_A0));
    struct fixture load = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, ROM_BASE, insn_load(2, REG_A0));

    (void)unused;
    assert_answered(fixture_run_frame(&store, "kvm"));
    assert_int_equal(store.log.kind, ACCESS_WRITE);
    assert_int_equal(fixture_step(&store), 4);
    assert_answered(fixture_run_frame(&load, "kvm"));
    assert_int_equal(load.log.kind, ACCESS_NONE);
    assert_int_equal(fixture_step(&load), 0);
}

static void waits_are_stepped_over_with_and_without_stval(void **unused)
{
    const uint32_t waits[] = {WFI, WRS_NTO, WRS_STO};

    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        struct fixture told = fixture_exit(EXC_VIRTUAL_INST_FAULT, waits[i]);
        struct fixture read = fixture_exit(EXC_VIRTUAL_INST_FAULT, 0);

        read.view.served_insn = waits[i];
        assert_answered(fixture_run_frame(&told, "kvm"));
        assert_answered(fixture_run_frame(&read, "kvm-zext"));
        assert_int_equal(fixture_step(&told), 4);
        assert_int_equal(fixture_step(&read), 4);
    }
}

static void csr_accesses_go_to_the_world_with_data_and_mask(void **unused)
{
    const struct {
        uint32_t insn;
        uint64_t number, data, mask, a0;
    } cases[] = {
        {CSRRW_SEED_A0, 0x015, 0xA1, UINT64_MAX, 0x5EED},
        {CSRRSI_CYCLE_A0, 0xC00, UINT64_MAX, 5, 0x5EED},
        {CSRRC_CYCLE_X0, 0xC00, 0, 0xA1, 0xA0},
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fix = fixture_exit(EXC_VIRTUAL_INST_FAULT, cases[i].insn);

        fixture_set_reg(&fix, REG_A0, 0xA0);
        fixture_set_reg(&fix, REG_A1, 0xA1);
        fix.log.csr_value = 0x5EED;
        assert_answered(fixture_run_frame(&fix, "kvm"));
        assert_int_equal(fix.log.where, cases[i].number);
        assert_int_equal(fix.log.data, cases[i].data);
        assert_int_equal(fix.log.mask, cases[i].mask);
        assert_int_equal(fix.frame.x[REG_A0], cases[i].a0);
        assert_int_equal(fix.frame.x[REG_ZERO], 0);
        assert_int_equal(fixture_step(&fix), 4);
    }
}

static void a_refused_instruction_is_injected_through_the_sentinel(void **unused)
{
    const uint32_t refused[] = {CSRR_HSTATUS_A0, HFENCE_GVMA, 0x9002, 0x33};

    (void)unused;
    for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct fixture fix = fixture_exit(EXC_VIRTUAL_INST_FAULT, refused[i]);

        fix.frame.csr[GCSR_VSSTATUS] = VSSTATUS_SIE;
        assert_answered(fixture_run_frame(&fix, "kvm"));
        assert_int_equal(fixture_step(&fix), HANDLE_INJECT);
        assert_int_equal(fix.frame.csr[GCSR_VSCAUSE], EXC_INST_ILLEGAL);
        assert_int_equal(fix.frame.csr[GCSR_VSTVAL], refused[i]);
        assert_int_equal(fix.frame.csr[GCSR_VSEPC], FIXTURE_HANDLE);
        assert_int_equal(fix.frame.csr[GCSR_VSSTATUS], VSSTATUS_SPP | VSSTATUS_SPIE);
        assert_int_equal(fix.log.calls, 0);
    }
}

static void an_injection_from_user_mode_returns_to_user_mode(void **unused)
{
    struct fixture fix = fixture_exit(EXC_LOAD_ACCESS, 0x1234);

    (void)unused;
    fix.frame.sstatus = 0;
    fix.frame.csr[GCSR_VSSTATUS] = VSSTATUS_SPP | VSSTATUS_SPIE;
    assert_answered(fixture_run_frame(&fix, "kvm"));
    assert_int_equal(fix.frame.csr[GCSR_VSCAUSE], EXC_LOAD_ACCESS);
    assert_int_equal(fix.frame.csr[GCSR_VSTVAL], 0x1234);
    assert_int_equal(fix.frame.csr[GCSR_VSSTATUS], 0);
    assert_int_equal(fix.frame.sstatus, (uint64_t)1 << 8);
}

static void the_page_has_no_way_to_say_an_injection(void **unused)
{
    struct fixture fix = fixture_exit(EXC_INST_ILLEGAL, 0x33);

    (void)unused;
    assert_bug(fixture_run_page(&fix, "kvm"), "page-no-injection");
    assert_int_equal(fix.page.csr[0x042], EXC_INST_ILLEGAL); /* vscause */
    assert_int_equal(fix.page.csr[0x043], 0x33);             /* vstval */
}

static void a_breakpoint_for_the_debugger_changes_nothing(void **unused)
{
    struct fixture fix = fixture_exit(EXC_BREAKPOINT, 0);

    (void)unused;
    assert_answered(fixture_run_frame(&fix, "kvm"));
    assert_int_equal(fixture_step(&fix), 0);
}

static void a_call_for_user_space_carries_all_arguments(void **unused)
{
    const uint64_t eids[] = {EID_DBCN, EID_VENDOR};

    (void)unused;
    for (unsigned e = 0; e < 2; e++) {
        struct fixture fix = fixture_ecall(eids[e], 2);

        fix.log.sbi_value = 0x77;
        assert_answered(fixture_run_frame(&fix, "kvm"));
        assert_int_equal(fix.log.eid, eids[e]);
        assert_int_equal(fix.log.fid, 2);
        for (unsigned i = 0; i < 6; i++)
            assert_int_equal(fix.log.arg[i], 0xA0 + i);
        assert_int_equal(fix.frame.x[REG_A0], 0);
        assert_int_equal(fix.frame.x[REG_A1], 0x77);
        assert_int_equal(fix.frame.x[REG_A1 + 1], 0xA2);
    }
}

static void a_legacy_call_writes_a0_only_but_the_console_loses_a1(void **unused)
{
    (void)unused;
    for (uint64_t eid = 0; eid <= 8; eid++) {
        struct fixture fix = fixture_ecall(eid, 99);
        bool console = eid == 1 || eid == 2;

        fix.log.sbi_error = 0x41;
        fix.log.sbi_value = 0x99;
        if (console)
            assert_bug(fixture_run_frame(&fix, "kvm"), "kvm-console-a1");
        else
            assert_answered(fixture_run_frame(&fix, "kvm"));
        assert_int_equal(fix.frame.x[REG_A0], 0x41);
        assert_int_equal(fix.frame.x[REG_A1], console ? 0x99 : 0xA1);
        assert_int_equal(fixture_step(&fix), 4);
    }
}

static void an_accepted_shutdown_writes_nothing_and_a_refused_one_answers(void **unused)
{
    struct fixture accepted = fixture_ecall(EID_SRST, 0), refused = accepted,
                   legacy = fixture_ecall(8, 0);

    (void)unused;
    refused.log.sbi_error = (uint64_t)-2;
    assert_answered(fixture_run_frame(&accepted, "kvm"));
    assert_answered(fixture_run_frame(&refused, "kvm"));
    assert_answered(fixture_run_frame(&legacy, "kvm"));
    assert_int_equal(accepted.frame.x[REG_A0], 0xA0);
    assert_int_equal(fixture_step(&accepted), 0);
    assert_int_equal(refused.frame.x[REG_A0], (uint64_t)-2);
    assert_int_equal(fixture_step(&refused), 4);
    assert_int_equal(fixture_step(&legacy), 0);
}

static void a_hart_start_takes_the_token_from_a1_and_returns_the_error(void **unused)
{
    struct fixture fix = fixture_ecall(EID_HSM, 0);

    (void)unused;
    fixture_set_reg(&fix, REG_A1, HANDLE_BASE | 0x1230);
    fix.log.sbi_error = (uint64_t)-6;
    assert_answered(fixture_run_frame(&fix, "kvm"));
    assert_int_equal(fix.log.arg[1], HANDLE_BASE | 0x1230);
    assert_int_equal(fix.frame.x[REG_A0], (uint64_t)-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untransformed_load_goes_to_the_register_it_names),
        cmocka_unit_test(a_compressed_origin_in_htinst_steps_by_two),
        cmocka_unit_test(a_compressed_instruction_read_at_the_pc_is_decoded),
        cmocka_unit_test(a_stack_store_with_its_offset_bits_zero_is_refused),
        cmocka_unit_test(a_load_to_x0_soils_the_slot_of_x0),
        cmocka_unit_test(what_is_no_plain_access_ends_the_vm),
        cmocka_unit_test(an_unreadable_instruction_runs_the_guest_again),
        cmocka_unit_test(a_store_to_read_only_memory_goes_to_the_device_model),
        cmocka_unit_test(waits_are_stepped_over_with_and_without_stval),
        cmocka_unit_test(csr_accesses_go_to_the_world_with_data_and_mask),
        cmocka_unit_test(a_refused_instruction_is_injected_through_the_sentinel),
        cmocka_unit_test(an_injection_from_user_mode_returns_to_user_mode),
        cmocka_unit_test(the_page_has_no_way_to_say_an_injection),
        cmocka_unit_test(a_breakpoint_for_the_debugger_changes_nothing),
        cmocka_unit_test(a_call_for_user_space_carries_all_arguments),
        cmocka_unit_test(a_legacy_call_writes_a0_only_but_the_console_loses_a1),
        cmocka_unit_test(an_accepted_shutdown_writes_nothing_and_a_refused_one_answers),
        cmocka_unit_test(a_hart_start_takes_the_token_from_a1_and_returns_the_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
