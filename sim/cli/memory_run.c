/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory_run.c — `cvmlab memory run`: options, and the runs in each mode. See memory.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/memory.h"

enum { KEY_MODE = 0x100, KEY_MACHINE, KEY_JSON, KEY_SEED, KEY_STEPS, KEY_LIST };

struct run_arguments {
    const char *scenario, *mode, *machine; /* NULL: not given */
    bool json, list, has_seed;
    uint64_t seed;
    unsigned first, last; /* steps; last 0: to the end */
};

static const struct argp_option options[] = {
    {"mode", KEY_MODE, "MODE", 0,
     "One mode of the scenario: none, sev, sev-es, snp, or a name of "
     "its own (default: all)",
     0},
    {"machine", KEY_MACHINE, "SPEC", 0, "Another machine: a name, or a file", 0},
    {"steps", KEY_STEPS, "A..B", 0, "Run up to step B, and show from step A on", 0},
    {"seed", KEY_SEED, "N", 0, "Seed of all keys (default: the machine's)", 0},
    {"list", KEY_LIST, NULL, 0, "List the shipped scenarios", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document on standard output", 0},
    {0},
};

/* "3..7", "3..", "..7" or "3". */
static void steps_parse(struct argp_state *state, struct run_arguments *args, const char *text)
{
    const char *dots = strstr(text, "..");
    char *end;

    args->first = (unsigned)strtoul(text, &end, 10);
    if (!dots)
        args->last = args->first;
    else if (end == dots)
        args->last = (unsigned)strtoul(dots + 2, &end, 10);
    if (*end || *text == '-' || strlen(text) > 12 || (!dots && args->first == 0) ||
        (args->last && args->last < args->first))
        argp_error(state, "--steps: '%s' is no range of steps; one is 3..7", text);
}

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct run_arguments *args = state->input;

    switch (key) {
    case KEY_MODE:
        args->mode = strcmp(arg, "all") == 0 ? NULL : arg;
        return 0;
    case KEY_MACHINE:
        args->machine = arg;
        return 0;
    case KEY_STEPS:
        steps_parse(state, args, arg);
        return 0;
    case KEY_SEED:
        args->seed = memory_number_parse(state, "--seed", arg);
        args->has_seed = true;
        return 0;
    case KEY_LIST:
        args->list = true;
        return 0;
    case KEY_JSON:
        args->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (args->scenario)
            argp_error(state, "one scenario at a time: '%s' is too many", arg);
        args->scenario = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp memory_run_argp = {
    .options = options,
    .parser = option_parse,
    .args_doc = "[SCENARIO]",
    .doc = "Examples:\n"
           "  cvmlab memory run\n"
           "  cvmlab memory run severed\n"
           "  cvmlab memory run severed --mode snp\n"
           "  cvmlab memory run my-attack.json --json | jq '.modes[].ends'\n"
           "\vA scenario is the name of a shipped one, or a file (its name has a '/' or ends in "
           ".json; docs/SCENARIOS.md). Without one: the list of those that are shipped. The exit "
           "code is 1 if a step, or the end, is not as the scenario says.",
};

static enum status report_run(struct memory_report *report, const struct run_arguments *args,
                              struct diagnostic *diag)
{
    const struct scenario *scenario = report->scenario;
    enum status status = STATUS_OK;
    unsigned only = 0;

    if (args->mode)
        status = memory_mode_find(scenario, args->mode, &only, diag);
    if (status == STATUS_OK && args->first > scenario->step_count)
        status = diagnostic_set(diag, STATUS_BAD_INPUT, scenario->doc[0].name, 0, 0,
                                "there is no step %u; expected 1 to %u", args->first,
                                scenario->step_count);
    for (unsigned mode = 0; mode < scenario->mode_count && status == STATUS_OK; mode++) {
        struct run_options how = {
            .mode = mode, .last_step = args->last, .seed = args->has_seed ? &args->seed : NULL};

        if (!args->mode || mode == only)
            report->run[mode] = scenario_run(scenario, &how, &status, diag);
    }
    return status;
}

static int report_show(const struct memory_report *report, const struct run_arguments *args)
{
    unsigned findings = 0;
    int code = CLI_OK;

    for (unsigned mode = 0; mode < SCENARIO_MODE_MAX; mode++)
        findings += report->run[mode] ? report->run[mode]->findings : 0;
    if (args->json)
        code = cli_json_print(memory_report_json(report));
    else
        memory_print_report(stdout, report);
    return code == CLI_OK && findings ? CLI_FINDING : code;
}

static int scenario_run_and_show(const struct run_arguments *args)
{
    struct diagnostic diag = {""};
    enum status status;
    struct scenario *scenario = scenario_load(args->scenario, args->machine, &status, &diag);
    struct memory_report report = {
        .scenario = scenario, .first_step = args->first ? args->first : 1, .last_step = args->last};
    int code;

    if (!scenario)
        return cli_fail(status, &diag);
    status = report_run(&report, args, &diag);
    code = status == STATUS_OK ? report_show(&report, args) : cli_fail(status, &diag);
    for (unsigned mode = 0; mode < SCENARIO_MODE_MAX; mode++)
        scenario_run_free(report.run[mode]);
    scenario_free(scenario);
    return code;
}

int memory_run_run(int argc, char **argv)
{
    struct run_arguments args = {0};

    cli_parse(&memory_run_argp, argc, argv, &args);
    return args.list || !args.scenario ? memory_print_list(stdout) : scenario_run_and_show(&args);
}
