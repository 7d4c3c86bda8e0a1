/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/bao.c — Bao. Read host_cpu.h first.
 * Behaviour: bao-hypervisor 738e3dc50983, src/arch/riscv/sync_exceptions.c, sbi.c; device handlers
 * as in irqc/plic/vplic.c. Three causes are handled; anything else, and any error, is a panic of
 * the whole CPU: here it dies. */
#include "hosts/host_cpu.h"

#include "base/bytes.h"

enum { EID_BAO = 0x08000ba0 };

enum {
    FID_TIME_SET = 0,
    FID_IPI_SEND = 0,
    FID_RFNC_SFENCE_ASID = 2,
    FID_HSM_STATUS = 2,
    FID_HSM_SUSPEND = 3
};

/* What an error path leaves in a1 is whatever lay on the hypervisor's stack; a constant keeps
 * replays equal. */
#define BAO_STACK_BYTES UINT64_C(0xBA057ACCBA057ACC)

struct bao_access {
    unsigned width_bytes, reg;
    bool is_write;
};

static bool bao_decode(uint64_t insn, struct bao_access *access)
{
    enum {
        C_MASK = 0xe003,
        C_LW = 0x4000,
        C_SW = 0xc000,
        OPCODE_MASK = 0x7f,
        LOAD = 0x03,
        STORE = 0x23
    };

    if ((insn & 3) != 3) {
        if ((insn & C_MASK) != C_LW && (insn & C_MASK) != C_SW)
            return false;
        access->width_bytes = 4;
        access->is_write = (insn & C_MASK) == C_SW;
        access->reg = 8 + (unsigned)bits(insn, 4, 2);
        return true;
    }
    if ((insn & OPCODE_MASK) != LOAD && (insn & OPCODE_MASK) != STORE)
        return false;
    access->width_bytes =
        1u << bits(insn, 13, 12); /* funct3 without the unsigned bit: 7 passes as a 64-bit load */
    access->is_write = (insn & OPCODE_MASK) == STORE;
    access->reg = (unsigned)(access->is_write ? bits(insn, 24, 20) : bits(insn, 11, 7));
    return true;
}

/* The instruction of a device access, and its size by bit 1 of htinst or by the halfwords read. */
static bool bao_find_insn(struct host_cpu *cpu, uint64_t *insn, unsigned *length)
{
    uint32_t fetched;

    if (cpu->htinst == HTINST_PSEUDO_READ || cpu->htinst == HTINST_PSEUDO_WRITE) {
        cpu_die(cpu, "bao-panic-walk");
        return false;
    }
    if (cpu->htinst != 0) {
        *length = bit(cpu->htinst, 1) ? 4 : 2;
        *insn = cpu->htinst | 2;
        return true;
    }
    if (cpu_fetch_insn(cpu, &fetched) != STATUS_OK) {
        cpu_die(cpu, "bao-panic-fetch");
        return false;
    }
    *length = (fetched & 3) == 3 ? 4 : 2;
    *insn = fetched;
    return true;
}

/* Direction comes from the instruction alone; alignment is not checked; device values go to the
 * register as they come. */
static void bao_page_fault(const struct host_world *world, struct host_cpu *cpu)
{
    gpa_t where = cpu_fault_address(cpu);
    struct bao_access access;
    unsigned length;
    uint64_t insn;

    if (world->is_memory(world->context, where)) {
        cpu_die(cpu, "bao-no-demand-map");
        return;
    }
    if (!bao_find_insn(cpu, &insn, &length))
        return;
    if (!bao_decode(insn, &access)) {
        cpu_die(cpu, "bao-undecodable");
        return;
    }
    if (access.is_write)
        world->mmio_write(world->context, where, access.width_bytes,
                          cpu->x[access.reg] & width_mask(access.width_bytes));
    else if (access.reg != 0)
        cpu->x[access.reg] = cpu_read_mmio(world, where, access.width_bytes);
    else
        (void)cpu_read_mmio(world, where, access.width_bytes);
    cpu->sepc += length;
}

enum bao_support {
    BAO_UNKNOWN,     /* no such extension or function: NOT_SUPPORTED, a1 left from the stack */
    BAO_UNKNOWN_FID, /* the same with a1 = 0 */
    BAO_FULL,        /* error and value both set */
    BAO_ERROR_ONLY,  /* value never set */
    BAO_VALUE_ON_OK, /* value set on success only */
};

static enum bao_support bao_support_of(uint64_t eid, uint64_t fid)
{
    switch (eid) {
    case EID_BASE:
    case EID_BAO:
        return BAO_FULL;
    case EID_TIME:
        return fid == FID_TIME_SET ? BAO_FULL : BAO_UNKNOWN_FID;
    case EID_IPI:
        return fid == FID_IPI_SEND ? BAO_FULL : BAO_UNKNOWN_FID;
    case EID_RFNC:
        return fid <= FID_RFNC_SFENCE_ASID ? BAO_FULL : BAO_UNKNOWN;
    case EID_HSM:
        if (fid == FID_HSM_START)
            return BAO_ERROR_ONLY;
        return fid == FID_HSM_STATUS || fid == FID_HSM_SUSPEND ? BAO_VALUE_ON_OK : BAO_UNKNOWN;
    default:
        return BAO_UNKNOWN;
    }
}

static void bao_ecall(const struct host_world *world, struct host_cpu *cpu)
{
    uint64_t eid = cpu->x[REG_A7], fid = cpu->x[REG_A6];
    struct sbi_answer answer = {SBI_NOT_SUPPORTED, 0};
    enum bao_support support = bao_support_of(eid, fid);

    if (support == BAO_UNKNOWN || support == BAO_UNKNOWN_FID)
        cpu_note_bug(cpu, "bao-sbi-unsupported");
    else
        answer = cpu_call_sbi(world, cpu, eid, fid);
    /* Guest fences are sent on to the firmware under numbers that mean another fence there. */
    if (eid == EID_RFNC && support == BAO_FULL && fid != 0)
        cpu_note_bug(cpu, "bao-rfence-fid");
    if (support == BAO_UNKNOWN || support == BAO_ERROR_ONLY ||
        (support == BAO_VALUE_ON_OK && answer.error != 0)) {
        cpu_note_bug(cpu, "bao-a1-uninitialised");
        answer.value = BAO_STACK_BYTES;
    }
    cpu->x[REG_A0] = answer.error;
    cpu->x[REG_A1] = answer.value;
    cpu->sepc += 4;
}

static void bao_run(const struct host_world *world, struct host_cpu *cpu)
{
    if (cpu_is_interrupt(cpu))
        return;
    switch (cpu->scause) {
    case EXC_SUPERVISOR_SYSCALL:
        bao_ecall(world, cpu);
        break;
    case EXC_LOAD_GUEST_PAGE_FAULT:
    case EXC_STORE_GUEST_PAGE_FAULT:
        bao_page_fault(world, cpu);
        break;
    default:
        cpu_die(cpu, "bao-panic-cause");
    }
}

static struct host_result bao_run_frame(const struct host_world *world,
                                        const struct host_view *view, struct hs_frame *frame)
{
    return frame_port_run(bao_run, world, view, frame);
}

static struct host_result bao_run_page(const struct host_world *world, struct nacl_page *page,
                                       const struct nacl_trap *trap)
{
    return page_port_run(bao_run, world, page, trap);
}

const struct host_model host_model_bao = {
    .name = "bao",
    .summary = "Bao: static partitions, three causes, few SBI calls, panics on the rest",
    .run_frame = bao_run_frame,
    .run_page = bao_run_page,
};
