/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/builtin.h — copies of specs/demo-keys/, put into the program at build time. */
#ifndef CVMLAB_SIM_PSP_BUILTIN_H
#define CVMLAB_SIM_PSP_BUILTIN_H

#include "base/builtin.h"

/* The demo keys and certificates: "ark.pem", "vcek-milan.key". */
extern const struct builtin_file builtin_demo_keys[];

#endif
