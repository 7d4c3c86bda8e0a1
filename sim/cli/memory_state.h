/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory_state.h — the states of the pages that a scenario touches, for pictures. Only rows
 * of 64 pages with such a page are looked at, however large the RAM is. */
#ifndef CVMLAB_SIM_CLI_MEMORY_STATE_H
#define CVMLAB_SIM_CLI_MEMORY_STATE_H

#include "cli/memory.h"

enum { ROW_PAGES = 64, ROWS_MAX = 4096, RANGE_MAX = 512 };

/* Rows of 64 pages that are shown, in order, each once. */
struct rows {
    uint64_t row[ROWS_MAX];
    unsigned count;
};

/* Pages that are alike and follow each other. */
struct range {
    spa_t first;
    uint64_t pages;
    char state[24], owner[SCENARIO_NAME_BYTES];
    uint64_t gpa;
    bool has_gpa, has_entry, is_large;
    uint8_t permission[VMPL_COUNT];
};

/* Fills rows: of the scenario's pages, of its steps, of stopped accesses, of DMA. */
void rows_collect(const struct memory_picture *picture, struct rows *rows);

/* The letter of a page: P V S F H by its state, D if a device reaches it, ! if the last step was
 * stopped there. */
char page_letter(const struct world *world, spa_t page);

/* All ranges of the rows but those of the hypervisor; at most RANGE_MAX. Returns how many. */
unsigned ranges_collect(const struct memory_picture *picture, const struct rows *rows,
                        struct range range[RANGE_MAX]);

#endif
