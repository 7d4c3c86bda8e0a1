/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_hart.h — the verb `cvmlab bench hart`, listed in bench.c. */
#ifndef CVMLAB_SIM_CLI_BENCH_HART_H
#define CVMLAB_SIM_CLI_BENCH_HART_H

#include "cli/cli.h"

/* Its options. */
extern const struct argp bench_hart_argp;

/* Runs it: as cli_verb.run. */
int bench_hart_run(int argc, char **argv);

#endif
