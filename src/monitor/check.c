/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/check.c — the invariants of a monitor, walked. Each line is one sentence that must
 * hold between calls. */
#include "monitor/internal.h"

static bool vcpu_is_sound(const struct vcpu *vcpu)
{
    bool exited = vcpu->life == VCPU_EXITED, starting = vcpu->life == VCPU_STARTING;

    return vcpu->life <= VCPU_DEAD && vcpu->guest.x[REG_ZERO] == 0 && /* x0 is zero */
           (vcpu->guest.mode == GUEST_VS || vcpu->guest.mode == GUEST_VU) &&
           (vcpu->handle != 0) == exited &&        /* a handle lives from exit to resume */
           vcpu->pending.live == exited &&         /* so does a pending operation */
           (vcpu->start_token != 0) == starting && /* a token lives from start to first entry */
           (vcpu->handle == 0 || handle_is_legal(vcpu->handle)) &&
           (vcpu->start_token == 0 || handle_is_legal(vcpu->start_token)) &&
           (starting ||
            (vcpu->start_pc == 0 && vcpu->start_opaque == 0)) && /* entry points do not linger */
           vcpu->pending.row < ROW_COUNT;
}

/* No handle or token names two vCPUs, or two things of one. */
static bool handles_are_unique(const struct monitor *mon, uint32_t index)
{
    const struct vcpu *self = &mon->vcpu[index];

    if (self->handle != 0 && self->handle == self->start_token)
        return false;
    return (self->handle == 0 || monitor_find_handle(mon, self->handle) == index) &&
           (self->start_token == 0 || monitor_find_handle(mon, self->start_token) == index);
}

static bool regions_are_sound(const struct monitor *mon)
{
    uint64_t end = 0;

    if (mon->region_count > REGION_MAX)
        return false;
    for (uint32_t i = 0; i < mon->region_count; i++) {
        const struct region *region = &mon->region[i];

        if (region->base.v < end || region->base.v % PAGE_SIZE != 0 || region->size_bytes == 0 ||
            region->size_bytes % PAGE_SIZE != 0 || region->kind == REGION_NONE ||
            region->kind > REGION_MMIO)
            return false;
        end = region->base.v + region->size_bytes;
        if (end < region->base.v)
            return false;
    }
    return true;
}

enum status check_all(const struct monitor *mon)
{
    if (!mon->spec || !mon->platform || mon->vcpu_count == 0 || mon->vcpu_count > VCPU_MAX ||
        !regions_are_sound(mon))
        return STATUS_BAD_STATE;
    for (uint32_t i = 0; i < mon->vcpu_count; i++)
        if (!vcpu_is_sound(&mon->vcpu[i]) || !handles_are_unique(mon, i))
            return STATUS_BAD_STATE;
    return STATUS_OK;
}
