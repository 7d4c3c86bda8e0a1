/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/outcome.h — how a step ended: the words of a scenario's expectations, and the longer
 * text that a person reads. */
#ifndef CVMLAB_SIM_SCENARIO_OUTCOME_H
#define CVMLAB_SIM_SCENARIO_OUTCOME_H

#include "devices/iommu.h"
#include "memory/rmp.h"
#include "psp/status.h"

/* How a scenario ends in one mode. */
enum scenario_verdict {
    VERDICT_ATTACK_WORKS, /* the attacker reached every goal */
    VERDICT_BLOCKED,      /* he did not */
    VERDICT_HOLDS,        /* there is no goal, and every step ended as it must */
    VERDICT_BROKEN,       /* a step did not; never what a scenario says of itself */
};

/* "attack works"; the first three are the words of "ends". */
extern const char *const verdict_words[];

enum outcome_kind {
    OUTCOME_OK,
    OUTCOME_EQUAL,
    OUTCOME_DIFFERS,
    OUTCOME_NOTHING, /* there are no bytes to compare or write: what should have made them failed */
    OUTCOME_CARRY,   /* PVALIDATE changed nothing */
    OUTCOME_REFUSED_CARRY,  /* a careful guest stops at that */
    OUTCOME_REFUSED_RECORD, /* a careful guest has accepted this gpa before */
    OUTCOME_REFUSED_LIST,   /* a host or guest finds a list of page changes wrong */
    OUTCOME_NO_INSTRUCTION, /* #UD: the machine does not have it in this mode */
    OUTCOME_NOT_MAPPED,     /* nested page fault before any check of the RMP */
    OUTCOME_FAULT,
    OUTCOME_CODE,     /* of an RMP instruction */
    OUTCOME_FIRMWARE, /* status of a command */
    OUTCOME_DEVICE,   /* the IOMMU refused */
    OUTCOME_DENIED,   /* a request that is not the actor's to make */
};

struct outcome {
    enum outcome_kind kind;
    struct fault fault;       /* FAULT, NOT_MAPPED */
    unsigned code;            /* CODE, FIRMWARE */
    struct iommu_event event; /* DEVICE */
    char why[160];            /* what a person wants to know of it; may be empty */
};

enum { OUTCOME_TEXT_BYTES = 64 };

/* Sets the outcome of a command of the secure processor; nothing if it succeeded. */
void outcome_firmware(enum psp_status status, struct outcome *outcome);

/* The outcome as one of the words below: "npf reverse-map". Returns out. */
const char *outcome_word(const struct outcome *outcome, char out[OUTCOME_TEXT_BYTES]);

/* For people: "NPF (RMP, ENC)". Returns out. */
const char *outcome_text(const struct outcome *outcome, char out[OUTCOME_TEXT_BYTES]);

/* The word of an index, or NULL past the last. */
const char *outcome_word_at(unsigned index);

/* The index of a word, or -1. */
int outcome_word_find(const char *word);

#endif
