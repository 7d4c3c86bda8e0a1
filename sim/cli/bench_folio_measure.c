/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_folio_measure.c — the measured part of `cvmlab bench folio`: for each application,
 * kind of pools and size, all paths are opened, and then sampled in turn, once per repetition. */
#include <stdlib.h>

#include "cli/bench_folio.h"
#include "net/native.h"

const char *const folio_bench_moving[] = {
    "snp-tio-dpdk",      "plain-dpdk",         "folio", "snp-sriov", "folio-single-fetch",
    "folio-header-only", "folio-egress-guard", NULL};

/* How many of these every application is measured on. */
enum { MOVING_ALWAYS = 4 };

const char *folio_bench_pools_name(enum folio_bench_pools pools)
{
    return pools == POOLS_COLD ? "cold" : "warm";
}

/* ns per packet of every path and repetition. */
struct samples {
    double guest[FOLIO_BENCH_PATHS][BENCH_REPEAT_MAX];
    double device[FOLIO_BENCH_PATHS][BENCH_REPEAT_MAX];
    double loss[FOLIO_BENCH_PATHS][BENCH_REPEAT_MAX];
};

static enum status repetition_run(struct native *const *native, size_t path_count,
                                  unsigned repetition, struct samples *samples,
                                  struct diagnostic *diag)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < path_count; i++) {
        struct native_sample sample = {0};

        status = native_run(native[i], &sample, diag);
        samples->guest[i][repetition] = sample.guest_ns;
        samples->device[i][repetition] = sample.device_ns;
    }
    for (size_t i = 0; status == STATUS_OK && i < path_count; i++)
        samples->loss[i][repetition] =
            100 *
            (1 - samples->guest[FOLIO_BENCH_REFERENCE][repetition] / samples->guest[i][repetition]);
    return status;
}

static void spreads_take(struct samples *samples, size_t path_count, unsigned repetitions,
                         struct folio_measured *measured)
{
    for (size_t i = 0; i < path_count; i++)
        measured[i] = (struct folio_measured){
            .guest_ns = bench_spread_of(samples->guest[i], repetitions),
            .device_ns = bench_spread_of(samples->device[i], repetitions),
            .loss_percent = bench_spread_of(samples->loss[i], repetitions),
        };
}

/* The paths that were asked for, or those that move bytes and Folio's option that the application
 * can use. */
static void paths_choose(const struct folio_bench_options *options,
                         struct folio_measured_table *table)
{
    const struct app_kind *app = app_find(table->app);
    const char *const *from = options->path_count ? options->path : folio_bench_moving;

    table->path_count = options->path_count ? options->path_count : MOVING_ALWAYS;
    for (size_t i = 0; i < table->path_count; i++)
        table->path[i] = from[i];
    if (options->path_count == 0 && app->needs_keys)
        table->path[table->path_count++] = "folio-single-fetch";
    if (options->path_count == 0 && !app->reads_payloads)
        table->path[table->path_count++] = "folio-header-only";
}

/* One size of a table, all paths open at once. */
static enum status size_measure(const struct folio_bench_options *options,
                                struct folio_measured_table *table, size_t size,
                                struct samples *samples, struct diagnostic *diag)
{
    struct native *native[FOLIO_BENCH_PATHS] = {NULL};
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < table->path_count; i++) {
        struct experiment experiment = {.path = table->path[i],
                                        .app = table->app,
                                        .keys = options->keys,
                                        .crypto = options->crypto,
                                        .frame_bytes = options->size[size],
                                        .is_cold = table->pools == POOLS_COLD};

        status = native_open(&native[i], &experiment, diag);
    }
    for (unsigned n = 0; status == STATUS_OK && n < options->bench.repetitions; n++)
        status = repetition_run(native, table->path_count, n, samples, diag);
    if (status == STATUS_OK) {
        table->frame_bytes[size] = native_frame_bytes(native[0]);
        spreads_take(samples, table->path_count, options->bench.repetitions, table->at[size]);
    }
    for (size_t i = 0; i < table->path_count; i++)
        native_close(native[i]);
    return status;
}

uint64_t folio_bench_steps(const struct folio_bench *bench)
{
    return (uint64_t)bench->options.app_count * POOLS_COUNT * bench->options.size_count;
}

enum status folio_bench_measure(struct folio_bench *bench, struct cli_progress *progress,
                                struct diagnostic *diag)
{
    const struct folio_bench_options *options = &bench->options;
    struct samples *samples = calloc(1, sizeof *samples);
    enum status status =
        samples ? STATUS_OK : diagnostic_set(diag, STATUS_IO, "bench folio", 0, 0, "no memory");
    uint64_t done = 0;

    for (size_t app = 0; status == STATUS_OK && app < options->app_count; app++)
        for (unsigned pools = 0; status == STATUS_OK && pools < POOLS_COUNT; pools++) {
            struct folio_measured_table *table = &bench->measured[bench->measured_count++];

            table->app = options->app[app];
            table->pools = (enum folio_bench_pools)pools;
            paths_choose(options, table);
            for (size_t i = 0; status == STATUS_OK && i < options->size_count; i++) {
                status = size_measure(options, table, i, samples, diag);
                cli_progress_update(progress, ++done);
            }
        }
    free(samples);
    return status;
}
