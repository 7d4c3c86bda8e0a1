/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/hyper_access.c — HLV, HLVX and HSV: the hypervisor's loads and stores with a guest's
 * translation. Source: riscv-isa-manual, src/priv/hypervisor.adoc, "Hypervisor Virtual-Machine Load
 * and Store Instructions". */
#include "hart/internal.h"

enum { FUNCT7_BASE = 0x30, FUNCT7_MASK = 0x78, RS2_UNSIGNED = 1, RS2_EXECUTE = 3 };

struct hyper_operation {
    unsigned size_bytes;
    bool is_store, is_unsigned, is_execute;
};

/* false: no such instruction. */
static bool decode(uint32_t raw, struct hyper_operation *out)
{
    unsigned funct7 = (unsigned)bits(raw, 31, 25), rs2 = (unsigned)bits(raw, 24, 20);
    unsigned width = funct7 >> 1 & 3; /* log2 of the bytes */

    *out = (struct hyper_operation){.size_bytes = 1U << width,
                                    .is_store = funct7 & 1,
                                    .is_unsigned = rs2 & RS2_UNSIGNED,
                                    .is_execute = !(funct7 & 1) && rs2 == RS2_EXECUTE};
    if ((funct7 & FUNCT7_MASK) != FUNCT7_BASE)
        return false;
    if (out->is_store)
        return bits(raw, 11, 7) == 0;
    switch (rs2) {
    case 0:
        return true;
    case RS2_UNSIGNED:
        return width < 3;
    case RS2_EXECUTE:
        return width == 1 || width == 2;
    default:
        return false;
    }
}

static bool carry_out(struct hart *hart, const struct hyper_operation *op, uint32_t raw,
                      uint64_t address, struct exception *fault)
{
    const struct hart_engine *engine = &hart->config.engine;
    struct view_rules rules = rules_hyper(hart, op->is_execute);
    unsigned rd = (unsigned)bits(raw, 11, 7);
    uint64_t value;

    if (op->is_store)
        return store(hart, &rules, address, op->size_bytes,
                     engine->get(engine->context, (unsigned)bits(raw, 24, 20)), fault);
    if (!load(hart, &rules, address, op->size_bytes, &value, fault))
        return false;
    if (!op->is_unsigned)
        value = sign_extend(value, 8 * op->size_bytes);
    if (rd != 0)
        engine->set(engine->context, rd, value);
    return true;
}

uint64_t hyper_access(struct hart *hart, uint64_t pc, uint32_t raw)
{
    const struct hart_engine *engine = &hart->config.engine;
    struct hyper_operation op;
    struct exception fault;
    uint64_t address;

    if (!hart->config.features.h || !decode(raw, &op))
        return refuse(hart, pc, raw, CAUSE_ILLEGAL);
    if (hart->mode.is_virtual)
        return refuse(hart, pc, raw, CAUSE_VIRTUAL);
    if (hart->mode.privilege == PRIVILEGE_U && !(hart->hstatus & HSTATUS_HU))
        return refuse(hart, pc, raw, CAUSE_ILLEGAL);
    address = engine->get(engine->context, (unsigned)bits(raw, 19, 15));
    if (carry_out(hart, &op, raw, address, &fault))
        return retire(hart, pc, raw);
    if (fault.tinst == 0)
        fault.tinst = insn_transformed(raw, fault.tval - address);
    return trap_exception(hart, pc, &fault);
}
