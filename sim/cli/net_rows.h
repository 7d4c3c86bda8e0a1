/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_rows.h — the rows of `cvmlab net` for a person, by how their numbers were come by.
 * Read net.h and net_table.h first. */
#ifndef CVMLAB_SIM_CLI_NET_ROWS_H
#define CVMLAB_SIM_CLI_NET_ROWS_H

#include "cli/net_table.h"

/* A number of one column. */
typedef double (*net_figure_fn)(const struct net *net, const struct net_column *column);

/* A row with it for every column. */
struct table_row *net_row_numbers(struct table *table, const struct net *net, const char *label,
                                  net_figure_fn figure, int digits);

/* Rows per packet of the ledger's counts of one origin (ledger_count_origin), without those that
 * are zero everywhere and of which nobody asks why. */
void net_row_events(struct table *table, const struct net *net, const char *origin);

/* A key of the JSON as people write it: without underscores. */
void net_row_words(char *text, size_t size, const char *name);

/* All of them, with their headings. Measured only if something was. */
void net_rows_counted(struct table *table, const struct net *net);
void net_rows_modelled(struct table *table, const struct net *net);
void net_rows_measured(struct table *table, const struct net *net);

#endif
