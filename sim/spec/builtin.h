/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/builtin.h — the copies of specs/exposure/ and specs/sbi/ inside the program. */
#ifndef CVMLAB_SIM_SPEC_BUILTIN_H
#define CVMLAB_SIM_SPEC_BUILTIN_H

#include "base/builtin.h"

/* The profiles, by name. */
extern const struct builtin_file builtin_profiles[];

/* The tables of GHCB exits, likewise. */
extern const struct builtin_file builtin_ghcb[];

/* The SBI calls: one file. */
extern const struct builtin_file builtin_calls[];

#endif
