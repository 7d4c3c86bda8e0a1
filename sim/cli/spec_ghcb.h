/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/spec_ghcb.h — `cvmlab spec lint` and `spec show` for tables of GHCB exits. */
#ifndef CVMLAB_SIM_CLI_SPEC_GHCB_H
#define CVMLAB_SIM_CLI_SPEC_GHCB_H

enum show_format { SHOW_TABLE, SHOW_MARKDOWN, SHOW_JSON };

/* Prints the warnings of a table and a summary line. Returns an exit_code. */
int spec_ghcb_lint(const char *name);

/* Prints a table, or the row of this id if row is not NULL. Returns an exit_code. */
int spec_ghcb_show(const char *name, enum show_format format, const char *row);

#endif
