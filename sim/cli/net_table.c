/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/net_table.c — see net_table.h. */
#include "cli/net_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LABEL_COLUMNS = 28, CELL_LEAST = 13, WIDTH_LEAST = 80, WIDTH_MOST = 1000 };

static struct table_row *row_new(struct table *table, enum table_kind kind)
{
    struct table_row *row;

    if (table->rows < TABLE_ROWS_MAX)
        table->rows++;
    row = &table->row[table->rows - 1];
    memset(row, 0, sizeof *row);
    row->kind = kind;
    return row;
}

void table_heading(struct table *table, const char *format, ...)
{
    struct table_row *row = row_new(table, TABLE_HEADING);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(row->label, sizeof row->label, format, arguments);
    va_end(arguments);
}

struct table_row *table_row(struct table *table, const char *format, ...)
{
    struct table_row *row = row_new(table, TABLE_ROW);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(row->label, sizeof row->label, format, arguments);
    va_end(arguments);
    return row;
}

void table_count(struct table_row *row, size_t column, uint64_t count)
{
    snprintf(row->cell[column], TABLE_CELL_BYTES, "%" PRIu64, count);
}

void table_number(struct table_row *row, size_t column, double number, int digits)
{
    /* nothing that rounds to zero has a sign */
    if (fabs(number) < 0.5 * pow(10, -digits))
        number = 0;
    if (isfinite(number) && fabs(number) < 1e12)
        snprintf(row->cell[column], TABLE_CELL_BYTES, "%.*f", digits, number);
    else
        table_text(row, column, "-");
}

void table_part(struct table_row *row, size_t column, double number, int digits)
{
    table_number(row, column, number != 0 ? number : NAN, digits);
}

void table_text(struct table_row *row, size_t column, const char *text)
{
    snprintf(row->cell[column], TABLE_CELL_BYTES, "%.*s", CELL_LEAST - 1, text);
}

static const char *tint(const char *code)
{
    return cli_color() ? code : "";
}

/* The cells of a row up to the last that is not empty: no line ends in blanks. */
static void cells_print(const struct table_row *row, size_t first, size_t end, int cell_columns)
{
    while (end > first && row->cell[end - 1][0] == '\0')
        end--;
    if (end == first) {
        printf("  %s", row->label);
        return;
    }
    printf("  %-*s", LABEL_COLUMNS - 2, row->label);
    for (size_t i = first; i < end; i++)
        printf("%*s", cell_columns, row->cell[i]);
}

/* As wide as the longest title, which is a path's name, and one blank. */
static int cell_columns_of(const struct table *table)
{
    int columns = CELL_LEAST;

    for (size_t i = 0; i < table->columns; i++)
        if ((int)strlen(table->title[i]) >= columns)
            columns = (int)strlen(table->title[i]) + 1;
    return columns;
}

static void block_print(const struct table *table, size_t first, size_t end, int cell_columns)
{
    printf("%-*s", LABEL_COLUMNS, "");
    for (size_t i = first; i < end; i++)
        printf("%s%*s%s", tint("\033[1m"), cell_columns, table->title[i], tint("\033[0m"));
    putchar('\n');
    for (size_t r = 0; r < table->rows; r++) {
        const struct table_row *row = &table->row[r];

        if (row->kind == TABLE_HEADING) {
            printf("%s%s%s\n", tint("\033[1m"), row->label, tint("\033[0m"));
            continue;
        }
        printf("%s", row->is_bad ? tint("\033[31m") : "");
        cells_print(row, first, end, cell_columns);
        printf("%s\n", row->is_bad ? tint("\033[0m") : "");
    }
}

void table_print(const struct table *table, unsigned width)
{
    int cell_columns = cell_columns_of(table);
    size_t fit = (width - LABEL_COLUMNS) / (unsigned)cell_columns;

    for (size_t first = 0; first < table->columns; first += fit) {
        size_t end = first + fit < table->columns ? first + fit : table->columns;

        if (first > 0)
            putchar('\n');
        block_print(table, first, end, cell_columns);
    }
}

unsigned table_width(void)
{
    const char *columns = getenv("COLUMNS");
    unsigned long width = columns ? strtoul(columns, NULL, 10) : 0;
    struct winsize size;

    if (width == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width < WIDTH_LEAST)
        width = WIDTH_LEAST;
    return width < WIDTH_MOST ? (unsigned)width : WIDTH_MOST;
}
