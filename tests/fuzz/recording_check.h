/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/recording_check.h — imports a recording and holds the importer to its contract. */
#ifndef CVMLAB_TEST_FUZZ_RECORDING_CHECK_H
#define CVMLAB_TEST_FUZZ_RECORDING_CHECK_H

#include "target.h"
#include "trace/import/import.h"

/* Whatever the bytes: header and events of the import have no fault, are numbered 0, 1, ...,
 * and time never goes back on a vCPU; a failure has a message. */
void recording_check(enum import_format format, const uint8_t *data, size_t size);

#endif
