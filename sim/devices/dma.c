/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/dma.c — see dma.h. */
#include "devices/dma.h"

static bool is_ram(const struct dma *dma, spa_t where, size_t size_bytes)
{
    return where.v >= dma->ram_first.v && where.v + size_bytes >= where.v;
}

bool dma_read(const struct dma *dma, spa_t where, void *to, size_t size_bytes)
{
    struct access access = {.actor = {.kind = ACTOR_DEVICE}, .kind = ACCESS_READ, .spa = where};
    struct fault fault;

    return is_ram(dma, where, size_bytes) &&
           memory_read(dma->memory, &access, to, size_bytes, &fault);
}

bool dma_write(const struct dma *dma, spa_t where, const void *from, size_t size_bytes)
{
    struct access access = {.actor = {.kind = ACTOR_DEVICE}, .kind = ACCESS_WRITE, .spa = where};
    struct fault fault;

    return is_ram(dma, where, size_bytes) &&
           memory_write(dma->memory, &access, from, size_bytes, &fault);
}
