/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/decode.c — from the bits of the trapped instruction to what the exposure rows ask
 * about it. Read decode.h first. Pure; on the path of every MMIO exit, hence one switch on the
 * major opcode, no search, and results built where they are returned: filling in a local one field
 * by field and copying it costs twice the time.
 * Rule of every branch: first prove the whole encoding legal, then name the class, so that a
 * reserved one never passes for a load. Sources: riscv-isa-manual, instruction set listings and
 * the chapters named below.
 * Operands beyond decode.h: rd and rs2 of floating-point accesses are f registers, of vector
 * accesses they stay 0; rs1 of a CSR instruction with bit 2 of csr_op set is the immediate. */
#include "monitor/decode.h"
#include "monitor/decode_parts.h"

/* Bits 6:0 of a 32-bit instruction. */
enum opcode {
    OPCODE_LOAD = 0x03,
    OPCODE_LOAD_FP = 0x07,
    OPCODE_MISC_MEM = 0x0f,
    OPCODE_STORE = 0x23,
    OPCODE_STORE_FP = 0x27,
    OPCODE_AMO = 0x2f,
    OPCODE_SYSTEM = 0x73,
};

/* funct3 bit 2 of a load: zero-extend. */
enum { FUNCT3_UNSIGNED = 4 };

/* LB LH LW LD LBU LHU LWU; funct3 7 would be a 128-bit load. */
static struct insn load_decode(uint32_t raw)
{
    unsigned funct3 = field_funct3(raw);

    if (funct3 == 7)
        return word_of_class(raw, INSN_OTHER);
    return (struct insn){
        .raw = raw,
        .class = INSN_LOAD,
        .len_bytes = 4,
        .rd = field_rd(raw),
        .rs1 = field_rs1(raw),
        .width_bytes = (uint8_t)(1 << (funct3 & 3)),
        .is_signed = !(funct3 & FUNCT3_UNSIGNED),
    };
}

/* SB SH SW SD; nothing else is defined. */
static struct insn store_decode(uint32_t raw)
{
    unsigned funct3 = field_funct3(raw);

    if (funct3 > 3)
        return word_of_class(raw, INSN_OTHER);
    return (struct insn){
        .raw = raw,
        .class = INSN_STORE,
        .len_bytes = 4,
        .rs1 = field_rs1(raw),
        .rs2 = field_rs2(raw),
        .width_bytes = (uint8_t)(1 << funct3),
    };
}

/* Addressing of a vector access (v-st-ext.adoc, "Vector Load/Store Addressing Modes"): only a
 * unit-stride access (mop 0) has sub-forms, in the rs2 field. False: reserved. */
static bool vector_unit_stride_is_legal(uint32_t raw)
{
    enum { FORM_PLAIN = 0, FORM_WHOLE = 8, FORM_MASK = 11, FORM_FAULT_FIRST = 16 };
    bool is_load = field_opcode(raw) == OPCODE_LOAD_FP;
    bool is_unmasked = bit(raw, 25);
    bool is_byte = field_funct3(raw) == 0;
    unsigned fields = (unsigned)bits(raw, 31, 29) + 1;

    switch (field_rs2(raw)) {
    case FORM_PLAIN:
        return true;
    case FORM_FAULT_FIRST:
        return is_load;
    case FORM_MASK:
        return is_unmasked && is_byte && fields == 1;
    case FORM_WHOLE: /* 1, 2, 4 or 8 registers; a store has no element width */
        return is_unmasked && (is_load || is_byte) && (fields & (fields - 1)) == 0;
    default:
        return false;
    }
}

static struct insn vector_decode(uint32_t raw)
{
    bool extended_width = bit(raw, 28); /* mew: reserved */
    bool unit_stride = bits(raw, 27, 26) == 0;

    if (extended_width || (unit_stride && !vector_unit_stride_is_legal(raw)))
        return word_of_class(raw, INSN_OTHER);
    return (struct insn){
        .raw = raw,
        .class = INSN_VECTOR,
        .len_bytes = 4,
        .rs1 = field_rs1(raw),
    };
}

/* LOAD-FP and STORE-FP: funct3 1 to 4 is a scalar of 2, 4, 8 or 16 bytes, the other values are
 * vector element widths. */
static struct insn fp_decode(uint32_t raw, enum insn_class class)
{
    unsigned funct3 = field_funct3(raw);

    if (funct3 == 0 || funct3 > 4)
        return vector_decode(raw);
    return (struct insn){
        .raw = raw,
        .class = class,
        .len_bytes = 4,
        .rd = class == INSN_FP_LOAD ? field_rd(raw) : 0,
        .rs1 = field_rs1(raw),
        .rs2 = class == INSN_FP_STORE ? field_rs2(raw) : 0,
        .width_bytes = (uint8_t)(1 << funct3),
    };
}

/* CBO.INVAL, CLEAN, FLUSH, ZERO (cmo.adoc): funct3 2, rd 0, the operation in the immediate.
 * FENCE and FENCE.I are no accesses, and the prefetches are encoded as ORI. */
static struct insn cbo_decode(uint32_t raw)
{
    unsigned op = field_funct12(raw);

    if (field_funct3(raw) != 2 || field_rd(raw) != 0 || op == 3 || op > 4)
        return word_of_class(raw, INSN_OTHER);
    return (struct insn){
        .raw = raw,
        .class = INSN_CBO,
        .len_bytes = 4,
        .rs1 = field_rs1(raw),
    };
}

/* What an atomic instruction is by its funct5; the widths are checked by the caller. */
static enum insn_class atomic_class(unsigned funct5)
{
    switch (funct5) {
    case 0x02:
        return INSN_LR;
    case 0x03:
        return INSN_SC;
    case 0x00: /* add */
    case 0x01: /* swap */
    case 0x04: /* xor */
    case 0x05: /* cas */
    case 0x08: /* or */
    case 0x0c: /* and */
    case 0x10: /* min, max, minu, maxu */
    case 0x14:
    case 0x18:
    case 0x1c:
        return INSN_AMO;
    default:
        return INSN_OTHER;
    }
}

/* Bytes and halfwords come with Zabha, which has no LR and SC. 16 bytes is AMOCAS.Q alone
 * (zacas.adoc), on pairs of registers of which the first must be even. LR has no source
 * register. */
static bool atomic_is_legal(uint32_t raw, enum insn_class class)
{
    unsigned width_log2 = field_funct3(raw);

    if (class == INSN_AMO && width_log2 == 4)
        return bits(raw, 31, 27) == 0x05 && !((field_rd(raw) | field_rs2(raw)) & 1);
    if (class == INSN_AMO)
        return width_log2 <= 3;
    if (width_log2 != 2 && width_log2 != 3)
        return false;
    return class == INSN_SC || field_rs2(raw) == 0;
}

static struct insn atomic_decode(uint32_t raw)
{
    enum insn_class class = atomic_class((unsigned)bits(raw, 31, 27));

    if (class == INSN_OTHER || !atomic_is_legal(raw, class))
        return word_of_class(raw, INSN_OTHER);
    return (struct insn){
        .raw = raw,
        .class = class,
        .len_bytes = 4,
        .rd = field_rd(raw),
        .rs1 = field_rs1(raw),
        .rs2 = field_rs2(raw),
        .width_bytes = (uint8_t)(1 << field_funct3(raw)),
        .is_signed = class == INSN_LR,
    };
}

static struct insn word_decode(uint32_t raw)
{
    switch (field_opcode(raw)) {
    case OPCODE_LOAD:
        return load_decode(raw);
    case OPCODE_STORE:
        return store_decode(raw);
    case OPCODE_LOAD_FP:
        return fp_decode(raw, INSN_FP_LOAD);
    case OPCODE_STORE_FP:
        return fp_decode(raw, INSN_FP_STORE);
    case OPCODE_MISC_MEM:
        return cbo_decode(raw);
    case OPCODE_AMO:
        return atomic_decode(raw);
    case OPCODE_SYSTEM:
        return system_decode(raw);
    default:
        return word_of_class(raw, INSN_OTHER);
    }
}

unsigned insn_length(uint16_t first_half)
{
    return (first_half & 3) == 3 ? 4 : 2;
}

struct insn insn_decode(uint32_t raw)
{
    if (insn_length((uint16_t)raw) == 2)
        return compressed_decode((uint16_t)raw); /* what follows it in memory is not part of it */
    return word_decode(raw);
}

uint32_t insn_transform(const struct insn *insn, unsigned reg)
{
    uint32_t funct3 = (insn->width_bytes > 1) + (insn->width_bytes > 2) + (insn->width_bytes > 4);

    if (insn->class == INSN_STORE)
        return OPCODE_STORE | funct3 << SHIFT_FUNCT3 | (uint32_t)reg << SHIFT_RS2;
    if (!insn->is_signed)
        funct3 |= FUNCT3_UNSIGNED;
    return OPCODE_LOAD | funct3 << SHIFT_FUNCT3 | (uint32_t)reg << SHIFT_RD;
}

bool csr_is_counter(uint16_t csr)
{
    enum { CSR_CYCLE = 0xc00, CSR_HPMCOUNTER31 = 0xc1f };

    return csr >= CSR_CYCLE && csr <= CSR_HPMCOUNTER31;
}
