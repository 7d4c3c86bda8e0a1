/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_interrupt.c — pending bits and their aliases, who takes an interrupt, and
 * timers. */
#include "hart_fixture.h"

enum { WFI = 0x10500073 };

static void each_line_shows_as_its_bit(void **unused)
{
    static const unsigned lines[] = {IRQ_MSI, IRQ_MEI, IRQ_SEI};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < 3; i++) {
        hart_interrupt_set(fix.hart, lines[i], true);
        assert_int_equal(csr_get(&fix, MIP), ONE_BIT(lines[i]));
        hart_interrupt_set(fix.hart, lines[i], false);
        assert_int_equal(csr_get(&fix, MIP), 0);
    }
    hart_interrupt_set(fix.hart, IRQ_STI, true); /* no such line */
    assert_int_equal(csr_get(&fix, MIP), 0);
    fixture_close(&fix);
}

static void software_writes_only_the_supervisor_bits_of_mip(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MIP, UINT64_MAX);
    assert_int_equal(csr_get(&fix, MIP), IRQ_BITS_S | ONE_BIT(IRQ_VSSI));
    assert_int_equal(csr_get(&fix, HVIP), ONE_BIT(IRQ_VSSI));
    csr_set(&fix, MENVCFG, ENVCFG_STCE); /* then STIP is that of stimecmp */
    assert_int_equal(csr_get(&fix, MIP), 0x226 & ~ONE_BIT(IRQ_STI));
    csr_set(&fix, MIP, 0);
    csr_set(&fix, MENVCFG, 0);
    assert_int_equal(csr_get(&fix, MIP), ONE_BIT(IRQ_STI)); /* it was not written meanwhile */
    fixture_close(&fix);
}

static void set_and_clear_of_mip_leave_out_the_line_of_seip(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    hart_interrupt_set(fix.hart, IRQ_SEI, true);
    fix.reg[6] = ONE_BIT(IRQ_SSI);
    run_system(&fix, insn_csr(CSRRS, MIP, 5, 6));
    assert_int_equal(fix.reg[5], ONE_BIT(IRQ_SEI)); /* rd shows the line */
    hart_interrupt_set(fix.hart, IRQ_SEI, false);
    assert_int_equal(csr_get(&fix, MIP), ONE_BIT(IRQ_SSI)); /* and it was not written back */
    fixture_close(&fix);
}

static void sip_and_sie_are_the_delegated_part(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MIP, IRQ_BITS_S);
    assert_int_equal(csr_get(&fix, SIP), 0);
    csr_set(&fix, SIE, UINT64_MAX);
    assert_int_equal(csr_get(&fix, MIE), 0);
    csr_set(&fix, SIP, 0);
    assert_int_equal(csr_get(&fix, MIP), IRQ_BITS_S);
    csr_set(&fix, MIDELEG, ONE_BIT(IRQ_SSI) | ONE_BIT(IRQ_SEI));
    assert_int_equal(csr_get(&fix, SIP), ONE_BIT(IRQ_SSI) | ONE_BIT(IRQ_SEI));
    csr_set(&fix, SIE, UINT64_MAX);
    assert_int_equal(csr_get(&fix, MIE), ONE_BIT(IRQ_SSI) | ONE_BIT(IRQ_SEI));
    csr_set(&fix, SIP, 0); /* only SSIP can be cleared */
    assert_int_equal(csr_get(&fix, MIP), ONE_BIT(IRQ_STI) | ONE_BIT(IRQ_SEI));
    fixture_close(&fix);
}

static void hip_hie_and_hvip_share_their_bits_with_mip_and_mie(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, HVIP, UINT64_MAX);
    assert_int_equal(csr_get(&fix, HIP), IRQ_BITS_VS);
    assert_int_equal(csr_get(&fix, MIP), IRQ_BITS_VS);
    csr_set(&fix, HIP, 0); /* only VSSIP can be cleared */
    assert_int_equal(csr_get(&fix, HVIP), ONE_BIT(IRQ_VSTI) | ONE_BIT(IRQ_VSEI));
    csr_set(&fix, HIE, UINT64_MAX);
    assert_int_equal(csr_get(&fix, MIE), IRQ_BITS_H);
    assert_int_equal(csr_get(&fix, SIE), 0);
    csr_set(&fix, MIE, 0);
    assert_int_equal(csr_get(&fix, HIE), 0);
    fixture_close(&fix);
}

static void vsip_and_vsie_are_shifted_and_follow_hideleg(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, HVIP, IRQ_BITS_VS);
    csr_set(&fix, VSIE, UINT64_MAX);
    assert_int_equal(csr_get(&fix, VSIP), 0);
    assert_int_equal(csr_get(&fix, MIE), 0);
    csr_set(&fix, HIDELEG, ONE_BIT(IRQ_VSSI) | ONE_BIT(IRQ_VSTI));
    assert_int_equal(csr_get(&fix, VSIP), ONE_BIT(IRQ_SSI) | ONE_BIT(IRQ_STI));
    csr_set(&fix, VSIE, UINT64_MAX);
    assert_int_equal(csr_get(&fix, HIE), ONE_BIT(IRQ_VSSI) | ONE_BIT(IRQ_VSTI));
    assert_int_equal(csr_get(&fix, VSIE), ONE_BIT(IRQ_SSI) | ONE_BIT(IRQ_STI));
    csr_set(&fix, VSIP, 0); /* only SSIP can be cleared */
    assert_int_equal(csr_get(&fix, HVIP), ONE_BIT(IRQ_VSTI) | ONE_BIT(IRQ_VSEI));
    fixture_close(&fix);
}

static void guest_external_interrupts_reach_vseip_by_vgein_and_sgeip_by_hgeie(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    hart_guest_interrupts_set(fix.hart, UINT64_MAX);
    assert_int_equal(csr_get(&fix, HGEIP), 0x3e);
    assert_int_equal(csr_get(&fix, HIP), 0);
    hart_guest_interrupts_set(fix.hart, ONE_BIT(3));
    csr_set(&fix, HSTATUS, 3 << HSTATUS_VGEIN_SHIFT);
    assert_int_equal(csr_get(&fix, HIP), ONE_BIT(IRQ_VSEI));
    csr_set(&fix, HSTATUS, 2 << HSTATUS_VGEIN_SHIFT);
    csr_set(&fix, HGEIE, ONE_BIT(3));
    assert_int_equal(csr_get(&fix, HIP), ONE_BIT(IRQ_SGEI));
    csr_set(&fix, HGEIE, ONE_BIT(2));
    assert_int_equal(csr_get(&fix, HIP), 0);
    fixture_close(&fix);
}

/* --- who takes it --- */

static uint64_t handler_in(struct fixture *fix, struct hart_mode mode)
{
    fixture_mode(fix, mode);
    return hart_deadline(fix->hart, CODE);
}

static void an_interrupt_is_taken_by_mode_and_enable(void **unused)
{
    static const struct {
        unsigned irq;
        bool mideleg, hideleg;
        uint64_t mstatus, vsstatus;
        uint64_t in_m, in_hs, in_u, in_vs, in_vu; /* handler, CODE: none */
    } rows[] = {
        {IRQ_MEI, 0, 0, 0, 0, CODE, M_TVEC, M_TVEC, M_TVEC, M_TVEC},
        {IRQ_MEI, 0, 0, STATUS_MIE, 0, M_TVEC, M_TVEC, M_TVEC, M_TVEC, M_TVEC},
        {IRQ_SEI, 0, 0, 0, 0, CODE, M_TVEC, M_TVEC, M_TVEC, M_TVEC},
        {IRQ_SEI, 1, 0, STATUS_MIE, 0, CODE, CODE, S_TVEC, S_TVEC, S_TVEC},
        {IRQ_SEI, 1, 0, STATUS_SIE, 0, CODE, S_TVEC, S_TVEC, S_TVEC, S_TVEC},
        {IRQ_VSEI, 1, 0, 0, STATUS_SIE, CODE, CODE, S_TVEC, S_TVEC, S_TVEC},
        {IRQ_VSEI, 1, 1, STATUS_SIE, 0, CODE, CODE, CODE, CODE, VS_TVEC},
        {IRQ_VSEI, 1, 1, STATUS_SIE, STATUS_SIE, CODE, CODE, CODE, VS_TVEC, VS_TVEC},
    };
    struct fixture fix;
    (void)unused;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct hart_mode modes[] = {MODE_M, MODE_HS, MODE_U, MODE_VS, MODE_VU};
        uint64_t expected[] = {rows[i].in_m, rows[i].in_hs, rows[i].in_u, rows[i].in_vs,
                               rows[i].in_vu};

        for (size_t m = 0; m < 5; m++) {
            fixture_open(&fix, &all_features);
            csr_set(&fix, MIE, ONE_BIT(rows[i].irq));
            csr_set(&fix, MIDELEG, (uint64_t)rows[i].mideleg << rows[i].irq);
            csr_set(&fix, HIDELEG, (uint64_t)rows[i].hideleg << rows[i].irq);
            csr_set(&fix, MSTATUS, rows[i].mstatus);
            csr_set(&fix, VSSTATUS, rows[i].vsstatus);
            csr_set(&fix, HVIP, ONE_BIT(rows[i].irq));
            hart_interrupt_set(fix.hart, rows[i].irq, true);
            if (handler_in(&fix, modes[m]) != expected[m])
                fail_msg("row %zu in %s", i, hart_mode_name(modes[m]));
            fixture_close(&fix);
        }
    }
}

static void an_interrupt_writes_its_cause_and_nothing_else(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MIE, ONE_BIT(IRQ_VSTI));
    csr_set(&fix, HVIP, ONE_BIT(IRQ_VSTI));
    csr_set(&fix, STVAL, 5);
    csr_set(&fix, HTVAL, 5);
    csr_set(&fix, HTINST, 5);
    assert_int_equal(handler_in(&fix, MODE_VU), S_TVEC);
    assert_int_equal(csr_get(&fix, SCAUSE), ONE_BIT(63) | IRQ_VSTI);
    assert_int_equal(csr_get(&fix, SEPC), CODE);
    assert_int_equal(csr_get(&fix, STVAL), 0);
    assert_int_equal(csr_get(&fix, HTVAL), 0);
    assert_int_equal(csr_get(&fix, HTINST), 0);
    assert_int_equal(csr_get(&fix, HSTATUS) & HSTATUS_GVA, 0);
    csr_set(&fix, HIDELEG, ONE_BIT(IRQ_VSTI));
    assert_int_equal(handler_in(&fix, MODE_VU), VS_TVEC);
    assert_int_equal(csr_get(&fix, VSCAUSE), ONE_BIT(63) | IRQ_STI);
    fixture_close(&fix);
}

static void external_goes_before_software_before_timer_and_m_before_s_before_vs(void **unused)
{
    static const unsigned order[] = {IRQ_MEI, IRQ_MSI,  IRQ_MTI,  IRQ_SEI,  IRQ_SSI,
                                     IRQ_STI, IRQ_SGEI, IRQ_VSEI, IRQ_VSSI, IRQ_VSTI};
    struct fixture fix;
    uint64_t enabled = UINT64_MAX;
    (void)unused;

    fixture_open(&fix, &all_features);
    hart_timer_set(fix.hart, 0);
    hart_interrupt_set(fix.hart, IRQ_MSI, true);
    hart_interrupt_set(fix.hart, IRQ_MEI, true);
    hart_guest_interrupts_set(fix.hart, 2);
    csr_set(&fix, HGEIE, 2);
    csr_set(&fix, MIP, IRQ_BITS_S);
    csr_set(&fix, HVIP, IRQ_BITS_VS);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        csr_set(&fix, MIE, enabled);
        handler_in(&fix, MODE_U);
        assert_int_equal(fix.trap.cause, order[i]);
        enabled &= ~ONE_BIT(order[i]);
    }
    fixture_close(&fix);
}

static void an_interrupt_is_taken_behind_the_instruction_that_lets_it_in(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    hart_interrupt_set(fix.hart, IRQ_MEI, true);
    csr_set(&fix, MIE, ONE_BIT(IRQ_MEI));
    fix.reg[6] = STATUS_MIE;
    assert_int_equal(run_system(&fix, insn_csr(CSRRS, MSTATUS, 0, 6)), M_TVEC);
    assert_int_equal(csr_get(&fix, MEPC), CODE + 4);
    assert_int_equal(fix.clock.instret, 1);
    fixture_close(&fix);
}

/* --- timers --- */

static void the_platform_timer_is_up_from_mtimecmp_on(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    hart_timer_set(fix.hart, 50);
    assert_int_equal(fix.deadline, 500);
    fix.mtime = 49;
    assert_int_equal(csr_get(&fix, MIP), 0);
    fix.mtime = 50;
    assert_int_equal(csr_get(&fix, MIP), ONE_BIT(IRQ_MTI));
    csr_set(&fix, MIE, ONE_BIT(IRQ_MTI));
    assert_int_equal(handler_in(&fix, MODE_U), M_TVEC);
    assert_int_equal(fix.deadline, UINT64_MAX);
    hart_timer_set(fix.hart, UINT64_MAX);
    assert_int_equal(csr_get(&fix, MIP), 0);
    fixture_close(&fix);
}

static void stimecmp_and_vstimecmp_count_when_stce_lets_them(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    fix.mtime = 100;
    csr_set(&fix, STIMECMP, 100);
    csr_set(&fix, VSTIMECMP, 40);
    csr_set(&fix, HTIMEDELTA, (uint64_t)-60); /* the guest's clock says 40 */
    assert_int_equal(csr_get(&fix, MIP), 0);
    csr_set(&fix, MENVCFG, ENVCFG_STCE);
    assert_int_equal(csr_get(&fix, MIP), ONE_BIT(IRQ_STI));
    csr_set(&fix, HENVCFG, ENVCFG_STCE);
    assert_int_equal(csr_get(&fix, MIP), ONE_BIT(IRQ_STI) | ONE_BIT(IRQ_VSTI));
    csr_set(&fix, STIMECMP, 101);
    csr_set(&fix, VSTIMECMP, 41);
    assert_int_equal(csr_get(&fix, MIP), 0);
    assert_int_equal(fix.deadline, 1010);
    csr_set(&fix, STIMECMP, UINT64_MAX);
    assert_int_equal(fix.deadline, 1010); /* mtime 101 is 41 for the guest */
    csr_set(&fix, HVIP, ONE_BIT(IRQ_VSTI));
    assert_int_equal(csr_get(&fix, HIP), ONE_BIT(IRQ_VSTI)); /* or by software */
    fixture_close(&fix);
}

static void a_line_that_is_due_sets_the_deadline_to_now(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MIE, ONE_BIT(IRQ_MEI));
    fixture_mode(&fix, MODE_U);
    hart_interrupt_set(fix.hart, IRQ_SEI, true); /* not enabled */
    assert_int_equal(fix.deadline, UINT64_MAX);
    hart_interrupt_set(fix.hart, IRQ_MEI, true);
    assert_int_equal(fix.deadline, 0);
    fixture_close(&fix);
}

static void wfi_waits_for_what_is_enabled_in_mie_alone(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    hart_timer_set(fix.hart, 70);
    assert_int_equal(run_system(&fix, WFI), CODE + 4);
    assert_int_equal(fix.waits, 1);
    assert_int_equal(hart_wake_at(fix.hart), UINT64_MAX); /* MTI is not enabled in mie */
    csr_set(&fix, MIE, ONE_BIT(IRQ_MTI));
    assert_int_equal(hart_wake_at(fix.hart), 700);
    fix.mtime = 70;
    assert_true(hart_is_awake(fix.hart)); /* MIE of mstatus is 0 all the time */
    assert_int_equal(run_system(&fix, WFI), CODE + 4);
    assert_int_equal(fix.waits, 1);
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_shows_as_its_bit),
        cmocka_unit_test(software_writes_only_the_supervisor_bits_of_mip),
        cmocka_unit_test(set_and_clear_of_mip_leave_out_the_line_of_seip),
        cmocka_unit_test(sip_and_sie_are_the_delegated_part),
        cmocka_unit_test(hip_hie_and_hvip_share_their_bits_with_mip_and_mie),
        cmocka_unit_test(vsip_and_vsie_are_shifted_and_follow_hideleg),
        cmocka_unit_test(guest_external_interrupts_reach_vseip_by_vgein_and_sgeip_by_hgeie),
        cmocka_unit_test(an_interrupt_is_taken_by_mode_and_enable),
        cmocka_unit_test(an_interrupt_writes_its_cause_and_nothing_else),
        cmocka_unit_test(external_goes_before_software_before_timer_and_m_before_s_before_vs),
        cmocka_unit_test(an_interrupt_is_taken_behind_the_instruction_that_lets_it_in),
        cmocka_unit_test(the_platform_timer_is_up_from_mtimecmp_on),
        cmocka_unit_test(stimecmp_and_vstimecmp_count_when_stce_lets_them),
        cmocka_unit_test(a_line_that_is_due_sets_the_deadline_to_now),
        cmocka_unit_test(wfi_waits_for_what_is_enabled_in_mie_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
