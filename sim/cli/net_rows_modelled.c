/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_rows_modelled.c — what the machine's constants make of the counts. */
#include "cli/net_rows.h"

static double mpps(const struct net *net, const struct net_column *column)
{
    (void)net;
    return column->result.rate.mpps;
}

static double gbps(const struct net *net, const struct net_column *column)
{
    (void)net;
    return column->result.rate.gbps;
}

static double core_mpps(const struct net *net, const struct net_column *column)
{
    (void)net;
    return column->result.rate.cpu_mpps;
}

/* What one ideal has more of; nothing for that ideal itself. */
static void gaps(struct table *table, const struct net *net, enum net_ideal ideal)
{
    static const char *const what[] = {"  rate lost, %", "  rate of the core lost, %",
                                       "  mean latency more, %"};
    struct table_row *row[3];

    (void)table_row(table, "against %s", net_ideal_name(ideal));
    for (unsigned k = 0; k < 3; k++)
        row[k] = table_row(table, "%s", what[k]);
    for (size_t i = 0; i < net->shown; i++) {
        struct net_gap gap = net_gap_of(net, &net->column[i], ideal);
        double number[3] = {gap.rate, gap.core, gap.latency};

        for (unsigned k = 0; k < 3; k++)
            if (i == net->ideal[ideal])
                table_text(row[k], i, "itself");
            else
                table_number(row[k], i, number[k], 2);
    }
}

static void rates(struct table *table, const struct net *net)
{
    struct table_row *row;

    table_heading(table, "rate (modelled)");
    net_row_numbers(table, net, "Mpps", mpps, 3);
    net_row_numbers(table, net, "Gb/s of frames", gbps, 2);
    row = table_row(table, "limited by");
    for (size_t i = 0; i < net->shown; i++)
        table_text(row, i, run_limit_name(net->column[i].result.rate.limit));
    net_row_numbers(table, net, "Mpps of the core alone", core_mpps, 3);
    gaps(table, net, IDEAL_PAPER);
    gaps(table, net, IDEAL_TIO);
}

static void latencies(struct table *table, const struct net *net)
{
    static const char *const label[] = {"mean", "p50", "p95", "p99", "p99.9"};
    struct table_row *row[5];

    table_heading(table, "latency in ns (modelled)");
    for (unsigned k = 0; k < 5; k++)
        row[k] = table_row(table, "%s", label[k]);
    for (size_t i = 0; i < net->shown; i++) {
        const struct latency_summary *at = &net->column[i].result.latency;
        double number[] = {at->mean, at->p50, at->p95, at->p99, at->p999};

        for (unsigned k = 0; k < 5; k++)
            table_number(row[k], i, number[k], 0);
    }
}

static double cycles_sum(const struct net *net, const struct net_column *column)
{
    (void)net;
    return net_per_received(column, ledger_cycles(&column->result.sum));
}

static void cycles(struct table *table, const struct net *net)
{
    char label[TABLE_LABEL_BYTES];

    table_heading(table, "cycles per packet (modelled)");
    net_row_numbers(table, net, "of the guest's core", cycles_sum, 1);
    for (unsigned cause = 0; cause < LEDGER_CAUSE_COUNT; cause++) {
        bool is_elsewhere = cause == CAUSE_IDE || cause == CAUSE_ROUTING_HOST;
        struct table_row *row;
        double all = 0;

        for (size_t i = 0; i < net->shown; i++)
            all += net->column[i].result.sum.cycles[cause];
        if (all == 0)
            continue;
        net_row_words(label, sizeof label, ledger_cause_name(cause));
        row = table_row(table, "%s%s%s", is_elsewhere ? "" : "  ", label,
                        cause == CAUSE_IDE ? " (time of the link)"
                        : is_elsewhere     ? " (another core)"
                                           : "");
        for (size_t i = 0; i < net->shown; i++)
            table_part(row, i,
                       net_per_received(&net->column[i], net->column[i].result.sum.cycles[cause]),
                       1);
    }
}

static double setup_ms(const struct net *net, const struct net_column *column)
{
    return net_setup_ns(net, column) / 1e6;
}

void net_rows_modelled(struct table *table, const struct net *net)
{
    table_heading(table, "per packet (modelled)");
    net_row_events(table, net, "modelled");
    rates(table, net);
    latencies(table, net);
    cycles(table, net);
    table_heading(table, "set-up (modelled)");
    net_row_numbers(table, net, "page state changes, ms", setup_ms, 2);
}
