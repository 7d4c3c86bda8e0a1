/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory.c — the command `cvmlab memory`: its verbs, and what they share. The verbs are in
 * memory_run.c and memory_show.c; scenarios are loaded and run by sim/scenario. */
#include "cli/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *memory_paint(const char *code)
{
    return cli_color() ? code : "";
}

void memory_print_text(FILE *to, const char *text)
{
    for (; *text; text++)
        fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, to);
}

json_t *memory_hex_json(uint64_t value)
{
    return json_sprintf("0x%" PRIx64, value);
}

uint64_t memory_number_parse(struct argp_state *state, const char *option, const char *text)
{
    char *end;
    uint64_t value;

    errno = 0;
    value = strtoull(text, &end, 0);
    if (errno || end == text || *end || *text == '-')
        argp_error(state, "%s: '%s' is not a number", option, text);
    return value;
}

enum status memory_mode_find(const struct scenario *scenario, const char *name, unsigned *mode,
                             struct diagnostic *diag)
{
    char choice[SCENARIO_MODE_MAX * (SCENARIO_NAME_BYTES + 2)] = "";
    int found = scenario_find_mode(scenario, name);
    size_t used = 0;

    if (found >= 0) {
        *mode = (unsigned)found;
        return STATUS_OK;
    }
    for (unsigned i = 0; i < scenario->mode_count; i++)
        used += (size_t)snprintf(choice + used, sizeof choice - used, "%s%s", i ? ", " : "",
                                 scenario->mode[i].name);
    return diagnostic_set(diag, STATUS_BAD_INPUT, scenario->doc[0].name, 0, 0,
                          "the scenario does not run in mode \"%.40s\"; expected %s", name, choice);
}

static const struct cli_verb memory_verbs[] = {
    {"run", "run a scenario: who does what to memory, and what stops it", &memory_run_argp,
     memory_run_run},
    {"show", "pages by state, or one page as its guest and as the host see it", &memory_show_argp,
     memory_show_run},
    {0},
};

const struct cli_command command_memory = {
    .name = "memory",
    .summary = "attacks on encrypted memory, step by step, and what stops them",
    .verbs = memory_verbs,
};
