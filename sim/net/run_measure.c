/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/run_measure.c — the loop without an account, timed: the guest's part, and apart from it
 * the emulation of the device. */
#include <time.h>

#include "net/run_internal.h"

enum { TX_BUDGET = 4 * APP_OUT_MAX };

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* One burst of a queue through the guest. Returns how many came. */
static uint16_t guest_burst(struct run *run, uint16_t queue, struct run_timing *timing)
{
    struct folio_mbuf *mbufs[PATH_BURST_MAX], *out[APP_OUT_MAX];
    uint16_t count = run->path->ops->rx_burst(run->path, queue, mbufs, run->config.path->burst);
    uint16_t sending, sent;

    if (count == 0)
        return 0;
    timing->packets += count;
    for (uint16_t i = 0; i < count; i++)
        timing->bytes += folio_mbuf_packet_bytes(mbufs[i]);
    sending = run->app->ops->burst(run->app, queue, mbufs, count, out);
    sent = run->path->ops->tx_burst(run->path, queue, out, sending);
    timing->sent += sent;
    for (uint16_t i = sent; i < sending; i++)
        folio_mbuf_free(out[i]);
    return count;
}

static void guest_round(struct run *run, struct run_timing *timing)
{
    for (uint16_t queue = 0; queue < run->config.path->queues; queue++) {
        uint64_t before = timing->packets;

        while (guest_burst(run, queue, timing) == run->config.path->burst)
            ;
        if (timing->packets == before) /* a ring that ran dry must not stay so */
            (void)run->path->ops->tx_burst(run->path, queue, NULL, 0);
    }
}

static void round_measure(struct run *run, const struct nic_frame *frames, uint32_t count,
                          struct run_timing *timing)
{
    struct nic *nic = run->path->lab.nic;
    double begin = seconds(), arrived, answered;

    (void)nic_wire_in_burst(nic, frames, count, NULL);
    arrived = seconds();
    guest_round(run, timing);
    answered = seconds();
    (void)nic_tx_run(nic, TX_BUDGET);
    timing->guest_seconds += answered - arrived;
    timing->device_seconds += arrived - begin + seconds() - answered;
    datapath_rotate(run->path);
}

enum status run_measure(struct run *run, const struct packet *packets, size_t count,
                        uint64_t rounds, struct run_timing *timing, struct diagnostic *diag)
{
    uint64_t before = timing->packets;
    uint32_t burst = run->config.path->burst;

    nic_wire_out(run->path->lab.nic, NULL, NULL);
    for (uint64_t round = 0; round < rounds; round++) {
        for (size_t first = 0; first < count; first += burst) {
            struct nic_frame frames[PATH_BURST_MAX];
            uint32_t filled = 0;

            for (; filled < burst && first + filled < count; filled++) {
                const struct packet *packet = &packets[first + filled];

                frames[filled] =
                    (struct nic_frame){packet->frame, packet->frame_bytes, packet->time_ns};
            }
            round_measure(run, frames, filled, timing);
        }
    }
    if (timing->packets == before && rounds > 0)
        return diagnostic_set(diag, STATUS_BAD_STATE, run->config.path->name, 0, 0,
                              "no packet reaches the guest");
    return STATUS_OK;
}
