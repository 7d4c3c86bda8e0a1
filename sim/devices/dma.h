/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/dma.h — how a device of the platform reaches RAM: through the door of sim/memory as a
 * device that no guest trusts, by addresses that the guest names and that may be anything. */
#ifndef CVMLAB_SIM_DEVICES_DMA_H
#define CVMLAB_SIM_DEVICES_DMA_H

#include "memory/memory.h"

struct dma {
    struct memory *memory;
    spa_t ram_first; /* RAM is from here to the end of memory; below lie devices */
};

/* Copies size_bytes out of, or into RAM. False: not all of it is RAM, or the RMP refuses; nothing
 * was copied. */
bool dma_read(const struct dma *dma, spa_t where, void *to, size_t size_bytes);
bool dma_write(const struct dma *dma, spa_t where, const void *from, size_t size_bytes);

#endif
