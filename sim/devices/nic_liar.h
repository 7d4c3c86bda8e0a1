/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_liar.h — lies ready-made for nic_hostility.h: one kind at a time, on every n-th
 * report. What the guest must make of each is in docs/FOLIO.md, "What the host may lie about". */
#ifndef CVMLAB_SIM_DEVICES_NIC_LIAR_H
#define CVMLAB_SIM_DEVICES_NIC_LIAR_H

#include "devices/nic_hostility.h"

enum nic_lie {
    NIC_LIE_NONE,
    NIC_LIE_LENGTH,     /* receive: value as the packet length */
    NIC_LIE_STATUS,     /* value, exclusive-or, into status and errors */
    NIC_LIE_INFO,       /* receive: value, exclusive-or, into RSS type, packet type, and hash */
    NIC_LIE_VLAN,       /* receive: value as the tag */
    NIC_LIE_DONE_EARLY, /* reported before the data moves, and again after */
    NIC_LIE_DONE_NEVER, /* not reported at all */
    NIC_LIE_DONE_TWICE, /* the same report into the next slot as well, posted or not */
    NIC_LIE_NEXT_DESCRIPTOR, /* reported; nic_liar_strike puts value over length and status */
    NIC_LIE_NEXT_DATA,       /* reported; nic_liar_strike inverts the data */
    NIC_LIE_REPLAY,          /* receive: the data and report of the one before */
    NIC_LIE_REORDER,         /* held back until after the next report */
    NIC_LIE_ADDRESS, /* receive: the data goes to iova value as well, before it is reported */
    NIC_LIE_HEAD,    /* heads read as value */
    NIC_LIE_COUNT
};

/* "done_early": a stable key. */
const char *nic_lie_name(enum nic_lie lie);

enum { NIC_LIAR_DATA_BYTES = 16 * 1024 };

/* A hostility; the caller may set lie, value and every at any time. */
struct nic_liar {
    struct nic_hostility base;
    enum nic_lie lie;
    uint64_t value;
    uint32_t every;         /* 1: each report */
    uint64_t reports;       /* seen so far */
    uint64_t lies;          /* told */
    struct nic_report last; /* that a lie was told of, for strike, replay and reorder */
    bool has_last, is_held;
    uint32_t last_bytes;
    uint8_t data[NIC_LIAR_DATA_BYTES]; /* of the report before, for replay */
};

/* Honest until lie is set; every is 1. */
void nic_liar_init(struct nic_liar *liar);

/* The second half of NIC_LIE_NEXT_...: after the guest has seen "done", and before it looks again;
 * for a fetch adapter (src/folio/fetch.h) or a second thread. Does nothing before the first half.
 */
void nic_liar_strike(struct nic_liar *liar, struct nic *nic);

#endif
