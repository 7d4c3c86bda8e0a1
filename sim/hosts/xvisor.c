/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/xvisor.c — Xvisor, guest without nested virtualization. Read host_cpu.h first.
 * Behaviour: xvisor 8713a8020460, arch/riscv/cpu/generic/cpu_exception.c (dispatch),
 * cpu_vcpu_trap.c, cpu_vcpu_sbi*.c. An error from any handler halts the vCPU: here it dies. */
#include "hosts/host_cpu.h"
#include "hosts/mmio_ladder.h"

#include "base/bytes.h"

/* As KVM, but an unreadable instruction becomes the guest's fault. */
static enum status xvisor_find_insn(struct host_cpu *cpu, uint32_t *insn, unsigned *length)
{
    if (bit(cpu->htinst, 0)) {
        *insn = ladder_transformed(cpu->htinst);
        *length = ladder_transformed_length(cpu->htinst);
        return STATUS_OK;
    }
    if (cpu_fetch_insn(cpu, insn) != STATUS_OK) {
        cpu_note_bug(cpu, "xvisor-fetch-inject");
        cpu_inject(cpu, EXC_INST_PAGE_FAULT, cpu->sepc);
        return STATUS_FAULT;
    }
    *length = ladder_length(*insn);
    return STATUS_OK;
}

static bool xvisor_accepts(struct host_cpu *cpu, bool decoded, unsigned width_bytes)
{
    if (!decoded)
        cpu_die(cpu, "xvisor-undecodable");
    else if (cpu_fault_address(cpu).v & (width_bytes - 1))
        cpu_die(cpu, "xvisor-misaligned");
    return !cpu->dead;
}

/* The shift pair that should sign-extend is done on an unsigned long, so nothing is extended. */
static void xvisor_load(const struct host_world *world, struct host_cpu *cpu)
{
    struct ladder_access access = {0};
    unsigned length;
    uint32_t insn;
    bool decoded;

    if (xvisor_find_insn(cpu, &insn, &length) != STATUS_OK)
        return;
    decoded = ladder_load(insn, &access);
    if (!xvisor_accepts(cpu, decoded, access.width_bytes))
        return;
    if (access.reg == 0)
        cpu_note_bug(cpu, "xvisor-x0-slot");
    cpu->x[access.reg] = cpu_read_mmio(world, cpu_fault_address(cpu), access.width_bytes);
    if (access.width_bytes == 8)
        cpu_die(cpu, "xvisor-ld-fallthrough");
    cpu->sepc += length;
}

static void xvisor_store(const struct host_world *world, struct host_cpu *cpu)
{
    struct ladder_access access = {0};
    unsigned length;
    uint32_t insn;
    bool decoded;

    if (xvisor_find_insn(cpu, &insn, &length) != STATUS_OK)
        return;
    decoded = ladder_store(insn, &access);
    if (!xvisor_accepts(cpu, decoded, access.width_bytes))
        return;
    world->mmio_write(world->context, cpu_fault_address(cpu), access.width_bytes,
                      cpu->x[access.reg] & width_mask(access.width_bytes));
    if (access.width_bytes == 8)
        cpu_die(cpu, "xvisor-sd-fallthrough");
    cpu->sepc += length;
}

static void xvisor_page_fault(const struct host_world *world, struct host_cpu *cpu)
{
    if (world->is_memory(world->context, cpu_fault_address(cpu))) {
        /* Read-only memory is mapped as such again and again: the store never ends. */
        if (!cpu_fault_is_mappable(world, cpu))
            cpu_note_bug(cpu, "xvisor-rom-store");
        return;
    }
    switch (cpu->scause) {
    case EXC_LOAD_GUEST_PAGE_FAULT:
        xvisor_load(world, cpu);
        break;
    case EXC_STORE_GUEST_PAGE_FAULT:
        xvisor_store(world, cpu);
        break;
    default:
        cpu_die(cpu, "xvisor-fetch-hole");
    }
}

/* Of the system instructions only WFI is for a guest without the H extension; from VU it is illegal
 * too. */
static void xvisor_virtual_insn(struct host_cpu *cpu)
{
    uint32_t insn = (uint32_t)cpu->stval;

    if (cpu->stval == 0 && cpu_fetch_insn(cpu, &insn) != STATUS_OK) {
        cpu_note_bug(cpu, "xvisor-fetch-inject");
        cpu_inject(cpu, EXC_INST_PAGE_FAULT, cpu->sepc);
        return;
    }
    if (insn == INSN_WFI_WORD && (cpu->hstatus & HSTATUS_SPVP)) {
        cpu->sepc += 4;
        return;
    }
    if ((insn & INSN_WRS_MASK) == INSN_WRS_WORD)
        cpu_note_bug(cpu, "xvisor-wrs-illegal");
    cpu_inject(cpu, EXC_INST_ILLEGAL, insn);
}

static bool xvisor_knows_extension(uint64_t eid)
{
    switch (eid) {
    case EID_BASE:
    case EID_DBCN:
    case EID_HSM:
    case EID_IPI:
    case EID_NACL:
    case EID_RFNC:
    case EID_SRST:
    case EID_TIME:
        return true;
    default:
        return eid <= EID_LEGACY_SHUTDOWN;
    }
}

/* Hart start wants its entry pc in RAM or ROM; a monitor's start token is in no memory of the
 * guest. */
static struct sbi_answer xvisor_call(const struct host_world *world, struct host_cpu *cpu,
                                     uint64_t eid, uint64_t fid)
{
    struct sbi_answer answer = {SBI_NOT_SUPPORTED, 0};
    gpa_t entry = {cpu->x[REG_A1]};

    if (!xvisor_knows_extension(eid)) {
        cpu_note_bug(cpu, "xvisor-sbi-unsupported");
        return answer;
    }
    if (eid == EID_LEGACY_GETCHAR) {
        cpu_note_bug(cpu, "xvisor-getchar");
        return answer;
    }
    if (eid == EID_HSM && fid == FID_HSM_START && !world->is_memory(world->context, entry)) {
        cpu_note_bug(cpu, "xvisor-hsm-entry-check");
        answer.error = SBI_INVALID_ADDRESS;
        return answer;
    }
    return cpu_call_sbi(world, cpu, eid, fid);
}

static void xvisor_ecall(const struct host_world *world, struct host_cpu *cpu)
{
    uint64_t eid = cpu->x[REG_A7];
    struct sbi_answer answer = xvisor_call(world, cpu, eid, cpu->x[REG_A6]);

    cpu->x[REG_A0] = answer.error;
    if (eid > EID_LEGACY_SHUTDOWN)
        cpu->x[REG_A1] = answer.value;
    cpu->sepc += 4;
}

static void xvisor_run(const struct host_world *world, struct host_cpu *cpu)
{
    if (cpu_is_interrupt(cpu))
        return;
    switch (cpu->scause) {
    case EXC_SUPERVISOR_SYSCALL:
        xvisor_ecall(world, cpu);
        break;
    case EXC_VIRTUAL_INST_FAULT:
        xvisor_virtual_insn(cpu);
        break;
    case EXC_INST_GUEST_PAGE_FAULT:
    case EXC_LOAD_GUEST_PAGE_FAULT:
    case EXC_STORE_GUEST_PAGE_FAULT:
        xvisor_page_fault(world, cpu);
        break;
    default:
        cpu_die(cpu, "xvisor-halt");
    }
}

static struct host_result xvisor_run_frame(const struct host_world *world,
                                           const struct host_view *view, struct hs_frame *frame)
{
    return frame_port_run(xvisor_run, world, view, frame);
}

static struct host_result xvisor_run_page(const struct host_world *world, struct nacl_page *page,
                                          const struct nacl_trap *trap)
{
    return page_port_run(xvisor_run, world, page, trap);
}

const struct host_model host_model_xvisor = {
    .name = "xvisor",
    .summary = "Xvisor: zero-extends, halts the vCPU on 64-bit device accesses",
    .run_frame = xvisor_run_frame,
    .run_page = xvisor_run_page,
};
