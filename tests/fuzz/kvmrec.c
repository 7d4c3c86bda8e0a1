/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/kvmrec.c — the importer of kvmrec recordings. The input is the file, plain or xz. */
#include "recording_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    recording_check(IMPORT_KVMREC, data, size);
    return 0;
}
