/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_import_report.c — text reports of trace-cmd, ftrace and perf script. Bad ones:
 * test_import_bad.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "trace/import/import.h"
#include "trace/import/report_line.h"

#define FIXTURES CVMLAB_SOURCE_DIR "/tests/fixtures/import/"

enum { EVENTS_MAX = 32 };

/* A report, whole. */
struct report {
    struct trace_header header;
    struct trace_event event[EVENTS_MAX];
    unsigned count;
};

static void report_read(struct report *report, const char *path, enum import_format format)
{
    struct import_request request = {.format = format, .producer = "test"};
    struct diagnostic diag = {{0}};
    struct trace_reader *reader = import_open(path, &request, &report->header, &diag);
    const struct trace_event *event;
    enum status st;

    assert_string_equal(diag.text, "");
    assert_non_null(reader);
    report->count = 0;
    while ((st = trace_next(reader, &event, &diag)) == STATUS_OK) {
        assert_true(report->count < EVENTS_MAX);
        assert_int_equal(event->n, report->count);
        report->event[report->count++] = *event;
    }
    assert_int_equal(st, STATUS_END);
    trace_close(reader);
}

static void a_report_of_trace_cmd_holds_causes_and_no_registers(void **unused)
{
    struct report report;

    (void)unused;
    report_read(&report, FIXTURES "trace-cmd.txt", IMPORT_TRACE_CMD);
    assert_int_equal(report.header.completeness, TRACE_CAUSES_ONLY);
    assert_string_equal(report.header.source_format, "trace-cmd");
    assert_string_equal(report.header.guest_name, "trace-cmd");
    assert_int_equal(report.header.vcpus, 1);
    assert_int_equal(report.count, 10);
    assert_int_equal(report.event[1].type, TRACE_EXIT);
    assert_int_equal(report.event[1].known, TRACE_KNOWS_PC | TRACE_KNOWS_TRAP);
    assert_int_equal(report.event[1].trap.scause, SCAUSE_INTERRUPT | 1);
    assert_int_equal(report.event[1].t, UINT64_C(41757274000));
    assert_int_equal(report.event[1].line, 3);
    assert_int_equal(report.event[9].type, TRACE_VMM);
    assert_int_equal(report.event[9].vmm_reason, 6);
}

static void the_pc_is_read_with_the_typo_of_old_kernels_and_without(void **unused)
{
    struct report report;

    (void)unused;
    report_read(&report, FIXTURES "ftrace.txt", IMPORT_TRACE_CMD);
    assert_int_equal(report.event[0].pc, 0x80000000);
    assert_int_equal(report.event[1].pc, 0x80000000);
}

static void vcpus_are_the_threads_in_the_order_of_their_ids(void **unused)
{
    struct report report;

    (void)unused;
    report_read(&report, FIXTURES "ftrace.txt", IMPORT_TRACE_CMD);
    assert_int_equal(report.header.vcpus, 2);
    assert_int_equal(report.event[0].cpu, 1); /* 185 */
    assert_int_equal(report.event[1].cpu, 0); /* 184 */
}

static void errors_of_kvm_run_and_lost_events_are_kept(void **unused)
{
    struct report report;

    (void)unused;
    report_read(&report, FIXTURES "ftrace.txt", IMPORT_TRACE_CMD);
    assert_int_equal(report.count, 7);
    assert_int_equal(report.event[2].insn, 0x10500073);
    assert_int_equal(report.event[3].type, TRACE_NOTE);
    assert_non_null(report.event[3].text);
    assert_int_equal(report.event[5].vmm_errno, -4);
    assert_int_equal(report.event[6].vmm_errno, -95);
    assert_int_equal(report.event[6].vmm_reason, 0);
}

static void perf_script_is_read_with_nanoseconds_and_other_events_are_passed_over(void **unused)
{
    struct report report;

    (void)unused;
    report_read(&report, FIXTURES "perf.txt", IMPORT_PERF);
    assert_int_equal(report.header.vcpus, 2);
    assert_int_equal(report.count, 5);
    assert_int_equal(report.event[1].t, UINT64_C(7425324456));
    assert_int_equal(report.event[1].trap.htinst, 0x4783);
    assert_int_equal(report.event[3].cpu, 1);
    assert_int_equal(report.event[4].cpu, 0);
}

static void the_map_is_inferred_from_a_report_too(void **unused)
{
    struct report report;

    (void)unused;
    report_read(&report, FIXTURES "perf.txt", IMPORT_PERF);
    assert_int_equal(report.header.region_count, 1);
    assert_int_equal(report.header.region[0].base.v, 0x10000000);
    assert_int_equal(report.header.region[0].kind, REGION_MMIO);
    assert_int_equal(report.header.hvip_allow, HVIP_VSSIP | HVIP_VSTIP | HVIP_VSEIP);
}

static void a_name_with_brackets_and_digits_does_not_hide_the_thread(void **unused)
{
    struct report_line line;
    const char *fault = NULL;
    unsigned column = 0;

    (void)unused;
    assert_true(report_parse("  a [7] b-9-42 (40) [003] 1.5: kvm_entry: PC: 0x0160", &line, &fault,
                             &column));
    assert_int_equal(line.kind, REPORT_ENTRY);
    assert_int_equal(line.thread, 42);
    assert_int_equal(line.ns, 1500000000);
    assert_int_equal(line.pc, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_of_trace_cmd_holds_causes_and_no_registers),
        cmocka_unit_test(the_pc_is_read_with_the_typo_of_old_kernels_and_without),
        cmocka_unit_test(vcpus_are_the_threads_in_the_order_of_their_ids),
        cmocka_unit_test(errors_of_kvm_run_and_lost_events_are_kept),
        cmocka_unit_test(perf_script_is_read_with_nanoseconds_and_other_events_are_passed_over),
        cmocka_unit_test(the_map_is_inferred_from_a_report_too),
        cmocka_unit_test(a_name_with_brackets_and_digits_does_not_hide_the_thread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
