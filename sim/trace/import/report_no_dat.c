/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/report_no_dat.c — report_dat.c in a build without libtracecmd: no file is taken,
 * so report_text.c says what to do with a trace.dat. */
#include "trace/import/import.h"
#include "trace/import/report_input.h"

enum status report_dat_open(const char *path, struct report_input **input, struct diagnostic *diag)
{
    (void)path;
    (void)diag;
    *input = NULL;
    return STATUS_OK;
}

const char *import_dat_library(void)
{
    return "none: no trace.dat";
}
