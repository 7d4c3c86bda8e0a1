/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_scenario.c — scenarios are loaded: the words they are written in, what one takes
 * from another. All kinds of errors are in tests/fixtures/scenario/, where
 * tests/schema/check_schema.py holds them against the schema. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "scenario/op.h"
#include "scenario_fixture.h"

#define FIXTURES CVMLAB_SOURCE_DIR "/tests/fixtures/scenario/"

static void every_shipped_scenario_loads_under_its_own_name(void **unused)
{
    const char *name;
    unsigned count = 0;

    (void)unused;
    for (; (name = scenario_builtin_name(count)); count++) {
        struct diagnostic diag = {""};
        enum status status;
        struct scenario *scenario = scenario_load(name, NULL, &status, &diag);

        assert_string_equal(diag.text, "");
        assert_non_null(scenario);
        assert_string_equal(scenario->name, name);
        assert_true(strlen(scenario->title) <= 80);
        scenario_free(scenario);
    }
    assert_in_range(count, 10, 100);
}

/* An expectation can name whatever the rooms below can say. */
static void every_outcome_has_a_word(void **unused)
{
    struct outcome outcome = {0};
    char word[OUTCOME_TEXT_BYTES];

    (void)unused;
    for (unsigned kind = OUTCOME_OK; kind <= OUTCOME_NOT_MAPPED; kind++) {
        outcome.kind = (enum outcome_kind)kind;
        assert_true(outcome_word_find(outcome_word(&outcome, word)) >= 0);
    }
    outcome.kind = OUTCOME_FAULT;
    for (unsigned kind = FAULT_PAGE; kind < FAULT_KIND_COUNT; kind++)
        for (unsigned check = RMP_CHECK_HYPERVISOR_OWNED; check < RMP_CHECK_COUNT; check++) {
            if (kind == FAULT_NESTED && check == RMP_CHECK_VALIDATED)
                continue; /* that is a #VC */
            outcome.fault =
                (struct fault){.kind = (enum fault_kind)kind, .check = (enum rmp_check)check};
            assert_true(outcome_word_find(outcome_word(&outcome, word)) >= 0);
        }
    outcome.kind = OUTCOME_CODE;
    for (unsigned code = RMP_FAIL_INPUT; code <= RMP_FAIL_BADADDR; code++) {
        outcome.code = code;
        if (code != 5)
            assert_true(outcome_word_find(outcome_word(&outcome, word)) >= 0);
    }
    outcome.kind = OUTCOME_DEVICE;
    for (unsigned reason = 0; reason < IOMMU_REASON_COUNT; reason++) {
        outcome.event.reason = (enum iommu_reason)reason;
        assert_true(outcome_word_find(outcome_word(&outcome, word)) >= 0);
    }
}

static json_t *schema_definition(json_t **root, const char *name)
{
    json_error_t error;

    *root = json_load_file(CVMLAB_SOURCE_DIR "/specs/schema/scenario.json", 0, &error);
    assert_non_null(*root);
    return json_object_get(json_object_get(*root, "definitions"), name);
}

static void the_schema_has_the_same_words(void **unused)
{
    json_t *root, *step = schema_definition(&root, "step"), *list, *outcomes;
    size_t count;

    (void)unused;
    list = json_object_get(json_object_get(json_object_get(step, "properties"), "op"), "enum");
    count = json_array_size(list);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(json_string_value(json_array_get(list, i)), op_at((unsigned)i)->name);
    assert_null(op_at((unsigned)count));
    outcomes =
        json_object_get(json_object_get(json_object_get(root, "definitions"), "outcome"), "enum");
    count = json_array_size(outcomes);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(json_string_value(json_array_get(outcomes, i)),
                            outcome_word_at((unsigned)i));
    assert_null(outcome_word_at((unsigned)count));
    json_decref(root);
}

static void what_a_scenario_begins_with_comes_first(void **unused)
{
    struct diagnostic diag = {""};
    enum status status;
    struct scenario *scenario = scenario_load(FIXTURES "valid/begins.json", NULL, &status, &diag);

    (void)unused;
    assert_non_null(scenario);
    assert_string_equal(scenario->name, "begins");
    assert_int_equal(scenario->doc_count, 2);
    assert_int_equal(scenario->guest_count, 1);
    assert_int_equal(scenario->step_count, 2);
    assert_int_equal(scenario->step[0].file, 1);
    assert_int_equal(scenario->step[1].file, 0);
    scenario_free(scenario);
}

static void another_machine_can_be_given(void **unused)
{
    enum status status;
    struct scenario *scenario = scenario_load("severed", "snp-zen5", &status, NULL);

    (void)unused;
    assert_non_null(scenario);
    assert_string_equal(scenario->mode[0].machine.name, "snp-zen5");
    assert_int_equal(scenario->mode[0].machine.memory.cipher, CIPHER_XTS256);
    assert_int_equal(scenario->mode[0].machine.memory.mode, MEMORY_NONE);
    scenario_free(scenario);
    assert_null(scenario_load("severed", "snp-zen9", &status, NULL));
    assert_int_equal(status, STATUS_BAD_INPUT);
}

static void a_mode_of_its_own_changes_the_machine(void **unused)
{
    enum status status;
    struct scenario *scenario = scenario_load("cipherleaks", NULL, &status, NULL);
    int hiding;

    (void)unused;
    assert_non_null(scenario);
    hiding = scenario_find_mode(scenario, "snp-hiding");
    assert_in_range(hiding, 0, SCENARIO_MODE_MAX - 1);
    assert_true(scenario->mode[hiding].machine.memory.ciphertext_hiding);
    assert_false(scenario->mode[0].machine.memory.ciphertext_hiding);
    assert_int_equal(scenario->mode[hiding].mode, MEMORY_SNP);
    assert_int_equal(scenario->mode[hiding].ends, VERDICT_BLOCKED);
    scenario_free(scenario);
}

static void an_expectation_is_found_by_name_then_mode_then_otherwise(void **unused)
{
    struct scenario *scenario = scenario_of(
        "\"sev\", \"snp\", {\"name\": \"mine\", \"mode\": \"snp\"}, \"none\"", "holds",
        "{\"who\": \"vm\", \"op\": \"read\", \"page\": \"mine\", \"expect\": {\"otherwise\": "
        "\"ok\", \"snp\": \"pf\", \"mine\": \"gp\"}}");
    const uint16_t *expect = scenario->step[0].expect;

    (void)unused;
    assert_string_equal(outcome_word_at(expect[0]), "ok");
    assert_string_equal(outcome_word_at(expect[1]), "pf");
    assert_string_equal(outcome_word_at(expect[2]), "gp");
    assert_string_equal(outcome_word_at(expect[3]), "ok");
    scenario_free(scenario);
}

static void expect_refused(const char *path, const char *message)
{
    struct diagnostic diag = {""};
    enum status status;

    assert_null(scenario_load(path, NULL, &status, &diag));
    assert_int_equal(status, STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, message));
}

static void errors_name_the_place_and_what_was_expected(void **unused)
{
    (void)unused;
    expect_refused(FIXTURES "semantic/actor-unknown.json",
                   "actor-unknown.json:22:21: unknown actor \"mallory\"; expected hypervisor, "
                   "firmware, dram, or the name of a guest or device");
    expect_refused(FIXTURES "schema/op-unknown.json",
                   "op-unknown.json:22:33: unknown op \"raed\"; expected one like");
    expect_refused(FIXTURES "semantic/page-unknown.json",
                   "page-unknown.json:22:49: unknown page \"pgae\"; expected one of \"pages\"");
    expect_refused(FIXTURES "semantic/spa-out-of-range.json",
                   "spa-out-of-range.json:12:37: spa 0x800000 is out of range; expected less than "
                   "0x800000");
    expect_refused(FIXTURES "schema/spa-unaligned.json",
                   "spa-unaligned.json:12:37: spa 0x10010 is unaligned; expected a multiple of");
    expect_refused(FIXTURES "semantic/cycle-a.json",
                   "cycle-b.json:12:18: scenario cycle: beginning with \"cycle-a\" leads back to "
                   "itself; expected a chain that ends");
    expect_refused(FIXTURES "semantic/page-twice.json",
                   "page-twice.json:12:58: there is a page \"page\" already; expected each name "
                   "once");
    expect_refused(FIXTURES "semantic/expectation-missing.json",
                   "expectation-missing.json:22:67: no expectation for mode sev; expected one, or "
                   "\"otherwise\"");
    expect_refused(FIXTURES "schema/steps-too-many.json", "too many steps; expected at most 256");
    expect_refused("no-such-scenario", "scenario: unknown scenario \"no-such-scenario\"; expected");
}

static void no_beginning_of_a_scenario_is_taken_for_a_whole_one(void **unused)
{
    char text[4096];

    (void)unused;
    scenario_write(text, sizeof text, "\"snp\"", "holds", "");
    for (size_t cut = 0; cut < strlen(text); cut++) {
        struct diagnostic diag = {""};
        enum status status;

        assert_null(scenario_parse(text, cut, "t", NULL, &status, &diag));
        assert_int_equal(status, STATUS_BAD_INPUT);
        assert_memory_equal(diag.text, "t:", 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_scenario_loads_under_its_own_name),
        cmocka_unit_test(every_outcome_has_a_word),
        cmocka_unit_test(the_schema_has_the_same_words),
        cmocka_unit_test(what_a_scenario_begins_with_comes_first),
        cmocka_unit_test(another_machine_can_be_given),
        cmocka_unit_test(a_mode_of_its_own_changes_the_machine),
        cmocka_unit_test(an_expectation_is_found_by_name_then_mode_then_otherwise),
        cmocka_unit_test(errors_name_the_place_and_what_was_expected),
        cmocka_unit_test(no_beginning_of_a_scenario_is_taken_for_a_whole_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
