/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/hostile_rig.h — the machine of a hostile case: a guest with Folio and with secrets around
 * it, a device that can lie, a door to shared memory that can strike. Private to the hostile_
 * files and to tests, which replace the guest's receive by one that lacks a rule. */
#ifndef CVMLAB_SIM_NET_HOSTILE_RIG_H
#define CVMLAB_SIM_NET_HOSTILE_RIG_H

#include "devices/nic_liar.h"
#include "folio/port.h"
#include "net/fetch_log.h"
#include "net/hostile.h"
#include "net/hostile_option.h"
#include "net/kv_traffic.h"
#include "net/lab.h"

enum {
    HOSTILE_QUEUES = 2,
    HOSTILE_MBUFS = 3, /* of each pool */
    HOSTILE_FRAMES = 256,
    HOSTILE_HEADER_BYTES = 64,            /* with header-only: less than most frames have */
    HOSTILE_SECRET_BYTES = 3 * 64 * 1024, /* behind the guest's pools: farther than any length */
};

/* When the door strikes. */
enum hostile_moment {
    STRIKE_NEVER,
    STRIKE_BEFORE_SNAPSHOT, /* after the poll */
    STRIKE_AFTER_SNAPSHOT,
    STRIKE_DURING_COPY, /* after the first bytes */
    STRIKE_AFTER_COPY,
};

/* The door: behind the log, in front of memory. */
struct hostile_fetch {
    struct folio_fetch base;
    struct nic_liar *liar;
    struct nic *nic;
    enum hostile_moment moment;
    size_t first_bytes; /* of a copy that is struck */
};

struct hostile_rig;

/* How the guest receives: folio_rx_burst, or a control. */
typedef uint16_t hostile_rx_fn(struct hostile_rig *rig, uint16_t queue, struct folio_mbuf **mbufs,
                               uint16_t count);

struct hostile_setup {
    enum path_guest guest;
    bool keep_crc;
    uint64_t seed;
    enum hostile_option option;
    hostile_rx_fn *rx; /* NULL: Folio's */
};

struct hostile_rig {
    struct lab lab;
    struct folio_port port;
    struct folio_pool shadow;
    struct folio_port_config config;
    struct nic_liar liar;
    struct hostile_fetch fetch;
    struct fetch_log log;
    hostile_rx_fn *rx;
    struct hostile_result result;
    bool is_open, holds_mbufs; /* the application keeps what it gets */
    struct folio_mbuf *held[HOSTILE_MBUFS];
    uint16_t held_count;
    uint8_t *secret; /* private memory that nobody uses: HOSTILE_SECRET_BYTES */
    struct kv_traffic traffic;
    struct hostile_protect protect;
    uint8_t frame[HOSTILE_FRAMES][KV_TRAFFIC_FRAME_BYTES];  /* as the wire carries them */
    uint8_t opened[HOSTILE_FRAMES][KV_TRAFFIC_FRAME_BYTES]; /* as the guest must get them */
    uint32_t frame_bytes[HOSTILE_FRAMES];
    bool is_seen[HOSTILE_FRAMES];
    uint32_t frame_count;
};

/* Builds the machine and the guest; the port is not open yet. STATUS_IO with diag. On error there
 * is nothing to free. rig is large: allocate it. */
enum status hostile_rig_begin(struct hostile_rig *rig, const struct hostile_setup *setup,
                              struct diagnostic *diag);

/* Opens the guest's port; its answer is folio_port_open's. */
enum status hostile_rig_open(struct hostile_rig *rig);

/* Rounds: count frames arrive, the guest receives and echoes, the device sends; all checks. Ends
 * early when the guest has stopped or HOSTILE_FRAMES were offered. */
void hostile_rounds(struct hostile_rig *rig, unsigned rounds, unsigned count);

/* The halves of a round: frames arrive; the guest's part; the device's. */
void hostile_arrive(struct hostile_rig *rig, unsigned count);
void hostile_guest(struct hostile_rig *rig);
void hostile_device(struct hostile_rig *rig);

/* Whatever must hold at any time is looked at; broken checks are counted. */
void hostile_look(struct hostile_rig *rig);

/* Frees everything that the guest holds, fills in the account, closes the port (or, is_crash,
 * abandons it), checks what must hold afterwards, and takes the machine down. */
void hostile_rig_end(struct hostile_rig *rig, bool is_crash);

/* The 8 bytes that stand for a secret, over and over; in no frame. */
extern const uint8_t hostile_secret[8];

#endif
