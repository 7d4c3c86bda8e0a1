/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/dpdk_loop.h — polls a port of Folio on DPDK: what comes in goes through an application
 * and out again. */
#ifndef CVMLAB_SIM_CLI_DPDK_LOOP_H
#define CVMLAB_SIM_CLI_DPDK_LOOP_H

#include "dpdk/dpdk.h"

/* What is done with each packet before it is sent back. */
struct dpdk_application {
    const char *name;
    void (*packet)(struct folio_mbuf *mbuf); /* NULL: nothing, it is sent unread */
};

/* The application of this name, or NULL. */
const struct dpdk_application *dpdk_application_find(const char *name);

/* When to stop; whichever comes first. SIGINT and SIGTERM stop as well. */
struct dpdk_limits {
    uint64_t packets;    /* received; 0: no limit */
    double seconds;      /* since the start; 0: no limit */
    double idle_seconds; /* since the last packet; 0: no limit */
};

struct dpdk_result {
    struct folio_stats stats; /* of all queues */
    struct dpdk_counts counts;
    uint64_t dropped; /* received, but the device had no room for them on the way out */
    double seconds;   /* from the start to the last packet */
};

/* Runs until a limit is reached, then stops the port. STATUS_IO: it does not stop. */
enum status dpdk_loop(struct dpdk_port *port, const struct dpdk_application *application,
                      const struct dpdk_limits *limits, struct dpdk_result *result);

#endif
