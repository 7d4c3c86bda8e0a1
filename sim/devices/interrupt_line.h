/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/interrupt_line.h — one wire from a device to an interrupt controller, or from that to
 * a hart. Level: who sets it high has to set it low again. */
#ifndef CVMLAB_SIM_DEVICES_INTERRUPT_LINE_H
#define CVMLAB_SIM_DEVICES_INTERRUPT_LINE_H

#include "base/types.h"

/* set is told the number of the line, so that one function serves all lines of a controller. All
 * zeros: a line that leads nowhere. */
struct interrupt_line {
    void (*set)(void *context, unsigned number, bool level);
    void *context;
    unsigned number;
};

/* Sets the level; the same level again changes nothing. */
static inline void interrupt_line_set(const struct interrupt_line *line, bool level)
{
    if (line->set)
        line->set(line->context, line->number, level);
}

#endif
