/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/latency.h — a queueing replay: packets arrive when the capture says, each queue is one
 * server that takes them in order, and each packet keeps it busy for its modelled cycles. What
 * comes out is a distribution, not a formula. Deterministic; memory does not grow with packets. */
#ifndef CVMLAB_SIM_NET_LATENCY_H
#define CVMLAB_SIM_NET_LATENCY_H

#include "base/status.h"
#include "base/types.h"

struct latency;

/* Distribution of the times from arrival to departure, in ns. The mean and the extremes are exact,
 * percentiles are the smallest time that so many packets did not pass, to 0.1 %. */
struct latency_summary {
    uint64_t packets;
    double mean, least, most;
    double p50, p95, p99, p999;
    double busy_share; /* of the time from first arrival to last departure, per server */
};

/* queue_count servers, idle. NULL: no memory. The caller frees with latency_free. */
struct latency *latency_create(uint32_t queue_count);

/* Whether a packet that arrives at this time finds its server idle: then, on a path with
 * interrupts, one is raised. Arrivals of a queue must not go back in time. */
bool latency_is_idle(const struct latency *latency, uint32_t queue, uint64_t arrival_ns);

/* Serves one packet: it waits for those before it, then keeps the server busy for service_ns, and
 * departs delay_ns after that (time that is nobody's work: wire, moderation). Returns departure -
 * arrival, in ns. */
double latency_serve(struct latency *latency, uint32_t queue, uint64_t arrival_ns,
                     double service_ns, double delay_ns);

/* All zero if nothing was served. */
void latency_summarize(const struct latency *latency, struct latency_summary *summary);

/* NULL is allowed. */
void latency_free(struct latency *latency);

#endif
