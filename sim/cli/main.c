/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/main.c — finds the command and runs it. The commands are listed in table.c; each is one
 * file beside this one. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/help.h"

static bool asks_for_help(const char *word)
{
    return strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0;
}

/* argv[0] is the last word of the verb's name; it becomes all of it. */
static int verb_run(const struct cli_command *command, const struct cli_verb *verb, int argc,
                    char **argv)
{
    char name[CLI_NAME_BYTES];

    cli_full_name(name, command, verb);
    argv[0] = name;
    return verb->run(argc, argv);
}

/* argv[0] is the command. */
static int command_start(const struct cli_command *command, int argc, char **argv)
{
    const struct cli_verb *verb = cli_find_verb(command, NULL);

    if (verb)
        return verb_run(command, verb, argc, argv);
    if (argc < 2) {
        help_print_command(stderr, command);
        return CLI_USAGE;
    }
    if (asks_for_help(argv[1])) {
        help_print_command(stdout, command);
        return CLI_OK;
    }
    verb = cli_find_verb(command, argv[1]);
    return verb ? verb_run(command, verb, argc - 1, argv + 1) : help_unknown(command, argv[1]);
}

static int program_run(int argc, char **argv)
{
    const struct cli_command *command;

    if (argc < 2 || asks_for_help(argv[1])) {
        help_print_program(stdout);
        return CLI_OK;
    }
    command = strcmp(argv[1], "--version") == 0 ? &command_version : cli_find_command(argv[1]);
    return command ? command_start(command, argc - 1, argv + 1) : help_unknown(NULL, argv[1]);
}

int main(int argc, char **argv)
{
    int code = program_run(argc, argv);

    /* Output that did not reach the disk must not look like success. */
    if (fclose(stdout) != 0) {
        perror("cvmlab: standard output");
        return CLI_ENVIRONMENT;
    }
    return code;
}
