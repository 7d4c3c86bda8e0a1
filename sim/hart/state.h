/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/state.h — the state of a hart: what the CSRs hold, and what is kept to be fast. Included
 * by the model, by snapshots and by tests; everybody else goes through hart.h. */
#ifndef CVMLAB_SIM_HART_STATE_H
#define CVMLAB_SIM_HART_STATE_H

#include "hart/fields.h"
#include "hart/hart.h"

enum {
    PMP_MAX = 64,
    STATEEN_COUNT = 4,
    CSR_NUMBERS = 4096,
    HART_FETCH_PAGES = 64, /* kept pages of code, and of page tables */
    HART_WALK_PAGES = 256
};

/* mcycle or minstret: value, plus what retired after since, unless it is inhibited. */
struct hart_counter {
    uint64_t value;
    uint64_t since;
};

/* One PMP entry as it matches: [first, last], both in bytes. is_active false: OFF or an empty TOR.
 */
struct pmp_range {
    bool is_active;
    uint8_t config;
    uint64_t first, last;
};

/* Under what rules the pages in one TLB world of the engine were answered. */
struct hart_regime {
    bool is_filled; /* false: the world is empty */
    uint64_t rules; /* privilege and the bits of status registers that count */
    uint64_t atp, gatp;
};

/* A page that is read again and again: code, or page tables. */
struct hart_page {
    uint64_t key; /* what names it, never 0; 0: free */
    uint64_t gpa; /* of a guest's page table */
    const uint8_t *bytes;
};

/* An exception on its way to a handler. cause CAUSE_NONE: there is none. */
enum { CAUSE_NONE = 0xff };

struct exception {
    uint8_t cause;
    bool is_gva;   /* tval is a guest-virtual address */
    bool to_guest; /* to VS-mode whatever is delegated */
    uint64_t tval;
    uint64_t gpa;      /* of a guest-page fault */
    uint64_t tinst;    /* not 0 before trap_access: the access to a VS-stage table faulted */
    uint64_t syndrome; /* of the RMP, for hrmpsyn */
};

/* What hart_fill refused last, for the event that follows. */
struct hart_refusal {
    bool is_there;
    enum access_kind kind;
    uint64_t page;
    struct exception fault; /* cause CAUSE_NONE: translation has let it pass, to a device at spa */
    uint64_t spa;
};

struct hart {
    /* --- what software sees --- */
    struct hart_mode mode;

    uint64_t mstatus, mtvec, medeleg, mideleg, mie, mscratch, mepc, mcause, mtval, mtval2, mtinst;
    uint64_t mcounteren, mcountinhibit, menvcfg, mstateen[STATEEN_COUNT];
    struct hart_counter mcycle, minstret;
    uint8_t pmpcfg[PMP_MAX];
    uint64_t pmpaddr[PMP_MAX];

    uint64_t stvec, sscratch, sepc, scause, stval, satp, scounteren, senvcfg, stimecmp;

    uint64_t hstatus, hedeleg, hideleg, hvip, hgeie, htval, htinst, hgatp, hcounteren, henvcfg;
    uint64_t htimedelta, hstateen[STATEEN_COUNT], hrmpsyn;

    uint64_t vsstatus, vstvec, vsscratch, vsepc, vscause, vstval, vsatp, vstimecmp;

    uint64_t mip_software; /* SSIP, STIP and SEIP as software wrote them */
    uint64_t mip_lines;    /* levels of MSIP, MEIP and SEIP */
    uint64_t hgeip;
    uint64_t mtimecmp; /* of the platform */

    /* A load reservation that the model made itself (LR on a page that the engine may not have). */
    bool is_reserved;
    uint64_t reserved_spa, reserved_value;

    /* --- what it is and whom it asks --- */
    struct hart_config config;

    /* --- kept to be fast; rebuilt from the above --- */
    uint8_t csr_index[CSR_NUMBERS]; /* place in the CSR table, from 1; 0: there is no such CSR */
    struct pmp_range pmp[PMP_MAX];  /* those that are active, by rising number */
    unsigned pmp_count;
    struct hart_regime regime[2]; /* by is_virtual */
    bool is_entered;              /* what the engine knows: nothing yet, or V and has_float */
    bool entered_virtual, has_float;
    struct hart_page fetch_page[HART_FETCH_PAGES];
    struct hart_page walk_page[HART_WALK_PAGES];
    struct hart_refusal refusal;
    unsigned masked_next; /* config.masked: used in turn */

    /* The last trap, to see one that repeats without an end. */
    uint64_t trap_instret, trap_epc, trap_cause;
    unsigned trap_repeats;
};

#endif
