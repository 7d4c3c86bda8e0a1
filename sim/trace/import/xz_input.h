/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/xz_input.h — the bytes of a recording, plain or xz-compressed, read twice: once
 * to infer, once to stream. */
#ifndef CVMLAB_SIM_TRACE_IMPORT_XZ_INPUT_H
#define CVMLAB_SIM_TRACE_IMPORT_XZ_INPUT_H

#include "base/diagnostic.h"
#include "base/types.h"

enum { XZ_DIGEST_HEX_BYTES = 97 };

struct xz_input;

/* Opens path; xz is told by its magic, not by the name. NULL and diag: missing, unreadable, a
 * directory, or not a regular file (a pipe cannot be read twice). */
struct xz_input *xz_open(const char *path, struct diagnostic *diag);

/* Reads up to size_bytes; *got is less only at the end. STATUS_BAD_INPUT: damaged or truncated xz;
 * STATUS_IO. */
enum status xz_read(struct xz_input *in, void *to, size_t size_bytes, size_t *got,
                    struct diagnostic *diag);

/* Back to the first byte. STATUS_IO if the system refuses. */
enum status xz_rewind(struct xz_input *in, struct diagnostic *diag);

/* The path as given to xz_open; valid until xz_close. */
const char *xz_path(const struct xz_input *in);

/* SHA-384 of the file as it lies on disk (compressed bytes), as lower-case hex with its zero byte.
 * Leaves the input rewound. STATUS_IO. */
enum status xz_digest(struct xz_input *in, char hex[XZ_DIGEST_HEX_BYTES], struct diagnostic *diag);

/* Closes the file and frees. NULL is allowed. */
void xz_close(struct xz_input *in);

#endif
