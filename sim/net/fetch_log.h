/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/fetch_log.h — the double-fetch detector: a logging adapter of src/folio/fetch.h.
 * Rule: between the moment at which the guest gave a buffer or a descriptor to the device and the
 * moment at which it gives it away again, each byte of it is read at most once. A byte read twice
 * could have two values, one that was checked and one that is used: that is a finding, with both
 * places of the program. Words that are polled are exempt. */
#ifndef CVMLAB_SIM_NET_FETCH_LOG_H
#define CVMLAB_SIM_NET_FETCH_LOG_H

#include <stdio.h>

#include "folio/backend.h"
#include "net/net_place.h"

struct nic;

/* Places outside the paths of this room, numbered after theirs. */
enum {
    FETCH_PLACE_MAC = NET_PLACE_COUNT, /* toctou.h */
    FETCH_PLACE_DECRYPT,
    FETCH_PLACE_COPY_FIRST,
    FETCH_PLACE_OTHER, /* from here on: of tests */
    FETCH_PLACE_MAX = 24,
};

enum { FETCH_FINDINGS_MAX = 32 };

/* All double fetches of one pair of places. */
struct fetch_finding {
    enum folio_place first, again;
    uint64_t reads, bytes; /* second reads, and bytes that they read again */
    uint64_t packet;       /* the first time: which packet, and which bytes of the region */
    size_t offset_bytes, size_bytes;
};

struct fetch_log {
    struct folio_fetch base;
    struct folio_fetch *next; /* that reads; NULL: plain */
    struct folio_region region;
    uint8_t *reader; /* per byte of the region: 0 not read, else 1 + the place that did */
    uint32_t tail[FOLIO_QUEUE_MAX]; /* of receive rings, as last seen */
    uint64_t packet;         /* descriptors taken so far: the number of a packet in a finding */
    uint64_t reads, bytes;   /* all, polls not counted */
    uint64_t double_fetches; /* reads that read at least one byte again */
    uint64_t outside;        /* reads not wholly inside the region; they are not carried out */
    struct fetch_finding finding[FETCH_FINDINGS_MAX]; /* more pairs than these are counted only */
    size_t finding_count;
};

/* Starts a log that knows no region yet: until fetch_log_turn, reads pass unlogged. next is kept,
 * not owned. */
void fetch_log_begin(struct fetch_log *log, struct folio_fetch *next);

/* To be called whenever the guest has done its part and the device may go on (of run.h: at every
 * moment): what the guest has posted since the last call may be written by the device, and may then
 * be read again. Takes rings and
 * buffers from the device's registers and the ring, as a device would. Learns region at the first
 * call. STATUS_IO: no memory; nothing is logged then. */
enum status fetch_log_turn(struct fetch_log *log, struct nic *nic,
                           const struct folio_region *region);

/* The same for devices that are no struct nic: these bytes now belong to the device. STATUS_IO as
 * above. */
enum status fetch_log_given(struct fetch_log *log, const struct folio_region *region,
                            const uint8_t *first, size_t size_bytes);

/* Frees what the log holds, not log. */
void fetch_log_end(struct fetch_log *log);

/* Where a read stands: "rx_data", and "src/folio/port_rx.c:packet_copy". Never NULL: a place
 * without a name is "elsewhere" and "?". */
const char *fetch_place_name(enum folio_place place);
const char *fetch_place_code(enum folio_place place);

/* The findings for people, one line each; nothing if there are none. */
void fetch_log_print(const struct fetch_log *log, FILE *out);

#endif
