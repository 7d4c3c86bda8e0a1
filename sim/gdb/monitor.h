/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/monitor.h — what monitor.c (commands), monitor_csr.c (fields) and monitor_walk.c (page
 * tables) share. Read internal.h first. */
#ifndef CVMLAB_SIM_GDB_MONITOR_H
#define CVMLAB_SIM_GDB_MONITOR_H

#include <stdio.h>

#include "gdb/internal.h"

/* The words of a command. */
struct words {
    char *text, *rest;
};

/* NULL: no more. */
const char *words_next(struct words *words);

/* Adds what the fields of a CSR mean, for those that are looked at most; else nothing. */
void monitor_csr_explain(uint16_t number, uint64_t value, FILE *to);

/* "ecall from VS", by the number of xcause; "?" for one that nothing raises. */
const char *monitor_cause(bool is_interrupt, unsigned code);

/* Prints the way of a virtual address through the page tables of the present mode, and what may be
 * done where it ends. */
void monitor_walk(struct gdb *gdb, uint64_t address, FILE *to);

#endif
