/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_memory.c — `cvmlab bench memory`: how fast the encrypted memory is, and what it
 * costs. The measuring is in replay/bench_memory.c. */
#include "cli/bench_memory.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/bench_row.h"
#include "replay/bench_memory.h"

enum {
    DOOR_COUNT = 512 * BENCH_ROUND,
    RMP_COUNT = 128 * BENCH_ROUND,
    VIEW_PAGES = 2 * BENCH_ROUND,
    ORACLE_PAGES = BENCH_ROUND / 16,
    SMALL_PAGES = 1024,
    TOUCHED_PAGES = 32 * 1024
};
#define METADATA_SHARE_MAX 0.01

/* The tables of the output. */
static const struct {
    const char *title;
    enum memory_series first, last;
} tables[] = {
    {"door, answers/s", DOOR_GUEST_READ, DOOR_HOST_VIEW},
    {"RMP, operations/s", RMP_SERIES_UPDATE, RMP_SERIES_PVALIDATE},
    {"4 KiB of ciphertext, us", PAGE_VIEW, PAGE_ORACLE},
};

enum { TABLE_COUNT = sizeof tables / sizeof tables[0] };

static const struct bench_row rows[MEMORY_SERIES_COUNT] = {
    [DOOR_GUEST_READ] = {"door_guest_read", "guest reads its page", "answers/s", 50e6, false, 0},
    [DOOR_GUEST_WRITE] = {"door_guest_write", "guest writes its page", "answers/s", 50e6, false, 0},
    [DOOR_GUEST_FETCH] = {"door_guest_fetch", "guest fetches from it", "answers/s", 50e6, false, 0},
    [DOOR_HOST_READ] = {"door_host_read", "host reads shared", "answers/s", 50e6, false, 0},
    [DOOR_HOST_WRITE] = {"door_host_write", "host writes shared", "answers/s", 50e6, false, 0},
    [DOOR_DEVICE_WRITE] = {"door_device_write", "device writes shared", "answers/s", 50e6, false,
                           0},
    [DOOR_HOST_VIEW] = {"door_host_view", "host reads known ciphertext", "answers/s", 50e6, false,
                        0},
    [RMP_SERIES_UPDATE] = {"rmpupdate", "RMPUPDATE", "operations/s", 5e6, false, 0},
    [RMP_SERIES_PVALIDATE] = {"pvalidate", "PVALIDATE", "operations/s", 5e6, false, 0},
    [PAGE_VIEW] = {"page_view", "always another page", "us", 1.5, true, 3},
    [PAGE_AGAIN] = {"page_again", "one page, changed each time", "us", 1.5, true, 3},
    [PAGE_ORACLE] = {"page_oracle", "by EVP's XTS", "us", 0, true, 3},
};

static const struct bench_row ratio_row = {
    "oracle_to_view", "EVP's XTS / another page", NULL, 0, false, 2};

struct result {
    struct bench_options options;
    struct bench_spread spread[MEMORY_SERIES_COUNT], ratio;
    struct memory_footprint small, large;
};

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct result *result = state->input;

    (void)arg;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = &result->options;
    return 0;
}

static const struct argp_child children[] = {{.argp = &bench_options_argp}, {0}};

const struct argp bench_memory_argp = {
    .parser = option_parse,
    .children = children,
    .doc = "Examples:\n"
           "  cvmlab bench memory\n"
           "  cvmlab bench memory --repeat 20 --check\n"
           "\vA machine of 4 GiB with one SNP guest. docs/PERFORMANCE.md says what the numbers "
           "mean.",
};

static bool series_is_time(enum memory_series series)
{
    return series >= PAGE_VIEW;
}

static uint64_t series_count(enum memory_series series)
{
    if (series == PAGE_ORACLE)
        return ORACLE_PAGES;
    if (series >= PAGE_VIEW)
        return VIEW_PAGES;
    return series < RMP_SERIES_UPDATE ? DOOR_COUNT : RMP_COUNT;
}

/* The value of each series once: a rate, or the time of one in microseconds. */
static enum status repetition_run(struct memory_bench *bench, double value[MEMORY_SERIES_COUNT])
{
    enum status st = STATUS_OK;

    for (unsigned i = 0; i < MEMORY_SERIES_COUNT && st == STATUS_OK; i++) {
        double count = (double)series_count((enum memory_series)i), seconds;

        st = memory_bench_run(bench, (enum memory_series)i, series_count((enum memory_series)i),
                              &seconds);
        if (st == STATUS_OK && seconds > 0)
            value[i] =
                series_is_time((enum memory_series)i) ? seconds * 1e6 / count : count / seconds;
    }
    return st;
}

static enum status repetitions_run(struct memory_bench *bench, struct result *result,
                                   struct cli_progress *progress)
{
    double(*value)[BENCH_REPEAT_MAX] = calloc(MEMORY_SERIES_COUNT + 1, sizeof *value);
    double *ratio = value ? value[MEMORY_SERIES_COUNT] : NULL, once[MEMORY_SERIES_COUNT] = {0};
    unsigned repetitions = result->options.repetitions;
    enum status st = value ? STATUS_OK : STATUS_IO;

    for (unsigned n = 0; n < repetitions && st == STATUS_OK; n++) {
        st = repetition_run(bench, once);
        for (unsigned i = 0; i < MEMORY_SERIES_COUNT; i++)
            value[i][n] = once[i];
        ratio[n] = once[PAGE_VIEW] > 0 ? once[PAGE_ORACLE] / once[PAGE_VIEW] : 0;
        cli_progress_update(progress, n + 1);
    }
    for (unsigned i = 0; i < MEMORY_SERIES_COUNT && st == STATUS_OK; i++)
        result->spread[i] = bench_spread_of(value[i], repetitions);
    if (st == STATUS_OK)
        result->ratio = bench_spread_of(ratio, repetitions);
    free(value);
    return st;
}

/* The footprint first: later the process has pages to spare. The small machine is the warm-up of
 * the large one. */
static enum status measure(struct result *result, struct cli_progress *progress)
{
    struct memory_bench *bench;
    enum status st = memory_bench_footprint(SMALL_PAGES, SMALL_PAGES, &result->small);

    if (st == STATUS_OK)
        st = memory_bench_footprint(SMALL_PAGES, SMALL_PAGES, &result->small);
    if (st == STATUS_OK)
        st = memory_bench_footprint(BENCH_MACHINE_PAGES, TOUCHED_PAGES, &result->large);
    if (st != STATUS_OK)
        return st;
    bench = memory_bench_create();
    st = bench ? repetitions_run(bench, result, progress) : STATUS_IO;
    memory_bench_destroy(bench);
    return st;
}

static bool targets_met(const struct result *result)
{
    for (unsigned i = 0; i < MEMORY_SERIES_COUNT; i++)
        if (!bench_row_met(&rows[i], &result->spread[i]))
            return false;
    return result->large.metadata_share <= METADATA_SHARE_MAX;
}

static void footprint_print(const char *label, const struct memory_footprint *foot)
{
    printf("%-28s %10.0f %10.0f %10.0f\n", label, foot->create_seconds * 1e6,
           (double)foot->create_bytes / 1024, foot->per_page_bytes);
}

static void result_print(const struct result *result)
{
    double share = result->large.metadata_share;

    printf("measured: %u repetition%s, CPU time, one core; 4 GiB of RAM, one SNP guest, xts128\n",
           result->options.repetitions, result->options.repetitions == 1 ? "" : "s");
    for (unsigned t = 0; t < TABLE_COUNT; t++) {
        putchar('\n');
        bench_row_head(tables[t].title);
        for (unsigned i = tables[t].first; i <= tables[t].last; i++)
            bench_row_print(&rows[i], &result->spread[i]);
    }
    bench_row_print(&ratio_row, &result->ratio);
    printf("\n%-28s %10s %10s %10s\n", "a new machine", "us", "KiB", "bytes/page");
    footprint_print("4 MiB", &result->small);
    footprint_print("4 GiB", &result->large);
    printf("KiB: resident after its creation; bytes/page: resident per page that its guest takes\n"
           "\nmodelled: metadata %.1f bytes per page, %.2f %% of RAM   target %.0f %%: %s\n",
           share * PAGE_SIZE, share * 100, METADATA_SHARE_MAX * 100,
           share <= METADATA_SHARE_MAX ? "met" : "MISSED");
}

static json_t *footprint_json(const struct memory_footprint *foot)
{
    return json_pack("{s:I, s:f, s:I, s:I, s:f}", "ram_bytes", (json_int_t)foot->ram_bytes,
                     "create_us", foot->create_seconds * 1e6, "create_resident_bytes",
                     (json_int_t)foot->create_bytes, "touched_pages",
                     (json_int_t)foot->touched_pages, "resident_per_touched_page_bytes",
                     foot->per_page_bytes);
}

static enum status result_json(const struct result *result)
{
    const struct memory_footprint *large = &result->large;
    json_t *series = json_array();

    for (unsigned i = 0; i < MEMORY_SERIES_COUNT; i++)
        json_array_append_new(series, bench_row_json(&rows[i], &result->spread[i]));
    json_array_append_new(series, bench_row_json(&ratio_row, &result->ratio));
    return bench_document_write(
        json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:[o, o], s:{s:s, s:f, s:f, s:f, s:b}, s:b}",
                  "schema", "cvm-bench-memory", "version", "1.0", "evidence", "measured", "clock",
                  "cpu", "repetitions", (int)result->options.repetitions, "series", series,
                  "machines", footprint_json(&result->small), footprint_json(large), "metadata",
                  "evidence", "modelled", "bytes_per_page", large->metadata_share * PAGE_SIZE,
                  "share", large->metadata_share, "target", METADATA_SHARE_MAX, "met",
                  large->metadata_share <= METADATA_SHARE_MAX, "targets_met", targets_met(result)));
}

int bench_memory_run(int argc, char **argv)
{
    struct result result = {.options.repetitions = BENCH_REPEAT_DEFAULT};
    struct cli_progress progress = {0};
    struct diagnostic diag;
    enum status st;

    cli_parse(&bench_memory_argp, argc, argv, &result);
    if (!result.options.json)
        cli_progress_start(&progress, "bench", result.options.repetitions);
    st = measure(&result, &progress);
    cli_progress_end(&progress);
    if (st != STATUS_OK) {
        diagnostic_set(&diag, st, "bench memory", 0, 0,
                       st == STATUS_IO ? "out of memory; expected room for some hundred MiB"
                                       : "the memory refused what it must grant");
        return cli_fail(st, &diag);
    }
    if (!result.options.json)
        result_print(&result);
    else if (result_json(&result) != STATUS_OK)
        return CLI_ENVIRONMENT;
    return result.options.check && !targets_met(&result) ? CLI_FINDING : CLI_OK;
}
