/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/file_bytes.h — a whole file in memory. */
#ifndef CVMLAB_SIM_BASE_FILE_BYTES_H
#define CVMLAB_SIM_BASE_FILE_BYTES_H

#include "base/diagnostic.h"
#include "base/types.h"

struct file_bytes {
    uint8_t *bytes; /* owned; never NULL after success */
    size_t size;
};

/* Reads a regular file of at most limit bytes. STATUS_BAD_INPUT: missing, unreadable, not a regular
 * file, too large; what is the word for it in the message ("a certificate"). On error there is
 * nothing to free. */
enum status file_bytes_read(struct file_bytes *file, const char *path, size_t limit,
                            const char *what, struct diagnostic *diag);

/* Reads an open descriptor to its end; it stays open. name is for messages. STATUS_IO: unreadable,
 * or no memory. On error there is nothing to free. */
enum status file_bytes_read_stream(struct file_bytes *file, int fd, const char *name,
                                   struct diagnostic *diag);

/* May be called again. */
void file_bytes_free(struct file_bytes *file);

#endif
