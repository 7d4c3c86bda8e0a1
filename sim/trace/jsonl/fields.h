/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/fields.h — private: the keys of an event line, each in one place for reader and
 * writer. Tables are sorted by name, byte by byte: the order in which the writer writes.
 * docs/TRACE.md says what each key means. */
#ifndef CVMLAB_SIM_TRACE_JSONL_FIELDS_H
#define CVMLAB_SIM_TRACE_JSONL_FIELDS_H

#include <string.h>

#include "trace/source.h"

/* The keys of a line. Index into line_name. */
enum line_key {
    KEY_CAUSE,
    KEY_CPU,
    KEY_CSR,
    KEY_ERRNO,
    KEY_EV,
    KEY_GPR,
    KEY_INSN,
    KEY_KEY,
    KEY_MODE,
    KEY_N,
    KEY_PC,
    KEY_REASON,
    KEY_T,
    KEY_TEXT,
    KEY_VS,
    KEY_X_KVM,
    LINE_KEY_COUNT
};

/* The keys of "csr". Index into csr_name. */
enum csr_key {
    CSR_HSTATUS,
    CSR_HTINST,
    CSR_HTVAL,
    CSR_HVIP,
    CSR_SCOUNTEREN,
    CSR_SENVCFG,
    CSR_SSTATUS,
    CSR_STVAL,
    CSR_VSATP,
    CSR_VSCAUSE,
    CSR_VSEPC,
    CSR_VSIE,
    CSR_VSSCRATCH,
    CSR_VSSTATUS,
    CSR_VSTVAL,
    CSR_VSTVEC,
    CSR_KEY_COUNT
};

/* Those that belong to the trap, not to the vCPU's state; and all others. */
#define CSR_TRAP_KEYS  (1u << CSR_HTINST | 1u << CSR_HTVAL | 1u << CSR_STVAL)
#define CSR_STATE_KEYS (((1u << CSR_KEY_COUNT) - 1) & ~CSR_TRAP_KEYS)

/* The keys of "x-kvm". Index into kvm_name. KVM_RUN and KVM_TRAP hold objects: words. */
enum kvm_key {
    KVM_IRQS_MASK,
    KVM_IRQS_PENDING,
    KVM_MMIO_INSN,
    KVM_MMIO_INSN_LEN,
    KVM_MMIO_LEN,
    KVM_MMIO_RETURN_HANDLED,
    KVM_MMIO_SHIFT,
    KVM_PHYSICAL_CPU,
    KVM_RUN,
    KVM_TGID,
    KVM_TID,
    KVM_TRAP,
    KVM_VCPU_CPU,
    KVM_KEY_COUNT
};

/* How a value of "x-kvm" is written. */
enum kvm_form { KVM_HEX, KVM_INT32, KVM_UINT32, KVM_WORDS };

enum { GPR_KEY_COUNT = GPR_COUNT - 1, KVM_TRAP_WORDS = 5 };

struct jsonl_name {
    const char *text;
    uint8_t size_bytes;
    uint8_t number; /* gpr_name and word_name: the register or word */
};

extern const struct jsonl_name line_name[LINE_KEY_COUNT];
extern const struct jsonl_name csr_name[CSR_KEY_COUNT];
extern const struct jsonl_name gpr_name[GPR_KEY_COUNT]; /* x1 to x31 */
extern const struct jsonl_name kvm_name[KVM_KEY_COUNT];
extern const struct jsonl_name run_name[KVM_RUN_WORDS];       /* w0 to w13 */
extern const struct jsonl_name kvm_trap_name[KVM_TRAP_WORDS]; /* w0 to w4 */

/* Values of "ev". Index: enum trace_event_type. */
extern const struct jsonl_name type_name[TRACE_NOTE + 1];

/* How the value of this key is written. */
enum kvm_form kvm_form_of(enum kvm_key key);

/* Where in struct trace_event the uint64_t of this key lies. */
extern const uint16_t csr_offset[CSR_KEY_COUNT];

static inline uint64_t csr_load(const struct trace_event *event, enum csr_key key)
{
    uint64_t value;

    memcpy(&value, (const char *)event + csr_offset[key], sizeof value);
    return value;
}

static inline void csr_store(struct trace_event *event, enum csr_key key, uint64_t value)
{
    memcpy((char *)event + csr_offset[key], &value, sizeof value);
}

/* Not for KVM_RUN and KVM_TRAP. A signed value is sign-extended. */
uint64_t kvm_load(const struct trace_kvm *kvm, enum kvm_key key);
void kvm_store(struct trace_kvm *kvm, enum kvm_key key, uint64_t value);

#endif
