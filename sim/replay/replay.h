/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/replay.h — drives recorded exits through the monitor and judges each one.
 *
 * A recorded exit goes: trace event -> monitor exit -> host reads the view and answers -> monitor
 * resume -> compare with what was recorded. Three verdicts:
 *
 * - confidential: nothing outside the reference row reached the host. The exit is replayed with
 *   every hidden bit changed.
 * - integral: nothing outside the reference row reached the guest. The answer is replayed with
 *   every slot poisoned.
 * - transparent: the guest goes on exactly as recorded, or differs for a named reason. */
#ifndef CVMLAB_SIM_REPLAY_REPLAY_H
#define CVMLAB_SIM_REPLAY_REPLAY_H

#include "hosts/host.h"
#include "monitor/monitor.h"
#include "trace/trace.h"

/* Why a guest may differ from the recording. The closed list; docs/REPLAY.md has an example exit of
 * each. */
enum replay_reason {
    REASON_NONE,            /* it does not differ */
    REASON_ANSWERED_INSIDE, /* a call that the monitor answers itself: its own ids, its own state */
    REASON_CALL_NOT_LISTED, /* the hypervisor served a call outside the table; the monitor answers
                               NOT_SUPPORTED */
    REASON_NO_VALUE,        /* the hypervisor wrote a1 although the call carries no value */
    REASON_ENTROPY_INSIDE, /* the hypervisor supplied the seed CSR; the monitor uses its own entropy
                            */
    REASON_COUNTER_INSIDE, /* the hypervisor emulated a counter; the monitor gives its own, or none
                            */
    REASON_NOT_SIGN_EXTENDED, /* hypervisor bug: a signed MMIO load was zero-extended (Linux before
                                 c7832534a816) */
    REASON_HART_STATUS, /* hypervisor bug: success for the status of a hart that does not exist, or
                           SUSPENDED for one that waits in WFI (linux vcpu_sbi_hsm.c) */
    REASON_ENTRY_REGISTERS,  /* the VMM set registers at the first entry that a measured start does
                                not take */
    REASON_INTERRUPT_POLICY, /* the hypervisor set hvip bits that the guest does not accept, or that
                                do not exist */
    REASON_NOT_SHARED,       /* the call names memory that the guest did not share */
    REASON_EMULATION_REFUSED, /* the hypervisor emulated what the profile refuses, or the other way
                                 round */
    REASON_COUNT
};

/* Stable key of a reason, e.g. "mmio-not-sign-extended". */
const char *replay_reason_key(enum replay_reason reason);

/* One sentence on it. */
const char *replay_reason_text(enum replay_reason reason);

/* Beyond the items: bits of a leak or breach mask. */
#define LEAK_ROUTE     ((uint64_t)1 << 62) /* the exit itself, or its row, depends on a secret */
#define LEAK_ENCODING  ((uint64_t)1 << 63) /* the view is clean, its encoding is not */
#define BREACH_HANDLE  ((uint64_t)1 << 62) /* a stale or forged handle was taken */
#define BREACH_REFUSED ((uint64_t)1 << 63) /* a slot outside the row had an answer refused */

enum { REPLAY_HOST_MAX = 8, REPLAY_BUG_MAX = 16 };

struct replay_row {
    uint64_t exits, entries; /* entries: first entries and HSM starts, which follow no exit */
    uint64_t bits_exposed;
    uint64_t accepted, refused; /* slots: taken from honest answers; rejected from hostile ones */
    uint64_t starved;           /* the hypervisor cannot do its work with what it was shown */
    uint64_t mismatches;        /* differs from the recording without a reason */
    uint64_t explained[REASON_COUNT];
    uint64_t inferred; /* the row was found from the recorded effect, for want of the instruction */
    uint64_t leaks;    /* exits with a confidential violation */
    uint64_t breaches; /* exits with an integral violation */
    uint64_t
        leaked_items; /* bit i: enum item i leaked in at least one exit (fp, vector included) */
    uint64_t breached_items; /* bit i: enum item i of the guest was changed by a hostile answer */
};

/* Cross-host check of one model. */
struct replay_host {
    const struct host_model *model;
    uint64_t equal; /* runs (exit x profile) after which the guest was as with the recorded host */
    uint64_t differs;          /* runs after which it was not, without a documented bug */
    uint64_t first_difference; /* exit event number */
    struct {
        const char *key;
        uint64_t count;
    } bug[REPLAY_BUG_MAX];
    uint32_t bug_count;
};

struct replay_report {
    uint64_t exits, entries, events;
    uint64_t confidential_violations;
    uint64_t integral_violations, integral_refused;
    uint64_t equal, mismatches, explained[REASON_COUNT];
    uint64_t starved; /* exits at which the hypervisor cannot do its work with what it was shown */
    uint64_t unanswered;           /* exits that no resume follows: the run ended there */
    uint64_t encoding_differences; /* the guest ended differently through the two encodings */
    uint64_t bits_exposed, bits_total;
    uint64_t unknown_rows; /* exits that the monitor had to refuse to classify */
    uint64_t inferred;
    uint64_t first_mismatch; /* exit event number of the first one of any kind */
    bool has_mismatch;
    struct replay_row row[ROW_COUNT];
    struct replay_host host[REPLAY_HOST_MAX];
    uint32_t host_count;
};

struct recorded; /* engine.h */

/* Everything about one replayed exit, for those who want to look (--exit, --events). Valid during
 * the callback. */
struct replay_step {
    const struct trace_event *exit;
    const struct trace_event *resume; /* NULL: unanswered */
    const struct guest_state *guest;  /* at the exit */
    const struct exit_outcome *outcome;
    const struct host_answer
        *answer; /* of the recorded host; NULL if the host was not asked, or did not answer */
    const struct recorded *recorded; /* what the hypervisor did; NULL if it was not asked */
    const struct guest_state *next;  /* after the resume; NULL if there was none */
    enum replay_reason reason;
    bool leaked, breached, mismatch, inferred, starved;
    uint64_t leaked_items, bits_exposed;
};

struct replay_options {
    const struct exposure *spec; /* the profile under test */
    const struct exposure
        *reference; /* what may be seen and written: by default the strict profile */
    const struct host_model *host[REPLAY_HOST_MAX];
    uint32_t host_count;
    uint64_t seed;     /* of everything that a recording does not hold */
    bool fill_unknown; /* a causes-only trace: registers from the seed */
    void (*on_step)(void *context, const struct replay_step *step); /* may be NULL */
    void (*on_progress)(void *context, uint64_t events); /* may be NULL; every 4096 events */
    void *context;
};

/* Replays one trace into report, which the caller has zeroed (or which holds the sum so far).
 * STATUS_BAD_INPUT, STATUS_IO: diag says where; the report then holds what was done until there. */
enum status replay_trace(const char *path, const struct replay_options *options,
                         struct replay_report *report, struct diagnostic *diag);

/* Whether everything holds: no violations, no unexplained mismatch, no unknown row, no undocumented
 * host difference. */
bool replay_holds(const struct replay_report *report);

/* Exits and entries that differ from the recording for a reason: sum over the reasons. */
uint64_t replay_explained(const uint64_t explained[REASON_COUNT]);

/* Exits and entries whose outcome the recording tells: what integral and transparent are judged on.
 */
uint64_t replay_answered(const struct replay_report *report);

/* Bits of guest state that a hypervisor without a monitor reads at an exit: x1-x31, pc, mode, CSRs,
 * trap values, F, V. */
uint64_t replay_guest_bits(void);

#endif
