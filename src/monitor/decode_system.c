/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/decode_system.c — the SYSTEM opcode: CSR accesses, calls, waits, returns, fences, and
 * the loads and stores of the H extension. Read decode.c first. */
#include "monitor/decode_parts.h"

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

static enum insn_class privileged_class(uint32_t raw)
{
    if (field_rd(raw) != 0)
        return INSN_OTHER;
    if (fence_is_legal(field_funct7(raw)))
        return INSN_PRIV;
    return field_rs1(raw) == 0 ? operandless_class(field_funct12(raw)) : INSN_OTHER;
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
static struct insn hypervisor_access_decode(uint32_t raw)
{
    unsigned funct7 = field_funct7(raw);
    uint8_t width_bytes = (uint8_t)(1 << bits(funct7, 2, 1));
    uint8_t rd = field_rd(raw);
    uint8_t rs2 = field_rs2(raw);
    bool is_store = bit(funct7, 0);

    if (funct7 >> 3 != 6)
        return word_of_class(raw, INSN_OTHER);
    if (is_store && rd != 0)
        return word_of_class(raw, INSN_OTHER);
    if (!is_store && !hypervisor_load_is_legal(width_bytes, rs2))
        return word_of_class(raw, INSN_OTHER);
    return (struct insn){
        .raw = raw,
        .class = INSN_PRIV,
        .len_bytes = 4,
        .rd = rd, /* of a store: 0 */
        .rs1 = field_rs1(raw),
        .rs2 = is_store ? rs2 : 0,
        .width_bytes = width_bytes,
        .is_signed = !is_store && rs2 == 0,
    };
}

struct insn system_decode(uint32_t raw)
{
    unsigned funct3 = field_funct3(raw);

    if (funct3 == 0)
        return word_of_class(raw, privileged_class(raw));
    if (funct3 == 4)
        return hypervisor_access_decode(raw);
    return (struct insn){
        .raw = raw,
        .class = INSN_CSR,
        .len_bytes = 4,
        .rd = field_rd(raw),
        .rs1 = field_rs1(raw),
        .csr = (uint16_t)field_funct12(raw),
        .csr_op = (uint8_t)funct3,
    };
}
