/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_replay.c — the verdicts on small traces made here: what is judged equal,
 * explained, a mismatch, and what a guest declares on the way. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "replay/replay.h"
#include "trace/trace.h"

enum {
    RAM = 0x80000000,
    DEVICE = 0x10000000,
    PC = 0x80001000,
    VECTOR = 0x80002000,
    SD_A1 = 0x00b03023, /* sd a1, 0(x0) as htinst */
    LW_A2 = 0x00002603, /* lw a2, 0(x0) as htinst */
    REG_A2 = 12,
    REG_T0 = 5,
    MINUS_2 = -2,
};

struct fixture {
    char path[32];
    struct trace_header header;
    struct trace_writer *writer;
    struct trace_event event; /* the guest as it stands; changed by the tests between events */
    struct replay_options options;
    struct replay_report report;
};

static void fixture_begin(struct fixture *fix, uint32_t vcpus)
{
    struct diagnostic diag = {{0}};
    int file;

    memset(fix, 0, sizeof *fix);
    strcpy(fix->path, "/tmp/cvmlab-replay-XXXXXX");
    file = mkstemp(fix->path);
    assert_true(file >= 0);
    close(file);
    fix->header.major = TRACE_VERSION_MAJOR;
    fix->header.completeness = TRACE_MIXED;
    fix->header.vcpus = vcpus;
    fix->header.region[0] = (struct region){{DEVICE}, PAGE_SIZE, REGION_MMIO};
    fix->header.region[1] = (struct region){{RAM}, 16 * PAGE_SIZE, REGION_RAM};
    fix->header.region_count = 2;
    fix->header.hvip_allow = HVIP_VSEIP;
    fix->writer = trace_create(fix->path, &fix->header, &diag);
    assert_string_equal(diag.text, "");
    fix->event.known = TRACE_KNOWS_GPR | TRACE_KNOWS_PC | TRACE_KNOWS_TRAP;
    for (unsigned i = 1; i < GPR_COUNT; i++)
        fix->event.x[i] = 0x5ec0de00 + i;
    fix->event.pc = PC;
    fix->event.sstatus = VSSTATUS_SPP;
    fix->event.csr[TCSR_VSTVEC] = VECTOR;
    fix->options.spec = fix->options.reference = &exposure_strict;
    fix->options.seed = 1;
}

static void event_write(struct fixture *fix, enum trace_event_type type)
{
    struct diagnostic diag = {{0}};
    struct trace_event event = fix->event;

    event.type = type;
    if (type != TRACE_EXIT) {
        memset(&event.trap, 0, sizeof event.trap);
        event.known &= ~(uint32_t)(TRACE_KNOWS_TRAP | TRACE_KNOWS_INSN);
    }
    assert_int_equal(trace_write(fix->writer, &event, &diag), STATUS_OK);
    assert_string_equal(diag.text, "");
    fix->event.n++;
    fix->event.t += 10;
}

static void exit_write(struct fixture *fix, uint64_t scause, uint64_t where, uint64_t htinst)
{
    fix->event.trap = (struct trap){scause, where, where >> 2, htinst};
    event_write(fix, TRACE_EXIT);
}

/* The hypervisor enters the guest again, advance bytes further on. */
static void resume_write(struct fixture *fix, uint64_t advance)
{
    fix->event.pc += advance;
    event_write(fix, TRACE_RESUME);
}

static void ecall_write(struct fixture *fix, uint64_t eid, uint64_t fid)
{
    fix->event.x[REG_A7] = eid;
    fix->event.x[REG_A6] = fid;
    fix->event.trap = (struct trap){.scause = EXC_SUPERVISOR_SYSCALL};
    event_write(fix, TRACE_EXIT);
}

static enum status fixture_replay(struct fixture *fix, struct diagnostic *diag)
{
    struct diagnostic commit = {{0}};
    enum status st;

    assert_int_equal(trace_commit(fix->writer, &commit), STATUS_OK);
    st = replay_trace(fix->path, &fix->options, &fix->report, diag);
    unlink(fix->path);
    return st;
}

static void assert_replayed(struct fixture *fix)
{
    struct diagnostic diag = {{0}};

    assert_int_equal(fixture_replay(fix, &diag), STATUS_OK);
    assert_string_equal(diag.text, "");
    assert_int_equal(fix->report.confidential_violations, 0);
    assert_int_equal(fix->report.integral_violations, 0);
    assert_int_equal(fix->report.encoding_differences, 0);
}

/* One exit of this row, and one way in which it ended. */
static void assert_explained(struct fixture *fix, enum row_id row, enum replay_reason reason)
{
    assert_replayed(fix);
    assert_int_equal(fix->report.row[row].exits, 1);
    assert_int_equal(fix->report.mismatches, 0);
    assert_int_equal(fix->report.equal, reason == REASON_NONE);
    if (reason != REASON_NONE)
        assert_int_equal(fix->report.row[row].explained[reason], 1);
    assert_true(replay_holds(&fix->report));
}

static void a_store_that_went_on_behind_itself_is_equal(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix, 1);
    exit_write(&fix, EXC_STORE_GUEST_PAGE_FAULT, DEVICE + 8, SD_A1);
    resume_write(&fix, 4);
    assert_explained(&fix, ROW_MMIO_S, REASON_NONE);
    assert_int_equal(fix.report.row[ROW_LIFE_PROMOTE].entries, 1); /* it began in the middle */
    assert_int_not_equal(fix.report.integral_refused, 0);
}

static void a_register_that_the_row_does_not_let_the_host_change_is_a_mismatch(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix, 1);
    exit_write(&fix, EXC_STORE_GUEST_PAGE_FAULT, DEVICE + 8, SD_A1);
    fix.event.x[REG_T0]++;
    resume_write(&fix, 4);
    assert_replayed(&fix);
    assert_int_equal(fix.report.row[ROW_MMIO_S].mismatches, 1);
    assert_int_equal(fix.report.first_mismatch, 0);
    assert_false(replay_holds(&fix.report));
}

static void a_pc_that_the_row_does_not_allow_is_a_mismatch(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix, 1);
    exit_write(&fix, EXC_STORE_GUEST_PAGE_FAULT, DEVICE + 8, SD_A1);
    resume_write(&fix, 0x40);
    assert_replayed(&fix);
    assert_int_equal(fix.report.mismatches, 1);
}

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

static void a_wait_that_left_no_copy_is_inferred_from_its_effect(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix, 1);
    fix.event.trap = (struct trap){.scause = EXC_VIRTUAL_INST_FAULT};
    event_write(&fix, TRACE_EXIT);
    resume_write(&fix, 4);
    assert_explained(&fix, ROW_VI_WRS, REASON_NONE);
    assert_int_equal(fix.report.inferred, 1);
}

static void an_exit_without_a_resume_is_not_judged(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix, 1);
    exit_write(&fix, EXC_STORE_GUEST_PAGE_FAULT, DEVICE + 8, SD_A1);
    assert_replayed(&fix);
    assert_int_equal(fix.report.unanswered, 1);
    assert_int_equal(replay_answered(&fix.report), 0);
}

/* CoVE guest call 0, add an MMIO range: from then on a store there is the host's to emulate, for
 * all the monitors of a replay alike. */
static void a_range_that_the_guest_declares_is_known_from_then_on(void **unused)
{
    const uint64_t range = 0x20000000;
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix, 1);
    exit_write(&fix, EXC_STORE_GUEST_PAGE_FAULT, range, SD_A1);
    fix.event.pc = VECTOR; /* not declared yet: an access fault */
    resume_write(&fix, 0);
    fix.event.x[REG_A0] = range;
    fix.event.x[REG_A1] = PAGE_SIZE;
    ecall_write(&fix, 0x434F5647, 0);
    fix.event.x[REG_A0] = fix.event.x[REG_A1] = 0;
    resume_write(&fix, 4);
    for (unsigned i = 0; i < 3; i++) {
        exit_write(&fix, EXC_STORE_GUEST_PAGE_FAULT, range, SD_A1);
        resume_write(&fix, 4);
    }
    assert_replayed(&fix);
    assert_int_equal(fix.report.row[ROW_GPF_UNREG].exits, 1);
    assert_int_equal(fix.report.row[ROW_SBI_COVG].exits, 1);
    assert_int_equal(fix.report.row[ROW_MMIO_S].exits, 3);
    assert_int_equal(fix.report.equal, 5);
}

static void a_started_hart_is_judged_at_its_first_entry(void **unused)
{
    const uint64_t entry = RAM + 0x3000;
    struct fixture fix;

    (void)unused;
    for (unsigned wrong = 0; wrong < 2; wrong++) {
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
        fix.event.pc = entry + 4 * wrong;
        resume_write(&fix, 0);
        assert_replayed(&fix);
        assert_int_equal(fix.report.row[ROW_LIFE_HSMSTART].entries, 1);
        assert_int_equal(fix.report.mismatches, wrong);
        assert_int_equal(fix.report.equal, 2 - wrong);
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

static void a_trace_of_causes_needs_to_be_filled(void **unused)
{
    struct diagnostic diag = {{0}};
    struct fixture fix;

    (void)unused;
    for (unsigned fill = 0; fill < 2; fill++) {
        fixture_begin(&fix, 1);
        fix.options.fill_unknown = fill;
        memset(fix.event.x, 0, sizeof fix.event.x);
        memset(fix.event.csr, 0, sizeof fix.event.csr);
        fix.event.sstatus = 0;
        fix.event.known = TRACE_KNOWS_PC | TRACE_KNOWS_TRAP;
        exit_write(&fix, EXC_STORE_GUEST_PAGE_FAULT, RAM, 0);
        assert_int_equal(fixture_replay(&fix, &diag), fill ? STATUS_OK : STATUS_BAD_INPUT);
        assert_int_equal(strstr(diag.text, "causes only") != NULL, 1);
    }
    assert_int_equal(fix.report.row[ROW_GPF_S_RAM].exits, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_that_went_on_behind_itself_is_equal),
        cmocka_unit_test(a_register_that_the_row_does_not_let_the_host_change_is_a_mismatch),
        cmocka_unit_test(a_pc_that_the_row_does_not_allow_is_a_mismatch),
        cmocka_unit_test(a_signed_load_may_be_zero_extended_in_the_recording_and_nothing_else),
        cmocka_unit_test(a_call_outside_the_table_is_refused_and_explained),
        cmocka_unit_test(a_fence_must_be_answered_as_recorded),
        cmocka_unit_test(a_wait_that_left_no_copy_is_inferred_from_its_effect),
        cmocka_unit_test(an_exit_without_a_resume_is_not_judged),
        cmocka_unit_test(a_range_that_the_guest_declares_is_known_from_then_on),
        cmocka_unit_test(a_started_hart_is_judged_at_its_first_entry),
        cmocka_unit_test(interrupts_that_the_guest_does_not_accept_are_explained),
        cmocka_unit_test(a_trace_of_causes_needs_to_be_filled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
