/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/replay_json.c — a replay report for a program. The keys are a promise: docs/REPLAY.md. */
#include <inttypes.h>
#include <jansson.h>

#include "cli/replay_view.h"
#include "spec/spec.h"

static json_t *hex(uint64_t value)
{
    return json_sprintf("0x%" PRIx64, value);
}

static void put(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* The items of a mask by name, and what stands for its bits 62 and 63. */
static json_t *items_json(uint64_t items, const char *bit62, const char *bit63)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < ITEM_COUNT; i++)
        if (items >> i & 1)
            json_array_append_new(list, json_string(item_name(i)));
    if (items >> 62 & 1)
        json_array_append_new(list, json_string(bit62));
    if (items >> 63 & 1)
        json_array_append_new(list, json_string(bit63));
    return list;
}

static json_t *explained_json(const uint64_t *explained)
{
    json_t *object = json_object();

    for (unsigned i = 1; i < REASON_COUNT; i++)
        if (explained[i])
            put(object, replay_reason_key((enum replay_reason)i), explained[i]);
    return object;
}

static json_t *row_json(enum row_id id, const struct replay_row *row)
{
    json_t *object = json_object();

    json_object_set_new(object, "row", json_string(row_name(id)));
    put(object, "exits", row->exits);
    put(object, "entries", row->entries);
    put(object, "bits_exposed", row->bits_exposed);
    put(object, "accepted", row->accepted);
    put(object, "refused", row->refused);
    put(object, "mismatches", row->mismatches);
    put(object, "starved", row->starved);
    put(object, "inferred", row->inferred);
    put(object, "leaks", row->leaks);
    put(object, "breaches", row->breaches);
    json_object_set_new(object, "explained", explained_json(row->explained));
    json_object_set_new(object, "leaked", items_json(row->leaked_items, "exit", "encoding"));
    json_object_set_new(object, "breached", items_json(row->breached_items, "handle", "refused"));
    return object;
}

static json_t *rows_json(const struct replay_report *report)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < ROW_COUNT; i++)
        if (report->row[i].exits || report->row[i].entries)
            json_array_append_new(list, row_json((enum row_id)i, &report->row[i]));
    return list;
}

static json_t *host_json(const struct replay_host *host)
{
    json_t *object = json_object(), *bugs = json_object();

    json_object_set_new(object, "host", json_string(host->model->name));
    put(object, "equal", host->equal);
    put(object, "differs", host->differs);
    for (uint32_t i = 0; i < host->bug_count; i++)
        put(bugs, host->bug[i].key, host->bug[i].count);
    json_object_set_new(object, "documented", bugs);
    return object;
}

static json_t *verdict_json(const char *first, uint64_t a, const char *second, uint64_t b)
{
    json_t *object = json_object();

    put(object, first, a);
    if (second)
        put(object, second, b);
    return object;
}

static json_t *transparent_json(const struct replay_report *report)
{
    json_t *object = json_object();

    put(object, "equal", report->equal);
    put(object, "mismatches", report->mismatches);
    put(object, "starved", report->starved);
    put(object, "unanswered", report->unanswered);
    json_object_set_new(object, "explained", explained_json(report->explained));
    return object;
}

static void counts_put(json_t *document, const struct replay_report *report)
{
    put(document, "exits", report->exits);
    put(document, "entries", report->entries);
    put(document, "events", report->events);
    put(document, "bits_exposed", report->bits_exposed);
    put(document, "bits_total", report->bits_total);
    put(document, "unknown_rows", report->unknown_rows);
    put(document, "inferred", report->inferred);
    put(document, "encoding_differences", report->encoding_differences);
    json_object_set_new(document, "confidential",
                        verdict_json("violations", report->confidential_violations, NULL, 0));
    json_object_set_new(document, "integral",
                        verdict_json("violations", report->integral_violations, "refused",
                                     report->integral_refused));
    json_object_set_new(document, "transparent", transparent_json(report));
    json_object_set_new(document, "by_row", rows_json(report));
    json_object_set_new(document, "holds", json_boolean(replay_holds(report)));
}

enum status replay_print_json(FILE *to, const struct replay_request *request,
                              const struct replay_report *report)
{
    json_t *document = json_object(), *traces = json_array(), *hosts = json_array();
    int failed;

    for (unsigned i = 0; i < request->trace_count; i++)
        json_array_append_new(traces, json_string(request->traces[i]));
    for (uint32_t i = 0; i < report->host_count; i++)
        json_array_append_new(hosts, host_json(&report->host[i]));
    json_object_set_new(document, "schema", json_string("cvm-replay"));
    json_object_set_new(document, "version", json_string("1.0"));
    json_object_set_new(document, "traces", traces);
    json_object_set_new(document, "spec", json_string(request->spec->name));
    json_object_set_new(document, "reference", json_string(request->reference->name));
    json_object_set_new(document, "seed", hex(request->seed));
    json_object_set_new(document, "hosts", hosts);
    counts_put(document, report);
    json_object_set_new(document, "seconds", json_real(request->seconds));
    json_object_set_new(
        document, "exits_per_second",
        json_real(request->seconds > 0 ? (double)report->exits / request->seconds : 0.0));
    failed = json_dumpf(document, to, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_REAL_PRECISION(6));
    json_decref(document);
    return failed || fputc('\n', to) == EOF ? STATUS_IO : STATUS_OK;
}
