/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/debug.c — what a debugger asks of a hart beside registers and CSRs: where addresses
 * lead, and what the next instruction does with memory. Changes nothing. */
#include "hart/walk.h"

enum { OPCODE_MISC_MEM = 0x0f, FUNCT3_CBO = 2, CBO_ZERO = 4 };

bool hart_translate(struct hart *hart, gva_t where, enum access_kind kind, spa_t *out)
{
    struct view_rules rules = kind == ACCESS_EXECUTE ? rules_fetch(hart) : rules_data(hart);
    struct translation at;
    struct exception fault;

    rules.is_quiet = true;
    if (!translate(hart, &rules, where.v, kind, &at, &fault))
        return false;
    out->v = at.spa;
    return true;
}

bool hart_translate_guest(struct hart *hart, gpa_t where, enum access_kind kind, spa_t *out)
{
    struct view_rules rules = {.mode = {PRIVILEGE_S, true}, .is_quiet = true};
    struct translation at;
    struct exception fault;

    if (!hart->config.features.h ||
        !translate_second(hart, &rules, where.v, kind, kind, &at, &fault))
        return false;
    out->v = at.spa;
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
