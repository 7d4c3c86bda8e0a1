/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/scan.h — strict pull scanner for one line of JSON (RFC 8259), in place, without
 * copies.
 *
 * The caller asks for what must come next: an object, a member, a value of a kind. Every function
 * that returns bool returns false after it has written the diagnostic; the scan is then over. A
 * newline ends the line and can be part of no token, so nothing here looks for the end: each token
 * stops at it. Stricter than the RFC: integers only, no NUL and no lone surrogate in strings. */
#ifndef CVMLAB_SIM_TRACE_JSONL_SCAN_H
#define CVMLAB_SIM_TRACE_JSONL_SCAN_H

#include "base/diagnostic.h"
#include "base/types.h"

enum { SCAN_DEPTH_MAX = 64 };

/* Bytes of a string after decoding: in the line itself or in the scratch space. Not NUL-terminated.
 */
struct scan_text {
    const char *bytes;
    size_t size_bytes;
};

struct scan {
    const char *at;   /* next byte */
    const char *line; /* first byte: column 1 */
    const char *end;  /* the newline */
    char *scratch; /* where strings with escapes are decoded; as many bytes as the longest line */
    size_t scratch_used;
    bool is_fresh;    /* an object was just opened: no comma before its first member */
    const char *name; /* of the file, for messages */
    uint64_t line_number;
    struct diagnostic *diag;
};

enum scan_step { SCAN_MEMBER, SCAN_END, SCAN_ERROR };

/* Starts at line, whose newline is at end. scratch, name, line_number and diag have been set. */
void scan_begin(struct scan *scan, const char *line, const char *end);

/* Writes "name:line:col: ..." for the byte at; returns false. */
bool scan_fail(struct scan *scan, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* White space within a line. */
static inline void scan_space(struct scan *scan)
{
    while (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r')
        scan->at++;
}

/* '{' */
bool scan_object(struct scan *scan);

/* The next key of the innermost open object, with its colon; or the object's '}'. */
enum scan_step scan_member(struct scan *scan, struct scan_text *key);

/* "0x1f": lower-case, no leading zeros. */
bool scan_hex(struct scan *scan, uint64_t *value);

/* An integer from low to high, written without fraction or exponent. */
bool scan_integer(struct scan *scan, int64_t low, int64_t high, int64_t *value);

/* Any string. */
bool scan_string(struct scan *scan, struct scan_text *text);

/* Consumes "null" if that is the next value. Never an error: false only means something else comes.
 */
bool scan_null(struct scan *scan);

/* "true" and nothing else. */
bool scan_true(struct scan *scan);

/* Any value, checked and thrown away; nested at most SCAN_DEPTH_MAX deep. Does not look for
 * duplicate keys. */
bool scan_skip(struct scan *scan);

/* Nothing but white space is left. */
bool scan_finish(struct scan *scan);

#endif
