/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/mode.c — the present mode, and what the engine must know of it: the TLB world, whether
 * float instructions run, and when pages that it was given are no longer good.
 *
 * A page is answered under rules: privilege, SUM, MXR, MPRV, satp or vsatp and hgatp. Each world of
 * the engine remembers those of the pages in it, and is flushed only when it is to be used under
 * others; so a trap from a guest to the hypervisor and back, with every register saved and loaded
 * again, flushes nothing. (Software that wants new translations says so by a fence.) */
#include "hart/internal.h"

#include <string.h>

const char *hart_mode_name(struct hart_mode mode)
{
    if (mode.privilege == PRIVILEGE_M)
        return "M";
    if (mode.privilege == PRIVILEGE_S)
        return mode.is_virtual ? "VS" : "HS";
    return mode.is_virtual ? "VU" : "U";
}

struct hart_mode hart_mode(const struct hart *hart)
{
    return hart->mode;
}

/* The rules of explicit accesses and fetches in the present mode: everything that rules_data and
 * rules_fetch look at. */
static struct hart_regime regime_now(const struct hart *hart)
{
    struct hart_mode data = mode_data(hart);
    uint64_t first = data.is_virtual ? hart->vsstatus : hart->mstatus;
    uint64_t host_mxr = data.is_virtual ? hart->mstatus & STATUS_MXR : 0;
    struct hart_regime regime = {
        .is_filled = true,
        .rules = (uint64_t)hart->mode.privilege | (uint64_t)data.privilege << 2 |
                 (uint64_t)data.is_virtual << 4,
    };

    if (data.privilege == PRIVILEGE_M)
        return regime;
    regime.rules |= (first & (STATUS_SUM | STATUS_MXR)) | host_mxr << 1;
    regime.atp = data.is_virtual ? hart->vsatp : hart->satp;
    regime.gatp = data.is_virtual ? hart->hgatp : 0;
    return regime;
}

/* The world in use fills again under the present rules at once; the other one is empty until it is
 * entered. */
void hart_flush(struct hart *hart)
{
    hart->regime[hart->mode.is_virtual] = regime_now(hart);
    hart->regime[!hart->mode.is_virtual].is_filled = false;
    memset(hart->fetch_page, 0, sizeof hart->fetch_page);
    memset(hart->walk_page, 0, sizeof hart->walk_page);
    hart->config.engine.flush(hart->config.engine.context);
}

void hart_rules_changed(struct hart *hart)
{
    struct hart_regime now = regime_now(hart), *filled = &hart->regime[hart->mode.is_virtual];
    bool has_float = (hart->mstatus & STATUS_FS) == STATUS_FS &&
                     (!hart->mode.is_virtual || (hart->vsstatus & STATUS_FS) == STATUS_FS);

    if (filled->is_filled &&
        (filled->rules != now.rules || filled->atp != now.atp || filled->gatp != now.gatp))
        hart_flush(hart);
    *filled = now;
    if (hart->is_entered && hart->entered_virtual == hart->mode.is_virtual &&
        hart->has_float == has_float)
        return;
    hart->is_entered = true;
    hart->entered_virtual = hart->mode.is_virtual;
    hart->has_float = has_float;
    hart->config.engine.enter(hart->config.engine.context, hart->mode.is_virtual, has_float);
}

void hart_mode_set(struct hart *hart, struct hart_mode mode)
{
    hart->mode = mode;
    hart_rules_changed(hart);
}

bool hart_float_is_on(const struct hart *hart)
{
    return (hart->mstatus & STATUS_FS) && (!hart->mode.is_virtual || (hart->vsstatus & STATUS_FS));
}

void hart_float_dirty(struct hart *hart)
{
    hart->mstatus |= STATUS_FS;
    if (hart->mode.is_virtual)
        hart->vsstatus |= STATUS_FS;
    hart_rules_changed(hart);
}
