/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_import_diff.c — ranges of exits cut out of a recording, and recordings compared.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "import_fixture.h"
#include "trace/cut.h"
#include "trace/diff.h"

enum { GPA = 0x10000000, EXITS = 4 };

/* EXITS exits with one resume each. */
static void fixture_fill(struct fixture *fix)
{
    for (unsigned i = 0; i < EXITS; i++) {
        fixture_add_exit(fix, EXC_LOAD_GUEST_PAGE_FAULT, GPA, 0)->x[REG_A0] = i;
        (void)fixture_add_entry(fix, 0);
    }
}

static void sides_compare(struct fixture fix[2], struct diff_side side[2],
                          struct diff_totals *totals)
{
    struct diagnostic diag = {{0}};

    for (unsigned i = 0; i < 2; i++) {
        struct trace_reader *reader;

        fixture_write(&fix[i]);
        reader = trace_open(fix[i].path, &diag);
        assert_non_null(reader);
        assert_int_equal(diff_read(&side[i], reader, &diag), STATUS_OK);
        trace_close(reader);
    }
    *totals = diff_align(&side[0], &side[1]);
}

static void sides_end(struct fixture fix[2], struct diff_side side[2])
{
    for (unsigned i = 0; i < 2; i++) {
        diff_free(&side[i]);
        fixture_end(&fix[i]);
    }
}

static void equal_recordings_do_not_differ_whatever_their_times(void **unused)
{
    struct fixture fix[2] = {{.count = 0}, {.count = 0}};
    struct diff_side side[2] = {{0}};
    struct diff_totals totals;

    (void)unused;
    fixture_fill(&fix[0]);
    fixture_fill(&fix[1]);
    for (size_t i = 0; i < fix[1].count; i++)
        fix[1].record[i].ns += 5;
    sides_compare(fix, side, &totals);
    assert_int_equal(totals.aligned, EXITS);
    assert_int_equal(totals.different, 0);
    sides_end(fix, side);
}

static void a_changed_answer_is_found_at_its_exit(void **unused)
{
    struct fixture fix[2] = {{.count = 0}, {.count = 0}};
    struct diff_side side[2] = {{0}};
    struct diff_totals totals;
    struct diff_pick pick = {.number = 2};
    struct diagnostic diag = {{0}};
    struct trace_reader *reader;

    (void)unused;
    fixture_fill(&fix[0]);
    fixture_fill(&fix[1]);
    fix[1].record[5].x[REG_A1] = 7; /* the resume of exit 2 */
    sides_compare(fix, side, &totals);
    assert_int_equal(totals.different, 1);
    assert_true(side[0].exit[2].differs);
    assert_true(side[1].exit[2].differs);
    reader = trace_open(fix[1].path, &diag);
    assert_non_null(reader);
    assert_int_equal(diff_pick_read(&pick, 1, reader, &diag), STATUS_OK);
    trace_close(reader);
    assert_int_equal(pick.value[DIFF_RESUME][DIFF_PLAIN_VALUES + REG_A1 - 1], 7);
    assert_string_equal(diff_value_name(DIFF_PLAIN_VALUES + REG_A1 - 1), "x11");
    sides_end(fix, side);
}

static void one_more_exit_of_another_cause_does_not_shift_the_rest(void **unused)
{
    struct fixture fix[2] = {{.count = 0}, {.count = 0}};
    struct diff_side side[2] = {{0}};
    struct diff_totals totals;

    (void)unused;
    fixture_fill(&fix[0]);
    (void)fixture_add_exit(&fix[1], SCAUSE_INTERRUPT | 5, 0, 0);
    (void)fixture_add_entry(&fix[1], 0);
    fixture_fill(&fix[1]);
    sides_compare(fix, side, &totals);
    assert_int_equal(totals.aligned, EXITS);
    assert_int_equal(totals.different, 0);
    assert_int_equal(totals.alone[0], 0);
    assert_int_equal(totals.alone[1], 1);
    assert_true(side[1].exit[0].peer == DIFF_ALONE);
    assert_int_equal(side[1].exit[1].peer, 0);
    sides_end(fix, side);
}

static void a_cut_takes_exits_with_their_answers_only(void **unused)
{
    static const struct {
        enum trace_event_type type;
        uint32_t cpu;
        bool takes;
    } step[] = {
        {TRACE_RESUME, 0, false}, {TRACE_EXIT, 0, false},   {TRACE_EXIT, 1, true},
        {TRACE_RESUME, 0, false}, {TRACE_VMM, 1, true},     {TRACE_EXIT, 0, true},
        {TRACE_NOTE, 0, false},   {TRACE_EXIT, 2, false},   {TRACE_RESUME, 0, true},
        {TRACE_VMM, 0, false},    {TRACE_RESUME, 2, false}, {TRACE_RESUME, 1, true},
    };
    const size_t steps = sizeof step / sizeof step[0];
    struct cut cut = {.first = 1, .last = 2};

    (void)unused;
    for (size_t i = 0; i < steps; i++) {
        const struct trace_event event = {.type = step[i].type, .cpu = step[i].cpu};

        assert_false(cut_is_complete(&cut));
        assert_int_equal(cut_takes(&cut, &event), step[i].takes);
    }
    assert_true(cut_is_complete(&cut));
}

static void the_words_of_kvm_run_are_read_by_reason(void **unused)
{
    enum { REASON_SBI = 35, REASON_CSR = 36 };
    struct trace_event event = {.type = TRACE_VMM};
    struct trace_io io;

    (void)unused;
    for (unsigned i = 0; i < KVM_RUN_WORDS; i++)
        event.kvm.run[i] = i;
    io = trace_event_io(&event, REASON_SBI);
    assert_int_equal(io.kind, TRACE_IO_SBI);
    assert_int_equal(io.eid, 4);
    assert_int_equal(io.arg[5], 11);
    assert_int_equal(io.ret[1], 13);
    io = trace_event_io(&event, REASON_CSR);
    assert_int_equal(io.kind, TRACE_IO_CSR);
    assert_int_equal(io.csr_ret, 7);
    event.kvm.run[5] = 0x1122334455667788;
    event.kvm.run[6] = (uint64_t)1 << 32 | 2;
    io = trace_event_io(&event, FIXTURE_REASON_MMIO);
    assert_int_equal(io.kind, TRACE_IO_MMIO);
    assert_true(io.is_write);
    assert_int_equal(io.data, 0x7788);
    event.kvm.run[6] = 9; /* no access is that wide */
    assert_int_equal(trace_event_io(&event, FIXTURE_REASON_MMIO).kind, TRACE_IO_NONE);
    assert_int_equal(trace_event_io(&event, FIXTURE_REASON_INTR).kind, TRACE_IO_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_recordings_do_not_differ_whatever_their_times),
        cmocka_unit_test(a_changed_answer_is_found_at_its_exit),
        cmocka_unit_test(one_more_exit_of_another_cause_does_not_shift_the_rest),
        cmocka_unit_test(a_cut_takes_exits_with_their_answers_only),
        cmocka_unit_test(the_words_of_kvm_run_are_read_by_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
