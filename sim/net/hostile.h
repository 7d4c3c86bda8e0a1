/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/hostile.h — a host that lies: scripted cases against a Folio guest, with what must hold
 * in each. Deterministic, but for the one with a second thread. The guest is the smallest there is:
 * two queues, three temporary and three shadow mbufs, and it echoes whatever it is given. Attacks
 * happen only inside this program. docs/FOLIO.md, "The cases", says what they are about. */
#ifndef CVMLAB_SIM_NET_HOSTILE_H
#define CVMLAB_SIM_NET_HOSTILE_H

#include <stdio.h>

#include "base/diagnostic.h"
#include "folio/refusal.h"

/* What must hold. The first group in every case, whatever the host does. */
enum hostile_check {
    HOSTILE_PRIVATE_INTACT, /* private memory that nobody uses is as it was */
    HOSTILE_NOTHING_LEAKS,  /* no private byte in shared memory, nor on the wire */
    HOSTILE_INSIDE,         /* the guest read nothing outside the shared region */
    HOSTILE_SINGLE_FETCH,   /* no byte read twice */
    HOSTILE_INVARIANTS,     /* folio_check_all; no mbuf lost, or freed twice */
    HOSTILE_ACCOUNT,        /* every packet of the wire is given, refused, dropped, or withheld */
    HOSTILE_ZEROED,         /* the shared region is zero after close or crash */
    /* Depends on the case. */
    HOSTILE_EXPECTED,  /* refused for the right reason, or stopped in the right place */
    HOSTILE_UNALTERED, /* what the guest got is what the wire carried */
    HOSTILE_RECOVERS,  /* once the host is honest again, packets pass */
    HOSTILE_CHECK_COUNT
};

/* "private_intact" */
const char *hostile_check_name(enum hostile_check check);

/* Which optional feature of Folio (folio/protect.h) the guest uses. With single-fetch its peer
 * seals every packet (ESP), and whatever the host does, the guest must get only what its peer
 * sealed, and that once. With egress-guard every other packet is ESP, and no other may be let out.
 */
enum hostile_option {
    HOSTILE_WITH_NONE,
    HOSTILE_WITH_HEADER_ONLY,
    HOSTILE_WITH_SINGLE_FETCH,
    HOSTILE_WITH_EGRESS_GUARD,
    HOSTILE_OPTION_COUNT
};

/* "none", "header-only", "single-fetch", "egress-guard"; NULL out of range. */
const char *hostile_option_name(enum hostile_option option);

struct hostile_result {
    uint64_t offered;  /* frames on the wire */
    uint64_t given;    /* to the guest's application: the sum of the next three */
    uint64_t intact;   /* as the wire carried them, for the first time */
    uint64_t repeated; /* as the wire carried them, again */
    uint64_t altered;  /* bytes that the wire never carried */
    uint64_t refused;  /* by Folio, sum of refused_for; what the guard refused was given before */
    uint64_t refused_for[FOLIO_REFUSAL_COUNT];
    uint64_t dropped;     /* by the device */
    uint64_t unseen;      /* frames that are in none of intact, refused, dropped: the host kept them
                             back, or reported something else in their place */
    uint64_t sent;        /* frames that left */
    uint64_t dma_refused; /* by IOMMU or RMP */
    uint64_t lies;
    bool is_stopped; /* the guest faulted on a page that the host took away, and does not go on */
    uint64_t broken[HOSTILE_CHECK_COUNT]; /* how often a check said no: all 0 */
};

/* Whether all checks held. */
bool hostile_result_holds(const struct hostile_result *result);

struct hostile_case;

/* All cases in order; index from 0. NULL: after the last. */
const struct hostile_case *hostile_case_at(size_t index);

/* The case of this name; NULL: none. */
const struct hostile_case *hostile_case_find(const char *name);

/* "length-65535"; what the host tries; what must hold. One line each. */
const char *hostile_case_name(const struct hostile_case *script);
const char *hostile_case_tries(const struct hostile_case *script);
const char *hostile_case_holds(const struct hostile_case *script);

/* Runs a case in a machine of its own, against a guest with one option. A check that fails is
 * counted in result->broken and is no error. STATUS_IO with diag: no memory, no thread. */
enum status hostile_run(const struct hostile_case *script, enum hostile_option option,
                        uint64_t seed, struct hostile_result *result, struct diagnostic *diag);

#endif
