/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/kvmrec_record.h — one record of the kvmrec recorder: 592 bytes, little-endian,
 * no header around it. Layout (byte offset: field): 0 u32 type, 4 u32 physical CPU, 8 u64 ns, 16
 * u64 tgid << 32 | tid, 24 u32 vcpu->cpu, 28 u32 vcpu->vcpu_id, 32 u64 trap[5], 72 u64 x[32], 328
 * u64 sepc sstatus hstatus, 352 u64 csr[11], 440 u64 irqs_pending irqs_mask, 456 u64 run[14], 568
 * u64 mmio_decode.insn, 576 i32 insn_len len shift return_handled. */
#ifndef CVMLAB_SIM_TRACE_IMPORT_KVMREC_RECORD_H
#define CVMLAB_SIM_TRACE_IMPORT_KVMREC_RECORD_H

#include "trace/trace.h"

enum { KVMREC_BYTES = 592, KVMREC_TRAP_WORDS = 5 };

enum kvmrec_type { KVMREC_EXIT = 0, KVMREC_ENTRY = 1, KVMREC_USER = 2, KVMREC_TYPES };

struct kvmrec_record {
    uint32_t type; /* enum kvmrec_type */
    uint32_t physical_cpu;
    uint64_t ns;     /* CLOCK_MONOTONIC of the recording kernel */
    uint64_t thread; /* tgid << 32 | tid */
    uint32_t vcpu_cpu;
    uint32_t vcpu_id;
    uint64_t
        trap[KVMREC_TRAP_WORDS]; /* exit: sepc scause stval htval htinst; user: reason, errno */
    uint64_t x[GPR_COUNT];
    uint64_t pc, sstatus, hstatus;
    uint64_t csr[TCSR_COUNT];
    uint64_t irqs_pending, irqs_mask;
    uint64_t run[KVM_RUN_WORDS];
    uint64_t mmio_insn;
    int32_t mmio_insn_len, mmio_len, mmio_shift, mmio_return_handled;
    uint64_t number; /* 1, 2, ... in the file; not part of the 592 bytes */
};

/* Unpacks 592 bytes; number is left alone. */
void kvmrec_unpack(struct kvmrec_record *record, const uint8_t bytes[KVMREC_BYTES]);

/* Packs into 592 bytes. */
void kvmrec_pack(uint8_t bytes[KVMREC_BYTES], const struct kvmrec_record *record);

/* What no recording of a real kernel has, as text for a message; NULL if the record is sound. */
const char *kvmrec_fault(const struct kvmrec_record *record);

/* The event of this record with the CSRs as recorded and without TRACE_KNOWS_INSN; n is left 0. The
 * record must be sound. */
void kvmrec_to_event(struct trace_event *event, const struct kvmrec_record *record);

/* The record of this event: the inverse of kvmrec_to_event. The event must know its registers, and
 * its trap if it is an exit. */
void kvmrec_from_event(struct kvmrec_record *record, const struct trace_event *event);

/* CSRs that KVM copies from the hart only when it puts the vCPU down (kvm_arch_vcpu_put). The other
 * three are current. */
extern const enum trace_csr KVMREC_SAVED_CSR[8];

/* Whether these CSRs are the same in two csr[] arrays. */
bool kvmrec_saved_equal(const uint64_t a[TCSR_COUNT], const uint64_t b[TCSR_COUNT]);

/* Copies these CSRs and leaves the others. */
void kvmrec_saved_copy(uint64_t to[TCSR_COUNT], const uint64_t from[TCSR_COUNT]);

#endif
