/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/decode_compressed.c — loads, stores and the breakpoint of the C and Zcb
 * extensions, as in RV64 with D. Read decode.c first. funct3 (bits 15:13) names the access alike
 * in quadrant 0, with registers x8 to x15 in three bits each, and in quadrant 2, relative to the
 * stack pointer and with a full register number. Quadrant 1 has none. */
#include "monitor/decode_compressed.h"
#include "base/bytes.h"
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

static void access_commit(struct insn *insn, struct access access, unsigned data, unsigned base)
{
    if (access.class == INSN_OTHER)
        return;
    insn->class = (enum insn_class)access.class;
    insn->width_bytes = access.width_bytes;
    insn->is_signed = access.is_signed;
    insn->rs1 = (uint8_t)base;
    if (access_is_load(access))
        insn->rd = (uint8_t)data;
    else
        insn->rs2 = (uint8_t)data;
}

/* Register-based: data register in bits 4:2, base in bits 9:7. C.ADDI4SPN and the all-zero
 * halfword have funct3 0. */
static void quadrant0_decode(struct insn *insn, unsigned funct3)
{
    struct access access = access_by_funct3[funct3];

    if (funct3 == FUNCT3_MISC)
        access = access_of_zcb[bits(insn->raw, 12, 10) << 1 | bit(insn->raw, 6)];
    access_commit(insn, access, 8 + (unsigned)bits(insn->raw, 4, 2),
                  8 + (unsigned)bits(insn->raw, 9, 7));
}

/* Stack-based: a load names its register in bits 11:7, a store in bits 6:2. */
static void quadrant2_decode(struct insn *insn, unsigned funct3)
{
    enum { C_EBREAK = 0x9002 };
    struct access access = access_by_funct3[funct3];
    bool is_load = access_is_load(access);
    unsigned data = (unsigned)(is_load ? bits(insn->raw, 11, 7) : bits(insn->raw, 6, 2));

    if (insn->raw == C_EBREAK)
        insn->class = INSN_EBREAK;
    else if (access.class != INSN_LOAD ||
             data != REG_ZERO) /* C.LWSP and C.LDSP to x0 are reserved */
        access_commit(insn, access, data, REG_SP);
}

void compressed_decode(struct insn *insn)
{
    unsigned funct3 = (unsigned)bits(insn->raw, 15, 13);

    switch (bits(insn->raw, 1, 0)) {
    case 0:
        quadrant0_decode(insn, funct3);
        break;
    case 2:
        quadrant2_decode(insn, funct3);
        break;
    default:
        break;
    }
}
