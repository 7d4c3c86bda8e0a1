/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_block.h — how many instructions a block of translated code has. The library tells
 * address and size of a block each time it enters one; its instructions are counted the first time.
 * Read engine_map.h first. */
#ifndef CVMLAB_SIM_HART_ENGINE_BLOCK_H
#define CVMLAB_SIM_HART_ENGINE_BLOCK_H

#include "base/types.h"

/* What an instruction does to the reservation. */
enum engine_reserve { RESERVE_NONE, RESERVE_TAKE /* LR */, RESERVE_USE /* SC */ };

/* One block, as its code was when its page had this stamp. */
struct engine_block {
    uint64_t pc;
    uint32_t stamp;
    uint16_t size_bytes;
    uint16_t count : 11;
    uint16_t is_cut : 1;        /* does not end with a branch or jump: the library ended it */
    uint16_t first_reserve : 2; /* enum engine_reserve, of its first and last LR or SC */
    uint16_t last_reserve : 2;
};
_Static_assert(sizeof(struct engine_block) == 16, "four to a line of the cache");

enum { ENGINE_BLOCKS = 1 << 14 };

/* Where a block that begins at pc is kept. */
static inline unsigned engine_block_index(uint64_t pc)
{
    return (unsigned)(pc >> 1 ^ pc >> 15) % ENGINE_BLOCKS;
}

/* Bytes of an instruction (unprivileged specification, 1.5): 2 or 4. */
static inline unsigned engine_insn_bytes(uint8_t first)
{
    return (first & 3) == 3 ? 4 : 2;
}

/* Counts the instructions of size_bytes of code at offset of a page; the last one may reach over
 * its end. */
unsigned engine_block_count(const uint8_t *page, unsigned offset, unsigned size_bytes);

/* Makes the record of a block that begins at offset of the page. */
struct engine_block engine_block_of(uint64_t pc, unsigned size_bytes, uint32_t stamp,
                                    const uint8_t *page);

#endif
