/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/spec_minimize.h — the verb `cvmlab spec minimize`, listed in spec.c. */
#ifndef CVMLAB_SIM_CLI_SPEC_MINIMIZE_H
#define CVMLAB_SIM_CLI_SPEC_MINIMIZE_H

#include "cli/cli.h"

/* Its options. */
extern const struct argp spec_minimize_argp;

/* Runs it: as cli_verb.run. */
int spec_minimize_run(int argc, char **argv);

#endif
