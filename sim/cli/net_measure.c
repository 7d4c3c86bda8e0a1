/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_measure.c — the timed pass of `cvmlab net --loop`: all paths are opened, and in each
 * round every one of them plays the whole capture, so that ratios compare neighbours in time.
 * A round is timed in short stretches, and quartiles are taken of each stretch over all rounds: a
 * round during which the system did something else spoils one stretch of it and not all. Read net.h
 * first. */
#include <stdlib.h>

#include "cli/net.h"

/* At most so many stretches, of a multiple of so many packets: whole bursts. */
enum { STRETCHES_MAX = 256, STRETCH_PACKETS = 4 * PATH_BURST_MAX };

enum quartile { QUARTILE_LOW, QUARTILE_MEDIAN, QUARTILE_HIGH, QUARTILE_COUNT };

/* Seconds of each path: [stretch * rounds + round]. */
struct samples {
    struct run *run[NET_COLUMNS_MAX];
    double *guest[NET_COLUMNS_MAX], *device[NET_COLUMNS_MAX];
    double *scratch; /* rounds of them */
    const struct packet *packet;
    size_t packet_count, stretch_packets, stretches, rounds;
    uint64_t received[NET_COLUMNS_MAX]; /* packets of one round */
};

static enum status nothing_arrives(const struct net *net, const struct net_column *column,
                                   struct diagnostic *diag)
{
    return diagnostic_set(diag, STATUS_BAD_INPUT, net->capture.path, 0, 0,
                          "no packet reaches the guest of %s; expected one to be timed",
                          column->path.name);
}

/* Opens a path for timing and runs it until every room was used. */
static enum status column_open(struct net *net, struct net_column *column,
                               const struct samples *samples, struct run **run,
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
    uint64_t rounds = 2 * column->path.pool_mbufs / samples->packet_count + 1;
    struct run_timing ignored = {0};
    enum status status;

    if (column->result.received == 0)
        return nothing_arrives(net, column, diag);
    status = run_open(run, &config, diag);
    return status == STATUS_OK
               ? run_measure(*run, samples->packet, samples->packet_count, rounds, &ignored, diag)
               : status;
}

/* One path, one round. A stretch of which nothing reaches the guest takes it no time. */
static enum status round_run(struct samples *samples, size_t column, size_t round,
                             struct diagnostic *diag)
{
    samples->received[column] = 0;
    for (size_t s = 0; s < samples->stretches; s++) {
        size_t first = s * samples->stretch_packets, left = samples->packet_count - first;
        size_t count = left < samples->stretch_packets ? left : samples->stretch_packets;
        struct run_timing timing = {0};
        enum status status =
            run_measure(samples->run[column], samples->packet + first, count, 1, &timing, diag);

        if (status != STATUS_OK && timing.packets > 0)
            return status;
        samples->received[column] += timing.packets;
        samples->guest[column][s * samples->rounds + round] = timing.guest_seconds;
        samples->device[column][s * samples->rounds + round] = timing.device_seconds;
    }
    return STATUS_OK;
}

static enum status rounds_run(struct net *net, struct samples *samples, struct diagnostic *diag)
{
    for (size_t round = 0; round < samples->rounds; round++)
        for (size_t i = 0; i < net->count; i++) {
            enum status status = round_run(samples, i, round, diag);

            if (status != STATUS_OK)
                return status;
            if (samples->received[i] == 0)
                return nothing_arrives(net, &net->column[i], diag);
            net->done += net->capture.found.packets;
            cli_progress_update(&net->progress, net->done);
        }
    return STATUS_OK;
}

static int number_order(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

/* Adds the quartiles of the numbers in scratch, which are sorted, to sum, each weight times. */
static void quartiles_add(struct samples *samples, double weight, double sum[QUARTILE_COUNT])
{
    qsort(samples->scratch, samples->rounds, sizeof(double), number_order);
    for (unsigned q = 0; q < QUARTILE_COUNT; q++)
        sum[q] += weight * samples->scratch[(samples->rounds - 1) * (q + 1) / 4];
}

/* ns per packet, from the seconds of a column. */
static struct net_spread time_of(struct samples *samples, const double *seconds, size_t column)
{
    double sum[QUARTILE_COUNT] = {0};
    double each = 1e9 / (double)samples->received[column];

    for (size_t s = 0; s < samples->stretches; s++) {
        for (size_t n = 0; n < samples->rounds; n++)
            samples->scratch[n] = seconds[s * samples->rounds + n];
        quartiles_add(samples, each, sum);
    }
    return (struct net_spread){sum[QUARTILE_LOW], sum[QUARTILE_MEDIAN], sum[QUARTILE_HIGH]};
}

/* The median of the ideal's time for a stretch. */
static double weight_of(struct samples *samples, size_t ideal, size_t stretch)
{
    double sum[QUARTILE_COUNT] = {0};

    for (size_t n = 0; n < samples->rounds; n++)
        samples->scratch[n] = samples->guest[ideal][stretch * samples->rounds + n];
    quartiles_add(samples, 1, sum);
    return sum[QUARTILE_MEDIAN];
}

/* Packets per second lost against the ideal, in percent: stretches are compared with those of the
 * same round, and count by the time that the ideal takes for them. */
static struct net_spread loss_of(struct samples *samples, size_t column, size_t ideal)
{
    double sum[QUARTILE_COUNT] = {0}, weights = 0, low, median, high;
    double packets = (double)samples->received[ideal] / (double)samples->received[column];

    for (size_t s = 0; s < samples->stretches; s++) {
        double weight = weight_of(samples, ideal, s);

        for (size_t n = 0; n < samples->rounds; n++) {
            size_t at = s * samples->rounds + n;
            double best = samples->guest[ideal][at];

            samples->scratch[n] = best > 0 ? samples->guest[column][at] / best : 1;
        }
        quartiles_add(samples, weight, sum);
        weights += weight;
    }
    low = weights / (sum[QUARTILE_LOW] * packets);
    median = weights / (sum[QUARTILE_MEDIAN] * packets);
    high = weights / (sum[QUARTILE_HIGH] * packets);
    return (struct net_spread){100 * (1 - low), 100 * (1 - median), 100 * (1 - high)};
}

static void spreads_take(struct net *net, struct samples *samples)
{
    for (size_t i = 0; i < net->count; i++) {
        struct net_measured *measured = &net->column[i].measured;

        measured->guest_ns = time_of(samples, samples->guest[i], i);
        measured->device_ns = time_of(samples, samples->device[i], i);
        for (unsigned ideal = 0; ideal < IDEAL_COUNT; ideal++)
            measured->loss_percent[ideal] = loss_of(samples, i, net->ideal[ideal]);
    }
}

static bool samples_make(struct samples *samples, const struct net *net)
{
    size_t steps;

    samples->packet = packet_set_packets(net->capture.set, &samples->packet_count);
    steps = samples->packet_count / (STRETCHES_MAX * STRETCH_PACKETS) + 1;
    samples->stretch_packets = steps * STRETCH_PACKETS;
    samples->stretches =
        (samples->packet_count + samples->stretch_packets - 1) / samples->stretch_packets;
    samples->rounds = net->options.loops;
    samples->scratch = calloc(samples->rounds, sizeof(double));
    for (size_t i = 0; i < net->count; i++) {
        samples->guest[i] = calloc(samples->stretches * samples->rounds, sizeof(double));
        samples->device[i] = calloc(samples->stretches * samples->rounds, sizeof(double));
        if (!samples->guest[i] || !samples->device[i])
            return false;
    }
    return samples->scratch;
}

static void samples_free(struct samples *samples)
{
    for (size_t i = 0; i < NET_COLUMNS_MAX; i++) {
        run_close(samples->run[i]);
        free(samples->guest[i]);
        free(samples->device[i]);
    }
    free(samples->scratch);
    free(samples);
}

enum status net_measure(struct net *net, struct diagnostic *diag)
{
    struct samples *samples = calloc(1, sizeof *samples);
    enum status status = STATUS_OK;

    if (!samples || !samples_make(samples, net))
        status = diagnostic_set(diag, STATUS_IO, net->capture.path, 0, 0, "out of memory");
    for (size_t i = 0; status == STATUS_OK && i < net->count; i++)
        status = column_open(net, &net->column[i], samples, &samples->run[i], diag);
    if (status == STATUS_OK)
        status = rounds_run(net, samples, diag);
    if (status == STATUS_OK)
        spreads_take(net, samples);
    if (samples)
        samples_free(samples);
    return status;
}
