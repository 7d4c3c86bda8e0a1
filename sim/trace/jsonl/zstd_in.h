/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/zstd_in.h — private: decompresses a .zst file as it is read (RFC 8878). The seek
 * table is a skippable frame and is passed over. */
#ifndef CVMLAB_SIM_TRACE_JSONL_ZSTD_IN_H
#define CVMLAB_SIM_TRACE_JSONL_ZSTD_IN_H

#include <stdbool.h>

#include "trace/jsonl/bytes_in.h"

enum { ZSTD_HEAD_BYTES = 4 };

/* Whether a file that begins with these bytes is a zstd file. */
bool zstd_head_matches(const unsigned char head[ZSTD_HEAD_BYTES]);

/* Takes over lower, from which the first head_bytes have already been read (they are at head).
 * Always owns lower: on failure (NULL and diag) it has been closed. name is kept, not copied. */
struct bytes_in *zstd_in_open(struct bytes_in *lower, const void *head, size_t head_bytes,
                              const char *name, struct diagnostic *diag);

#endif
