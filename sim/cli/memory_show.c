/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory_show.c — `cvmlab memory show`: options, and the run up to the step that is looked
 * at. The pictures are in memory_grid.c and memory_page.c. See memory.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/memory.h"

#define SHOW_DEFAULT "life-of-a-page"

enum { KEY_MODE = 0x100, KEY_MACHINE, KEY_JSON, KEY_SEED, KEY_AFTER, KEY_PAGE, KEY_AS };

struct show_arguments {
    const char *scenario, *mode, *machine, *page, *as; /* NULL: not given */
    bool json, has_seed;
    uint64_t seed, after;
};

static const struct argp_option options[] = {
    {"after", KEY_AFTER, "STEP", 0,
     "Run up to this step (default: the one that the scenario names, or the last)", 0},
    {"mode", KEY_MODE, "MODE", 0, "Mode of the scenario (default: snp, or its last)", 0},
    {"page", KEY_PAGE, "PAGE", 0, "One page: its name, or an address in it", 0},
    {"as", KEY_AS, "ACTOR", 0,
     "With --page: whose view stands beside the guest's: hypervisor (the default), dram, firmware, "
     "or a guest",
     0},
    {"machine", KEY_MACHINE, "SPEC", 0, "Another machine: a name, or a file", 0},
    {"seed", KEY_SEED, "N", 0, "Seed of all keys (default: the machine's)", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document on standard output", 0},
    {0},
};

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct show_arguments *args = state->input;

    switch (key) {
    case KEY_AFTER:
        args->after = memory_number_parse(state, "--after", arg);
        if (args->after == 0)
            argp_error(state, "--after: steps count from 1");
        return 0;
    case KEY_MODE:
        args->mode = arg;
        return 0;
    case KEY_PAGE:
        args->page = arg;
        return 0;
    case KEY_AS:
        args->as = arg;
        return 0;
    case KEY_MACHINE:
        args->machine = arg;
        return 0;
    case KEY_SEED:
        args->seed = memory_number_parse(state, "--seed", arg);
        args->has_seed = true;
        return 0;
    case KEY_JSON:
        args->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (args->scenario)
            argp_error(state, "one scenario at a time: '%s' is too many", arg);
        args->scenario = arg;
        return 0;
    case ARGP_KEY_END:
        if (args->as && !args->page)
            argp_error(state, "--as goes with --page");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp memory_show_argp = {
    .options = options,
    .parser = option_parse,
    .args_doc = "[SCENARIO]",
    .doc =
        "Examples:\n"
        "  cvmlab memory show\n"
        "  cvmlab memory show severed --after 5\n"
        "  cvmlab memory show severed --page secret\n"
        "  cvmlab memory show severed --page secret --mode none --as dram\n"
        "\vRuns the scenario (default: " SHOW_DEFAULT ") up to a step. Without --page: every page "
        "that the scenario touches, by its state. With it: the page as its guest sees it, and as "
        "somebody else does; blocks of 16 bytes that are equal have the same letter.",
};

/* The named mode; else snp, else the last. */
static enum status mode_choose(const struct scenario *scenario, const struct show_arguments *args,
                               unsigned *mode, struct diagnostic *diag)
{
    int snp = scenario_find_mode(scenario, "snp");

    *mode = snp >= 0 ? (unsigned)snp : scenario->mode_count - 1;
    return args->mode ? memory_mode_find(scenario, args->mode, mode, diag) : STATUS_OK;
}

/* A page by its name or by an address. */
static enum status page_choose(const struct scenario *scenario, const char *text, spa_t *page,
                               struct diagnostic *diag)
{
    int found = scenario_find_page(scenario, text);
    char *end;

    page->v = found >= 0 ? scenario->page[found].spa.v : strtoull(text, &end, 0);
    page->v &= ~(uint64_t)(PAGE_SIZE - 1);
    if (found >= 0 || (end != text && *end == '\0' && *text != '-'))
        return STATUS_OK;
    return diagnostic_set(diag, STATUS_BAD_INPUT, scenario->doc[0].name, 0, 0,
                          "there is no page \"%.40s\"; expected a name of the scenario, or an "
                          "address like 0x10000",
                          text);
}

static int page_show(const struct memory_picture *picture, const struct show_arguments *args)
{
    const struct scenario *scenario = picture->scenario;
    struct memory_page_view *view = calloc(1, sizeof *view);
    struct diagnostic diag = {""};
    enum status status;
    int code = CLI_OK;

    if (!view)
        return cli_fail(diagnostic_set(&diag, STATUS_IO, "memory", 0, 0, "not enough memory"),
                        &diag);
    status = page_choose(scenario, args->page, &view->page, &diag);
    if (status == STATUS_OK &&
        (!scenario_find_who(scenario, args->as ? args->as : "hypervisor", &view->beside) ||
         view->beside.kind == WHO_DEVICE))
        status = diagnostic_set(&diag, STATUS_BAD_INPUT, scenario->doc[0].name, 0, 0,
                                "there is no view of \"%.40s\"; expected hypervisor, dram, "
                                "firmware or a guest",
                                args->as);
    if (status == STATUS_OK && memory_page_view_take(picture, view) != STATUS_OK)
        status = diagnostic_set(&diag, STATUS_BAD_INPUT, scenario->doc[0].name, 0, 0,
                                "there is no memory at \"%.40s\"; expected an address in the RAM",
                                args->page);
    if (status != STATUS_OK)
        code = cli_fail(status, &diag);
    else if (args->json)
        code = cli_json_print(memory_page_json(picture, view));
    else
        memory_print_page(stdout, picture, view);
    free(view);
    return code;
}

static int world_show(const struct scenario *scenario, const struct show_arguments *args)
{
    struct diagnostic diag = {""};
    struct run_options how = {.last_step =
                                  args->after ? (unsigned)args->after : scenario->show_after,
                              .seed = args->has_seed ? &args->seed : NULL};
    struct memory_picture picture = {.scenario = scenario};
    struct scenario_run *run = NULL;
    enum status status = mode_choose(scenario, args, &how.mode, &diag);
    int code = CLI_OK;

    if (status == STATUS_OK && args->after > scenario->step_count)
        status =
            diagnostic_set(&diag, STATUS_BAD_INPUT, scenario->doc[0].name, 0, 0,
                           "there is no such step; expected --after 1 to %u", scenario->step_count);
    if (status == STATUS_OK)
        run = scenario_run(scenario, &how, &status, &diag);
    if (!run)
        return cli_fail(status, &diag);
    picture.run = run;
    picture.after = run->count ? run->record[run->count - 1].number : 0;
    if (args->page)
        code = page_show(&picture, args);
    else if (args->json)
        code = cli_json_print(memory_grid_json(&picture));
    else
        memory_print_grid(stdout, &picture);
    scenario_run_free(run);
    return code;
}

int memory_show_run(int argc, char **argv)
{
    struct show_arguments args = {.scenario = NULL};
    struct diagnostic diag = {""};
    struct scenario *scenario;
    enum status status;
    int code;

    cli_parse(&memory_show_argp, argc, argv, &args);
    scenario =
        scenario_load(args.scenario ? args.scenario : SHOW_DEFAULT, args.machine, &status, &diag);
    if (!scenario)
        return cli_fail(status, &diag);
    code = world_show(scenario, &args);
    scenario_free(scenario);
    return code;
}
