/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_minimize.c — what a profile shows for nothing is found; what is needed is not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "replay/minimize.h"
#include "replay/minimize_calls.h"
#include "spec/spec.h"

/* One with exits of many rows, and one of nine exits, three of them stores to unmapped memory. */
#define MANY CVMLAB_SOURCE_DIR "/traces/bare-smp1.cvmt.jsonl.zst"
#define FEW  CVMLAB_SOURCE_DIR "/traces/refused/bad1.cvmt.jsonl.zst"

enum { REG_T0 = 5 };

struct fixture {
    struct exposure spec;
    struct minimize_options options;
    struct minimize_report report;
};

static int fixture_setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct diagnostic diag;

    if (!fixture || spec_load("strict", &fixture->spec, &diag) != STATUS_OK)
        return -1;
    fixture->options.spec = &fixture->spec;
    fixture->options.host[0] = host_find("kvm");
    fixture->options.host_count = 1;
    *state = fixture;
    return 0;
}

static int fixture_teardown(void **state)
{
    free(*state);
    return 0;
}

static void minimize_run(struct fixture *fixture, const char *trace)
{
    struct diagnostic diag = {0};
    enum status st = minimize_trace(trace, &fixture->options, &fixture->report, &diag);

    assert_string_equal(diag.text, "");
    assert_int_equal(st, STATUS_OK);
}

/* The report on the item of a row with this source. */
static const struct minimize_item *read_of(const struct fixture *fixture, enum row_id id,
                                           unsigned source)
{
    const struct exposure_row *row = &fixture->spec.row[id];

    for (unsigned i = row->first_read; i < row->first_read + (unsigned)row->read_count; i++)
        if (fixture->spec.reads[i].source == source)
            return &fixture->report.read[i];
    return NULL;
}

static const struct minimize_item *write_of(const struct fixture *fixture, enum row_id id,
                                            unsigned target)
{
    const struct exposure_row *row = &fixture->spec.row[id];

    for (unsigned i = row->first_write; i < row->first_write + (unsigned)row->write_count; i++)
        if (fixture->spec.writes[i].target == target)
            return &fixture->report.write[i];
    return NULL;
}

/* Gives a row one more readable item: its list moves to the end of the table. */
static void row_expose(struct exposure *spec, enum row_id id, struct expose_item item)
{
    struct exposure_row *row = &spec->row[id];

    memcpy(&spec->reads[spec->read_count], &spec->reads[row->first_read],
           row->read_count * sizeof item);
    row->first_read = spec->read_count;
    spec->read_count = (uint16_t)(spec->read_count + row->read_count + 1);
    spec->reads[row->first_read + row->read_count++] = item;
}

static void row_accept(struct exposure *spec, enum row_id id, struct accept_item item)
{
    struct exposure_row *row = &spec->row[id];

    memcpy(&spec->writes[spec->write_count], &spec->writes[row->first_write],
           row->write_count * sizeof item);
    row->first_write = spec->write_count;
    spec->write_count = (uint16_t)(spec->write_count + row->write_count + 1);
    spec->writes[row->first_write + row->write_count++] = item;
}

static void what_a_model_reads_is_needed_and_nothing_else(void **state)
{
    struct fixture *fixture = *state;

    minimize_run(fixture, MANY);
    assert_true(fixture->report.exits[ROW_MMIO_S] > 0);
    assert_true(read_of(fixture, ROW_MMIO_S, ITEM_SCAUSE)->needed);
    assert_true(read_of(fixture, ROW_MMIO_S, ITEM_HTVAL)->needed);
    assert_true(read_of(fixture, ROW_MMIO_S, ITEM_STVAL)->needed);
    assert_true(read_of(fixture, ROW_MMIO_S, ITEM_HTINST_A0)->needed);
    assert_true(read_of(fixture, ROW_MMIO_S, ITEM_RS2)->needed);
    assert_true(read_of(fixture, ROW_MMIO_L, ITEM_HTVAL)->needed);
    assert_true(read_of(fixture, ROW_SBI_STD, ITEM_SBI_ARGS)->needed);
    assert_true(read_of(fixture, ROW_GPF_S_RAM, ITEM_HTVAL)->needed);
    assert_false(read_of(fixture, ROW_MMIO_S, ITEM_VSIE)->needed);
    assert_false(read_of(fixture, ROW_SBI_STD, ITEM_HTIMEDELTA)->needed);
    assert_true(write_of(fixture, ROW_SBI_STD, ITEM_A0)->needed);
    assert_true(write_of(fixture, ROW_MMIO_L, ITEM_RD)->needed);
}

static void a_register_shown_for_nothing_is_found(void **state)
{
    struct fixture *fixture = *state;
    uint64_t before;

    minimize_run(fixture, FEW);
    before = minimize_unneeded(&fixture->spec, &fixture->report);
    memset(&fixture->report, 0, sizeof fixture->report);
    row_expose(&fixture->spec, ROW_GPF_S_RAM,
               (struct expose_item){.source = REG_T0, .slot = REG_T0, .mask = UINT64_MAX});
    minimize_run(fixture, FEW);
    assert_false(read_of(fixture, ROW_GPF_S_RAM, REG_T0)->needed);
    assert_int_equal(minimize_unneeded(&fixture->spec, &fixture->report), before + 1);
}

static void a_register_that_only_comes_back_is_not_needed(void **state)
{
    struct fixture *fixture = *state;

    row_expose(&fixture->spec, ROW_GPF_S_RAM,
               (struct expose_item){.source = REG_T0, .slot = REG_T0, .mask = UINT64_MAX});
    row_accept(&fixture->spec, ROW_GPF_S_RAM,
               (struct accept_item){.slot = REG_T0, .target = REG_T0, .mask = UINT64_MAX});
    minimize_run(fixture, FEW);
    assert_false(read_of(fixture, ROW_GPF_S_RAM, REG_T0)->needed);
}

static void a_write_that_no_answer_carried_is_found(void **state)
{
    struct fixture *fixture = *state;

    row_accept(&fixture->spec, ROW_GPF_S_RAM,
               (struct accept_item){.slot = REG_T0, .target = REG_T0, .mask = UINT64_MAX});
    minimize_run(fixture, FEW);
    assert_true(fixture->report.exits[ROW_GPF_S_RAM] > 0);
    assert_false(write_of(fixture, ROW_GPF_S_RAM, REG_T0)->needed);
}

static void a_second_trace_adds_to_the_first(void **state)
{
    struct fixture *fixture = *state;
    uint64_t once;

    minimize_run(fixture, FEW);
    once = fixture->report.exits[ROW_GPF_S_RAM];
    minimize_run(fixture, FEW);
    assert_int_equal(fixture->report.exits[ROW_GPF_S_RAM], 2 * once);
}

static void a_missing_trace_is_named(void **state)
{
    struct fixture *fixture = *state;
    struct diagnostic diag = {0};

    assert_int_equal(minimize_trace("no/such.trace", &fixture->options, &fixture->report, &diag),
                     STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "no/such.trace"));
}

static bool nothing_is_memory(void *context, gpa_t where)
{
    (void)context;
    (void)where;
    return false;
}

static void the_log_tells_calls_and_their_order_apart(void **state)
{
    const struct host_world inner = {.is_memory = nothing_is_memory};
    struct call_log first = {.inner = &inner}, second = {.inner = &inner};
    struct host_world a = call_log_world(&first), b = call_log_world(&second);

    (void)state;
    a.is_memory(a.context, (gpa_t){1});
    a.is_memory(a.context, (gpa_t){2});
    b.is_memory(b.context, (gpa_t){2});
    b.is_memory(b.context, (gpa_t){1});
    assert_int_not_equal(first.digest, second.digest);
    assert_null(a.csr);
    assert_null(a.is_writable);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(what_a_model_reads_is_needed_and_nothing_else),
        WITH_FIXTURE(a_register_shown_for_nothing_is_found),
        WITH_FIXTURE(a_register_that_only_comes_back_is_not_needed),
        WITH_FIXTURE(a_write_that_no_answer_carried_is_found),
        WITH_FIXTURE(a_second_trace_adds_to_the_first),
        WITH_FIXTURE(a_missing_trace_is_named),
        cmocka_unit_test(the_log_tells_calls_and_their_order_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
