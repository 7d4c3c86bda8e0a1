/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors.h — files of known answers, format snp-vectors/1: every entry is recomputed with
 * the code that the rest of the laboratory uses, and compared. */
#ifndef CVMLAB_SIM_PSP_VECTORS_H
#define CVMLAB_SIM_PSP_VECTORS_H

#include "base/document.h"

enum vectors_category {
    VECTORS_LAUNCH_MICRO,
    VECTORS_VMSA_PAGES,
    VECTORS_KERNEL_HASH_PAGES,
    VECTORS_FIRMWARE_FIXTURES,
    VECTORS_LAUNCH_FULL,
    VECTORS_NEEDS_FIXTURE,
    VECTORS_ID_BLOCK,
    VECTORS_REPORT,
    VECTORS_AES_XTS,
    VECTORS_CATEGORY_COUNT,
};

enum vectors_outcome { VECTORS_PASSED, VECTORS_FAILED, VECTORS_SKIPPED, VECTORS_OUTCOME_COUNT };

enum { VECTORS_ID_BYTES = 96, VECTORS_TEXT_BYTES = 256 };

struct vectors_entry {
    enum vectors_category category;
    enum vectors_outcome outcome;
    char id[VECTORS_ID_BYTES];
    char text[VECTORS_TEXT_BYTES]; /* what differs, or why it was skipped; empty if it passed */
};

struct vectors_result {
    struct vectors_entry *entry; /* owned; in the order of the file's categories */
    size_t count, capacity;
    unsigned tally[VECTORS_CATEGORY_COUNT][VECTORS_OUTCOME_COUNT];
};

/* "launch_micro". */
const char *vectors_category_name(enum vectors_category category);

/* "passed", "failed", "skipped". */
const char *vectors_outcome_name(enum vectors_outcome outcome);

/* Checks every entry. STATUS_BAD_INPUT: not of the format, a category that is not known, an entry
 * that is malformed or holds nothing to check; STATUS_IO: no memory. result is to be freed in any
 * case. */
enum status vectors_check(struct vectors_result *result, const char *path, struct diagnostic *diag);

/* The same for a document that is open already. */
enum status vectors_check_document(struct vectors_result *result, struct document *doc);

/* Frees the entries. */
void vectors_free(struct vectors_result *result);

#endif
