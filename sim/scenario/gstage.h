/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/gstage.h — the hypervisor's G-stage of one guest: where it says that a
 * guest-physical address lies. The hypervisor may change it at will; nothing here is trusted. */
#ifndef CVMLAB_SIM_SCENARIO_GSTAGE_H
#define CVMLAB_SIM_SCENARIO_GSTAGE_H

#include "base/status.h"
#include "memory/access.h"

struct gstage_entry {
    gpa_t gpa;
    spa_t spa;
    bool is_large;
};

/* Zeroed: empty. The newest entry for an address counts. */
struct gstage {
    struct gstage_entry *entry;
    unsigned count, room;
};

/* Maps, in place of whatever the table had at these addresses. STATUS_IO: no memory. */
enum status gstage_map(struct gstage *gstage, const struct gstage_entry *entry);

/* Takes away what is mapped at gpa; nothing there is no error. */
void gstage_unmap(struct gstage *gstage, gpa_t gpa);

/* The entry that maps gpa, or NULL. Valid until the next change. */
const struct gstage_entry *gstage_find(const struct gstage *gstage, gpa_t gpa);

/* Where gpa lies by this entry, its offset in the page included. */
spa_t gstage_spa(const struct gstage_entry *entry, gpa_t gpa);

/* Frees; the struct is empty again. */
void gstage_free(struct gstage *gstage);

#endif
