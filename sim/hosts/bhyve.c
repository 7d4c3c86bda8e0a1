/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/bhyve.c — bhyve and FreeBSD's vmm. Read host_cpu.h first.
 * Behaviour: freebsd-src sys/riscv/vmm/vmm_riscv.c, vmm.c, vmm_sbi.c, vmm_instruction_emul.c,
 * usr.sbin/bhyve/riscv/vmexit.c. htinst is never looked at: every device access reads the
 * instruction at sepc. */
#include "hosts/host_cpu.h"

#include "base/bytes.h"

enum { FID_HSM_STATUS = 2 };

struct bhyve_access {
    unsigned width_bytes, reg, length;
    bool is_write;
};

/* Direction comes from the cause, and the opcode must agree with it. false: the VM is aborted. */
static bool bhyve_decode(uint32_t insn, bool is_write, struct bhyve_access *access)
{
    enum {
        LOAD = 0x03,
        STORE = 0x23,
        C_MASK = 0xe003,
        C_LW = 0x4000,
        C_LD = 0x6000,
        C_SW = 0xc000,
        C_SD = 0xe000
    };
    uint32_t funct3 = (uint32_t)bits(insn, 14, 12);

    access->is_write = is_write;
    if ((insn & 3) == 3) {
        if ((insn & 0x7f) != (is_write ? STORE : LOAD) || funct3 > (is_write ? 3 : 6))
            return false;
        access->width_bytes = 1u << (funct3 & 3);
        access->reg = (unsigned)(is_write ? bits(insn, 24, 20) : bits(insn, 11, 7));
        access->length = 4;
        return true;
    }
    access->reg = 8 + (unsigned)bits(insn, 4, 2);
    access->length = 2;
    if ((insn & C_MASK) == (is_write ? C_SW : C_LW))
        access->width_bytes = 4;
    else if ((insn & C_MASK) == (is_write ? C_SD : C_LD))
        access->width_bytes = 8;
    else
        return false;
    return true;
}

/* The sign flag is decoded but only ever used to mask: what the device returned goes to the
 * register. */
static void bhyve_emulate(const struct host_world *world, struct host_cpu *cpu)
{
    bool is_write = cpu->scause == EXC_STORE_GUEST_PAGE_FAULT;
    gpa_t where = cpu_fault_address(cpu);
    struct bhyve_access access;
    uint32_t insn;

    if (cpu_fetch_insn(cpu, &insn) != STATUS_OK) {
        cpu_die(cpu, "bhyve-needs-pc");
        return;
    }
    if (!bhyve_decode(insn, is_write, &access)) {
        cpu_die(cpu, "bhyve-undecodable");
        return;
    }
    if (access.is_write) {
        world->mmio_write(world->context, where, access.width_bytes,
                          cpu->x[access.reg] & width_mask(access.width_bytes));
    } else {
        uint64_t data = cpu_read_mmio(world, where, access.width_bytes);

        if (access.reg ==
            0) { /* x0 has no place to write to: the write fails, and the VM with it */
            cpu_die(cpu, "bhyve-x0-load");
            return;
        }
        cpu->x[access.reg] = data;
    }
    cpu->sepc += access.length;
}

static void bhyve_page_fault(const struct host_world *world, struct host_cpu *cpu)
{
    if (cpu_fault_is_mappable(world, cpu))
        return;
    if (world->is_memory(world->context, cpu_fault_address(cpu)))
        cpu_die(cpu, "bhyve-rom-store");
    else
        bhyve_emulate(world, cpu);
}

/* The kernel answers these with a0 alone. */
static bool bhyve_kernel_answers(uint64_t eid)
{
    return eid == EID_RFNC || eid == EID_TIME || eid == EID_IPI;
}

/* Extension and error pass through an int. User space sets a1 for BASE only, 32 bits of it, and on
 * success only. */
static void bhyve_ecall(const struct host_world *world, struct host_cpu *cpu)
{
    uint64_t eid = sign_extend(cpu->x[REG_A7], 32);
    uint64_t fid = bhyve_kernel_answers(eid) ? cpu->x[REG_A6] : sign_extend(cpu->x[REG_A6], 32);
    bool known = bhyve_kernel_answers(eid) || eid == EID_BASE || eid == EID_HSM || eid == EID_SRST;
    struct sbi_answer answer = {SBI_NOT_SUPPORTED, 0};

    if (!known) {
        cpu_note_bug(cpu, "bhyve-sbi-unsupported");
    } else if (eid == EID_HSM && fid == FID_HSM_STATUS) {
        answer.error = 0; /* "success", and no status in a1 */
        cpu_note_bug(cpu, "bhyve-hsm-status");
    } else {
        answer = cpu_call_sbi(world, cpu, eid, fid);
    }
    cpu->x[REG_A0] = sign_extend(answer.error, 32);
    if (eid == EID_BASE && answer.error == 0)
        cpu->x[REG_A1] = answer.value & width_mask(4);
    cpu->sepc += 4;
}

static void bhyve_run(const struct host_world *world, struct host_cpu *cpu)
{
    if (cpu_is_interrupt(cpu))
        return;
    switch (cpu->scause) {
    case EXC_SUPERVISOR_SYSCALL:
        bhyve_ecall(world, cpu);
        break;
    case EXC_INST_GUEST_PAGE_FAULT:
    case EXC_LOAD_GUEST_PAGE_FAULT:
    case EXC_STORE_GUEST_PAGE_FAULT:
        bhyve_page_fault(world, cpu);
        break;
    case EXC_VIRTUAL_INST_FAULT:
        if ((uint32_t)cpu->stval == INSN_WFI_WORD)
            cpu->sepc += 4;
        else
            cpu_note_bug(cpu, "bhyve-vi-loop");
        break;
    default: /* logged, then the same instruction runs again; exceptions cannot be injected (ENOSYS)
              */
        cpu_note_bug(cpu, "bhyve-bogus-loop");
    }
}

static struct host_result bhyve_run_frame(const struct host_world *world,
                                          const struct host_view *view, struct hs_frame *frame)
{
    return frame_port_run(bhyve_run, world, view, frame);
}

static struct host_result bhyve_run_page(const struct host_world *world, struct nacl_page *page,
                                         const struct nacl_trap *trap)
{
    return page_port_run(bhyve_run, world, page, trap);
}

const struct host_model host_model_bhyve = {
    .name = "bhyve",
    .summary = "bhyve (FreeBSD vmm): reads the instruction at the pc, never htinst; no exception "
               "injection",
    .run_frame = bhyve_run_frame,
    .run_page = bhyve_run_page,
};
