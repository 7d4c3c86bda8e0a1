/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/claim.c — what a claim means: the words, and whether it holds. The reader is
 * claim_read.c. */
#include "net/claim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/claim_words.h"

const char *const claim_metrics[CLAIM_METRIC_COUNT + 1] = {
    [CLAIM_LATENCY_MEAN_RATIO] = "latency_mean_ratio",
    [CLAIM_LATENCY_MEDIAN_RATIO] = "latency_median_ratio",
    [CLAIM_LATENCY_MEAN_GAP] = "latency_mean_gap",
    [CLAIM_RATE_RATIO] = "rate_ratio",
    [CLAIM_RATE_LOSS] = "rate_loss",
    [CLAIM_PAYLOAD_RATE] = "payload_rate",
    [CLAIM_POOL_BYTES] = "pool_bytes",
    [CLAIM_COPIES_RX] = "copies_rx",
    [CLAIM_COPIES_TX] = "copies_tx",
};

const char *const claim_relations[CLAIM_RELATION_COUNT + 1] = {"equals", "at most", "at least"};

static const char *const evidences[CLAIM_EVIDENCE_COUNT] = {"modelled", "counted"};
static const char *const verdicts[CLAIM_VERDICT_COUNT] = {"holds", "fitted", "missed"};

const char *claim_metric_name(enum claim_metric metric)
{
    return (unsigned)metric < CLAIM_METRIC_COUNT ? claim_metrics[metric] : NULL;
}

const char *claim_unit(enum claim_metric metric)
{
    static const char *const units[CLAIM_METRIC_COUNT] = {
        [CLAIM_LATENCY_MEAN_RATIO] = "x", [CLAIM_LATENCY_MEDIAN_RATIO] = "x",
        [CLAIM_LATENCY_MEAN_GAP] = "%",   [CLAIM_RATE_RATIO] = "%",
        [CLAIM_RATE_LOSS] = "%",          [CLAIM_PAYLOAD_RATE] = "Gb/s",
        [CLAIM_POOL_BYTES] = "bytes",     [CLAIM_COPIES_RX] = "copies",
        [CLAIM_COPIES_TX] = "copies",
    };

    return (unsigned)metric < CLAIM_METRIC_COUNT ? units[metric] : NULL;
}

enum claim_evidence claim_evidence_of(enum claim_metric metric)
{
    return metric >= CLAIM_POOL_BYTES ? CLAIM_COUNTED : CLAIM_MODELLED;
}

const char *claim_evidence_name(enum claim_evidence evidence)
{
    return (unsigned)evidence < CLAIM_EVIDENCE_COUNT ? evidences[evidence] : NULL;
}

const char *claim_relation_name(enum claim_relation relation)
{
    return (unsigned)relation < CLAIM_RELATION_COUNT ? claim_relations[relation] : NULL;
}

void claims_free(struct claims *claims)
{
    free(claims->workload);
    free(claims->claim);
    memset(claims, 0, sizeof *claims);
}

const struct claim *claims_find(const struct claims *claims, const char *id)
{
    for (size_t i = 0; i < claims->claim_count; i++)
        if (strcmp(claims->claim[i].id, id) == 0)
            return &claims->claim[i];
    return NULL;
}

const struct workload *claims_workload(const struct claims *claims, const char *name)
{
    for (size_t i = 0; i < claims->workload_count; i++)
        if (strcmp(claims->workload[i].name, name) == 0)
            return &claims->workload[i];
    return NULL;
}

double claim_tolerance(const struct claim *claim)
{
    const double ratio_share = 0.05, rate_share = 0.03, percentage_points = 1;

    if (claim->relation != CLAIM_EQUALS)
        return 0;
    switch (claim->metric) {
    case CLAIM_LATENCY_MEAN_RATIO:
    case CLAIM_LATENCY_MEDIAN_RATIO:
        return ratio_share * claim->theirs;
    case CLAIM_LATENCY_MEAN_GAP:
    case CLAIM_RATE_RATIO:
    case CLAIM_RATE_LOSS:
        return percentage_points;
    case CLAIM_PAYLOAD_RATE:
        return rate_share * claim->theirs;
    default:
        return 0;
    }
}

bool claim_holds(const struct claim *claim, double ours)
{
    if (!isfinite(ours))
        return false;
    switch (claim->relation) {
    case CLAIM_AT_MOST:
        return ours <= claim->theirs;
    case CLAIM_AT_LEAST:
        return ours >= claim->theirs;
    default:
        return fabs(ours - claim->theirs) <= claim_tolerance(claim);
    }
}

enum claim_verdict claim_verdict_of(const struct claim *claim, double ours)
{
    if (!claim_holds(claim, ours))
        return CLAIM_MISSED;
    return claim->fitted[0] ? CLAIM_FITTED : CLAIM_HOLDS;
}

const char *claim_verdict_name(enum claim_verdict verdict)
{
    return (unsigned)verdict < CLAIM_VERDICT_COUNT ? verdicts[verdict] : NULL;
}
