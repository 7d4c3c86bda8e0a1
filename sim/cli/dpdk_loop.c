/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/dpdk_loop.c — the loop of `cvmlab dpdk`. */
#define _POSIX_C_SOURCE 200809L
#include "cli/dpdk_loop.h"

#include <signal.h>

#include "cli/cli.h"

enum { BURST = 32, ROUNDS_PER_LOOK = 64 };

struct loop {
    struct folio_port *port;
    struct app *app;
    const struct dpdk_limits *limits;
    uint64_t received, tx_full;
    uint64_t seen; /* of received, at the last look at the clock */
    double start, last;
};

/* One burst of one queue, there and back. */
static void burst_run(struct loop *loop, uint16_t queue)
{
    struct folio_mbuf *mbufs[BURST], *out[APP_OUT_MAX];
    uint64_t left = loop->limits->packets - loop->received;
    uint16_t ask = loop->limits->packets != 0 && left < BURST ? (uint16_t)left : BURST;
    uint16_t count = folio_rx_burst(loop->port, queue, mbufs, ask), sent;

    if (count == 0)
        return;
    loop->received += count;
    count = loop->app->ops->burst(loop->app, queue, mbufs, count, out);
    sent = folio_tx_burst(loop->port, queue, out, count);
    loop->tx_full += (uint64_t)(count - sent);
    for (uint16_t i = sent; i < count; i++)
        folio_mbuf_free(out[i]);
}

static bool is_interrupted(void)
{
    sigset_t pending;

    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

/* Whether to go on, asked every ROUNDS_PER_LOOK rounds. */
static bool look(struct loop *loop)
{
    const struct dpdk_limits *limits = loop->limits;
    double now = cli_seconds();

    if (loop->received != loop->seen)
        loop->last = now;
    loop->seen = loop->received;
    return !(limits->seconds > 0 && now - loop->start >= limits->seconds) &&
           !(limits->idle_seconds > 0 && now - loop->last >= limits->idle_seconds) &&
           !is_interrupted();
}

static void rounds_run(struct loop *loop)
{
    uint64_t most = loop->limits->packets;

    loop->start = loop->last = cli_seconds();
    do {
        for (unsigned round = 0; round < ROUNDS_PER_LOOK; round++)
            for (uint16_t queue = 0; queue < loop->port->config.queue_count; queue++)
                if (most == 0 || loop->received < most)
                    burst_run(loop, queue);
    } while (look(loop) && (most == 0 || loop->received < most));
}

enum status dpdk_loop(struct dpdk_port *port, struct app *app, const struct dpdk_limits *limits,
                      struct dpdk_result *result)
{
    struct loop loop = {.port = dpdk_port_folio(port), .app = app, .limits = limits};
    struct folio_stats stats;
    sigset_t ends, before;
    enum status st;

    app->pool = loop.port->config.shadow;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, &before);
    rounds_run(&loop);
    if (is_interrupted()) { /* it has done what it was for */
        int number;

        sigwait(&ends, &number);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);

    st = dpdk_port_stop(port);
    *result = (struct dpdk_result){
        .app = app->stats, .tx_full = loop.tx_full, .seconds = loop.last - loop.start};
    for (uint16_t queue = 0; queue < loop.port->config.queue_count; queue++) {
        folio_port_stats(loop.port, queue, &stats);
        folio_stats_add(&result->stats, &stats);
    }
    dpdk_port_counts(port, &result->counts);
    return st;
}
