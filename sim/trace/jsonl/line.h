/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/line.h — private: one event line, decoded by itself: what it says, not yet what
 * it means. Deltas against earlier events are applied in apply.c. */
#ifndef CVMLAB_SIM_TRACE_JSONL_LINE_H
#define CVMLAB_SIM_TRACE_JSONL_LINE_H

#include "trace/jsonl/fields.h"
#include "trace/jsonl/scan.h"

/* Sets are one bit per key; a value is valid only if its bit is set. */
struct jsonl_line {
    uint32_t seen;                        /* enum line_key: in the line */
    uint32_t is_null;                     /* enum line_key: there with the value null */
    const char *value_at[LINE_KEY_COUNT]; /* for messages */
    enum trace_event_type type;
    enum guest_mode mode;
    bool is_vs_live;
    bool has_extra; /* an x-... key that this reader does not know */
    uint32_t cpu, insn, reason;
    int32_t error; /* "errno" */
    uint64_t n, t, pc, cause;
    struct scan_text text;
    uint32_t gpr_seen; /* bit: register number */
    uint64_t gpr[GPR_COUNT];
    uint32_t csr_seen, csr_is_null; /* enum csr_key */
    uint64_t csr[CSR_KEY_COUNT];
    uint32_t kvm_seen; /* enum kvm_key */
    uint64_t kvm[KVM_KEY_COUNT];
    uint32_t run_seen;
    uint64_t run[KVM_RUN_WORDS];
    uint32_t kvm_trap_seen;
    uint64_t kvm_trap[KVM_TRAP_WORDS];
};

static inline bool line_has(const struct jsonl_line *line, enum line_key key)
{
    return (line->seen >> key & 1) != 0;
}

static inline bool line_is_null(const struct jsonl_line *line, enum line_key key)
{
    return (line->is_null >> key & 1) != 0;
}

/* Decodes the line at which scan stands. False after the diagnostic. */
bool jsonl_line_decode(struct scan *scan, struct jsonl_line *line);

#endif
