/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_row.h — what every benchmark has: its options, and a line per measured series. */
#ifndef CVMLAB_SIM_CLI_BENCH_ROW_H
#define CVMLAB_SIM_CLI_BENCH_ROW_H

#include <argp.h>
#include <jansson.h>

#include "replay/bench.h"

enum { BENCH_REPEAT_MAX = 1000, BENCH_REPEAT_DEFAULT = 5 };

struct bench_options {
    unsigned repetitions;
    bool json, check;
};

/* --repeat, --check and --json, as the child of a verb's argp; its input is a struct
 * bench_options. */
extern const struct argp bench_options_argp;

/* How a series is called, and what its median must reach. */
struct bench_row {
    const char *key, *text; /* for a program and for a person */
    const char *unit;       /* NULL: a ratio */
    double target;          /* 0: none */
    bool is_limit;          /* the target is the most that is allowed, else the least */
    int digits;             /* after the point */
};

/* Whether the median reaches the target; true if there is none. */
bool bench_row_met(const struct bench_row *row, const struct bench_spread *spread);

/* The line above the rows of a table. */
void bench_row_head(const char *title);

/* One line on standard output. */
void bench_row_print(const struct bench_row *row, const struct bench_spread *spread);

/* {name, unit, min, median, max, target, met}; without unit or target where there is none. NULL: no
 * memory. */
json_t *bench_row_json(const struct bench_row *row, const struct bench_spread *spread);

/* Writes the document to standard output and frees it; NULL: no memory. STATUS_IO: not written. */
enum status bench_document_write(json_t *document);

#endif
