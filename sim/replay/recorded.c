/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/recorded.c — the recorded hypervisor: answers exactly what it really answered, and is
 * the world of every other model. */
#include <string.h>

#include "replay/engine.h"
#include "spec/spec.h"

/* Offset of a CSR in the page, as a host finds it. */
enum { CSR_HVIP = 0x645, CSR_HTINST = 0x64A };

enum { EID_LEGACY_SEND_IPI = 4 };

void recorded_of(const struct exposure *reference, const struct lane *lane,
                 const struct trace_event *resume, struct recorded *recorded)
{
    memset(recorded, 0, sizeof *recorded);
    recorded->exit = &lane->exit;
    recorded->resume = resume;
    recorded->guest = &lane->guest;
    recorded->insn = code_insn(&lane->code);
    recorded->io = trace_event_io(resume, lane->vmm_reason);
    recorded->advanced = resume->pc != lane->exit.pc;
    if (lane->exit.trap.scause == EXC_SUPERVISOR_SYSCALL)
        recorded->call = guest_call(reference, &lane->guest);
    if (lane->exit.trap.scause != EXC_LOAD_GUEST_PAGE_FAULT || !recorded->advanced)
        return;
    if (recorded->io.kind == TRACE_IO_MMIO && !recorded->io.is_write)
        recorded->load_value = recorded->io.data;
    else if (recorded->insn.class == INSN_LOAD)
        recorded->load_value =
            resume->x[recorded->insn.rd] & width_mask(recorded->insn.width_bytes);
}

/* What the guest really accessed. */
static uint64_t fault_address(const struct recorded *recorded)
{
    return recorded->exit->trap.htval << 2 | (recorded->exit->trap.stval & 3);
}

static void access_check(struct recorded *recorded, gpa_t where, unsigned width_bytes)
{
    if (where.v != fault_address(recorded) || width_bytes != recorded->insn.width_bytes)
        recorded->misled = true;
}

static uint64_t world_mmio_read(void *context, gpa_t where, unsigned width_bytes)
{
    struct recorded *recorded = context;

    access_check(recorded, where, width_bytes);
    return width_bytes >= 1 && width_bytes <= 8 ? recorded->load_value & width_mask(width_bytes)
                                                : 0;
}

static void world_mmio_write(void *context, gpa_t where, unsigned width_bytes, uint64_t data)
{
    struct recorded *recorded = context;

    access_check(recorded, where, width_bytes);
    if (!recorded->misled &&
        data != (recorded->guest->x[recorded->insn.rs2] & width_mask(width_bytes)))
        recorded->misled = true;
}

/* The call and its arguments, as far as the reference shows them. Legacy send_ipi comes as another
 * call (hs_frame.h), and of a function id a legacy call knows nothing. */
static bool call_is_the_guests(const struct recorded *recorded, uint64_t eid, uint64_t fid,
                               const uint64_t arg[6])
{
    const struct sbi_call *call = recorded->call;
    const uint64_t *x = recorded->guest->x;

    if (!call || call->eid == EID_LEGACY_SEND_IPI)
        return true;
    if ((uint32_t)eid != (uint32_t)x[REG_A7] ||
        (call->fid != SBI_FID_ANY && (uint32_t)fid != (uint32_t)x[REG_A6]))
        return false;
    for (unsigned i = 0; i < SBI_ARG_MAX; i++) {
        unsigned bits = call->expose >> i & 1 ? sbi_type_bits(call->type[i]) : 0;

        if (bits && (arg[i] ^ x[REG_A0 + i]) & width_mask(bits / 8))
            return false;
    }
    return true;
}

static uint64_t world_sbi(void *context, uint64_t eid, uint64_t fid, const uint64_t arg[6],
                          uint64_t *value)
{
    struct recorded *recorded = context;

    if (!call_is_the_guests(recorded, eid, fid, arg))
        recorded->misled = true;
    *value = recorded->resume->x[REG_A1];
    return recorded->resume->x[REG_A0];
}

static bool world_is_memory(void *context, gpa_t where)
{
    struct recorded *recorded = context;

    if (where.v >> PAGE_SHIFT != fault_address(recorded) >> PAGE_SHIFT)
        recorded->misled = true;
    return !recorded->advanced;
}

static uint64_t world_hvip(void *context)
{
    const struct recorded *recorded = context;

    return recorded->resume->csr[TCSR_HVIP];
}

struct host_world recorded_world(struct recorded *recorded)
{
    return (struct host_world){
        .context = recorded,
        .mmio_read = world_mmio_read,
        .mmio_write = world_mmio_write,
        .sbi = world_sbi,
        .is_memory = world_is_memory,
        .hvip = world_hvip,
    };
}

/* A hypervisor puts an MMIO load into the register that the instruction it sees names. */
static unsigned load_slot(uint64_t htinst)
{
    return htinst & 1 ? htinst >> 7 & 31 : REG_A0;
}

static void answer_registers(const struct recorded *recorded, uint64_t htinst, uint64_t *x)
{
    uint64_t eid = recorded->exit->x[REG_A7];

    if (!recorded->advanced)
        return;
    if (recorded->exit->trap.scause == EXC_LOAD_GUEST_PAGE_FAULT)
        x[load_slot(htinst)] = recorded->load_value;
    if (recorded->exit->trap.scause != EXC_SUPERVISOR_SYSCALL)
        return;
    x[REG_A0] = recorded->resume->x[REG_A0];
    if ((uint32_t)eid > 8) /* a legacy call leaves a1 alone */
        x[REG_A1] = recorded->resume->x[REG_A1];
}

void recorded_run_frame(const struct recorded *recorded, struct hs_frame *frame)
{
    answer_registers(recorded, frame->htinst, frame->x);
    frame->csr[GCSR_HVIP] = recorded->resume->csr[TCSR_HVIP];
    if (recorded->advanced)
        frame->sepc += HANDLE_DONE;
}

void recorded_run_page(const struct recorded *recorded, struct nacl_page *page)
{
    answer_registers(recorded, page->csr[nacl_csr_slot(CSR_HTINST)], page->scratch);
    page->csr[nacl_csr_slot(CSR_HVIP)] = recorded->resume->csr[TCSR_HVIP];
}
