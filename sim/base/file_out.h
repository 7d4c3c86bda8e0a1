/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/file_out.h — a file that appears under its name only when it is complete. */
#ifndef CVMLAB_SIM_BASE_FILE_OUT_H
#define CVMLAB_SIM_BASE_FILE_OUT_H

#include <stddef.h>

#include "base/diagnostic.h"

struct file_out;

/* Creates a temporary file beside path. What is there and no regular file (a device, a FIFO), and
 * "-", standard output, are written to directly. NULL and diag on failure. */
struct file_out *file_out_create(const char *path, struct diagnostic *diag);

/* The path given to file_out_create. */
const char *file_out_name(const struct file_out *file);

/* STATUS_IO with diag; then file_out_abandon. */
enum status file_out_write(struct file_out *file, const void *bytes, size_t size_bytes,
                           struct diagnostic *diag);

/* Writes what is buffered, renames, frees. On failure nothing is left on disk, and file is freed as
 * well. */
enum status file_out_commit(struct file_out *file, struct diagnostic *diag);

/* Removes what was written, and frees. */
void file_out_abandon(struct file_out *file);

#endif
