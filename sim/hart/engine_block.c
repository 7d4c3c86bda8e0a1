/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_block.c — see engine_block.h. */
#include "hart/engine_block.h"

enum { OPCODE_BRANCH = 0x63, OPCODE_JALR = 0x67, OPCODE_JAL = 0x6f };

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

struct engine_block engine_block_of(uint64_t pc, unsigned size_bytes, uint32_t stamp,
                                    const uint8_t *page)
{
    unsigned offset = pc % PAGE_SIZE, end = offset + size_bytes, last = offset, count = 0;

    for (; offset < end && offset < PAGE_SIZE; count++) {
        last = offset;
        offset += engine_insn_bytes(page[offset]);
    }
    return (struct engine_block){.pc = pc,
                                 .stamp = stamp,
                                 .size_bytes = (uint16_t)size_bytes,
                                 .count = (uint16_t)count & 0x7fff,
                                 .is_cut = !insn_jumps(page + last)};
}
