/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/engine.h — what the files of the replay share. Read replay.h first; the flow is in
 * step.c. Three monitors live side by side: the real one; a twin that sees the same exit with every
 * hidden bit changed; and a trial on which hostile answers and other hosts are tried, so that the
 * real one never has to be undone. */
#ifndef CVMLAB_SIM_REPLAY_ENGINE_H
#define CVMLAB_SIM_REPLAY_ENGINE_H

#include "base/bytes.h"
#include "base/random.h"
#include "replay/code.h"
#include "replay/replay.h"

/* Seam A for a replay: guest code from the recording, counters and entropy from the seed. */
struct replay_platform {
    struct platform base;
    struct code code;
    uint64_t code_pc;
    uint64_t data;    /* what every read of guest data yields: recordings hold none */
    uint64_t counter; /* what every counter reads */
    uint64_t random;
};

/* Nothing known; the seam's table set. */
void replay_platform_init(struct replay_platform *platform);

/* One vCPU between two events. */
struct lane {
    struct trace_event exit; /* copy: the reader's own is gone by the time the resume comes */
    bool waiting;            /* an exit is open */
    bool stepped;        /* its first half (monitor_exit and the confidential verdict) is done */
    uint32_t vmm_reason; /* user space that was entered meanwhile; 0: none */
    struct code code;
    struct guest_state guest;
    struct exit_outcome outcome;
    struct replay_step step;
};

struct replay {
    const struct replay_options *options;
    struct replay_report *report;
    struct monitor mon, twin, trial;
    struct replay_platform platform, twin_platform;
    struct fp_state fp; /* F and V of every recorded exit: not recorded, so from the seed */
    struct vector_state vec;
    struct fp_state twin_fp; /* the complement */
    struct vector_state twin_vec;
    struct guest_state twin_guest;
    struct exit_outcome twin_outcome;
    struct hs_frame frame, twin_frame;
    struct nacl_page page, twin_page;
    struct nacl_trap page_trap, twin_page_trap;
    struct lane lane[VCPU_MAX];
};

/* state.c: the guest at an event, with the replay's own F and V. */
void state_load(const struct replay *rp, const struct trace_event *event,
                struct guest_state *guest);

/* state.c: the SBI call that a guest makes with these registers, by this profile's table; NULL: not
 * listed. */
const struct sbi_call *guest_call(const struct exposure *spec, const struct guest_state *guest);

/* state.c: equality of two states, field by field. */
bool state_equal(const struct guest_state *a, const struct guest_state *b);

/* visible.c: what the reference lets the host see of this exit, as masks over the guest's own
 * items. */
struct visible {
    uint64_t x[GPR_COUNT];
    uint64_t csr[GCSR_COUNT];
    uint64_t stval, htval;
    bool pc, mode, fp, vector;
    bool instruction; /* register number and length of a load or store */
    bool data;        /* the hart mask behind a legacy pointer */
};

/* visible.c: fills visible for the exit in lane. */
void visible_of(const struct exposure *reference, const struct lane *lane, struct visible *visible);

/* twin.c: makes the twin ready to see the exit that the real monitor is about to see. */
void twin_begin(struct replay *rp);

/* twin.c: replays the exit with everything hidden changed and compares what the host sees, byte for
 * byte. Returns the items that leaked (bit per enum item, or a LEAK_ bit); 0: nothing did. The
 * lane's outcome, rp->frame and rp->page must be those of the real exit. */
uint64_t twin_leaks(struct replay *rp, uint32_t cpu);

/* recorded.c: what the real hypervisor answered, as the host's world. */
struct recorded {
    const struct trace_event *exit, *resume;
    struct trace_io io;  /* what user space did */
    uint64_t load_value; /* raw data of an MMIO load */
    bool advanced;       /* the hypervisor completed the operation */
    const struct guest_state *guest;
    struct insn insn;
    const struct sbi_call *call; /* by the reference: the arguments that a host must be shown */
    bool misled; /* a host asked the world for another address, datum or call than the guest did */
};

/* What the hypervisor did between the exit in lane and resume. Keeps both pointers. */
void recorded_of(const struct exposure *reference, const struct lane *lane,
                 const struct trace_event *resume, struct recorded *recorded);
/* The world that gives these answers; valid as long as recorded. */
struct host_world recorded_world(struct recorded *recorded);

/* recorded.c: the recorded hypervisor as a host, through either encoding. */
void recorded_run_frame(const struct recorded *recorded, struct hs_frame *frame);
void recorded_run_page(const struct recorded *recorded, struct nacl_page *page);

/* trial.c: copies what a guest declares: its memory map and the interrupts it accepts. */
void map_copy(struct monitor *to, const struct monitor *from);

/* trial.c: makes the trial a copy of the real monitor as far as vCPU cpu is concerned. */
void trial_begin(struct replay *rp, uint32_t cpu);

/* trial.c: whether the page encoding can carry this answer to the open exit. It has no way to say
 * "run it again" where the row completes: what the recording did not complete has no counterpart
 * there. */
bool page_can_tell(const struct replay *rp, uint32_t cpu, bool advanced);

/* hostile.c: poisoned copies of an honest answer. honest: the guest after the honest one. Returns
 * the guest items that changed outside the reference row (bit per enum item), and adds to *refused
 * the slots that were rejected. */
uint64_t hostile_breaches(struct replay *rp, uint32_t cpu, const struct guest_state *honest,
                          uint64_t *refused);

/* explain.c: compares the guest after the resume with the recording. *mismatch: it differs and no
 * reason of the closed list fits. */
enum replay_reason explain_difference(const struct replay *rp, const struct lane *lane,
                                      const struct trace_event *resume,
                                      const struct guest_state *next, bool *mismatch);

/* explain.c: the same for an entry that follows no exit; row LIFE.FIRST or LIFE.HSMSTART. A started
 * hart has no excuse. */
enum replay_reason explain_first_entry(enum row_id row, const struct trace_event *resume,
                                       const struct guest_state *next, bool *mismatch);

/* crosshost.c: whether the hypervisor of the recording (its model: kvm) can do its work with what
 * the monitor shows it: it must come to the same request and the same end as it did with the
 * guest's own registers. Not for an exit whose instruction was inferred: a hypervisor may read that
 * from guest memory, and a recording holds none. */
bool crosshost_suffices(struct replay *rp, uint32_t cpu, struct recorded *recorded);

/* crosshost.c: runs every chosen model on the open exit and compares the guest with honest. */
void crosshost_check(struct replay *rp, uint32_t cpu, struct recorded *recorded,
                     const struct guest_state *honest);

/* step.c: first and second half of an exit, and an entry that follows none. */
enum status step_exit(struct replay *rp, uint32_t cpu, const struct trace_event *resume,
                      struct diagnostic *diag);
void step_resume(struct replay *rp, uint32_t cpu, const struct trace_event *resume);
void step_unanswered(struct replay *rp, uint32_t cpu);
void step_entry(struct replay *rp, uint32_t cpu, const struct trace_event *resume);

/* tally.c: bits of the view that the profile under test exposes for this exit. */
uint64_t tally_bits(const struct exposure *spec, const struct exit_outcome *outcome,
                    const struct lane *lane);

#endif
