/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/internal.h — what the files of the monitor share among themselves. Read monitor.h
 * first. An exit goes classify.c -> (reply.c | expose.c); a resume goes admit.c; both may end in
 * inject.c. */
#ifndef CVMLAB_MONITOR_INTERNAL_H
#define CVMLAB_MONITOR_INTERNAL_H

#include "base/bytes.h"
#include "monitor/monitor.h"

/* Error codes of an SBI call (riscv-sbi-doc src/binary-encoding.adoc, standard errors). */
enum sbi_error {
    SBI_SUCCESS = 0,
    SBI_ERR_FAILED = -1,
    SBI_ERR_NOT_SUPPORTED = -2,
    SBI_ERR_INVALID_PARAM = -3,
    SBI_ERR_INVALID_ADDRESS = -5,
    SBI_ERR_ALREADY_AVAILABLE = -6,
};

/* Extension ids the monitor itself understands. */
enum sbi_extension {
    SBI_LEGACY_SEND_IPI = 4,
    SBI_LEGACY_LAST = 8,
    SBI_BASE = 0x10,
    SBI_HSM = 0x48534D,
    SBI_SUSP = 0x53555350,
    SBI_RFNC = 0x52464E43,
    SBI_PMU = 0x504D55,
    SBI_IPI = 0x735049,
    SBI_DBCN = 0x4442434E,
};

/* One trap, understood: its row and what the row's rules need. */
struct event {
    enum row_id row;
    enum route route;            /* the row's, unless the monitor must answer a call itself */
    struct insn insn;            /* MMIO and VI rows */
    const struct sbi_call *call; /* SBI rows, else NULL */
    uint64_t legacy_mask;        /* hart mask behind a legacy call's pointer */
    bool has_mask;
    bool faulted; /* the pointer of a legacy call is not readable: the guest gets a load page fault
                   */
};

/* What the monitor does to the guest by itself. Exactly one of the three forms. */
struct reply {
    enum {
        REPLY_RERUN,   /* nothing: the instruction runs again */
        REPLY_INJECT,  /* exception cause with tval */
        REPLY_ADVANCE, /* registers a0, a1 or rd, then past the instruction */
    } kind;
    enum exception cause;
    uint64_t tval;
    uint8_t reg[2]; /* registers to write; 0: none */
    uint64_t value[2];
};

/* classify.c: finds the row. Changes nothing. An error is the platform's. */
enum status event_classify(const struct monitor *mon, const struct guest_state *live,
                           const struct trap *trap, struct event *event);

/* classify_sbi.c: the row of an ecall from VS. Same contract. */
enum status event_classify_sbi(const struct monitor *mon, const struct guest_state *live,
                               struct event *event);

/* reply.c: works out what the monitor does for a row that it handles itself. Changes nothing in
 * mon; an error is the platform's. */
enum status reply_prepare(const struct monitor *mon, const struct guest_state *live,
                          const struct trap *trap, const struct event *event, struct reply *reply);

/* reply_sbi.c: the same for an SBI call (rows SBI.RES, SBI.UNK, and calls refused before they
 * exit). */
enum status reply_prepare_sbi(const struct monitor *mon, const struct guest_state *live,
                              const struct event *event, struct reply *reply);

/* reply.c: carries it out on the saved guest state. */
void reply_apply(const struct reply *reply, const struct event *event, struct guest_state *guest);

/* inject.c: delivers an exception to VS exactly as the hart would (hypervisor.adoc, trap entry into
 * VS-mode). */
void guest_inject(struct guest_state *guest, enum exception cause, uint64_t tval);

/* inject.c: the exception that a row's inject rule means for this trap, and its stval. */
enum exception inject_cause(enum inject inject, const struct trap *trap, const struct insn *insn);
uint64_t inject_tval(enum inject inject, const struct trap *trap, const struct insn *insn);

/* expose.c: fills the view of a row. view is all zero before. */
void view_expose(const struct monitor *mon, const struct vcpu *vcpu, const struct trap *trap,
                 const struct event *event, struct host_view *view);

/* expose.c: the slot that an item's slot field means for this instruction: ITEM_RD and ITEM_RS2 are
 * those of its registers. Always below ITEM_SLOT_COUNT. */
unsigned slot_of(unsigned slot, const struct insn *insn);

/* region.c: every byte of the range lies in ranges of this kind, which is not REGION_NONE. An empty
 * range is covered; one that wraps is not. */
bool region_covers(const struct monitor *mon, uint64_t start, uint64_t size_bytes,
                   enum region_kind kind);

/* region.c: no byte of the range is registered. */
bool region_is_free(const struct monitor *mon, uint64_t start, uint64_t size_bytes);

/* handle.c: it has the form of a handle; whether it is live, monitor_find_handle tells. */
bool handle_is_legal(uint64_t handle);

/* handle.c: a fresh handle; never one that is live. */
uint64_t handle_next(struct monitor *mon);

/* covg.c: carries out a guest's own request about its memory or interrupts. Returns the SBI error.
 */
int64_t covg_apply(struct monitor *mon, const struct guest_state *guest,
                   const struct sbi_call *call);

/* covg.c: whether the host has a say in this COVG call. */
bool covg_asks_host(const struct sbi_call *call);

/* start.c: the HSM start that a vCPU asked for: offered at the exit, settled by the host's answer.
 */
uint64_t start_offer(struct monitor *mon, uint32_t hart, const struct guest_state *caller);
void start_settle(struct monitor *mon, uint64_t token, uint64_t *error);

/* start.c: takes an offer back. False: it is no longer open, the hart was entered. */
bool start_cancel(struct monitor *mon, uint64_t token);

/* start.c: resets a guest to its first instruction (riscv-sbi-doc src/ext-hsm.adoc, hart start
 * register state). htimedelta, which belongs to the VM, stays; no timer is set. */
void guest_reset(struct guest_state *guest, uint64_t pc, uint64_t a0, uint64_t a1);

#endif
