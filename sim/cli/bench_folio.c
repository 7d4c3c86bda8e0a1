/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_folio.c — `cvmlab bench folio`: what one copy per packet costs, measured here and
 * modelled, and what the paper says of it. Read bench_folio.h first. */
#include "cli/bench_folio.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/crypto.h"
#include "net/workload.h"

enum {
    KEY_MODELLED = 0x200,
    KEY_SIZES,
    KEY_PATHS,
    KEY_APPS,
    KEY_PLOT,
    KEY_MACHINE,
    KEY_CLAIMS,
    KEY_CLAIM,
    KEY_CRYPTO
};

#define SHIPPED_KEYS    "traces/packets/esp-keys.json"
#define DEFAULT_MACHINE "generic-100g"

static const struct argp_option options[] = {
    {"sizes", KEY_SIZES, "LIST", 0, "Frame sizes in bytes, separated by commas, ascending", 0},
    {"paths", KEY_PATHS, "LIST", 0,
     "Paths to measure, losses against the first (default: those that move bytes)", 0},
    {"apps", KEY_APPS, "LIST", 0, "Applications to measure (default: macswap,ipsec)", 0},
    {"crypto", KEY_CRYPTO, "NAME", 0,
     "Who encrypts when ipsec is measured: openssl or ipsec-mb (default: the faster one)", 0},
    {"machine", KEY_MACHINE, "NAME", 0,
     "Machine of the modelled tables: a name, or a file (default: generic-100g)", 0},
    {"modelled", KEY_MODELLED, NULL, 0, "Measure nothing: the same bytes on every computer", 0},
    {"plot", KEY_PLOT, "FILE.svg", 0, "Draw the crossover", 0},
    {"claims", KEY_CLAIMS, "FILE", 0, "Claims to check (default: the paper's)", 0},
    {"claim", KEY_CLAIM, "ID", 0, "Check this claim only", 0},
    {0},
};

/* Cuts text at its commas; the words stay in it. */
static void words_parse(struct argp_state *state, const char *option, char *text, const char **word,
                        size_t most, size_t *count)
{
    *count = 0;
    for (char *at = text; at; (*count)++) {
        char *comma = strchr(at, ',');

        if (*count == most)
            argp_error(state, "--%s: more than %zu words", option, most);
        if (comma)
            *comma++ = '\0';
        if (!*at)
            argp_error(state, "--%s: an empty word; expected words separated by commas", option);
        word[*count] = at;
        at = comma;
    }
}

static void sizes_parse(struct argp_state *state, char *text, struct folio_bench_options *parsed)
{
    const char *word[FOLIO_BENCH_SIZES];
    uint32_t last = 0;

    words_parse(state, "sizes", text, word, FOLIO_BENCH_SIZES, &parsed->size_count);
    for (size_t i = 0; i < parsed->size_count; i++) {
        char *end;
        unsigned long size;

        errno = 0;
        size = strtoul(word[i], &end, 10);
        if (errno || *end || word[i][0] == '-' || size < WORKLOAD_FRAME_BYTES_MIN ||
            size > WORKLOAD_FRAME_BYTES_MAX || size <= last)
            argp_error(state, "--sizes: '%s' is not a size from %d to %d above the one before it",
                       word[i], WORKLOAD_FRAME_BYTES_MIN, WORKLOAD_FRAME_BYTES_MAX);
        parsed->size[i] = last = (uint32_t)size;
    }
}

static bool path_is_file(const char *name)
{
    const char *end = strrchr(name, '.');

    return strchr(name, '/') || (end && strcmp(end, ".json") == 0);
}

static bool path_is_moving(const char *name)
{
    for (const char *const *moving = folio_bench_moving; *moving; moving++)
        if (strcmp(*moving, name) == 0)
            return true;
    return false;
}

static void names_check(struct argp_state *state, const struct folio_bench_options *parsed)
{
    enum aead_library library;

    if (!aead_library_find(parsed->crypto, &library))
        argp_error(state, "--crypto: no library '%s' here; expected openssl%s", parsed->crypto,
                   aead_library_is_there(AEAD_IPSEC_MB) ? " or ipsec-mb" : "");
    for (size_t i = 0; i < parsed->app_count; i++)
        if (!app_find(parsed->app[i]))
            argp_error(state, "--apps: unknown application '%s'", parsed->app[i]);
    for (size_t i = 0; i < parsed->path_count; i++)
        if (!path_is_file(parsed->path[i]) && !path_is_moving(parsed->path[i]))
            argp_error(state,
                       "--paths: '%s' cannot be measured; expected snp-tio-dpdk, plain-dpdk, "
                       "folio, snp-sriov, folio-single-fetch, folio-header-only, "
                       "folio-egress-guard or a file of a path",
                       parsed->path[i]);
    if (parsed->bench.check && (parsed->is_modelled_only || parsed->claim))
        argp_error(state, "--check is about what is measured, and %s measures nothing",
                   parsed->claim ? "--claim" : "--modelled");
}

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct folio_bench_options *parsed = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &parsed->bench;
        return 0;
    case KEY_SIZES:
        sizes_parse(state, arg, parsed);
        return 0;
    case KEY_PATHS:
        words_parse(state, "paths", arg, parsed->path, FOLIO_BENCH_PATHS, &parsed->path_count);
        return 0;
    case KEY_APPS:
        words_parse(state, "apps", arg, parsed->app, FOLIO_BENCH_APPS, &parsed->app_count);
        return 0;
    case KEY_MACHINE:
        parsed->machine = arg;
        return 0;
    case KEY_CRYPTO:
        parsed->crypto = arg;
        return 0;
    case KEY_MODELLED:
        parsed->is_modelled_only = true;
        return 0;
    case KEY_PLOT:
        parsed->plot = arg;
        return 0;
    case KEY_CLAIMS:
        parsed->claims = arg;
        return 0;
    case KEY_CLAIM:
        parsed->claim = arg;
        return 0;
    case ARGP_KEY_END:
        names_check(state, parsed);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{.argp = &bench_options_argp}, {0}};

const struct argp bench_folio_argp = {
    .options = options,
    .parser = option_parse,
    .children = children,
    .doc = "Examples:\n"
           "  cvmlab bench folio\n"
           "  cvmlab bench folio --modelled --plot folio-crossover.svg\n"
           "  cvmlab bench folio --claim fig6-100-ratio\n"
           "  cvmlab bench folio --apps ipsec --sizes 64,1500 --repeat 20 --check\n"
           "\vThe second draws the headline plot. docs/FOLIO.md says what the paper says and what "
           "we get, docs/PERFORMANCE.md what is measured.",
};

static void defaults_set(struct folio_bench_options *parsed)
{
    static const uint32_t sizes[] = {64, 128, 256, 512, 1024, 1500, 4096, 9000};
    static const char *const apps[] = {"macswap", "ipsec"};

    parsed->bench.repetitions = BENCH_REPEAT_DEFAULT;
    parsed->machine = DEFAULT_MACHINE;
    parsed->crypto = aead_library_name(aead_library_default());
    memcpy(parsed->size, sizes, sizeof sizes);
    parsed->size_count = sizeof sizes / sizeof *sizes;
    memcpy(parsed->app, apps, sizeof apps);
    parsed->app_count = sizeof apps / sizeof *apps;
}

/* Files first: nobody waits for a measurement and is then told of a wrong name. */
static enum status bench_all(struct folio_bench *bench, struct diagnostic *diag)
{
    struct folio_bench_options *parsed = &bench->options;
    struct cli_progress progress = {0};
    enum status status = claims_open(&bench->claims, parsed->claims, diag);

    if (status == STATUS_OK)
        status = shipped_find(SHIPPED_KEYS, parsed->keys, diag);
    if (status == STATUS_OK && parsed->claim)
        return folio_bench_claims(bench, diag);
    if (status == STATUS_OK)
        status = cost_open(&bench->cost, parsed->machine, diag);
    if (status == STATUS_OK && parsed->plot)
        status = folio_bench_plot(bench, diag);
    if (status == STATUS_OK)
        status = folio_bench_model(bench, diag);
    if (status != STATUS_OK || parsed->is_modelled_only)
        return status;
    if (!parsed->bench.json)
        cli_progress_start(&progress, "bench", folio_bench_steps(bench));
    status = folio_bench_measure(bench, &progress, diag);
    cli_progress_end(&progress);
    return status;
}

static int bench_show(const struct folio_bench *bench)
{
    const struct folio_bench_options *parsed = &bench->options;

    if (parsed->bench.json) {
        if (folio_bench_json(bench) != STATUS_OK)
            return CLI_ENVIRONMENT;
    } else if (parsed->claim) {
        folio_bench_print_claims(bench);
    } else {
        folio_bench_print(bench);
    }
    return parsed->bench.check && !folio_bench_targets(bench, false) ? CLI_FINDING : CLI_OK;
}

int bench_folio_run(int argc, char **argv)
{
    struct folio_bench *bench = calloc(1, sizeof *bench);
    struct diagnostic diag;
    enum status status;
    int code;

    if (!bench)
        return CLI_ENVIRONMENT;
    defaults_set(&bench->options);
    cli_parse(&bench_folio_argp, argc, argv, &bench->options);
    status = bench_all(bench, &diag);
    code = status == STATUS_OK ? bench_show(bench) : cli_fail(status, &diag);
    claims_free(&bench->claims);
    free(bench->claimed);
    free(bench);
    return code;
}
