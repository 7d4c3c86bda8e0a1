/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attest_vectors.c — `cvmlab attest vectors`. The work is done in sim/psp/vectors*.c. */
#include <stdio.h>

#include "cli/attest.h"
#include "psp/vectors.h"

enum { KEY_JSON = 0x100 };

struct vectors_arguments {
    const char *path;
    bool wants_json;
};

static error_t arguments_parse(int key, char *arg, struct argp_state *state)
{
    struct vectors_arguments *arguments = state->input;

    switch (key) {
    case KEY_JSON:
        arguments->wants_json = true;
        return 0;
    case ARGP_KEY_ARG:
        attest_take_file(state, &arguments->path, arg);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no FILE given");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"json", KEY_JSON, NULL, 0, "One JSON document on standard output", 0},
    {0},
};

const struct argp attest_vectors_argp = {
    .options = options,
    .parser = arguments_parse,
    .args_doc = "FILE",
    .doc = "Examples:\n"
           "  cvmlab attest vectors specs/vectors/snp-vectors.json\n"
           "  cvmlab attest vectors my-vectors.json --json | jq .categories"
           "\v"
           "Recomputes every entry of a file of the format snp-vectors/1. Exit code 1: an entry "
           "differs; 3: the file is malformed, has an unknown category, or an entry with nothing "
           "to check. Skipped are entries that need a file which is not here.",
};

static unsigned tally_total(const struct vectors_result *result, enum vectors_outcome outcome)
{
    unsigned total = 0;

    for (unsigned i = 0; i < VECTORS_CATEGORY_COUNT; i++)
        total += result->tally[i][outcome];
    return total;
}

static void text_print(const struct vectors_result *result)
{
    printf("%-18s %7s %7s %7s\n", "category", "passed", "failed", "skipped");
    for (unsigned i = 0; i < VECTORS_CATEGORY_COUNT; i++)
        printf("%-18s %7u %7u %7u\n", vectors_category_name((enum vectors_category)i),
               result->tally[i][VECTORS_PASSED], result->tally[i][VECTORS_FAILED],
               result->tally[i][VECTORS_SKIPPED]);
    printf("%-18s %7u %7u %7u\n", "all", tally_total(result, VECTORS_PASSED),
           tally_total(result, VECTORS_FAILED), tally_total(result, VECTORS_SKIPPED));
    for (unsigned outcome = VECTORS_FAILED; outcome < VECTORS_OUTCOME_COUNT; outcome++)
        for (size_t i = 0; i < result->count; i++)
            if (result->entry[i].outcome == outcome)
                printf("%-7s  %s %s: %s\n", outcome == VECTORS_FAILED ? "FAILED" : "skipped",
                       vectors_category_name(result->entry[i].category), result->entry[i].id,
                       result->entry[i].text);
}

static json_t *tally_json(const unsigned tally[VECTORS_OUTCOME_COUNT])
{
    json_t *object = json_object();

    for (unsigned outcome = 0; outcome < VECTORS_OUTCOME_COUNT; outcome++)
        json_object_set_new(object, vectors_outcome_name((enum vectors_outcome)outcome),
                            json_integer(tally[outcome]));
    return object;
}

static json_t *entries_json(const struct vectors_result *result)
{
    json_t *entries = json_array();

    for (size_t i = 0; i < result->count; i++) {
        const struct vectors_entry *entry = &result->entry[i];

        json_array_append_new(
            entries, json_pack("{s:s, s:s, s:s, s:s}", "category",
                               vectors_category_name(entry->category), "id", entry->id, "outcome",
                               vectors_outcome_name(entry->outcome), "text", entry->text));
    }
    return entries;
}

static int json_print(const struct vectors_result *result)
{
    json_t *categories = json_object();
    unsigned total[VECTORS_OUTCOME_COUNT];

    for (unsigned i = 0; i < VECTORS_CATEGORY_COUNT; i++)
        json_object_set_new(categories, vectors_category_name((enum vectors_category)i),
                            tally_json(result->tally[i]));
    for (unsigned outcome = 0; outcome < VECTORS_OUTCOME_COUNT; outcome++)
        total[outcome] = tally_total(result, (enum vectors_outcome)outcome);
    return cli_json_print(json_pack("{s:s, s:s, s:o, s:o, s:o}", "schema", "cvmlab-attest-vectors",
                                    "version", "1.0", "categories", categories, "all",
                                    tally_json(total), "entries", entries_json(result)));
}

int attest_vectors_run(int argc, char **argv)
{
    struct vectors_arguments arguments = {0};
    struct vectors_result result;
    struct diagnostic diag = {{0}};
    enum status status;
    int code;

    cli_parse(&attest_vectors_argp, argc, argv, &arguments);
    status = vectors_check(&result, arguments.path, &diag);
    if (status != STATUS_OK) {
        code = cli_fail(status, &diag);
    } else {
        code = tally_total(&result, VECTORS_FAILED) > 0 ? CLI_FINDING : CLI_OK;
        if (!arguments.wants_json)
            text_print(&result);
        else if (json_print(&result) != CLI_OK)
            code = CLI_ENVIRONMENT;
    }
    vectors_free(&result);
    return code;
}
