/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_trap.c — where traps go, what they write, and the way back. */
#include "hart_fixture.h"

enum { ECALL_INSN = 0x73, MRET = 0x30200073, SRET = 0x10200073 };

static uint64_t event_of(struct fixture *fix, enum engine_event_kind kind)
{
    struct engine_event event = {.kind = kind, .pc = CODE};

    return hart_event(fix->hart, &event);
}

static void an_ecall_names_the_mode_it_came_from(void **unused)
{
    static const struct {
        struct hart_mode mode;
        int cause;
    } rows[] = {{{PRIVILEGE_M, false}, CAUSE_ECALL_M},
                {{PRIVILEGE_S, false}, CAUSE_ECALL_HS},
                {{PRIVILEGE_U, false}, CAUSE_ECALL_U},
                {{PRIVILEGE_S, true}, CAUSE_ECALL_VS},
                {{PRIVILEGE_U, true}, CAUSE_ECALL_U}};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture_mode(&fix, rows[i].mode);
        assert_int_equal(event_of(&fix, ENGINE_ECALL), M_TVEC);
        assert_int_equal(csr_get(&fix, MCAUSE), rows[i].cause);
        assert_int_equal(csr_get(&fix, MEPC), CODE);
        assert_int_equal(csr_get(&fix, MTVAL), 0);
        assert_int_equal((csr_get(&fix, MSTATUS) & STATUS_MPP) >> STATUS_MPP_SHIFT,
                         rows[i].mode.privilege);
        assert_int_equal(!!(csr_get(&fix, MSTATUS) & STATUS_MPV), rows[i].mode.is_virtual);
        assert_string_equal(hart_mode_name(fix.hart->mode), "M");
    }
    assert_int_equal(fix.clock.instret, 0); /* a trap retires nothing */
    fixture_close(&fix);
}

static void medeleg_and_hedeleg_send_a_trap_down(void **unused)
{
    static const struct {
        struct hart_mode mode;
        bool to_hs, to_vs;
        uint64_t handler;
    } rows[] = {
        {{PRIVILEGE_M, false}, true, true, M_TVEC}, /* never down from M */
        {{PRIVILEGE_S, false}, true, true, S_TVEC}, /* hedeleg needs V = 1 */
        {{PRIVILEGE_U, false}, true, true, S_TVEC}, {{PRIVILEGE_S, true}, true, true, VS_TVEC},
        {{PRIVILEGE_U, true}, true, true, VS_TVEC}, {{PRIVILEGE_S, true}, true, false, S_TVEC},
        {{PRIVILEGE_S, true}, false, true, M_TVEC}, /* not even to HS */
    };
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        csr_set(&fix, MEDELEG, (uint64_t)rows[i].to_hs << CAUSE_BREAKPOINT);
        csr_set(&fix, HEDELEG, (uint64_t)rows[i].to_vs << CAUSE_BREAKPOINT);
        fixture_mode(&fix, rows[i].mode);
        assert_int_equal(event_of(&fix, ENGINE_BREAK), rows[i].handler);
    }
    fixture_close(&fix);
}

static void a_trap_into_hs_keeps_the_state_it_came_from(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MEDELEG, ONE_BIT(CAUSE_BREAKPOINT));
    csr_set(&fix, SSTATUS, STATUS_SIE);
    fixture_mode(&fix, MODE_VS);
    assert_int_equal(event_of(&fix, ENGINE_BREAK), S_TVEC);
    assert_int_equal(csr_get(&fix, SCAUSE), CAUSE_BREAKPOINT);
    assert_int_equal(csr_get(&fix, SEPC), CODE);
    assert_int_equal(csr_get(&fix, STVAL), CODE);
    assert_int_equal(csr_get(&fix, SSTATUS) & (STATUS_SIE | STATUS_SPIE | STATUS_SPP),
                     STATUS_SPIE | STATUS_SPP);
    assert_int_equal(csr_get(&fix, HSTATUS),
                     HSTATUS_VSXL64 | HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_GVA);
    fixture_mode(&fix, MODE_U);
    event_of(&fix, ENGINE_BREAK);
    assert_int_equal(csr_get(&fix, SSTATUS) & (STATUS_SIE | STATUS_SPIE | STATUS_SPP), 0);
    assert_int_equal(csr_get(&fix, HSTATUS), HSTATUS_VSXL64 | HSTATUS_SPVP); /* SPVP stays */
    fixture_close(&fix);
}

static void a_trap_into_vs_touches_no_register_of_the_hypervisor(void **unused)
{
    struct fixture fix;
    uint64_t sstatus, hstatus;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MEDELEG, ONE_BIT(CAUSE_BREAKPOINT));
    csr_set(&fix, HEDELEG, ONE_BIT(CAUSE_BREAKPOINT));
    csr_set(&fix, VSSTATUS, STATUS_SIE);
    csr_set(&fix, HSTATUS, HSTATUS_SPV);
    csr_set(&fix, SEPC, 0x44);
    fixture_mode(&fix, MODE_VU);
    sstatus = csr_get(&fix, SSTATUS);
    hstatus = csr_get(&fix, HSTATUS);
    assert_int_equal(event_of(&fix, ENGINE_BREAK), VS_TVEC);
    assert_string_equal(hart_mode_name(fix.hart->mode), "VS");
    assert_int_equal(csr_get(&fix, VSCAUSE), CAUSE_BREAKPOINT);
    assert_int_equal(csr_get(&fix, VSEPC), CODE);
    assert_int_equal(csr_get(&fix, VSTVAL), CODE);
    assert_int_equal(csr_get(&fix, VSSTATUS), STATUS_UXL64 | STATUS_SPIE);
    assert_int_equal(csr_get(&fix, SSTATUS), sstatus);
    assert_int_equal(csr_get(&fix, HSTATUS), hstatus);
    assert_int_equal(csr_get(&fix, SEPC), 0x44);
    fixture_close(&fix);
}

static void a_nested_trap_overwrites_mpie_with_mie(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MSTATUS, STATUS_MIE);
    event_of(&fix, ENGINE_ECALL);
    assert_int_equal(csr_get(&fix, MSTATUS) & (STATUS_MIE | STATUS_MPIE), STATUS_MPIE);
    event_of(&fix, ENGINE_ECALL);
    assert_int_equal(csr_get(&fix, MSTATUS) & (STATUS_MIE | STATUS_MPIE), 0);
    fixture_close(&fix);
}

static void vectored_handlers_spread_interrupts_and_not_exceptions(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MTVEC, M_TVEC | 1);
    assert_int_equal(event_of(&fix, ENGINE_ECALL), M_TVEC);
    csr_set(&fix, MIE, ONE_BIT(IRQ_MEI));
    hart_interrupt_set(fix.hart, IRQ_MEI, true);
    fixture_mode(&fix, MODE_U);
    assert_int_equal(hart_deadline(fix.hart, CODE), M_TVEC + 4 * IRQ_MEI);
    /* A guest's vector goes by the number that the guest sees. */
    csr_set(&fix, VSTVEC, VS_TVEC | 1);
    csr_set(&fix, MIE, ONE_BIT(IRQ_VSEI));
    csr_set(&fix, HIDELEG, ONE_BIT(IRQ_VSEI));
    csr_set(&fix, HVIP, ONE_BIT(IRQ_VSEI));
    fixture_mode(&fix, MODE_VU);
    assert_int_equal(hart_deadline(fix.hart, CODE), VS_TVEC + 4 * IRQ_SEI);
    fixture_close(&fix);
}

static void mret_goes_where_mpp_and_mpv_say(void **unused)
{
    static const struct {
        uint64_t mpp, mpv;
        const char *mode;
    } rows[] = {{PRIVILEGE_U, 0, "U"},
                {PRIVILEGE_U, STATUS_MPV, "VU"},
                {PRIVILEGE_S, 0, "HS"},
                {PRIVILEGE_S, STATUS_MPV, "VS"},
                {PRIVILEGE_M, STATUS_MPV, "M"}}; /* M is never virtual */
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture_mode(&fix, MODE_M);
        csr_set(&fix, MEPC, 0x123456);
        csr_set(&fix, MSTATUS,
                rows[i].mpp << STATUS_MPP_SHIFT | rows[i].mpv | STATUS_MPIE | STATUS_MPRV);
        assert_int_equal(run_system(&fix, MRET), 0x123456);
        assert_string_equal(hart_mode_name(fix.hart->mode), rows[i].mode);
        assert_int_equal(csr_get(&fix, MSTATUS) & ~(STATUS_UXL64 | STATUS_SXL64),
                         STATUS_MIE | STATUS_MPIE | (rows[i].mpp == PRIVILEGE_M ? STATUS_MPRV : 0));
    }
    assert_int_equal(fix.returns, 5);
    assert_int_equal(fix.clock.instret, 5);
    fixture_close(&fix);
}

static void sret_goes_where_spp_and_spv_say(void **unused)
{
    static const struct {
        uint64_t spp, spv;
        const char *mode;
    } rows[] = {{0, 0, "U"},
                {STATUS_SPP, 0, "HS"},
                {0, HSTATUS_SPV, "VU"},
                {STATUS_SPP, HSTATUS_SPV, "VS"}};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture_mode(&fix, MODE_HS);
        csr_set(&fix, SEPC, 0x4000);
        csr_set(&fix, SSTATUS, rows[i].spp | STATUS_SPIE);
        csr_set(&fix, HSTATUS, rows[i].spv | HSTATUS_SPVP);
        assert_int_equal(run_system(&fix, SRET), 0x4000);
        assert_string_equal(hart_mode_name(fix.hart->mode), rows[i].mode);
        assert_int_equal(csr_get(&fix, SSTATUS), STATUS_UXL64 | STATUS_SIE | STATUS_SPIE);
        assert_int_equal(csr_get(&fix, HSTATUS), HSTATUS_VSXL64 | HSTATUS_SPVP);
    }
    fixture_close(&fix);
}

static void sret_of_a_guest_stays_in_the_guest(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, VSEPC, 0x5000);
    csr_set(&fix, SEPC, 0x4000);
    csr_set(&fix, VSSTATUS, STATUS_SPIE);
    csr_set(&fix, HSTATUS, HSTATUS_SPV);
    fixture_mode(&fix, MODE_VS);
    assert_int_equal(run_system(&fix, SRET), 0x5000);
    assert_string_equal(hart_mode_name(fix.hart->mode), "VU");
    assert_int_equal(csr_get(&fix, VSSTATUS), STATUS_UXL64 | STATUS_SIE | STATUS_SPIE);
    assert_true(csr_get(&fix, HSTATUS) & HSTATUS_SPV);
    fixture_close(&fix);
}

static void sret_in_m_obeys_hstatus_and_clears_mprv(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MSTATUS, STATUS_MPRV | STATUS_SPP);
    csr_set(&fix, HSTATUS, HSTATUS_SPV);
    run_system(&fix, SRET);
    assert_string_equal(hart_mode_name(fix.hart->mode), "VS");
    assert_int_equal(csr_get(&fix, MSTATUS) & STATUS_MPRV, 0);
    fixture_close(&fix);
}

static void the_same_trap_again_and_again_is_told(void **unused)
{
    struct fixture fix;
    struct engine_event event = {.kind = ENGINE_FAULT, .access = ACCESS_EXECUTE, .pc = 0x1000};
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MTVEC, 0x1000); /* no memory there */
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(fix.loops, 0);
        assert_int_equal(hart_event(fix.hart, &event), 0x1000);
    }
    hart_event(fix.hart, &event);
    assert_int_equal(fix.loops, 1);
    assert_int_equal(csr_get(&fix, MCAUSE), CAUSE_FETCH_ACCESS);
    fix.clock.instret++; /* something ran */
    hart_event(fix.hart, &event);
    assert_int_equal(fix.loops, 1);
    fixture_close(&fix);
}

static void an_exit_and_the_way_back_flush_nothing(void **unused)
{
    struct fixture fix;
    unsigned flushes;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MEDELEG, ONE_BIT(CAUSE_ECALL_VS));
    csr_set(&fix, VSATP, UINT64_C(8) << 60 | 5);
    csr_set(&fix, HGATP, UINT64_C(8) << 60 | 8);
    fixture_mode(&fix, MODE_HS);
    csr_set(&fix, SSTATUS, STATUS_SPP);
    csr_set(&fix, HSTATUS, HSTATUS_SPV);
    run_system(&fix, SRET);
    flushes = fix.flushes;
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(event_of(&fix, ENGINE_ECALL), S_TVEC);
        assert_false(fix.is_virtual);
        fix.reg[6] = csr_get(&fix, VSATP);
        run_system(&fix, insn_csr(CSRRW, VSATP, 5, 6)); /* saved and restored */
        run_system(&fix, SRET);
        assert_true(fix.is_virtual);
    }
    assert_int_equal(fix.flushes, flushes);
    event_of(&fix, ENGINE_ECALL);
    csr_set(&fix, VSATP, UINT64_C(8) << 60 | 6); /* another guest */
    assert_int_equal(fix.flushes, flushes);
    run_system(&fix, SRET);
    assert_int_equal(fix.flushes, flushes + 1);
    fixture_close(&fix);
}

/* Into the guest and back to HS. */
static void visit_guest(struct fixture *fix)
{
    csr_set(fix, SSTATUS, csr_get(fix, SSTATUS) | STATUS_SPP);
    csr_set(fix, HSTATUS, HSTATUS_SPV);
    run_system(fix, SRET);
    event_of(fix, ENGINE_ECALL);
}

static void a_guest_under_other_rules_begins_with_an_empty_tlb(void **unused)
{
    static const struct {
        uint16_t csr;
        uint64_t value;
    } changes[] = {{VSATP, UINT64_C(8) << 60 | 6},
                   {HGATP, UINT64_C(8) << 60 | 12},
                   {VSSTATUS, STATUS_MXR},
                   {VSSTATUS, STATUS_SUM}};
    struct fixture fix;
    unsigned before;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MEDELEG, ONE_BIT(CAUSE_ECALL_VS));
    fixture_mode(&fix, MODE_HS);
    visit_guest(&fix);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        before = fix.flushes;
        csr_set(&fix, changes[i].csr, changes[i].value);
        assert_int_equal(fix.flushes, before); /* it is not the guest's turn */
        visit_guest(&fix);
        assert_int_equal(fix.flushes, before + 1);
        visit_guest(&fix);
        assert_int_equal(fix.flushes, before + 1);
    }
    run_system(&fix, 0x12000073); /* sfence.vma empties both worlds: */
    before = fix.flushes;
    csr_set(&fix, VSATP, 0); /* there is nothing left to flush */
    visit_guest(&fix);
    assert_int_equal(fix.flushes, before);
    fixture_close(&fix);
}

static void mxr_of_the_host_is_a_rule_of_the_guest_too(void **unused)
{
    struct fixture fix;
    uint64_t to_vs = STATUS_MPV | (uint64_t)PRIVILEGE_S << STATUS_MPP_SHIFT;
    unsigned before;
    (void)unused;

    fixture_open(&fix, &all_features);
    csr_set(&fix, MSTATUS, to_vs);
    run_system(&fix, MRET);
    event_of(&fix, ENGINE_ECALL);
    before = fix.flushes;
    csr_set(&fix, MSTATUS, to_vs | STATUS_MXR); /* no rule of M-mode */
    assert_int_equal(fix.flushes, before);
    run_system(&fix, MRET);
    assert_int_equal(fix.flushes, before + 1);
    fixture_close(&fix);
}

static void each_rule_of_mprv_counts(void **unused)
{
    static const uint64_t status[] = {
        STATUS_MPRV, STATUS_MPRV | (uint64_t)PRIVILEGE_S << STATUS_MPP_SHIFT,
        STATUS_MPRV | STATUS_MPV | (uint64_t)PRIVILEGE_S << STATUS_MPP_SHIFT, 0};
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof status / sizeof status[0]; i++) {
        unsigned before = fix.flushes;

        csr_set(&fix, MSTATUS, status[i]);
        assert_int_equal(fix.flushes, before + 1);
        csr_set(&fix, MSTATUS, status[i] | STATUS_MIE); /* not a rule */
        assert_int_equal(fix.flushes, before + 1);
    }
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ecall_names_the_mode_it_came_from),
        cmocka_unit_test(medeleg_and_hedeleg_send_a_trap_down),
        cmocka_unit_test(a_trap_into_hs_keeps_the_state_it_came_from),
        cmocka_unit_test(a_trap_into_vs_touches_no_register_of_the_hypervisor),
        cmocka_unit_test(a_nested_trap_overwrites_mpie_with_mie),
        cmocka_unit_test(vectored_handlers_spread_interrupts_and_not_exceptions),
        cmocka_unit_test(mret_goes_where_mpp_and_mpv_say),
        cmocka_unit_test(sret_goes_where_spp_and_spv_say),
        cmocka_unit_test(sret_of_a_guest_stays_in_the_guest),
        cmocka_unit_test(sret_in_m_obeys_hstatus_and_clears_mprv),
        cmocka_unit_test(the_same_trap_again_and_again_is_told),
        cmocka_unit_test(an_exit_and_the_way_back_flush_nothing),
        cmocka_unit_test(a_guest_under_other_rules_begins_with_an_empty_tlb),
        cmocka_unit_test(mxr_of_the_host_is_a_rule_of_the_guest_too),
        cmocka_unit_test(each_rule_of_mprv_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
