/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/document.h — one JSON document, and the place in it that a message is about.
 * A reader descends by places; every failure names file, line, column, what is wrong and what was
 * expected. */
#ifndef CVMLAB_SIM_BASE_DOCUMENT_H
#define CVMLAB_SIM_BASE_DOCUMENT_H

#include <jansson.h>

#include "base/diagnostic.h"
#include "base/types.h"

enum { DOCUMENT_MAX_BYTES = 1 << 20, DOCUMENT_LARGE_BYTES = 32 << 20, DOCUMENT_NAME_BYTES = 1024 };

struct document {
    char *text; /* as it was read; size bytes, owned */
    size_t size;
    json_t *root;                   /* owned */
    char name[DOCUMENT_NAME_BYTES]; /* for messages */
    struct diagnostic *diag;        /* where failures go; may be NULL */
};

/* A value of a document and the way to it. Parents outlive their children (they live on the stack).
 */
struct place {
    struct document *doc;
    const struct place *parent; /* NULL: the root */
    const char *key;            /* member of an object; NULL: element of an array */
    size_t index;
    json_t *value;
};

/* Takes over a copy of text. STATUS_BAD_INPUT: no JSON object, a key twice, too large; STATUS_IO:
 * no memory. On error there is nothing to free. */
enum status document_parse(struct document *doc, const char *text, size_t size, const char *name,
                           struct diagnostic *diag);

/* The same for a regular file. A missing or unreadable one is STATUS_BAD_INPUT. */
enum status document_read(struct document *doc, const char *path, struct diagnostic *diag);

/* The same for a file of data that may have up to most_bytes, at most DOCUMENT_LARGE_BYTES. */
enum status document_read_large(struct document *doc, const char *path, size_t most_bytes,
                                struct diagnostic *diag);

/* Frees text and root; the document may be freed again or read into. */
void document_free(struct document *doc);

/* The place of the whole document. Valid while doc is. */
struct place document_root(struct document *doc);

/* Element index of the array at parent. */
struct place place_element(const struct place *parent, size_t index);

/* Fails at this place: fills the diagnostic with "file:line:col: " and the text. Always
 * STATUS_BAD_INPUT. */
enum status place_fail(const struct place *at, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The value is an object and has no key outside the list (ends with NULL). */
enum status place_keys(const struct place *at, const char *const *allowed);

/* A member that must be there, of this type. JSON_TRUE: true or false. JSON_REAL: any number. */
enum status place_member(const struct place *at, const char *key, json_type type,
                         struct place *out);

/* A member that may be missing: then out->value is NULL. */
enum status place_optional(const struct place *at, const char *key, json_type type,
                           struct place *out);

/* A string member that must be there and not be empty. Lives as long as the document. */
enum status place_text(const struct place *at, const char *key, const char **out);

/* A string that must be one of words (ends with NULL); *out is its index. */
enum status place_word(const struct place *at, const char *const *words, const char *what,
                       uint8_t *out);

/* A string member that must be there and has one right value: "format", "version". */
enum status place_constant(const struct place *at, const char *key, const char *expected);

/* The optional members below leave *out as it is when there is none. */

/* true or false. */
enum status place_flag(const struct place *at, const char *key, bool *out);

/* A whole number from least to most. */
enum status place_number(const struct place *at, const char *key, uint64_t least, uint64_t most,
                         uint64_t *out);

/* A string "0x" and 1 to 16 hex digits. */
enum status place_hex(const struct place *at, const char *key, uint64_t *out);

/* An amount of memory: a string of a whole number from 1 and K, M, G or T, in bytes; "8M". */
enum status place_memory_size(const struct place *at, const char *key, uint64_t *out);

/* Line and column, both from 1, of the value; 1:1 if the text does not show it plainly. */
void place_position(const struct place *at, uint64_t *line, uint64_t *col);

#endif
