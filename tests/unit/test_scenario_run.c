/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_scenario_run.c — scenarios run: every operation, every shipped scenario in every
 * mode, and what makes a finding. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "scenario/op.h"
#include "scenario_fixture.h"

#define OTHER_OPS CVMLAB_SOURCE_DIR "/tests/fixtures/scenario/valid/other-ops.json"

enum { OPS_MAX = 128 };

/* Nothing that a scenario does leaves a table that cannot be. */
static void expect_sound(const struct world *world)
{
    spa_t page = {0};

    assert_int_equal(rmp_check_all(memory_rmp(world->machine->memory), &page), STATUS_OK);
    assert_int_equal(psp_check_all(world->machine->psp, &page), STATUS_OK);
}

static void run_everywhere(const char *name, const uint64_t *seed, bool done[OPS_MAX])
{
    struct diagnostic diag = {""};
    enum status status;
    struct scenario *scenario = scenario_load(name, NULL, &status, &diag);

    assert_non_null(scenario);
    for (unsigned mode = 0; mode < scenario->mode_count; mode++) {
        struct run_options options = {.mode = mode, .seed = seed};
        struct scenario_run *run = scenario_run(scenario, &options, &status, &diag);

        assert_non_null(run);
        if (run->findings)
            fail_msg("%s in mode %s", name, scenario->mode[mode].name);
        assert_true(run->is_whole && run->ends_as_said);
        expect_sound(run->world);
        for (unsigned i = 0; i < run->count; i++)
            for (unsigned op = 0; op_at(op); op++)
                done[op] |= run->record[i].step->op == op_at(op);
        scenario_run_free(run);
    }
    scenario_free(scenario);
}

static void every_operation_is_run_and_every_scenario_ends_as_it_says(void **unused)
{
    bool done[OPS_MAX] = {false};
    const char *name;

    (void)unused;
    for (unsigned i = 0; (name = scenario_builtin_name(i)); i++)
        run_everywhere(name, NULL, done);
    run_everywhere(OTHER_OPS, NULL, done);
    for (unsigned op = 0; op_at(op); op++)
        if (!done[op])
            fail_msg("%s is never run", op_at(op)->name);
}

static void other_keys_change_no_verdict(void **unused)
{
    static const uint64_t seeds[] = {0, 1, UINT64_MAX};
    bool done[OPS_MAX] = {false};
    const char *name;

    (void)unused;
    for (unsigned k = 0; k < 3; k++)
        for (unsigned i = 0; (name = scenario_builtin_name(i)); i++)
            run_everywhere(name, &seeds[k], done);
}

static void the_same_seed_gives_the_same_bytes(void **unused)
{
    struct scenario *scenario = scenario_of(
        "\"snp\"", "holds",
        "{\"who\": \"hypervisor\", \"op\": \"read\", \"page\": \"mine\", \"expect\": \"ok\"}");
    struct scenario_run *first = run_of(scenario, 0), *second = run_of(scenario, 0);
    uint64_t seed = 7;
    struct run_options options = {.seed = &seed};
    enum status status;
    struct scenario_run *other = scenario_run(scenario, &options, &status, NULL);

    (void)unused;
    assert_string_equal(first->record[0].result.after, second->record[0].result.after);
    assert_string_not_equal(first->record[0].result.after, other->record[0].result.after);
    scenario_run_free(first);
    scenario_run_free(second);
    scenario_run_free(other);
    scenario_free(scenario);
}

static void an_outcome_that_differs_is_a_finding(void **unused)
{
    struct scenario *scenario = scenario_of(
        "\"snp\"", "holds",
        "{\"who\": \"hypervisor\", \"op\": \"write\", \"page\": \"mine\", \"data\": {\"text\": "
        "\"x\"}, \"expect\": \"ok\"}");
    struct scenario_run *run = run_of(scenario, 0);

    (void)unused;
    assert_false(run->record[0].as_expected);
    assert_int_equal(run->verdict, VERDICT_BROKEN);
    assert_false(run->ends_as_said);
    assert_int_equal(run->findings, 2); /* the step, and the end */
    scenario_run_free(run);
    scenario_free(scenario);
}

static void a_wrong_end_is_a_finding(void **unused)
{
    struct scenario *scenario = scenario_of(
        "\"none\", \"snp\"", "attack works",
        "{\"who\": \"hypervisor\", \"op\": \"write\", \"page\": \"mine\", \"data\": {\"text\": "
        "\"x\"}, \"expect\": {\"none\": \"ok\", \"snp\": \"pf\"}, \"goal\": \"ok\"}");
    struct scenario_run *works = run_of(scenario, 0), *blocked = run_of(scenario, 1);

    (void)unused;
    assert_int_equal(works->verdict, VERDICT_ATTACK_WORKS);
    assert_int_equal(works->findings, 0);
    assert_int_equal(blocked->verdict, VERDICT_BLOCKED);
    assert_int_equal(blocked->findings, 1);
    scenario_run_free(works);
    scenario_run_free(blocked);
    scenario_free(scenario);
}

static const char three_reads[] =
    "{\"who\": \"vm\", \"op\": \"read\", \"page\": \"mine\", \"expect\": \"ok\"},"
    "{\"who\": \"vm\", \"op\": \"read\", \"page\": \"mine\", \"modes\": [\"none\"], \"expect\": "
    "\"ok\"},"
    "{\"who\": \"vm\", \"op\": \"read\", \"page\": \"mine\", \"ends_in\": [\"sev\"], \"expect\": "
    "\"ok\"},"
    "{\"who\": \"vm\", \"op\": \"read\", \"page\": \"mine\", \"expect\": \"ok\"}";

static void steps_are_for_their_modes_and_keep_their_numbers(void **unused)
{
    struct scenario *scenario = scenario_of("\"none\", \"sev\", \"snp\"", "holds", three_reads);
    struct scenario_run *run = run_of(scenario, 1);

    (void)unused;
    assert_int_equal(run->count, 2); /* 1 and 3: 2 is for none, and 3 ends it */
    assert_int_equal(run->record[1].number, 3);
    assert_true(run->is_whole);
    scenario_run_free(run);
    run = run_of(scenario, 2);
    assert_int_equal(run->count, 3);
    scenario_run_free(run);
    scenario_free(scenario);
}

static void a_run_can_stop_at_a_step(void **unused)
{
    struct scenario *scenario = scenario_of("\"none\"", "holds", three_reads);
    struct run_options options = {.last_step = 2};
    enum status status;
    struct scenario_run *run = scenario_run(scenario, &options, &status, NULL);

    (void)unused;
    assert_int_equal(run->count, 2);
    assert_false(run->is_whole);
    assert_int_equal(run->findings, 0);
    scenario_run_free(run);
    scenario_free(scenario);
}

/* The outcome of the last step, as a word, in the mode snp. */
static void expect_last(const char *steps, const char *word, const char *why)
{
    struct scenario *scenario = scenario_of("\"snp\"", "holds", steps);
    struct scenario_run *run = run_of(scenario, 0);
    const struct outcome *outcome = &run->record[run->count - 1].result.outcome;
    char text[OUTCOME_TEXT_BYTES];

    assert_string_equal(outcome_word(outcome, text), word);
    assert_string_equal(outcome->why, why);
    expect_sound(run->world);
    scenario_run_free(run);
    scenario_free(scenario);
}

static void faults_are_told_in_the_numbers_of_the_access(void **unused)
{
    (void)unused;
    expect_last("{\"who\": \"hypervisor\", \"op\": \"map\", \"page\": \"mine\", \"gpa\": "
                "\"0xa000\", \"expect\": \"ok\"},"
                "{\"who\": \"vm\", \"op\": \"read\", \"gpa\": \"0xa000\", \"offset\": 8, "
                "\"expect\": \"ok\"}",
                "npf reverse-map", "reverse-map: entry says gpa 0x8000, used at 0xa000");
    expect_last("{\"who\": \"hypervisor\", \"op\": \"map\", \"page\": \"theirs\", \"guest\": "
                "\"vm\", \"gpa\": \"0x8000\", \"expect\": \"ok\"},"
                "{\"who\": \"vm\", \"op\": \"read\", \"gpa\": \"0x8000\", \"expect\": \"ok\"}",
                "npf guest-owned", "guest-owned: the page is of guest other, used by ASID 1");
    expect_last("{\"who\": \"vm\", \"vmpl\": 2, \"op\": \"write\", \"page\": \"mine\", \"data\": "
                "{\"text\": \"x\"}, \"expect\": \"ok\"}",
                "npf vmpl", "vmpl: VMPL2 may ----- here, and asks to write");
    expect_last("{\"who\": \"vm\", \"op\": \"read\", \"gpa\": \"0x7000\", \"expect\": \"ok\"}",
                "npf not-mapped", "the hypervisor maps nothing at gpa 0x7000");
    expect_last("{\"who\": \"hypervisor\", \"op\": \"write\", \"page\": \"mine\", \"data\": "
                "{\"text\": \"x\"}, \"expect\": \"ok\"}",
                "pf", "hypervisor-owned: the page is of guest vm");
}

static void what_was_not_seen_cannot_be_used(void **unused)
{
    (void)unused;
    expect_last("{\"who\": \"vm\", \"op\": \"read\", \"gpa\": \"0x7000\", \"remember\": \"a\", "
                "\"expect\": \"npf not-mapped\"},"
                "{\"who\": \"vm\", \"op\": \"compare\", \"a\": {\"of\": \"a\"}, \"b\": {\"text\": "
                "\"x\"}, \"expect\": \"equal\"}",
                "nothing", "");
    /* Nor what was seen before, under the same name. */
    expect_last("{\"who\": \"vm\", \"op\": \"read\", \"page\": \"mine\", \"remember\": \"a\", "
                "\"expect\": \"ok\"},"
                "{\"who\": \"vm\", \"op\": \"read\", \"gpa\": \"0x7000\", \"remember\": \"a\", "
                "\"expect\": \"npf not-mapped\"},"
                "{\"who\": \"vm\", \"op\": \"write\", \"page\": \"mine\", \"data\": {\"of\": "
                "\"a\"}, \"expect\": \"ok\"}",
                "nothing", "");
}

static void a_list_that_the_host_cannot_do_is_refused(void **unused)
{
    (void)unused;
    expect_last("{\"who\": \"vm\", \"op\": \"psc\", \"page\": \"box\", \"changes\": [{\"gpa\": "
                "\"0x7000\", \"to\": \"private\"}], \"expect\": \"ok\"}",
                "refused list", "the host reports an error");
}

static void a_list_makes_pages_private_and_shared_again(void **unused)
{
    (void)unused;
    expect_last("{\"who\": \"hypervisor\", \"op\": \"map\", \"page\": \"free\", \"guest\": \"vm\", "
                "\"gpa\": \"0xa000\", \"expect\": \"ok\"},"
                "{\"who\": \"vm\", \"op\": \"psc\", \"page\": \"box\", \"changes\": [{\"gpa\": "
                "\"0xa000\", \"to\": \"private\"}, {\"gpa\": \"0x8000\", \"to\": \"shared\"}], "
                "\"expect\": \"ok\"},"
                "{\"who\": \"vm\", \"op\": \"write\", \"gpa\": \"0xa000\", \"data\": {\"text\": "
                "\"x\"}, \"expect\": \"ok\"},"
                "{\"who\": \"hypervisor\", \"op\": \"write\", \"page\": \"mine\", \"data\": "
                "{\"text\": \"x\"}, \"expect\": \"ok\"}",
                "ok", "");
}

static void expect_cell(const char *bytes, size_t size, const char *expected)
{
    char cell[STEP_CELL_BYTES];

    bytes_tell((const uint8_t *)bytes, size, cell); /* bytes both */
    assert_string_equal(cell, expected);
}

static void bytes_are_told_as_text_or_as_hex(void **unused)
{
    (void)unused;
    expect_cell("PIN 4711\0\0\0\0\0\0\0", 16, "\"PIN 4711\"");
    expect_cell("exactly 14 ...", 14, "\"exactly 14 ...\"");
    expect_cell("longer than fourteen", 20, "\"longer than ..\"");
    expect_cell("\x01\x02\x03\x04\x05\x06", 6, "0102 0304 0506");
    expect_cell("\x01\x02\x03\x04\x05\x06\x07", 7, "0102 0304 0506..");
    expect_cell("\0\0\0", 3, "0000 00");
    expect_cell("a\0b", 3, "6100 62");
}

static void values_are_computed(void **unused)
{
    struct scenario *scenario = scenario_of(
        "\"sev\"", "holds",
        "{\"who\": \"vm\", \"op\": \"remember\", \"data\": {\"hex\": \"0102\", \"size\": 3, "
        "\"repeat\": 2}, \"remember\": \"a\", \"expect\": \"ok\"},"
        "{\"who\": \"vm\", \"op\": \"remember\", \"data\": {\"of\": \"a\", \"offset\": 3, "
        "\"size\": "
        "2}, \"remember\": \"b\", \"expect\": \"ok\"},"
        "{\"who\": \"vm\", \"op\": \"remember\", \"data\": {\"xor\": [{\"of\": \"a\"}, {\"hex\": "
        "\"ff00ff\"}, {\"of\": \"a\"}]}, \"remember\": \"c\", \"expect\": \"ok\"},"
        "{\"who\": \"vm\", \"op\": \"compare\", \"a\": {\"of\": \"a\", \"offset\": 4, \"size\": "
        "9}, "
        "\"b\": {\"of\": \"b\"}, \"expect\": \"nothing\"}");
    struct scenario_run *run = run_of(scenario, 0);
    const struct world_bytes *bytes = run->world->bytes;

    (void)unused;
    assert_int_equal(run->findings, 0);
    assert_int_equal(bytes[0].size, 6);
    assert_memory_equal(bytes[0].data, "\x01\x02\x00\x01\x02\x00", 6);
    assert_int_equal(bytes[1].size, 2);
    assert_memory_equal(bytes[1].data, "\x01\x02", 2);
    assert_int_equal(bytes[2].size, 3);
    assert_memory_equal(bytes[2].data, "\xff\x00\xff", 3);
    scenario_run_free(run);
    scenario_free(scenario);
}

static void the_gstage_has_the_newest_mapping(void **unused)
{
    struct gstage gstage = {0};
    struct gstage_entry large = {.gpa = {0x200000}, .spa = {0x400000}, .is_large = true};
    struct gstage_entry small = {.gpa = {0x201000}, .spa = {0x7000}};

    (void)unused;
    assert_null(gstage_find(&gstage, small.gpa));
    assert_int_equal(gstage_map(&gstage, &large), STATUS_OK);
    assert_int_equal(gstage_map(&gstage, &small), STATUS_OK);
    assert_int_equal(gstage_spa(gstage_find(&gstage, small.gpa), (gpa_t){0x201008}).v, 0x7008);
    assert_int_equal(gstage_find(&gstage, (gpa_t){0x202000})->spa.v, 0x400000);
    assert_int_equal(gstage_map(&gstage, &large), STATUS_OK); /* covers the small one */
    assert_true(gstage_find(&gstage, small.gpa)->is_large);
    gstage_unmap(&gstage, small.gpa);
    assert_null(gstage_find(&gstage, large.gpa));
    for (uint64_t i = 0; i < 100; i++)
        assert_int_equal(gstage_map(&gstage, &(struct gstage_entry){.gpa = {i << PAGE_SHIFT}}),
                         STATUS_OK);
    assert_int_equal(gstage.count, 100);
    gstage_free(&gstage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_is_run_and_every_scenario_ends_as_it_says),
        cmocka_unit_test(other_keys_change_no_verdict),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(an_outcome_that_differs_is_a_finding),
        cmocka_unit_test(a_wrong_end_is_a_finding),
        cmocka_unit_test(steps_are_for_their_modes_and_keep_their_numbers),
        cmocka_unit_test(a_run_can_stop_at_a_step),
        cmocka_unit_test(faults_are_told_in_the_numbers_of_the_access),
        cmocka_unit_test(what_was_not_seen_cannot_be_used),
        cmocka_unit_test(a_list_that_the_host_cannot_do_is_refused),
        cmocka_unit_test(a_list_makes_pages_private_and_shared_again),
        cmocka_unit_test(bytes_are_told_as_text_or_as_hex),
        cmocka_unit_test(values_are_computed),
        cmocka_unit_test(the_gstage_has_the_newest_mapping),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
