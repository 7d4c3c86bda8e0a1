/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/debug.c — what a debugger asks of a hart beside registers and CSRs: where addresses
 * lead, and what the next instruction does with memory. Changes nothing. */
#include "hart/walk.h"

#include <string.h>

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

/* 16 bits of code, without a trace: a fetch could call pages back. */
static bool half_peek(struct hart *hart, uint64_t va, uint16_t *half)
{
    const uint8_t *kept = fetch_page_kept(hart, va);
    struct access access = {.actor = {.kind = ACTOR_HYPERVISOR}, .kind = ACCESS_READ};
    struct fault fault;

    if (kept) {
        memcpy(half, kept + va % PAGE_SIZE, sizeof *half);
        return true;
    }
    return hart_translate(hart, (gva_t){va}, ACCESS_EXECUTE, &access.spa) &&
           memory_read(hart->config.memory, &access, half, sizeof *half, &fault);
}

static bool insn_peek(struct hart *hart, uint64_t pc, uint32_t *raw)
{
    uint16_t half[2] = {0, 0};

    if (!half_peek(hart, pc, &half[0]) ||
        ((half[0] & 3) == 3 && !half_peek(hart, pc + 2, &half[1])))
        return false;
    *raw = half[0] | (uint32_t)half[1] << 16;
    return true;
}

bool hart_next_access(struct hart *hart, uint64_t pc, struct hart_access *out)
{
    uint32_t raw;
    uint64_t base;

    if (!insn_peek(hart, pc, &raw))
        return false;
    if (!is_block_zero(raw))
        return insn_access(hart, raw, out);
    base = hart->config.engine.get(hart->config.engine.context, (unsigned)bits(raw, 19, 15));
    *out = (struct hart_access){.address = {base & ~(uint64_t)(HART_BLOCK_BYTES - 1)},
                                .size_bytes = HART_BLOCK_BYTES,
                                .is_write = true};
    return true;
}
