/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/power.h — how a guest says that it has ended: through the test device, HTIF or
 * semihosting. */
#ifndef CVMLAB_SIM_DEVICES_POWER_H
#define CVMLAB_SIM_DEVICES_POWER_H

#include "base/types.h"

enum power_request {
    POWER_PASS,
    POWER_FAIL, /* with a number */
    POWER_RESET
};

/* Who hears of it. May be called in the middle of an instruction of a hart: it notes the request
 * and stops the machine after that instruction. */
struct power {
    void (*request)(void *context, enum power_request request, uint64_t number);
    void *context;
};

#endif
