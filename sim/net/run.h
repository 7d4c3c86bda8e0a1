/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/run.h — the loop: a NIC, a data path, an application, and packets through them.
 * Two ways to drive it. run_packet is the accounted one: every packet is checked byte for byte
 * against the wire, followed to its end, and written into the ledger. run_measure is the fast one:
 * nothing but the path, timed on this computer, the emulation of the device apart.
 * The sum always holds: packets in = delivered + dropped + refused; if it does not, that is an
 * internal error, and run_finish says so. */
#ifndef CVMLAB_SIM_NET_RUN_H
#define CVMLAB_SIM_NET_RUN_H

#include "folio/backend.h"
#include "folio/fetch.h"
#include "net/app.h"
#include "net/bounce.h"
#include "net/latency.h"
#include "net/ledger.h"
#include "trace/packet.h"

struct nic;

/* Places that a packet passes, in order. */
enum run_hop { HOP_WIRE, HOP_SHARED, HOP_GUEST, HOP_WIRE_OUT, RUN_HOP_COUNT };

/* "nic0.wire", "ring.shared", "guest0.rx", "nic0.wire-out". On a direct path, HOP_SHARED is the
 * buffer itself, whoever may read it. */
const char *run_hop_name(enum run_hop hop);

/* Moments at which a hostile host may act, in the order of a round of one queue. */
enum run_moment {
    RUN_AFTER_DMA, /* packets and write-backs are in memory, the guest has not looked */
    RUN_AFTER_RX,  /* the guest has received its burst */
    RUN_BEFORE_TX, /* the application is done */
    RUN_AFTER_TX,  /* the guest has posted; the device has not sent */
};

/* How a packet ended. */
struct run_end {
    uint64_t id, time_ns; /* of the capture */
    uint16_t queue;
    uint32_t frame_bytes, sent_bytes; /* sent 0: nothing */
    enum ledger_fate fate;
    const char *where, *reason;       /* of a drop or refusal: "nic", "no_descriptor". Else NULL */
    const struct ledger_entry *entry; /* its counts and modelled cycles */
    double latency_ns;                /* modelled, without the round trip of COST_ROUND_TRIP */
};

/* What somebody outside the loop sees and does. Any may be NULL. Not called by run_measure. */
struct run_hooks {
    void *context;
    /* nic is the device, shared the memory that host and device see: nothing (0 bytes) on a path
     * with a trusted device. */
    void (*moment)(void *context, enum run_moment moment, uint16_t queue, struct nic *nic,
                   const struct folio_region *shared);
    /* A packet at a hop; number and time are those of the capture. comment: what was done to it on
     * the way there. Valid during the call. */
    void (*hop)(void *context, enum run_hop hop, const struct packet *packet, const char *comment);
    /* A packet has come to its end, in the order in which packets do. Valid during the call. */
    void (*end)(void *context, const struct run_end *end);
};

/* All pointers must stay valid until run_close. To change queues, pool or burst, change a copy of
 * the path. */
struct run_config {
    const struct path *path;
    const struct cost *cost;
    const struct app_kind *app;
    const char *keys;          /* for the application; NULL: none */
    const char *crypto;        /* who encrypts for it; NULL: the faster library */
    double work_ns;            /* more work of the application per packet; modelled only */
    uint64_t seed;             /* of the keys of memory */
    struct folio_fetch *fetch; /* behind the loop's door to shared memory, which counts; or NULL */
    bool is_fast;              /* for run_measure: nothing counts, the door is fetch alone */
    struct run_hooks hooks;
};

/* Packets of one reason. */
struct run_reason {
    const char *where, *reason;
    uint64_t packets;
};

enum { RUN_SIZE_CLASSES = 9, RUN_REASONS_MAX = 64 };

/* Upper bound of a class of the size histogram, in bytes, inclusive: 64, 128, 256, 512, 1024, 1280,
 * 1518, 9728; UINT32_MAX for the last class. */
uint32_t run_size_bound(size_t size_class);

/* What limits the modelled rate. */
enum run_limit { LIMIT_CPU, LIMIT_LINK, LIMIT_SLOT };
const char *run_limit_name(enum run_limit limit);

/* Modelled for the machine of the cost file. */
struct run_rate {
    double cpu_mpps, link_mpps, slot_mpps, mpps, gbps; /* gbps: frame bits of what is received */
    enum run_limit limit;
};

struct run_result {
    uint64_t packets_in, bytes_in;
    uint64_t received, received_bytes;      /* packets that reached the guest, whatever came then */
    uint64_t delivered, answered, consumed; /* delivered = answered + consumed */
    uint64_t dropped, refused;
    struct run_reason reason[RUN_REASONS_MAX]; /* dropped first, then refused; each ascending */
    size_t dropped_reasons, refused_reasons;
    uint64_t payload_mismatches; /* delivered to the application, but not what the wire carried */
    uint64_t wire_mismatches;    /* sent on the wire, but not what the application handed over */
    uint64_t sent, sent_bytes, created;
    uint64_t sizes[RUN_SIZE_CLASSES]; /* frames in, by size */
    struct ledger_entry sum, setup;   /* of all packets; of opening the path, and of looks after the
                                         last packet. Together all that was counted */
    struct latency_summary latency;   /* modelled; COST_ROUND_TRIP is not in it */
    struct run_rate rate;
    struct bounce_stats bounce;           /* zero without a bounce pool */
    uint64_t shared_bytes, private_bytes; /* memory of the data path */
    struct app_stats app;
};

/* Time measured on this computer. */
struct run_timing {
    uint64_t packets, bytes; /* that the guest received, and their frame bytes */
    uint64_t sent;           /* packets that it sent */
    double guest_seconds;    /* receive, application, transmit */
    double device_seconds;   /* emulation of the device */
};

struct run;

/* Builds machine memory, IOMMU, NIC, pools, path and application. STATUS_BAD_INPUT: sizes that do
 * not fit each other, a keys file; STATUS_IO: no memory. *out is NULL then. */
enum status run_open(struct run **out, const struct run_config *config, struct diagnostic *diag);

/* One packet arrives. Packets are taken in rounds of path->burst: what has become of this one may
 * show only with a later call. packet is copied. STATUS_BAD_STATE with diag: the account does not
 * add up (internal error). */
enum status run_packet(struct run *run, const struct packet *packet, struct diagnostic *diag);

/* Lets everything that is under way come to its end, and gives the result. May be called once.
 * STATUS_BAD_STATE with diag: packets in are not delivered + dropped + refused, or an invariant of
 * the path is broken. */
enum status run_finish(struct run *run, struct run_result *result, struct diagnostic *diag);

/* Plays packets (count, not 0) rounds times as fast as this computer can and adds to *timing.
 * Nothing is checked and nothing written down. Not to be mixed with run_packet in one run.
 * STATUS_BAD_STATE with diag: nothing arrives any more. */
enum status run_measure(struct run *run, const struct packet *packets, size_t count,
                        uint64_t rounds, struct run_timing *timing, struct diagnostic *diag);

/* Closes the path (its shared memory is zeroed) and frees; NULL is allowed. */
void run_close(struct run *run);

/* The modelled rate of a sum of packets: min(CPU, link, slot). */
struct run_rate run_rate_of(const struct ledger_entry *sum, uint64_t packets, uint64_t frame_bytes,
                            const struct path *path, const struct cost *cost);

#endif
