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

static int64_t range_convert(struct monitor *mon, const struct guest_state *guest,
                             enum region_kind from, enum region_kind to)
{
    struct region region = {{guest->x[REG_A0]}, guest->x[REG_A1], to};
    uint64_t end = region.base.v + region.size_bytes;

    if (region.base.v % PAGE_SIZE != 0 || region.size_bytes % PAGE_SIZE != 0 ||
        end <= region.base.v)
        return SBI_ERR_INVALID_PARAM;
    if (from == REGION_NONE ? !region_is_free(mon, region.base.v, region.size_bytes)
                            : !region_covers(mon, region.base.v, region.size_bytes, from))
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
