/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/builtin.h — the copies of specs/paths/, specs/costs/ and specs/claims.json inside the
 * program. */
#ifndef CVMLAB_SIM_NET_BUILTIN_H
#define CVMLAB_SIM_NET_BUILTIN_H

#include "base/builtin.h"

/* By name, in the order of their names. */
extern const struct builtin_file builtin_paths[], builtin_costs[], builtin_claims[];

#endif
