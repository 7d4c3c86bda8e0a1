/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/shared.h — the seam through which guest and host touch shared guest-physical memory.
 * Both sides copy a byte at most once per exit into memory of their own and check only the copy:
 * between two reads the other side may change it. A test or an adversary that stands behind this
 * table can count the reads and can change memory after each. */
#ifndef CVMLAB_SIM_GHCB_SHARED_H
#define CVMLAB_SIM_GHCB_SHARED_H

#include "base/status.h"
#include "base/types.h"

struct ghcb_shared {
    void *context;
    /* Copies size_bytes bytes from shared memory. STATUS_BAD_ADDRESS, or what else the memory says;
     * to is then unspecified. */
    enum status (*read)(void *context, gpa_t from, void *to, size_t size_bytes);
    /* Copies size_bytes bytes to shared memory. On failure nothing was written. */
    enum status (*write)(void *context, gpa_t to, const void *from, size_t size_bytes);
};

#endif
