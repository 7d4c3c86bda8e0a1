/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_rows_measured.c — how long the guest's part took on this computer. */
#include <stdio.h>

#include "cli/net_rows.h"

enum { SPREAD_ROWS = 3 };

/* Rows of a spread. */
static void spread_rows(struct table *table, const char *label, struct table_row *row[SPREAD_ROWS])
{
    row[0] = table_row(table, "%s", label);
    row[1] = table_row(table, "  quarter of rounds below");
    row[2] = table_row(table, "  quarter of rounds above");
}

static void spread_cells(struct table_row *const row[SPREAD_ROWS], size_t column,
                         const struct net_spread *spread)
{
    table_number(row[0], column, spread->median, 1);
    table_number(row[1], column, spread->low, 1);
    table_number(row[2], column, spread->high, 1);
}

static void times(struct table *table, const struct net *net)
{
    struct table_row *row[SPREAD_ROWS];

    spread_rows(table, "guest, ns per packet", row);
    for (size_t i = 0; i < net->shown; i++)
        spread_cells(row, i, &net->column[i].measured.guest_ns);
}

static void losses(struct table *table, const struct net *net, enum net_ideal ideal)
{
    struct table_row *row[SPREAD_ROWS];
    char label[TABLE_LABEL_BYTES];

    snprintf(label, sizeof label, "lost to %s, %%", net_ideal_name(ideal));
    spread_rows(table, label, row);
    for (size_t i = 0; i < net->shown; i++)
        if (i == net->ideal[ideal])
            table_text(row[0], i, "itself");
        else
            spread_cells(row, i, &net->column[i].measured.loss_percent[ideal]);
}

static double measured_mpps(const struct net *net, const struct net_column *column)
{
    (void)net;
    return 1e3 / column->measured.guest_ns.median;
}

static double device_ns(const struct net *net, const struct net_column *column)
{
    (void)net;
    return column->measured.device_ns.median;
}

void net_rows_measured(struct table *table, const struct net *net)
{
    if (net->options.loops == 0)
        return;
    table_heading(table, "one core here (measured)");
    times(table, net);
    net_row_numbers(table, net, "guest, Mpps", measured_mpps, 2);
    net_row_numbers(table, net, "device's emulation, ns", device_ns, 1);
    losses(table, net, IDEAL_PAPER);
    losses(table, net, IDEAL_TIO);
}
