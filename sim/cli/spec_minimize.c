/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/spec_minimize.c — the verb `cvmlab spec minimize`: what a profile lets through although
 * no recorded exit needed it. The work is done in replay/minimize.c. */
#include "cli/spec_minimize.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/host_option.h"
#include "replay/minimize.h"
#include "spec/spec.h"

enum { KEY_SPEC = 's', KEY_HOST = 'H', KEY_JSON = 0x100, KEY_FAIL, MINIMIZE_SEED = 0x1d };

struct minimize_arguments {
    const char *spec;
    char **traces; /* into argv */
    unsigned trace_count;
    struct minimize_options run;
    bool json, fail_on_unneeded;
};

static const struct argp_option options[] = {
    {"spec", KEY_SPEC, "PROFILE", 0, "Profile to examine, a name or a file (default: strict)", 0},
    {"host", KEY_HOST, "MODEL", 0, "Hypervisor to ask; repeatable; all: every model (default: kvm)",
     0},
    {"json", KEY_JSON, NULL, 0, "One JSON document", 0},
    {"fail-on-unneeded", KEY_FAIL, NULL, 0, "Exit code 1 if an item was never needed", 0},
    {0},
};

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct minimize_arguments *arguments = state->input;

    switch (key) {
    case KEY_SPEC:
        arguments->spec = arg;
        return 0;
    case KEY_HOST:
        host_option_add(state, arg, arguments->run.host, &arguments->run.host_count);
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case KEY_FAIL:
        arguments->fail_on_unneeded = true;
        return 0;
    case ARGP_KEY_ARGS:
        arguments->traces = state->argv + state->next;
        arguments->trace_count = (unsigned)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no trace; expected at least one TRACE");
        return 0;
    case ARGP_KEY_END:
        if (arguments->run.host_count == 0)
            host_option_add(state, "kvm", arguments->run.host, &arguments->run.host_count);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp spec_minimize_argp = {
    .options = options,
    .parser = option_parse,
    .args_doc = "TRACE...",
    .doc = "Examples:\n"
           "  cvmlab spec minimize traces/boot-pci-smp2.cvmt.jsonl.zst\n"
           "  cvmlab spec minimize --spec kvm-min --host all traces/*.zst\n"
           "\vA readable item is needed if a model of a hypervisor does something else when the "
           "item has another value: another device access or call, or an answer from which the "
           "monitor takes something else. A writable item is used if a recorded answer carried "
           "something in it. What the traces do not exercise, and what the models leave out, may "
           "still be needed elsewhere: a finding is a question to the author of the profile.",
};

/* A read item by the name that the profile gives it, with its slot if that is another. */
static void read_name(char name[CLI_NAME_BYTES], const struct expose_item *item)
{
    if (item->source == item->slot || item->source == ITEM_SBI_ARGS || !item_name(item->slot))
        snprintf(name, CLI_NAME_BYTES, "%s", item_name(item->source));
    else
        snprintf(name, CLI_NAME_BYTES, "%s->%s", item_name(item->source), item_name(item->slot));
}

static void write_name(char name[CLI_NAME_BYTES], const struct accept_item *item)
{
    if (item->slot == item->target)
        snprintf(name, CLI_NAME_BYTES, "%s", item_name(item->target));
    else
        snprintf(name, CLI_NAME_BYTES, "%s->%s", item_name(item->slot), item_name(item->target));
}

/* Bit i: enum item i is a source of the row that was never needed. */
static uint64_t row_unneeded(const struct exposure *spec, const struct minimize_report *report,
                             const struct exposure_row *row)
{
    uint64_t sources = 0;

    for (unsigned i = row->first_read; i < row->first_read + row->read_count; i++)
        if (!report->read[i].needed)
            sources |= (uint64_t)1 << spec->reads[i].source;
    return sources;
}

/* The same for all rows that were met: what no row needed. */
static uint64_t all_unneeded(const struct exposure *spec, const struct minimize_report *report)
{
    uint64_t sources = UINT64_MAX;
    bool met = false;

    for (unsigned r = 0; r < ROW_COUNT; r++) {
        if (report->exits[r])
            sources &= row_unneeded(spec, report, &spec->row[r]);
        met = met || report->exits[r];
    }
    return met ? sources : 0;
}

/* Items of a row that were never needed, by name, but for those of skip; "-" if there is none.
 * Returns the width. */
static int unneeded_print(const struct exposure *spec, const struct minimize_report *report,
                          const struct exposure_row *row, uint64_t skip)
{
    char name[CLI_NAME_BYTES];
    int width = 0;

    for (unsigned i = row->first_read; i < row->first_read + row->read_count; i++) {
        if (report->read[i].needed || skip >> spec->reads[i].source & 1)
            continue;
        read_name(name, &spec->reads[i]);
        width += printf("%s%s", width ? " " : "", name);
    }
    return width ? width : printf("-");
}

static void unused_print(const struct exposure *spec, const struct minimize_report *report,
                         const struct exposure_row *row)
{
    char name[CLI_NAME_BYTES];
    int width = 0;

    for (unsigned i = row->first_write; i < row->first_write + row->write_count; i++) {
        if (report->write[i].needed)
            continue;
        write_name(name, &spec->writes[i]);
        width += printf("%s%s", width ? " " : "", name);
    }
    printf(width ? "\n" : "-\n");
}

static void rows_print(const struct exposure *spec, const struct minimize_report *report,
                       uint64_t everywhere)
{
    enum { READ_WIDTH = 44 };

    printf("%-14s %9s  %-*s %s\n", "row", "exits", READ_WIDTH, "readable, never needed",
           "writable, never used");
    for (unsigned r = 0; r < ROW_COUNT; r++) {
        const struct exposure_row *row = &spec->row[r];
        int width;

        if (report->exits[r] == 0)
            continue;
        printf("%-14s %9" PRIu64 "  ", row_id_name(r), report->exits[r]);
        width = unneeded_print(spec, report, row, everywhere);
        printf("%*s", width < READ_WIDTH ? READ_WIDTH - width + 1 : 1, "");
        unused_print(spec, report, row);
    }
}

static void table_print(const struct minimize_arguments *arguments, const struct exposure *spec,
                        const struct minimize_report *report)
{
    uint64_t unneeded = minimize_unneeded(spec, report), everywhere = all_unneeded(spec, report);

    printf("profile %s; hypervisor", spec->name);
    for (uint32_t i = 0; i < arguments->run.host_count; i++)
        printf(" %s", arguments->run.host[i]->name);
    fputs("\n\n", stdout);
    rows_print(spec, report, everywhere);
    if (everywhere)
        fputs("\nreadable in every row above and needed in none:", stdout);
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        if (everywhere >> i & 1)
            printf(" %s", item_name(i));
    printf("\n\n%" PRIu64 " item%s never needed or used, over all rows. What a model does not "
           "read is counted too:\na real hypervisor may read it where the trace has no "
           "occasion.\n",
           unneeded, unneeded == 1 ? "" : "s");
}

static json_t *item_json(const char *name, const struct minimize_item *item)
{
    json_t *object = json_object();

    json_object_set_new(object, "item", json_string(name));
    json_object_set_new(object, "needed", json_boolean(item->needed));
    json_object_set_new(object, "first_exit",
                        item->needed ? json_integer((json_int_t)item->first) : json_null());
    return object;
}

static json_t *row_json(const struct exposure *spec, const struct minimize_report *report,
                        unsigned id)
{
    const struct exposure_row *row = &spec->row[id];
    json_t *object = json_object(), *reads = json_array(), *writes = json_array();
    char name[CLI_NAME_BYTES];

    for (unsigned i = row->first_read; i < row->first_read + row->read_count; i++) {
        read_name(name, &spec->reads[i]);
        json_array_append_new(reads, item_json(name, &report->read[i]));
    }
    for (unsigned i = row->first_write; i < row->first_write + row->write_count; i++) {
        write_name(name, &spec->writes[i]);
        json_array_append_new(writes, item_json(name, &report->write[i]));
    }
    json_object_set_new(object, "row", json_string(row_id_name(id)));
    json_object_set_new(object, "exits", json_integer((json_int_t)report->exits[id]));
    json_object_set_new(object, "readable", reads);
    json_object_set_new(object, "writable", writes);
    return object;
}

static enum status json_print(const struct minimize_arguments *arguments,
                              const struct exposure *spec, const struct minimize_report *report)
{
    json_t *document = json_object(), *hosts = json_array(), *rows = json_array();
    int failed;

    for (uint32_t i = 0; i < arguments->run.host_count; i++)
        json_array_append_new(hosts, json_string(arguments->run.host[i]->name));
    for (unsigned r = 0; r < ROW_COUNT; r++)
        if (report->exits[r])
            json_array_append_new(rows, row_json(spec, report, r));
    json_object_set_new(document, "schema", json_string("cvm-minimize"));
    json_object_set_new(document, "version", json_string("1.0"));
    json_object_set_new(document, "spec", json_string(spec->name));
    json_object_set_new(document, "hosts", hosts);
    json_object_set_new(document, "rows", rows);
    json_object_set_new(document, "unneeded",
                        json_integer((json_int_t)minimize_unneeded(spec, report)));
    failed = json_dumpf(document, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
    json_decref(document);
    return failed || putchar('\n') == EOF ? STATUS_IO : STATUS_OK;
}

/* With the profile loaded and the report zeroed. */
static int minimize_with(struct minimize_arguments *arguments, const struct exposure *spec,
                         struct minimize_report *report)
{
    struct diagnostic diag;
    enum status st = STATUS_OK;

    arguments->run.spec = spec;
    for (unsigned i = 0; i < arguments->trace_count && st == STATUS_OK; i++)
        st = minimize_trace(arguments->traces[i], &arguments->run, report, &diag);
    if (st != STATUS_OK)
        return cli_fail(st, &diag);
    if (!arguments->json)
        table_print(arguments, spec, report);
    else if (json_print(arguments, spec, report) != STATUS_OK)
        return CLI_ENVIRONMENT;
    return arguments->fail_on_unneeded && minimize_unneeded(spec, report) ? CLI_FINDING : CLI_OK;
}

int spec_minimize_run(int argc, char **argv)
{
    struct minimize_arguments arguments = {.spec = "strict", .run.seed = MINIMIZE_SEED};
    struct minimize_report *report;
    struct exposure *spec;
    struct diagnostic diag;
    enum status st;
    int code = CLI_ENVIRONMENT;

    cli_parse(&spec_minimize_argp, argc, argv, &arguments);
    report = calloc(1, sizeof *report);
    spec = calloc(1, sizeof *spec);
    if (report && spec) {
        st = spec_load(arguments.spec, spec, &diag);
        code = st == STATUS_OK ? minimize_with(&arguments, spec, report) : cli_fail(st, &diag);
    }
    free(spec);
    free(report);
    return code;
}
