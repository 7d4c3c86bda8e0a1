/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/cli.h — what every command shares: the command table, exit codes, and the rules for its streams.
 * Data goes to standard output, everything else to standard error. */
#ifndef CVMLAB_SIM_CLI_CLI_H
#define CVMLAB_SIM_CLI_CLI_H

#include <argp.h>
#include <stdbool.h>

#include "base/diagnostic.h"

/* Exit codes of the program (docs/cvmlab.1.scd). */
enum exit_code {
    CLI_OK = 0,
    CLI_FINDING = 1,     /* ran; a leak, a forbidden write, a mismatch was found */
    CLI_USAGE = 2,       /* wrong command line */
    CLI_BAD_INPUT = 3,   /* input rejected */
    CLI_ENVIRONMENT = 4, /* I/O, a missing optional feature, a limit */
    CLI_INTERNAL = 70,
};

/* A verb of a command ("trace info"), or the command itself (name NULL). The man page and the completion are checked against
 * this table. */
struct cli_verb {
    const char *name;
    const char *summary;     /* one line */
    const struct argp *argp; /* its options; parsed by the verb itself with cli_parse */
    int (*run)(int argc, char **argv); /* argv[0] is "cvmlab trace info"; returns an exit_code */
};

struct cli_command {
    const char *name;
    const char *summary;
    const struct cli_verb *verbs; /* ends with run == NULL */
};

extern const struct cli_command command_replay, command_spec, command_trace, command_bench, command_demo, command_doctor;

/* argp_parse with our rules: -h as well as --help, usage errors exit with 2. */
void cli_parse(const struct argp *argp, int argc, char **argv, void *input);

/* Prints diag on standard error and returns the exit code for status: BAD_INPUT 3, IO 4 if the system failed us (an unreadable or
 * missing input file is 3), else 70. */
int cli_fail(enum status status, const struct diagnostic *diag);

/* Whether standard output should be coloured (NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM, isatty; --color overrides by cli_set_color). */
bool cli_color(void);

#endif
