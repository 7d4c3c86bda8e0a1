/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/guest.h — the guest's end of an exit: what leaves, and what is taken back. Read
 * exposure.h first. Called by the #VC handler of a modelled guest; host.h is the other end. */
#ifndef CVMLAB_SIM_GHCB_GUEST_H
#define CVMLAB_SIM_GHCB_GUEST_H

#include "ghcb/cpuid_page.h"
#include "ghcb/exposure.h"
#include "ghcb/shared.h"

enum { GHCB_OPCODE_BYTES = 15 }; /* the longest x86 instruction */

/* What a guest does beyond the table. Each can be left out, to show the attack that it stops:
 * docs/GHCB.md. */
struct ghcb_defences {
    bool opcode;  /* the instruction at RIP is the one that the exit code says (WeSee) */
    bool cpuid;   /* CPUID is answered from the page that the firmware checked */
    bool mmio;    /* no MMIO to memory that the guest has as private */
    bool tsc;     /* the guest has SecureTSC: an intercepted RDTSC is an attack */
    bool scratch; /* the scratch area lies in the page, or in memory that is not private */
};

/* Why an exit was not made, or its answer not taken. */
enum ghcb_refusal {
    GHCB_NOT_REFUSED,
    GHCB_REFUSED_NO_ROW,         /* the table has no row for this event */
    GHCB_REFUSED_IOIO_WORD,      /* the IOIO word gives no size */
    GHCB_REFUSED_LENGTH,         /* no data, more than the shared buffer holds, or not that much */
    GHCB_REFUSED_OPCODE,         /* defence opcode */
    GHCB_REFUSED_TSC,            /* defence tsc */
    GHCB_REFUSED_MMIO,           /* defence mmio */
    GHCB_REFUSED_SCRATCH,        /* defence scratch */
    GHCB_REFUSED_RESPONSE,       /* INFO1 is none of the three responses */
    GHCB_REFUSED_MALFORMED,      /* the host says that the request is malformed; INFO2 says why */
    GHCB_REFUSED_EXCEPTION,      /* an exception other than #GP and #UD, or not well formed */
    GHCB_REFUSED_EXCEPTION_HERE, /* an exception in a row that takes none */
    GHCB_REFUSED_MISSING_OUTPUT, /* an out field without its valid bit */
    GHCB_REFUSED_CAME_BACK,      /* an answer to an exit that has none */
    GHCB_REFUSAL_COUNT,
};

/* "opcode differs" ... for messages; refusal must be one. */
const char *ghcb_refusal_name(unsigned refusal);

/* One event that needs the host. */
struct ghcb_event {
    uint64_t code, info1, info2;
    uint8_t
        opcode[GHCB_OPCODE_BYTES]; /* at RIP; for software exits (0x80000003 up) not looked at */
    uint8_t opcode_bytes;
    gpa_t scratch;    /* where the data goes; 0: the buffer of the GHCB itself */
    const void *data; /* rows with data to the host: data_bytes bytes, the caller's */
    size_t data_bytes;
};

/* One vcpu's end. A caller fills the first block and zeroes the second. */
struct ghcb_guest {
    const struct ghcb_exposure *spec;
    const struct ghcb_shared *shared;
    gpa_t page; /* of the GHCB; registered with the host by the MSR protocol */
    struct ghcb_defences defences;
    const uint8_t *cpuid; /* CPUID_PAGE_BYTES bytes, for the defence cpuid; else NULL */
    void *context;        /* of the next */
    bool (*is_private)(void *context, gpa_t where); /* NULL: nothing is */

    const struct ghcb_row *pending; /* the exit that waits for its answer; NULL: none does */
    uint64_t pending_info1;
    gpa_t pending_scratch;
    size_t pending_bytes;
};

struct ghcb_outcome {
    bool is_exception;
    uint8_t vector; /* 6 or 13 */
    bool has_error_code;
    uint32_t error_code;
    uint64_t info2;    /* as the row lets it through; with GHCB_REFUSED_MALFORMED the error */
    size_t data_bytes; /* of data that the host wrote */
    uint8_t data[GHCB_BUFFER_BYTES];
};

/* Makes the exit: writes the whole page anew, so that nothing of an earlier one is left, and
 * guest->pending. Of registers only the in fields of the row cross, cut as it says. With the
 * defence cpuid a CPUID is answered at once: registers change, nothing is written, nothing is
 * pending. STATUS_DENIED and *why: refused, nothing crossed. STATUS_BAD_STATE: an answer is still
 * waited for. Else what shared said. */
enum status ghcb_guest_send(struct ghcb_guest *guest, const struct ghcb_event *event,
                            struct ghcb_values *registers, enum ghcb_refusal *why);

/* Takes the answer, in one read of the page (and one of the scratch area, if it lies elsewhere).
 * Of registers only the out fields of the row change. STATUS_DENIED and *why: registers are as they
 * were; outcome->info2 is the host's. STATUS_BAD_STATE: nothing is pending. Else what shared said.
 * In every case nothing is pending afterwards. */
enum status ghcb_guest_receive(struct ghcb_guest *guest, struct ghcb_values *registers,
                               struct ghcb_outcome *outcome, enum ghcb_refusal *why);

#endif
