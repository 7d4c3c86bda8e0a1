/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/latency.c — see latency.h. Work is kept in whole picoseconds, so that the service of a
 * small packet loses nothing to rounding; arrivals stay in ns, so that the time since 1970 fits.
 * Percentiles come from a histogram that is exact below FINE counts and has FINE classes for every
 * power of two above. */
#include "net/latency.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FINE_BITS = 10, FINE = 1 << FINE_BITS, CLASSES = (64 - FINE_BITS + 1) * FINE };

#define PS_PER_NS 1000.0
#define PS_MOST   ((uint64_t)1 << 60) /* 13 days: no time and no queue is longer */

struct server {
    uint64_t last_ns;    /* the last arrival */
    uint64_t backlog_ps; /* what was still to be served then */
};

struct latency {
    uint32_t queue_count;
    struct server *server;
    uint64_t first_ns; /* the first arrival */
    double last_ps;    /* the last departure, from there */
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

/* What a packet that arrives now has before it. */
static uint64_t backlog_at(const struct server *server, uint64_t arrival_ns)
{
    uint64_t passed_ns = arrival_ns - server->last_ns;

    if (passed_ns >= PS_MOST / 1000 || passed_ns * 1000 >= server->backlog_ps)
        return 0;
    return server->backlog_ps - passed_ns * 1000;
}

bool latency_is_idle(const struct latency *latency, uint32_t queue, uint64_t arrival_ns)
{
    return backlog_at(&latency->server[queue], arrival_ns) == 0;
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

static uint64_t ps_of(double ns)
{
    return ns * PS_PER_NS < (double)PS_MOST ? (uint64_t)llround(ns * PS_PER_NS) : PS_MOST;
}

double latency_serve(struct latency *latency, uint32_t queue, uint64_t arrival_ns,
                     double service_ns, double delay_ns)
{
    struct server *server = &latency->server[queue];
    uint64_t backlog = backlog_at(server, arrival_ns), service = ps_of(service_ns), time;
    double departure;

    if (latency->packets++ == 0)
        latency->first_ns = arrival_ns;
    backlog = backlog + service < PS_MOST ? backlog + service : PS_MOST;
    *server = (struct server){arrival_ns, backlog};
    time = backlog + ps_of(delay_ns);

    departure = (double)(arrival_ns - latency->first_ns) * PS_PER_NS + (double)time;
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
    if (latency->last_ps > 0)
        summary->busy_share = latency->busy_ps / latency->last_ps / latency->queue_count;
}
