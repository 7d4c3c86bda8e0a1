/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_options.c — the command line of `cvmlab net`. Read net.h first. */
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/net.h"

enum {
    KEY_KEYS = 0x300,
    KEY_MACHINE,
    KEY_QUEUES,
    KEY_POOL,
    KEY_COLD,
    KEY_LOOP,
    KEY_RATE,
    KEY_BURST_SIZE,
    KEY_WORK,
    KEY_COMPARE,
    KEY_LEDGER,
    KEY_LIST,
    KEY_JSON,
    KEY_SEED,
    POOL_LEAST = 3, /* as in a file of a path */
    POOL_MOST = 1 << 20,
    BURST_MOST = 1000 * 1000,
    WORK_MOST = 1000 * 1000 * 1000,
};

static const struct argp_option options[] = {
    {"path", 'p', "PATH", 0, "Data path: a name, its column in Table 1, or a file (default: folio)",
     0},
    {"app", 'a', "APP", 0, "Application in the guest (default: macswap)", 0},
    {"compare", KEY_COMPARE, "P1,P2,...", 0,
     "Several paths on the same packets, a column each; all: the ten of Table 1", 0},
    {"list", KEY_LIST, NULL, 0, "Show paths, applications, machines and shipped captures", 0},
    {"keys", KEY_KEYS, "FILE", 0, "Keys of ipsec (default: those of esp-aes-gcm)", 0},
    {"machine", KEY_MACHINE, "NAME", 0,
     "Machine of the modelled numbers: a name, or a file (default: generic-100g)", 0},
    {"queues", KEY_QUEUES, "N", 0, "Queues, each with a core of the guest (default: the path's)",
     0},
    {"pool", KEY_POOL, "N", 0, "Buffers of each pool (default: the path's)", 0},
    {"cold", KEY_COLD, NULL, 0, "Take buffers in turn (FIFO) from pools larger than the cache", 0},
    {"work", KEY_WORK, "NS", 0, "More work of the application per packet; modelled only", 0},
    {"rate", KEY_RATE, "PPS", 0, "Packets per second, instead of the capture's own times", 0},
    {"burst-size", KEY_BURST_SIZE, "N", 0, "With --rate: so many packets arrive at once", 0},
    {"loop", KEY_LOOP, "N", 0, "Measure too: play the capture N times as fast as this computer can",
     0},
    {"ledger", KEY_LEDGER, "FILE", 0, "Write the account of every packet, a JSON line each", 0},
    {"output", 'o', "OUT.pcapng", 0, "Write every packet at every hop; in .zst: compressed", 0},
    {"seed", KEY_SEED, "N", 0, "Seed of the memory's keys (default: 1)", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document", 0},
    {0},
};

static uint64_t number_parse(struct argp_state *state, const char *name, const char *text,
                             uint64_t least, uint64_t most)
{
    uint64_t number = strtoull(text, NULL, 10);

    if (!isdigit((unsigned char)*text) || strspn(text, "0123456789") != strlen(text) ||
        strlen(text) > 18 || number < least || number > most)
        argp_error(state, "--%s: '%s' is not a number from %" PRIu64 " to %" PRIu64, name, text,
                   least, most);
    return number;
}

/* Cuts the list at its commas; the names stay in it. */
static void compare_parse(struct argp_state *state, char *text, struct net_options *parsed)
{
    bool is_all = strcmp(text, "all") == 0;

    parsed->is_compared = true;
    parsed->path_count = 0;
    for (size_t i = 0; is_all && path_builtin(i); i++)
        parsed->path[parsed->path_count++] = path_builtin(i);
    for (char *at = is_all ? NULL : text; at;) {
        char *comma = strchr(at, ',');

        if (parsed->path_count == NET_SHOWN_MAX)
            argp_error(state, "--compare: more than %d paths", NET_SHOWN_MAX);
        if (comma)
            *comma++ = '\0';
        if (!*at)
            argp_error(state, "--compare: an empty name; expected paths separated by commas");
        parsed->path[parsed->path_count++] = at;
        at = comma;
    }
}

static void app_parse(struct argp_state *state, const char *name, struct net_options *parsed)
{
    char known[128] = "";

    parsed->app = app_find(name);
    for (size_t i = 0; app_kinds[i]; i++)
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", i ? ", " : "",
                 app_kinds[i]->name);
    if (!parsed->app)
        argp_error(state, "--app: unknown application '%s'; expected one of %s", name, known);
}

static bool is_stdout(const char *name)
{
    return name && strcmp(name, "-") == 0;
}

/* What does not go together. */
static void options_check(struct argp_state *state, const struct net_options *parsed)
{
    if (parsed->is_list)
        return;
    if (!parsed->capture)
        argp_error(state, "a CAPTURE is needed; --list shows those that are shipped");
    if (parsed->burst > 0 && parsed->rate == 0)
        argp_error(state, "--burst-size needs --rate");
    if (parsed->keys && !parsed->app->needs_keys)
        argp_error(state, "--keys: %s needs none", parsed->app->name);
    if (parsed->output && parsed->is_compared)
        argp_error(state, "-o shows the hops of one path; it cannot go with --compare");
    if (is_stdout(parsed->output) + is_stdout(parsed->ledger) + parsed->is_json > 1)
        argp_error(state, "only one of -o -, --ledger - and --json can have standard output");
    if (parsed->output && parsed->ledger && !is_stdout(parsed->output) &&
        strcmp(parsed->output, parsed->ledger) == 0)
        argp_error(state, "-o and --ledger cannot write the same file");
}

/* Options with a number. */
static error_t number_option_parse(int key, const char *arg, struct argp_state *state)
{
    struct net_options *parsed = state->input;

    switch (key) {
    case KEY_QUEUES:
        parsed->queues = number_parse(state, "queues", arg, 1, PATH_QUEUES_MAX);
        return 0;
    case KEY_POOL:
        parsed->pool = number_parse(state, "pool", arg, POOL_LEAST, POOL_MOST);
        return 0;
    case KEY_WORK:
        parsed->work_ns = number_parse(state, "work", arg, 0, WORK_MOST);
        return 0;
    case KEY_RATE:
        parsed->rate = number_parse(state, "rate", arg, 1, UINT64_C(1000000000000));
        return 0;
    case KEY_BURST_SIZE:
        parsed->burst = number_parse(state, "burst-size", arg, 1, BURST_MOST);
        return 0;
    case KEY_LOOP:
        parsed->loops = number_parse(state, "loop", arg, 1, NET_LOOPS_MAX);
        return 0;
    case KEY_SEED:
        parsed->seed = number_parse(state, "seed", arg, 0, UINT64_C(999999999999999999));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct net_options *parsed = state->input;

    switch (key) {
    case 'p':
        parsed->path[0] = arg;
        parsed->path_count = 1;
        parsed->is_compared = false;
        return 0;
    case KEY_COMPARE:
        compare_parse(state, arg, parsed);
        return 0;
    case 'a':
        app_parse(state, arg, parsed);
        return 0;
    case 'o':
        parsed->output = arg;
        return 0;
    case KEY_LEDGER:
        parsed->ledger = arg;
        return 0;
    case KEY_KEYS:
        parsed->keys = arg;
        return 0;
    case KEY_MACHINE:
        parsed->machine = arg;
        return 0;
    case KEY_COLD:
        parsed->is_cold = true;
        return 0;
    case KEY_LIST:
        parsed->is_list = true;
        return 0;
    case KEY_JSON:
        parsed->is_json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (parsed->capture)
            argp_error(state, "one CAPTURE is expected: '%s' is too many", arg);
        parsed->capture = arg;
        return 0;
    case ARGP_KEY_END:
        options_check(state, parsed);
        return 0;
    default:
        return number_option_parse(key, arg, state);
    }
}

const struct argp net_argp = {
    .options = options,
    .parser = option_parse,
    .args_doc = "CAPTURE",
    .doc = "Examples:\n"
           "  cvmlab net udp-sizes\n"
           "  cvmlab net esp-aes-gcm --app ipsec --path snp-sriov\n"
           "  cvmlab net tcp-bulk --compare folio,snp-tio-dpdk,snp-sriov --loop 20\n"
           "  cvmlab net mine.pcapng --path folio -o hops.pcapng --ledger ledger.jsonl"
           "\v"
           "CAPTURE is a file (pcap or pcapng, also in zstd), - for standard input, or the name of "
           "a shipped capture. Every packet is accounted for; every number is counted, modelled "
           "or, with --loop, measured, and says which. The default machine has a 100 Gb/s link, so "
           "that the core limits and paths differ; the paper's, epyc7313-82599, is limited by its "
           "link on most paths. Exit code 1: bytes arrived or left that are not those of the "
           "capture, or a shared byte was read twice. docs/NET.md explains each line.",
};

/* One line of the list; column: "" for a path that is not in Table 1. */
static void path_list(const char *name)
{
    struct diagnostic ignored;
    struct path path;

    if (path_open(&path, name, &ignored) == STATUS_OK)
        printf("  %-2s %-18s %s\n", path.column, path.name, path.title);
}

void net_options_list(void)
{
    struct diagnostic ignored;
    struct cost cost;

    printf("paths (--path, --compare), with their column of the paper's Table 1\n");
    for (size_t i = 0; path_builtin(i); i++)
        path_list(path_builtin(i));
    for (size_t i = 0; path_builtin_other(i); i++)
        path_list(path_builtin_other(i));
    printf("\napplications (--app)\n");
    for (size_t i = 0; app_kinds[i]; i++)
        printf("  %-21s %s\n", app_kinds[i]->name, app_kinds[i]->summary);
    printf("\nmachines (--machine)\n");
    for (size_t i = 0; cost_builtin(i); i++)
        if (cost_open(&cost, cost_builtin(i), &ignored) == STATUS_OK)
            printf("  %-21s %s\n", cost.name, cost.title);
    printf("\nshipped captures\n");
    net_captures_list();
}
