/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/classify_sbi.c — the row of an SBI call, and the calls that are answered before they
 * could exit. Source: riscv-sbi-doc src/binary-encoding.adoc: a6 and a7 are signed 32-bit; what
 * lies above is the guest's own business. */
#include "monitor/internal.h"

const struct sbi_call *exposure_find_call(const struct exposure *spec, int32_t eid, int32_t fid)
{
    uint32_t low = 0, high = spec->call_count;

    if (eid >= 0 && eid <= SBI_LEGACY_LAST)
        fid = SBI_FID_ANY; /* a6 is not an argument of a legacy call */
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        const struct sbi_call *call = &spec->call[mid];

        if (call->eid == eid && call->fid == fid)
            return call;
        if (call->eid < eid || (call->eid == eid && call->fid < fid))
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

/* Calls that say how long their buffer is, and use it once: DBCN in bytes, PMU event info in
 * entries of 16 bytes (riscv-sbi-doc src/ext-dbcn.adoc, ext-pmu.adoc). The others register memory
 * for good: a page at most. */
static bool call_gives_length(const struct sbi_call *call)
{
    return call->eid == SBI_DBCN || (call->eid == SBI_PMU && call->fid == 8);
}

static uint64_t buffer_bytes(const struct sbi_call *call, const struct guest_state *live)
{
    if (call->eid == SBI_DBCN)
        return live->x[REG_A0];
    return live->x[REG_A0 + 2] > UINT32_MAX ? UINT64_MAX : live->x[REG_A0 + 2] * 16;
}

/* A buffer that the host will touch must be shared memory. Where it is registered for good,
 * all-ones takes it back (riscv-sbi-doc, shared memory parameters). */
static bool buffer_is_shared(const struct monitor *mon, const struct sbi_call *call,
                             const struct guest_state *live)
{
    for (unsigned i = 0; i + 1 < call->arg_count; i++) {
        uint64_t low = live->x[REG_A0 + i], high = live->x[REG_A0 + i + 1];

        if (call->type[i] != SBI_GPA_HALF || call->type[i + 1] != SBI_GPA_HALF)
            continue;
        if (call_gives_length(call))
            return high == 0 && region_covers(mon, low, buffer_bytes(call, live), REGION_SHARED);
        if (low == UINT64_MAX && high == UINT64_MAX)
            return true;
        /* It must not cross into another page, so this one decides. */
        return high == 0 && region_covers(mon, low, PAGE_SIZE - low % PAGE_SIZE, REGION_SHARED);
    }
    return true;
}

static bool start_is_possible(const struct monitor *mon, const struct guest_state *live)
{
    uint64_t hart = live->x[REG_A0];

    return hart < mon->vcpu_count &&
           (mon->vcpu[hart].life == VCPU_STOPPED || mon->vcpu[hart].life == VCPU_NEW);
}

/* Whether the monitor answers although the row goes to the host. */
static bool call_is_refused(const struct monitor *mon, const struct guest_state *live,
                            const struct event *event)
{
    switch (event->row) {
    case ROW_SBI_DBCN:
    case ROW_SBI_SHM:
        return !buffer_is_shared(mon, event->call, live);
    case ROW_SBI_HSM_START:
        return !start_is_possible(mon, live);
    default:
        return false;
    }
}

/* Loads the mask behind the pointer of legacy calls 4 to 7; a null pointer means all harts (legacy
 * extension, hart masks). */
static enum status mask_load(const struct monitor *mon, const struct guest_state *live,
                             struct event *event)
{
    enum status st;

    if (event->call->arg_count == 0 || event->call->type[0] != SBI_GVA)
        return STATUS_OK;
    event->has_mask = true;
    event->legacy_mask = UINT64_MAX;
    if (live->x[REG_A0] == 0)
        return STATUS_OK;
    st = mon->platform->ops->read(mon->platform, live, (gva_t){live->x[REG_A0]},
                                  &event->legacy_mask);
    if (st != STATUS_FAULT)
        return st;
    event->faulted = true;
    event->route = ROUTE_MONITOR;
    return STATUS_OK;
}

enum status event_classify_sbi(const struct monitor *mon, const struct guest_state *live,
                               struct event *event)
{
    /* First the canonical numbers: junk above bit 31 must not choose a different call. */
    int32_t eid = (int32_t)(uint32_t)live->x[REG_A7], fid = (int32_t)(uint32_t)live->x[REG_A6];

    event->call = exposure_find_call(mon->spec, eid, fid);
    event->row = event->call ? (enum row_id)event->call->row : ROW_SBI_UNK;
    event->route = (enum route)mon->spec->row[event->row].route;
    if (!event->call)
        return STATUS_OK;
    if (event->route == ROUTE_HOST && call_is_refused(mon, live, event))
        event->route = ROUTE_MONITOR;
    return mask_load(mon, live, event);
}
