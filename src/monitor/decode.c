/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/decode.c — from the bits of the trapped instruction to what the exposure rows ask
 * about it. Read decode.h first. Pure; on the path of every MMIO exit, hence one switch on the
 * major opcode and no search. Rule of every branch: INSN_OTHER with empty operands stands until
 * the whole encoding has proved legal, so a reserved one never passes for a load. Sources:
 * riscv-isa-manual, instruction set listings and the chapters named below. Operands beyond
 * decode.h: rd and rs2 of floating-point accesses are f registers, of vector accesses they stay
 * 0; rs1 of a CSR instruction with bit 2 of csr_op set is the immediate. */
#include "monitor/decode.h"
#include "base/bytes.h"
#include "monitor/decode_compressed.h"

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

/* Where the fields of a 32-bit instruction begin. */
enum { SHIFT_RD = 7, SHIFT_FUNCT3 = 12, SHIFT_RS2 = 20 };

/* funct3 bit 2 of a load: zero-extend. */
enum { FUNCT3_UNSIGNED = 4 };

static unsigned field_opcode(uint32_t raw)
{
    return raw & 0x7f;
}

static uint8_t field_rd(uint32_t raw)
{
    return (uint8_t)bits(raw, 11, SHIFT_RD);
}

static unsigned field_funct3(uint32_t raw)
{
    return (unsigned)bits(raw, 14, SHIFT_FUNCT3);
}

static uint8_t field_rs1(uint32_t raw)
{
    return (uint8_t)bits(raw, 19, 15);
}

static uint8_t field_rs2(uint32_t raw)
{
    return (uint8_t)bits(raw, 24, SHIFT_RS2);
}

static unsigned field_funct7(uint32_t raw)
{
    return (unsigned)bits(raw, 31, 25);
}

static unsigned field_funct12(uint32_t raw)
{
    return (unsigned)bits(raw, 31, 20);
}

/* LB LH LW LD LBU LHU LWU; funct3 7 would be a 128-bit load. */
static void load_decode(struct insn *insn)
{
    unsigned funct3 = field_funct3(insn->raw);

    if (funct3 == 7)
        return;
    insn->class = INSN_LOAD;
    insn->rd = field_rd(insn->raw);
    insn->rs1 = field_rs1(insn->raw);
    insn->width_bytes = (uint8_t)(1 << (funct3 & 3));
    insn->is_signed = !(funct3 & FUNCT3_UNSIGNED);
}

/* SB SH SW SD; nothing else is defined. */
static void store_decode(struct insn *insn)
{
    unsigned funct3 = field_funct3(insn->raw);

    if (funct3 > 3)
        return;
    insn->class = INSN_STORE;
    insn->rs1 = field_rs1(insn->raw);
    insn->rs2 = field_rs2(insn->raw);
    insn->width_bytes = (uint8_t)(1 << funct3);
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

static void vector_decode(struct insn *insn)
{
    bool extended_width = bit(insn->raw, 28); /* mew: reserved */
    bool unit_stride = bits(insn->raw, 27, 26) == 0;

    if (extended_width || (unit_stride && !vector_unit_stride_is_legal(insn->raw)))
        return;
    insn->class = INSN_VECTOR;
    insn->rs1 = field_rs1(insn->raw);
}

/* LOAD-FP and STORE-FP: funct3 1 to 4 is a scalar of 2, 4, 8 or 16 bytes, the other values are
 * vector element widths. */
static void fp_decode(struct insn *insn, enum insn_class class)
{
    unsigned funct3 = field_funct3(insn->raw);

    if (funct3 == 0 || funct3 > 4) {
        vector_decode(insn);
        return;
    }
    insn->class = class;
    insn->rs1 = field_rs1(insn->raw);
    insn->width_bytes = (uint8_t)(1 << funct3);
    if (class == INSN_FP_LOAD)
        insn->rd = field_rd(insn->raw);
    else
        insn->rs2 = field_rs2(insn->raw);
}

/* CBO.INVAL, CLEAN, FLUSH, ZERO (cmo.adoc): funct3 2, rd 0, the operation in the immediate.
 * FENCE and FENCE.I are no accesses, and the prefetches are encoded as ORI. */
static void cbo_decode(struct insn *insn)
{
    unsigned op = field_funct12(insn->raw);

    if (field_funct3(insn->raw) != 2 || field_rd(insn->raw) != 0 || op == 3 || op > 4)
        return;
    insn->class = INSN_CBO;
    insn->rs1 = field_rs1(insn->raw);
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

static void atomic_decode(struct insn *insn)
{
    enum insn_class class = atomic_class((unsigned)bits(insn->raw, 31, 27));

    if (class == INSN_OTHER || !atomic_is_legal(insn->raw, class))
        return;
    insn->class = class;
    insn->rd = field_rd(insn->raw);
    insn->rs1 = field_rs1(insn->raw);
    insn->rs2 = field_rs2(insn->raw);
    insn->width_bytes = (uint8_t)(1 << field_funct3(insn->raw));
    insn->is_signed = class == INSN_LR;
}

/* Instructions without operands: funct12 says which. */
static enum insn_class operandless_class(unsigned funct12)
{
    switch (funct12) {
    case 0x000:
        return INSN_ECALL;
    case 0x001:
        return INSN_EBREAK;
    case 0x00d: /* wrs.nto */
    case 0x01d: /* wrs.sto */
        return INSN_WRS;
    case 0x105:
        return INSN_WFI;
    case 0x102: /* sret */
    case 0x180: /* sfence.w.inval */
    case 0x181: /* sfence.inval.ir */
    case 0x302: /* mret */
    case 0x702: /* mnret */
    case 0x7b2: /* dret */
        return INSN_PRIV;
    default:
        return INSN_OTHER;
    }
}

/* Fences of address translation: two source registers, no destination. */
static bool fence_is_legal(unsigned funct7)
{
    switch (funct7) {
    case 0x09: /* sfence.vma */
    case 0x0b: /* sinval.vma */
    case 0x11: /* hfence.vvma */
    case 0x13: /* hinval.vvma */
    case 0x31: /* hfence.gvma */
    case 0x33: /* hinval.gvma */
        return true;
    default:
        return false;
    }
}

static void privileged_decode(struct insn *insn)
{
    if (field_rd(insn->raw) != 0)
        return;
    if (fence_is_legal(field_funct7(insn->raw)))
        insn->class = INSN_PRIV;
    else if (field_rs1(insn->raw) == 0)
        insn->class = operandless_class(field_funct12(insn->raw));
}

/* Of a hypervisor load the rs2 field says how it extends: 0 signed, 1 unsigned, 3 unsigned with
 * execute permission. There is no HLV.DU, HLVX.BU or HLVX.DU. */
static bool hypervisor_load_is_legal(unsigned width_bytes, unsigned extension)
{
    switch (extension) {
    case 0:
        return true;
    case 1:
        return width_bytes < 8;
    case 3:
        return width_bytes == 2 || width_bytes == 4;
    default:
        return false;
    }
}

/* HLV, HLVX and HSV (hypervisor.adoc): funct7 is 0110ww0 for a load, 0110ww1 for a store. */
static void hypervisor_access_decode(struct insn *insn)
{
    unsigned funct7 = field_funct7(insn->raw);
    uint8_t width_bytes = (uint8_t)(1 << bits(funct7, 2, 1));
    uint8_t rd = field_rd(insn->raw);
    uint8_t rs2 = field_rs2(insn->raw);
    bool is_store = bit(funct7, 0);

    if (funct7 >> 3 != 6)
        return;
    if (is_store && rd != 0)
        return;
    if (!is_store && !hypervisor_load_is_legal(width_bytes, rs2))
        return;
    insn->class = INSN_PRIV;
    insn->rs1 = field_rs1(insn->raw);
    insn->width_bytes = width_bytes;
    insn->rd = rd; /* of a store: 0 */
    insn->rs2 = is_store ? rs2 : 0;
    insn->is_signed = !is_store && rs2 == 0;
}

static void system_decode(struct insn *insn)
{
    unsigned funct3 = field_funct3(insn->raw);

    if (funct3 == 0) {
        privileged_decode(insn);
    } else if (funct3 == 4) {
        hypervisor_access_decode(insn);
    } else {
        insn->class = INSN_CSR;
        insn->rd = field_rd(insn->raw);
        insn->rs1 = field_rs1(insn->raw);
        insn->csr = (uint16_t)field_funct12(insn->raw);
        insn->csr_op = (uint8_t)funct3;
    }
}

static void word_decode(struct insn *insn)
{
    switch (field_opcode(insn->raw)) {
    case OPCODE_LOAD:
        load_decode(insn);
        break;
    case OPCODE_STORE:
        store_decode(insn);
        break;
    case OPCODE_LOAD_FP:
        fp_decode(insn, INSN_FP_LOAD);
        break;
    case OPCODE_STORE_FP:
        fp_decode(insn, INSN_FP_STORE);
        break;
    case OPCODE_MISC_MEM:
        cbo_decode(insn);
        break;
    case OPCODE_AMO:
        atomic_decode(insn);
        break;
    case OPCODE_SYSTEM:
        system_decode(insn);
        break;
    default:
        break;
    }
}

unsigned insn_length(uint16_t first_half)
{
    return (first_half & 3) == 3 ? 4 : 2;
}

struct insn insn_decode(uint32_t raw)
{
    struct insn insn = {.raw = raw, .class = INSN_OTHER};

    insn.len_bytes = (uint8_t)insn_length((uint16_t)raw);
    if (insn.len_bytes == 2) {
        insn.raw = (uint16_t)raw; /* what follows it in memory is not part of it */
        compressed_decode(&insn);
    } else {
        word_decode(&insn);
    }
    return insn;
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
