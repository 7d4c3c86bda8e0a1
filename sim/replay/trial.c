/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/trial.c — a disposable copy of the monitor, for answers that must not count. */
#include <string.h>

#include "replay/engine.h"

void map_copy(struct monitor *to, const struct monitor *from)
{
    memcpy(to->region, from->region, sizeof to->region);
    to->region_count = from->region_count;
    to->hvip_allow = from->hvip_allow;
}

void trial_begin(struct replay *rp, uint32_t cpu)
{
    const struct monitor *mon = &rp->mon;
    struct monitor *trial = &rp->trial;

    for (uint32_t i = 0; i < mon->vcpu_count; i++) {
        trial->vcpu[i].life = mon->vcpu[i].life;
        trial->vcpu[i].handle = mon->vcpu[i].handle;
        trial->vcpu[i].start_token = mon->vcpu[i].start_token;
    }
    trial->vcpu[cpu] = mon->vcpu[cpu];
    trial->sequence = mon->sequence;
    if (mon->vcpu[cpu].pending.row == ROW_SBI_COVG)
        map_copy(trial, mon); /* an earlier trial of this answer may have changed it */
}

bool page_can_tell(const struct replay *rp, uint32_t cpu, bool advanced)
{
    bool advances = rp->options->spec->row[rp->lane[cpu].outcome.row].pc != PC_SAME;

    return advanced == advances;
}
