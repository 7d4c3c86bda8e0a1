/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/engine_special.c — see engine_special.h. Encodings: unprivileged specification, chapter
 * "RV32/64G Instruction Set Listings". */
#include "hart/engine_special.h"

#include <string.h>

#include "hart/engine_block.h"

enum {
    OPCODE_SYSTEM = 0x73,
    OPCODE_AMO = 0x2f,
    FUNCT5_SC = 3,
    OPCODE_FP = 0x53,
    OPCODE_FMADD = 0x43, /* and FMSUB 0x47, FNMSUB 0x4b, FNMADD 0x4f */
    OPCODE_FMADD_MASK = 0x73,
    CSR_CYCLE = 0xc00,
    CSR_TIME = 0xc01,
    CSR_COUNTER_LAST = 0xc1f
};

static unsigned bits(uint32_t insn, unsigned low, unsigned count)
{
    return insn >> low & ((1U << count) - 1);
}

static struct engine_special counter_of(uint32_t insn)
{
    unsigned csr = bits(insn, 20, 12);
    bool is_counter =
        (bits(insn, 12, 2) != 0 && csr >= CSR_CYCLE && csr <= CSR_COUNTER_LAST && csr != CSR_TIME);

    return (struct engine_special){.kind = is_counter ? SPECIAL_COUNTER : SPECIAL_NONE};
}

/* Of the operations of OP-FP, by the upper five bits of funct7, those with single operands or
 * result that go wrong. */
static struct engine_special single_of(uint32_t insn)
{
    struct engine_special special = {
        .kind = SPECIAL_SINGLE,
        .rd = (uint8_t)bits(insn, 7, 5),
        .source = {(uint8_t)bits(insn, 15, 5), (uint8_t)bits(insn, 20, 5)}};

    switch (bits(insn, 27, 5)) {
    case 0x00: /* FADD, FSUB, FMUL, FDIV, FSGNJ */
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
        special.source_count = 2;
        special.has_result = true;
        break;
    case 0x05: /* FMIN, FMAX */
        special.source_count = 2;
        special.has_result = true;
        special.is_minmax = true;
        special.is_max = bits(insn, 12, 3) == 1;
        break;
    case 0x0b: /* FSQRT */
        special.source_count = 1;
        special.has_result = true;
        break;
    case 0x08: /* FCVT.S.D */
    case 0x1a: /* FCVT.S.W[U], FCVT.S.L[U] */
    case 0x1e: /* FMV.W.X */
        special.has_result = true;
        break;
    case 0x14: /* FEQ, FLT, FLE */
        special.source_count = 2;
        break;
    case 0x18: /* FCVT.W[U].S, FCVT.L[U].S */
        special.source_count = 1;
        break;
    case 0x1c: /* FCLASS; FMV.X.W takes raw bits */
        special.source_count = 1;
        special.kind = bits(insn, 12, 3) == 1 ? SPECIAL_SINGLE : SPECIAL_NONE;
        break;
    default:
        special.kind = SPECIAL_NONE;
    }
    return special;
}

static struct engine_special double_of(uint32_t insn)
{
    struct engine_special special = {
        .rd = (uint8_t)bits(insn, 7, 5),
        .source = {(uint8_t)bits(insn, 15, 5), (uint8_t)bits(insn, 20, 5)}};

    if (bits(insn, 27, 5) == 0x05) { /* FMIN.D, FMAX.D */
        special.kind = SPECIAL_MINMAX;
        special.source_count = 2;
        special.is_minmax = true;
        special.is_double = true;
        special.is_max = bits(insn, 12, 3) == 1;
    } else if (bits(insn, 27, 5) == 0x08) { /* FCVT.D.S */
        special.kind = SPECIAL_SINGLE;
        special.source_count = 1;
    }
    return special;
}

struct engine_special engine_special_of(uint32_t insn)
{
    unsigned opcode = insn & 0x7f, format = bits(insn, 25, 2);

    if (opcode == OPCODE_SYSTEM)
        return counter_of(insn);
    if (opcode == OPCODE_AMO && bits(insn, 27, 5) == FUNCT5_SC)
        return (struct engine_special){.kind = SPECIAL_CONDITIONAL,
                                       .address_x = (uint8_t)bits(insn, 15, 5),
                                       .size_bytes = (uint8_t)(1U << bits(insn, 12, 2))};
    if (opcode == OPCODE_FP && format == 0)
        return single_of(insn);
    if (opcode == OPCODE_FP && format == 1)
        return double_of(insn);
    if ((opcode & OPCODE_FMADD_MASK) == OPCODE_FMADD && format == 0)
        return (struct engine_special){.kind = SPECIAL_SINGLE,
                                       .has_result = true,
                                       .rd = (uint8_t)bits(insn, 7, 5),
                                       .source = {(uint8_t)bits(insn, 15, 5),
                                                  (uint8_t)bits(insn, 20, 5),
                                                  (uint8_t)bits(insn, 27, 5)},
                                       .source_count = 3};
    return (struct engine_special){.kind = SPECIAL_NONE};
}

bool engine_special_may_be(uint16_t half)
{
    unsigned opcode = half & 0x7f;

    return (opcode == OPCODE_SYSTEM && bits(half, 12, 2) != 0) || opcode == OPCODE_FP ||
           (opcode & OPCODE_FMADD_MASK) == OPCODE_FMADD;
}

static bool is_wanted(enum engine_special_kind kind, bool with_conditional)
{
    return kind != SPECIAL_NONE && (kind != SPECIAL_CONDITIONAL || with_conditional);
}

bool engine_special_find(const uint8_t *page, uint64_t pc, unsigned size_bytes,
                         bool with_conditional, struct engine_hooked *out)
{
    unsigned offset = pc % PAGE_SIZE, end = offset + size_bytes;
    bool is_found = false;

    for (; offset < end && offset < PAGE_SIZE; offset += engine_insn_bytes(page[offset])) {
        uint64_t at = pc - pc % PAGE_SIZE + offset;
        uint32_t insn = 0;

        if ((page[offset] & 0x43) != 0x43 && (page[offset] & 0x7f) != OPCODE_AMO) /* opcodes */
            continue;
        memcpy(&insn, page + offset, offset == PAGE_SIZE - 2 ? 2 : 4);
        if (offset == PAGE_SIZE - 2 ? !engine_special_may_be((uint16_t)insn)
                                    : !is_wanted(engine_special_of(insn).kind, with_conditional))
            continue;
        out->first = is_found ? out->first : at;
        out->last = at + 4;
        is_found = true;
    }
    return is_found;
}

bool engine_is_nan(const struct engine_special *special, uint64_t value)
{
    if (special->is_double)
        return (value & INT64_MAX) > UINT64_C(0x7ff0000000000000);
    return (value & 0x7fffffff) > 0x7f800000;
}

static bool is_signalling(const struct engine_special *special, uint64_t value)
{
    uint64_t quiet = special->is_double ? UINT64_C(1) << 51 : UINT64_C(1) << 22;

    return engine_is_nan(special, value) && !(value & quiet);
}

uint64_t engine_minmax_nan(const struct engine_special *special, uint64_t a, uint64_t b,
                           bool *is_invalid)
{
    *is_invalid = is_signalling(special, a) || is_signalling(special, b);
    if (!engine_is_nan(special, a))
        return a;
    if (!engine_is_nan(special, b))
        return b;
    return special->is_double ? NAN_DOUBLE : NAN_SINGLE;
}
