/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/decode_parts.h — what decode.c, decode_system.c and decode_compressed.c share; nobody
 * else includes it. Fields: riscv-isa-manual src/unpriv/rv32.adoc, base instruction formats. */
#ifndef CVMLAB_MONITOR_DECODE_PARTS_H
#define CVMLAB_MONITOR_DECODE_PARTS_H

#include "base/bytes.h"
#include "monitor/decode.h"

/* Where the fields of a 32-bit instruction begin. */
enum { SHIFT_RD = 7, SHIFT_FUNCT3 = 12, SHIFT_RS2 = 20 };

static inline unsigned field_opcode(uint32_t raw)
{
    return raw & 0x7f;
}

static inline uint8_t field_rd(uint32_t raw)
{
    return (uint8_t)bits(raw, 11, SHIFT_RD);
}

static inline unsigned field_funct3(uint32_t raw)
{
    return (unsigned)bits(raw, 14, SHIFT_FUNCT3);
}

static inline uint8_t field_rs1(uint32_t raw)
{
    return (uint8_t)bits(raw, 19, 15);
}

static inline uint8_t field_rs2(uint32_t raw)
{
    return (uint8_t)bits(raw, 24, SHIFT_RS2);
}

static inline unsigned field_funct7(uint32_t raw)
{
    return (unsigned)bits(raw, 31, 25);
}

static inline unsigned field_funct12(uint32_t raw)
{
    return (unsigned)bits(raw, 31, 20);
}

/* A 32-bit instruction of which no operand matters. */
static inline struct insn word_of_class(uint32_t raw, enum insn_class class)
{
    return (struct insn){.raw = raw, .class = class, .len_bytes = 4};
}

/* An instruction of the SYSTEM opcode. INSN_OTHER if it is reserved.
 * Source: riscv-isa-manual src/unpriv/zicsr.adoc, zawrs.adoc, src/priv/hypervisor.adoc,
 * svinval.adoc. */
struct insn system_decode(uint32_t raw);

/* The class and operands of a 16-bit instruction: those of the 32-bit instruction that it stands
 * for. INSN_OTHER if it is reserved, or neither an access nor a breakpoint. Bits 1:0 of half are
 * not 11. Source: riscv-isa-manual src/unpriv/zca.adoc, zcd.adoc, zcb.adoc. */
struct insn compressed_decode(uint16_t half);

#endif
