/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/folio_ring.c — any behaviour of a device and any contents of the shared region against
 * the data path. Read ../unit/folio_hostile.h first. */
#include "../unit/folio_hostile.h"
#include "target.h"

static struct hostile hostile;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hostile.expect = fuzz_expect;
    hostile_run(&hostile, data, size);
    return 0;
}
