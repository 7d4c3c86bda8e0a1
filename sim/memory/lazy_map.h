/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/lazy_map.h — large arrays of zeros that cost nothing until they are touched: RAM, what
 * is known of its pages, and the RMP. */
#ifndef CVMLAB_SIM_MEMORY_LAZY_MAP_H
#define CVMLAB_SIM_MEMORY_LAZY_MAP_H

#include <stdint.h>

/* size_bytes of zeros, a page at a time. NULL: no memory. The caller ends it with lazy_unmap. */
void *lazy_map(uint64_t size_bytes);

/* Makes all of it zeros that cost nothing again. */
void lazy_clear(void *map, uint64_t size_bytes);

/* Of the size that it was mapped with; NULL is allowed. */
void lazy_unmap(void *map, uint64_t size_bytes);

#endif
