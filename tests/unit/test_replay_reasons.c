/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_replay_reasons.c — a reason explains its own difference and not a bit more. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "replay_fixture.h"

static void a_signed_load_may_be_zero_extended_in_the_recording_and_nothing_else(void **unused)
{
    const uint64_t raw = 0x80000001;
    struct fixture fix;

    (void)unused;
    for (unsigned other = 0; other < 2; other++) {
        fixture_begin(&fix, 1);
        exit_write(&fix, EXC_LOAD_GUEST_PAGE_FAULT, DEVICE + 8, LW_A2);
        fix.event.x[REG_A2] = raw;
        fix.event.x[REG_T0] += other;
        resume_write(&fix, 4);
        if (!other) {
            assert_explained(&fix, ROW_MMIO_L, REASON_NOT_SIGN_EXTENDED);
            continue;
        }
        assert_replayed(&fix);
        assert_int_equal(fix.report.mismatches, 1);
    }
}

static void a_call_outside_the_table_is_refused_and_explained(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix, 1);
    ecall_write(&fix, 0x09000000, 1);
    fix.event.x[REG_A0] = 0;
    resume_write(&fix, 4);
    assert_explained(&fix, ROW_SBI_UNK, REASON_CALL_NOT_LISTED);
}

static void a_fence_must_be_answered_as_recorded(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix, 1);
    ecall_write(&fix, 0x52464E43, 0);
    fix.event.x[REG_A0] = (uint64_t)MINUS_2; /* the monitor fences, and says so */
    fix.event.x[REG_A1] = 0;
    resume_write(&fix, 4);
    assert_replayed(&fix);
    assert_int_equal(fix.report.row[ROW_SBI_RES].mismatches, 1);
}

static void a_started_hart_is_judged_at_its_first_entry(void **unused)
{
    const uint64_t entry = RAM + 0x3000;
    struct fixture fix;

    (void)unused;
    for (unsigned wrong = 0; wrong < 3; wrong++) { /* right, the pc is not, a register is not */
        fixture_begin(&fix, 2);
        fix.event.x[REG_A0] = 1;
        fix.event.x[REG_A1] = entry;
        fix.event.x[REG_A1 + 1] = 7;
        ecall_write(&fix, 0x48534D, 0);
        fix.event.x[REG_A0] = fix.event.x[REG_A1] = 0;
        resume_write(&fix, 4);
        fix.event.cpu = 1;
        memset(fix.event.x, 0, sizeof fix.event.x);
        fix.event.x[REG_A0] = 1;
        fix.event.x[REG_A1] = 7;
        fix.event.x[REG_T0] = wrong == 2;
        fix.event.pc = entry + 4 * (wrong == 1);
        resume_write(&fix, 0);
        assert_replayed(&fix);
        assert_int_equal(fix.report.row[ROW_LIFE_HSMSTART].entries, 1);
        assert_int_equal(fix.report.mismatches, wrong != 0);
        assert_int_equal(fix.report.equal, wrong ? 1 : 2);
    }
}

static void interrupts_that_the_guest_does_not_accept_are_explained(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix, 1);
    fix.event.trap = (struct trap){.scause = SCAUSE_INTERRUPT | 5};
    event_write(&fix, TRACE_EXIT);
    fix.event.csr[TCSR_HVIP] = HVIP_VSSIP | HVIP_VSEIP; /* only VSEIP is accepted */
    resume_write(&fix, 0);
    assert_explained(&fix, ROW_INT_STI, REASON_INTERRUPT_POLICY);
}

static void an_interrupt_that_the_guest_accepts_must_arrive(void **unused)
{
    struct fixture fix;
    struct exposure deaf = exposure_strict; /* a profile under which no interrupt arrives */

    (void)unused;
    for (unsigned i = 0; i < deaf.write_count; i++)
        if (deaf.writes[i].target == ITEM_HVIP)
            deaf.writes[i].slot = ITEM_VSISELECT; /* taken from where the host writes nothing */
    for (unsigned broken = 0; broken < 2; broken++) {
        fixture_begin(&fix, 1);
        if (broken)
            fix.options.spec = &deaf;
        fix.event.trap = (struct trap){.scause = SCAUSE_INTERRUPT | 5};
        event_write(&fix, TRACE_EXIT);
        fix.event.csr[TCSR_HVIP] = HVIP_VSEIP;
        resume_write(&fix, 0);
        assert_int_equal(fixture_replay(&fix, NULL), STATUS_OK);
        assert_int_equal(fix.report.row[ROW_INT_STI].mismatches, broken);
    }
}

static void a_counter_may_differ_in_its_register_and_nowhere_else(void **unused)
{
    const uint32_t csrr_a0_cycle = 0xc0002573;
    struct fixture fix;

    (void)unused;
    for (unsigned other = 0; other < 2; other++) {
        fixture_begin(&fix, 1);
        fix.event.trap = (struct trap){.scause = EXC_VIRTUAL_INST_FAULT, .stval = csrr_a0_cycle};
        event_write(&fix, TRACE_EXIT);
        fix.event.x[REG_A0] = 0x123456;
        fix.event.x[REG_T0] += other;
        resume_write(&fix, 4);
        assert_replayed(&fix);
        assert_int_equal(fix.report.explained[REASON_COUNTER_INSIDE], !other);
        assert_int_equal(fix.report.mismatches, other);
    }
}

static void a_refused_instruction_is_explained_only_at_the_vector(void **unused)
{
    const uint32_t amo_to_device = 0x00b5202f; /* amoadd.w x0, a1, (a0) as htinst */
    struct fixture fix;

    (void)unused;
    for (unsigned elsewhere = 0; elsewhere < 2; elsewhere++) {
        fixture_begin(&fix, 1);
        exit_write(&fix, EXC_STORE_GUEST_PAGE_FAULT, DEVICE + 8, amo_to_device);
        resume_write(&fix, 4 + 4 * elsewhere); /* emulated, or gone somewhere */
        assert_replayed(&fix);
        assert_int_equal(fix.report.row[ROW_MMIO_AMO].exits, 1);
        assert_int_equal(fix.report.explained[REASON_EMULATION_REFUSED], !elsewhere);
        assert_int_equal(fix.report.mismatches, elsewhere);
    }
}

static void the_status_of_a_hart_is_explained_only_as_the_known_bugs(void **unused)
{
    static const struct {
        uint64_t hart, error, state;
        bool explained;
    } cases[] = {{5, 0, 0, true}, {0, 0, 4, true}, {0, 0, 1, false}, {5, 1, 0, false}};

    (void)unused;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture fix;

        fixture_begin(&fix, 1);
        fix.event.x[REG_A0] = cases[i].hart;
        ecall_write(&fix, 0x48534D, 2);
        fix.event.x[REG_A0] = cases[i].error;
        fix.event.x[REG_A1] = cases[i].state;
        resume_write(&fix, 4);
        assert_replayed(&fix);
        assert_int_equal(fix.report.explained[REASON_HART_STATUS], cases[i].explained);
        assert_int_equal(fix.report.mismatches, !cases[i].explained);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_load_may_be_zero_extended_in_the_recording_and_nothing_else),
        cmocka_unit_test(a_call_outside_the_table_is_refused_and_explained),
        cmocka_unit_test(a_fence_must_be_answered_as_recorded),
        cmocka_unit_test(a_started_hart_is_judged_at_its_first_entry),
        cmocka_unit_test(interrupts_that_the_guest_does_not_accept_are_explained),
        cmocka_unit_test(an_interrupt_that_the_guest_accepts_must_arrive),
        cmocka_unit_test(a_counter_may_differ_in_its_register_and_nowhere_else),
        cmocka_unit_test(a_refused_instruction_is_explained_only_at_the_vector),
        cmocka_unit_test(the_status_of_a_hart_is_explained_only_as_the_known_bugs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
