/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/cli.h — what every command shares: the command table, exit codes, and the rules for its
 * streams. Data goes to standard output, everything else to standard error. A command is one file
 * that defines command_NAME and is listed in table.c; help, completion and the test of the man page
 * follow from the table. */
#ifndef CVMLAB_SIM_CLI_CLI_H
#define CVMLAB_SIM_CLI_CLI_H

#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/diagnostic.h"

/* Exit codes of the program (docs/cvmlab.1.scd). */
enum exit_code {
    CLI_OK = 0,
    CLI_FINDING = 1,      /* ran; a leak, a forbidden write, a mismatch was found */
    CLI_USAGE = 2,        /* wrong command line */
    CLI_BAD_INPUT = 3,    /* input rejected */
    CLI_ENVIRONMENT = 4,  /* I/O, a missing optional feature, a limit */
    CLI_GUEST_FAILED = 5, /* the program on the emulated machine said that it failed */
    CLI_INTERNAL = 70,
};

/* A verb of a command ("trace info"), or the command itself (name NULL). Of its argp: args_doc
 * names the arguments; doc holds "Examples:" and one per line, then, after \v, whatever else there
 * is to say. */
struct cli_verb {
    const char *name;
    const char *summary;               /* one line */
    const struct argp *argp;           /* its options, for cli_parse; never NULL */
    int (*run)(int argc, char **argv); /* argv[0] is "cvmlab trace info"; returns an exit_code */
};

struct cli_command {
    const char *name;
    const char *summary;
    const struct cli_verb *verbs; /* ends with run == NULL */
};

extern const struct cli_command command_replay, command_run, command_spec, command_trace,
    command_memory, command_attest, command_attack, command_bench, command_demo, command_doctor,
    command_version, command_completion, command_help;

/* All of them, in the order of the help page; NULL at the end. */
extern const struct cli_command *const cli_commands[];

/* Options that cli_parse gives to every verb: --help and --color. */
extern const struct argp_option cli_common_options[];

/* The command of this name, or NULL. */
const struct cli_command *cli_find_command(const char *name);

/* The verb of this name, or NULL. name NULL: the command itself, if it has no verbs. */
const struct cli_verb *cli_find_verb(const struct cli_command *command, const char *name);

enum { CLI_NAME_BYTES = 80 };

/* Writes "cvmlab trace info", or "cvmlab replay" for a verb without a name. */
void cli_full_name(char name[CLI_NAME_BYTES], const struct cli_command *command,
                   const struct cli_verb *verb);

/* Calls visit for every option that a user may give, children's and common ones included; hidden
 * ones are left out. */
void cli_each_option(const struct argp *argp,
                     void (*visit)(void *context, const struct argp_option *option), void *context);

/* argp_parse with our rules: -h as well as --help, --color, usage errors exit with 2. Does not
 * return on those. */
void cli_parse(const struct argp *argp, int argc, char **argv, void *input);

/* Prints diag on standard error and returns the exit code for status: BAD_INPUT 3 (an unreadable or
 * missing input file too), IO 4, else 70. */
int cli_fail(enum status status, const struct diagnostic *diag);

/* Prints a document of --json, its keys in the order in which they were set, and a newline; frees
 * it. CLI_ENVIRONMENT: it was not written, or document is NULL because there was no memory. */
int cli_json_print(json_t *document);

/* Whether standard output should be coloured: --color, else NO_COLOR, CLICOLOR_FORCE and
 * FORCE_COLOR, else a terminal whose TERM is not dumb. */
bool cli_color(void);

/* Wall time since some fixed moment, for what a report calls measured. */
double cli_seconds(void);

/* How far a long run is. On a terminal a bar that appears after a second; else a line every ten
 * seconds. All on standard error. A zeroed struct shows nothing: a command that prints JSON does
 * not start one. */
struct cli_progress {
    const char *label; /* NULL: off */
    uint64_t total;    /* 0: unknown */
    uint64_t next_ns;  /* nothing is printed before */
    bool is_terminal;
    bool is_drawn;
};

/* Begins; nothing is printed yet. label is kept. */
void cli_progress_start(struct cli_progress *progress, const char *label, uint64_t total);

/* done of total. Cheap enough for every thousandth step, not for every one. */
void cli_progress_update(struct cli_progress *progress, uint64_t done);

/* Removes the bar. To be called before anything else is printed on the terminal. */
void cli_progress_end(struct cli_progress *progress);

#endif
