/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/covg.c — the guest's own requests about its memory map and interrupts (CoVE guest
 * extension). Source: riscv-ap-tee src/sbi_cove.adoc, COVG functions 0 to 5. The monitor decides;
 * the host is told, and for sharing asked. */
#include "monitor/internal.h"

enum covg_fid {
    COVG_ADD_MMIO = 0,
    COVG_REMOVE_MMIO = 1,
    COVG_SHARE = 2,
    COVG_UNSHARE = 3,
    COVG_ALLOW_INTERRUPT = 4,
    COVG_DENY_INTERRUPT = 5,
};

bool covg_asks_host(const struct sbi_call *call)
{
    return call->fid == COVG_SHARE || call->fid == COVG_UNSHARE;
}

/* Every page of the range must be of this kind now. */
static bool range_is(const struct monitor *mon, uint64_t start, uint64_t size_bytes,
                     enum region_kind kind)
{
    uint64_t end = start + size_bytes;

    for (uint32_t i = 0; i < mon->region_count && kind != REGION_NONE; i++) {
        const struct region *region = &mon->region[i];
        uint64_t region_end = region->base.v + region->size_bytes;

        if (region->kind == kind && region->base.v <= start && start < region_end)
            start = region_end; /* neighbours of one kind may follow */
    }
    if (kind != REGION_NONE)
        return start >= end;
    for (uint32_t i = 0; i < mon->region_count; i++)
        if (mon->region[i].base.v < end &&
            start < mon->region[i].base.v + mon->region[i].size_bytes)
            return false;
    return true;
}

static int64_t range_convert(struct monitor *mon, const struct guest_state *guest,
                             enum region_kind from, enum region_kind to)
{
    struct region region = {{guest->x[REG_A0]}, guest->x[REG_A1], to};
    uint64_t end = region.base.v + region.size_bytes;

    if (region.base.v % PAGE_SIZE != 0 || region.size_bytes % PAGE_SIZE != 0 ||
        end <= region.base.v)
        return SBI_ERR_INVALID_PARAM;
    if (!range_is(mon, region.base.v, region.size_bytes, from))
        return SBI_ERR_INVALID_ADDRESS;
    return monitor_set_region(mon, region) == STATUS_OK ? SBI_SUCCESS : SBI_ERR_FAILED;
}

int64_t covg_apply(struct monitor *mon, const struct guest_state *guest,
                   const struct sbi_call *call)
{
    switch (call->fid) {
    case COVG_ADD_MMIO:
        return range_convert(mon, guest, REGION_NONE, REGION_MMIO);
    case COVG_REMOVE_MMIO:
        return range_convert(mon, guest, REGION_MMIO, REGION_NONE);
    case COVG_SHARE:
        return range_convert(mon, guest, REGION_RAM, REGION_SHARED);
    case COVG_UNSHARE:
        return range_convert(mon, guest, REGION_SHARED, REGION_RAM);
    case COVG_ALLOW_INTERRUPT: /* one external-interrupt line reaches VS: VSEIP stands for all of
                                  them here */
        mon->hvip_allow |= HVIP_VSEIP;
        return SBI_SUCCESS;
    case COVG_DENY_INTERRUPT:
        if (guest->x[REG_A0] == UINT64_MAX) /* all of them */
            mon->hvip_allow &= ~HVIP_VSEIP;
        return SBI_SUCCESS;
    default:
        return SBI_ERR_NOT_SUPPORTED;
    }
}
