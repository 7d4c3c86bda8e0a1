/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/native.c — see native.h. */
#include "net/native.h"

#include <stdlib.h>

#include "net/workload.h"

/* STRETCHES is odd: the median is one of them. */
enum { STRETCH_PACKETS = 256, STRETCHES = 101 };

struct native {
    struct path path;
    struct cost cost; /* nobody asks it anything in a timed run */
    struct packet_set *set;
    const struct packet *packet;
    size_t count;
    uint32_t frame_bytes;
    struct run *run;
    double guest[STRETCHES], device[STRETCHES];
};

static int number_order(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

static double median(double numbers[STRETCHES])
{
    qsort(numbers, STRETCHES, sizeof *numbers, number_order);
    return numbers[STRETCHES / 2];
}

/* Plays the packets rounds times; all must come, and be answered. */
static enum status play(struct native *native, uint64_t rounds, struct run_timing *timing,
                        struct diagnostic *diag)
{
    enum status status =
        run_measure(native->run, native->packet, native->count, rounds, timing, diag);

    if (status != STATUS_OK)
        return status;
    if (timing->packets == rounds * native->count && timing->sent == timing->packets)
        return STATUS_OK;
    return diagnostic_set(diag, STATUS_BAD_STATE, native->path.name, 0, 0,
                          "%llu packets of %llu came, %llu were answered; expected all",
                          (unsigned long long)timing->packets,
                          (unsigned long long)(rounds * native->count),
                          (unsigned long long)timing->sent);
}

enum status native_run(struct native *native, struct native_sample *sample, struct diagnostic *diag)
{
    for (size_t i = 0; i < STRETCHES; i++) {
        struct run_timing timing = {0};
        enum status status = play(native, 1, &timing, diag);

        if (status != STATUS_OK)
            return status;
        native->guest[i] = timing.guest_seconds * 1e9 / (double)timing.packets;
        native->device[i] = timing.device_seconds * 1e9 / (double)timing.packets;
    }
    sample->guest_ns = median(native->guest);
    sample->device_ns = median(native->device);
    return STATUS_OK;
}

static enum status native_build(struct native *native, const struct experiment *experiment,
                                struct diagnostic *diag)
{
    struct workload_shape shape = {experiment->frame_bytes, STRETCH_PACKETS, 0, NULL};
    struct run_config config = {.path = &native->path,
                                .cost = &native->cost,
                                .keys = experiment->keys,
                                .crypto = experiment->crypto,
                                .is_fast = true};
    struct run_timing timing = {0};
    enum status status = experiment_path(experiment, &native->path, diag);

    if (status == STATUS_OK)
        status = experiment_app(experiment, &config.app, diag);
    if (status != STATUS_OK)
        return status;
    if (experiment->is_cold)
        native->path.pool_mbufs = NATIVE_COLD_POOL_BYTES / native->path.room_bytes;
    shape.keys = config.app->needs_keys ? experiment->keys : NULL;
    native->set = workload_make(&shape, &status, diag);
    if (!native->set)
        return status;
    native->packet = packet_set_packets(native->set, &native->count);
    native->frame_bytes = native->packet[0].frame_bytes;
    status = run_open(&native->run, &config, diag);
    if (status == STATUS_OK)
        status = play(native, 2 * native->path.pool_mbufs / STRETCH_PACKETS + 1, &timing, diag);
    return status;
}

enum status native_open(struct native **out, const struct experiment *experiment,
                        struct diagnostic *diag)
{
    struct native *native = calloc(1, sizeof *native);
    enum status status;

    *out = NULL;
    if (!native)
        return diagnostic_set(diag, STATUS_IO, experiment->path, 0, 0, "no memory");
    status = native_build(native, experiment, diag);
    if (status == STATUS_OK)
        *out = native;
    else
        native_close(native);
    return status;
}

uint32_t native_frame_bytes(const struct native *native)
{
    return native->frame_bytes;
}

void native_close(struct native *native)
{
    if (!native)
        return;
    run_close(native->run);
    packet_set_free(native->set);
    free(native);
}
