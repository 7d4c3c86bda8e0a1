/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_replay.c — the verdicts on small traces: equal, mismatch, not judged, what a
 * guest declares on the way, and whether the host was shown what it needs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "replay_fixture.h"

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

static void assert_starved(struct fixture *fix, enum row_id row)
{
    assert_replayed(fix);
    assert_int_equal(fix->report.equal, 1); /* the recorded answer alone does not tell */
    assert_int_equal(fix->report.row[row].starved, 1);
    assert_int_equal(fix->report.starved, 1);
    assert_false(replay_holds(&fix->report));
}

/* Each of them is cut in turn: KVM comes to another request. */
static void a_store_without_its_address_or_data_starves_the_host(void **unused)
{
    static const uint8_t need[] = {ITEM_HTVAL, ITEM_STVAL, ITEM_RS2};

    (void)unused;
    for (unsigned i = 0; i < sizeof need; i++) {
        struct exposure spec = exposure_strict;
        const struct exposure_row *row = &spec.row[ROW_MMIO_S];
        unsigned cut = 0;
        struct fixture fix;

        for (unsigned j = row->first_read; j < row->first_read + row->read_count; j++)
            if (spec.reads[j].source == need[i]) {
                spec.reads[j].mask = 0;
                cut++;
            }
        assert_int_equal(cut, 1);
        fixture_begin(&fix, 1);
        fix.options.spec = &spec;
        fix.event.x[REG_A1] = 0x33;
        exit_write(&fix, EXC_STORE_GUEST_PAGE_FAULT, DEVICE + 1, SB_A1);
        resume_write(&fix, 4);
        assert_starved(&fix, ROW_MMIO_S);
    }
}

static void a_call_without_an_argument_starves_the_host(void **unused)
{
    enum { EID_TIME = 0x54494D45 };
    struct exposure spec = exposure_strict;
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < spec.call_count; i++)
        if (spec.call[i].eid == EID_TIME)
            spec.call[i].expose = 0;
    fixture_begin(&fix, 1);
    fix.options.spec = &spec;
    ecall_write(&fix, EID_TIME, 0);
    fix.event.x[REG_A0] = fix.event.x[REG_A1] = 0;
    resume_write(&fix, 4);
    assert_starved(&fix, ROW_SBI_STD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_that_went_on_behind_itself_is_equal),
        cmocka_unit_test(a_register_that_the_row_does_not_let_the_host_change_is_a_mismatch),
        cmocka_unit_test(a_pc_that_the_row_does_not_allow_is_a_mismatch),
        cmocka_unit_test(a_wait_that_left_no_copy_is_inferred_from_its_effect),
        cmocka_unit_test(an_exit_without_a_resume_is_not_judged),
        cmocka_unit_test(a_range_that_the_guest_declares_is_known_from_then_on),
        cmocka_unit_test(a_trace_of_causes_needs_to_be_filled),
        cmocka_unit_test(a_store_without_its_address_or_data_starves_the_host),
        cmocka_unit_test(a_call_without_an_argument_starves_the_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
