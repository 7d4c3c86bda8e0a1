/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/random.h — the one source of made-up values: the same seed, the same values. */
#ifndef CVMLAB_SIM_BASE_RANDOM_H
#define CVMLAB_SIM_BASE_RANDOM_H

#include <stdint.h>

/* The next of the sequence that *state stands for; splitmix64. Not for secrets of anyone. */
uint64_t random_next(uint64_t *state);

#endif
