/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/code.c — see code.h. Encodings: riscv-isa-manual, RV64 and C instruction listings. */
#include "replay/code.h"

enum { WRS_NTO = 0x00d00073, HFENCE_VVMA = 0x22000073, CSRR_CYCLE = 0xc0002073 };

static struct code code_of(uint32_t raw)
{
    return (struct code){.half = {(uint16_t)raw, (uint16_t)(raw >> 16)}, .known = true};
}

struct insn code_insn(const struct code *code)
{
    return insn_decode(code->half[0] | (uint32_t)code->half[1] << 16);
}

/* A compressed form of a load or store, by its 32-bit opcode and funct3; 0 if there is none for
 * this register. The stack-pointer forms take every register; the byte and half forms (Zcb) only x8
 * to x15. */
static uint16_t compress(uint32_t word, unsigned reg)
{
    bool store = (word & 0x7f) == 0x23 || (word & 0x7f) == 0x27, fp = (word & 4) != 0;
    unsigned funct3 = word >> 12 & 7, low = (reg & 7) << 2;
    bool narrow = reg >= 8 && reg < 16;

    if (fp)
        return funct3 == 3 ? (uint16_t)(store ? 0xa002 | reg << 2 : 0x2002 | reg << 7) : 0;
    if (store && funct3 >= 2)
        return (uint16_t)((funct3 == 2 ? 0xc002 : 0xe002) | reg << 2);
    if (!store && reg != 0 && (funct3 == 2 || funct3 == 3))
        return (uint16_t)((funct3 == 2 ? 0x4002 : 0x6002) | reg << 7);
    if (!narrow)
        return 0;
    if (store)
        return (uint16_t)((funct3 == 0 ? 0x8800 : 0x8c00) | low);
    switch (funct3) {
    case 1:
        return (uint16_t)(0x8440 | low);
    case 4:
        return (uint16_t)(0x8000 | low);
    case 5:
        return (uint16_t)(0x8400 | low);
    default:
        return 0;
    }
}

/* Bytes that mean what a transformed instruction says. Bit 1 clear: the original was compressed. */
static struct code code_from_htinst(uint32_t htinst)
{
    uint32_t word = htinst | 2;
    bool store = (word & 0x7f) == 0x23 || (word & 0x7f) == 0x27;
    unsigned reg = store ? word >> 20 & 31 : word >> 7 & 31;
    uint16_t half = htinst & 2 ? 0 : compress(word, reg);

    word &= ~((uint32_t)31 << 15); /* "address offset": not a register */
    return half ? code_of(half) : code_of(word);
}

static bool htinst_is_transformed(uint64_t htinst)
{
    return htinst >> 32 == 0 && (htinst & 1) != 0;
}

/* A virtual instruction of which no copy exists: its effect tells the row. */
static struct code code_from_effect(const struct trace_event *exit,
                                    const struct trace_event *resume)
{
    struct code code = code_of(WRS_NTO);

    if (resume && resume->pc != exit->pc + 4)
        code = code_of(HFENCE_VVMA); /* refused: an exception was delivered */
    for (unsigned i = 1; resume && i < GPR_COUNT && resume->pc == exit->pc + 4; i++)
        if (exit->x[i] != resume->x[i])
            code = code_of(CSRR_CYCLE | i << 7);
    code.inferred = true;
    return code;
}

bool code_needs_effect(const struct trace_event *exit)
{
    return exit->trap.scause == EXC_VIRTUAL_INST_FAULT && exit->trap.stval == 0 &&
           !(exit->known & TRACE_KNOWS_INSN);
}

struct code code_recover(const struct trace_event *exit, const struct trace_event *resume)
{
    if (exit->known & TRACE_KNOWS_INSN)
        return code_of(exit->insn);
    if (htinst_is_transformed(exit->trap.htinst))
        return code_from_htinst((uint32_t)exit->trap.htinst);
    if (exit->trap.scause == EXC_VIRTUAL_INST_FAULT)
        return exit->trap.stval ? code_of((uint32_t)exit->trap.stval)
                                : code_from_effect(exit, resume);
    return (struct code){.known = false};
}

struct code code_disguise(const struct code *code, unsigned reg)
{
    struct insn insn = code_insn(code);
    uint32_t word;
    uint16_t half;

    if (!code->known || (insn.class != INSN_LOAD && insn.class != INSN_STORE))
        return *code;
    word = insn_transform(&insn, reg);
    half = insn.len_bytes == 4 ? compress(word, reg) : 0;
    return code_of(half ? half : word);
}
