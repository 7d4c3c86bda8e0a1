/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/refusal.h — why Folio did not pass a packet on, and what it counts. Every packet that
 * the device reported or the application handed over is in exactly one of: passed on, refused (for
 * one reason), still the caller's. */
#ifndef CVMLAB_FOLIO_REFUSAL_H
#define CVMLAB_FOLIO_REFUSAL_H

#include "base/types.h"

enum folio_refusal {
    FOLIO_REFUSED_NOTHING,
    /* A receive descriptor (ring.h) */
    FOLIO_REFUSED_DD_WITHDRAWN,      /* done when polled, not done in the snapshot */
    FOLIO_REFUSED_LENGTH_ZERO,       /* 0 bytes */
    FOLIO_REFUSED_LENGTH_BELOW_CRC,  /* 1 to 3 bytes: less than the CRC alone */
    FOLIO_REFUSED_LENGTH_RUNT,       /* without CRC, less than an Ethernet header */
    FOLIO_REFUSED_LENGTH_ABOVE_ROOM, /* more than the device was told the buffer holds */
    FOLIO_REFUSED_RESERVED,          /* a bit pattern that the device, as set up, cannot write */
    FOLIO_REFUSED_FRAGMENT,          /* part of a packet that was spread over buffers */
    FOLIO_REFUSED_RX_ERROR,          /* the device reports a MAC error */
    /* What a backend hands out (port.h) */
    FOLIO_REFUSED_INDEX,   /* more mbufs than asked for, or a register with an index outside */
    FOLIO_REFUSED_FOREIGN, /* an mbuf that is not a temporary one of this port */
    FOLIO_REFUSED_OUTSIDE, /* data not wholly inside the shared region */
    /* Optional features (protect.h) */
    FOLIO_REFUSED_DECRYPT, /* did not authenticate, or the callback refused */
    FOLIO_REFUSED_GUARD,   /* the egress guard did not approve */
    /* Transmit (port.h) */
    FOLIO_REFUSED_TX_LENGTH, /* less than an Ethernet header, more than a room or a frame */
    FOLIO_REFUSED_TX_MBUF,   /* not a shadow mbuf in the caller's hands, or data outside its room */
    FOLIO_REFUSED_BACKEND,   /* the backend took fewer than it said it would */
    FOLIO_REFUSAL_COUNT,
};

/* Counts of one port or queue. Bytes are those of frames without CRC. */
struct folio_stats {
    uint64_t rx_packets, rx_bytes;       /* given to the application */
    uint64_t rx_copies, rx_copied_bytes; /* shared to private */
    uint64_t rx_no_mbuf;                 /* polls cut short because the shadow pool was empty */
    uint64_t rx_unposted;                /* refills cut short: the temporary pool was empty */
    uint64_t tx_packets, tx_bytes;       /* given to the backend */
    uint64_t tx_copies, tx_copied_bytes; /* private to shared */
    uint64_t tx_no_mbuf;                 /* bursts cut short because the temporary pool was empty */
    uint64_t tx_no_room;                 /* bursts cut short because the ring was full */
    uint64_t refused[FOLIO_REFUSAL_COUNT];
};

/* The reason as a stable key, e.g. "length_below_crc". Never NULL for reason < FOLIO_REFUSAL_COUNT;
 * NULL else. */
const char *folio_refusal_name(enum folio_refusal reason);

/* Adds every count of more to sum. */
void folio_stats_add(struct folio_stats *sum, const struct folio_stats *more);

#endif
