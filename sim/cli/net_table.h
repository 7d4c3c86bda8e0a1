/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_table.h — a table with a column per path: rows are filled one by one, and printed in
 * as many blocks of columns as the width asks for. */
#ifndef CVMLAB_SIM_CLI_NET_TABLE_H
#define CVMLAB_SIM_CLI_NET_TABLE_H

#include "cli/net.h"

enum { TABLE_ROWS_MAX = 160, TABLE_LABEL_BYTES = 32, TABLE_CELL_BYTES = 20 };

enum table_kind { TABLE_HEADING, TABLE_ROW };

struct table_row {
    enum table_kind kind;
    bool is_bad; /* to be seen: something is wrong */
    char label[TABLE_LABEL_BYTES];
    char cell[NET_SHOWN_MAX][TABLE_CELL_BYTES];
};

struct table {
    size_t columns, rows;
    char title[NET_SHOWN_MAX][TABLE_CELL_BYTES];
    struct table_row row[TABLE_ROWS_MAX];
};

/* A line above rows: what they are, and how they were come by. */
void table_heading(struct table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A new row; its cells are empty. Beyond TABLE_ROWS_MAX the last one is used again. */
struct table_row *table_row(struct table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A cell. Numbers get digits after the point; what is not finite is "-"; with table_part, which is
 * for the parts of a sum, what is zero as well. */
void table_count(struct table_row *row, size_t column, uint64_t count);
void table_number(struct table_row *row, size_t column, double number, int digits);
void table_part(struct table_row *row, size_t column, double number, int digits);
void table_text(struct table_row *row, size_t column, const char *text);

/* Prints it on standard output, no line longer than width (80 or more). */
void table_print(const struct table *table, unsigned width);

/* Columns of the terminal: of COLUMNS, else of standard output, else 80; 80 to 1000. */
unsigned table_width(void);

#endif
