/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_folio_model.c — the modelled part of `cvmlab bench folio`: our number for each
 * claim, the rate of one core on each of the ten paths, and the crossover. Deterministic. */
#include <stdlib.h>
#include <string.h>

#include "cli/bench_folio.h"

/* Claims are about the paper's machine, whatever --machine says. */
#define PAPER_MACHINE "epyc7313-82599"
#define IDEAL_PATH    "snp-tio-dpdk"
#define FOLIO_PATH    "folio"
#define MODEL_APP     "l2fwd"

static enum status claim_take(struct folio_bench *bench, const struct claim *claim,
                              struct diagnostic *diag)
{
    struct folio_claimed *claimed = &bench->claimed[bench->claimed_count];
    enum status status =
        claim_number(claim, &bench->paper, bench->options.keys, &claimed->ours, diag);

    if (status != STATUS_OK)
        return status;
    claimed->claim = claim;
    claimed->verdict = claim_verdict_of(claim, claimed->ours);
    bench->verdicts[claimed->verdict]++;
    bench->claimed_count++;
    return STATUS_OK;
}

enum status folio_bench_claims(struct folio_bench *bench, struct diagnostic *diag)
{
    const struct folio_bench_options *options = &bench->options;
    enum status status = cost_open(&bench->paper, PAPER_MACHINE, diag);
    bool is_found = !options->claim;

    if (status != STATUS_OK)
        return status;
    bench->claimed = calloc(bench->claims.claim_count, sizeof *bench->claimed);
    if (!bench->claimed)
        return diagnostic_set(diag, STATUS_IO, "bench folio", 0, 0, "no memory");
    for (size_t i = 0; status == STATUS_OK && i < bench->claims.claim_count; i++) {
        const struct claim *claim = &bench->claims.claim[i];

        if (options->claim && strcmp(options->claim, claim->id) != 0)
            continue;
        is_found = true;
        status = claim_take(bench, claim, diag);
    }
    if (status == STATUS_OK && !is_found)
        return diagnostic_set(diag, STATUS_BAD_INPUT, "--claim", 0, 0,
                              "no claim \"%s\"; expected an id that a run without --claim prints",
                              options->claim);
    return status;
}

static enum status paths_model(struct folio_bench *bench, struct diagnostic *diag)
{
    const struct folio_bench_options *options = &bench->options;
    enum status status = STATUS_OK;

    for (size_t p = 0; status == STATUS_OK && path_builtin(p); p++)
        for (size_t i = 0; status == STATUS_OK && i < options->size_count; i++) {
            struct experiment experiment = {.path = path_builtin(p),
                                            .app = MODEL_APP,
                                            .keys = options->keys,
                                            .cost = &bench->cost,
                                            .frame_bytes = options->size[i]};
            struct experiment_result result = {0};

            status = experiment_run(&experiment, &result, diag);
            bench->mpps[p][i] = result.rate.cpu_mpps;
        }
    return status;
}

/* All workloads of one application: they differ in their own work only. */
static enum status app_cross(struct folio_bench *bench, const struct workload *workload,
                             enum folio_bench_pools pools, struct diagnostic *diag)
{
    const struct folio_bench_options *options = &bench->options;
    struct folio_crossing *crossing = &bench->crossing[bench->crossing_count];
    struct sweep sweep = {.ideal = IDEAL_PATH,
                          .folio = FOLIO_PATH,
                          .app = workload->app,
                          .keys = options->keys,
                          .cost = &bench->cost,
                          .is_cold = pools == POOLS_COLD};
    struct sweep_point point[FOLIO_BENCH_SIZES];
    enum status status = sweep_run(&sweep, options->size, options->size_count, point, diag);

    if (status != STATUS_OK)
        return status;
    crossing->workload = workload;
    crossing->pools = pools;
    for (size_t i = 0; i < options->size_count; i++) {
        crossing->frame_bytes[i] = point[i].frame_bytes;
        crossing->at[i] = sweep_crossover(&point[i], workload->work_ns);
    }
    bench->crossing_count++;
    return STATUS_OK;
}

enum status folio_bench_model(struct folio_bench *bench, struct diagnostic *diag)
{
    enum status status = folio_bench_claims(bench, diag);
    size_t workloads = 0;

    if (status == STATUS_OK)
        status = paths_model(bench, diag);
    for (size_t i = 0; status == STATUS_OK && i < bench->claims.workload_count; i++) {
        const struct workload *workload = &bench->claims.workload[i];

        if (!workload->is_crossed || workloads++ >= FOLIO_BENCH_WORKLOADS)
            continue;
        for (unsigned pools = 0; status == STATUS_OK && pools < POOLS_COUNT; pools++)
            status = app_cross(bench, workload, (enum folio_bench_pools)pools, diag);
    }
    return status;
}
