/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/spec_diff.h — the verb `cvmlab spec diff`, listed in spec.c. */
#ifndef CVMLAB_SIM_CLI_SPEC_DIFF_H
#define CVMLAB_SIM_CLI_SPEC_DIFF_H

#include "cli/cli.h"

/* Its options. */
extern const struct argp spec_diff_argp;

/* Runs it: as cli_verb.run. */
int spec_diff_run(int argc, char **argv);

#endif
