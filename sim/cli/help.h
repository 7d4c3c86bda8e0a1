/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/help.h — the help pages: of the program, of a command that has verbs, of one verb. */
#ifndef CVMLAB_SIM_CLI_HELP_H
#define CVMLAB_SIM_CLI_HELP_H

#include <stdio.h>

#include "cli/cli.h"

/* `cvmlab --help`. */
void help_print_program(FILE *to);

/* `cvmlab trace --help`: its verbs. For a command without verbs, the page of the command itself. */
void help_print_command(FILE *to, const struct cli_command *command);

/* The page of one verb: summary (NULL: left out), usage, examples, options, exit codes. full_name
 * is "cvmlab trace info". */
void help_print_verb(FILE *to, const char *full_name, const char *summary, const struct argp *argp);

/* Says on standard error that command (NULL: the program) has no verb (no command) of this name,
 * with the nearest one that exists, and returns CLI_USAGE. */
int help_unknown(const struct cli_command *command, const char *name);

#endif
