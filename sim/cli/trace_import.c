/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/trace_import.c — `cvmlab trace import`. Read trace/import.h first. */
#include "cli/trace.h"
#include "trace/import/import.h"

enum { KEY_FROM = 0x100, KEY_MAP, KEY_GUEST, KEY_PROVENANCE };

struct import_arguments {
    struct import_request request;
    const char *path;
    const char *output;
    bool has_format;
};

static void region_add(struct import_arguments *arguments, char *text, struct argp_state *state)
{
    const char *fault;

    if (!import_add_region(&arguments->request, text, &fault))
        argp_error(state, "--map: '%s': %s", text, fault);
}

static error_t arguments_parse(int key, char *arg, struct argp_state *state)
{
    struct import_arguments *arguments = state->input;

    switch (key) {
    case KEY_FROM:
        if (!import_format_by_name(arg, &arguments->request.format))
            argp_error(state, "--from: '%s' is not kvmrec, trace-cmd or perf", arg);
        arguments->has_format = true;
        return 0;
    case KEY_MAP:
        region_add(arguments, arg, state);
        return 0;
    case KEY_GUEST:
        arguments->request.guest = arg;
        return 0;
    case KEY_PROVENANCE:
        arguments->request.provenance = arg;
        return 0;
    case 'o':
        arguments->output = arg;
        return 0;
    case ARGP_KEY_ARG:
        trace_take_file(state, &arguments->path, arg);
        return 0;
    case ARGP_KEY_END:
        if (!arguments->path || !arguments->has_format || !arguments->output)
            argp_error(state, "FILE, --from and -o are needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"from", KEY_FROM, "FORMAT", 0,
     "kvmrec (binary records), trace-cmd (its report, or trace.dat) or perf (perf script)", 0},
    {"output", 'o', "OUT", 0, "Where to; - is standard output; a name in .zst is compressed", 0},
    {"map", KEY_MAP, "KIND:BASE+SIZE", 0,
     "A guest-physical range: ram, shared, rom or mmio; repeatable. If given, the ranges are the "
     "whole map; else it is inferred from what the hypervisor did",
     0},
    {"guest", KEY_GUEST, "NAME", 0, "The guest's name (default: the file's, up to the first dot)",
     0},
    {"provenance", KEY_PROVENANCE, "TEXT", 0,
     "Where the recording comes from: kernel, host, workload", 0},
    {0},
};

const struct argp trace_import_argp = {
    .options = options,
    .parser = arguments_parse,
    .args_doc = "FILE",
    .doc = "Examples:\n"
           "  cvmlab trace import --from kvmrec boot.rec.xz -o boot.cvmt.jsonl.zst\n"
           "  cvmlab trace import --from trace-cmd report.txt -o exits.cvmt.jsonl\n"
           "  cvmlab trace import --from kvmrec a.rec --map ram:0x80000000+0x8000000 -o -"
           "\v"
           "FILE is read twice, so it cannot be a pipe; plain and xz files are told by their "
           "content. Text reports "
           "have no registers: such a trace holds causes only.",
};

int trace_import_run(int argc, char **argv)
{
    struct import_arguments arguments = {.request.producer = "cvmlab " CVMLAB_VERSION};
    struct trace_target target = {.format = EXPORT_JSONL};
    struct diagnostic diag = {{0}};
    struct trace_header header;
    struct trace_reader *reader;

    cli_parse(&trace_import_argp, argc, argv, &arguments);
    target.path = arguments.output;
    reader = import_open(arguments.path, &arguments.request, &header, &diag);
    if (!reader)
        return cli_fail(STATUS_BAD_INPUT, &diag);
    return trace_copy(reader, &header, &target, "importing");
}
