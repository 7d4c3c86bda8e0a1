/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/mixed.h — the mixed compute program, as a test calls it. */
#ifndef CVMLAB_TESTS_GUESTS_MIXED_H
#define CVMLAB_TESTS_GUESTS_MIXED_H

#include <stdint.h>

/* The result after so many rounds. Once per process: it begins with zeroed memory. */
uint32_t guest_main(uint64_t rounds);

#endif
