/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_cost.c — files of costs: what is written reads back, what is wrong is refused
 * with its place, and curves between and beyond their points. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "net/cost.h"
#include "net/experiment.h"

/* Constant i is i + 1; each curve has the points (64, 10) and (1024, 106). */
static struct cost made_cost(void)
{
    struct cost cost = {.name = "made", .title = "made for tests"};

    for (unsigned i = 0; i < COST_KEY_COUNT; i++) {
        cost.constant[i] = (struct cost_constant){.value = i + 1, .origin = {COST_QUOTED, "s"}};
        if (i % 2)
            cost.constant[i].low = i, cost.constant[i].high = i + 2;
    }
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++)
        cost.curve[i] = (struct cost_table){.point = {{64, 10, 9, 11}, {1024, 106, 0, 0}},
                                            .count = 2,
                                            .origin = {COST_MEASURED, "t"}};
    return cost;
}

/* The made file, with the first from replaced. The caller frees. */
static char *made_text(const char *from, const char *to)
{
    struct cost cost = made_cost();
    char *text = cost_render(&cost), *changed = malloc(1 << 16), *at;

    assert_non_null(text);
    assert_non_null(changed);
    at = strstr(text, from);
    if (!at)
        fail_msg("no \"%s\" in %s", from, text);
    (void)snprintf(changed, 1 << 16, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    free(text);
    return changed;
}

static void expect_refused(const char *from, const char *to, const char *message)
{
    char *text = made_text(from, to);
    struct cost cost = {.name = "as it was"};
    struct diagnostic diag = {""};

    assert_int_equal(cost_parse(&cost, text, strlen(text), "t", &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, message);
    assert_string_equal(cost.name, "as it was");
    free(text);
}

static void numbers_equal(double a, double b)
{
    if (!(a == b))
        fail_msg("%.17g is not %.17g", a, b);
}

static void costs_equal(const struct cost *a, const struct cost *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->title, b->title);
    for (unsigned i = 0; i < COST_KEY_COUNT; i++) {
        numbers_equal(a->constant[i].value, b->constant[i].value);
        numbers_equal(a->constant[i].low, b->constant[i].low);
        numbers_equal(a->constant[i].high, b->constant[i].high);
        assert_int_equal(a->constant[i].origin.basis, b->constant[i].origin.basis);
        assert_string_equal(a->constant[i].origin.source, b->constant[i].origin.source);
    }
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++) {
        assert_int_equal(a->curve[i].count, b->curve[i].count);
        assert_string_equal(a->curve[i].origin.source, b->curve[i].origin.source);
        for (size_t j = 0; j < a->curve[i].count; j++) {
            assert_int_equal(a->curve[i].point[j].bytes, b->curve[i].point[j].bytes);
            numbers_equal(a->curve[i].point[j].ns, b->curve[i].point[j].ns);
            numbers_equal(a->curve[i].point[j].low, b->curve[i].point[j].low);
            numbers_equal(a->curve[i].point[j].high, b->curve[i].point[j].high);
        }
    }
}

static void reads_back(const struct cost *cost)
{
    char *text = cost_render(cost);
    struct cost again;

    assert_non_null(text);
    assert_int_equal(cost_parse(&again, text, strlen(text), "t", NULL), STATUS_OK);
    costs_equal(cost, &again);
    free(text);
}

static void what_is_written_reads_back_the_same(void **unused)
{
    struct cost cost = made_cost();
    uint64_t state = 7;

    (void)unused;
    reads_back(&cost);
    for (unsigned turn = 0; turn < 50; turn++) { /* numbers with all their digits */
        for (unsigned i = 0; i < COST_KEY_COUNT; i++) {
            struct cost_constant *constant = &cost.constant[i];

            constant->value = 1 + (double)random_next(&state) / 3e17;
            constant->low = turn % 2 ? constant->value / 3 : 0;
            constant->high = turn % 2 ? constant->value * 3 : 0;
        }
        cost.curve[COST_COPY_HOT].point[1].ns = (double)random_next(&state) / 7e15;
        reads_back(&cost);
    }
    for (size_t i = 0; cost_builtin(i); i++) {
        assert_int_equal(cost_open(&cost, cost_builtin(i), NULL), STATUS_OK);
        assert_string_equal(cost.name, cost_builtin(i));
        reads_back(&cost);
    }
    assert_null(cost_builtin(1000));
}

static void an_unknown_key_is_refused_with_its_place(void **unused)
{
    (void)unused;
    expect_refused("\"cpu\": {", "\"gpu\": {",
                   "t:7:12: unknown key \"gpu\"; expected one like \"cpu\"");
    expect_refused("\"unit\": \"Hz\"", "\"units\": \"Hz\"",
                   "t:9:16: unknown key \"units\"; expected one like \"value\"");
    expect_refused("\"title\"", "\"titel\"",
                   "t:5:12: unknown key \"titel\"; expected one like \"$schema\"");
}

static void a_missing_or_doubled_key_is_refused_with_its_place(void **unused)
{
    (void)unused;
    expect_refused("\"source\": \"s\"", "\"low\": 1, \"high\": 1",
                   "t:7:12: \"source\" is missing; expected a string");
    expect_refused("\"value\": 1.0,", "", "t:7:12: \"value\" is missing; expected a number");
    expect_refused("\"low\": 1.0,", "", "t:13:13: \"low\" is missing; expected a number");
    expect_refused("\"link\": {", "\"cpu\": {",
                   "t:13:9: duplicate object key near '\"cpu\"'; expected a JSON object");
}

static void a_value_of_another_type_is_refused_with_its_place(void **unused)
{
    (void)unused;
    expect_refused("\"value\": 1.0", "\"value\": \"1\"",
                   "t:8:16: \"value\" is a string; expected a number");
    expect_refused("\"name\": \"made\"", "\"name\": 5",
                   "t:4:11: \"name\" is a whole number; expected a string");
    expect_refused("\"points\": [", "\"points\": 1, \"x\": [",
                   "t:201:25: unknown key \"x\"; expected one like \"points\"");
    expect_refused("\"bytes\": 64", "\"bytes\": 64.0",
                   "t:203:20: \"bytes\" is a fraction; expected a whole number");
}

static void a_value_out_of_range_is_refused_with_its_place(void **unused)
{
    (void)unused;
    expect_refused("\"value\": 4.0", "\"value\": -4", "t:28:16: value is -4; expected 0 to 1e+15");
    expect_refused("\"value\": 4.0", "\"value\": 1e16",
                   "t:28:16: value is 1e+16; expected 0 to 1e+15");
    expect_refused("\"value\": 1.0", "\"value\": 0",
                   "t:8:16: cpu is 0; expected at least 0.001 Hz");
    expect_refused("\"value\": 27.0", "\"value\": 100",
                   "t:190:16: ide_bandwidth is 100 %; expected less than 100");
    expect_refused("\"high\": 3.0", "\"high\": 1.5",
                   "t:13:13: 2 is not between 1 and 1.5; expected low <= value <= high");
    expect_refused("\"unit\": \"Gb/s\"", "\"unit\": \"Hz\"",
                   "t:15:15: unknown unit \"Hz\"; expected Gb/s");
    expect_refused("\"bytes\": 1024", "\"bytes\": 64",
                   "t:209:20: bytes is 64; expected 65 to 16777216");
    expect_refused("\"ns\": 10.0", "\"ns\": -10", "t:204:17: ns is -10; expected 0 to 1e+15");
    expect_refused("\"basis\": \"quoted\"", "\"basis\": \"guessed\"",
                   "t:10:16: unknown basis \"guessed\"; expected quoted, derived or measured");
    expect_refused("\"cvm-cost\"", "\"cvm-path\"",
                   "t:2:13: unknown format \"cvm-path\"; expected cvm-cost");
    expect_refused("\"made\"", "\"0123456789012345678901234567890123456789\"",
                   "t:4:11: name has 40 bytes; expected less than 40");
}

static void a_machine_that_nobody_knows_is_named(void **unused)
{
    struct cost cost;
    struct diagnostic diag;

    (void)unused;
    assert_int_equal(cost_open(&cost, "no-such", &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "unknown machine \"no-such\"; expected "));
    assert_int_equal(cost_open(&cost, "./no-such.json", &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "./no-such.json: cannot be opened"));
}

static void curves_are_straight_between_points_and_never_fall_beyond(void **unused)
{
    struct cost cost = made_cost();
    struct cost_table *table = &cost.curve[COST_COPY_COLD];

    (void)unused;
    numbers_equal(cost_curve_ns(&cost, COST_COPY_HOT, 0), 10);
    numbers_equal(cost_curve_ns(&cost, COST_COPY_HOT, 64), 10);
    numbers_equal(cost_curve_ns(&cost, COST_COPY_HOT, 544), 58);
    numbers_equal(cost_curve_ns(&cost, COST_COPY_HOT, 1024), 106);
    numbers_equal(cost_curve_ns(&cost, COST_COPY_HOT, 2024), 206);
    table->count = 1;
    numbers_equal(cost_curve_ns(&cost, COST_COPY_COLD, 9000), 10);
    *table = (struct cost_table){.point = {{64, 10, 0, 0}, {128, 30, 0, 0}, {256, 20, 0, 0}},
                                 .count = 3};
    numbers_equal(cost_curve_ns(&cost, COST_COPY_COLD, 192), 25);
    numbers_equal(cost_curve_ns(&cost, COST_COPY_COLD, 65535), 20);
}

static void cycles_and_time_are_each_others_inverse(void **unused)
{
    struct cost cost = made_cost();

    (void)unused;
    cost.constant[COST_CPU_HZ].value = 2.5e9;
    numbers_equal(cost_cycles(&cost, 100), 250);
    numbers_equal(cost_ns(&cost, 250), 100);
}

static void a_machine_where_nothing_costs_anything_is_never_busy(void **unused)
{
    struct cost cost;
    struct experiment experiment = {
        .path = "folio", .app = "l2fwd", .cost = &cost, .frame_bytes = 100};
    struct experiment_result result;

    (void)unused;
    memset(&cost, 0, sizeof cost);
    cost.constant[COST_CPU_HZ].value = 1e9;
    cost.constant[COST_LINK].value = cost.constant[COST_SLOT].value = 1;
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++)
        cost.curve[i] = (struct cost_table){.point = {{64, 0, 0, 0}}, .count = 1};
    assert_int_equal(experiment_run(&experiment, &result, NULL), STATUS_OK);
    numbers_equal(result.busy_ns, 0);
    numbers_equal(result.latency_mean, 0);
    assert_int_not_equal(result.rate.limit, LIMIT_CPU);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(an_unknown_key_is_refused_with_its_place),
        cmocka_unit_test(a_missing_or_doubled_key_is_refused_with_its_place),
        cmocka_unit_test(a_value_of_another_type_is_refused_with_its_place),
        cmocka_unit_test(a_value_out_of_range_is_refused_with_its_place),
        cmocka_unit_test(a_machine_that_nobody_knows_is_named),
        cmocka_unit_test(curves_are_straight_between_points_and_never_fall_beyond),
        cmocka_unit_test(cycles_and_time_are_each_others_inverse),
        cmocka_unit_test(a_machine_where_nothing_costs_anything_is_never_busy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
