/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/json_print.c — the one way to standard output for a document of --json. */
#include <jansson.h>
#include <stdio.h>

#include "cli/cli.h"

int cli_json_print(json_t *document)
{
    bool failed = !document || json_dumpf(document, stdout, JSON_INDENT(2)) != 0;

    json_decref(document);
    return failed || putchar('\n') == EOF ? CLI_ENVIRONMENT : CLI_OK;
}
