/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_calibrate.c — `cvmlab bench calibrate`: this computer as a file of costs, which
 * --machine of the other commands reads. The measuring is in net/calibrate.c. */
#include "cli/bench_calibrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file_out.h"
#include "cli/bench_row.h"
#include "net/calibrate.h"

enum { KEY_JSON = 0x100 };

struct calibrate_arguments {
    const char *output;
    bool json;
};

static const struct argp_option options[] = {
    {"output", 'o', "FILE.json", 0, "Write the file of costs; - is standard output", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document", 0},
    {0},
};

static bool output_is_stdout(const struct calibrate_arguments *arguments)
{
    return arguments->output && strcmp(arguments->output, "-") == 0;
}

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct calibrate_arguments *arguments = state->input;

    switch (key) {
    case 'o':
        arguments->output = arg;
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case ARGP_KEY_END:
        if (arguments->json && output_is_stdout(arguments))
            argp_error(state, "--json and -o - both write to standard output");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp bench_calibrate_argp = {
    .options = options,
    .parser = option_parse,
    .doc = "Examples:\n"
           "  cvmlab bench calibrate\n"
           "  cvmlab bench calibrate -o here.json\n"
           "  cvmlab bench folio --modelled --machine ./here.json\n"
           "\vMeasured, so no two runs give the same file: measure once, on an idle computer, with "
           "the build type Release, and keep the file. What cannot be measured without a NIC and "
           "without SEV-SNP is that of the machine " CALIBRATE_BASE ", and says so.",
};

static void line_print(const char *name, const char *unit, double value, double low, double high,
                       double base)
{
    int digits = value >= 1e6 ? 0 : value >= 100 ? 1 : 2;

    printf("%-20s %14.*f %14.*f %14.*f %14.*f %s\n", name, digits, value, digits, low, digits, high,
           digits, base, unit);
}

static void cost_print(const struct cost *cost, const struct cost *base)
{
    unsigned taken = 0;

    printf("MEASURED: %s\nmedian of %d samples each, smallest and largest\n\n%-20s %14s %14s %14s "
           "%14s\n",
           cost->title, CALIBRATE_SAMPLES, "", "median", "smallest", "largest", base->name);
    for (unsigned i = 0; i < COST_KEY_COUNT; i++) {
        const struct cost_constant *constant = &cost->constant[i];

        taken += constant->origin.basis != COST_MEASURED;
        if (constant->origin.basis == COST_MEASURED)
            line_print(cost_key_name((enum cost_key)i), cost_key_unit((enum cost_key)i),
                       constant->value, constant->low, constant->high, base->constant[i].value);
    }
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++) {
        const struct cost_table *table = &cost->curve[i];

        printf("\n%s: %s\n", cost_curve_name((enum cost_curve)i), table->origin.source);
        for (size_t n = 0; n < table->count; n++) {
            const struct cost_point *point = &table->point[n];
            char name[32];

            (void)snprintf(name, sizeof name, "%u bytes", point->bytes);
            line_print(name, "ns", point->ns, point->low, point->high,
                       cost_curve_ns(base, (enum cost_curve)i, point->bytes));
        }
    }
    printf("\n%u more constants are those of %s: not measured here\n", taken, base->name);
}

static int document_print(const char *text)
{
    json_t *document =
        json_pack("{s:s, s:s, s:s, s:i, s:s, s:o}", "schema", "cvm-bench-calibrate", "version",
                  "1.0", "evidence", "measured", "samples", CALIBRATE_SAMPLES, "others_from",
                  CALIBRATE_BASE, "machine", json_loads(text, 0, NULL));

    return bench_document_write(document) == STATUS_OK ? CLI_OK : CLI_ENVIRONMENT;
}

static enum status file_write(const char *path, const char *text, struct diagnostic *diag)
{
    struct file_out *file = file_out_create(path, diag);
    enum status status;

    if (!file)
        return STATUS_IO;
    status = file_out_write(file, text, strlen(text), diag);
    if (status == STATUS_OK)
        status = file_out_write(file, "\n", 1, diag);
    if (status == STATUS_OK)
        return file_out_commit(file, diag);
    file_out_abandon(file);
    return status;
}

static int cost_show(const struct calibrate_arguments *arguments, const struct cost *cost,
                     const struct cost *base, const char *text)
{
    if (arguments->json)
        return document_print(text);
    if (!output_is_stdout(arguments))
        cost_print(cost, base);
    return CLI_OK;
}

int bench_calibrate_run(int argc, char **argv)
{
    struct calibrate_arguments arguments = {NULL, false};
    struct cost *cost = calloc(2, sizeof *cost);
    char *text = NULL;
    struct diagnostic diag;
    enum status status;
    int code;

    cli_parse(&bench_calibrate_argp, argc, argv, &arguments);
    if (!cost)
        return CLI_ENVIRONMENT;
    status = cost_open(&cost[1], CALIBRATE_BASE, &diag);
    if (status == STATUS_OK)
        status = calibrate(&cost[0], &diag);
    if (status == STATUS_OK && !(text = cost_render(&cost[0])))
        status = diagnostic_set(&diag, STATUS_IO, "calibrate", 0, 0, "no memory");
    if (status == STATUS_OK && arguments.output)
        status = file_write(arguments.output, text, &diag);
    code = status == STATUS_OK ? cost_show(&arguments, &cost[0], &cost[1], text)
                               : cli_fail(status, &diag);
    free(text);
    free(cost);
    return code;
}
