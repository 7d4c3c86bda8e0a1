/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_monitor_rows.c — every row by a natural trap: what the host sees of it, slot by
 * slot, what it may answer, and where the guest goes on. Read monitor_triggers.h first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../property/strict_low.h"
#include "monitor/hs_frame.h"
#include "monitor_triggers.h"

/* Rows that no trap belongs to: calls of the monitor, and the answer to a refused run. */
static bool row_has_no_trap(enum row_id row)
{
    return row == ROW_LIFE_FIRST || row == ROW_LIFE_PROMOTE || row == ROW_LIFE_HSMSTART ||
           row == ROW_LIFE_DESTROY || row == ROW_RUN_REFUSED;
}

/* Rows after which this vCPU does not run again by an answer of the host. */
static bool row_ends_vcpu(enum row_id row)
{
    return row == ROW_EXC_DBL || row == ROW_EXC_UNK || row == ROW_INT_VS || row == ROW_LIFE_STOP;
}

/* Rows whose operation the host can complete: the guest goes on behind the instruction. */
static bool row_completes(enum row_id row)
{
    return (row >= ROW_SBI_STD && row <= ROW_SBI_UNK) || row == ROW_MMIO_L || row == ROW_MMIO_S ||
           row == ROW_VI_WFI || row == ROW_VI_WRS;
}

static void trigger_exit(struct fixture *fix, const struct trigger *trigger)
{
    fixture_begin(fix);
    trigger_arrange(fix, trigger);
    assert_int_equal(fixture_exit(fix), STATUS_OK);
    assert_row(fix, trigger->row);
}

static void every_row_that_a_trap_can_reach_is_reached(void **unused)
{
    bool reached[ROW_COUNT] = {false};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        trigger_exit(&fix, &triggers[i]);
        reached[fix.out.row] = true;
        assert_sound(&fix);
    }
    for (unsigned row = 0; row < ROW_COUNT; row++)
        if (reached[row] == row_has_no_trap((enum row_id)row))
            fail_msg("%s", row_name((enum row_id)row));
}

static void low_of_trigger(const struct fixture *fix, const struct trigger *trigger,
                           struct low *low)
{
    struct low_input in = {
        .live = &fix->live,
        .trap = &fix->trap,
        .access = {.is_store = trigger->row == ROW_MMIO_S,
                   .is_signed = true,
                   .width_bytes = 4,
                   .reg = 5},
        .insn = trigger->stval ? (uint32_t)trigger->stval : trigger->insn,
        .memory = fix->platform.data,
    };

    strict_low(trigger->row, &in, low);
}

static void assert_slots_equal(const uint64_t *got, const uint64_t *want, enum row_id row)
{
    for (unsigned i = 0; i < ITEM_SLOT_COUNT; i++)
        if (got[i] != want[i])
            fail_msg("%s slot %u is %#llx, not %#llx", row_name(row), i, (unsigned long long)got[i],
                     (unsigned long long)want[i]);
}

static void the_host_sees_exactly_the_slots_of_the_row(void **unused)
{
    static const struct fp_state no_fp;
    static const struct vector_state no_vector;
    struct fixture fix;
    struct low low;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        trigger_exit(&fix, &triggers[i]);
        low_of_trigger(&fix, &triggers[i], &low);
        assert_slots_equal(fix.out.view.slot, low.slot, triggers[i].row);
        assert_int_equal(fix.out.route == ROUTE_HOST, low_is_host_row(triggers[i].row));
        assert_memory_equal(&fix.out.view.fp, &no_fp, sizeof no_fp);
        assert_memory_equal(&fix.out.view.vec, &no_vector, sizeof no_vector);
        assert_int_equal(fix.out.view.served_insn, low.slot[ITEM_HTINST]);
        assert_int_equal(fix.out.view.start_token != 0, triggers[i].row == ROW_SBI_HSM_START);
        assert_sound(&fix);
    }
}

static void an_old_view_leaves_nothing_in_the_next_one(void **unused)
{
    struct fixture fix, clean;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        trigger_exit(&clean, &triggers[i]);
        fixture_begin(&fix);
        trigger_arrange(&fix, &triggers[i]);
        memset(&fix.out, 0xa5, sizeof fix.out);
        assert_int_equal(fixture_exit(&fix), STATUS_OK);
        assert_memory_equal(&fix.out.view, &clean.out.view, sizeof clean.out.view);
        assert_sound(&fix);
    }
}

static void a_retry_runs_the_same_instruction_on_the_same_registers(void **unused)
{
    struct fixture fix;
    struct guest_state want;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        trigger_exit(&fix, &triggers[i]);
        want = fix.live;
        if (fix.out.route != ROUTE_HOST || row_ends_vcpu(triggers[i].row))
            continue;
        resume_ok(&fix, HOST_RETRY);
        assert_guest(&fix, &want);
        assert_int_equal(fix.resumed.row, triggers[i].row);
        assert_int_equal(fix.mon.vcpu[0].life, VCPU_RUNNING);
        assert_sound(&fix);
    }
}

/* What a completed operation leaves in the guest, if the host poisons every slot. */
static struct guest_state guest_when_done(const struct fixture *fix, const struct trigger *trigger)
{
    struct guest_state want = fix->live;
    bool legacy = trigger->row == ROW_SBI_LEG, call = trigger->scause == ECALL;

    want.pc += 4;
    if (call)
        want.x[REG_A0] = poison_of(ITEM_A0);
    if (call && !legacy && trigger->row != ROW_SBI_SRST)
        want.x[REG_A1] = 0; /* an error carries no value */
    if (trigger->row == ROW_SBI_COVG)
        want.x[REG_A0] = trigger->a6 < 2 ? 0 : (uint64_t)-1;
    if (trigger->row == ROW_MMIO_L)
        want.x[5] = (uint64_t)(int64_t)(int32_t)poison_of(ITEM_A0);
    return want;
}

static void a_completed_operation_changes_what_the_row_says(void **unused)
{
    struct fixture fix;
    struct guest_state want;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        trigger_exit(&fix, &triggers[i]);
        if (fix.out.route != ROUTE_HOST || !row_completes(triggers[i].row))
            continue;
        want = guest_when_done(&fix, &triggers[i]);
        resume_ok(&fix, HOST_DONE);
        assert_guest(&fix, &want);
        assert_int_equal(fix.mon.vcpu[0].life, VCPU_RUNNING);
        assert_sound(&fix);
    }
}

static void a_fault_cannot_be_completed(void **unused)
{
    struct fixture fix;
    unsigned seen = 0;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        trigger_exit(&fix, &triggers[i]);
        if (fix.out.route != ROUTE_HOST || row_completes(triggers[i].row) ||
            row_ends_vcpu(triggers[i].row))
            continue;
        answer_begin(&fix, HOST_DONE);
        assert_refused(&fix, REFUSED_ACTION);
        resume_ok(&fix, HOST_RETRY);
        assert_sound(&fix);
        seen++;
    }
    assert_true(seen >= 10);
}

static void no_row_lets_the_host_ask_for_an_exception(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        trigger_exit(&fix, &triggers[i]);
        if (fix.out.route != ROUTE_HOST || row_ends_vcpu(triggers[i].row))
            continue;
        answer_begin(&fix, HOST_INJECT);
        assert_refused(&fix, REFUSED_ACTION);
        assert_sound(&fix);
    }
}

static void an_ended_vcpu_does_not_run_again(void **unused)
{
    struct fixture fix;
    unsigned seen = 0;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        if (!row_ends_vcpu(triggers[i].row))
            continue;
        trigger_exit(&fix, &triggers[i]);
        answer_begin(&fix, HOST_RETRY);
        assert_refused(&fix, REFUSED_VCPU);
        assert_int_equal(fixture_exit(&fix), STATUS_BAD_STATE);
        assert_sound(&fix);
        seen++;
    }
    assert_int_equal(seen, 4);
}

static void a_successful_reset_is_never_resumed(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    ecall_set(&fix, EID_SRST, 0);
    exit_to_host(&fix, ROW_SBI_SRST);
    answer_begin(&fix, HOST_DONE);
    fix.answer.slot[ITEM_A0] = 0;
    assert_refused(&fix, REFUSED_ACTION);
    resume_call(&fix, (uint64_t)-3, 0x5ec);
    assert_int_equal(fix.mon.vcpu[0].guest.x[REG_A0], (uint64_t)-3);
    assert_int_equal(fix.mon.vcpu[0].guest.x[REG_A1], fix.live.x[REG_A1]);
    assert_sound(&fix);
}

/* Rows that end inside, with the exception that they deliver. */
static void rows_that_stay_inside_deliver_their_exception(void **unused)
{
    static const struct {
        enum row_id row;
        uint64_t cause;
    } wanted[] = {
        {ROW_GPF_X_BAD, 1}, {ROW_GPF_PT_MMIO, 1}, {ROW_MMIO_FP, 5},  {ROW_MMIO_AMO, 7},
        {ROW_MMIO_V, 5},    {ROW_MMIO_CBO, 7},    {ROW_MMIO_MIS, 4}, {ROW_GPF_UNREG, 7},
        {ROW_VI_WFI_VU, 2}, {ROW_VI_PRIV, 2},     {ROW_VI_CBO, 2},   {ROW_EXC_FWD, 2},
        {ROW_EXC_DBG, 3},
    };
    struct fixture fix;
    unsigned seen = 0;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++)
        for (unsigned k = 0; k < sizeof wanted / sizeof wanted[0]; k++) {
            if (wanted[k].row != triggers[i].row)
                continue;
            fixture_begin(&fix);
            trigger_arrange(&fix, &triggers[i]);
            exit_inside(&fix, wanted[k].row);
            assert_exception(&fix, wanted[k].cause, fix.trap.stval);
            assert_sound(&fix);
            seen++;
        }
    assert_int_equal(seen, sizeof wanted / sizeof wanted[0]);
}

static void rows_that_mean_again_change_nothing(void **unused)
{
    static const enum row_id again[] = {ROW_INT_M, ROW_MMIO_FETCHFAIL, ROW_MMIO_MISMATCH};
    struct fixture fix;
    unsigned seen = 0;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++)
        for (unsigned k = 0; k < 3; k++)
            if (again[k] == triggers[i].row) {
                fixture_begin(&fix);
                trigger_arrange(&fix, &triggers[i]);
                exit_inside(&fix, again[k]);
                assert_guest(&fix, &fix.live);
                assert_int_equal(fix.mon.vcpu[0].life, VCPU_RUNNING);
                assert_sound(&fix);
                seen++;
            }
    assert_int_equal(seen, 3);
}

static void only_vseip_reaches_the_guest_and_only_if_it_was_allowed(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned allowed = 0; allowed < 2; allowed++) {
        uint64_t mask = allowed ? HVIP_VSEIP : 0;

        fixture_begin(&fix);
        fix.mon.hvip_allow = mask;
        trap_set(&fix, SCAUSE_INTERRUPT | 5, 0);
        exit_to_host(&fix, ROW_INT_STI);
        answer_begin(&fix, HOST_RETRY);
        fix.answer.slot[ITEM_HVIP] = UINT64_MAX;
        assert_int_equal(fixture_resume(&fix), STATUS_OK);
        assert_int_equal(fix.mon.vcpu[0].guest.csr[GCSR_HVIP], fix.live.csr[GCSR_HVIP] | mask);
        assert_sound(&fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_that_a_trap_can_reach_is_reached),
        cmocka_unit_test(the_host_sees_exactly_the_slots_of_the_row),
        cmocka_unit_test(an_old_view_leaves_nothing_in_the_next_one),
        cmocka_unit_test(a_retry_runs_the_same_instruction_on_the_same_registers),
        cmocka_unit_test(a_completed_operation_changes_what_the_row_says),
        cmocka_unit_test(a_fault_cannot_be_completed),
        cmocka_unit_test(no_row_lets_the_host_ask_for_an_exception),
        cmocka_unit_test(an_ended_vcpu_does_not_run_again),
        cmocka_unit_test(a_successful_reset_is_never_resumed),
        cmocka_unit_test(rows_that_stay_inside_deliver_their_exception),
        cmocka_unit_test(rows_that_mean_again_change_nothing),
        cmocka_unit_test(only_vseip_reaches_the_guest_and_only_if_it_was_allowed),
    };

    return cmocka_run_group_tests_name("monitor rows", tests, NULL, NULL);
}
