/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/kvm.c — Linux/KVM, with and without sign extension of device reads. Read host_cpu.h
 * first. Behaviour: linux arch/riscv/kvm/vcpu_exit.c, vcpu_insn.c, vcpu_sbi.c, vcpu_sbi_v01.c (6.12
 * and master); legacy SBI built in. KVM answers from what the recording's KVM answered, so every
 * SBI extension is left to the world. */
#include "hosts/host_cpu.h"
#include "hosts/mmio_ladder.h"

#include "base/bytes.h"

enum kvm_extension { KVM_ZERO_EXTENDS, KVM_SIGN_EXTENDS };

/* The instruction of a device access: htinst if it is one, else read at sepc.
 * STATUS_FAULT: not readable; KVM then runs the guest again. */
static enum status kvm_find_insn(const struct host_cpu *cpu, uint32_t *insn, unsigned *length)
{
    enum status st = STATUS_OK;

    if (bit(cpu->htinst, 0)) {
        *insn = ladder_transformed(cpu->htinst);
        *length = ladder_transformed_length(cpu->htinst);
        return STATUS_OK;
    }
    st = cpu_fetch_insn(cpu, insn);
    if (st == STATUS_OK)
        *length = ladder_length(*insn);
    return st;
}

static void kvm_load(const struct host_world *world, struct host_cpu *cpu,
                     enum kvm_extension extension)
{
    gpa_t where = cpu_fault_address(cpu);
    struct ladder_access access;
    unsigned length;
    uint32_t insn;
    uint64_t data;

    if (kvm_find_insn(cpu, &insn, &length) != STATUS_OK)
        return;
    if (!ladder_load(insn, &access)) {
        cpu_die(cpu, "kvm-undecodable");
        return;
    }
    if (where.v & (access.width_bytes - 1)) {
        cpu_die(cpu, "kvm-misaligned");
        return;
    }
    data = cpu_read_mmio(world, where, access.width_bytes);
    if (extension == KVM_SIGN_EXTENDS && access.is_signed)
        data = sign_extend(data, 8 * access.width_bytes);
    if (access.reg == 0)
        cpu_note_bug(cpu, "kvm-x0-slot");
    cpu->x[access.reg] = data;
    cpu->sepc += length;
}

static void kvm_store(const struct host_world *world, struct host_cpu *cpu)
{
    gpa_t where = cpu_fault_address(cpu);
    struct ladder_access access;
    unsigned length;
    uint32_t insn;

    if (kvm_find_insn(cpu, &insn, &length) != STATUS_OK)
        return;
    if (!ladder_store(insn, &access)) {
        cpu_die(cpu, "kvm-undecodable");
        return;
    }
    if (where.v & (access.width_bytes - 1)) {
        cpu_die(cpu, "kvm-misaligned");
        return;
    }
    world->mmio_write(world->context, where, access.width_bytes,
                      cpu->x[access.reg] & width_mask(access.width_bytes));
    cpu->sepc += length;
}

static void kvm_page_fault(const struct host_world *world, struct host_cpu *cpu,
                           enum kvm_extension extension)
{
    if (cpu_fault_is_mappable(world, cpu))
        return;
    switch (cpu->scause) {
    case EXC_LOAD_GUEST_PAGE_FAULT:
        kvm_load(world, cpu, extension);
        break;
    case EXC_STORE_GUEST_PAGE_FAULT:
        kvm_store(world, cpu);
        break;
    default:
        cpu_die(cpu, "kvm-fetch-hole");
    }
}

/* The CSRs that KVM emulates or hands to user space; everything else is refused. */
static bool kvm_knows_csr(unsigned number)
{
    enum {
        CSR_SEED = 0x015,
        CSR_SIREG = 0x151,
        CSR_STOPEI = 0x15C,
        CSR_CYCLE = 0xC00,
        COUNTERS = 32
    };

    return number == CSR_SEED || number == CSR_SIREG || number == CSR_STOPEI ||
           (number >= CSR_CYCLE && number < CSR_CYCLE + COUNTERS);
}

/* funct3 of a CSR instruction: 1 write, 2 set, 3 clear; 5 to 7 the same with an immediate in the
 * rs1 field. */
static bool kvm_csr(const struct host_world *world, struct host_cpu *cpu, uint32_t insn)
{
    unsigned op = (unsigned)bits(insn, 13, 12), rd = (unsigned)bits(insn, 11, 7);
    uint16_t number = (uint16_t)bits(insn, 31, 20);
    uint64_t field = bits(insn, 19, 15);
    uint64_t operand = bit(insn, 14) ? field : cpu->x[field];
    uint64_t mask = op == 1 ? UINT64_MAX : operand;
    uint64_t data = op == 1 ? operand : op == 2 ? UINT64_MAX : 0;
    uint64_t old = 0;

    if (op == 0 || !kvm_knows_csr(number) || !world->csr)
        return false;
    if (!world->csr(world->context, number, data, mask, &old))
        return false;
    if (rd != 0)
        cpu->x[rd] = old;
    return true;
}

static void kvm_virtual_insn(const struct host_world *world, struct host_cpu *cpu)
{
    enum { OPCODE_SYSTEM = 28 };
    uint32_t insn = (uint32_t)cpu->stval;
    bool done = false;

    if (cpu->stval == 0 && cpu_fetch_insn(cpu, &insn) != STATUS_OK)
        return;
    if ((insn & 3) == 3 && bits(insn, 6, 2) == OPCODE_SYSTEM)
        done = insn == INSN_WFI_WORD || (insn & INSN_WRS_MASK) == INSN_WRS_WORD ||
               kvm_csr(world, cpu, insn);
    if (done)
        cpu->sepc += 4;
    else
        cpu_inject(cpu, EXC_INST_ILLEGAL, insn);
}

static bool kvm_is_shutdown(uint64_t eid, uint64_t fid)
{
    return eid == EID_LEGACY_SHUTDOWN || (eid == EID_SRST && fid == FID_SRST_RESET);
}

static void kvm_ecall(const struct host_world *world, struct host_cpu *cpu)
{
    uint64_t eid = cpu->x[REG_A7], fid = cpu->x[REG_A6];
    struct sbi_answer answer = cpu_call_sbi(world, cpu, eid, fid);
    bool legacy = eid <= EID_LEGACY_SHUTDOWN;

    /* An accepted shutdown leaves KVM_RUN for good: no register is written. */
    if (kvm_is_shutdown(eid, fid) && answer.error == 0)
        return;
    cpu->x[REG_A0] = answer.error;
    if (eid == EID_LEGACY_PUTCHAR || eid == EID_LEGACY_GETCHAR) {
        /* These two go through user space, whose return path knows no legacy calls. */
        cpu->x[REG_A1] = answer.value;
        cpu_note_bug(cpu, "kvm-console-a1");
    } else if (!legacy) {
        cpu->x[REG_A1] = answer.value;
    }
    cpu->sepc += 4;
}

static void kvm_handle(const struct host_world *world, struct host_cpu *cpu,
                       enum kvm_extension extension)
{
    if (cpu_is_interrupt(cpu))
        return;
    switch (cpu->scause) {
    case EXC_INST_ACCESS:
    case EXC_INST_ILLEGAL:
    case EXC_LOAD_MISALIGNED:
    case EXC_LOAD_ACCESS:
    case EXC_STORE_MISALIGNED:
    case EXC_STORE_ACCESS:
        cpu_inject(cpu, cpu->scause, cpu->stval);
        break;
    case EXC_SUPERVISOR_SYSCALL:
        kvm_ecall(world, cpu);
        break;
    case EXC_VIRTUAL_INST_FAULT:
        kvm_virtual_insn(world, cpu);
        break;
    case EXC_INST_GUEST_PAGE_FAULT:
    case EXC_LOAD_GUEST_PAGE_FAULT:
    case EXC_STORE_GUEST_PAGE_FAULT:
        kvm_page_fault(world, cpu, extension);
        break;
    case EXC_BREAKPOINT: /* to the debugger, which continues at the same pc */
        break;
    default:
        cpu_die(cpu, "kvm-exit-error");
    }
}

static void kvm_run(const struct host_world *world, struct host_cpu *cpu)
{
    kvm_handle(world, cpu, KVM_SIGN_EXTENDS);
}

static void kvm_zext_run(const struct host_world *world, struct host_cpu *cpu)
{
    kvm_handle(world, cpu, KVM_ZERO_EXTENDS);
}

static struct host_result kvm_run_frame(const struct host_world *world,
                                        const struct host_view *view, struct hs_frame *frame)
{
    return frame_port_run(kvm_run, world, view, frame);
}

static struct host_result kvm_run_page(const struct host_world *world, struct nacl_page *page,
                                       const struct nacl_trap *trap)
{
    return page_port_run(kvm_run, world, page, trap);
}

static struct host_result kvm_zext_run_frame(const struct host_world *world,
                                             const struct host_view *view, struct hs_frame *frame)
{
    return frame_port_run(kvm_zext_run, world, view, frame);
}

static struct host_result kvm_zext_run_page(const struct host_world *world, struct nacl_page *page,
                                            const struct nacl_trap *trap)
{
    return page_port_run(kvm_zext_run, world, page, trap);
}

const struct host_model host_model_kvm = {
    .name = "kvm",
    .summary = "Linux/KVM that sign-extends device reads (after commit c7832534a816)",
    .run_frame = kvm_run_frame,
    .run_page = kvm_run_page,
};

const struct host_model host_model_kvm_zext = {
    .name = "kvm-zext",
    .summary = "Linux/KVM that zero-extends device reads (before commit c7832534a816)",
    .run_frame = kvm_zext_run_frame,
    .run_page = kvm_zext_run_page,
};
