/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/trace_info.c — `cvmlab trace info` of recorded exits; packet captures are handed to
 * trace_capture.c. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/trace.h"
#include "trace/packet_in.h"

enum { KEY_JSON = 0x100, CODES = 64, EVENT_TYPES = TRACE_NOTE + 1 };

struct info_arguments {
    const char *path;
    bool wants_json;
};

/* What is counted over the events. */
struct info_counts {
    uint64_t events[EVENT_TYPES];
    uint64_t cause[2][CODES]; /* synchronous, interrupt; by code */
    uint64_t other_causes;    /* codes beyond */
    uint64_t with_insn;       /* exits whose instruction is known */
    uint64_t live;            /* exits whose vs* CSRs are those of the moment */
    uint64_t first_t, last_t;
};

static error_t arguments_parse(int key, char *arg, struct argp_state *state)
{
    struct info_arguments *arguments = state->input;

    switch (key) {
    case KEY_JSON:
        arguments->wants_json = true;
        return 0;
    case ARGP_KEY_ARG:
        trace_take_file(state, &arguments->path, arg);
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

const struct argp trace_info_argp = {
    .options = options,
    .parser = arguments_parse,
    .args_doc = "FILE",
    .doc = "Examples:\n"
           "  cvmlab trace info traces/boot-pci-smp2.cvmt.jsonl.zst\n"
           "  cvmlab trace info my-recording.rec.xz\n"
           "  cvmlab trace info traces/packets/http.pcap.zst\n"
           "  cvmlab trace info --json boot.cvmt.jsonl.zst | jq .exits_by_cause"
           "\v"
           "FILE is a trace, a kvmrec recording, or a capture of packets (pcap or pcapng, plain or "
           "zstd).",
};

static void exit_count(struct info_counts *counts, const struct trace_event *event)
{
    uint64_t code = event->trap.scause & ~SCAUSE_INTERRUPT;

    if (code < CODES)
        counts->cause[(event->trap.scause & SCAUSE_INTERRUPT) != 0][code]++;
    else
        counts->other_causes++;
    counts->with_insn += (event->known & TRACE_KNOWS_INSN) != 0;
    counts->live += (event->known & TRACE_VS_LIVE) != 0;
}

static enum status events_count(struct info_counts *counts, struct trace_reader *reader,
                                struct diagnostic *diag)
{
    const struct trace_event *event;
    enum status st;
    bool is_first = true;

    while ((st = trace_next(reader, &event, diag)) == STATUS_OK) {
        counts->events[event->type]++;
        if (event->type == TRACE_EXIT)
            exit_count(counts, event);
        if (is_first || event->t < counts->first_t)
            counts->first_t = event->t;
        if (event->t > counts->last_t)
            counts->last_t = event->t;
        is_first = false;
    }
    return st == STATUS_END ? STATUS_OK : st;
}

static uint64_t events_total(const struct info_counts *counts)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < EVENT_TYPES; i++)
        total += counts->events[i];
    return total;
}

static double seconds_total(const struct info_counts *counts)
{
    return (double)(counts->last_t - counts->first_t) / 1e9;
}

static uint64_t code_scause(unsigned interrupt, unsigned code)
{
    return code | (interrupt ? SCAUSE_INTERRUPT : 0);
}

static const char *completeness_name(enum trace_completeness completeness)
{
    switch (completeness) {
    case TRACE_FULL:
        return "full";
    case TRACE_MIXED:
        return "mixed";
    case TRACE_CAUSES_ONLY:
        return "causes-only";
    }
    return "";
}

static const char *kind_name(enum region_kind kind)
{
    static const char *const name[] = {"none", "ram", "shared", "rom", "mmio"};

    return name[kind];
}

static void text_print_causes(const struct info_counts *counts)
{
    for (unsigned interrupt = 0; interrupt < 2; interrupt++)
        for (unsigned code = 0; code < CODES; code++) {
            uint64_t count = counts->cause[interrupt][code];
            const char *name = cause_name(code_scause(interrupt, code));

            if (count > 0 && name)
                printf("  %10" PRIu64 "  %s\n", count, name);
            else if (count > 0)
                printf("  %10" PRIu64 "  scause 0x%" PRIx64 "\n", count,
                       code_scause(interrupt, code));
        }
    if (counts->other_causes > 0)
        printf("  %10" PRIu64 "  other\n", counts->other_causes);
}

static void text_print_map(const struct trace_header *header)
{
    printf("map         %" PRIu32 " ranges, %s\n", header->region_count,
           header->region_inferred ? "inferred" : "stated");
    for (uint32_t i = 0; i < header->region_count; i++)
        printf("  0x%010" PRIx64 " + 0x%08" PRIx64 "  %s\n", header->region[i].base.v,
               header->region[i].size_bytes, kind_name(header->region[i].kind));
}

static void text_print(const struct trace_header *header, const struct info_counts *counts)
{
    printf("guest       %s\n", header->guest_name);
    if (header->source_name[0])
        printf("source      %s (%s), sha384 %.16s...\n", header->source_name, header->source_format,
               header->source_sha384);
    if (header->provenance[0])
        printf("provenance  %s\n", header->provenance);
    printf("producer    %s, format %" PRIu32 ".%" PRIu32 ", %s\n", header->producer, header->major,
           header->minor, completeness_name(header->completeness));
    printf("vcpus       %" PRIu32 "\n", header->vcpus);
    printf("interrupts  hvip 0x%" PRIx64 "\n", header->hvip_allow);
    printf("seconds     %.3f\n", seconds_total(counts));
    text_print_map(header);
    printf("events      %" PRIu64 ": %" PRIu64 " exits, %" PRIu64 " resumes, %" PRIu64
           " returns to user space, %" PRIu64 " notes\n",
           events_total(counts), counts->events[TRACE_EXIT], counts->events[TRACE_RESUME],
           counts->events[TRACE_VMM], counts->events[TRACE_NOTE]);
    printf("exits       %" PRIu64 " with their instruction, %" PRIu64 " with live CSRs\n",
           counts->with_insn, counts->live);
    text_print_causes(counts);
}

static json_t *hex_json(uint64_t value)
{
    return json_sprintf("0x%" PRIx64, value);
}

static json_t *json_causes(const struct info_counts *counts)
{
    json_t *causes = json_object();

    for (unsigned interrupt = 0; interrupt < 2; interrupt++)
        for (unsigned code = 0; code < CODES; code++) {
            uint64_t count = counts->cause[interrupt][code], scause = code_scause(interrupt, code);
            const char *name = cause_name(scause);
            char number[32];

            snprintf(number, sizeof number, "0x%" PRIx64, scause);
            if (count > 0)
                json_object_set_new(causes, name ? name : number, json_integer((json_int_t)count));
        }
    if (counts->other_causes > 0)
        json_object_set_new(causes, "other", json_integer((json_int_t)counts->other_causes));
    return causes;
}

static json_t *json_map(const struct trace_header *header)
{
    json_t *map = json_array();

    for (uint32_t i = 0; i < header->region_count; i++)
        json_array_append_new(map, json_pack("{s:o, s:o, s:s}", "base",
                                             hex_json(header->region[i].base.v), "size",
                                             hex_json(header->region[i].size_bytes), "kind",
                                             kind_name(header->region[i].kind)));
    return map;
}

static int json_print(const struct trace_header *header, const struct info_counts *counts)
{
    json_t *document = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:b, s:o, s:f, s:I, s:I, s:I, "
        "s:I, s:I, s:I, s:I, s:o}",
        "schema", "cvmlab-trace-info", "version", "1.0", "guest", header->guest_name, "producer",
        header->producer, "provenance", header->provenance, "completeness",
        completeness_name(header->completeness), "source", header->source_name, "source_format",
        header->source_format, "source_sha384", header->source_sha384, "vcpus",
        (json_int_t)header->vcpus, "map", json_map(header), "map_inferred",
        (int)header->region_inferred, "hvip_allow", hex_json(header->hvip_allow), "seconds",
        seconds_total(counts), "events", (json_int_t)events_total(counts), "exits",
        (json_int_t)counts->events[TRACE_EXIT], "resumes", (json_int_t)counts->events[TRACE_RESUME],
        "vmm", (json_int_t)counts->events[TRACE_VMM], "notes",
        (json_int_t)counts->events[TRACE_NOTE], "exits_with_insn", (json_int_t)counts->with_insn,
        "exits_live", (json_int_t)counts->live, "exits_by_cause", json_causes(counts));

    return cli_json_print(document);
}

/* By content; a name counts only where the content says nothing, for the message. */
static bool file_is_capture(const char *path)
{
    return packet_capture_matches(path) || strstr(path, ".pcap") != NULL;
}

int trace_info_run(int argc, char **argv)
{
    struct info_arguments arguments = {0};
    struct info_counts counts = {0};
    struct diagnostic diag = {{0}};
    struct trace_reader *reader;
    enum status st;
    int code = CLI_OK;

    cli_parse(&trace_info_argp, argc, argv, &arguments);
    if (file_is_capture(arguments.path))
        return trace_capture_info(arguments.path, arguments.wants_json);
    reader = trace_open(arguments.path, &diag);
    if (!reader)
        return cli_fail(STATUS_BAD_INPUT, &diag);
    st = events_count(&counts, reader, &diag);
    if (st != STATUS_OK)
        code = cli_fail(st, &diag);
    else if (arguments.wants_json)
        code = json_print(trace_header(reader), &counts);
    else
        text_print(trace_header(reader), &counts);
    trace_close(reader);
    return code;
}
