/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/monitor.c — a VM's beginning and a vCPU's end. Read monitor.h first. */
#include "monitor/internal.h"

#define ROW(enumerator, id) id,
static const char *const row_names[ROW_COUNT] = {
#include "monitor/rows.def"
};
#undef ROW

const char *row_name(enum row_id row)
{
    return row_names[row];
}

enum status monitor_init(struct monitor *mon, const struct exposure *spec,
                         struct platform *platform, uint32_t vcpu_count)
{
    if (vcpu_count == 0 || vcpu_count > VCPU_MAX)
        return STATUS_BAD_INPUT;
    memset(mon, 0, sizeof *mon);
    mon->spec = spec;
    mon->platform = platform;
    mon->vcpu_count = vcpu_count;
    for (uint32_t i = 0; i < VCPU_MAX; i++)
        guest_reset(&mon->vcpu[i].guest, 0, 0, 0);
    return STATUS_OK;
}

enum status monitor_finalize(struct monitor *mon, uint32_t vcpu, uint64_t entry_pc,
                             uint64_t entry_argument)
{
    if (vcpu >= mon->vcpu_count || mon->vcpu[vcpu].life != VCPU_NEW)
        return STATUS_BAD_STATE;
    guest_reset(&mon->vcpu[vcpu].guest, entry_pc, vcpu, entry_argument);
    mon->vcpu[vcpu].life = VCPU_RUNNING;
    return STATUS_OK;
}

enum status monitor_promote(struct monitor *mon, uint32_t vcpu, const struct guest_state *running)
{
    struct guest_state *guest;

    if (vcpu >= mon->vcpu_count || mon->vcpu[vcpu].life != VCPU_NEW)
        return STATUS_BAD_STATE;
    guest = &mon->vcpu[vcpu].guest;
    *guest = *running;
    guest->x[REG_ZERO] = 0;
    guest->csr[GCSR_HVIP] = 0;
    memset(&guest->fp, 0, sizeof guest->fp);
    memset(&guest->vec, 0, sizeof guest->vec);
    mon->vcpu[vcpu].life = VCPU_RUNNING;
    return STATUS_OK;
}

void monitor_destroy(struct monitor *mon, uint32_t vcpu)
{
    if (vcpu >= mon->vcpu_count)
        return;
    memset(&mon->vcpu[vcpu], 0, sizeof mon->vcpu[vcpu]);
    guest_reset(&mon->vcpu[vcpu].guest, 0, 0, 0);
    mon->vcpu[vcpu].life = VCPU_DEAD;
}
