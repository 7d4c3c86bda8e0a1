/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/kvmrec_insn.c — see kvmrec_insn.h. KVM keeps the instruction in
 * vcpu->arch.mmio_decode.insn, with one exception: of C.LW and C.LD it keeps only the destination,
 * at bits 11 to 7, where a 32-bit instruction has it (linux arch/riscv/kvm/vcpu_insn.c,
 * RVC_RS2S(insn) << SH_RD). The base register and the offset are then those that give the faulting
 * address, if only one does. Of several registers with the same value the lowest is taken: which
 * one it was cannot be known, and the instruction does the same. Encodings: riscv-isa-manual, "C"
 * extension, CL format. */
#include "trace/import/kvmrec_insn.h"

enum { KVM_REASON_MMIO = 6 }; /* Linux include/uapi/linux/kvm.h, KVM_EXIT_MMIO */

enum { CL_REG_FIRST = 8, CL_REG_END = 16, CL_OFFSETS = 32, C_LW = 0x4000, C_LD = 0x6000 };

bool kvmrec_was_emulated(const struct kvmrec_record *exit, const struct kvmrec_record *next)
{
    uint32_t reason = (uint32_t)next->trap[0], error = (uint32_t)next->trap[1];

    if (next->type == KVMREC_USER && reason == KVM_REASON_MMIO && error == 0 &&
        next->pc == exit->pc)
        return true;
    return next->pc - exit->pc == (uint64_t)next->mmio_insn_len;
}

/* The destination that KVM left of a C.LW or C.LD, or 0. No instruction has this encoding. */
static uint32_t abbreviated_rd(const struct kvmrec_record *next)
{
    uint32_t rd = (uint32_t)next->mmio_insn >> 7 & 31;

    if (next->mmio_insn != (uint64_t)rd << 7 || rd < CL_REG_FIRST || rd >= CL_REG_END)
        return 0;
    return next->mmio_len == 4 || next->mmio_len == 8 ? rd : 0;
}

/* uimm[5:3] at bits 12 to 10; then C.LW has uimm[2|6], C.LD uimm[7:6] at bits 6 to 5. */
static uint32_t offset_encode(uint32_t opcode, uint32_t offset_bytes)
{
    uint32_t middle = (offset_bytes >> 3 & 7) << 10;

    if (opcode == C_LW)
        return middle | (offset_bytes >> 2 & 1) << 6 | (offset_bytes >> 6 & 1) << 5;
    return middle | (offset_bytes >> 6 & 3) << 5;
}

/* Finds the one base value in reach of the faulting address. */
static bool compressed_load_rebuild(const struct kvmrec_record *exit, uint32_t rd,
                                    uint32_t width_bytes, uint32_t *insn)
{
    uint32_t opcode = width_bytes == 8 ? C_LD : C_LW;
    bool found = false;
    uint64_t found_base = 0;

    for (uint32_t reg = CL_REG_FIRST; reg < CL_REG_END; reg++) {
        uint64_t offset_bytes = exit->trap[2] - exit->x[reg]; /* trap[2] is stval */

        if (offset_bytes % width_bytes != 0 || offset_bytes / width_bytes >= CL_OFFSETS)
            continue;
        if (found && exit->x[reg] != found_base)
            return false;
        if (found)
            continue;
        found = true;
        found_base = exit->x[reg];
        *insn = opcode | offset_encode(opcode, (uint32_t)offset_bytes) | (reg - CL_REG_FIRST) << 7 |
                (rd - CL_REG_FIRST) << 2;
    }
    return found;
}

bool kvmrec_mmio_insn(const struct kvmrec_record *exit, const struct kvmrec_record *next,
                      uint32_t *insn)
{
    uint32_t rd;

    if (next->mmio_insn_len == 4) {
        *insn = (uint32_t)next->mmio_insn;
        return true;
    }
    if (next->mmio_insn_len != 2)
        return false;
    rd = abbreviated_rd(next);
    if (rd != 0)
        return compressed_load_rebuild(exit, rd, (uint32_t)next->mmio_len, insn);
    *insn = (uint32_t)next->mmio_insn & UINT16_MAX;
    return true;
}
