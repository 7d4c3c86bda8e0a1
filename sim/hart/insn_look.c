/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/insn_look.c — an instruction as a recorder or a debugger looks at it: nothing of the
 * hart or of memory changes. */
#include "hart/internal.h"

enum { HALF_BYTES = 2, OPCODE_LONG = 3, VMID_LOW = 44, VMID_HIGH = 57 };

/* 16 bits, as software in this mode sees them. */
static bool half_look(struct hart *hart, struct hart_mode mode, uint64_t va, uint16_t *half)
{
    const struct hart_config *config = &hart->config;
    struct view_rules rules = {.mode = mode, .is_quiet = true};
    struct access access = {.actor = {.kind = ACTOR_HYPERVISOR}, .kind = ACCESS_READ};
    struct exception ignored;
    struct translation at;
    struct fault fault;

    if (!translate(hart, &rules, va, ACCESS_EXECUTE, &at, &ignored) || !spa_is_ram(hart, at.spa))
        return false;
    if (config->actor)
        access.actor = config->actor(config->actor_context, mode,
                                     (uint16_t)bits(hart->hgatp, VMID_HIGH, VMID_LOW));
    access.spa.v = at.spa;
    access.gpa.v = at.gpa;
    access.is_private = access.actor.kind == ACTOR_GUEST; /* code is, whatever the C-bit says */
    return memory_read(config->memory, &access, half, sizeof *half, &fault);
}

bool hart_insn_look(struct hart *hart, struct hart_mode mode, uint64_t pc, uint32_t *insn)
{
    uint16_t low, high = 0;

    if (!half_look(hart, mode, pc, &low) ||
        ((low & OPCODE_LONG) == OPCODE_LONG && !half_look(hart, mode, pc + HALF_BYTES, &high)))
        return false;
    *insn = low | (uint32_t)high << 16;
    return true;
}
