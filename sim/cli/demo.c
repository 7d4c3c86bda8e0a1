/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/demo.c — `cvmlab demo`: the shipped Linux boot, replayed, on one page. What is picked out
 * is in demo_collect.c, the page in demo_print.c. */
#include "cli/demo.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/shipped.h"
#include "spec/spec.h"

enum { DEMO_SEED = 0x1d };

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    const char **path = state->input;

    switch (key) {
    case ARGP_KEY_ARG:
        if (*path)
            argp_error(state, "too many traces: '%s'", arg);
        *path = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .parser = option_parse,
    .args_doc = "[TRACE]",
    .doc = "Examples:\n"
           "  cvmlab demo\n"
           "  cvmlab demo traces/bare-smp1.cvmt.jsonl.zst\n"
           "\vWithout a trace: a Linux boot that comes with the program. The exit code is 0 if the "
           "monitor hid what it should and the guest went on as recorded, 1 if not. CVMLAB_DATA "
           "names the folder that holds traces/ if it is not where the program was built or "
           "installed.",
};

/* What the callbacks of one replay write to. */
struct demo_run {
    struct demo_result *result;
    const struct exposure *spec;
    struct cli_progress progress;
};

static void run_step(void *context, const struct replay_step *step)
{
    struct demo_run *run = context;

    demo_collect(run->result, run->spec, step);
}

static void run_progress(void *context, uint64_t events)
{
    cli_progress_update(&((struct demo_run *)context)->progress, events);
}

static enum status header_read(struct demo_result *result, struct diagnostic *diag)
{
    struct trace_reader *reader = trace_open(result->path, diag);

    if (!reader)
        return STATUS_BAD_INPUT;
    snprintf(result->guest_name, sizeof result->guest_name, "%s", trace_header(reader)->guest_name);
    result->vcpus = trace_header(reader)->vcpus;
    trace_close(reader);
    return STATUS_OK;
}

/* First with the monitor's default profile, then with the one that leaks on purpose. profiles:
 * strict, legacy-open. */
static enum status replays_run(struct demo_result *result, const struct exposure profiles[2],
                               struct diagnostic *diag)
{
    struct demo_run run = {.result = result, .spec = &profiles[0]};
    struct replay_options options = {
        .spec = &profiles[0],
        .reference = &profiles[0],
        .seed = DEMO_SEED,
        .on_step = run_step,
        .on_progress = run_progress,
        .context = &run,
    };
    double start = cli_seconds();
    enum status st;

    cli_progress_start(&run.progress, "replay", 0);
    st = replay_trace(result->path, &options, &result->strict, diag);
    result->seconds = cli_seconds() - start;
    options.spec = &profiles[1];
    options.on_step = NULL;
    if (st == STATUS_OK)
        st = replay_trace(result->path, &options, &result->open, diag);
    cli_progress_end(&run.progress);
    return st;
}

static int demo_with(struct demo_result *result, struct exposure profiles[2])
{
    struct diagnostic diag;
    enum status st = header_read(result, &diag);

    if (st == STATUS_OK)
        st = spec_load("strict", &profiles[0], &diag);
    if (st == STATUS_OK)
        st = spec_load("legacy-open", &profiles[1], &diag);
    if (st == STATUS_OK)
        st = replays_run(result, profiles, &diag);
    if (st != STATUS_OK)
        return cli_fail(st, &diag);
    demo_print(result);
    return demo_holds(result) ? CLI_OK : CLI_FINDING;
}

static int demo_run(int argc, char **argv)
{
    struct demo_result *result = calloc(1, sizeof *result);
    struct exposure *profiles = calloc(2, sizeof *profiles);
    char shipped[SHIPPED_PATH_BYTES];
    const char *path = NULL;
    struct diagnostic diag;
    int code = CLI_ENVIRONMENT;

    cli_parse(&argp, argc, argv, &path);
    if (!path && shipped_find(SHIPPED_BOOT, shipped, &diag) != STATUS_OK) {
        code = cli_fail(STATUS_IO, &diag);
    } else if (result && profiles) {
        result->path = path ? path : shipped;
        result->is_shipped = !path;
        code = demo_with(result, profiles);
    }
    free(profiles);
    free(result);
    return code;
}

static const struct cli_verb verbs[] = {
    {NULL, "a recorded Linux boot through the monitor, on one page", &argp, demo_run},
    {0},
};

const struct cli_command command_demo = {
    .name = "demo", .summary = "start here: a Linux boot, on one page", .verbs = verbs};
