/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/bus.h — what a hart asks of everything that is not RAM: devices. sim/devices gives
 * functions of this shape, the machine ties them to its harts. */
#ifndef CVMLAB_SIM_HART_BUS_H
#define CVMLAB_SIM_HART_BUS_H

#include "base/types.h"

struct hart_bus {
    void *context;
    /* Reads size_bytes (1, 2, 4 or 8) at where, little-endian, into *value; upper bits are 0.
     * false: nothing answers there, or not to this size or alignment; *value is as it was, and the
     * hart takes an access fault. */
    bool (*read)(void *context, spa_t where, unsigned size_bytes, uint64_t *value);
    /* Writes the low size_bytes of value. false as for read; the device is as it was. */
    bool (*write)(void *context, spa_t where, unsigned size_bytes, uint64_t value);
};

#endif
