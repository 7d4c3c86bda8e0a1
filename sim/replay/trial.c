/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/trial.c — a disposable copy of the monitor, for answers that must not count. */
#include <string.h>

#include "replay/engine.h"

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
    trial->hvip_allow = mon->hvip_allow;
    trial->sequence = mon->sequence;
    if (mon->vcpu[cpu].pending.row == ROW_SBI_COVG) {
        memcpy(trial->region, mon->region, sizeof mon->region);
        trial->region_count = mon->region_count;
    }
}

bool page_can_tell(const struct replay *rp, uint32_t cpu, bool advanced)
{
    bool advances = rp->options->spec->row[rp->lane[cpu].outcome.row].pc != PC_SAME;

    return advanced == advances;
}
