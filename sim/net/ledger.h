/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/ledger.h — the account of a run: what each packet, and all together, made a data path do.
 * Counts are made where things happen: in Folio's own statistics, in the fetch door
 * (folio/fetch.h), in the bounce pool, in the NIC. What does not happen in this program (exits,
 * interrupts) is counted by the model (latency.h) and marked as modelled. Cycles are counts times
 * the constants of a machine: always modelled. */
#ifndef CVMLAB_SIM_NET_LEDGER_H
#define CVMLAB_SIM_NET_LEDGER_H

#include "net/cost.h"
#include "net/path.h"

/* Where bytes were copied from and to. Real. */
enum ledger_place {
    LEDGER_SHARED_TO_PRIVATE, /* Folio, receive */
    LEDGER_PRIVATE_TO_SHARED, /* Folio, transmit */
    LEDGER_BOUNCE_IN,         /* bounce pool to the driver's buffer */
    LEDGER_BOUNCE_OUT,        /* driver's buffer to the bounce pool */
    LEDGER_BOUNCE_MAP,        /* driver's buffer to the bounce pool on receive (bounce_map_copy) */
    LEDGER_PLACE_COUNT
};

enum ledger_count {
    LEDGER_DESCRIPTOR_READS,   /* snapshots of 16 bytes. Real */
    LEDGER_POLLS,              /* looks at a status word. Real */
    LEDGER_DOORBELLS,          /* writes to tail registers. Real */
    LEDGER_BOUNCE_MAPPINGS,    /* Real */
    LEDGER_BOUNCE_SEARCHED,    /* slots looked at beyond the first. Real */
    LEDGER_RMP_CHECKS,         /* pages that the device asked for anew: one check each. Real */
    LEDGER_PAGE_STATE_CHANGES, /* pages shared or taken back. Real, at set-up */
    LEDGER_CRYPTO_CALLS,       /* Real */
    LEDGER_CRYPTO_BYTES,       /* Real */
    LEDGER_LINES_COLD,         /* 64-byte lines that came from DRAM. Modelled: cold pools only */
    LEDGER_INTERRUPTS,         /* Modelled: arrivals that found the guest idle */
    LEDGER_NOTIFICATIONS,      /* Modelled */
    LEDGER_EXITS,              /* Modelled */
    LEDGER_IDE_TRANSFERS,      /* transfers over the link of a trusted device. Real */
    LEDGER_COUNT_COUNT
};

/* What cycles are spent on. All modelled. */
enum ledger_cause {
    CAUSE_DRIVER,      /* per packet, descriptors, polls, doorbells */
    CAUSE_APPLICATION, /* its own work, and --work */
    CAUSE_CRYPTO,
    CAUSE_COPY,              /* between shared and private memory */
    CAUSE_BOUNCE_ALLOCATION, /* lock, search */
    CAUSE_ROUTING_GUEST,
    CAUSE_ROUTING_HOST, /* on a core of the host */
    CAUSE_INTERRUPT,
    CAUSE_EXIT, /* of a plain guest */
    CAUSE_REGISTER_ENCRYPTION,
    CAUSE_EXIT_STATE_CHECK,
    CAUSE_VC_HANDLER,
    CAUSE_TLB_CHECK,
    CAUSE_RMP_CHECK,
    CAUSE_ENCRYPTED_MEMORY,
    CAUSE_IDE, /* no cycles of the guest: time of the link, as cycles */
    LEDGER_CAUSE_COUNT
};

/* "shared_to_private", "descriptor_reads", "vc_handler": keys of the JSON. NULL out of range. */
const char *ledger_place_name(enum ledger_place place);
const char *ledger_count_name(enum ledger_count count);
const char *ledger_cause_name(enum ledger_cause cause);

/* "measured": it happens in this program and is counted there. "modelled": by rules and constants
 * only. */
const char *ledger_count_origin(enum ledger_count count);

/* What happened to a packet. */
enum ledger_fate {
    FATE_ANSWERED, /* delivered, and something went out for it */
    FATE_CONSUMED, /* delivered, and the application wanted nothing more of it */
    FATE_DROPPED,  /* where and why: reason */
    FATE_REFUSED,  /* by a check that protects the guest: reason */
    FATE_COUNT
};
const char *ledger_fate_name(enum ledger_fate fate);

/* One packet, or a sum of packets. */
struct ledger_entry {
    uint64_t copies[LEDGER_PLACE_COUNT];
    uint64_t bytes[LEDGER_PLACE_COUNT];
    uint64_t count[LEDGER_COUNT_COUNT];
    double cycles[LEDGER_CAUSE_COUNT];
};

/* Adds more to sum. */
void ledger_add(struct ledger_entry *sum, const struct ledger_entry *more);

/* Copies of each direction: from and into shared memory. */
uint64_t ledger_copies_rx(const struct ledger_entry *entry);
uint64_t ledger_copies_tx(const struct ledger_entry *entry);

/* All copied bytes; all cycles of the guest's core: those of CAUSE_IDE and CAUSE_ROUTING_HOST are
 * spent elsewhere. */
uint64_t ledger_bytes_copied(const struct ledger_entry *entry);
double ledger_cycles(const struct ledger_entry *entry);

/* Takes the index-th of parts equal parts of a burst's counts: sums of all parts are the burst's
 * counts exactly (the first parts get the remainders). Cycles are not touched. */
void ledger_share(struct ledger_entry *part, const struct ledger_entry *burst, uint32_t index,
                  uint32_t parts);

/* What the model is told of a packet beside what was counted. */
struct ledger_packet {
    uint32_t rx_bytes, tx_bytes; /* of the frame; tx 0: nothing went out */
    bool is_cold;                /* buffers come from DRAM: pools that do not fit into the cache */
    double work_cycles;          /* more work of the application, from the user */
};

/* Fills entry->cycles from its counts, the path's factors and the machine's constants. */
void ledger_cost(struct ledger_entry *entry, const struct ledger_packet *packet,
                 const struct path *path, const struct cost *cost);

#endif
