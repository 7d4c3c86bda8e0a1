/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/ghcb.h — tables of GHCB exits (JSON, "format": "cvm-ghcb-exposure"): the x86 twin of an
 * exposure profile, for ghcb/exposure.h. They share the folder specs/exposure/ and the command
 * `cvmlab spec`, and nothing of the RISC-V side takes them for a profile. */
#ifndef CVMLAB_SIM_SPEC_GHCB_H
#define CVMLAB_SIM_SPEC_GHCB_H

#include "base/document.h"
#include "ghcb/exposure.h"

enum { GHCB_CHAIN_MAX = 4 };

/* What a table says of a row besides its rules. info1, info2: meaning, NULL if always 0. */
struct ghcb_row_text {
    const char *when, *info1, *info2, *why, *source;
    const char *table; /* that of the chain which the row comes from */
    unsigned document; /* its index in ghcb_spec.doc ... */
    size_t element;    /* ... and the row's in "rows" */
};

/* A table with its words. Strings live as long as it does. */
struct ghcb_spec {
    struct ghcb_exposure table;
    const char *summary;
    struct ghcb_row_text text[GHCB_ROW_MAX];
    struct document doc[GHCB_CHAIN_MAX]; /* the documents, parents behind; private */
    unsigned doc_count;
    uint32_t always_in, always_out; /* bit field: part of every row, unless it has its own */
};

/* Built-in table i (0, 1, ...): its name, or NULL past the end. */
const char *ghcb_spec_builtin_name(unsigned index);

/* The name is that of a built-in table, or of a file ('/' or ".json" in it) that says it is one.
 * What cannot be read is none. */
bool ghcb_spec_is(const char *name);

/* Opens a file or a built-in table. A table named by "inherits" is a built-in one. The caller frees
 * with ghcb_spec_close. NULL: diag and *status (unless NULL) say why: STATUS_BAD_INPUT or
 * STATUS_IO. */
struct ghcb_spec *ghcb_spec_open(const char *name, enum status *status, struct diagnostic *diag);

/* The same for size bytes in memory, any bytes; name stands for the file in messages. */
struct ghcb_spec *ghcb_spec_parse(const char *text, size_t size, const char *name,
                                  enum status *status, struct diagnostic *diag);

/* Frees; NULL is allowed. */
void ghcb_spec_close(struct ghcb_spec *spec);

/* File and line that row index comes from. *file lives as long as the table. */
void ghcb_spec_origin(const struct ghcb_spec *spec, unsigned index, const char **file,
                      uint64_t *line);

/* Calls warn for each rule that is legal and surely not meant, text valid during the call; index is
 * the row's, or the row count for the table as a whole. Returns how many there were. */
unsigned ghcb_spec_lint(const struct ghcb_spec *spec,
                        void (*warn)(void *context, unsigned index, const char *text),
                        void *context);

/* Words of a table, in the order of the enum; end with NULL. */
extern const char *const ghcb_narrow_words[],
    *const ghcb_data_words[], *const ghcb_length_words[], *const ghcb_rule_words[],
                                                              *const ghcb_certainty_words[];

#endif
