/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/spec_ghcb.c — see spec_ghcb.h. */
#include "cli/spec_ghcb.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/cli.h"
#include "spec/ghcb_render.h"

static void warning_print(void *context, unsigned index, const char *text)
{
    const struct ghcb_spec *spec = context;
    const char *file;
    uint64_t line;

    ghcb_spec_origin(spec, index, &file, &line);
    printf("%s:%" PRIu64 ": %s: %s\n", file, line,
           index < spec->table.row_count ? spec->table.row[index].id : spec->table.name, text);
}

int spec_ghcb_lint(const char *name)
{
    enum status status;
    struct diagnostic diag;
    struct ghcb_spec *spec = ghcb_spec_open(name, &status, &diag);
    unsigned warnings, unverified = 0, in = 0, out = 0;

    if (!spec)
        return cli_fail(status, &diag);
    warnings = ghcb_spec_lint(spec, warning_print, spec);
    for (unsigned i = 0; i < spec->table.row_count; i++) {
        unverified += spec->table.row[i].certainty == GHCB_CERTAIN_U;
        in += spec->table.row[i].in_count;
        out += spec->table.row[i].out_count;
    }
    printf("%s: %u rows (%u unverified), %u handed out, %u taken back, %u warning%s\n", name,
           spec->table.row_count, unverified, in, out, warnings, warnings == 1 ? "" : "s");
    ghcb_spec_close(spec);
    return warnings ? CLI_FINDING : CLI_OK;
}

static int row_print(const struct ghcb_spec *spec, const char *id)
{
    const struct ghcb_row *row = ghcb_row_by_id(&spec->table, id);

    if (!row) {
        fprintf(stderr, "cvmlab spec show: --row: '%s' is no row of %s; one is %s\n", id,
                spec->table.name, spec->table.row[0].id);
        return CLI_USAGE;
    }
    ghcb_render_row(stdout, spec, (unsigned)(row - spec->table.row));
    return CLI_OK;
}

int spec_ghcb_show(const char *name, enum show_format format, const char *row)
{
    enum status status;
    struct diagnostic diag;
    struct ghcb_spec *spec = ghcb_spec_open(name, &status, &diag);
    int code = CLI_OK;

    if (!spec)
        return cli_fail(status, &diag);
    if (row)
        code = row_print(spec, row);
    else if (format == SHOW_MARKDOWN)
        ghcb_render_markdown(stdout, spec);
    else if (format == SHOW_JSON)
        code = cli_json_print(ghcb_render_json(spec));
    else
        ghcb_render_table(stdout, spec);
    ghcb_spec_close(spec);
    return code;
}
