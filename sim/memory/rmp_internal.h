/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/rmp_internal.h — what the bodies of rmp.h share. For sim/memory/rmp*.c only. */
#ifndef CVMLAB_SIM_MEMORY_RMP_INTERNAL_H
#define CVMLAB_SIM_MEMORY_RMP_INTERNAL_H

#include "memory/rmp.h"

/* Tells the watch, then puts entry in the place that governs page, and keeps the count. The page is
 * covered; a large entry goes to the start of a large page with no assigned small ones, and a small
 * one not into a large page, unless it takes the place of the large entry itself. */
void rmp_change(struct rmp *rmp, spa_t page, const struct rmp_entry *entry);

/* All entries are zero again. The caller has called back what was granted. */
void rmp_clear(struct rmp *rmp);

/* Checks 2 to 5 of table 15-39: covered, this guest's, at this gpa, mutable. entry governs spa, or
 * is NULL. The first that fails, or NONE. */
enum rmp_check rmp_identity_check(const struct rmp_entry *entry, uint16_t asid, gpa_t gpa,
                                  spa_t spa);

#endif
