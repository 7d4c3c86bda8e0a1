/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_block.c — see engine_block.h. */
#include "hart/engine_block.h"

enum {
    OPCODE_AMO = 0x2f,
    OPCODE_BRANCH = 0x63,
    OPCODE_JALR = 0x67,
    OPCODE_JAL = 0x6f,
    FUNCT5_LR = 2,
    FUNCT5_SC = 3
};

unsigned engine_block_count(const uint8_t *page, unsigned offset, unsigned size_bytes)
{
    unsigned end = offset + size_bytes, count = 0;

    for (; offset < end && offset < PAGE_SIZE; count++)
        offset += engine_insn_bytes(page[offset]);
    return count;
}

/* Whether the instruction may go elsewhere than on: BRANCH, JAL, JALR, C.J, C.JR, C.JALR, C.BEQZ,
 * C.BNEZ. What traps is not asked for. The upper byte is read only of compressed ones. */
static bool insn_jumps(const uint8_t *insn)
{
    unsigned half;

    if (engine_insn_bytes(insn[0]) == 4) {
        unsigned opcode = insn[0] & 0x7f;

        return opcode == OPCODE_BRANCH || opcode == OPCODE_JALR || opcode == OPCODE_JAL;
    }
    half = insn[0] | (unsigned)insn[1] << 8;
    if ((half & 3) == 1)
        return half >> 13 >= 5;
    return (half & 3) == 2 && half >> 13 == 4 && (half >> 2 & 31) == 0;
}

/* An instruction that reaches over the end of the page is taken for neither. */
static enum engine_reserve insn_reserve(const uint8_t *page, unsigned offset)
{
    unsigned funct5;

    if ((page[offset] & 0x7f) != OPCODE_AMO || offset + 4 > PAGE_SIZE)
        return RESERVE_NONE;
    funct5 = page[offset + 3] >> 3;
    return funct5 == FUNCT5_LR ? RESERVE_TAKE : funct5 == FUNCT5_SC ? RESERVE_USE : RESERVE_NONE;
}

struct engine_block engine_block_of(uint64_t pc, unsigned size_bytes, uint32_t stamp,
                                    const uint8_t *page)
{
    unsigned offset = pc % PAGE_SIZE, end = offset + size_bytes, last = offset, count = 0;
    enum engine_reserve first_reserve = RESERVE_NONE, last_reserve = RESERVE_NONE, reserve;

    for (; offset < end && offset < PAGE_SIZE; count++) {
        last = offset;
        reserve = insn_reserve(page, offset);
        last_reserve = reserve ? reserve : last_reserve;
        first_reserve = first_reserve ? first_reserve : reserve;
        offset += engine_insn_bytes(page[offset]);
    }
    return (struct engine_block){.pc = pc,
                                 .stamp = stamp,
                                 .size_bytes = (uint16_t)size_bytes,
                                 .count = (uint16_t)count & 0x7ff,
                                 .is_cut = !insn_jumps(page + last),
                                 .first_reserve = first_reserve,
                                 .last_reserve = last_reserve};
}
