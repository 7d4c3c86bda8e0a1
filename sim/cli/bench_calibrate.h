/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_calibrate.h — the verb `cvmlab bench calibrate`, listed in bench.c. */
#ifndef CVMLAB_SIM_CLI_BENCH_CALIBRATE_H
#define CVMLAB_SIM_CLI_BENCH_CALIBRATE_H

#include "cli/cli.h"

/* Its options. */
extern const struct argp bench_calibrate_argp;

/* Runs it: as cli_verb.run. */
int bench_calibrate_run(int argc, char **argv);

#endif
