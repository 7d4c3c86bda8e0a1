/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/doorbell.h — the #HV doorbell page: with restricted injection the hypervisor may inject
 * nothing but vector 28, and says in this shared page what is pending. Source: AMD
 * APM vol. 2, 15.36.16; coconut-svsm kernel/src/sev/hv_doorbell.rs. */
#ifndef CVMLAB_SIM_GHCB_DOORBELL_H
#define CVMLAB_SIM_GHCB_DOORBELL_H

#include "ghcb/shared.h"

enum {
    DOORBELL_VECTOR_OFFSET = 0,
    DOORBELL_FLAGS_OFFSET = 1,
    DOORBELL_NO_EOI_OFFSET = 2,
    DOORBELL_VMPL_EVENTS_OFFSET = 3,
    DOORBELL_EVENT_BYTES = 4,  /* the four above: what is taken and cleared at once */
    DOORBELL_VMPL_OFFSET = 64, /* three blocks, of VMPL 1 to 3 */
    DOORBELL_VMPL_BYTES = 64,
    DOORBELL_NMI = 1 << 0, /* bits of the flags */
    DOORBELL_MACHINE_CHECK = 1 << 1,
    DOORBELL_NO_FURTHER_SIGNAL = 1 << 7,
    VECTOR_HV = 28,
    VECTOR_VC = 29,
};

/* SEV_FEATURES of the VMSA: AMD APM vol. 2, table B-4. */
#define SEV_FEATURE_RESTRICTED_INJECTION (UINT64_C(1) << 3)
#define SEV_FEATURE_ALTERNATE_INJECTION  (UINT64_C(1) << 4)

struct doorbell_events {
    uint8_t vector; /* 0: none */
    bool has_nmi, has_machine_check, no_further_signal;
    bool no_eoi;         /* the guest need not report the end of this interrupt */
    uint8_t vmpl_events; /* per VMPL, for the three blocks */
};

/* Takes what is pending: reads the event bytes once, then clears them. What shared said; events are
 * then unspecified. */
enum status doorbell_take(const struct ghcb_shared *shared, gpa_t page,
                          struct doorbell_events *events);

/* What VMRUN says to an injection of the hypervisor (EVENTINJ) under these SEV_FEATURES.
 * STATUS_DENIED: restricted, and another vector than 28. STATUS_BAD_INPUT: both kinds of injection
 * at once, which no VMSA may have. */
enum status doorbell_check_injection(uint64_t sev_features, uint8_t vector);

#endif
