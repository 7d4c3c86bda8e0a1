/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/host_cpu.c — what every RISC-V hypervisor does alike with a trap. Read host_cpu.h
 * first. Only mechanics that the architecture dictates belong here; decoding and dispatch are each
 * model's own. */
#include "hosts/host_cpu.h"

#include "base/bytes.h"

struct host_result cpu_result(const struct host_cpu *cpu)
{
    return (struct host_result){
        .verdict = cpu->bug ? HOST_BUG : HOST_ANSWERED,
        .bug = cpu->bug,
        .died = cpu->dead,
    };
}

void cpu_note_bug(struct host_cpu *cpu, const char *bug)
{
    if (!cpu->bug)
        cpu->bug = bug;
}

void cpu_die(struct host_cpu *cpu, const char *bug)
{
    cpu_note_bug(cpu, bug);
    cpu->dead = true;
}

bool cpu_is_interrupt(const struct host_cpu *cpu)
{
    return (cpu->scause & SCAUSE_INTERRUPT) != 0;
}

gpa_t cpu_fault_address(const struct host_cpu *cpu)
{
    gpa_t where = {cpu->htval << 2 | (cpu->stval & 3)};

    return where;
}

bool cpu_fault_is_mappable(const struct host_world *world, const struct host_cpu *cpu)
{
    gpa_t where = cpu_fault_address(cpu);

    if (!world->is_memory(world->context, where))
        return false;
    if (cpu->scause != EXC_STORE_GUEST_PAGE_FAULT || !world->is_writable)
        return true;
    return world->is_writable(world->context, where);
}

enum status cpu_fetch_insn(const struct host_cpu *cpu, uint32_t *insn)
{
    uint16_t low, high = 0;

    if (!cpu->view || hs_frame_fetch(cpu->view, cpu->sepc, &low) != STATUS_OK)
        return STATUS_FAULT;
    if ((low & 3) == 3 && hs_frame_fetch(cpu->view, cpu->sepc + 2, &high) != STATUS_OK)
        return STATUS_FAULT;
    *insn = (uint32_t)high << 16 | low;
    return STATUS_OK;
}

void cpu_inject(struct host_cpu *cpu, uint64_t cause, uint64_t stval)
{
    uint64_t status = cpu->csr[GCSR_VSSTATUS];
    bool enabled = (status & VSSTATUS_SIE) != 0;
    bool from_vs = (cpu->sstatus & SSTATUS_SPP) != 0;

    status &= ~(VSSTATUS_SPP | VSSTATUS_SPIE | VSSTATUS_SIE);
    status |= (from_vs ? VSSTATUS_SPP : 0) | (enabled ? VSSTATUS_SPIE : 0);
    cpu->csr[GCSR_VSSTATUS] = status;
    cpu->csr[GCSR_VSCAUSE] = cause;
    cpu->csr[GCSR_VSTVAL] = stval;
    cpu->csr[GCSR_VSEPC] = cpu->sepc;
    cpu->sepc = cpu->csr[GCSR_VSTVEC];
    cpu->sstatus |= SSTATUS_SPP;
    cpu->injected = true;
}

struct sbi_answer cpu_call_sbi(const struct host_world *world, const struct host_cpu *cpu,
                               uint64_t eid, uint64_t fid)
{
    struct sbi_answer answer = {0, 0};

    answer.error = world->sbi(world->context, eid, fid, &cpu->x[REG_A0], &answer.value);
    return answer;
}

uint64_t cpu_read_mmio(const struct host_world *world, gpa_t where, unsigned width_bytes)
{
    return world->mmio_read(world->context, where, width_bytes) & width_mask(width_bytes);
}
