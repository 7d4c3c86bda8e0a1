/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/kvm_run.c — reads struct kvm_run as recorded (Linux include/uapi/linux/kvm.h).
 * Declared in trace.h. The recorded words are 64-bit and little-endian; the union of exit data
 * starts at byte 32, word 4. */
#include "base/bytes.h"
#include "trace/trace.h"

enum { RUN_UNION = 4 };

/* exit_reason values of kvm.h. */
enum kvm_exit_reason { KVM_REASON_MMIO = 6, KVM_REASON_RISCV_SBI = 35, KVM_REASON_RISCV_CSR = 36 };

/* struct { __u64 phys_addr; __u8 data[8]; __u32 len; __u8 is_write; } mmio */
static void io_read_mmio(struct trace_io *io, const uint64_t *words)
{
    uint32_t len_bytes = (uint32_t)words[2];

    if (len_bytes < 1 || len_bytes > 8)
        return;
    io->kind = TRACE_IO_MMIO;
    io->gpa = words[0];
    io->len_bytes = len_bytes;
    io->is_write = bits(words[2], 39, 32) != 0;
    io->data = words[1] & width_mask(len_bytes);
}

/* struct { unsigned long extension_id, function_id, args[6], ret[2]; } riscv_sbi */
static void io_read_sbi(struct trace_io *io, const uint64_t *words)
{
    io->kind = TRACE_IO_SBI;
    io->eid = words[0];
    io->fid = words[1];
    memcpy(io->arg, words + 2, sizeof io->arg);
    memcpy(io->ret, words + 8, sizeof io->ret);
}

/* struct { unsigned long csr_num, new_value, write_mask, ret_value; } riscv_csr */
static void io_read_csr(struct trace_io *io, const uint64_t *words)
{
    io->kind = TRACE_IO_CSR;
    io->csr = words[0];
    io->csr_new = words[1];
    io->csr_mask = words[2];
    io->csr_ret = words[3];
}

struct trace_io trace_event_io(const struct trace_event *event, uint32_t vmm_reason)
{
    struct trace_io io = {.kind = TRACE_IO_NONE};
    const uint64_t *words = event->kvm.run + RUN_UNION;

    switch (vmm_reason) {
    case KVM_REASON_MMIO:
        io_read_mmio(&io, words);
        break;
    case KVM_REASON_RISCV_SBI:
        io_read_sbi(&io, words);
        break;
    case KVM_REASON_RISCV_CSR:
        io_read_csr(&io, words);
        break;
    default:
        break;
    }
    return io;
}
