/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/insn_compressed.c — the 32-bit loads and stores that compressed ones stand for.
 * Source: riscv-isa-manual, src/unpriv/zca.adoc, "Load and Store Instructions"; zcd.adoc. */
#include "hart/internal.h"

enum {
    QUADRANT_0 = 0,
    QUADRANT_2 = 2,
    OPCODE_LOAD = 0x03,
    OPCODE_LOAD_FP = 0x07,
    OPCODE_STORE = 0x23,
    OPCODE_STORE_FP = 0x27,
    WORD = 2, /* funct3 */
    DOUBLE = 3,
    REGISTER_SP = 2
};

static uint32_t encode_load(unsigned opcode, unsigned funct3, unsigned rd, unsigned rs1,
                            unsigned offset)
{
    return opcode | rd << 7 | funct3 << 12 | rs1 << 15 | offset << 20;
}

static uint32_t encode_store(unsigned opcode, unsigned funct3, unsigned rs2, unsigned rs1,
                             unsigned offset)
{
    return opcode | (offset & 0x1f) << 7 | funct3 << 12 | rs1 << 15 | rs2 << 20 | offset >> 5 << 25;
}

static unsigned field(uint16_t half, unsigned high, unsigned low, unsigned shift)
{
    return (unsigned)bits(half, high, low) << shift;
}

/* Register x8 to x15. */
static unsigned small_register(uint16_t half, unsigned low)
{
    return 8 + (unsigned)bits(half, low + 2, low);
}

/* c.lw and its kind: both registers small, funct3 1-3 loads, 5-7 stores. */
static uint32_t expand_small(uint16_t half, unsigned kind)
{
    unsigned word = field(half, 12, 10, 3) | field(half, 6, 6, 2) | field(half, 5, 5, 6);
    unsigned wide = field(half, 12, 10, 3) | field(half, 6, 5, 6);
    unsigned rs1 = small_register(half, 7), reg = small_register(half, 2);

    switch (kind) {
    case 1:
        return encode_load(OPCODE_LOAD_FP, DOUBLE, reg, rs1, wide);
    case 2:
        return encode_load(OPCODE_LOAD, WORD, reg, rs1, word);
    case 3:
        return encode_load(OPCODE_LOAD, DOUBLE, reg, rs1, wide);
    case 5:
        return encode_store(OPCODE_STORE_FP, DOUBLE, reg, rs1, wide);
    case 6:
        return encode_store(OPCODE_STORE, WORD, reg, rs1, word);
    case 7:
        return encode_store(OPCODE_STORE, DOUBLE, reg, rs1, wide);
    default:
        return 0;
    }
}

/* c.lwsp and its kind: relative to sp, any register. */
static uint32_t expand_stack(uint16_t half, unsigned kind)
{
    unsigned load_word = field(half, 12, 12, 5) | field(half, 6, 4, 2) | field(half, 3, 2, 6);
    unsigned load_wide = field(half, 12, 12, 5) | field(half, 6, 5, 3) | field(half, 4, 2, 6);
    unsigned store_word = field(half, 12, 9, 2) | field(half, 8, 7, 6);
    unsigned store_wide = field(half, 12, 10, 3) | field(half, 9, 7, 6);
    unsigned rd = (unsigned)bits(half, 11, 7), rs2 = (unsigned)bits(half, 6, 2);

    switch (kind) {
    case 1:
        return encode_load(OPCODE_LOAD_FP, DOUBLE, rd, REGISTER_SP, load_wide);
    case 2:
        return rd ? encode_load(OPCODE_LOAD, WORD, rd, REGISTER_SP, load_word) : 0;
    case 3:
        return rd ? encode_load(OPCODE_LOAD, DOUBLE, rd, REGISTER_SP, load_wide) : 0;
    case 5:
        return encode_store(OPCODE_STORE_FP, DOUBLE, rs2, REGISTER_SP, store_wide);
    case 6:
        return encode_store(OPCODE_STORE, WORD, rs2, REGISTER_SP, store_word);
    case 7:
        return encode_store(OPCODE_STORE, DOUBLE, rs2, REGISTER_SP, store_wide);
    default:
        return 0;
    }
}

uint32_t insn_expand(uint16_t half)
{
    unsigned kind = (unsigned)bits(half, 15, 13);

    switch (half & 3) {
    case QUADRANT_0:
        return expand_small(half, kind);
    case QUADRANT_2:
        return expand_stack(half, kind);
    default:
        return 0;
    }
}
