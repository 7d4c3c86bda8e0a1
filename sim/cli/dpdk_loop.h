/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/dpdk_loop.h — polls a port of Folio on DPDK: what comes in goes through an application
 * and out again. */
#ifndef CVMLAB_SIM_CLI_DPDK_LOOP_H
#define CVMLAB_SIM_CLI_DPDK_LOOP_H

#include "dpdk/dpdk.h"
#include "net/app.h"

/* When to stop; whichever comes first. SIGINT and SIGTERM stop as well. */
struct dpdk_limits {
    uint64_t packets;    /* received; 0: no limit */
    double seconds;      /* since the start; 0: no limit */
    double idle_seconds; /* since the last packet; 0: no limit */
};

struct dpdk_result {
    struct folio_stats stats; /* of all queues */
    struct app_stats app;
    struct dpdk_counts counts;
    uint64_t tx_full; /* the application sent them, but the device had no room */
    double seconds;   /* from the start to the last packet */
};

/* Runs until a limit is reached, then stops the port. app gets its pool from the port and stays the
 * caller's. STATUS_IO: the port does not stop. */
enum status dpdk_loop(struct dpdk_port *port, struct app *app, const struct dpdk_limits *limits,
                      struct dpdk_result *result);

#endif
