/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/builtin.h — the copies of specs/machines/ inside the program. */
#ifndef CVMLAB_SIM_MACHINE_BUILTIN_H
#define CVMLAB_SIM_MACHINE_BUILTIN_H

#include "base/builtin.h"

/* The machines, by name. */
extern const struct builtin_file builtin_machines[];

/* Raw images of the benchmark's programs (tests/guests), by their full name. */
extern const struct builtin_file builtin_guests[];

#endif
