/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/claim.h — what the Folio paper (arXiv 2403.03360) says, as data: each claim with its
 * number, its place, the experiment of ours that gives a number to hold against it, and how far the
 * two may be apart. The file is specs/claims.json; experiment.h runs what it asks for. A claim that
 * does not hold is a result like any other: nothing is tuned until it does. */
#ifndef CVMLAB_SIM_NET_CLAIM_H
#define CVMLAB_SIM_NET_CLAIM_H

#include "net/cost.h"

/* What an experiment yields. "against" is a second run, of another path or workload. */
enum claim_metric {
    CLAIM_LATENCY_MEAN_RATIO,   /* x: mean round trip, path / against */
    CLAIM_LATENCY_MEDIAN_RATIO, /* x */
    CLAIM_LATENCY_MEAN_GAP,     /* %: mean round trip of path above that of against */
    CLAIM_RATE_RATIO,           /* %: packets per second, path / against */
    CLAIM_RATE_LOSS,            /* %: 100 - that */
    CLAIM_PAYLOAD_RATE,         /* Gb/s of UDP payload */
    CLAIM_POOL_BYTES,           /* bytes of Folio's shared rooms */
    CLAIM_COPIES_RX,            /* copies per packet */
    CLAIM_COPIES_TX,
    CLAIM_METRIC_COUNT
};

/* How two numbers must compare. */
enum claim_relation { CLAIM_EQUALS, CLAIM_AT_MOST, CLAIM_AT_LEAST, CLAIM_RELATION_COUNT };

/* Where our number comes from: by rules and constants, or counted where it happens. */
enum claim_evidence { CLAIM_MODELLED, CLAIM_COUNTED, CLAIM_EVIDENCE_COUNT };

enum {
    CLAIM_WORD_BYTES = 40,
    CLAIM_TEXT_BYTES = 240,
    CLAIM_FRAME_BYTES_MIN = 60,
    CLAIM_FRAME_BYTES_MAX = 9728,
};

/* What a server does with a packet. */
struct workload {
    char name[CLAIM_WORD_BYTES], app[CLAIM_WORD_BYTES]; /* app: as app_find knows it */
    char title[CLAIM_TEXT_BYTES], source[CLAIM_TEXT_BYTES];
    bool is_crossed; /* one of those for which the crossover is shown */
    double work_ns;  /* beside what the machine's constants say of driver, application and crypto */
};

struct claim {
    char id[CLAIM_WORD_BYTES];
    char text[CLAIM_TEXT_BYTES], where[CLAIM_TEXT_BYTES]; /* in the paper */
    char cause[CLAIM_TEXT_BYTES];  /* why it may not hold, as far as known; "" */
    char fitted[CLAIM_TEXT_BYTES]; /* which of our constants were derived from this very number:
                                      then that it holds says nothing; "" */
    double theirs;                 /* in the unit of the metric */
    enum cost_basis basis;         /* of their number: printed there, or derived from a figure */
    enum claim_relation relation;
    enum claim_metric metric;
    char path[CLAIM_WORD_BYTES], against[CLAIM_WORD_BYTES];
    const struct workload *workload, *against_workload; /* in the same file; NULL: none */
    uint32_t frame_bytes, against_frame_bytes;
    uint32_t mbufs, queues;
    double packets_per_second;
    double round_trip_ns; /* instead of the machine's; 0: the machine's */
    bool is_cold;         /* buffers come from DRAM */
};

struct claims {
    char source[CLAIM_TEXT_BYTES]; /* the paper */
    struct workload *workload;
    size_t workload_count;
    struct claim *claim;
    size_t claim_count;
};

/* Words of the file; NULL out of range. */
const char *claim_metric_name(enum claim_metric metric);
const char *claim_unit(enum claim_metric metric);
enum claim_evidence claim_evidence_of(enum claim_metric metric);
const char *claim_evidence_name(enum claim_evidence evidence);
const char *claim_relation_name(enum claim_relation relation);

/* Reads a file of claims; path NULL: the shipped one. STATUS_BAD_INPUT with file:line:col: not
 * readable, an unknown or missing key, a key that the metric has no use for, an unknown workload,
 * an id twice, a unit or evidence that is not the metric's. STATUS_IO: no memory. On failure there
 * is nothing to free. Whether paths and applications exist shows when they are run. */
enum status claims_open(struct claims *claims, const char *path, struct diagnostic *diag);

/* The same from text; label stands for the file in messages. */
enum status claims_parse(struct claims *claims, const char *text, size_t size, const char *label,
                         struct diagnostic *diag);

/* Frees; claims is empty then. */
void claims_free(struct claims *claims);

/* The one of this name, or NULL. */
const struct claim *claims_find(const struct claims *claims, const char *id);
const struct workload *claims_workload(const struct claims *claims, const char *name);

/* How far ours may be from theirs, in the unit of the metric. One rule for all claims of a kind, so
 * that none is chosen to suit a result: ratios 5 % of theirs, percentages 1 point, rates 3 % of
 * theirs, counts and limits ("at most", "at least") nothing. docs/FOLIO.md says why. */
double claim_tolerance(const struct claim *claim);

/* Whether our number agrees with theirs. A number that is none does not. */
bool claim_holds(const struct claim *claim, double ours);

/* What an agreement says. */
enum claim_verdict {
    CLAIM_HOLDS,
    CLAIM_FITTED, /* agrees, because a constant was derived from this very number: no evidence */
    CLAIM_MISSED,
    CLAIM_VERDICT_COUNT
};

/* Missed if ours does not agree, fitted or not. */
enum claim_verdict claim_verdict_of(const struct claim *claim, double ours);

/* "holds", "fitted", "missed"; NULL out of range. */
const char *claim_verdict_name(enum claim_verdict verdict);

#endif
