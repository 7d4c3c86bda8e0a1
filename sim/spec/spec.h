/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/spec.h — reads an exposure profile (JSON, specs/exposure/) into the table that the monitor interprets. */
#ifndef CVMLAB_SIM_SPEC_SPEC_H
#define CVMLAB_SIM_SPEC_SPEC_H

#include "base/diagnostic.h"
#include "monitor/exposure.h"

/* Loads a profile by file name, or, if there is no '/' and no ".json" in name, one of the built-in profiles (embedded copies of
 * specs/exposure/). Parents named by "inherits" are looked up beside the file, then among the built-in ones.
 * STATUS_BAD_INPUT or STATUS_IO with diag filled; *out is then unspecified. */
enum status spec_load(const char *name, struct exposure *out, struct diagnostic *diag);

/* Name of an item, a register by ABI name: "a0", "htval", "sbi-args". NULL if item is not one. */
const char *item_name(unsigned item);

/* The item of this name (ABI or x-number for registers), or -1. */
int item_by_name(const char *name);

/* The row of this id, or -1. */
int row_by_name(const char *id);

/* Built-in profile i (0, 1, ...): its name, or NULL past the end. */
const char *spec_builtin_name(unsigned index);

#endif
