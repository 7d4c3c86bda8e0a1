/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/lazy_map.c — see lazy_map.h. */
#include "memory/lazy_map.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

void *lazy_map(uint64_t size_bytes)
{
    void *map = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (map == MAP_FAILED)
        return NULL;
    (void)madvise(map, size_bytes, MADV_NOHUGEPAGE); /* one touched page costs one page */
    return map;
}

void lazy_unmap(void *map, uint64_t size_bytes)
{
    if (map)
        (void)munmap(map, size_bytes);
}

void lazy_clear(void *map, uint64_t size_bytes)
{
    if (map && madvise(map, size_bytes, MADV_DONTNEED) != 0)
        memset(map, 0, size_bytes);
}
