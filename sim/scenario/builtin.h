/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/builtin.h — the copies of specs/scenarios/ inside the program. */
#ifndef CVMLAB_SIM_SCENARIO_BUILTIN_H
#define CVMLAB_SIM_SCENARIO_BUILTIN_H

#include "base/builtin.h"

/* The scenarios, by name. */
extern const struct builtin_file builtin_scenarios[];

#endif
