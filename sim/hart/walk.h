/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/walk.h — what translate.c and walk.c share; nobody else includes it. */
#ifndef CVMLAB_SIM_HART_WALK_H
#define CVMLAB_SIM_HART_WALK_H

#include "hart/internal.h"

/* One stage to walk. */
struct walk {
    const struct view_rules *rules;
    uint64_t address;      /* virtual, or guest-physical with the C-bit stripped */
    enum access_kind kind; /* what is checked: READ, WRITE, EXECUTE; of the G-stage also WALK and
                              WALK_UPDATE, for entries of a VS-stage table */
    enum access_kind original; /* what a fault is reported for */
    uint64_t root;             /* satp, vsatp or hgatp */
    unsigned levels;
    bool is_second; /* the G-stage */
};

/* Where a walk ends. */
struct leaf {
    uint64_t address;
    bool is_large;
    bool is_by_sum;  /* a user page, for S-mode */
    uint8_t allowed; /* ALLOW_... */
};

/* Levels of the table that satp, vsatp or hgatp names; 0: Bare. */
static inline unsigned atp_levels(uint64_t atp)
{
    uint64_t mode = atp >> ATP_MODE_SHIFT;

    return mode == ATP_BARE ? 0 : (unsigned)(mode - ATP_SV39) + ATP_LEVELS_SV39;
}

/* Walks one stage. false: *fault, with cause, gpa, tinst and syndrome. */
bool walk_table(struct hart *hart, const struct walk *walk, struct leaf *leaf,
                struct exception *fault);

/* The G-stage, also for an access to a VS-stage table (kind WALK or WALK_UPDATE). */
bool translate_second(struct hart *hart, const struct view_rules *rules, uint64_t gpa,
                      enum access_kind kind, enum access_kind original, struct translation *out,
                      struct exception *fault);

#endif
