/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_memory.h — the verb `cvmlab bench memory`, listed in bench.c. */
#ifndef CVMLAB_SIM_CLI_BENCH_MEMORY_H
#define CVMLAB_SIM_CLI_BENCH_MEMORY_H

#include "cli/cli.h"

/* Its options. */
extern const struct argp bench_memory_argp;

/* Runs it: as cli_verb.run. */
int bench_memory_run(int argc, char **argv);

#endif
