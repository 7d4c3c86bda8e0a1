/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/run_internal.h — what the files of the loop share: run.c (open, finish), run_round.c (one
 * round of accounted packets), run_reveal.c (what must arrive), run_wire.c (what leaves),
 * run_account.c (fates and sums), run_measure.c. */
#ifndef CVMLAB_SIM_NET_RUN_INTERNAL_H
#define CVMLAB_SIM_NET_RUN_INTERNAL_H

#include "net/count_fetch.h"
#include "net/datapath.h"
#include "net/esp.h"
#include "net/run.h"

/* A packet on its way. */
struct record {
    struct app_packet app; /* first: an mbuf's attachment points to it */
    struct packet packet;  /* frame is the loop's copy */
    uint16_t queue;
    bool is_received; /* by the guest */
    uint32_t out, sent, sent_bytes;
    uint32_t taken_bytes; /* of the last burst: what the path took to send it */
    bool is_refused;
    const char *where, *reason; /* set: it was dropped or refused before it came to an end */
    struct ledger_entry entry;
};

/* Why a queue has fewer buffers than it wants. */
struct shortage {
    const char *where, *reason; /* NULL: it has as many as it wants */
};

/* What the application handed over, until it shows on the wire. */
struct expected {
    struct record *record; /* NULL: created by the application */
    uint64_t hash;
    uint32_t size_bytes, header_bytes; /* equal unless its payload was not copied (mbuf->rest) */
};

/* First in, first out. */
struct record_queue {
    struct record *record[PATH_BURST_MAX];
    uint32_t head, count;
};

struct expected_queue {
    struct expected expected[APP_OUT_MAX];
    uint32_t head, count;
};

struct run {
    struct run_config config;
    struct datapath *path;
    struct app *app;
    struct count_fetch fetch;
    struct latency *latency;
    struct run_result result;
    struct record record[PATH_BURST_MAX]; /* of this round */
    uint32_t record_count;
    uint8_t *frames; /* PATH_BURST_MAX of PACKET_FRAME_MAX_BYTES */
    struct record_queue arrived[PATH_QUEUES_MAX];
    struct expected_queue leaving[PATH_QUEUES_MAX];
    struct folio_stats stats;   /* as they were when last looked at */
    struct ledger_entry totals; /* likewise */
    struct bounce_stats bounce; /* likewise */
    struct ledger_entry carry;  /* counts that belong to no packet yet */
    struct esp_table reference; /* with single_fetch: run_reveal's keys */
    uint64_t broken_id;         /* a packet that the application neither sent nor ended; 0: none */
    struct shortage shortage[PATH_QUEUES_MAX]; /* of the last refill */
};

/* run_account.c */

/* Where the frame of a record is kept. */
uint8_t *run_frame(struct run *run, uint32_t index);

/* What was counted since the last call, and what was carried over. */
void run_delta(struct run *run, struct ledger_entry *delta);

/* Divides counts of a burst among records: what was copied, by their lengths if it was whole
 * packets or headers. count 0: carried over to the next call of run_delta. */
void run_share(struct run *run, const struct ledger_entry *delta, struct record *const *records,
               uint32_t count, bool is_transmit);

/* Counts packets for a reason. */
void run_reason_add(struct run_result *result, bool is_refused, const char *where,
                    const char *reason);

/* The word for who refuses on this path: "folio" or "driver". */
const char *run_guest_word(const struct run *run);

/* A refusal counted since *seen, which is moved on; NULL: none. first and last: the range of
 * enum folio_refusal. */
const char *run_refusal(const struct folio_stats *now, struct folio_stats *seen,
                        enum folio_refusal first, enum folio_refusal last);

/* The path's counts of refusals and shortages. */
void run_stats(const struct run *run, struct folio_stats *stats);

/* Why the bounce pool refused a mapping since the last call; NULL: it did not, or there is none. */
const char *run_bounce_refusal(struct run *run);

/* All records of the round come to their end. */
void run_end_round(struct run *run);

/* Sorts the reasons. */
void run_reasons_sort(struct run_result *result);

/* run_reveal.c: reads its keys, if the path decrypts while it copies; and makes of the index-th
 * record's frame, which the wire has carried, what the guest must get of it. Errors are
 * esp_table_read's. */
enum status run_reveal_begin(struct run *run, struct diagnostic *diag);
void run_reveal(struct run *run, uint32_t index);

/* run_round.c */

/* Takes all records of the round through the path. */
void run_round(struct run *run);

/* A moment of run_hooks has come. */
void run_host_acts(struct run *run, enum run_moment moment, uint16_t queue);

/* run_wire.c */

/* Sends what the application gave back, and lets the device do it: all of it has come to its end
 * afterwards. senders: room for count records; those of which the path took something are written
 * there, and the result is how many. */
uint32_t run_send(struct run *run, uint16_t queue, struct folio_mbuf **out, uint16_t count,
                  struct record **senders);

/* nic_out_fn; context is the run. */
void run_out(void *context, const struct nic_frame *frame, uint16_t queue);

#endif
