/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/trace_diff.c — `cvmlab trace diff`. Read trace/diff.h first. Each file is read twice: to
 * compare, and to show. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/trace.h"
#include "trace/diff.h"

enum { KEY_MAX = 0x100, SHOWN_DEFAULT = 20, SHOWN_MAX = 100000 };

struct diff_arguments {
    const char *path[2];
    unsigned paths;
    unsigned shown_max;
};

/* Both traces. */
struct diff_run {
    const char *const *path;
    struct diff_side side[2];
    struct trace_header header[2];
    struct diff_pick *pick[2]; /* place i of both: the i-th exit that differs */
    size_t picks;
};

static error_t arguments_parse(int key, char *arg, struct argp_state *state)
{
    struct diff_arguments *arguments = state->input;

    switch (key) {
    case KEY_MAX:
        if (!isdigit((unsigned char)*arg) || strspn(arg, "0123456789") != strlen(arg) ||
            strlen(arg) > 6 || atoi(arg) > SHOWN_MAX)
            argp_error(state, "--max: '%s' is not a number from 0 to %d", arg, SHOWN_MAX);
        arguments->shown_max = (unsigned)atoi(arg);
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->paths == 2)
            argp_error(state, "more than two files: '%s'", arg);
        arguments->path[arguments->paths++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (arguments->paths < 2)
            argp_error(state, "two files are needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"max", KEY_MAX, "N", 0,
     "Show at most N exits of each kind of difference (default 20); all are counted", 0},
    {0},
};

const struct argp trace_diff_argp = {
    .options = options,
    .parser = arguments_parse,
    .args_doc = "A B",
    .doc = "Examples:\n"
           "  cvmlab trace diff before.cvmt.jsonl.zst after.cvmt.jsonl.zst\n"
           "  cvmlab trace diff --max 3 a.cvmt.jsonl b.cvmt.jsonl\n"
           "  cvmlab trace diff recording.rec.xz recording.cvmt.jsonl.zst"
           "\v"
           "Exits are aligned by vCPU, cause and ordinal. Registers of the exit and of what "
           "answered it are compared; "
           "times, names and what only a KVM recording has are not. Exit code 0: the same; 1: "
           "different.",
};

/* Reads one trace for comparison. */
static enum status side_read(struct diff_run *run, unsigned which, struct diagnostic *diag)
{
    struct trace_reader *reader = trace_open(run->path[which], diag);
    enum status st;

    if (!reader)
        return STATUS_BAD_INPUT;
    run->header[which] = *trace_header(reader);
    st = diff_read(&run->side[which], reader, diag);
    trace_close(reader);
    return st;
}

static unsigned header_differs(const char *what, uint64_t a, uint64_t b)
{
    if (a == b)
        return 0;
    printf("header: %s 0x%" PRIx64 " | 0x%" PRIx64 "\n", what, a, b);
    return 1;
}

static bool map_differs(const struct trace_header *a, const struct trace_header *b)
{
    if (a->region_count != b->region_count)
        return true;
    for (uint32_t i = 0; i < a->region_count; i++)
        if (a->region[i].base.v != b->region[i].base.v ||
            a->region[i].size_bytes != b->region[i].size_bytes ||
            a->region[i].kind != b->region[i].kind)
            return true;
    return false;
}

/* What a header says about the guest; names and provenance do not count. */
static unsigned headers_show(const struct trace_header *a, const struct trace_header *b)
{
    unsigned differences = header_differs("vcpus", a->vcpus, b->vcpus) +
                           header_differs("hvip_allow", a->hvip_allow, b->hvip_allow) +
                           header_differs("completeness", a->completeness, b->completeness);

    if (map_differs(a, b)) {
        printf("header: the maps differ (cvmlab trace info shows them)\n");
        differences++;
    }
    return differences;
}

static void exit_print(const struct diff_exit *exit)
{
    const char *name = cause_name(exit->scause);

    printf("cpu %" PRIu32 " ", exit->cpu);
    if (name)
        printf("%s", name);
    else
        printf("scause 0x%" PRIx64, exit->scause);
    printf(" #%" PRIu64, exit->ordinal);
}

static unsigned part_print(const char *name, const uint64_t a[DIFF_VALUES],
                           const uint64_t b[DIFF_VALUES])
{
    unsigned differences = 0;

    for (unsigned i = 0; i < DIFF_VALUES; i++) {
        if (a[i] == b[i])
            continue;
        printf("    %-7s %-10s 0x%" PRIx64 " | 0x%" PRIx64 "\n", name, diff_value_name(i), a[i],
               b[i]);
        differences++;
    }
    return differences;
}

static void pick_print(const struct diff_pick *a, const struct diff_pick *b)
{
    static const char *const name[DIFF_PARTS] = {"exit", "vmm", "resume"};
    unsigned differences = 0;

    for (unsigned part = 0; part < DIFF_PARTS; part++)
        differences += part_print(name[part], a->value[part], b->value[part]);
    if (differences == 0 || a->vmm_count != b->vmm_count)
        printf("    answer  returns to user space: %" PRIu32 " | %" PRIu32 "\n", a->vmm_count,
               b->vmm_count);
}

/* Collects the first exits that differ, of both sides, and fetches them. */
static enum status picks_fetch(struct diff_run *run, unsigned shown_max, struct diagnostic *diag)
{
    const struct diff_side *side = &run->side[0];
    enum status st = STATUS_OK;

    for (unsigned which = 0; which < 2; which++) {
        run->pick[which] = calloc((size_t)shown_max + 1, sizeof *run->pick[which]);
        if (!run->pick[which])
            return diagnostic_set(diag, STATUS_IO, "diff", 0, 0, "out of memory");
    }
    for (size_t i = 0; i < side->count && run->picks < shown_max; i++)
        if (side->exit[i].differs) {
            run->pick[0][run->picks].number = side->exit[i].number;
            run->pick[1][run->picks++].number = side->exit[i].peer;
        }
    for (unsigned which = 0; which < 2 && st == STATUS_OK && run->picks > 0; which++) {
        struct trace_reader *reader = trace_open(run->path[which], diag);

        if (!reader)
            return STATUS_BAD_INPUT;
        st = diff_pick_read(run->pick[which], run->picks, reader, diag);
        trace_close(reader);
    }
    return st;
}

static void picks_print(const struct diff_run *run)
{
    for (size_t i = 0; i < run->picks; i++) {
        const struct diff_pick *a = &run->pick[0][i], *b = &run->pick[1][i];

        printf("exit %" PRIu64 " | %" PRIu64 " (events %" PRIu64 " | %" PRIu64 "): ", a->number,
               b->number, run->side[0].exit[a->number].event, run->side[1].exit[b->number].event);
        exit_print(&run->side[0].exit[a->number]);
        putchar('\n');
        pick_print(a, b);
    }
}

static void alone_print(const struct diff_run *run, unsigned which, unsigned shown_max)
{
    const struct diff_side *side = &run->side[which];

    for (size_t i = 0; i < side->count && shown_max > 0; i++) {
        if (side->exit[i].peer != DIFF_ALONE)
            continue;
        printf("only in %s: exit %" PRIu64 " (event %" PRIu64 "): ", run->path[which],
               side->exit[i].number, side->exit[i].event);
        exit_print(&side->exit[i]);
        putchar('\n');
        shown_max--;
    }
}

static enum status traces_compare(struct diff_run *run, unsigned shown_max, bool *differ,
                                  struct diagnostic *diag)
{
    struct diff_totals totals;
    unsigned headers;
    enum status st = side_read(run, 0, diag);

    if (st == STATUS_OK)
        st = side_read(run, 1, diag);
    if (st != STATUS_OK)
        return st;
    totals = diff_align(&run->side[0], &run->side[1]);
    st = picks_fetch(run, shown_max, diag);
    if (st != STATUS_OK)
        return st;
    headers = headers_show(&run->header[0], &run->header[1]);
    picks_print(run);
    alone_print(run, 0, shown_max);
    alone_print(run, 1, shown_max);
    printf("%" PRIu64 " exits compared: %" PRIu64 " differ, %" PRIu64 " only in the first, %" PRIu64
           " only in the second\n",
           totals.aligned, totals.different, totals.alone[0], totals.alone[1]);
    *differ = headers > 0 || totals.different > 0 || totals.alone[0] > 0 || totals.alone[1] > 0;
    return STATUS_OK;
}

int trace_diff_run(int argc, char **argv)
{
    struct diff_arguments arguments = {.shown_max = SHOWN_DEFAULT};
    struct diagnostic diag = {{0}};
    struct diff_run *run;
    bool differ = false;
    enum status st;

    cli_parse(&trace_diff_argp, argc, argv, &arguments);
    run = calloc(1, sizeof *run);
    if (!run) {
        (void)diagnostic_set(&diag, STATUS_IO, "diff", 0, 0, "out of memory");
        return cli_fail(STATUS_IO, &diag);
    }
    run->path = arguments.path;
    st = traces_compare(run, arguments.shown_max, &differ, &diag);
    for (unsigned which = 0; which < 2; which++) {
        diff_free(&run->side[which]);
        free(run->pick[which]);
    }
    free(run);
    if (st != STATUS_OK)
        return cli_fail(st, &diag);
    return differ ? CLI_FINDING : CLI_OK;
}
