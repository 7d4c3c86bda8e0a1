/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/hostile_internal.h — what the hostile_ files share. Not for others. */
#ifndef CVMLAB_SIM_NET_HOSTILE_INTERNAL_H
#define CVMLAB_SIM_NET_HOSTILE_INTERNAL_H

#include "net/hostile_rig.h"

/* How often frames are offered after the host is honest again, until one must have passed. */
enum { HOSTILE_RECOVERY_ROUNDS = 40 };

struct hostile_case {
    const char *name, *tries, *holds;
    enum nic_lie lie;
    uint64_t value;
    enum hostile_moment moment;
    enum folio_refusal refusal; /* that must have happened; FOLIO_REFUSED_NOTHING: none must */
    bool may_alter;             /* the host changes bytes before they are taken, as it may */
    bool may_refuse;            /* for whatever reason */
    bool may_block;             /* denial of service: packets need not pass afterwards */
    bool keep_crc, ends_in_crash;
    /* More than a lie of the device, between rounds. Returns what the case is about: false breaks
     * HOSTILE_EXPECTED. NULL: rounds only. */
    bool (*act)(struct hostile_rig *rig);
};

/* Gives back what the application holds. */
void hostile_mbufs_return(struct hostile_rig *rig);

/* Fills in refusals, drops and what is unseen, and checks the sums. */
void hostile_account(struct hostile_rig *rig);

/* The table of hostile_cases.c, in the order of docs/FOLIO.md. */
extern const struct hostile_case hostile_cases[];
extern const size_t hostile_case_count;

/* hostile_acts.c: the cases that need more than a lie of the device. */
bool act_head_outside(struct hostile_rig *rig);
bool act_pool_exhaustion(struct hostile_rig *rig);
bool act_dma_private(struct hostile_rig *rig);
bool act_dma_unmapped(struct hostile_rig *rig);
bool act_address_rewritten(struct hostile_rig *rig);
bool act_tx_done_forged(struct hostile_rig *rig);
bool act_page_taken(struct hostile_rig *rig);
bool act_unmapped_midflight(struct hostile_rig *rig);
bool act_garbage(struct hostile_rig *rig);
bool act_second_writer(struct hostile_rig *rig);
bool act_crash(struct hostile_rig *rig);

#endif
