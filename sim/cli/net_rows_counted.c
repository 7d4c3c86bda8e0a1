/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_rows_counted.c — what happened in this program, and was counted there. */
#include <string.h>

#include "cli/net_rows.h"

/* A count of each column, which lies offset behind the beginning of its result. */
static struct table_row *counts(struct table *table, const struct net *net, const char *label,
                                size_t offset)
{
    struct table_row *row = table_row(table, "%s", label);

    for (size_t i = 0; i < net->shown; i++) {
        uint64_t count;

        memcpy(&count, (const char *)&net->column[i].result + offset, sizeof count);
        table_count(row, i, count);
    }
    return row;
}

static uint64_t reason_packets(const struct run_result *result, bool is_refused,
                               const struct run_reason *wanted)
{
    size_t first = is_refused ? result->dropped_reasons : 0;
    size_t end = first + (is_refused ? result->refused_reasons : result->dropped_reasons);

    for (size_t i = first; i < end; i++)
        if (strcmp(result->reason[i].where, wanted->where) == 0 &&
            strcmp(result->reason[i].reason, wanted->reason) == 0)
            return result->reason[i].packets;
    return 0;
}

/* A row per reason that any column has; a reason stands where its first column is reached. */
static void reasons(struct table *table, const struct net *net, bool is_refused)
{
    for (size_t c = 0; c < net->shown; c++) {
        const struct run_result *result = &net->column[c].result;
        size_t first = is_refused ? result->dropped_reasons : 0;
        size_t end = first + (is_refused ? result->refused_reasons : result->dropped_reasons);

        for (size_t i = first; i < end; i++) {
            const struct run_reason *reason = &result->reason[i];
            struct table_row *row;
            bool is_known = false;

            for (size_t before = 0; before < c; before++)
                is_known |= reason_packets(&net->column[before].result, is_refused, reason) > 0;
            if (is_known)
                continue;
            row = table_row(table, "  %s %s", reason->where, reason->reason);
            for (size_t at = 0; at < net->shown; at++)
                table_count(row, at, reason_packets(&net->column[at].result, is_refused, reason));
        }
    }
}

static void mismatches(struct table *table, const struct net *net)
{
    struct table_row *payload =
        counts(table, net, "payload mismatches", offsetof(struct run_result, payload_mismatches));
    struct table_row *wire, *fetches, *reads;

    wire = counts(table, net, "wire mismatches", offsetof(struct run_result, wire_mismatches));
    fetches = table_row(table, "double fetches");
    reads = table_row(table, "  of reads of shared memory");
    for (size_t i = 0; i < net->shown; i++) {
        const struct net_column *column = &net->column[i];

        payload->is_bad |= column->result.payload_mismatches > 0;
        wire->is_bad |= column->result.wire_mismatches > 0;
        fetches->is_bad |= column->log.double_fetches > 0;
        if (column->has_door) {
            table_count(fetches, i, column->log.double_fetches);
            table_count(reads, i, column->log.reads);
        } else {
            table_text(fetches, i, "in place");
            table_text(reads, i, "-");
        }
    }
}

static void packets(struct table *table, const struct net *net)
{
    table_heading(table, "packets (counted)");
    counts(table, net, "in", offsetof(struct run_result, packets_in));
    counts(table, net, "delivered", offsetof(struct run_result, delivered));
    counts(table, net, "  answered", offsetof(struct run_result, answered));
    counts(table, net, "  consumed", offsetof(struct run_result, consumed));
    counts(table, net, "dropped", offsetof(struct run_result, dropped));
    reasons(table, net, false);
    counts(table, net, "refused", offsetof(struct run_result, refused));
    reasons(table, net, true);
    mismatches(table, net);
}

static double copies_rx(const struct net *net, const struct net_column *column)
{
    (void)net;
    return net_copies_rx(column);
}

static double copies_tx(const struct net *net, const struct net_column *column)
{
    (void)net;
    return net_copies_tx(column);
}

static double bytes_copied(const struct net *net, const struct net_column *column)
{
    (void)net;
    return net_per_received(column, (double)ledger_bytes_copied(&column->result.sum));
}

static void copies(struct table *table, const struct net *net)
{
    char label[TABLE_LABEL_BYTES];

    table_heading(table, "copies (counted)");
    net_row_numbers(table, net, "per packet received", copies_rx, 2);
    net_row_numbers(table, net, "per packet sent", copies_tx, 2);
    net_row_numbers(table, net, "bytes copied per packet", bytes_copied, 1);
    for (unsigned place = 0; place < LEDGER_PLACE_COUNT; place++) {
        struct table_row *row;
        uint64_t all = 0;

        for (size_t i = 0; i < net->shown; i++)
            all += net->column[i].result.sum.bytes[place];
        if (all == 0)
            continue;
        net_row_words(label, sizeof label, ledger_place_name(place));
        row = table_row(table, "  %s", label);
        for (size_t i = 0; i < net->shown; i++)
            table_part(
                row, i,
                net_per_received(&net->column[i], (double)net->column[i].result.sum.bytes[place]),
                1);
    }
}

static double shared_kib(const struct net *net, const struct net_column *column)
{
    (void)net;
    return (double)column->result.shared_bytes / 1024;
}

static double private_kib(const struct net *net, const struct net_column *column)
{
    (void)net;
    return (double)column->result.private_bytes / 1024;
}

static double pages_changed(const struct net *net, const struct net_column *column)
{
    (void)net;
    return (double)column->result.setup.count[LEDGER_PAGE_STATE_CHANGES];
}

static void memory(struct table *table, const struct net *net)
{
    struct table_row *worst = NULL, *of = NULL;

    table_heading(table, "memory (counted)");
    net_row_numbers(table, net, "seen by the device, KiB", shared_kib, 0);
    net_row_numbers(table, net, "private beside it, KiB", private_kib, 0);
    net_row_numbers(table, net, "page state changes", pages_changed, 0);
    for (size_t i = 0; i < net->shown; i++) {
        const struct net_column *column = &net->column[i];

        if (column->path.driver != PATH_SWIOTLB)
            continue;
        if (!worst) {
            worst = table_row(table, "bounce slots in use, most");
            of = table_row(table, "  of");
        }
        table_count(worst, i, column->result.bounce.worst);
        table_count(of, i, column->path.bounce_bytes / BOUNCE_SLOT_BYTES);
    }
}

void net_rows_counted(struct table *table, const struct net *net)
{
    packets(table, net);
    copies(table, net);
    table_heading(table, "per packet (counted)");
    net_row_events(table, net, "measured");
    memory(table, net);
}
