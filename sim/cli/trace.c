/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/trace.c — the command `cvmlab trace`: its table, the loop that copies events, and the two
 * verbs that are little more than a loop. Read cli.h and trace/trace.h first; the other verbs are
 * in trace_*.c. */
#include "cli/trace.h"

#include <inttypes.h>
#include <stdio.h>

enum { PROGRESS_EVERY = 1024 };

/* Copies events until the end, or until the cut has all it wants. */
static enum status events_copy(struct trace_reader *reader, struct trace_export *export,
                               struct cut *cut, struct cli_progress *progress,
                               struct diagnostic *diag)
{
    const struct trace_event *event;
    struct trace_event numbered;
    uint64_t count = 0;
    enum status st = STATUS_OK;

    while (st == STATUS_OK && !(cut && cut_is_complete(cut))) {
        st = trace_next(reader, &event, diag);
        if (st != STATUS_OK || (cut && !cut_takes(cut, event)))
            continue;
        numbered = *event;
        numbered.n = count++;
        st = export_write(export, &numbered, diag);
        if (count % PROGRESS_EVERY == 0)
            cli_progress_update(progress, count);
    }
    return st == STATUS_END ? STATUS_OK : st;
}

/* A range that begins behind the last exit is an error of the input: there is nothing to write. */
static enum status cut_check(const struct cut *cut, const char *path, struct diagnostic *diag)
{
    if (!cut || cut->exits > cut->first)
        return STATUS_OK;
    return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                          "the trace has %" PRIu64
                          " exits, numbered from 0; expected a range that begins among them",
                          cut->exits);
}

void trace_take_file(const struct argp_state *state, const char **path, const char *file)
{
    if (*path)
        argp_error(state, "more than one FILE: '%s'", file);
    *path = file;
}

int trace_copy(struct trace_reader *reader, const struct trace_header *header,
               const struct trace_target *target, const char *label)
{
    struct diagnostic diag = {{0}};
    struct cli_progress progress;
    struct trace_export *export = export_create(target->path, target->format, header, &diag);
    enum status st;

    if (!export) {
        trace_close(reader);
        return cli_fail(STATUS_IO, &diag);
    }
    cli_progress_start(&progress, label, 0);
    st = events_copy(reader, export, target->cut, &progress, &diag);
    cli_progress_end(&progress);
    if (st == STATUS_OK)
        st = cut_check(target->cut, target->cut_from, &diag);
    if (st == STATUS_OK)
        st = export_commit(export, &diag);
    else
        export_abandon(export);
    trace_close(reader);
    return st == STATUS_OK ? CLI_OK : cli_fail(st, &diag);
}

/* validate */

struct validate_request {
    char **path;
    int count;
};

static error_t validate_parse(int key, char *arg, struct argp_state *state)
{
    struct validate_request *request = state->input;

    (void)arg;
    switch (key) {
    case ARGP_KEY_ARGS:
        request->path = state->argv + state->next;
        request->count = state->argc - state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no FILE given");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp validate_argp = {
    .parser = validate_parse,
    .args_doc = "FILE...",
    .doc = "Examples:\n"
           "  cvmlab trace validate traces/bare-smp1.cvmt.jsonl.zst\n"
           "  cvmlab trace validate traces/*.zst traces/refused/*.zst\n"
           "  cvmlab trace validate my-recording.rec.xz"
           "\v"
           "Reads each file to its end and checks every line or record. Prints one line per good "
           "file; "
           "for a bad one, on standard error, the place and what was expected. A bad file does not "
           "stop the others.",
};

static int file_validate(const char *path)
{
    struct diagnostic diag = {{0}};
    struct trace_reader *reader = trace_open(path, &diag);
    const struct trace_event *event;
    uint64_t count = 0;
    enum status st = reader ? STATUS_OK : STATUS_BAD_INPUT;

    for (; st == STATUS_OK; count += st == STATUS_OK)
        st = trace_next(reader, &event, &diag);
    if (reader)
        trace_close(reader);
    if (st != STATUS_END)
        return cli_fail(st, &diag);
    printf("%s: valid, %" PRIu64 " events\n", path, count);
    return CLI_OK;
}

static int validate_run(int argc, char **argv)
{
    struct validate_request request = {0};
    int code = CLI_OK;

    cli_parse(&validate_argp, argc, argv, &request);
    for (int i = 0; i < request.count; i++) {
        int file_code = file_validate(request.path[i]);

        code = file_code > code ? file_code : code;
    }
    return code;
}

/* export */

enum { KEY_TO = 0x100 };

struct export_request {
    const char *path;
    struct trace_target target;
    bool has_format;
};

static error_t export_parse(int key, char *arg, struct argp_state *state)
{
    struct export_request *request = state->input;

    switch (key) {
    case KEY_TO:
        if (!export_format_by_name(arg, &request->target.format))
            argp_error(state, "--to: '%s' is not jsonl, csv or kvmrec", arg);
        request->has_format = true;
        return 0;
    case 'o':
        request->target.path = arg;
        return 0;
    case ARGP_KEY_ARG:
        trace_take_file(state, &request->path, arg);
        return 0;
    case ARGP_KEY_END:
        if (!request->path || !request->has_format || !request->target.path)
            argp_error(state, "FILE, --to and -o are needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option export_options[] = {
    {"to", KEY_TO, "FORMAT", 0, "jsonl, csv or kvmrec", 0},
    {"output", 'o', "OUT", 0,
     "Where to; - is standard output; a name in .zst is compressed (jsonl)", 0},
    {0},
};

static const struct argp export_argp = {
    .options = export_options,
    .parser = export_parse,
    .args_doc = "FILE",
    .doc = "Examples:\n"
           "  cvmlab trace export bare-smp1.cvmt.jsonl.zst --to csv -o bare.csv\n"
           "  cvmlab trace export --to jsonl bare-smp1.cvmt.jsonl.zst -o - | jq .cause\n"
           "  cvmlab trace export bare-smp1.cvmt.jsonl.zst --to kvmrec -o bare.rec"
           "\v"
           "kvmrec gives the records that a trace was imported from, byte for byte, sorted by "
           "time. csv leaves "
           "unknown values empty.",
};

static int export_run(int argc, char **argv)
{
    struct export_request request = {0};
    struct diagnostic diag = {{0}};
    struct trace_reader *reader;

    cli_parse(&export_argp, argc, argv, &request);
    reader = trace_open(request.path, &diag);
    if (!reader)
        return cli_fail(STATUS_BAD_INPUT, &diag);
    return trace_copy(reader, trace_header(reader), &request.target, "exporting");
}

static const struct cli_verb trace_verbs[] = {
    {"import", "turn a recording of another tool into a trace", &trace_import_argp,
     trace_import_run},
    {"validate", "check traces from the first line to the last", &validate_argp, validate_run},
    {"info", "what a trace holds: exits by cause, map, provenance", &trace_info_argp,
     trace_info_run},
    {"cut", "take a range of exits out of a trace", &trace_cut_argp, trace_cut_run},
    {"diff", "compare two traces exit by exit", &trace_diff_argp, trace_diff_run},
    {"export", "write a trace as JSON Lines, CSV or recorder's records", &export_argp, export_run},
    {0},
};

const struct cli_command command_trace = {
    .name = "trace",
    .summary = "work on recorded exits: import, check, look into, cut, compare, export",
    .verbs = trace_verbs,
};
