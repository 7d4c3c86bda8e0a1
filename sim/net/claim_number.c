/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/claim_number.c — our number for each claim. */
#include <math.h>
#include <stdlib.h>

#include "folio/port.h"
#include "net/experiment.h"
#include "net/workload.h"

/* Two runs: the claim's path, and what it is held against. */
struct pair {
    struct experiment_result path, against;
};

static enum status pair_run(const struct claim *claim, const struct cost *cost, const char *keys,
                            struct pair *pair, struct diagnostic *diag)
{
    struct experiment point = {
        .path = claim->path,
        .app = claim->workload->app,
        .work_ns = claim->workload->work_ns,
        .keys = keys,
        .cost = cost,
        .frame_bytes = claim->frame_bytes,
        .queues = claim->queues,
        .packets_per_second = claim->packets_per_second,
        .is_cold = claim->is_cold,
    };
    enum status status = experiment_run(&point, &pair->path, diag);

    if (status != STATUS_OK || !claim->against[0])
        return status;
    point.path = claim->against;
    point.app = claim->against_workload->app;
    point.work_ns = claim->against_workload->work_ns;
    point.frame_bytes = claim->against_frame_bytes;
    return experiment_run(&point, &pair->against, diag);
}

/* Bytes of the shared rooms: whole rooms of what a port with so many mbufs asks for, less its
 * rings. What is left over fills the last page. */
static double pool_bytes(uint32_t mbufs, const struct path *path)
{
    struct folio_port_config config = {.queue_count = path->queues,
                                       .ring_size = path->ring_size,
                                       .temporary_count = mbufs,
                                       .room_bytes = path->room_bytes};
    size_t rings = 2 * (size_t)path->queues * path->ring_size * FOLIO_DESCRIPTOR_BYTES, rooms;

    rings = (rings + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
    rooms = (folio_port_shared_bytes(&config) - rings) / path->room_bytes;
    return (double)(rooms * path->room_bytes);
}

static enum status pool_number(const struct claim *claim, double *ours, struct diagnostic *diag)
{
    struct path path;
    enum status status = path_open(&path, claim->path, diag);

    if (status == STATUS_OK)
        *ours = pool_bytes(claim->mbufs, &path);
    return status;
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

static double payload_gbps(const struct experiment_result *result)
{
    return result->rate.mpps * (result->frame_bytes - (double)WORKLOAD_UDP_HEADERS) * 8 / 1000;
}

static double number_of(const struct claim *claim, const struct pair *pair, double round_trip)
{
    double mean = round_trip + pair->path.latency_mean;
    double mean_against = round_trip + pair->against.latency_mean;

    switch (claim->metric) {
    case CLAIM_LATENCY_MEAN_RATIO:
        return ratio(mean, mean_against);
    case CLAIM_LATENCY_MEDIAN_RATIO:
        return ratio(round_trip + pair->path.latency_p50, round_trip + pair->against.latency_p50);
    case CLAIM_LATENCY_MEAN_GAP:
        return 100 * (ratio(mean, mean_against) - 1);
    case CLAIM_RATE_RATIO:
        return 100 * ratio(pair->path.rate.mpps, pair->against.rate.mpps);
    case CLAIM_RATE_LOSS:
        return 100 * (1 - ratio(pair->path.rate.mpps, pair->against.rate.mpps));
    case CLAIM_PAYLOAD_RATE:
        return payload_gbps(&pair->path);
    case CLAIM_COPIES_RX:
        return (double)ledger_copies_rx(&pair->path.sum) / pair->path.packets;
    case CLAIM_COPIES_TX:
        return (double)ledger_copies_tx(&pair->path.sum) / pair->path.packets;
    default:
        return NAN;
    }
}

enum status claim_number(const struct claim *claim, const struct cost *cost, const char *keys,
                         double *ours, struct diagnostic *diag)
{
    double round_trip =
        claim->round_trip_ns > 0 ? claim->round_trip_ns : cost->constant[COST_ROUND_TRIP].value;
    struct pair *pair;
    enum status status;

    if (claim->metric == CLAIM_POOL_BYTES)
        return pool_number(claim, ours, diag);
    pair = calloc(1, sizeof *pair);
    if (!pair)
        return diagnostic_set(diag, STATUS_IO, claim->id, 0, 0, "no memory");
    status = pair_run(claim, cost, keys, pair, diag);
    if (status == STATUS_OK)
        *ours = number_of(claim, pair, round_trip);
    free(pair);
    return status;
}
