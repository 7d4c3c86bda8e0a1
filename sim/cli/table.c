/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/table.c — the commands, and what can be found out about them. Read cli.h first. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

const struct cli_command *const cli_commands[] = {
    &command_demo,    &command_replay,     &command_run,    &command_spec,  &command_trace,
    &command_memory,  &command_attest,     &command_attack, &command_bench, &command_doctor,
    &command_version, &command_completion, &command_help,   NULL,
};

const struct cli_command *cli_find_command(const char *name)
{
    for (const struct cli_command *const *command = cli_commands; *command; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

static bool name_equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

const struct cli_verb *cli_find_verb(const struct cli_command *command, const char *name)
{
    for (const struct cli_verb *verb = command->verbs; verb->run; verb++)
        if (name_equal(verb->name, name))
            return verb;
    return NULL;
}

void cli_full_name(char name[CLI_NAME_BYTES], const struct cli_command *command,
                   const struct cli_verb *verb)
{
    snprintf(name, CLI_NAME_BYTES, "cvmlab %s%s%s", command->name, verb->name ? " " : "",
             verb->name ? verb->name : "");
}

/* argp's own rule for the end of a list (glibc manual, "Argp Option Vectors"). */
static bool option_is_end(const struct argp_option *option)
{
    return !option->name && !option->key && !option->doc && !option->group;
}

static void options_visit(const struct argp_option *option,
                          void (*visit)(void *context, const struct argp_option *option),
                          void *context)
{
    for (; option && !option_is_end(option); option++)
        if (option->name && !(option->flags & (OPTION_HIDDEN | OPTION_DOC)))
            visit(context, option);
}

static void argp_visit(const struct argp *argp,
                       void (*visit)(void *context, const struct argp_option *option),
                       void *context)
{
    options_visit(argp->options, visit, context);
    for (const struct argp_child *child = argp->children; child && child->argp; child++)
        argp_visit(child->argp, visit, context);
}

void cli_each_option(const struct argp *argp,
                     void (*visit)(void *context, const struct argp_option *option), void *context)
{
    argp_visit(argp, visit, context);
    options_visit(cli_common_options, visit, context);
}
