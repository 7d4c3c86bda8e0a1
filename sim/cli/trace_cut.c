/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/trace_cut.c — `cvmlab trace cut`. Read trace/cut.h first. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/trace.h"

enum { KEY_EXITS = 0x100 };

struct cut_arguments {
    const char *path;
    const char *output;
    struct cut cut;
    bool has_range;
};

/* Takes a decimal number off the text. */
static bool take_number(const char **at, uint64_t *value)
{
    char *end;

    if (!isdigit((unsigned char)**at))
        return false;
    errno = 0;
    *value = strtoull(*at, &end, 10);
    *at = end;
    return errno == 0;
}

/* "100..200" or "100". */
static bool range_parse(const char *text, struct cut *cut)
{
    if (!take_number(&text, &cut->first))
        return false;
    cut->last = cut->first;
    if (strncmp(text, "..", 2) == 0) {
        text += 2;
        if (!take_number(&text, &cut->last))
            return false;
    }
    return *text == '\0' && cut->first <= cut->last;
}

static error_t arguments_parse(int key, char *arg, struct argp_state *state)
{
    struct cut_arguments *arguments = state->input;

    switch (key) {
    case KEY_EXITS:
        if (!range_parse(arg, &arguments->cut))
            argp_error(state, "--exits: '%s' is not A..B with A not above B", arg);
        arguments->has_range = true;
        return 0;
    case 'o':
        arguments->output = arg;
        return 0;
    case ARGP_KEY_ARG:
        trace_take_file(state, &arguments->path, arg);
        return 0;
    case ARGP_KEY_END:
        if (!arguments->path || !arguments->has_range || !arguments->output)
            argp_error(state, "FILE, --exits and -o are needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"exits", KEY_EXITS, "A..B", 0, "Exits A to B, both included, counted from 0 over all vCPUs",
     0},
    {"output", 'o', "OUT", 0, "Where to; - is standard output; a name in .zst is compressed", 0},
    {0},
};

const struct argp trace_cut_argp = {
    .options = options,
    .parser = arguments_parse,
    .args_doc = "FILE",
    .doc =
        "Examples:\n"
        "  cvmlab trace cut --exits 100..200 boot.cvmt.jsonl.zst -o part.cvmt.jsonl\n"
        "  cvmlab trace cut --exits 5000 traces/boot-pci-smp2.cvmt.jsonl.zst -o -\n"
        "  cvmlab trace cut --exits 0..9999 big.cvmt.jsonl.zst -o small.cvmt.jsonl.zst"
        "\v"
        "Each exit is taken with what answered it, up to the resume on its vCPU. The result is a "
        "trace of its own, "
        "numbered from 0.",
};

/* Says in the provenance which exits these were; it is left as it is if that does not fit. */
static void header_mark(struct trace_header *header, const struct cut *cut)
{
    char *text = header->provenance;
    size_t used = strlen(text), room = sizeof header->provenance - used;
    int size = snprintf(text + used, room, "%sexits %" PRIu64 "..%" PRIu64 " only",
                        used ? "; " : "", cut->first, cut->last);

    if (size < 0 || (size_t)size >= room)
        text[used] = '\0';
}

int trace_cut_run(int argc, char **argv)
{
    struct cut_arguments arguments = {0};
    struct trace_target target = {.format = EXPORT_JSONL, .cut = &arguments.cut};
    struct diagnostic diag = {{0}};
    struct trace_header header;
    struct trace_reader *reader;

    cli_parse(&trace_cut_argp, argc, argv, &arguments);
    target.path = arguments.output;
    target.cut_from = arguments.path;
    reader = trace_open(arguments.path, &diag);
    if (!reader)
        return cli_fail(STATUS_BAD_INPUT, &diag);
    header = *trace_header(reader);
    header_mark(&header, &arguments.cut);
    return trace_copy(reader, &header, &target, "cutting");
}
