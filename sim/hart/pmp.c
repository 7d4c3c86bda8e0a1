/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/pmp.c — physical memory protection, to four bytes. The entries are kept as ranges, so
 * that a check is a walk over those that are on. Source: riscv-isa-manual, src/priv/machine.adoc,
 * "Physical Memory Protection". */
#include "hart/internal.h"

enum { PMPADDR_SHIFT = 2 };

/* The range of a NAPOT entry: the trailing ones of the address say how large it is. */
static void napot_range(uint64_t address, struct pmp_range *out)
{
    uint64_t ones = address & ~(address + 1); /* ...0111 */

    out->first = (address & ~ones) << PMPADDR_SHIFT;
    out->last = out->first | ones << (PMPADDR_SHIFT + 1) | 7;
}

/* false: the entry is off, or matches nothing. */
static bool pmp_range_of(const struct hart *hart, unsigned entry, struct pmp_range *out)
{
    uint64_t address = hart->pmpaddr[entry];
    uint64_t below = entry ? hart->pmpaddr[entry - 1] : 0;

    out->config = hart->pmpcfg[entry];
    switch ((out->config & PMP_A) >> PMP_A_SHIFT) {
    case PMP_TOR:
        out->first = below << PMPADDR_SHIFT;
        out->last = (address << PMPADDR_SHIFT) - 1;
        return below < address;
    case PMP_NA4:
        out->first = address << PMPADDR_SHIFT;
        out->last = out->first + 3;
        return true;
    case PMP_NAPOT:
        napot_range(address, out);
        return true;
    default:
        return false;
    }
}

void pmp_rebuild(struct hart *hart)
{
    hart->pmp_count = 0;
    for (unsigned entry = 0; entry < hart->config.features.pmp_count; entry++) {
        if (pmp_range_of(hart, entry, &hart->pmp[hart->pmp_count]))
            hart->pmp_count++;
    }
    hart_flush(hart);
}

static uint8_t permission_for(enum access_kind kind)
{
    switch (kind) {
    case ACCESS_WRITE:
    case ACCESS_WALK_UPDATE:
        return PMP_W;
    case ACCESS_EXECUTE:
        return PMP_X;
    case ACCESS_READ:
    case ACCESS_WALK:
        break;
    }
    return PMP_R;
}

/* The first entry that matches any of the bytes decides, and must match all of them. */
bool pmp_allows(const struct hart *hart, uint64_t where, uint64_t size_bytes, enum access_kind kind,
                enum privilege privilege)
{
    uint64_t last = where + size_bytes - 1;

    for (unsigned i = 0; i < hart->pmp_count; i++) {
        const struct pmp_range *range = &hart->pmp[i];

        if (last < range->first || where > range->last)
            continue;
        if (where < range->first || last > range->last)
            return false;
        if (privilege == PRIVILEGE_M && !(range->config & PMP_L))
            return true;
        return range->config & permission_for(kind);
    }
    return privilege == PRIVILEGE_M || hart->config.features.pmp_count == 0;
}
