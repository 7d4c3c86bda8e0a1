/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/shipped.h — where the recordings are that come with the program. */
#ifndef CVMLAB_SIM_CLI_SHIPPED_H
#define CVMLAB_SIM_CLI_SHIPPED_H

#include "base/diagnostic.h"

enum { SHIPPED_PATH_BYTES = 4096 };

/* The Linux boot that demo and bench use unless they are given another trace. */
#define SHIPPED_BOOT "traces/boot-pci-smp2.cvmt.jsonl.zst"

/* Finds a shipped file by its name from the top of the data folder, e.g. SHIPPED_BOOT: in the
 * folder that CVMLAB_DATA names if it is set, and then nowhere else; in the source tree of the
 * build; beside the installed program in ../share/cvmlab. STATUS_IO and diag if it is in none. */
enum status shipped_find(const char *name, char path[SHIPPED_PATH_BYTES], struct diagnostic *diag);

#endif
