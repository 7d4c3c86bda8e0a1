/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/experiment.c — operating points, modelled. See experiment.h. */
#include "net/experiment.h"

#include <stdlib.h>

#include "net/workload.h"

/* Before what is counted, every room is used at least once, so that no first touch of a page is. */
enum { ROOMS = 512, WARM_UP = 1280, COUNTED = 256, PACKETS = WARM_UP + COUNTED };

/* What the counted packets did. */
struct tally {
    struct ledger_entry sum;
    uint64_t packets, frame_bytes;
    double latency[COUNTED];
};

enum status experiment_path(const struct experiment *experiment, struct path *path,
                            struct diagnostic *diag)
{
    enum status status = path_open(path, experiment->path, diag);

    if (status != STATUS_OK)
        return status;
    if (experiment->frame_bytes + FOLIO_HEADROOM_BYTES > path->room_bytes)
        path->room_bytes = FOLIO_ROOM_BYTES_JUMBO;
    if (experiment->queues > PATH_QUEUES_MAX)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path->name, 0, 0,
                              "%u queues; expected at most %d", experiment->queues,
                              PATH_QUEUES_MAX);
    if (experiment->queues)
        path->queues = (uint16_t)experiment->queues;
    path->order = experiment->is_cold ? PATH_FIFO : PATH_LIFO;
    return STATUS_OK;
}

enum status experiment_app(const struct experiment *experiment, const struct app_kind **app,
                           struct diagnostic *diag)
{
    *app = app_find(experiment->app);
    if (*app)
        return STATUS_OK;
    return diagnostic_set(diag, STATUS_BAD_INPUT, "application", 0, 0,
                          "unknown application \"%s\"; expected one that cvmlab net knows",
                          experiment->app);
}

/* Every packet must arrive and be what it was: else the numbers mean nothing. */
static enum status account_check(const struct experiment *experiment,
                                 const struct run_result *result, struct diagnostic *diag)
{
    if (result->delivered == result->packets_in && result->payload_mismatches == 0 &&
        result->wire_mismatches == 0)
        return STATUS_OK;
    return diagnostic_set(diag, STATUS_BAD_STATE, experiment->path, 0, 0,
                          "%u of %u packets of %s arrived; expected all of them",
                          (unsigned)result->delivered, (unsigned)result->packets_in,
                          experiment->app);
}

static enum status packet_take(void *run, const struct packet *packet, struct diagnostic *diag)
{
    return run_packet(run, packet, diag);
}

static void end_take(void *context, const struct run_end *end)
{
    struct tally *tally = context;

    if (end->id <= WARM_UP || tally->packets == COUNTED)
        return;
    ledger_add(&tally->sum, end->entry);
    tally->frame_bytes += end->frame_bytes;
    tally->latency[tally->packets++] = end->latency_ns;
}

static int number_order(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

static void result_fill(struct tally *tally, const struct path *path, const struct cost *cost,
                        struct experiment_result *result)
{
    double sum = 0;

    qsort(tally->latency, COUNTED, sizeof *tally->latency, number_order);
    for (size_t i = 0; i < COUNTED; i++)
        sum += tally->latency[i];
    *result = (struct experiment_result){
        .frame_bytes = (uint32_t)(tally->frame_bytes / COUNTED),
        .packets = COUNTED,
        .latency_mean = sum / COUNTED,
        .latency_p50 = tally->latency[COUNTED / 2 - 1],
        .rate = run_rate_of(&tally->sum, COUNTED, tally->frame_bytes, path, cost),
        .sum = tally->sum,
    };
    if (result->rate.cpu_mpps > 0) /* 0: nothing costs anything */
        result->busy_ns = path->queues * 1e3 / result->rate.cpu_mpps;
}

static enum status run_all(const struct experiment *experiment, const struct run_config *config,
                           const struct workload_shape *shape, struct run_result *account,
                           struct diagnostic *diag)
{
    struct run *run;
    enum status status = run_open(&run, config, diag);

    if (status == STATUS_OK)
        status = workload_play(shape, packet_take, run, diag);
    if (status == STATUS_OK)
        status = run_finish(run, account, diag);
    if (status == STATUS_OK)
        status = account_check(experiment, account, diag);
    run_close(run);
    return status;
}

static enum status shape_run(const struct experiment *experiment, struct run_config *config,
                             const struct workload_shape *shape, struct experiment_result *result,
                             struct diagnostic *diag)
{
    struct run_result *account = calloc(1, sizeof *account);
    struct tally *tally = calloc(1, sizeof *tally);
    enum status status = STATUS_IO;

    config->hooks.context = tally;
    config->hooks.end = end_take;
    if (account && tally)
        status = run_all(experiment, config, shape, account, diag);
    else
        (void)diagnostic_set(diag, status, experiment->path, 0, 0, "no memory");
    if (status == STATUS_OK)
        result_fill(tally, config->path, experiment->cost, result);
    free(account);
    free(tally);
    return status;
}

enum status experiment_run(const struct experiment *experiment, struct experiment_result *result,
                           struct diagnostic *diag)
{
    struct workload_shape shape = {experiment->frame_bytes, PACKETS, experiment->packets_per_second,
                                   NULL};
    struct path path;
    struct run_config config = {.path = &path,
                                .cost = experiment->cost,
                                .keys = experiment->keys,
                                .work_ns = experiment->work_ns};
    enum status status = experiment_path(experiment, &path, diag);

    if (status == STATUS_OK)
        status = experiment_app(experiment, &config.app, diag);
    if (status != STATUS_OK)
        return status;
    if (path.pool_mbufs > ROOMS)
        path.pool_mbufs = ROOMS;
    shape.keys = config.app->needs_keys ? experiment->keys : NULL;
    return shape_run(experiment, &config, &shape, result, diag);
}
