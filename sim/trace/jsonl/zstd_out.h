/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/zstd_out.h — private: compresses a stream into independent frames with a seek
 * table at the end. Source of the table: facebook/zstd
 * contrib/seekable_format/zstd_seekable_compression_format.md, version 0.1.0. */
#ifndef CVMLAB_SIM_TRACE_JSONL_ZSTD_OUT_H
#define CVMLAB_SIM_TRACE_JSONL_ZSTD_OUT_H

#include <stdbool.h>

#include "base/file_out.h"

struct zstd_out;

/* Whether a file of this name is to be compressed: it ends in ".zst". */
bool zstd_out_is_wanted(const char *path);

/* Writes to file, which stays the caller's. NULL if out of memory. */
struct zstd_out *zstd_out_open(struct file_out *file);

/* STATUS_IO with diag: the caller abandons the file. */
enum status zstd_out_write(struct zstd_out *zstd, const void *bytes, size_t size_bytes,
                           struct diagnostic *diag);

/* Plain bytes in the frame that is open. */
uint64_t zstd_out_frame_bytes(const struct zstd_out *zstd);

/* Ends the frame: what follows can be decompressed without what came before. */
enum status zstd_out_frame_end(struct zstd_out *zstd, struct diagnostic *diag);

/* Ends the last frame and writes the seek table. */
enum status zstd_out_finish(struct zstd_out *zstd, struct diagnostic *diag);

/* NULL is allowed. */
void zstd_out_free(struct zstd_out *zstd);

#endif
