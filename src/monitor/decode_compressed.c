/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/decode_compressed.c — loads, stores and the breakpoint of the C and Zcb
 * extensions, as in RV64 with D. Read decode.c first. funct3 (bits 15:13) names the access alike
 * in quadrant 0, with registers x8 to x15 in three bits each, and in quadrant 2, relative to the
 * stack pointer and with a full register number. Quadrant 1 has none. */
#include "monitor/decode_parts.h"
#include "monitor/guest.h"

enum { FUNCT3_MISC = 4 }; /* quadrant 0: the Zcb accesses; quadrant 2: jumps, moves, C.EBREAK */

/* What an encoding accesses; class INSN_OTHER: nothing. */
struct access {
    uint8_t class; /* enum insn_class */
    uint8_t width_bytes;
    bool is_signed;
};

/* By funct3. C.FLW and C.FSW do not exist in RV64: their places are C.LD and C.SD. */
static const struct access access_by_funct3[8] = {
    [1] = {INSN_FP_LOAD, 8, false},  [2] = {INSN_LOAD, 4, true},   [3] = {INSN_LOAD, 8, true},
    [5] = {INSN_FP_STORE, 8, false}, [6] = {INSN_STORE, 4, false}, [7] = {INSN_STORE, 8, false},
};

/* By bits 12:10 and 6. The bytes use bit 6 for the offset, so they stand twice. */
static const struct access access_of_zcb[16] = {
    [0] = {INSN_LOAD, 1, false},  [1] = {INSN_LOAD, 1, false},  /* c.lbu */
    [2] = {INSN_LOAD, 2, false},                                /* c.lhu */
    [3] = {INSN_LOAD, 2, true},                                 /* c.lh */
    [4] = {INSN_STORE, 1, false}, [5] = {INSN_STORE, 1, false}, /* c.sb */
    [6] = {INSN_STORE, 2, false},                               /* c.sh */
};

static bool access_is_load(struct access access)
{
    return access.class == INSN_LOAD || access.class == INSN_FP_LOAD;
}

static struct insn half_of_class(uint16_t half, enum insn_class class)
{
    return (struct insn){.raw = half, .class = class, .len_bytes = 2};
}

/* data: the register that is loaded or stored. */
static struct insn access_decode(uint16_t half, struct access access, unsigned data, unsigned base)
{
    bool is_load = access_is_load(access);

    if (access.class == INSN_OTHER)
        return half_of_class(half, INSN_OTHER);
    return (struct insn){
        .raw = half,
        .class = (enum insn_class)access.class,
        .len_bytes = 2,
        .rd = (uint8_t)(is_load ? data : 0),
        .rs1 = (uint8_t)base,
        .rs2 = (uint8_t)(is_load ? 0 : data),
        .width_bytes = access.width_bytes,
        .is_signed = access.is_signed,
    };
}

/* Register-based: data register in bits 4:2, base in bits 9:7, both x8 to x15. C.ADDI4SPN and the
 * all-zero halfword have funct3 0. */
static struct insn quadrant0_decode(uint16_t half, unsigned funct3)
{
    struct access access = access_by_funct3[funct3];

    if (funct3 == FUNCT3_MISC)
        access = access_of_zcb[bits(half, 12, 10) << 1 | bit(half, 6)];
    return access_decode(half, access, 8 + (unsigned)bits(half, 4, 2),
                         8 + (unsigned)bits(half, 9, 7));
}

/* Stack-based: a load names its register in bits 11:7, a store in bits 6:2. C.LWSP and C.LDSP to x0
 * are reserved. */
static struct insn quadrant2_decode(uint16_t half, unsigned funct3)
{
    enum { C_EBREAK = 0x9002 };
    struct access access = access_by_funct3[funct3];
    bool is_load = access_is_load(access);
    unsigned data = (unsigned)(is_load ? bits(half, 11, 7) : bits(half, 6, 2));

    if (half == C_EBREAK)
        return half_of_class(half, INSN_EBREAK);
    if (access.class == INSN_LOAD && data == REG_ZERO)
        return half_of_class(half, INSN_OTHER);
    return access_decode(half, access, data, REG_SP);
}

struct insn compressed_decode(uint16_t half)
{
    unsigned funct3 = (unsigned)bits(half, 15, 13);

    switch (half & 3) {
    case 0:
        return quadrant0_decode(half, funct3);
    case 2:
        return quadrant2_decode(half, funct3);
    default:
        return half_of_class(half, INSN_OTHER);
    }
}
