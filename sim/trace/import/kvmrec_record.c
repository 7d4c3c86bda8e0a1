/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/kvmrec_record.c — see kvmrec_record.h, which has the layout; the cursor below
 * walks it in file order. */
#include "trace/import/kvmrec_record.h"

#include <string.h>

#include "trace/source.h"

const enum trace_csr KVMREC_SAVED_CSR[8] = {TCSR_VSSTATUS,  TCSR_VSIE,  TCSR_VSTVEC,
                                            TCSR_VSSCRATCH, TCSR_VSEPC, TCSR_VSCAUSE,
                                            TCSR_VSTVAL,    TCSR_VSATP};

static uint64_t take_number(const uint8_t **at, unsigned size_bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size_bytes; i++)
        value |= (uint64_t)(*at)[i] << (8 * i);
    *at += size_bytes;
    return value;
}

static uint32_t take_u32(const uint8_t **at)
{
    return (uint32_t)take_number(at, 4);
}

static uint64_t take_u64(const uint8_t **at)
{
    return take_number(at, 8);
}

static void take_words(const uint8_t **at, uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        words[i] = take_u64(at);
}

static void put_number(uint8_t **at, uint64_t value, unsigned size_bytes)
{
    for (unsigned i = 0; i < size_bytes; i++)
        *(*at)++ = (uint8_t)(value >> (8 * i));
}

static void put_u32(uint8_t **at, uint32_t value)
{
    put_number(at, value, 4);
}

static void put_words(uint8_t **at, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_number(at, words[i], 8);
}

void kvmrec_unpack(struct kvmrec_record *record, const uint8_t bytes[KVMREC_BYTES])
{
    const uint8_t *at = bytes;

    record->type = take_u32(&at);
    record->physical_cpu = take_u32(&at);
    record->ns = take_u64(&at);
    record->thread = take_u64(&at);
    record->vcpu_cpu = take_u32(&at);
    record->vcpu_id = take_u32(&at);
    take_words(&at, record->trap, KVMREC_TRAP_WORDS);
    take_words(&at, record->x, GPR_COUNT);
    record->pc = take_u64(&at);
    record->sstatus = take_u64(&at);
    record->hstatus = take_u64(&at);
    take_words(&at, record->csr, TCSR_COUNT);
    record->irqs_pending = take_u64(&at);
    record->irqs_mask = take_u64(&at);
    take_words(&at, record->run, KVM_RUN_WORDS);
    record->mmio_insn = take_u64(&at);
    record->mmio_insn_len = (int32_t)take_u32(&at);
    record->mmio_len = (int32_t)take_u32(&at);
    record->mmio_shift = (int32_t)take_u32(&at);
    record->mmio_return_handled = (int32_t)take_u32(&at);
}

void kvmrec_pack(uint8_t bytes[KVMREC_BYTES], const struct kvmrec_record *record)
{
    uint8_t *at = bytes;

    put_u32(&at, record->type);
    put_u32(&at, record->physical_cpu);
    put_words(&at, &record->ns, 1);
    put_words(&at, &record->thread, 1);
    put_u32(&at, record->vcpu_cpu);
    put_u32(&at, record->vcpu_id);
    put_words(&at, record->trap, KVMREC_TRAP_WORDS);
    put_words(&at, record->x, GPR_COUNT);
    put_words(&at, &record->pc, 1);
    put_words(&at, &record->sstatus, 1);
    put_words(&at, &record->hstatus, 1);
    put_words(&at, record->csr, TCSR_COUNT);
    put_words(&at, &record->irqs_pending, 1);
    put_words(&at, &record->irqs_mask, 1);
    put_words(&at, record->run, KVM_RUN_WORDS);
    put_words(&at, &record->mmio_insn, 1);
    put_u32(&at, (uint32_t)record->mmio_insn_len);
    put_u32(&at, (uint32_t)record->mmio_len);
    put_u32(&at, (uint32_t)record->mmio_shift);
    put_u32(&at, (uint32_t)record->mmio_return_handled);
}

/* KVM_RUN's result as the tracepoint kvm_userspace_exit has it: 0 or -errno. */
static int32_t record_errno(const struct kvmrec_record *record)
{
    return (int32_t)(uint32_t)record->trap[1];
}

const char *kvmrec_fault(const struct kvmrec_record *record)
{
    enum { ERRNO_MAX = 4095 }; /* Linux include/linux/err.h, MAX_ERRNO */

    if (record->type >= KVMREC_TYPES)
        return "has an unknown type; expected 0 (exit), 1 (entry) or 2 (return to user space)";
    if (record->vcpu_id >= VCPU_MAX)
        return "has a vCPU id out of range; expected 0 to 15";
    if (record->ns > TRACE_INTEGER_MAX)
        return "has a time out of range; expected at most 2^53 - 1 ns";
    if (record->x[REG_ZERO] != 0)
        return "has x0 different from 0; expected 0, which x0 always is";
    if (record->type == KVMREC_EXIT && record->trap[0] != record->pc)
        return "has two different values of sepc; expected the trap's and the context's to be "
               "equal";
    if (record->type == KVMREC_USER &&
        (record_errno(record) > 0 || record_errno(record) < -ERRNO_MAX))
        return "has an impossible result of KVM_RUN; expected 0 to -4095";
    return NULL;
}

/* Words of trap[] that the event's own fields do not hold. */
static void trap_to_event(struct trace_event *event, const struct kvmrec_record *record)
{
    switch (event->type) {
    case TRACE_EXIT:
        event->trap =
            (struct trap){record->trap[1], record->trap[2], record->trap[3], record->trap[4]};
        return;
    case TRACE_VMM:
        event->vmm_reason = (uint32_t)record->trap[0];
        event->vmm_errno = record_errno(record);
        memcpy(event->kvm.trap, record->trap, sizeof event->kvm.trap);
        event->kvm.trap[0] &= ~(uint64_t)UINT32_MAX;
        event->kvm.trap[1] &= ~(uint64_t)UINT32_MAX;
        return;
    default:
        memcpy(event->kvm.trap, record->trap, sizeof event->kvm.trap);
        return;
    }
}

void kvmrec_to_event(struct trace_event *event, const struct kvmrec_record *record)
{
    static const enum trace_event_type type[KVMREC_TYPES] = {TRACE_EXIT, TRACE_RESUME, TRACE_VMM};

    memset(event, 0, sizeof *event);
    event->type = type[record->type];
    event->known = TRACE_KNOWS_GPR | TRACE_KNOWS_PC;
    if (event->type == TRACE_EXIT)
        event->known |= TRACE_KNOWS_TRAP;
    event->t = record->ns;
    event->cpu = record->vcpu_id;
    memcpy(event->x, record->x, sizeof event->x);
    event->pc = record->pc;
    event->sstatus = record->sstatus;
    event->hstatus = record->hstatus;
    memcpy(event->csr, record->csr, sizeof event->csr);
    event->kvm.physical_cpu = record->physical_cpu;
    event->kvm.vcpu_cpu = record->vcpu_cpu;
    event->kvm.thread = record->thread;
    event->kvm.irqs_pending = record->irqs_pending;
    event->kvm.irqs_mask = record->irqs_mask;
    memcpy(event->kvm.run, record->run, sizeof event->kvm.run);
    event->kvm.mmio_insn = record->mmio_insn;
    event->kvm.mmio_insn_len = record->mmio_insn_len;
    event->kvm.mmio_len = record->mmio_len;
    event->kvm.mmio_shift = record->mmio_shift;
    event->kvm.mmio_return_handled = record->mmio_return_handled;
    trap_to_event(event, record);
    event->line = record->number;
}

static void trap_from_event(struct kvmrec_record *record, const struct trace_event *event)
{
    switch (event->type) {
    case TRACE_EXIT:
        record->type = KVMREC_EXIT;
        record->trap[0] = event->pc;
        record->trap[1] = event->trap.scause;
        record->trap[2] = event->trap.stval;
        record->trap[3] = event->trap.htval;
        record->trap[4] = event->trap.htinst;
        return;
    case TRACE_VMM:
        record->type = KVMREC_USER;
        memcpy(record->trap, event->kvm.trap, sizeof record->trap);
        record->trap[0] |= event->vmm_reason;
        record->trap[1] |= (uint32_t)event->vmm_errno;
        return;
    default:
        record->type = KVMREC_ENTRY;
        memcpy(record->trap, event->kvm.trap, sizeof record->trap);
        return;
    }
}

void kvmrec_from_event(struct kvmrec_record *record, const struct trace_event *event)
{
    memset(record, 0, sizeof *record);
    trap_from_event(record, event);
    record->physical_cpu = event->kvm.physical_cpu;
    record->ns = event->t;
    record->thread = event->kvm.thread;
    record->vcpu_cpu = event->kvm.vcpu_cpu;
    record->vcpu_id = event->cpu;
    memcpy(record->x, event->x, sizeof record->x);
    record->pc = event->pc;
    record->sstatus = event->sstatus;
    record->hstatus = event->hstatus;
    memcpy(record->csr, event->csr, sizeof record->csr);
    record->irqs_pending = event->kvm.irqs_pending;
    record->irqs_mask = event->kvm.irqs_mask;
    memcpy(record->run, event->kvm.run, sizeof record->run);
    record->mmio_insn = event->kvm.mmio_insn;
    record->mmio_insn_len = event->kvm.mmio_insn_len;
    record->mmio_len = event->kvm.mmio_len;
    record->mmio_shift = event->kvm.mmio_shift;
    record->mmio_return_handled = event->kvm.mmio_return_handled;
}

bool kvmrec_saved_equal(const uint64_t a[TCSR_COUNT], const uint64_t b[TCSR_COUNT])
{
    for (size_t i = 0; i < sizeof KVMREC_SAVED_CSR / sizeof KVMREC_SAVED_CSR[0]; i++)
        if (a[KVMREC_SAVED_CSR[i]] != b[KVMREC_SAVED_CSR[i]])
            return false;
    return true;
}

void kvmrec_saved_copy(uint64_t to[TCSR_COUNT], const uint64_t from[TCSR_COUNT])
{
    for (size_t i = 0; i < sizeof KVMREC_SAVED_CSR / sizeof KVMREC_SAVED_CSR[0]; i++)
        to[KVMREC_SAVED_CSR[i]] = from[KVMREC_SAVED_CSR[i]];
}
