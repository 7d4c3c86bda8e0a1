/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/replay.c — `cvmlab replay`: recorded exits through the monitor. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file_out.h"
#include "cli/cli.h"
#include "cli/host_option.h"
#include "cli/replay_view.h"
#include "spec/spec.h"

enum { DEFAULT_SEED = 0x1d };

enum {
    KEY_SPEC = 's',
    KEY_HOST = 'H',
    KEY_REFERENCE = 0x200,
    KEY_JSON,
    KEY_EVENTS,
    KEY_EXIT,
    KEY_SEED,
    KEY_FILL,
    KEY_FAIL_ON
};

/* Findings that make the exit code 1. */
enum fail_on {
    FAIL_CONFIDENTIAL = 1 << 0,
    FAIL_INTEGRAL = 1 << 1,
    FAIL_MISMATCH = 1 << 2,
    FAIL_UNKNOWN = 1 << 3,
    FAIL_HOST = 1 << 4,
    FAIL_EXPLAINED = 1 << 5,
    FAIL_INFERRED = 1 << 6,
    FAIL_DEFAULT = FAIL_CONFIDENTIAL | FAIL_INTEGRAL | FAIL_MISMATCH | FAIL_UNKNOWN | FAIL_HOST,
};

static const struct {
    const char *name;
    unsigned bits;
} fail_names[] = {
    {"none", 0},
    {"confidential", FAIL_CONFIDENTIAL},
    {"integral", FAIL_INTEGRAL},
    {"mismatch", FAIL_MISMATCH},
    {"unknown", FAIL_UNKNOWN},
    {"host", FAIL_HOST},
    {"explained", FAIL_EXPLAINED},
    {"inferred", FAIL_INFERRED},
};

struct replay_arguments {
    const char *spec, *reference, *events;
    const struct host_model *host[REPLAY_HOST_MAX];
    uint32_t host_count;
    char **traces;
    unsigned trace_count;
    uint64_t seed, exit;
    unsigned fail_on;
    bool json, fill, has_exit;
};

static const struct argp_option options[] = {
    {"spec", KEY_SPEC, "PROFILE", 0, "Exposure profile, a name or a file (default: strict)", 0},
    {"reference", KEY_REFERENCE, "PROFILE", 0, "Profile to judge against (default: strict)", 0},
    {"host", KEY_HOST, "MODEL", 0, "Also let this hypervisor answer; repeatable; all: every model",
     0},
    {"json", KEY_JSON, NULL, 0, "Report as one JSON document", 0},
    {"events", KEY_EVENTS, "FILE", 0, "Write what happened at each exit as JSON Lines (-: stdout)",
     0},
    {"exit", KEY_EXIT, "N", 0, "Show the exit that is event N of the trace in full", 0},
    {"seed", KEY_SEED, "N", 0, "Seed of what no recording holds (default: 0x1d)", 0},
    {"fill", KEY_FILL, "seed:N", 0, "Make up the registers of a trace that holds causes only", 0},
    {"fail-on", KEY_FAIL_ON, "LIST", 0,
     "Findings that make the exit code 1: confidential, integral, mismatch, unknown, host, "
     "explained, inferred or none (default: the first five)",
     0},
    {0},
};

static uint64_t number_parse(struct argp_state *state, const char *option, const char *text)
{
    char *end;
    uint64_t value;

    errno = 0;
    value = strtoull(text, &end, 0);
    if (errno || end == text || *end || *text == '-')
        argp_error(state, "%s: '%s' is not a number", option, text);
    return value;
}

static void fail_on_parse(struct argp_state *state, struct replay_arguments *args, const char *list)
{
    char *copy = strdup(list), *rest = copy;

    args->fail_on = 0;
    for (char *word = strsep(&rest, ","); word; word = strsep(&rest, ",")) {
        unsigned i = 0;

        while (i < sizeof fail_names / sizeof fail_names[0] && strcmp(fail_names[i].name, word))
            i++;
        if (i == sizeof fail_names / sizeof fail_names[0])
            argp_error(state, "--fail-on: '%s' is no kind of finding", word);
        args->fail_on |= fail_names[i].bits;
    }
    free(copy);
}

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct replay_arguments *args = state->input;

    switch (key) {
    case KEY_SPEC:
        args->spec = arg;
        return 0;
    case KEY_REFERENCE:
        args->reference = arg;
        return 0;
    case KEY_HOST:
        if (strcmp(arg, "recorded") != 0) /* always there: its answer is the one the guest gets */
            host_option_add(state, arg, args->host, &args->host_count);
        return 0;
    case KEY_JSON:
        args->json = true;
        return 0;
    case KEY_EVENTS:
        args->events = arg;
        return 0;
    case KEY_EXIT:
        args->exit = number_parse(state, "--exit", arg);
        args->has_exit = true;
        return 0;
    case KEY_SEED:
        args->seed = number_parse(state, "--seed", arg);
        return 0;
    case KEY_FILL:
        if (strncmp(arg, "seed:", 5) != 0)
            argp_error(state, "--fill: '%s'; expected seed:N", arg);
        args->seed = number_parse(state, "--fill", arg + 5);
        args->fill = true;
        return 0;
    case KEY_FAIL_ON:
        fail_on_parse(state, args, arg);
        return 0;
    case ARGP_KEY_ARGS:
        args->traces = state->argv + state->next;
        args->trace_count = (unsigned)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no trace; expected at least one TRACE");
        return EINVAL;
    case ARGP_KEY_SUCCESS:
        if (args->events && strcmp(args->events, "-") == 0 && (args->json || args->has_exit))
            argp_error(state, "--events - and %s would mix on standard output",
                       args->json ? "--json" : "--exit");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = option_parse,
    .args_doc = "TRACE...",
    .doc =
        "Examples:\n"
        "  cvmlab replay traces/boot-pci-smp2.cvmt.jsonl.zst\n"
        "  cvmlab replay --exit 81401 traces/boot-pci-smp2.cvmt.jsonl.zst\n"
        "  cvmlab replay --host all --json traces/*.cvmt.jsonl.zst | jq .holds\n"
        "  cvmlab replay --spec legacy-open traces/bare-smp1.cvmt.jsonl.zst"
        "\vEach recorded exit goes through the monitor; the recorded hypervisor answers from what "
        "the monitor shows it. An exit is confidential if nothing that the reference hides reaches "
        "the host, integral if a hostile copy of the answer changes nothing else, transparent if "
        "the guest goes on as recorded and the host can do its work with what it is shown. A "
        "kvmrec recording (.rec, .rec.xz) may be given directly.",
};

/* What the callbacks of one run write to. */
struct replay_sink {
    const struct replay_arguments *args;
    struct file_out *events; /* NULL: not asked for */
    struct cli_progress progress;
    uint64_t event_number;
    enum status status; /* of the event stream */
    struct diagnostic diag;
    char *shown; /* the exit of --exit, as text; printed when all else went well */
    size_t shown_bytes;
};

static void exit_show(struct replay_sink *sink, const struct replay_step *step)
{
    FILE *to = open_memstream(&sink->shown, &sink->shown_bytes);

    if (!to)
        return;
    replay_print_step(to, step);
    fclose(to);
}

static void sink_step(void *context, const struct replay_step *step)
{
    struct replay_sink *sink = context;

    if (sink->args->has_exit && step->exit->n == sink->args->exit && !sink->shown)
        exit_show(sink, step);
    if (sink->events && sink->status == STATUS_OK)
        sink->status = replay_print_events(sink->events, step, &sink->event_number, &sink->diag);
}

static void sink_progress(void *context, uint64_t events)
{
    cli_progress_update(&((struct replay_sink *)context)->progress, events);
}

static bool report_fails(const struct replay_report *report, unsigned fail_on)
{
    const uint64_t explained = replay_explained(report->explained);
    uint64_t differs = 0;

    for (uint32_t i = 0; i < report->host_count; i++)
        differs += report->host[i].differs;
    return (fail_on & FAIL_CONFIDENTIAL && report->confidential_violations) ||
           (fail_on & FAIL_INTEGRAL && report->integral_violations) ||
           (fail_on & FAIL_MISMATCH &&
            (report->mismatches || report->starved || report->encoding_differences)) ||
           (fail_on & FAIL_UNKNOWN && report->unknown_rows) || (fail_on & FAIL_HOST && differs) ||
           (fail_on & FAIL_EXPLAINED && explained) || (fail_on & FAIL_INFERRED && report->inferred);
}

/* Replays every trace into one report. */
static enum status traces_run(const struct replay_arguments *args, struct replay_options *run,
                              struct replay_sink *sink, struct replay_report *report,
                              struct diagnostic *diag)
{
    enum status st = STATUS_OK;

    if (!args->json)
        cli_progress_start(&sink->progress, "replay", 0);
    for (unsigned i = 0; i < args->trace_count && st == STATUS_OK; i++)
        st = replay_trace(args->traces[i], run, report, diag);
    cli_progress_end(&sink->progress);
    if (st == STATUS_OK && sink->status != STATUS_OK) {
        st = sink->status;
        *diag = sink->diag;
    }
    if (st == STATUS_OK && args->has_exit && !sink->shown)
        st = diagnostic_set(diag, STATUS_BAD_INPUT, args->traces[0], 0, 0,
                            "event %llu is no exit of this trace; expected the number n of an exit",
                            (unsigned long long)args->exit);
    return st;
}

static enum status report_show(const struct replay_arguments *args,
                               const struct replay_options *run, const struct replay_report *report,
                               const struct replay_sink *sink, double seconds)
{
    struct replay_request request = {args->traces,   args->trace_count, run->spec,
                                     run->reference, args->seed,        seconds};

    if (sink->shown) {
        fwrite(sink->shown, 1, sink->shown_bytes, stdout);
        return STATUS_OK;
    }
    if (args->json)
        return replay_print_json(stdout, &request, report);
    replay_print(args->events && strcmp(args->events, "-") == 0 ? stderr : stdout, &request,
                 report);
    return STATUS_OK;
}

/* The replay proper, with both profiles loaded. */
static int replay_with(const struct replay_arguments *args, const struct exposure *spec,
                       const struct exposure *reference, struct replay_report *report)
{
    struct replay_sink sink = {.args = args};
    struct replay_options run = {
        .spec = spec,
        .reference = reference,
        .host_count = args->host_count,
        .seed = args->seed,
        .fill_unknown = args->fill,
        .on_step = args->events || args->has_exit ? sink_step : NULL,
        .on_progress = sink_progress,
        .context = &sink,
    };
    double start = cli_seconds();
    struct diagnostic diag;
    enum status st = STATUS_OK;

    memcpy(run.host, args->host, sizeof run.host);
    if (args->events && !(sink.events = file_out_create(args->events, &diag)))
        st = STATUS_IO;
    if (st == STATUS_OK)
        st = traces_run(args, &run, &sink, report, &diag);
    if (st == STATUS_OK && sink.events)
        st = file_out_commit(sink.events, &diag);
    else if (sink.events)
        file_out_abandon(sink.events);
    if (st == STATUS_OK)
        st = report_show(args, &run, report, &sink, cli_seconds() - start);
    free(sink.shown);
    if (st != STATUS_OK)
        return cli_fail(st, &diag);
    return report_fails(report, args->fail_on) ? CLI_FINDING : CLI_OK;
}

/* What a replay needs besides its arguments: too large for the stack. */
struct replay_room {
    struct exposure spec, reference;
    struct replay_report report;
};

static int replay_run(int argc, char **argv)
{
    struct replay_arguments args = {
        .spec = "strict", .reference = "strict", .seed = DEFAULT_SEED, .fail_on = FAIL_DEFAULT};
    struct replay_room *room = calloc(1, sizeof *room);
    struct diagnostic diag = {"replay: out of memory"};
    enum status st = room ? STATUS_OK : STATUS_IO;
    int code;

    cli_parse(&argp, argc, argv, &args);
    if (st == STATUS_OK)
        st = spec_load(args.spec, &room->spec, &diag);
    if (st == STATUS_OK)
        st = spec_load(args.reference, &room->reference, &diag);
    code = st == STATUS_OK ? replay_with(&args, &room->spec, &room->reference, &room->report)
                           : cli_fail(st, &diag);
    free(room);
    return code;
}

static const struct cli_verb verbs[] = {
    {NULL, "apply a profile to recorded exits and judge each one", &argp, replay_run},
    {0},
};

const struct cli_command command_replay = {"replay", "apply a profile to recorded exits", verbs};
