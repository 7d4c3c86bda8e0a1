/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory.h — what the files of `cvmlab memory` share: scenarios that ran, and how they are
 * shown to people (memory_print.c) and programs (memory_json.c). */
#ifndef CVMLAB_SIM_CLI_MEMORY_H
#define CVMLAB_SIM_CLI_MEMORY_H

#include <jansson.h>
#include <stdio.h>

#include "cli/cli.h"
#include "scenario/run.h"

extern const struct argp memory_run_argp, memory_show_argp;

/* The verbs. */
int memory_run_run(int argc, char **argv);
int memory_show_run(int argc, char **argv);

/* A scenario that ran in some of its modes. */
struct memory_report {
    const struct scenario *scenario;
    struct scenario_run *run[SCENARIO_MODE_MAX]; /* NULL: not in this mode */
    unsigned first_step, last_step;              /* which are shown, from 1; last 0: to the end */
};

/* The table for a class. Modes in which every step looks the same share one. */
void memory_print_report(FILE *to, const struct memory_report *report);

/* The report as a document, keys as in docs/SCENARIOS.md. NULL: no memory. */
json_t *memory_report_json(const struct memory_report *report);

/* The shipped scenarios, one line each. */
int memory_print_list(FILE *to);

/* The terminal code, or "" where there is no colour. */
const char *memory_paint(const char *code);

/* Text of a scenario with control characters replaced by '?'. */
void memory_print_text(FILE *to, const char *text);

/* "0x1d" */
json_t *memory_hex_json(uint64_t value);

/* --seed: a number, decimal or 0x. Usage error otherwise. */
uint64_t memory_number_parse(struct argp_state *state, const char *option, const char *text);

/* --mode: the index of the mode of this name. STATUS_BAD_INPUT with the names there are. */
enum status memory_mode_find(const struct scenario *scenario, const char *name, unsigned *mode,
                             struct diagnostic *diag);

/* What memory show shows of a world. */
struct memory_picture {
    const struct scenario *scenario;
    const struct scenario_run *run;
    unsigned after; /* number of the last step that ran */
};

/* memory_grid.c: pages by state, as a grid of letters and a table of ranges. */
void memory_print_grid(FILE *to, const struct memory_picture *picture);
json_t *memory_grid_json(const struct memory_picture *picture);

/* A page, as its guest and as somebody else see it. */
struct memory_page_view {
    spa_t page;
    struct scenario_who beside; /* whose view stands beside the guest's */
    uint16_t asid;              /* whose key the plaintext is under; 0: nobody's */
    uint8_t plain[PAGE_SIZE];   /* as that guest sees it */
    uint8_t seen[PAGE_SIZE];    /* as the other sees it */
    bool is_stopped;            /* the other sees nothing: stop says why */
    char stop[OUTCOME_TEXT_BYTES];
};

/* memory_page.c: fills plain and seen. STATUS_BAD_ADDRESS: no such page. */
enum status memory_page_view_take(const struct memory_picture *picture,
                                  struct memory_page_view *view);

/* memory_page.c: both views side by side, equal blocks marked. */
void memory_print_page(FILE *to, const struct memory_picture *picture,
                       const struct memory_page_view *view);
json_t *memory_page_json(const struct memory_picture *picture, const struct memory_page_view *view);

#endif
