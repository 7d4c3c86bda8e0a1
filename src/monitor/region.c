/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/region.c — the guest-physical map of a VM: what each range is, as the guest declared
 * it. Invariant: region[] is sorted by base, disjoint, page-aligned, and holds no REGION_NONE. */
#include "monitor/internal.h"

static uint64_t region_end(const struct region *region)
{
    return region->base.v + region->size_bytes;
}

enum region_kind monitor_region_at(const struct monitor *mon, gpa_t where)
{
    uint32_t low = 0, high = mon->region_count;

    while (low < high) {
        uint32_t mid = (low + high) / 2;

        if (where.v < mon->region[mid].base.v)
            high = mid;
        else if (where.v >= region_end(&mon->region[mid]))
            low = mid + 1;
        else
            return mon->region[mid].kind;
    }
    return REGION_NONE;
}

/* Appends [from, to) to a table that is being rebuilt, merging with an adjacent range of the same
 * kind. */
static enum status region_append(struct region *table, uint32_t *count, uint64_t from, uint64_t to,
                                 enum region_kind kind)
{
    if (from >= to || kind == REGION_NONE)
        return STATUS_OK;
    if (*count > 0 && table[*count - 1].kind == kind && region_end(&table[*count - 1]) == from) {
        table[*count - 1].size_bytes += to - from;
        return STATUS_OK;
    }
    if (*count == REGION_MAX)
        return STATUS_FULL;
    table[(*count)++] = (struct region){{from}, to - from, kind};
    return STATUS_OK;
}

/* Adds [from, to) of an old range: what lies outside the new one, split around it. */
static enum status region_keep(struct region *table, uint32_t *count, const struct region *old,
                               uint64_t from, uint64_t to)
{
    uint64_t start = old->base.v > from ? old->base.v : from;
    uint64_t end = region_end(old) < to ? region_end(old) : to;

    return region_append(table, count, start, end, old->kind);
}

enum status monitor_set_region(struct monitor *mon, struct region region)
{
    struct region table[REGION_MAX];
    uint64_t start = region.base.v, end = region_end(&region);
    uint32_t count = 0;
    enum status st = STATUS_OK;

    if (start % PAGE_SIZE != 0 || region.size_bytes % PAGE_SIZE != 0 || end <= start)
        return STATUS_BAD_INPUT;

    for (uint32_t i = 0; i < mon->region_count && st == STATUS_OK; i++)
        st = region_keep(table, &count, &mon->region[i], 0, start);
    if (st == STATUS_OK)
        st = region_append(table, &count, start, end, region.kind);
    for (uint32_t i = 0; i < mon->region_count && st == STATUS_OK; i++)
        st = region_keep(table, &count, &mon->region[i], end, UINT64_MAX);
    if (st != STATUS_OK)
        return st;

    memcpy(mon->region, table, count * sizeof table[0]);
    mon->region_count = count;
    return STATUS_OK;
}

bool region_covers(const struct monitor *mon, uint64_t start, uint64_t size_bytes,
                   enum region_kind kind)
{
    uint64_t last = start + size_bytes - 1;

    if (size_bytes == 0)
        return true;
    if (last < start)
        return false;
    for (uint32_t i = 0; i < mon->region_count; i++) {
        const struct region *region = &mon->region[i];

        if (region->kind != kind || start < region->base.v || start >= region_end(region))
            continue;
        if (last < region_end(region))
            return true;
        start = region_end(region); /* goes on in the next range, which must be of this kind too */
    }
    return false;
}

bool region_is_free(const struct monitor *mon, uint64_t start, uint64_t size_bytes)
{
    for (uint32_t i = 0; i < mon->region_count; i++)
        if (mon->region[i].base.v < start + size_bytes && start < region_end(&mon->region[i]))
            return false;
    return true;
}
