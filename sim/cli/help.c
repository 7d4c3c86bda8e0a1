/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/help.c — the help pages, all made from the command table. Read cli.h first. */
#include "cli/help.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 32 };

static const char exit_codes[] =
    "Exit codes: 0 all holds, 1 a finding, 2 wrong command line, 3 input rejected,\n"
    "4 the system failed or something is missing, 70 internal error.\n";

void help_print_program(FILE *to)
{
    fprintf(to, "cvmlab - see, replay and measure a confidential VM on any Linux machine\n\n"
                "Usage: cvmlab COMMAND [VERB] [OPTION...] [ARGUMENT...]\n\n"
                "Examples:\n"
                "  cvmlab demo                a Linux boot through the security monitor\n"
                "  cvmlab replay TRACE        the same with your own recording\n"
                "  cvmlab help trace import   the page of one verb\n\n"
                "Commands:\n");
    for (const struct cli_command *const *command = cli_commands; *command; command++)
        fprintf(to, "  %-12s %s\n", (*command)->name, (*command)->summary);
    fprintf(to, "\n%s", exit_codes);
}

void help_print_verb(FILE *to, const char *full_name, const char *summary, const struct argp *argp)
{
    const struct argp_child children[] = {{.argp = argp}, {0}};
    const struct argp with_common = {.options = cli_common_options, .children = children};
    char name[CLI_NAME_BYTES];

    snprintf(name, sizeof name, "%s", full_name); /* argp_help takes a pointer to non-constant */
    /* Every option's argument stands on its line, so argp's footnote on short options says nothing.
     * A user's own layout stays. */
    setenv("ARGP_HELP_FMT", "no-dup-args-note", 0);
    if (summary)
        fprintf(to, "%s - %s\n\n", name, summary);
    argp_help(&with_common, to, ARGP_HELP_SHORT_USAGE, name);
    fputc('\n', to);
    argp_help(&with_common, to, ARGP_HELP_PRE_DOC | ARGP_HELP_LONG | ARGP_HELP_POST_DOC, name);
    fprintf(to, "\n%s", exit_codes);
}

void help_print_command(FILE *to, const struct cli_command *command)
{
    const struct cli_verb *self = cli_find_verb(command, NULL);
    char name[CLI_NAME_BYTES];

    snprintf(name, sizeof name, "cvmlab %s", command->name);
    if (self) {
        help_print_verb(to, name, self->summary, self->argp);
        return;
    }
    fprintf(to, "%s - %s\n\nUsage: %s VERB [OPTION...] [ARGUMENT...]\n\nVerbs:\n", name,
            command->summary, name);
    for (const struct cli_verb *verb = command->verbs; verb->run; verb++)
        fprintf(to, "  %-12s %s\n", verb->name, verb->summary);
    fprintf(to, "\n%s VERB --help shows the page of one.\n", name);
}

/* Levenshtein distance; words longer than WORD_MAX are compared by their beginning. */
static unsigned word_distance(const char *a, const char *b)
{
    unsigned row[WORD_MAX + 1];
    size_t a_length = strnlen(a, WORD_MAX), b_length = strnlen(b, WORD_MAX);

    for (unsigned j = 0; j <= b_length; j++)
        row[j] = j;
    for (unsigned i = 1; i <= a_length; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= b_length; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            if (best > row[j] + 1)
                best = row[j] + 1;
            if (best > row[j - 1] + 1)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[b_length];
}

/* The nearest name so far. A name that needs as many changes as it has letters is no suggestion. */
struct nearest {
    const char *name;
    unsigned distance;
};

static void nearest_consider(struct nearest *nearest, const char *typed, const char *name)
{
    unsigned distance = word_distance(typed, name);

    if (distance < nearest->distance && distance <= 1 + strlen(name) / 3)
        *nearest = (struct nearest){.name = name, .distance = distance};
}

int help_unknown(const struct cli_command *command, const char *name)
{
    struct nearest nearest = {.name = NULL, .distance = WORD_MAX + 1};

    if (command)
        for (const struct cli_verb *verb = command->verbs; verb->run && verb->name; verb++)
            nearest_consider(&nearest, name, verb->name);
    else
        for (const struct cli_command *const *other = cli_commands; *other; other++)
            nearest_consider(&nearest, name, (*other)->name);

    fprintf(stderr, "cvmlab%s%s: there is no %s '%s'", command ? " " : "",
            command ? command->name : "", command ? "verb" : "command", name);
    if (nearest.name)
        fprintf(stderr, "; did you mean '%s'?\n", nearest.name);
    else
        fprintf(stderr, "; cvmlab %s%s--help lists them\n", command ? command->name : "",
                command ? " " : "");
    return CLI_USAGE;
}

/* The command `cvmlab help`. */

enum { KEY_LIST = 0x100, WORDS_MAX = 2 };

struct help_request {
    const char *word[WORDS_MAX]; /* command, verb */
    unsigned count;
    bool list;
};

static error_t request_parse(int key, char *arg, struct argp_state *state)
{
    struct help_request *request = state->input;

    switch (key) {
    case KEY_LIST:
        request->list = true;
        return 0;
    case ARGP_KEY_ARG:
        if (request->count == WORDS_MAX)
            argp_error(state, "too many words: '%s'", arg);
        request->word[request->count++] = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option help_options[] = {
    {"list", KEY_LIST, NULL, 0, "One line per command, verb and option, for scripts", 0},
    {0},
};

static const struct argp help_argp = {
    .options = help_options,
    .parser = request_parse,
    .args_doc = "[COMMAND [VERB]]",
    .doc = "Examples:\n"
           "  cvmlab help\n"
           "  cvmlab help replay\n"
           "  cvmlab help trace import",
};

static void option_list(void *context, const struct argp_option *option)
{
    printf("%s --%s\n", (const char *)context, option->name);
}

static void table_list(void)
{
    char name[CLI_NAME_BYTES];

    for (const struct cli_command *const *command = cli_commands; *command; command++)
        for (const struct cli_verb *verb = (*command)->verbs; verb->run; verb++) {
            cli_full_name(name, *command, verb);
            printf("%s\n", name);
            cli_each_option(verb->argp, option_list, name);
        }
}

static int help_run(int argc, char **argv)
{
    struct help_request request = {0};
    const struct cli_command *command;
    const struct cli_verb *verb;
    char name[CLI_NAME_BYTES];

    cli_parse(&help_argp, argc, argv, &request);
    if (request.list) {
        table_list();
        return CLI_OK;
    }
    if (request.count == 0) {
        help_print_program(stdout);
        return CLI_OK;
    }
    command = cli_find_command(request.word[0]);
    if (!command)
        return help_unknown(NULL, request.word[0]);
    if (request.count == 1) {
        help_print_command(stdout, command);
        return CLI_OK;
    }
    verb = cli_find_verb(command, request.word[1]);
    if (!verb)
        return help_unknown(command, request.word[1]);
    cli_full_name(name, command, verb);
    help_print_verb(stdout, name, verb->summary, verb->argp);
    return CLI_OK;
}

static const struct cli_verb help_verbs[] = {
    {NULL, "the page of a command or verb", &help_argp, help_run},
    {0},
};

const struct cli_command command_help = {
    .name = "help",
    .summary = "the page of a command or verb",
    .verbs = help_verbs,
};
