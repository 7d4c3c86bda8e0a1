/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/cli.c — the rules that every command follows: options, errors, colour. Read cli.h first.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/help.h"

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
enum { KEY_COLOR = 0x100, KEY_USAGE };

static enum color_choice color_choice = COLOR_AUTO;

const struct argp_option cli_common_options[] = {
    {NULL, 0, NULL, 0, "Every command:", -1},
    {"help", 'h', NULL, 0, "This page", -1},
    {"usage", KEY_USAGE, NULL, OPTION_HIDDEN, "The usage line", -1}, /* named by argp's errors */
    {"color", KEY_COLOR, "WHEN", 0, "Colour: auto (the default), always or never", -1},
    {0},
};

/* What the common options need to know of the verb they are parsed for. */
struct parse_context {
    const struct argp *argp;
    void *input;
};

/* The verb whose name main.c put into argv[0]; NULL for a caller that is not in the table. */
static const struct cli_verb *verb_by_full_name(const char *full_name)
{
    char name[CLI_NAME_BYTES];

    for (const struct cli_command *const *command = cli_commands; *command; command++)
        for (const struct cli_verb *verb = (*command)->verbs; verb->run; verb++) {
            cli_full_name(name, *command, verb);
            if (strcmp(name, full_name) == 0)
                return verb;
        }
    return NULL;
}

static void color_set(const struct argp_state *state, const char *when)
{
    if (strcmp(when, "auto") == 0)
        color_choice = COLOR_AUTO;
    else if (strcmp(when, "always") == 0)
        color_choice = COLOR_ALWAYS;
    else if (strcmp(when, "never") == 0)
        color_choice = COLOR_NEVER;
    else
        argp_error(state, "--color: '%s' is not auto, always or never", when);
}

static error_t common_parse(int key, char *arg, struct argp_state *state)
{
    const struct parse_context *context = state->input;
    const struct cli_verb *verb;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = context->input;
        return 0;
    case 'h':
        verb = verb_by_full_name(state->name);
        help_print_verb(stdout, state->name, verb ? verb->summary : NULL, context->argp);
        exit(CLI_OK);
    case KEY_USAGE:
        argp_help(context->argp, stdout, ARGP_HELP_USAGE, state->name);
        exit(CLI_OK);
    case KEY_COLOR:
        color_set(state, arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    struct parse_context context = {.argp = argp, .input = input};
    const struct argp_child children[] = {{.argp = argp}, {0}};
    const struct argp common = {
        .options = cli_common_options,
        .parser = common_parse,
        .children = children,
    };

    argp_err_exit_status = CLI_USAGE;
    if (argp_parse(&common, argc, argv, ARGP_NO_HELP, NULL, &context) != 0)
        exit(CLI_USAGE);
}

int cli_fail(enum status status, const struct diagnostic *diag)
{
    fprintf(stderr, "%s\n", diag->text);
    switch (status) {
    case STATUS_BAD_INPUT:
        return CLI_BAD_INPUT;
    case STATUS_IO:
        return CLI_ENVIRONMENT;
    default:
        return CLI_INTERNAL;
    }
}

static bool environment_set(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] != '\0';
}

/* CLICOLOR_FORCE=0 and FORCE_COLOR=0 mean: not forced. */
static bool environment_forces(const char *name)
{
    return environment_set(name) && strcmp(getenv(name), "0") != 0;
}

bool cli_color(void)
{
    const char *term = getenv("TERM");

    if (color_choice != COLOR_AUTO)
        return color_choice == COLOR_ALWAYS;
    if (environment_set("NO_COLOR"))
        return false;
    if (environment_forces("CLICOLOR_FORCE") || environment_forces("FORCE_COLOR"))
        return true;
    return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}
