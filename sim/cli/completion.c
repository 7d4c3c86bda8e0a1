/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/completion.c — the command `cvmlab completion`: scripts for bash and zsh, made from the
 * command table. Both do the same: the first word is a command, the second a verb if the command
 * has verbs, a word that begins with '-' is an option of that verb, anything else a file. Read
 * cli.h first. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

enum { WORD_BYTES = 64 };

/* How a shell writes what both have: a case over the words before the cursor, with a list of
 * choices in each branch. */
struct shell {
    const char *name;
    const char *before; /* sets $current and $parents, opens the case */
    const char *list_begin, *list_end;
    void (*print_choice)(const char *word, const char *summary);
    const char *after;
};

static void bash_print_choice(const char *word, const char *summary)
{
    (void)summary;
    printf(" %s", word);
}

/* 'word:summary', with what _describe and the quotes would eat escaped. */
static void zsh_print_choice(const char *word, const char *summary)
{
    printf(" '%s:", word);
    for (; summary && *summary; summary++) {
        if (*summary == '\'')
            fputs("'\\'", stdout);
        if (*summary == ':')
            putchar('\\');
        putchar(*summary);
    }
    putchar('\'');
}

static const struct shell shells[] = {
    {
        .name = "bash",
        .before = "# bash completion for cvmlab; to use it: eval \"$(cvmlab completion bash)\"\n"
                  "_cvmlab()\n"
                  "{\n"
                  "    local current=${COMP_WORDS[COMP_CWORD]} parents= words=\n"
                  "    [ \"$COMP_CWORD\" -gt 1 ] && parents=${COMP_WORDS[1]}\n"
                  "    [ \"$COMP_CWORD\" -gt 2 ] && parents+=\" ${COMP_WORDS[2]}\"\n"
                  "    case $parents in\n",
        .list_begin = "words='",
        .list_end = "'",
        .print_choice = bash_print_choice,
        .after = "    esac\n"
                 "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
                 "}\n"
                 "complete -o default -F _cvmlab cvmlab\n",
    },
    {
        .name = "zsh",
        .before = "#compdef cvmlab\n"
                  "# zsh completion for cvmlab; to use it: source <(cvmlab completion zsh)\n"
                  "_cvmlab()\n"
                  "{\n"
                  "    local current=$words[CURRENT] parents=''\n"
                  "    local -a choices\n"
                  "    (( CURRENT > 2 )) && parents=$words[2]\n"
                  "    (( CURRENT > 3 )) && parents+=\" $words[3]\"\n"
                  "    case $parents in\n",
        .list_begin = "choices=(",
        .list_end = ")",
        .print_choice = zsh_print_choice,
        .after = "    esac\n"
                 "    if (( $#choices )); then _describe cvmlab choices; else _files; fi\n"
                 "}\n"
                 "compdef _cvmlab cvmlab\n",
    },
};

static void option_print(void *context, const struct argp_option *option)
{
    const struct shell *const *shell = context;
    char word[WORD_BYTES];

    snprintf(word, sizeof word, "--%s", option->name);
    (*shell)->print_choice(word, option->doc);
}

static void commands_print(const struct shell *shell)
{
    printf("    '') %s", shell->list_begin);
    for (const struct cli_command *const *command = cli_commands; *command; command++)
        shell->print_choice((*command)->name, (*command)->summary);
    printf("%s ;;\n", shell->list_end);
}

static void verbs_print(const struct shell *shell, const struct cli_command *command)
{
    printf("    '%s') %s", command->name, shell->list_begin);
    for (const struct cli_verb *verb = command->verbs; verb->run; verb++)
        shell->print_choice(verb->name, verb->summary);
    printf("%s ;;\n", shell->list_end);
}

static void options_print(const struct shell *shell, const struct cli_command *command,
                          const struct cli_verb *verb)
{
    printf("    '%s%s%s'*) [[ $current != -* ]] || %s", command->name, verb->name ? " " : "",
           verb->name ? verb->name : "", shell->list_begin);
    cli_each_option(verb->argp, option_print, &shell);
    printf("%s ;;\n", shell->list_end);
}

static void script_print(const struct shell *shell)
{
    fputs(shell->before, stdout);
    commands_print(shell);
    for (const struct cli_command *const *command = cli_commands; *command; command++) {
        if (!cli_find_verb(*command, NULL))
            verbs_print(shell, *command);
        for (const struct cli_verb *verb = (*command)->verbs; verb->run; verb++)
            options_print(shell, *command, verb);
    }
    fputs(shell->after, stdout);
}

static error_t completion_parse(int key, char *arg, struct argp_state *state)
{
    const struct shell **shell = state->input;

    switch (key) {
    case ARGP_KEY_ARG:
        if (*shell)
            argp_error(state, "one shell at a time; '%s' is one too many", arg);
        for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
            if (strcmp(arg, shells[i].name) == 0)
                *shell = &shells[i];
        if (!*shell)
            argp_error(state, "'%s' is not a shell that is known here: bash, zsh", arg);
        return 0;
    case ARGP_KEY_END:
        if (!*shell)
            argp_error(state, "which shell? bash or zsh");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp completion_argp = {
    .parser = completion_parse,
    .args_doc = "bash|zsh",
    .doc = "Examples:\n"
           "  eval \"$(cvmlab completion bash)\"\n"
           "  source <(cvmlab completion zsh)",
};

static int completion_run(int argc, char **argv)
{
    const struct shell *shell = NULL;

    cli_parse(&completion_argp, argc, argv, &shell);
    script_print(shell);
    return CLI_OK;
}

static const struct cli_verb completion_verbs[] = {
    {NULL, "a completion script for bash or zsh", &completion_argp, completion_run},
    {0},
};

const struct cli_command command_completion = {
    .name = "completion",
    .summary = "a completion script for bash or zsh",
    .verbs = completion_verbs,
};
