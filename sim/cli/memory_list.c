/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory_list.c — the scenarios that come with the program. See memory.h. */
#include <inttypes.h>

#include "cli/memory.h"

int memory_print_list(FILE *to)
{
    const char *name;

    fprintf(to, "%sscenario              year  title%s\n", memory_paint("\033[1m"),
            memory_paint("\033[0m"));
    for (unsigned i = 0; (name = scenario_builtin_name(i)); i++) {
        struct diagnostic diag = {""};
        enum status status;
        struct scenario *scenario = scenario_load(name, NULL, &status, &diag);

        if (!scenario)
            return cli_fail(status, &diag);
        fprintf(to, "%-20s  %" PRIu64 "  %s\n", name, scenario->paper.year, scenario->title);
        scenario_free(scenario);
    }
    fprintf(to,
            "\ncvmlab memory run SCENARIO runs one in every mode; docs/SCENARIOS.md says how to "
            "write one.\n");
    return CLI_OK;
}
