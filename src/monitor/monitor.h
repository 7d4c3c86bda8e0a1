/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/monitor.h — the security monitor: hides a vCPU's registers from the hypervisor.
 * monitor_exit turns guest state and a trap into what the host may see; monitor_resume turns the
 * host's answer into the next guest state or a refusal. Both are pure over the structs below and
 * the platform seam: no globals, no allocation. A caller (trap.S, or the replay) loads and stores
 * real registers; it never looks into struct vcpu. */
#ifndef CVMLAB_MONITOR_MONITOR_H
#define CVMLAB_MONITOR_MONITOR_H

#include "base/status.h"
#include "base/types.h"
#include "monitor/decode.h"
#include "monitor/exposure.h"
#include "monitor/guest.h"
#include "monitor/platform.h"

enum { VCPU_MAX = 16, REGION_MAX = 256 };

/* What a guest-physical range is. Declared by the guest or at promotion, never by the host. */
enum region_kind {
    REGION_NONE,   /* not registered: accesses become access faults */
    REGION_RAM,    /* private memory: a fault shows the host the page and nothing else */
    REGION_SHARED, /* memory that the guest shared: buffers of SBI calls must lie here */
    REGION_ROM,    /* read and fetch as RAM, store as MMIO */
    REGION_MMIO,   /* emulated by the host */
};

struct region {
    gpa_t base;
    uint64_t size_bytes;
    enum region_kind kind;
};

/* Life of a vCPU (SBI HSM states, as far as they matter here). */
enum vcpu_life {
    VCPU_NEW = 0,  /* never ran: waits for monitor_finalize, or for an HSM start by another vCPU */
    VCPU_STOPPED,  /* stopped itself: waits for an HSM start by another vCPU */
    VCPU_STARTING, /* HSM start accepted; first entry will be at the held address */
    VCPU_RUNNING,  /* in the guest: an exit may come */
    VCPU_EXITED,   /* with the host: a resume may come */
    VCPU_DEAD,     /* never runs again */
};

/* The operation that the host was asked to do; consumed by one resume. */
struct pending {
    enum row_id row;
    struct insn insn;            /* MMIO and VI rows */
    const struct sbi_call *call; /* SBI rows, else NULL */
    uint64_t start_token;        /* SBI.HSM.START: the start that was offered */
    struct trap trap;            /* as it came, for an exception that the host may ask for */
    bool live;
};

struct vcpu {
    struct guest_state guest; /* the real state; loaded at the next entry */
    struct pending pending;
    uint64_t handle;      /* of the current exit; 0 if none. See monitor_find_handle */
    uint64_t start_token; /* names an accepted HSM start of this vCPU; 0 if none */
    uint64_t start_pc, start_opaque;
    enum vcpu_life life;
};

struct monitor {
    const struct exposure *spec;
    struct platform *platform;
    struct vcpu vcpu[VCPU_MAX];
    uint32_t vcpu_count;
    struct region region[REGION_MAX]; /* sorted by base, no overlap */
    uint32_t region_count;
    uint64_t hvip_allow; /* guest's allow-list: hvip bits that the host may set */
    uint64_t sequence;   /* of the last handle given out */
};

/* What the host sees, before it is encoded (nacl_page.h, hs_frame.h). Every slot that the row does
 * not name is 0. */
struct host_view {
    uint64_t slot[ITEM_SLOT_COUNT]; /* indexed by enum item */
    struct fp_state fp;             /* 0 unless the row exposes it (negative control) */
    struct vector_state vec;
    uint64_t handle;      /* stands for the guest pc */
    uint64_t start_token; /* SBI.HSM.START: stands for the entry pc of the target; else 0 */
    uint32_t served_insn; /* what an instruction read at the handle yields; 0: nothing is served */
};

/* What the host did with the exit. */
enum host_action {
    HOST_RETRY,  /* run the guest again where it was (handle + 0) */
    HOST_DONE,   /* the operation is complete (handle + 4) */
    HOST_INJECT, /* deliver an exception (handle + 8, through the vstvec sentinel) */
};

/* What the host hands back, after decoding. Copied in once; the host's memory is not read again. */
struct host_answer {
    uint64_t handle;
    enum host_action action;
    uint64_t slot[ITEM_SLOT_COUNT];
};

/* Result of monitor_exit. */
struct exit_outcome {
    enum row_id row;
    enum route route;
    struct host_view view; /* all zero unless route is ROUTE_HOST */
};

enum refusal {
    REFUSED_NOTHING,
    REFUSED_VCPU,   /* no such vCPU, or not in a state to run: stopped, running elsewhere, dead */
    REFUSED_HANDLE, /* not the handle of the current exit: stale, forged, or of another vCPU */
    REFUSED_ACTION, /* the row does not let the host do this (complete a fault, ask for an
                       exception) */
};

struct resume_outcome {
    enum refusal refusal;
    enum row_id row;   /* of the operation that was completed; LIFE_* for a first entry */
    uint32_t accepted; /* slots taken */
};

/* Sets up a monitor for one VM. All vCPUs new, no regions. vcpu_count 1 to VCPU_MAX
 * (STATUS_BAD_INPUT else). */
enum status monitor_init(struct monitor *mon, const struct exposure *spec,
                         struct platform *platform, uint32_t vcpu_count);

/* Registers a guest-physical range. Later ranges win over earlier ones where they overlap (the
 * table is split). STATUS_BAD_INPUT: empty, unaligned to 4 KiB or wrapping; STATUS_FULL: no room.
 * Nothing changes on error. */
enum status monitor_set_region(struct monitor *mon, struct region region);

/* What is registered at this address; REGION_NONE if nothing is. */
enum region_kind monitor_region_at(const struct monitor *mon, gpa_t where);

/* Makes a vCPU runnable for the first time: pc and a1 from the caller (measured), a0 = vCPU id,
 * everything else reset. Row LIFE.FIRST. STATUS_BAD_STATE unless the vCPU is new: one that has run
 * gets its entry point from the guest alone. */
enum status monitor_finalize(struct monitor *mon, uint32_t vcpu, uint64_t entry_pc,
                             uint64_t entry_argument);

/* Takes over a vCPU that already runs under the host: integer registers, pc, mode and CSRs as they
 * are, once; F and V start at 0, no interrupt is pending, x0 is 0. Row LIFE.PROMOTE (riscv-ap-tee
 * src/sbi_cove.adoc, promote to TVM). What the host wrote until here is for the measurement to
 * tell. STATUS_BAD_STATE unless the vCPU is new. */
enum status monitor_promote(struct monitor *mon, uint32_t vcpu, const struct guest_state *running);

/* A trap from V=1. live is the vCPU's register state at the trap; it is saved into
 * mon->vcpu[vcpu].guest, F and V included. ROUTE_HOST: the vCPU waits for monitor_resume.
 * ROUTE_MONITOR: it is ready to be loaded again at once, or STATUS_OK with life STOPPED/DEAD if the
 * event ended it. STATUS_BAD_STATE: that vCPU is not running. Any other error comes from the
 * platform, and the vCPU is as before the call. */
enum status monitor_exit(struct monitor *mon, uint32_t vcpu, const struct guest_state *live,
                         const struct trap *trap, struct exit_outcome *out);

/* The host's answer. On STATUS_OK the vCPU runs and mon->vcpu[vcpu].guest is its next state.
 * STATUS_DENIED: refused, out->refusal says why; the monitor is unchanged (the caller ends the VM
 * or reports an error). */
enum status monitor_resume(struct monitor *mon, uint32_t vcpu, const struct host_answer *answer,
                           struct resume_outcome *out);

/* Ends a vCPU: save area, pending operation and token are scrubbed. Row LIFE.DESTROY. */
void monitor_destroy(struct monitor *mon, uint32_t vcpu);

/* The vCPU that this handle or start token belongs to, or VCPU_MAX. Offsets 0, 4 and 8 are stripped
 * by the encodings. */
uint32_t monitor_find_handle(const struct monitor *mon, uint64_t handle);

/* Walks the invariants of every vCPU and the region table. STATUS_BAD_STATE if one is broken. Tests
 * call it last. */
enum status check_all(const struct monitor *mon);

/* The id of a row as text, e.g. "MMIO.S". Never NULL for row < ROW_COUNT. */
const char *row_name(enum row_id row);

#endif
