/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_monitor_failures.c — the platform fails at its first call, its second, and so on
 * until it does not: each time the monitor says so and is as before. Every row, every SBI call, and
 * every answer. Read monitor_triggers.h and monitor_digest.h first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor_digest.h"
#include "monitor_triggers.h"

enum { CALLS_MAX = 3 }; /* the most calls of the platform in one exit: two halfwords and a value */

/* Fails at n = 0, 1, ... Returns the number of calls that the exit makes when all succeed. */
static unsigned exit_with_failures(struct fixture *fix)
{
    uint64_t before = monitor_digest(&fix->mon);

    for (unsigned n = 0; n <= CALLS_MAX; n++) {
        fix->platform.fail_at = n;
        fix->platform.calls = 0;
        memset(&fix->out, 0xa5, sizeof fix->out);
        if (fixture_exit(fix) == STATUS_OK) {
            assert_int_equal(fix->platform.calls, n);
            assert_sound(fix);
            return n;
        }
        assert_int_equal(fix->platform.calls, n + 1); /* and nothing is asked after a failure */
        assert_int_equal(monitor_digest(&fix->mon), before);
        assert_int_equal(fix->out.view.handle, 0);
        assert_sound(fix);
    }
    fail_msg("more than %u calls", CALLS_MAX);
    return 0;
}

static void every_row_survives_a_platform_that_fails_anywhere(void **unused)
{
    struct fixture fix;
    unsigned calls = 0;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        fixture_begin(&fix);
        trigger_arrange(&fix, &triggers[i]);
        calls += exit_with_failures(&fix);
        assert_row(&fix, triggers[i].row);
    }
    assert_true(calls >= 20);
}

static void every_sbi_call_survives_a_platform_that_fails_anywhere(void **unused)
{
    struct fixture fix;
    unsigned touching = 0;

    (void)unused;
    for (unsigned i = 0; i < exposure_strict.call_count; i++) {
        const struct sbi_call *call = &exposure_strict.call[i];

        fixture_begin(&fix);
        ecall_set(&fix, (uint64_t)(int64_t)call->eid, (uint64_t)(int64_t)call->fid);
        args_set(&fix, 0x1000, SHARED_BASE, 0);
        touching += exit_with_failures(&fix) > 0;
    }
    assert_int_equal(touching, 4 + 3); /* legacy 4 to 7; the three fences that are carried out */
}

static void every_instruction_read_survives_a_platform_that_fails_anywhere(void **unused)
{
    static const struct {
        uint32_t insn;
        unsigned calls;
    } code[] = {{INSN_LW_T0_A1, 2}, {0x4282 /* c.lwsp t0 */, 1}, {INSN_SEED_T0, 2}};
    static const uint64_t virtual_code[] = {0xc01022f3 /* rdtime t0 */, INSN_SEED_T0};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        fixture_begin(&fix);
        code_place(&fix, code[i].insn);
        trap_at(&fix, LOAD_FAULT, MMIO_BASE);
        assert_int_equal(exit_with_failures(&fix), code[i].calls);
    }
    for (unsigned i = 0; i < 2; i++) {
        fixture_begin(&fix);
        code_place(&fix, (uint32_t)virtual_code[i]);
        trap_set(&fix, VIRTUAL, 0);
        assert_int_equal(exit_with_failures(&fix), 3);
        assert_int_equal(fix.platform.counters + fix.platform.randoms, 1);
    }
}

/* Resumes and life-cycle calls do not need the platform: one that fails always is not noticed. */
static void an_answer_never_needs_the_platform(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++)
        for (unsigned action = HOST_RETRY; action <= HOST_INJECT; action++) {
            fixture_begin(&fix);
            trigger_arrange(&fix, &triggers[i]);
            assert_int_equal(fixture_exit(&fix), STATUS_OK);
            fix.platform.fail_at = fix.platform.calls = 0;
            answer_begin(&fix, (enum host_action)action);
            (void)fixture_resume(&fix);
            monitor_destroy(&fix.mon, 0);
            assert_int_equal(monitor_finalize(&fix.mon, 2, CODE_PC, 0), STATUS_OK);
            assert_int_equal(fix.platform.calls, 0);
            assert_sound(&fix);
        }
}

static void a_digest_sees_every_part_of_the_monitor(void **unused)
{
    struct fixture fix;
    uint64_t before;

    (void)unused;
    fixture_begin(&fix);
    before = monitor_digest(&fix.mon);
    fix.mon.vcpu[VCPU_MAX - 1].guest.vec.v[31][15] ^= 1;
    assert_int_not_equal(monitor_digest(&fix.mon), before);
    fix.mon.vcpu[VCPU_MAX - 1].guest.vec.v[31][15] ^= 1;
    fix.mon.vcpu[3].pending.insn.csr_op ^= 1;
    assert_int_not_equal(monitor_digest(&fix.mon), before);
    fix.mon.vcpu[3].pending.insn.csr_op ^= 1;
    fix.mon.sequence ^= (uint64_t)1 << 63;
    assert_int_not_equal(monitor_digest(&fix.mon), before);
    fix.mon.sequence ^= (uint64_t)1 << 63;
    assert_int_equal(monitor_digest(&fix.mon), before);
    assert_sound(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_survives_a_platform_that_fails_anywhere),
        cmocka_unit_test(every_sbi_call_survives_a_platform_that_fails_anywhere),
        cmocka_unit_test(every_instruction_read_survives_a_platform_that_fails_anywhere),
        cmocka_unit_test(an_answer_never_needs_the_platform),
        cmocka_unit_test(a_digest_sees_every_part_of_the_monitor),
    };

    return cmocka_run_group_tests_name("monitor failures", tests, NULL, NULL);
}
