/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_site.h — loads and stores that are refused again and again: those to devices, and
 * those by which a guest exits. Unicorn leaves its loop for a refused access; one that is foreseen
 * is told to the client from a hook, which takes half the time. */
#ifndef CVMLAB_SIM_HART_ENGINE_SITE_H
#define CVMLAB_SIM_HART_ENGINE_SITE_H

#include "memory/access.h"

/* How often the access at a pc was refused. */
struct engine_site {
    uint64_t pc;
    unsigned count;
};

enum { ENGINE_SITES = 64, ENGINE_SITE_FORESEEN = 4 };

/* Where a pc is counted. Another one may have taken the place. */
static inline unsigned engine_site_index(uint64_t pc)
{
    return (unsigned)(pc >> 1 ^ pc >> 7) % ENGINE_SITES;
}

/* What a load or store accesses: x[base] + offset. */
struct engine_access {
    enum access_kind kind;
    unsigned base, size_bytes;
    int64_t offset;
    bool is_float;
};

/* Decodes a load or store of RV64GC, of either length; an instruction of 2 bytes is the lower half.
 * False: it is none (an atomic is none). */
bool engine_access_of(uint32_t insn, struct engine_access *out);

#endif
