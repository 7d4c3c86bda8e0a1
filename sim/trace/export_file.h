/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/export_file.h — private to export*.c: a file that appears only when it is complete. */
#ifndef CVMLAB_SIM_TRACE_EXPORT_FILE_H
#define CVMLAB_SIM_TRACE_EXPORT_FILE_H

#include <stdio.h>

#include "base/diagnostic.h"

struct export_file {
    FILE *to;        /* write here */
    char *path;      /* where it shall appear; NULL: standard output */
    char *temporary; /* where it is until then */
};

/* STATUS_IO with diag: cannot be created beside path. "-" is standard output. */
enum status export_file_create(struct export_file *file, const char *path, struct diagnostic *diag);

/* Flushes, closes and renames. STATUS_IO with diag, and nothing is left, if that or an earlier
 * write failed. */
enum status export_file_commit(struct export_file *file, struct diagnostic *diag);

/* Closes and removes. */
void export_file_abandon(struct export_file *file);

#endif
