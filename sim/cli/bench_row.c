/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_row.c — see bench_row.h. */
#include "cli/bench_row.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_JSON = 0x100, KEY_REPEAT, KEY_CHECK };

static const struct argp_option options[] = {
    {"repeat", KEY_REPEAT, "N", 0, "Repetitions (default: 5)", 0},
    {"check", KEY_CHECK, NULL, 0, "Exit code 1 if a median misses its target", 0},
    {"json", KEY_JSON, NULL, 0, "One JSON document", 0},
    {0},
};

static unsigned repeat_parse(struct argp_state *state, const char *text)
{
    char *end;
    unsigned long value;

    errno = 0;
    value = strtoul(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || value < 1 || value > BENCH_REPEAT_MAX)
        argp_error(state, "--repeat: '%s' is not a number from 1 to %d", text, BENCH_REPEAT_MAX);
    return (unsigned)value;
}

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct bench_options *bench = state->input;

    switch (key) {
    case KEY_JSON:
        bench->json = true;
        return 0;
    case KEY_REPEAT:
        bench->repetitions = repeat_parse(state, arg);
        return 0;
    case KEY_CHECK:
        bench->check = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp bench_options_argp = {.options = options, .parser = option_parse};

bool bench_row_met(const struct bench_row *row, const struct bench_spread *spread)
{
    if (row->target == 0)
        return true;
    return row->is_limit ? spread->median <= row->target : spread->median >= row->target;
}

void bench_row_head(const char *title)
{
    printf("%-28s %10s %10s %10s\n", title, "min", "median", "max");
}

void bench_row_print(const struct bench_row *row, const struct bench_spread *spread)
{
    printf("%-28s %10.*f %10.*f %10.*f", row->text, row->digits, spread->min, row->digits,
           spread->median, row->digits, spread->max);
    if (row->target > 0)
        printf("   target %.*f: %s", row->digits, row->target,
               bench_row_met(row, spread) ? "met" : "MISSED");
    putchar('\n');
}

json_t *bench_row_json(const struct bench_row *row, const struct bench_spread *spread)
{
    json_t *object = json_pack("{s:s, s:f, s:f, s:f}", "name", row->key, "min", spread->min,
                               "median", spread->median, "max", spread->max);

    if (row->unit)
        json_object_set_new(object, "unit", json_string(row->unit));
    if (row->target > 0) {
        json_object_set_new(object, "target", json_real(row->target));
        json_object_set_new(object, "met", json_boolean(bench_row_met(row, spread)));
    }
    return object;
}

enum status bench_document_write(json_t *document)
{
    int failed =
        !document ||
        json_dumpf(document, stdout, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_REAL_PRECISION(6)) != 0;

    json_decref(document);
    return failed || putchar('\n') == EOF ? STATUS_IO : STATUS_OK;
}
