/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/bit_manipulation.c — Zba, Zbb and Zbs: a table of encodings, and what each computes.
 * Source: riscv-isa-manual, src/unpriv/zb.adoc, zba, zbb and zbs. */
#include "hart/internal.h"

enum group { GROUP_ZBA, GROUP_ZBB, GROUP_ZBS };

enum operation {
    ADD_UW,
    SH1ADD,
    SH2ADD,
    SH3ADD,
    SH1ADD_UW,
    SH2ADD_UW,
    SH3ADD_UW,
    SLLI_UW,
    ANDN,
    ORN,
    XNOR,
    CLZ,
    CTZ,
    CPOP,
    CLZW,
    CTZW,
    CPOPW,
    MAX,
    MAXU,
    MIN,
    MINU,
    SEXT_B,
    SEXT_H,
    ZEXT_H,
    ROL,
    ROR,
    ROLW,
    RORW,
    ORC_B,
    REV8,
    BCLR,
    BEXT,
    BINV,
    BSET
};

/* What of the instruction tells it from others. */
#define MASK_REGISTER 0xfe00707f /* funct7, funct3, opcode */
#define MASK_SHIFT_64 0xfc00707f /* funct6: six bits of shift amount */
#define MASK_UNARY    0xfff0707f /* rs2 too */

/* The last operand is the immediate in rs2's place, and one bit above it. */
#define IS_IMMEDIATE true

struct encoding {
    uint32_t match, mask;
    enum group group;
    enum operation operation;
    bool is_immediate;
};

static const struct encoding encodings[] = {
    {0x0800003b, MASK_REGISTER, GROUP_ZBA, ADD_UW, false},
    {0x20002033, MASK_REGISTER, GROUP_ZBA, SH1ADD, false},
    {0x20004033, MASK_REGISTER, GROUP_ZBA, SH2ADD, false},
    {0x20006033, MASK_REGISTER, GROUP_ZBA, SH3ADD, false},
    {0x2000203b, MASK_REGISTER, GROUP_ZBA, SH1ADD_UW, false},
    {0x2000403b, MASK_REGISTER, GROUP_ZBA, SH2ADD_UW, false},
    {0x2000603b, MASK_REGISTER, GROUP_ZBA, SH3ADD_UW, false},
    {0x0800101b, MASK_SHIFT_64, GROUP_ZBA, SLLI_UW, IS_IMMEDIATE},
    {0x40007033, MASK_REGISTER, GROUP_ZBB, ANDN, false},
    {0x40006033, MASK_REGISTER, GROUP_ZBB, ORN, false},
    {0x40004033, MASK_REGISTER, GROUP_ZBB, XNOR, false},
    {0x60001013, MASK_UNARY, GROUP_ZBB, CLZ, false},
    {0x60101013, MASK_UNARY, GROUP_ZBB, CTZ, false},
    {0x60201013, MASK_UNARY, GROUP_ZBB, CPOP, false},
    {0x6000101b, MASK_UNARY, GROUP_ZBB, CLZW, false},
    {0x6010101b, MASK_UNARY, GROUP_ZBB, CTZW, false},
    {0x6020101b, MASK_UNARY, GROUP_ZBB, CPOPW, false},
    {0x0a006033, MASK_REGISTER, GROUP_ZBB, MAX, false},
    {0x0a007033, MASK_REGISTER, GROUP_ZBB, MAXU, false},
    {0x0a004033, MASK_REGISTER, GROUP_ZBB, MIN, false},
    {0x0a005033, MASK_REGISTER, GROUP_ZBB, MINU, false},
    {0x60401013, MASK_UNARY, GROUP_ZBB, SEXT_B, false},
    {0x60501013, MASK_UNARY, GROUP_ZBB, SEXT_H, false},
    {0x0800403b, MASK_UNARY, GROUP_ZBB, ZEXT_H, false},
    {0x60001033, MASK_REGISTER, GROUP_ZBB, ROL, false},
    {0x60005033, MASK_REGISTER, GROUP_ZBB, ROR, false},
    {0x60005013, MASK_SHIFT_64, GROUP_ZBB, ROR, IS_IMMEDIATE},
    {0x6000103b, MASK_REGISTER, GROUP_ZBB, ROLW, false},
    {0x6000503b, MASK_REGISTER, GROUP_ZBB, RORW, false},
    {0x6000501b, MASK_REGISTER, GROUP_ZBB, RORW, IS_IMMEDIATE},
    {0x28705013, MASK_UNARY, GROUP_ZBB, ORC_B, false},
    {0x6b805013, MASK_UNARY, GROUP_ZBB, REV8, false},
    {0x48001033, MASK_REGISTER, GROUP_ZBS, BCLR, false},
    {0x48001013, MASK_SHIFT_64, GROUP_ZBS, BCLR, IS_IMMEDIATE},
    {0x48005033, MASK_REGISTER, GROUP_ZBS, BEXT, false},
    {0x48005013, MASK_SHIFT_64, GROUP_ZBS, BEXT, IS_IMMEDIATE},
    {0x68001033, MASK_REGISTER, GROUP_ZBS, BINV, false},
    {0x68001013, MASK_SHIFT_64, GROUP_ZBS, BINV, IS_IMMEDIATE},
    {0x28001033, MASK_REGISTER, GROUP_ZBS, BSET, false},
    {0x28001013, MASK_SHIFT_64, GROUP_ZBS, BSET, IS_IMMEDIATE},
};

static uint64_t low_word(uint64_t value)
{
    return value & UINT32_MAX;
}

static uint64_t rotate_right(uint64_t value, unsigned count, unsigned width)
{
    count %= width;
    return count ? value >> count | value << (width - count) : value;
}

static uint64_t rotate_word(uint64_t value, unsigned count)
{
    return sign_extend(rotate_right(low_word(value), count, 32), 32);
}

static unsigned population(uint64_t value)
{
    unsigned count = 0;

    for (; value; value &= value - 1)
        count++;
    return count;
}

static unsigned trailing_zeros(uint64_t value, unsigned width)
{
    return value ? population((value & -value) - 1) : width;
}

static unsigned leading_zeros(uint64_t value, unsigned width)
{
    unsigned count = 0;

    while (count < width && !bit(value, width - 1 - count))
        count++;
    return count;
}

/* Every byte that has a bit set becomes 0xff. */
static uint64_t or_combine(uint64_t value)
{
    uint64_t result = 0;

    for (unsigned i = 0; i < 64; i += 8) {
        if (value >> i & 0xff)
            result |= UINT64_C(0xff) << i;
    }
    return result;
}

static uint64_t bytes_reversed(uint64_t value)
{
    uint64_t result = 0;

    for (unsigned i = 0; i < 64; i += 8)
        result = result << 8 | (value >> i & 0xff);
    return result;
}

static uint64_t compute_zba(enum operation operation, uint64_t a, uint64_t b)
{
    switch (operation) {
    case ADD_UW:
        return low_word(a) + b;
    case SH1ADD:
        return (a << 1) + b;
    case SH2ADD:
        return (a << 2) + b;
    case SH3ADD:
        return (a << 3) + b;
    case SH1ADD_UW:
        return (low_word(a) << 1) + b;
    case SH2ADD_UW:
        return (low_word(a) << 2) + b;
    case SH3ADD_UW:
        return (low_word(a) << 3) + b;
    default: /* SLLI_UW */
        return low_word(a) << (b & 63);
    }
}

static uint64_t compute_zbs(enum operation operation, uint64_t a, uint64_t b)
{
    uint64_t mask = UINT64_C(1) << (b & 63);

    switch (operation) {
    case BCLR:
        return a & ~mask;
    case BEXT:
        return (a & mask) != 0;
    case BINV:
        return a ^ mask;
    default: /* BSET */
        return a | mask;
    }
}

/* Of Zbb those that look at one operand. */
static uint64_t compute_unary(enum operation operation, uint64_t a)
{
    switch (operation) {
    case CLZ:
        return leading_zeros(a, 64);
    case CTZ:
        return trailing_zeros(a, 64);
    case CPOP:
        return population(a);
    case CLZW:
        return leading_zeros(low_word(a), 32);
    case CTZW:
        return trailing_zeros(low_word(a), 32);
    case CPOPW:
        return population(low_word(a));
    case SEXT_B:
        return sign_extend(a, 8);
    case SEXT_H:
        return sign_extend(a, 16);
    case ZEXT_H:
        return a & 0xffff;
    case ORC_B:
        return or_combine(a);
    default: /* REV8 */
        return bytes_reversed(a);
    }
}

static uint64_t compute_zbb(enum operation operation, uint64_t a, uint64_t b)
{
    bool is_less = (int64_t)a < (int64_t)b;

    switch (operation) {
    case ANDN:
        return a & ~b;
    case ORN:
        return a | ~b;
    case XNOR:
        return ~(a ^ b);
    case MAX:
        return is_less ? b : a;
    case MAXU:
        return a < b ? b : a;
    case MIN:
        return is_less ? a : b;
    case MINU:
        return a < b ? a : b;
    case ROL:
        return rotate_right(a, 64 - (b & 63), 64);
    case ROR:
        return rotate_right(a, b & 63, 64);
    case ROLW:
        return rotate_word(a, 32 - (b & 31));
    case RORW:
        return rotate_word(a, b & 31);
    default:
        return compute_unary(operation, a);
    }
}

static bool group_is_there(const struct hart_features *has, enum group group)
{
    switch (group) {
    case GROUP_ZBA:
        return has->zba;
    case GROUP_ZBB:
        return has->zbb;
    case GROUP_ZBS:
        break;
    }
    return has->zbs;
}

bool bit_manipulation(const struct hart_features *features, uint32_t raw, uint64_t a, uint64_t b,
                      uint64_t *result)
{
    const struct encoding *end = encodings + sizeof encodings / sizeof encodings[0];
    const struct encoding *found = encodings;

    while (found < end && (raw & found->mask) != found->match)
        found++;
    if (found == end || !group_is_there(features, found->group))
        return false;
    if (found->is_immediate)
        b = bits(raw, 25, 20);
    if (found->group == GROUP_ZBA)
        *result = compute_zba(found->operation, a, b);
    else if (found->group == GROUP_ZBS)
        *result = compute_zbs(found->operation, a, b);
    else
        *result = compute_zbb(found->operation, a, b);
    return true;
}
