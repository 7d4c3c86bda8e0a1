/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/trace_check.h — reads a trace from memory and holds the reader to its contract. */
#ifndef CVMLAB_TEST_FUZZ_TRACE_CHECK_H
#define CVMLAB_TEST_FUZZ_TRACE_CHECK_H

#include "target.h"

/* Whatever the bytes: each header and event that the reader gives out has no fault and is the same
 * after being written and read again; a failure has a message and repeats. */
void trace_check(const uint8_t *data, size_t size);

#endif
