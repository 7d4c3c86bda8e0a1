/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_dpdk.h — the verb `cvmlab bench dpdk`, listed in bench.c. */
#ifndef CVMLAB_SIM_CLI_BENCH_DPDK_H
#define CVMLAB_SIM_CLI_BENCH_DPDK_H

#include "cli/cli.h"

/* Its options. */
extern const struct argp bench_dpdk_argp;

/* Runs it: as cli_verb.run. */
int bench_dpdk_run(int argc, char **argv);

#endif
