/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/fields.c — see fields.h. */
#include "trace/jsonl/fields.h"

const struct jsonl_name line_name[LINE_KEY_COUNT] = {
    {"cause", 5, 0}, {"cpu", 3, 0},  {"csr", 3, 0},  {"errno", 5, 0},
    {"ev", 2, 0},    {"gpr", 3, 0},  {"insn", 4, 0}, {"key", 3, 0},
    {"mode", 4, 0},  {"n", 1, 0},    {"pc", 2, 0},   {"reason", 6, 0},
    {"t", 1, 0},     {"text", 4, 0}, {"vs", 2, 0},   {"x-kvm", 5, 0},
};

const struct jsonl_name csr_name[CSR_KEY_COUNT] = {
    {"hstatus", 7, 0},     {"htinst", 6, 0},   {"htval", 5, 0},   {"hvip", 4, 0},
    {"scounteren", 10, 0}, {"senvcfg", 7, 0},  {"sstatus", 7, 0}, {"stval", 5, 0},
    {"vsatp", 5, 0},       {"vscause", 7, 0},  {"vsepc", 5, 0},   {"vsie", 4, 0},
    {"vsscratch", 9, 0},   {"vsstatus", 8, 0}, {"vstval", 6, 0},  {"vstvec", 6, 0},
};

const uint16_t csr_offset[CSR_KEY_COUNT] = {
    [CSR_HSTATUS] = offsetof(struct trace_event, hstatus),
    [CSR_HTINST] = offsetof(struct trace_event, trap.htinst),
    [CSR_HTVAL] = offsetof(struct trace_event, trap.htval),
    [CSR_HVIP] = offsetof(struct trace_event, csr[TCSR_HVIP]),
    [CSR_SCOUNTEREN] = offsetof(struct trace_event, csr[TCSR_SCOUNTEREN]),
    [CSR_SENVCFG] = offsetof(struct trace_event, csr[TCSR_SENVCFG]),
    [CSR_SSTATUS] = offsetof(struct trace_event, sstatus),
    [CSR_STVAL] = offsetof(struct trace_event, trap.stval),
    [CSR_VSATP] = offsetof(struct trace_event, csr[TCSR_VSATP]),
    [CSR_VSCAUSE] = offsetof(struct trace_event, csr[TCSR_VSCAUSE]),
    [CSR_VSEPC] = offsetof(struct trace_event, csr[TCSR_VSEPC]),
    [CSR_VSIE] = offsetof(struct trace_event, csr[TCSR_VSIE]),
    [CSR_VSSCRATCH] = offsetof(struct trace_event, csr[TCSR_VSSCRATCH]),
    [CSR_VSSTATUS] = offsetof(struct trace_event, csr[TCSR_VSSTATUS]),
    [CSR_VSTVAL] = offsetof(struct trace_event, csr[TCSR_VSTVAL]),
    [CSR_VSTVEC] = offsetof(struct trace_event, csr[TCSR_VSTVEC]),
};

const struct jsonl_name gpr_name[GPR_KEY_COUNT] = {
    {"x1", 2, 1},   {"x10", 3, 10}, {"x11", 3, 11}, {"x12", 3, 12}, {"x13", 3, 13}, {"x14", 3, 14},
    {"x15", 3, 15}, {"x16", 3, 16}, {"x17", 3, 17}, {"x18", 3, 18}, {"x19", 3, 19}, {"x2", 2, 2},
    {"x20", 3, 20}, {"x21", 3, 21}, {"x22", 3, 22}, {"x23", 3, 23}, {"x24", 3, 24}, {"x25", 3, 25},
    {"x26", 3, 26}, {"x27", 3, 27}, {"x28", 3, 28}, {"x29", 3, 29}, {"x3", 2, 3},   {"x30", 3, 30},
    {"x31", 3, 31}, {"x4", 2, 4},   {"x5", 2, 5},   {"x6", 2, 6},   {"x7", 2, 7},   {"x8", 2, 8},
    {"x9", 2, 9},
};

const struct jsonl_name kvm_name[KVM_KEY_COUNT] = {
    {"irqs_mask", 9, 0},      {"irqs_pending", 12, 0}, {"mmio_insn", 9, 0},
    {"mmio_insn_len", 13, 0}, {"mmio_len", 8, 0},      {"mmio_return_handled", 19, 0},
    {"mmio_shift", 10, 0},    {"physical_cpu", 12, 0}, {"run", 3, 0},
    {"tgid", 4, 0},           {"tid", 3, 0},           {"trap", 4, 0},
    {"vcpu_cpu", 8, 0},
};

const struct jsonl_name run_name[KVM_RUN_WORDS] = {
    {"w0", 2, 0},   {"w1", 2, 1}, {"w10", 3, 10}, {"w11", 3, 11}, {"w12", 3, 12},
    {"w13", 3, 13}, {"w2", 2, 2}, {"w3", 2, 3},   {"w4", 2, 4},   {"w5", 2, 5},
    {"w6", 2, 6},   {"w7", 2, 7}, {"w8", 2, 8},   {"w9", 2, 9},
};

const struct jsonl_name kvm_trap_name[KVM_TRAP_WORDS] = {
    {"w0", 2, 0}, {"w1", 2, 1}, {"w2", 2, 2}, {"w3", 2, 3}, {"w4", 2, 4},
};

const struct jsonl_name type_name[TRACE_NOTE + 1] = {
    [TRACE_EXIT] = {"exit", 4, 0},
    [TRACE_RESUME] = {"resume", 6, 0},
    [TRACE_VMM] = {"vmm", 3, 0},
    [TRACE_NOTE] = {"note", 4, 0},
};

enum kvm_form kvm_form_of(enum kvm_key key)
{
    switch (key) {
    case KVM_IRQS_MASK:
    case KVM_IRQS_PENDING:
    case KVM_MMIO_INSN:
        return KVM_HEX;
    case KVM_PHYSICAL_CPU:
    case KVM_TGID:
    case KVM_TID:
        return KVM_UINT32;
    case KVM_RUN:
    case KVM_TRAP:
        return KVM_WORDS;
    default:
        return KVM_INT32;
    }
}

static uint64_t extend(int32_t value)
{
    return (uint64_t)(int64_t)value;
}

uint64_t kvm_load(const struct trace_kvm *kvm, enum kvm_key key)
{
    switch (key) {
    case KVM_IRQS_MASK:
        return kvm->irqs_mask;
    case KVM_IRQS_PENDING:
        return kvm->irqs_pending;
    case KVM_MMIO_INSN:
        return kvm->mmio_insn;
    case KVM_MMIO_INSN_LEN:
        return extend(kvm->mmio_insn_len);
    case KVM_MMIO_LEN:
        return extend(kvm->mmio_len);
    case KVM_MMIO_RETURN_HANDLED:
        return extend(kvm->mmio_return_handled);
    case KVM_MMIO_SHIFT:
        return extend(kvm->mmio_shift);
    case KVM_PHYSICAL_CPU:
        return kvm->physical_cpu;
    case KVM_TGID:
        return kvm->thread >> 32;
    case KVM_TID:
        return (uint32_t)kvm->thread;
    case KVM_VCPU_CPU:
        return extend((int32_t)kvm->vcpu_cpu); /* -1: on none */
    default:
        return 0;
    }
}

void kvm_store(struct trace_kvm *kvm, enum kvm_key key, uint64_t value)
{
    switch (key) {
    case KVM_IRQS_MASK:
        kvm->irqs_mask = value;
        break;
    case KVM_IRQS_PENDING:
        kvm->irqs_pending = value;
        break;
    case KVM_MMIO_INSN:
        kvm->mmio_insn = value;
        break;
    case KVM_MMIO_INSN_LEN:
        kvm->mmio_insn_len = (int32_t)value;
        break;
    case KVM_MMIO_LEN:
        kvm->mmio_len = (int32_t)value;
        break;
    case KVM_MMIO_RETURN_HANDLED:
        kvm->mmio_return_handled = (int32_t)value;
        break;
    case KVM_MMIO_SHIFT:
        kvm->mmio_shift = (int32_t)value;
        break;
    case KVM_PHYSICAL_CPU:
        kvm->physical_cpu = (uint32_t)value;
        break;
    case KVM_TGID:
        kvm->thread = (uint32_t)kvm->thread | value << 32;
        break;
    case KVM_TID:
        kvm->thread = kvm->thread >> 32 << 32 | (uint32_t)value;
        break;
    case KVM_VCPU_CPU:
        kvm->vcpu_cpu = (uint32_t)value;
        break;
    default:
        break;
    }
}
