/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/cove.c — Linux/KVM as the host of a CoVE TVM, shared page only. Read host_cpu.h first.
 * Behaviour: rivosinc/linux arch/riscv/kvm/cove.c, vcpu_insn.c, vcpu_exit.c (0177a2d6 and
 * neighbours). It leaves sepc to the TSM, cannot read guest code, and cannot give the guest an
 * exception. */
#include "hosts/host_cpu.h"
#include "hosts/mmio_ladder.h"

#include "base/bytes.h"

static bool cove_decode(struct host_cpu *cpu, struct ladder_access *access)
{
    bool decoded;

    if (!bit(cpu->htinst, 0)) {
        cpu_die(cpu, "cove-needs-htinst");
        return false;
    }
    decoded = cpu->scause == EXC_STORE_GUEST_PAGE_FAULT
                  ? ladder_store(ladder_transformed(cpu->htinst), access)
                  : ladder_load(ladder_transformed(cpu->htinst), access);
    if (!decoded)
        cpu_die(cpu, "cove-undecodable");
    else if (cpu_fault_address(cpu).v & (access->width_bytes - 1))
        cpu_die(cpu, "cove-misaligned");
    return !cpu->dead;
}

static void cove_page_fault(const struct host_world *world, struct host_cpu *cpu)
{
    gpa_t where = cpu_fault_address(cpu);
    struct ladder_access access;

    if (cpu_fault_is_mappable(world, cpu))
        return;
    if (cpu->scause == EXC_INST_GUEST_PAGE_FAULT) {
        cpu_die(cpu, "cove-fetch-hole");
        return;
    }
    if (!cove_decode(cpu, &access))
        return;
    if (cpu->scause == EXC_STORE_GUEST_PAGE_FAULT) {
        world->mmio_write(world->context, where, access.width_bytes,
                          cpu->x[access.reg] & width_mask(access.width_bytes));
        return;
    }
    if (access.reg == 0)
        cpu_note_bug(cpu, "cove-x0-slot");
    cpu->x[access.reg] = cpu_read_mmio(world, where, access.width_bytes);
}

/* a0, a1, a6 and a7 are all that is read from the page; a2 to a5 are what KVM's own context holds:
 * 0. */
static void cove_ecall(const struct host_world *world, struct host_cpu *cpu)
{
    uint64_t eid = cpu->x[REG_A7], fid = cpu->x[REG_A6];
    const uint64_t arg[6] = {cpu->x[REG_A0], cpu->x[REG_A1]};
    struct sbi_answer answer = {SBI_NOT_SUPPORTED, 0};

    if (eid == EID_DBCN || eid == EID_HSM || eid == EID_SRST || eid == EID_COVG ||
        eid == EID_LEGACY_PUTCHAR)
        answer.error = world->sbi(world->context, eid, fid, arg, &answer.value);
    else
        cpu_note_bug(cpu, "cove-sbi-unsupported");
    /* The GPA of a console write has a high half in a2, which was not read. */
    if (eid == EID_DBCN && cpu->x[REG_A1 + 1] != 0)
        cpu_note_bug(cpu, "cove-a2-unread");
    cpu->x[REG_A0] = answer.error;
    if (eid != EID_LEGACY_PUTCHAR)
        cpu->x[REG_A1] = answer.value;
}

static void cove_run(const struct host_world *world, struct host_cpu *cpu)
{
    if (cpu_is_interrupt(cpu))
        return;
    switch (cpu->scause) {
    case EXC_SUPERVISOR_SYSCALL:
        cove_ecall(world, cpu);
        break;
    case EXC_INST_GUEST_PAGE_FAULT:
    case EXC_LOAD_GUEST_PAGE_FAULT:
    case EXC_STORE_GUEST_PAGE_FAULT:
        cove_page_fault(world, cpu);
        break;
    case EXC_VIRTUAL_INST_FAULT: /* WFI sleeps; this tree knows no WRS, and refuses what it would
                                    have to inject */
        if ((uint32_t)cpu->stval != INSN_WFI_WORD)
            cpu_die(cpu, "cove-vi-refused");
        break;
    default:
        cpu_die(cpu, "cove-exit-error");
    }
}

static struct host_result cove_run_page(const struct host_world *world, struct nacl_page *page,
                                        const struct nacl_trap *trap)
{
    return page_port_run(cove_run, world, page, trap);
}

const struct host_model host_model_cove = {
    .name = "cove",
    .summary = "Linux/KVM as CoVE host: shared page only, leaves pc and sign extension to the TSM",
    .run_frame = NULL,
    .run_page = cove_run_page,
};
