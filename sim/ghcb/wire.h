/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/wire.h — little-endian values in shared pages, whatever the machine that runs this. */
#ifndef CVMLAB_SIM_GHCB_WIRE_H
#define CVMLAB_SIM_GHCB_WIRE_H

#include "base/bytes.h"

/* The size_bytes bytes (1 to 8) at from, lowest first. */
static inline uint64_t wire_load(const uint8_t *from, unsigned size_bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size_bytes; i++)
        value |= (uint64_t)from[i] << 8 * i;
    return value;
}

/* Puts the low size_bytes bytes (1 to 8) of value to to, lowest first. */
static inline void wire_store(uint8_t *to, uint64_t value, unsigned size_bytes)
{
    for (unsigned i = 0; i < size_bytes; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

#endif
