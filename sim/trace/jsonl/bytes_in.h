/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/bytes_in.h — private: where the bytes of a trace come from: a file, memory, or
 * the decompressor over one of them (zstd_in.h). */
#ifndef CVMLAB_SIM_TRACE_JSONL_BYTES_IN_H
#define CVMLAB_SIM_TRACE_JSONL_BYTES_IN_H

#include <stddef.h>

#include "base/diagnostic.h"

struct bytes_in;

struct bytes_in_ops {
    /* Up to room bytes; got 0 only at the end. STATUS_IO or STATUS_BAD_INPUT with diag. */
    enum status (*read)(struct bytes_in *in, void *to, size_t room, size_t *got,
                        struct diagnostic *diag);
    void (*close)(struct bytes_in *in);
};

/* First member of each adapter. */
struct bytes_in {
    const struct bytes_in_ops *ops;
};

/* Opens a file; "-" is standard input. name is kept, not copied. A directory is refused. */
struct bytes_in *bytes_in_file(const char *name, struct diagnostic *diag);

/* bytes and name are kept, not copied. */
struct bytes_in *bytes_in_memory(const void *bytes, size_t size_bytes, const char *name,
                                 struct diagnostic *diag);

/* Reads until to is full or the input ends. */
enum status bytes_in_fill(struct bytes_in *in, void *to, size_t room, size_t *got,
                          struct diagnostic *diag);

#endif
