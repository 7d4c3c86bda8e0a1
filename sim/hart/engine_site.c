/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_site.c — see engine_site.h. Encodings: unprivileged specification, chapters
 * "RV32/64G Instruction Set Listings" and "RVC Instruction Set Listings". */
#include "hart/engine_site.h"

enum { OPCODE_LOAD = 0x03, OPCODE_LOAD_FP = 0x07, OPCODE_STORE = 0x23, OPCODE_STORE_FP = 0x27 };

static unsigned bits(uint32_t insn, unsigned low, unsigned count)
{
    return insn >> low & ((1U << count) - 1);
}

static int64_t extend_12(unsigned value)
{
    return (int64_t)(value ^ 0x800) - 0x800;
}

static bool long_access(uint32_t insn, struct engine_access *out)
{
    unsigned opcode = insn & 0x7f, funct3 = bits(insn, 12, 3);
    bool is_store = opcode == OPCODE_STORE || opcode == OPCODE_STORE_FP;

    *out = (struct engine_access){
        .kind = is_store ? ACCESS_WRITE : ACCESS_READ,
        .base = bits(insn, 15, 5),
        .size_bytes = 1U << (funct3 & 3),
        .offset = extend_12(is_store ? bits(insn, 25, 7) << 5 | bits(insn, 7, 5) : insn >> 20),
        .is_float = opcode == OPCODE_LOAD_FP || opcode == OPCODE_STORE_FP};
    if (opcode == OPCODE_LOAD)
        return funct3 != 7;
    if (opcode == OPCODE_STORE)
        return funct3 <= 3;
    return out->is_float && (funct3 == 2 || funct3 == 3);
}

/* The offset of C.LW, C.LD, ...: by register; and of C.LWSP, C.SWSP, ...: by sp. */
static unsigned short_offset(uint32_t insn, bool by_sp, bool is_store, unsigned size_bytes)
{
    if (!by_sp)
        return bits(insn, 10, 3) << 3 |
               (size_bytes == 8 ? bits(insn, 5, 2) << 6
                                : bits(insn, 6, 1) << 2 | bits(insn, 5, 1) << 6);
    if (is_store)
        return size_bytes == 8 ? bits(insn, 10, 3) << 3 | bits(insn, 7, 3) << 6
                               : bits(insn, 9, 4) << 2 | bits(insn, 7, 2) << 6;
    return bits(insn, 12, 1) << 5 |
           (size_bytes == 8 ? bits(insn, 5, 2) << 3 | bits(insn, 2, 3) << 6
                            : bits(insn, 4, 3) << 2 | bits(insn, 2, 2) << 6);
}

/* funct3 1 FLD, 2 LW, 3 LD, 5 FSD, 6 SW, 7 SD, in quadrants 0 and 2. */
static bool short_access(uint32_t insn, struct engine_access *out)
{
    unsigned quadrant = insn & 3, funct3 = bits(insn, 13, 3);
    bool by_sp = quadrant == 2, is_store = funct3 >= 5;
    unsigned size_bytes = (funct3 & 3) == 2 ? 4 : 8;

    *out = (struct engine_access){.kind = is_store ? ACCESS_WRITE : ACCESS_READ,
                                  .base = by_sp ? 2 : 8 + bits(insn, 7, 3),
                                  .size_bytes = size_bytes,
                                  .offset = short_offset(insn, by_sp, is_store, size_bytes),
                                  .is_float = (funct3 & 3) == 1};
    return quadrant != 1 && (funct3 & 3) != 0;
}

bool engine_access_of(uint32_t insn, struct engine_access *out)
{
    return (insn & 3) == 3 ? long_access(insn, out) : short_access(insn, out);
}
