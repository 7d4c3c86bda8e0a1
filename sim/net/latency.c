/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/latency.c — see latency.h. Times are kept in whole picoseconds, so that the service of a
 * small packet loses nothing to rounding. Percentiles come from a histogram that is exact below
 * FINE counts and has FINE classes for every power of two above. */
#include "net/latency.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FINE_BITS = 10, FINE = 1 << FINE_BITS, CLASSES = (64 - FINE_BITS + 1) * FINE };

#define PS_PER_NS 1000.0

struct server {
    uint64_t free_ps; /* when it will have served all that has arrived */
};

struct latency {
    uint32_t queue_count;
    struct server *server;
    uint64_t first_ps, last_ps; /* first arrival, last departure */
    uint64_t packets;
    uint64_t least_ps, most_ps;
    double sum_ps, busy_ps;
    uint64_t histogram[CLASSES];
};

struct latency *latency_create(uint32_t queue_count)
{
    struct latency *latency = calloc(1, sizeof *latency);

    if (!latency)
        return NULL;
    latency->queue_count = queue_count;
    latency->server = calloc(queue_count, sizeof *latency->server);
    latency->least_ps = UINT64_MAX;
    if (!latency->server) {
        free(latency);
        return NULL;
    }
    return latency;
}

void latency_free(struct latency *latency)
{
    if (latency)
        free(latency->server);
    free(latency);
}

bool latency_is_idle(const struct latency *latency, uint32_t queue, uint64_t arrival_ns)
{
    return latency->server[queue].free_ps <= arrival_ns * 1000;
}

/* Below 2 * FINE every value has its class; above, the top FINE_BITS + 1 bits choose it. */
static size_t class_of(uint64_t ps)
{
    unsigned shift;

    if (ps < 2 * FINE)
        return (size_t)ps;
    shift = 63 - (unsigned)__builtin_clzll(ps) - FINE_BITS;
    return (size_t)shift * FINE + (size_t)(ps >> shift);
}

/* The largest value of a class. */
static uint64_t class_top(size_t index)
{
    size_t shift;

    if (index < 2 * FINE)
        return index;
    shift = index / FINE - 1;
    return ((uint64_t)(index - shift * FINE) << shift) + (((uint64_t)1 << shift) - 1);
}

double latency_serve(struct latency *latency, uint32_t queue, uint64_t arrival_ns,
                     double service_ns, double delay_ns)
{
    struct server *server = &latency->server[queue];
    uint64_t arrival = arrival_ns * 1000;
    uint64_t service = (uint64_t)llround(service_ns * PS_PER_NS);
    uint64_t begin = server->free_ps > arrival ? server->free_ps : arrival;
    uint64_t departure, time;

    if (latency->packets++ == 0)
        latency->first_ps = arrival;
    server->free_ps = begin + service;
    departure = server->free_ps + (uint64_t)llround(delay_ns * PS_PER_NS);
    time = departure - arrival;

    if (departure > latency->last_ps)
        latency->last_ps = departure;
    latency->busy_ps += (double)service;
    latency->sum_ps += (double)time;
    if (time < latency->least_ps)
        latency->least_ps = time;
    if (time > latency->most_ps)
        latency->most_ps = time;
    latency->histogram[class_of(time)]++;
    return (double)time / PS_PER_NS;
}

/* The time that share of all packets did not pass. */
static double percentile(const struct latency *latency, double share)
{
    uint64_t rank = (uint64_t)ceil((double)latency->packets * share), seen = 0, top;
    size_t index = 0;

    for (; index < CLASSES; index++) {
        seen += latency->histogram[index];
        if (seen >= rank)
            break;
    }
    top = class_top(index);
    return (double)(top < latency->most_ps ? top : latency->most_ps) / PS_PER_NS;
}

void latency_summarize(const struct latency *latency, struct latency_summary *summary)
{
    double span = (double)(latency->last_ps - latency->first_ps);

    memset(summary, 0, sizeof *summary);
    if (latency->packets == 0)
        return;
    summary->packets = latency->packets;
    summary->mean = latency->sum_ps / (double)latency->packets / PS_PER_NS;
    summary->least = (double)latency->least_ps / PS_PER_NS;
    summary->most = (double)latency->most_ps / PS_PER_NS;
    summary->p50 = percentile(latency, 0.50);
    summary->p95 = percentile(latency, 0.95);
    summary->p99 = percentile(latency, 0.99);
    summary->p999 = percentile(latency, 0.999);
    if (span > 0)
        summary->busy_share = latency->busy_ps / span / latency->queue_count;
}
