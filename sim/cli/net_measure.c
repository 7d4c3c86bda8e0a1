/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_measure.c — the timed pass of `cvmlab net --loop`: all paths are opened, and in each
 * round every one of them plays the whole capture, so that ratios compare neighbours in time. Read
 * net.h first. */
#include <stdlib.h>

#include "cli/net.h"

/* What each round took, by column. */
struct samples {
    struct run *run[NET_COLUMNS_MAX];
    double *guest[NET_COLUMNS_MAX], *device[NET_COLUMNS_MAX], *loss; /* options.loops of each */
};

static enum status round_run(struct net *net, struct run *run, uint64_t rounds,
                             struct run_timing *timing, struct diagnostic *diag)
{
    size_t count;
    const struct packet *packet = packet_set_packets(net->capture.set, &count);

    return run_measure(run, packet, count, rounds, timing, diag);
}

/* Opens a path for timing and runs it until every room was used. */
static enum status column_open(struct net *net, struct net_column *column, struct run **run,
                               struct diagnostic *diag)
{
    struct run_config config = {
        .path = &column->path,
        .cost = &net->cost,
        .app = net->options.app,
        .keys = net->keys[0] ? net->keys : NULL,
        .seed = net->options.seed,
        .is_fast = true,
    };
    uint64_t rounds = 2 * column->path.pool_mbufs / net->capture.found.packets + 1;
    struct run_timing ignored = {0};
    enum status status;

    if (column->result.received == 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, net->capture.path, 0, 0,
                              "no packet reaches the guest of %s; expected one to be timed",
                              column->path.name);
    status = run_open(run, &config, diag);
    return status == STATUS_OK ? round_run(net, *run, rounds, &ignored, diag) : status;
}

static enum status rounds_run(struct net *net, struct samples *samples, struct diagnostic *diag)
{
    for (uint64_t n = 0; n < net->options.loops; n++)
        for (size_t i = 0; i < net->count; i++) {
            struct run_timing timing = {0};
            enum status status = round_run(net, samples->run[i], 1, &timing, diag);

            if (status != STATUS_OK)
                return status;
            samples->guest[i][n] = timing.guest_seconds * 1e9 / (double)timing.packets;
            samples->device[i][n] = timing.device_seconds * 1e9 / (double)timing.packets;
            net->done += net->capture.found.packets;
            cli_progress_update(&net->progress, net->done);
        }
    return STATUS_OK;
}

/* Losses first: the spreads sort the samples. */
static void spreads_take(struct net *net, struct samples *samples)
{
    unsigned loops = (unsigned)net->options.loops;

    for (size_t i = 0; i < net->count; i++)
        for (unsigned ideal = 0; ideal < IDEAL_COUNT; ideal++) {
            const double *best = samples->guest[net->ideal[ideal]];

            for (unsigned n = 0; n < loops; n++)
                samples->loss[n] = 100 * (1 - best[n] / samples->guest[i][n]);
            net->column[i].measured.loss_percent[ideal] = bench_spread_of(samples->loss, loops);
        }
    for (size_t i = 0; i < net->count; i++) {
        net->column[i].measured.guest_ns = bench_spread_of(samples->guest[i], loops);
        net->column[i].measured.device_ns = bench_spread_of(samples->device[i], loops);
    }
}

static bool samples_make(struct samples *samples, const struct net *net)
{
    samples->loss = calloc(net->options.loops, sizeof(double));
    for (size_t i = 0; i < net->count; i++) {
        samples->guest[i] = calloc(net->options.loops, sizeof(double));
        samples->device[i] = calloc(net->options.loops, sizeof(double));
        if (!samples->guest[i] || !samples->device[i])
            return false;
    }
    return samples->loss;
}

static void samples_free(struct samples *samples)
{
    for (size_t i = 0; i < NET_COLUMNS_MAX; i++) {
        run_close(samples->run[i]);
        free(samples->guest[i]);
        free(samples->device[i]);
    }
    free(samples->loss);
}

enum status net_measure(struct net *net, struct diagnostic *diag)
{
    struct samples samples = {{NULL}, {NULL}, {NULL}, NULL};
    enum status status = STATUS_OK;

    if (!samples_make(&samples, net))
        status = diagnostic_set(diag, STATUS_IO, net->capture.path, 0, 0, "out of memory");
    for (size_t i = 0; status == STATUS_OK && i < net->count; i++)
        status = column_open(net, &net->column[i], &samples.run[i], diag);
    if (status == STATUS_OK)
        status = rounds_run(net, &samples, diag);
    if (status == STATUS_OK)
        spreads_take(net, &samples);
    samples_free(&samples);
    return status;
}
