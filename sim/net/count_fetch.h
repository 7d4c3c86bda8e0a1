/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/count_fetch.h — the door to shared memory, with a counter: every read of the guest goes
 * into a ledger entry, and passes on to another adapter if there is one. Private to this room. */
#ifndef CVMLAB_SIM_NET_COUNT_FETCH_H
#define CVMLAB_SIM_NET_COUNT_FETCH_H

#include "folio/fetch.h"
#include "net/ledger.h"

enum { COUNT_FETCH_LOG = 2 * PATH_BURST_MAX };

/* Where the bytes of a packet were when the guest took them. */
struct count_fetch_copy {
    const uint8_t *shared;
    uint32_t size_bytes;
};

struct count_fetch {
    struct folio_fetch base;
    struct folio_fetch *inner;                     /* NULL: plain */
    struct ledger_entry seen;                      /* since count_fetch_begin */
    struct count_fetch_copy copy[COUNT_FETCH_LOG]; /* first bytes of packets, since copy_count was
                                                      last set to 0; what is more is only counted */
    size_t copy_count;
    const uint8_t *chunk_end; /* of the ciphertext that was copied last, in chunks */
};

/* Sets it up; nothing was seen. inner is kept, not owned. */
void count_fetch_begin(struct count_fetch *fetch, struct folio_fetch *inner);

#endif
