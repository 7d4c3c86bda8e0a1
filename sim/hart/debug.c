/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/debug.c — what a debugger asks of a hart beside registers and CSRs: where addresses
 * lead, and what the next instruction does with memory. Changes nothing. */
#include "hart/walk.h"

enum { OPCODE_MISC_MEM = 0x0f, FUNCT3_CBO = 2, CBO_ZERO = 4, VMID_LOW = 44, VMID_HIGH = 57 };

/* What software in this mode asks the door of memory for. */
static struct access access_of(struct hart *hart, struct hart_mode mode,
                               const struct translation *at, enum access_kind kind)
{
    const struct hart_config *config = &hart->config;
    uint16_t vmid = (uint16_t)bits(hart->hgatp, VMID_HIGH, VMID_LOW);
    struct access access = {.kind = kind,
                            .spa = {at->spa},
                            .gpa = {at->gpa},
                            .is_private = at->is_private,
                            .is_large = at->is_large};

    access.actor.kind = ACTOR_HYPERVISOR;
    if (config->actor)
        access.actor = config->actor(config->actor_context, mode, vmid);
    return access;
}

bool hart_access_look(struct hart *hart, gva_t where, enum access_kind kind, struct access *out)
{
    struct view_rules rules = kind == ACCESS_EXECUTE ? rules_fetch(hart) : rules_data(hart);
    struct translation at = {0};
    struct exception fault;

    rules.is_quiet = true;
    if (!translate(hart, &rules, where.v, kind, &at, &fault))
        return false;
    *out = access_of(hart, rules.mode, &at, kind);
    return true;
}

bool hart_translate(struct hart *hart, gva_t where, enum access_kind kind, spa_t *out)
{
    struct access access;

    if (!hart_access_look(hart, where, kind, &access))
        return false;
    *out = access.spa;
    return true;
}

bool hart_guest_look(struct hart *hart, gpa_t where, enum access_kind kind, struct access *out)
{
    struct view_rules rules = {.mode = {PRIVILEGE_S, true}, .is_quiet = true};
    struct translation at = {0};
    struct exception fault;

    if (!hart->config.features.h ||
        !translate_second(hart, &rules, where.v, kind, kind, &at, &fault))
        return false;
    *out = access_of(hart, rules.mode, &at, kind);
    return true;
}

/* CBO.ZERO; the other ones of the kind change no byte. */
static bool is_block_zero(uint32_t raw)
{
    return (raw & 0x7f) == OPCODE_MISC_MEM && bits(raw, 14, 12) == FUNCT3_CBO &&
           bits(raw, 31, 20) == CBO_ZERO;
}

bool hart_next_access(struct hart *hart, uint64_t pc, struct hart_access *out)
{
    uint32_t raw;
    uint64_t base;

    if (!hart_insn_look(hart, hart->mode, pc, &raw))
        return false;
    if (!is_block_zero(raw))
        return insn_access(hart, raw, out);
    base = hart->config.engine.get(hart->config.engine.context, (unsigned)bits(raw, 19, 15));
    *out = (struct hart_access){.address = {base & ~(uint64_t)(HART_BLOCK_BYTES - 1)},
                                .size_bytes = HART_BLOCK_BYTES,
                                .is_write = true};
    return true;
}
