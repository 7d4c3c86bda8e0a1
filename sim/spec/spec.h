/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/spec.h — reads an exposure profile (JSON, specs/exposure/) into the table that the
 * monitor interprets. A tool that only wants the table calls spec_load; one that shows or compares
 * rules opens a struct spec_profile. */
#ifndef CVMLAB_SIM_SPEC_SPEC_H
#define CVMLAB_SIM_SPEC_SPEC_H

#include "base/diagnostic.h"
#include "monitor/exposure.h"

/* Loads a profile by file name, or, if there is no '/' and no ".json" in name, one of the built-in
 * profiles (embedded copies of specs/exposure/). Parents named by "inherits" are looked up beside
 * the file, then among the built-in ones. STATUS_BAD_INPUT (the file is missing, unreadable or
 * wrong) or STATUS_IO (the system failed) with diag filled; *out is then unspecified. */
enum status spec_load(const char *name, struct exposure *out, struct diagnostic *diag);

/* The same for a profile in memory: size bytes, any bytes. name stands for the file in messages.
 * Parents come from the built-in profiles only; no file is opened. */
enum status spec_parse(const char *text, size_t size, const char *name, struct exposure *out,
                       struct diagnostic *diag);

/* Name of an item, a register by ABI name: "a0", "htval", "sbi-args". NULL if item is not one. */
const char *item_name(unsigned item);

/* The item of this name (ABI or x-number for registers), or -1. */
int item_by_name(const char *name);

/* The id of a row, as row_name of the monitor; here so that tools can do without it. NULL if none.
 */
const char *row_id_name(unsigned row);

/* The row of this id, or -1. */
int row_by_name(const char *id);

/* Built-in profile i (0, 1, ...): its name, or NULL past the end. */
const char *spec_builtin_name(unsigned index);

/* The words of a profile for enum route, pc_rule, inject, narrow, sbi_type; value must be one. */
const char *route_name(unsigned value);
const char *pc_rule_name(unsigned value);
const char *inject_name(unsigned value);
const char *narrow_name(unsigned value);
const char *sbi_type_name(unsigned value);

/* Bits of an argument of this type (enum sbi_type) that may be shown; 0 for a guest pointer, which
 * never is. */
unsigned sbi_type_bits(unsigned type);

/* Trap cause number index (0, 1, ...) of the vocabulary, perf's names; NULL past the end. */
const char *spec_cause_name(unsigned index);

/* What a profile says of a row besides its rules. */
struct spec_row_text {
    uint64_t causes; /* bit i: spec_cause_name(i) */
    const char *when, *why, *source;
    const char *profile; /* the profile of the chain that the row comes from */
};

struct spec_call_text {
    const char *extension, *name;
};

/* A profile with its words. Strings live as long as the profile. */
struct spec_profile {
    struct exposure table;
    const char *summary;
    struct spec_row_text text[ROW_COUNT];
    struct spec_call_text call_text[EXPOSURE_CALL_MAX]; /* of table.call[i] */
    struct expose_item always[ITEM_COUNT];              /* part of every row that the host sees */
    struct accept_item always_write[ITEM_COUNT];        /* part of every such row that resumes */
    uint8_t always_count, always_write_count;
    struct spec_chain *chain; /* the documents; private */
};

/* As spec_load. The caller frees with spec_profile_close. NULL: diag says why, *status (unless
 * NULL) is as for spec_load. */
struct spec_profile *spec_profile_open(const char *name, enum status *status,
                                       struct diagnostic *diag);

/* Frees; NULL is allowed. */
void spec_profile_close(struct spec_profile *profile);

/* File and line that a row comes from. *file lives as long as the profile. */
void spec_row_origin(const struct spec_profile *profile, enum row_id row, const char **file,
                     uint64_t *line);

#endif
