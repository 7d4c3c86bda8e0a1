/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_monitor_hsm.c — harts that start, stop, ask and suspend: entry addresses stay in
 * the monitor, the host holds a token. Read monitor_triggers.h first.
 * States, registers and errors: riscv-sbi-doc src/ext-hsm.adoc, ext-sys-suspend.adoc. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/hs_frame.h"
#include "monitor_triggers.h"

enum { START, STOP, STATUS, SUSPEND };
enum { FAILED = -1, INVALID_PARAM = -3, ALREADY_AVAILABLE = -6 };
enum { STARTED = 0, STOPPED = 1, START_PENDING = 2 };

#define ENTRY         ((uint64_t)0x80200000)
#define OPAQUE        ((uint64_t)0x0badc0de00000bac)
#define NON_RETENTIVE ((uint64_t)0x80000000)

static void start_ask(struct fixture *fix, uint64_t hart)
{
    ecall_set(fix, EID_HSM, START);
    args_set(fix, hart, ENTRY, OPAQUE);
    exit_to_host(fix, ROW_SBI_HSM_START);
    assert_int_not_equal(fix->out.view.start_token, 0);
    assert_int_not_equal(fix->out.view.start_token, fix->out.view.handle);
}

/* The host runs a hart with a token. */
static enum status start_enter(struct fixture *fix, uint32_t hart, uint64_t token)
{
    fix->answer.handle = token;
    fix->answer.action = HOST_RETRY;
    return monitor_resume(&fix->mon, hart, &fix->answer, &fix->resumed);
}

static int64_t a0_of(const struct fixture *fix)
{
    return (int64_t)fix->mon.vcpu[fix->vcpu].guest.x[REG_A0];
}

static uint64_t status_of(struct fixture *fix, uint64_t hart)
{
    ecall_set(fix, EID_HSM, STATUS);
    args_set(fix, hart, 0x5ec, 0x5ec);
    exit_inside(fix, ROW_SBI_RES);
    assert_int_equal(a0_of(fix), 0);
    return fix->mon.vcpu[fix->vcpu].guest.x[REG_A1];
}

/* The reset state of a hart: no timer set, the time of the VM (htimedelta, that of guest_fill). */
static struct guest_state guest_at_entry(uint64_t pc, uint64_t hart, uint64_t opaque)
{
    struct guest_state filled;
    struct guest_state want = {.pc = pc, .mode = GUEST_VS};

    want.x[REG_A0] = hart;
    want.x[REG_A1] = opaque;
    guest_fill(&filled);
    want.csr[GCSR_VSSTATUS] = VSSTATUS_UXL64;
    want.csr[GCSR_VSTIMECMP] = UINT64_MAX;
    want.csr[GCSR_HTIMEDELTA] = filled.csr[GCSR_HTIMEDELTA];
    return want;
}

static void assert_entered(const struct fixture *fix, uint32_t hart, uint64_t pc, uint64_t opaque)
{
    struct guest_state want = guest_at_entry(pc, hart, opaque);

    assert_guest_equal(&fix->mon.vcpu[hart].guest, &want);
    assert_int_equal(fix->mon.vcpu[hart].life, VCPU_RUNNING);
}

static void a_first_entry_has_its_id_its_argument_and_nothing_else(void **unused)
{
    struct guest_state want;
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(monitor_finalize(&fix.mon, 2, ENTRY, OPAQUE), STATUS_OK);
    want = guest_at_entry(ENTRY, 2, OPAQUE);
    want.csr[GCSR_HTIMEDELTA] = 0; /* nobody has set the time of the VM yet */
    assert_guest_equal(&fix.mon.vcpu[2].guest, &want);
    assert_int_equal(monitor_finalize(&fix.mon, 2, ENTRY, OPAQUE), STATUS_BAD_STATE);
    assert_int_equal(monitor_finalize(&fix.mon, FIXTURE_VCPUS, 0, 0), STATUS_BAD_STATE);
    assert_sound(&fix);
}

static void a_started_hart_runs_at_the_address_that_the_guest_gave(void **unused)
{
    struct fixture fix;
    uint64_t token;

    (void)unused;
    fixture_begin(&fix);
    start_ask(&fix, 1);
    token = fix.out.view.start_token;
    assert_int_equal(fix.mon.vcpu[1].life, VCPU_STARTING);
    assert_int_equal(monitor_find_handle(&fix.mon, token), 1);
    assert_sound(&fix);
    resume_call(&fix, 0, 0x5ec);
    assert_int_equal(a0_of(&fix), 0);
    for (unsigned i = 0; i < ITEM_SLOT_COUNT; i++)
        fix.answer.slot[i] = poison_of(i);
    assert_int_equal(start_enter(&fix, 1, token), STATUS_OK);
    assert_int_equal(fix.resumed.row, ROW_LIFE_HSMSTART);
    assert_entered(&fix, 1, ENTRY, OPAQUE);
    assert_int_equal(fix.platform.calls, 0);
    assert_sound(&fix);
}

static void a_token_opens_one_hart_once(void **unused)
{
    struct fixture fix;
    uint64_t token;

    (void)unused;
    fixture_begin(&fix);
    start_ask(&fix, 1);
    token = fix.out.view.start_token;
    assert_int_equal(start_enter(&fix, 2, token), STATUS_DENIED);
    assert_int_equal(start_enter(&fix, 1, token + 16), STATUS_DENIED);
    assert_int_equal(fix.resumed.refusal, REFUSED_HANDLE);
    assert_int_equal(start_enter(&fix, 1, 0), STATUS_DENIED);
    fix.answer.handle = token;
    fix.answer.action = HOST_DONE;
    assert_int_equal(monitor_resume(&fix.mon, 1, &fix.answer, &fix.resumed), STATUS_DENIED);
    assert_int_equal(start_enter(&fix, 1, token), STATUS_OK);
    assert_int_equal(start_enter(&fix, 1, token), STATUS_DENIED);
    assert_int_equal(fix.resumed.refusal, REFUSED_VCPU);
    assert_sound(&fix);
}

static void a_failed_start_takes_the_token_back(void **unused)
{
    struct fixture fix;
    uint64_t token;

    (void)unused;
    fixture_begin(&fix);
    start_ask(&fix, 1);
    token = fix.out.view.start_token;
    resume_call(&fix, (uint64_t)-5, 0x5ec);
    assert_int_equal(a0_of(&fix), -5);
    assert_int_equal(fix.mon.vcpu[0].guest.x[REG_A1], 0);
    assert_int_equal(status_of(&fix, 1), STOPPED);
    assert_int_equal(start_enter(&fix, 1, token), STATUS_DENIED);
    start_ask(&fix, 1); /* and it can be started again */
    assert_sound(&fix);
}

static void a_start_that_has_run_cannot_be_called_a_failure(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    start_ask(&fix, 1);
    assert_int_equal(start_enter(&fix, 1, fix.out.view.start_token), STATUS_OK);
    resume_call(&fix, (uint64_t)-1, 0);
    assert_int_equal(a0_of(&fix), 0);
    assert_int_equal(fix.mon.vcpu[1].life, VCPU_RUNNING);
    assert_sound(&fix);
}

static void a_retried_start_can_be_asked_for_again(void **unused)
{
    struct fixture fix;
    uint64_t token;

    (void)unused;
    fixture_begin(&fix);
    start_ask(&fix, 1);
    token = fix.out.view.start_token;
    resume_ok(&fix, HOST_RETRY);
    assert_guest(&fix, &fix.live);
    assert_int_equal(fix.mon.vcpu[1].life, VCPU_STOPPED);
    assert_int_equal(start_enter(&fix, 1, token), STATUS_DENIED);
    start_ask(&fix, 1);
    assert_sound(&fix);
}

/* vCPU 1 runs and makes this call. */
static void second_vcpu_calls(struct fixture *fix, uint64_t fid, uint64_t a0)
{
    fix->vcpu = 1;
    ecall_set(fix, EID_HSM, fid);
    args_set(fix, a0, ENTRY + PAGE_SIZE, 7);
    assert_int_equal(fixture_exit(fix), STATUS_OK);
}

static void an_old_start_does_not_cancel_a_newer_one_of_the_same_hart(void **unused)
{
    struct fixture fix;
    uint64_t handle, token;

    (void)unused;
    fixture_begin(&fix);
    start_ask(&fix, 1); /* vCPU 0 waits for the answer while hart 1 runs and stops itself */
    handle = fix.out.view.handle;
    assert_int_equal(start_enter(&fix, 1, fix.out.view.start_token), STATUS_OK);
    second_vcpu_calls(&fix, STOP, 0);
    assert_row(&fix, ROW_LIFE_STOP);
    assert_int_equal(monitor_finalize(&fix.mon, 2, ENTRY, 0), STATUS_OK);
    fix.vcpu = 2;
    start_ask(&fix, 1);
    token = fix.out.view.start_token;

    fix.vcpu = 0;
    answer_begin(&fix, HOST_DONE);
    fix.answer.handle = handle;
    assert_int_equal(fixture_resume(&fix), STATUS_OK);
    assert_int_equal(a0_of(&fix), 0);
    assert_int_equal(fix.mon.vcpu[1].start_token, token);
    assert_int_equal(fix.mon.vcpu[1].life, VCPU_STARTING);
    assert_sound(&fix);
}

static void only_a_stopped_hart_of_this_vm_can_be_started(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    ecall_set(&fix, EID_HSM, START);
    args_set(&fix, 0, ENTRY, OPAQUE); /* the caller itself */
    exit_inside(&fix, ROW_SBI_HSM_START);
    assert_int_equal(a0_of(&fix), ALREADY_AVAILABLE);
    args_set(&fix, FIXTURE_VCPUS, ENTRY, OPAQUE);
    exit_inside(&fix, ROW_SBI_HSM_START);
    assert_int_equal(a0_of(&fix), INVALID_PARAM);
    args_set(&fix, (uint64_t)1 << 32 | 1, ENTRY, OPAQUE); /* not hart 1 */
    exit_inside(&fix, ROW_SBI_HSM_START);
    assert_int_equal(a0_of(&fix), INVALID_PARAM);
    monitor_destroy(&fix.mon, 3);
    args_set(&fix, 3, ENTRY, OPAQUE);
    exit_inside(&fix, ROW_SBI_HSM_START);
    assert_int_equal(a0_of(&fix), FAILED);
    assert_int_equal(fix.mon.sequence, 0);
    assert_sound(&fix);
}

static void a_second_start_while_the_first_is_open_is_refused(void **unused)
{
    struct fixture fix;
    uint64_t token;

    (void)unused;
    fixture_begin(&fix);
    start_ask(&fix, 1);
    token = fix.out.view.start_token;
    resume_call(&fix, 0, 0);
    args_set(&fix, 1, ENTRY + PAGE_SIZE, 0);
    exit_inside(&fix, ROW_SBI_HSM_START);
    assert_int_equal(a0_of(&fix), ALREADY_AVAILABLE);
    assert_int_equal(status_of(&fix, 1), START_PENDING);
    assert_int_equal(start_enter(&fix, 1, token), STATUS_OK);
    assert_entered(&fix, 1, ENTRY, OPAQUE);
    assert_sound(&fix);
}

static void hart_status_is_the_monitors_word(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(status_of(&fix, 0), STARTED);
    assert_int_equal(status_of(&fix, 1), STOPPED);
    assert_int_equal(monitor_finalize(&fix.mon, 2, ENTRY, 0), STATUS_OK);
    fix.vcpu = 2;
    trap_set(&fix, SCAUSE_INTERRUPT | 5, 0);
    exit_to_host(&fix, ROW_INT_STI);
    fix.vcpu = 0;
    assert_int_equal(status_of(&fix, 2), STARTED); /* with the host, but not stopped */
    ecall_set(&fix, EID_HSM, STATUS);
    args_set(&fix, FIXTURE_VCPUS, 0, 0);
    exit_inside(&fix, ROW_SBI_RES);
    assert_int_equal(a0_of(&fix), INVALID_PARAM);
    assert_int_equal(fix.mon.vcpu[0].guest.x[REG_A1], 0);
    assert_int_equal(fix.platform.calls, 0);
    assert_sound(&fix);
}

static void a_stopped_hart_waits_for_another_to_start_it(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(monitor_finalize(&fix.mon, 1, ENTRY, 0), STATUS_OK);
    second_vcpu_calls(&fix, STOP, 0);
    assert_row(&fix, ROW_LIFE_STOP);
    assert_int_equal(fix.out.view.handle, 0);
    assert_int_equal(fix.mon.vcpu[1].life, VCPU_STOPPED);
    assert_int_equal(start_enter(&fix, 1, 0), STATUS_DENIED);
    assert_int_equal(start_enter(&fix, 1, HANDLE_BASE | fix.mon.sequence << 4), STATUS_DENIED);
    assert_int_equal(monitor_finalize(&fix.mon, 1, ENTRY, 0), STATUS_BAD_STATE);
    fix.vcpu = 0;
    start_ask(&fix, 1);
    assert_int_equal(start_enter(&fix, 1, fix.out.view.start_token), STATUS_OK);
    assert_entered(&fix, 1, ENTRY, OPAQUE);
    assert_sound(&fix);
}

static void a_retentive_suspend_returns_behind_the_call(void **unused)
{
    struct fixture fix;
    struct guest_state want;

    (void)unused;
    fixture_begin(&fix);
    ecall_set(&fix, EID_HSM, SUSPEND);
    args_set(&fix, 0x5ec0de0000000000, ENTRY, OPAQUE); /* only 32 bits are the type */
    exit_to_host(&fix, ROW_SBI_HSM_SUSP);
    assert_int_equal(fix.out.view.slot[ITEM_A0], 0);
    resume_call(&fix, 0, 0x5ec);
    want = fix.live;
    want.x[REG_A0] = want.x[REG_A1] = 0;
    want.pc += 4;
    assert_guest(&fix, &want);
    assert_sound(&fix);
}

static void a_suspend_that_loses_state_resumes_where_the_guest_said(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned system = 0; system < 2; system++) {
        fixture_begin(&fix);
        ecall_set(&fix, system ? (uint64_t)EID_SUSP : (uint64_t)EID_HSM, system ? 0 : SUSPEND);
        args_set(&fix, system ? 0 : NON_RETENTIVE, ENTRY, OPAQUE);
        exit_to_host(&fix, ROW_SBI_HSM_SUSP);
        assert_int_equal(fix.out.view.slot[ITEM_A1], 0);
        assert_int_equal(fix.out.view.slot[ITEM_A0 + 2], 0);
        resume_call(&fix, 0, 0x5ec);
        assert_entered(&fix, 0, ENTRY, OPAQUE);
        assert_sound(&fix);
    }
}

static void a_refused_suspend_returns_with_its_error_and_loses_nothing(void **unused)
{
    struct fixture fix;
    struct guest_state want;

    (void)unused;
    fixture_begin(&fix);
    ecall_set(&fix, EID_HSM, SUSPEND);
    args_set(&fix, NON_RETENTIVE, ENTRY, OPAQUE);
    exit_to_host(&fix, ROW_SBI_HSM_SUSP);
    resume_call(&fix, (uint64_t)-3, 0x5ec);
    want = fix.live;
    want.x[REG_A0] = (uint64_t)-3;
    want.x[REG_A1] = 0;
    want.pc += 4;
    assert_guest(&fix, &want);
    assert_sound(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_entry_has_its_id_its_argument_and_nothing_else),
        cmocka_unit_test(a_started_hart_runs_at_the_address_that_the_guest_gave),
        cmocka_unit_test(a_token_opens_one_hart_once),
        cmocka_unit_test(a_failed_start_takes_the_token_back),
        cmocka_unit_test(a_start_that_has_run_cannot_be_called_a_failure),
        cmocka_unit_test(a_retried_start_can_be_asked_for_again),
        cmocka_unit_test(an_old_start_does_not_cancel_a_newer_one_of_the_same_hart),
        cmocka_unit_test(only_a_stopped_hart_of_this_vm_can_be_started),
        cmocka_unit_test(a_second_start_while_the_first_is_open_is_refused),
        cmocka_unit_test(hart_status_is_the_monitors_word),
        cmocka_unit_test(a_stopped_hart_waits_for_another_to_start_it),
        cmocka_unit_test(a_retentive_suspend_returns_behind_the_call),
        cmocka_unit_test(a_suspend_that_loses_state_resumes_where_the_guest_said),
        cmocka_unit_test(a_refused_suspend_returns_with_its_error_and_loses_nothing),
    };

    return cmocka_run_group_tests_name("monitor HSM", tests, NULL, NULL);
}
