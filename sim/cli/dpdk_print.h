/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/dpdk_print.h — what `cvmlab dpdk` prints at its end. */
#ifndef CVMLAB_SIM_CLI_DPDK_PRINT_H
#define CVMLAB_SIM_CLI_DPDK_PRINT_H

#include "cli/dpdk_loop.h"

/* The facts of a run. */
struct dpdk_run {
    const char *driver, *application;
    unsigned queue_count;
    struct dpdk_result result;
};

/* A table for people on standard output. */
void dpdk_print(const struct dpdk_run *run);

/* One JSON document; an exit_code. */
int dpdk_print_json(const struct dpdk_run *run);

#endif
