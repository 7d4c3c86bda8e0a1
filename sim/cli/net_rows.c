/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_rows.c — see net_rows.h. */
#include "cli/net_rows.h"

#include <stdio.h>
#include <string.h>

struct table_row *net_row_numbers(struct table *table, const struct net *net, const char *label,
                                  net_figure_fn figure, int digits)
{
    struct table_row *row = table_row(table, "%s", label);

    for (size_t i = 0; i < net->shown; i++)
        table_number(row, i, figure(net, &net->column[i]), digits);
    return row;
}

void net_row_words(char *text, size_t size, const char *name)
{
    snprintf(text, size, "%s", name);
    for (char *at = text; *at; at++)
        if (*at == '_')
            *at = ' ';
}

void net_row_events(struct table *table, const struct net *net, const char *origin)
{
    char label[TABLE_LABEL_BYTES];

    for (unsigned count = 0; count < LEDGER_COUNT_COUNT; count++) {
        struct table_row *row;
        uint64_t all = 0;

        for (size_t i = 0; i < net->shown; i++)
            all += net->column[i].result.sum.count[count];
        if (strcmp(ledger_count_origin(count), origin) != 0 ||
            (all == 0 && count != LEDGER_EXITS && count != LEDGER_RMP_CHECKS))
            continue;
        net_row_words(label, sizeof label, ledger_count_name(count));
        row = table_row(table, "%s", label);
        for (size_t i = 0; i < net->shown; i++)
            table_part(
                row, i,
                net_per_received(&net->column[i], (double)net->column[i].result.sum.count[count]),
                3);
    }
}
