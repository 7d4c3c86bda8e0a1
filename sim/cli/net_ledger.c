/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_ledger.c — `cvmlab net --ledger`: the account of every packet, a JSON line each.
 * docs/NET.md explains the keys; what is 0 is left out of copies, bytes, counts and cycles. Read
 * net.h first. */
#include <stdlib.h>
#include <string.h>

#include "cli/net.h"

enum { LINE_FLAGS = JSON_COMPACT | JSON_REAL_PRECISION(9) };

static enum status line_put(struct file_out *file, json_t *line, struct diagnostic *diag)
{
    char *text = line ? json_dumps(line, LINE_FLAGS) : NULL;
    enum status status;

    json_decref(line);
    if (!text)
        return diagnostic_set(diag, STATUS_IO, file_out_name(file), 0, 0, "out of memory");
    status = file_out_write(file, text, strlen(text), diag);
    free(text);
    return status == STATUS_OK ? file_out_write(file, "\n", 1, diag) : status;
}

struct file_out *net_ledger_create(const struct net *net, struct diagnostic *diag)
{
    const struct net_options *options = &net->options;
    struct file_out *file = file_out_create(options->ledger, diag);
    json_t *head =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "schema", "cvm-net-ledger", "version", "1.0",
                  "capture", options->capture, "app", options->app->name, "machine", net->cost.name,
                  "seed", (json_int_t)options->seed);

    if (!file) {
        json_decref(head);
        return NULL;
    }
    if (line_put(file, head, diag) == STATUS_OK)
        return file;
    file_out_abandon(file);
    return NULL;
}

static void count_set(json_t *object, const char *name, uint64_t value)
{
    if (value > 0)
        json_object_set_new(object, name, json_integer((json_int_t)value));
}

/* The four tables of an entry. */
static void entry_set(json_t *line, const struct ledger_entry *entry)
{
    json_t *copies = json_object(), *bytes = json_object(), *counts = json_object();
    json_t *cycles = json_object();

    for (unsigned i = 0; i < LEDGER_PLACE_COUNT; i++) {
        count_set(copies, ledger_place_name(i), entry->copies[i]);
        count_set(bytes, ledger_place_name(i), entry->bytes[i]);
    }
    for (unsigned i = 0; i < LEDGER_COUNT_COUNT; i++)
        count_set(counts, ledger_count_name(i), entry->count[i]);
    for (unsigned i = 0; i < LEDGER_CAUSE_COUNT; i++)
        if (entry->cycles[i] > 0)
            json_object_set_new(cycles, ledger_cause_name(i), json_real(entry->cycles[i]));
    json_object_set_new(line, "copies", copies);
    json_object_set_new(line, "bytes", bytes);
    json_object_set_new(line, "counts", counts);
    json_object_set_new(line, "cycles", cycles);
}

enum status net_ledger_put(struct file_out *file, const struct path *path,
                           const struct run_end *end, struct diagnostic *diag)
{
    json_t *line =
        json_pack("{s:s, s:I, s:I, s:i, s:I, s:I, s:s}", "path", path->name, "id",
                  (json_int_t)end->id, "time_ns", (json_int_t)end->time_ns, "queue",
                  (int)end->queue, "frame_bytes", (json_int_t)end->frame_bytes, "sent_bytes",
                  (json_int_t)end->sent_bytes, "fate", ledger_fate_name(end->fate));

    if (line && end->reason) {
        json_object_set_new(line, "where", json_string(end->where));
        json_object_set_new(line, "reason", json_string(end->reason));
    }
    if (line) {
        json_object_set_new(line, "latency_ns", json_real(end->latency_ns));
        entry_set(line, end->entry);
    }
    return line_put(file, line, diag);
}
