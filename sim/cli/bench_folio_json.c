/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_folio_json.c — `cvmlab bench folio --json`: what was measured in "measured", what
 * was modelled in "modelled", the claims apart. Read bench_folio.h first. */
#include <math.h>

#include "cli/bench_folio.h"
#include "net/workload.h"

static json_t *spread_json(const struct bench_spread *spread)
{
    return json_pack("{s:f, s:f, s:f}", "min", spread->min, "median", spread->median, "max",
                     spread->max);
}

/* Whole numbers as such, because reals are written with few digits. */
static json_t *number_json(double value)
{
    return value == floor(value) && fabs(value) < 1e15 ? json_integer((json_int_t)value)
                                                       : json_real(value);
}

/* A rate on the wire, or null: never. */
static json_t *crossing_json(const struct crossover *crossover, uint32_t frame_bytes)
{
    return isfinite(crossover->rate_mpps)
               ? json_real(workload_wire_gbps(crossover->rate_mpps, frame_bytes))
               : json_null();
}

static json_t *measured_json(const struct folio_bench *bench)
{
    const struct folio_bench_options *options = &bench->options;
    json_t *list = json_array();

    for (size_t m = 0; m < bench->measured_count; m++)
        for (size_t i = 0; i < options->size_count; i++)
            for (size_t p = 0; p < bench->measured[m].path_count; p++) {
                const struct folio_measured_table *table = &bench->measured[m];
                const struct folio_measured *at = &table->at[i][p];

                json_array_append_new(
                    list,
                    json_pack("{s:s, s:s, s:s, s:I, s:f, s:o, s:o, s:o}", "path", table->path[p],
                              "app", table->app, "pools", folio_bench_pools_name(table->pools),
                              "frame_bytes", (json_int_t)table->frame_bytes[i], "mpps",
                              1e3 / at->guest_ns.median, "guest_ns", spread_json(&at->guest_ns),
                              "device_ns", spread_json(&at->device_ns), "loss_percent",
                              spread_json(&at->loss_percent)));
            }
    return list;
}

static json_t *paths_json(const struct folio_bench *bench)
{
    const struct folio_bench_options *options = &bench->options;
    json_t *list = json_array();

    for (size_t p = 0; path_builtin(p); p++)
        for (size_t i = 0; i < options->size_count; i++)
            json_array_append_new(list, json_pack("{s:s, s:I, s:f}", "path", path_builtin(p),
                                                  "frame_bytes", (json_int_t)options->size[i],
                                                  "core_mpps", bench->mpps[p][i]));
    return list;
}

static json_t *crossings_json(const struct folio_bench *bench)
{
    json_t *list = json_array();

    for (size_t c = 0; c < bench->crossing_count; c++)
        for (size_t i = 0; i < bench->options.size_count; i++) {
            const struct folio_crossing *crossing = &bench->crossing[c];
            const struct crossover *at = &crossing->at[i];

            json_array_append_new(
                list, json_pack("{s:s, s:s, s:I, s:f, s:f, s:f, s:o, s:f}", "workload",
                                crossing->workload->name, "pools",
                                folio_bench_pools_name(crossing->pools), "frame_bytes",
                                (json_int_t)crossing->frame_bytes[i], "ideal_ns", at->ideal_ns,
                                "folio_ns", at->folio_ns, "loss_percent", at->loss_percent,
                                "crossover_gbps", crossing_json(at, crossing->frame_bytes[i]),
                                "work_needed_ns", at->work_needed_ns));
        }
    return list;
}

static json_t *claims_json(const struct folio_bench *bench)
{
    json_t *list = json_array();

    for (size_t i = 0; i < bench->claimed_count; i++) {
        const struct folio_claimed *claimed = &bench->claimed[i];
        const struct claim *claim = claimed->claim;
        json_t *object = json_pack(
            "{s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:s}", "id", claim->id, "claim",
            claim->text, "where", claim->where, "theirs", number_json(claim->theirs), "ours",
            number_json(claimed->ours), "tolerance", number_json(claim_tolerance(claim)), "unit",
            claim_unit(claim->metric), "relation", claim_relation_name(claim->relation), "verdict",
            claim_verdict_name(claimed->verdict), "evidence",
            claim_evidence_name(claim_evidence_of(claim->metric)), "basis",
            cost_basis_name(claim->basis));

        if (claim->fitted[0])
            json_object_set_new(object, "fitted", json_string(claim->fitted));
        if (claimed->verdict == CLAIM_MISSED && claim->cause[0])
            json_object_set_new(object, "cause", json_string(claim->cause));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *verdicts_json(const struct folio_bench *bench)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < CLAIM_VERDICT_COUNT; i++)
        json_object_set_new(object, claim_verdict_name((enum claim_verdict)i),
                            json_integer((json_int_t)bench->verdicts[i]));
    return object;
}

enum status folio_bench_json(const struct folio_bench *bench)
{
    json_t *document =
        json_pack("{s:s, s:s, s:o, s:o}", "schema", "cvm-bench-folio", "version", "1.0", "claims",
                  claims_json(bench), "verdicts", verdicts_json(bench));

    if (bench->crossing_count > 0)
        json_object_set_new(document, "modelled",
                            json_pack("{s:s, s:o, s:o}", "machine", bench->cost.name, "paths",
                                      paths_json(bench), "crossover", crossings_json(bench)));
    if (bench->measured_count > 0)
        json_object_set_new(
            document, "measured",
            json_pack("{s:i, s:s, s:s, s:o, s:b}", "repetitions",
                      (int)bench->options.bench.repetitions, "crypto", bench->options.crypto,
                      "reference", bench->measured[0].path[FOLIO_BENCH_REFERENCE], "series",
                      measured_json(bench), "targets_met", folio_bench_targets(bench, false)));
    return bench_document_write(document);
}
