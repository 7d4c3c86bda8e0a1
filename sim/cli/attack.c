/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/attack.c — `cvmlab attack`: a hostile host against the packet data path. What the host
 * does is in net/hostile.h and net/toctou.h; printing is in attack_print.c. Attacks happen only
 * inside this program. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/attack_print.h"
#include "cli/cli.h"
#include "net/toctou.h"

enum { KEY_JSON = 0x100, KEY_SEED, KEY_SECONDS, KEY_WITH, CASES_MAX = 64, SECONDS_MAX = 60 };

struct attack_arguments {
    const struct hostile_case *cases[CASES_MAX];
    size_t count;
    enum hostile_option option;
    uint64_t seed;
    unsigned seconds;
    bool is_json;
};

static uint64_t number_parse(const char *name, const char *text, uint64_t most,
                             struct argp_state *state)
{
    if (!isdigit((unsigned char)*text) || strspn(text, "0123456789") != strlen(text) ||
        strlen(text) > 18 || strtoull(text, NULL, 10) > most)
        argp_error(state, "--%s: '%s' is not a number from 0 to %llu", name, text,
                   (unsigned long long)most);
    return strtoull(text, NULL, 10);
}

static void case_add(struct attack_arguments *arguments, const char *name, struct argp_state *state)
{
    const struct hostile_case *script = hostile_case_find(name);

    if (strcmp(name, "all") == 0) {
        arguments->count = 0;
        for (size_t i = 0; i < CASES_MAX && hostile_case_at(i); i++)
            arguments->cases[arguments->count++] = hostile_case_at(i);
        return;
    }
    if (!script)
        argp_error(state, "no case '%s'; 'cvmlab attack list' shows them", name);
    if (arguments->count == CASES_MAX)
        argp_error(state, "more than %d cases", CASES_MAX);
    arguments->cases[arguments->count++] = script;
}

static enum hostile_option option_parse(const char *name, struct argp_state *state)
{
    for (unsigned i = 0; i < HOSTILE_OPTION_COUNT; i++)
        if (strcmp(name, hostile_option_name((enum hostile_option)i)) == 0)
            return (enum hostile_option)i;
    argp_error(state, "--with: '%s' is not none, header-only, single-fetch or egress-guard", name);
    return HOSTILE_WITH_NONE;
}

static error_t list_parse(int key, char *arg, struct argp_state *state)
{
    struct attack_arguments *arguments = state->input;

    if (key == ARGP_KEY_ARG)
        argp_error(state, "no argument is expected: '%s'", arg);
    if (key != KEY_JSON)
        return ARGP_ERR_UNKNOWN;
    arguments->is_json = true;
    return 0;
}

static error_t run_parse(int key, char *arg, struct argp_state *state)
{
    struct attack_arguments *arguments = state->input;

    switch (key) {
    case KEY_SEED:
        arguments->seed = number_parse("seed", arg, 999999999999999999, state);
        return 0;
    case KEY_WITH:
        arguments->option = option_parse(arg, state);
        return 0;
    case ARGP_KEY_ARG:
        case_add(arguments, arg, state);
        return 0;
    case ARGP_KEY_END:
        if (arguments->count == 0)
            argp_error(state, "a case is needed, or 'all'");
        return 0;
    default:
        return list_parse(key, arg, state);
    }
}

static error_t race_parse(int key, char *arg, struct argp_state *state)
{
    struct attack_arguments *arguments = state->input;

    if (key != KEY_SECONDS)
        return list_parse(key, arg, state);
    arguments->seconds = (unsigned)number_parse("seconds", arg, SECONDS_MAX, state);
    return 0;
}

static const struct argp_option list_options[] = {
    {"json", KEY_JSON, NULL, 0, "One JSON document", 0},
    {0},
};

static const struct argp_option run_options[] = {
    {"with", KEY_WITH, "OPTION", 0,
     "Optional feature of Folio that the guest uses: none (default), header-only, single-fetch or "
     "egress-guard",
     0},
    {"seed", KEY_SEED, "N", 0, "Seed of keys and packets (default 1)", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document", 0},
    {0},
};

static const struct argp_option race_options[] = {
    {"seconds", KEY_SECONDS, "N", 0, "Seconds for each size and form (default 1, at most 60)", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document", 0},
    {0},
};

static const struct argp list_argp = {
    .options = list_options,
    .parser = list_parse,
    .doc = "Examples:\n  cvmlab attack list",
};

static const struct argp run_argp = {
    .options = run_options,
    .parser = run_parse,
    .args_doc = "CASE|all...",
    .doc = "Examples:\n"
           "  cvmlab attack run all\n"
           "  cvmlab attack run length-65535 data-during --json\n"
           "  cvmlab attack run all --with single-fetch"
           "\v"
           "Each case runs in a machine of its own: two queues, three buffers, SNP. Exit code 1: "
           "something did not hold.",
};

static const struct argp race_argp = {
    .options = race_options,
    .parser = race_parse,
    .doc =
        "Examples:\n"
        "  cvmlab attack race\n"
        "  cvmlab attack race --seconds 6"
        "\v"
        "Opens AES-128-GCM texts with OpenSSL while a second thread changes one byte of them, in "
        "place and after a copy. Counts are measured: they differ from run to run. Exit code 1: "
        "a forgery was accepted from a copy.",
};

static int list_run(int argc, char **argv)
{
    struct attack_arguments arguments = {.seed = 1};

    cli_parse(&list_argp, argc, argv, &arguments);
    return attack_print_list(arguments.is_json);
}

static int run_run(int argc, char **argv)
{
    struct attack_arguments arguments = {.seed = 1};
    struct hostile_result results[CASES_MAX];
    struct diagnostic diag;
    int code = CLI_OK, printed;

    cli_parse(&run_argp, argc, argv, &arguments);
    for (size_t i = 0; i < arguments.count; i++) {
        enum status st =
            hostile_run(arguments.cases[i], arguments.option, arguments.seed, &results[i], &diag);

        if (st != STATUS_OK)
            return cli_fail(st, &diag);
        if (!hostile_result_holds(&results[i]))
            code = CLI_FINDING;
    }
    printed = attack_print_results(arguments.cases, results, arguments.count, arguments.option,
                                   arguments.is_json);
    return printed == CLI_OK ? code : printed;
}

static int race_run(int argc, char **argv)
{
    struct attack_arguments arguments = {.seconds = 1};
    struct attack_race races[ATTACK_RACES];
    struct diagnostic diag;
    int code = CLI_OK, printed;

    cli_parse(&race_argp, argc, argv, &arguments);
    for (size_t i = 0; i < ATTACK_RACES; i++) {
        static const size_t sizes[ATTACK_RACES / 2] = {64, 256, 1024, 1440};
        enum status st;

        races[i].size_bytes = sizes[i / 2];
        races[i].is_copied = i % 2 == 1;
        st = toctou_race_run(races[i].size_bytes, races[i].is_copied, arguments.seconds,
                             &races[i].race, &diag);
        if (st != STATUS_OK)
            return cli_fail(st, &diag);
        if (races[i].is_copied && races[i].race.forged > 0)
            code = CLI_FINDING;
    }
    printed = attack_print_races(races, arguments.seconds, arguments.is_json);
    return printed == CLI_OK ? code : printed;
}

static const struct cli_verb verbs[] = {
    {"list", "what a hostile host may try, and what must hold", &list_argp, list_run},
    {"run", "let the host try, and look whether it holds", &run_argp, run_run},
    {"race", "decrypt in place and from a copy, against a second thread", &race_argp, race_run},
    {NULL, NULL, NULL, NULL},
};

const struct cli_command command_attack = {
    .name = "attack",
    .summary = "a host that lies to the packet data path",
    .verbs = verbs,
};
