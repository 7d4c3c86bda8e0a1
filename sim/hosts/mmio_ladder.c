/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/mmio_ladder.c — one table for the loads, one for the stores, tried from the top. Read
 * mmio_ladder.h first. Behaviour: linux arch/riscv/kvm/vcpu_insn.c (mmio_load, mmio_store), xvisor
 * arch/riscv/cpu/generic/cpu_vcpu_trap.c. */
#include "hosts/mmio_ladder.h"

#include "base/bytes.h"

enum reg_field {
    FIELD_RD,       /* bits 11:7 */
    FIELD_RS2,      /* bits 24:20 */
    FIELD_SHORT,    /* bits 4:2, x8 to x15 */
    FIELD_RS2_LONG, /* bits 6:2 */
};

enum { NEEDS_NOTHING, NEEDS_RD_FIELD };

struct ladder_rung {
    uint16_t mask, match;
    uint8_t width_bytes, is_signed, field, needs;
};

enum { MASK_FULL = 0x707f, MASK_SHORT = 0xe003 };

static const struct ladder_rung load_rungs[] = {
    {MASK_FULL, 0x2003, 4, true, FIELD_RD, NEEDS_NOTHING},     /* LW */
    {MASK_FULL, 0x0003, 1, true, FIELD_RD, NEEDS_NOTHING},     /* LB */
    {MASK_FULL, 0x4003, 1, false, FIELD_RD, NEEDS_NOTHING},    /* LBU */
    {MASK_FULL, 0x3003, 8, true, FIELD_RD, NEEDS_NOTHING},     /* LD */
    {MASK_FULL, 0x6003, 4, false, FIELD_RD, NEEDS_NOTHING},    /* LWU */
    {MASK_FULL, 0x1003, 2, true, FIELD_RD, NEEDS_NOTHING},     /* LH */
    {MASK_FULL, 0x5003, 2, false, FIELD_RD, NEEDS_NOTHING},    /* LHU */
    {MASK_SHORT, 0x6000, 8, true, FIELD_SHORT, NEEDS_NOTHING}, /* C.LD */
    {MASK_SHORT, 0x6002, 8, true, FIELD_RD, NEEDS_RD_FIELD},   /* C.LDSP */
    {MASK_SHORT, 0x4000, 4, true, FIELD_SHORT, NEEDS_NOTHING}, /* C.LW */
    {MASK_SHORT, 0x4002, 4, true, FIELD_RD, NEEDS_RD_FIELD},   /* C.LWSP */
};

static const struct ladder_rung store_rungs[] = {
    {MASK_FULL, 0x2023, 4, false, FIELD_RS2, NEEDS_NOTHING},        /* SW */
    {MASK_FULL, 0x0023, 1, false, FIELD_RS2, NEEDS_NOTHING},        /* SB */
    {MASK_FULL, 0x3023, 8, false, FIELD_RS2, NEEDS_NOTHING},        /* SD */
    {MASK_FULL, 0x1023, 2, false, FIELD_RS2, NEEDS_NOTHING},        /* SH */
    {MASK_SHORT, 0xe000, 8, false, FIELD_SHORT, NEEDS_NOTHING},     /* C.SD */
    {MASK_SHORT, 0xe002, 8, false, FIELD_RS2_LONG, NEEDS_RD_FIELD}, /* C.SDSP */
    {MASK_SHORT, 0xc000, 4, false, FIELD_SHORT, NEEDS_NOTHING},     /* C.SW */
    {MASK_SHORT, 0xc002, 4, false, FIELD_RS2_LONG, NEEDS_RD_FIELD}, /* C.SWSP */
};

static unsigned ladder_register(uint32_t insn, enum reg_field field)
{
    switch (field) {
    case FIELD_RD:
        return (unsigned)bits(insn, 11, 7);
    case FIELD_RS2:
        return (unsigned)bits(insn, 24, 20);
    case FIELD_SHORT:
        return 8 + (unsigned)bits(insn, 4, 2);
    case FIELD_RS2_LONG:
        break;
    }
    return (unsigned)bits(insn, 6, 2);
}

static bool ladder_climb(const struct ladder_rung *rungs, size_t count, uint32_t insn,
                         struct ladder_access *access)
{
    for (size_t i = 0; i < count; i++) {
        const struct ladder_rung *rung = &rungs[i];

        if ((insn & rung->mask) != rung->match)
            continue;
        if (rung->needs == NEEDS_RD_FIELD && bits(insn, 11, 7) == 0)
            continue;
        access->width_bytes = rung->width_bytes;
        access->is_signed = rung->is_signed;
        access->reg = ladder_register(insn, (enum reg_field)rung->field);
        return true;
    }
    return false;
}

bool ladder_load(uint32_t insn, struct ladder_access *access)
{
    return ladder_climb(load_rungs, sizeof(load_rungs) / sizeof(load_rungs[0]), insn, access);
}

bool ladder_store(uint32_t insn, struct ladder_access *access)
{
    return ladder_climb(store_rungs, sizeof(store_rungs) / sizeof(store_rungs[0]), insn, access);
}

uint32_t ladder_transformed(uint64_t htinst)
{
    return (uint32_t)htinst | 3;
}

unsigned ladder_transformed_length(uint64_t htinst)
{
    return bit(htinst, 1) ? 4 : 2;
}

unsigned ladder_length(uint32_t insn)
{
    return (insn & 3) == 3 ? 4 : 2;
}
