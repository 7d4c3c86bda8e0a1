/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/rmp.c — the table itself: its memory, its states, and the walker over it. Read rmp.h
 * first. */
#include "memory/rmp.h"

#include "memory/lazy_map.h"
#include "memory/rmp_internal.h"

/* Whole large pages, so that the base entry of the last one is always there. */
static uint64_t rounded_pages(uint64_t page_count)
{
    return (page_count + LARGE_PAGE_PAGES - 1) & ~(uint64_t)(LARGE_PAGE_PAGES - 1);
}

static uint64_t entries_bytes(uint64_t page_count)
{
    return rounded_pages(page_count) * sizeof(struct rmp_entry);
}

static uint64_t counts_bytes(uint64_t page_count)
{
    return rounded_pages(page_count) / LARGE_PAGE_PAGES * sizeof(uint16_t);
}

enum status rmp_create(struct rmp *rmp, uint64_t page_count, uint16_t asid_max)
{
    *rmp = (struct rmp){.page_count = page_count, .asid_max = asid_max};
    if (page_count == 0)
        return STATUS_OK;
    rmp->entry = lazy_map(entries_bytes(page_count));
    rmp->assigned = lazy_map(counts_bytes(page_count));
    if (rmp->entry && rmp->assigned)
        return STATUS_OK;
    rmp_destroy(rmp);
    return STATUS_IO;
}

void rmp_destroy(struct rmp *rmp)
{
    lazy_unmap(rmp->entry, entries_bytes(rmp->page_count));
    lazy_unmap(rmp->assigned, counts_bytes(rmp->page_count));
    *rmp = (struct rmp){0};
}

void rmp_clear(struct rmp *rmp)
{
    lazy_clear(rmp->entry, entries_bytes(rmp->page_count));
    lazy_clear(rmp->assigned, counts_bytes(rmp->page_count));
}

double rmp_bytes_per_page(void)
{
    return sizeof(struct rmp_entry) + (double)sizeof(uint16_t) / LARGE_PAGE_PAGES;
}

static bool permissions_are_zero(const struct rmp_entry *entry)
{
    uint8_t any = 0;

    for (unsigned i = 0; i < VMPL_COUNT; i++)
        any |= entry->permission[i];
    return any == 0;
}

/* Assigned to the secure processor (ASID 0). */
static enum rmp_state firmware_state(const struct rmp_entry *entry)
{
    if (entry->validated || !permissions_are_zero(entry))
        return RMP_INVALID;
    if (!entry->immutable)
        return entry->vmsa ? RMP_INVALID : RMP_RECLAIM;
    if (entry->vmsa)
        return entry->gpa == 0 ? RMP_CONTEXT : RMP_INVALID;
    if (entry->gpa == 0)
        return RMP_FIRMWARE;
    return entry->gpa == RMP_IOMMU_TAG ? RMP_FIRMWARE_IOMMU : RMP_METADATA;
}

static enum rmp_state guest_state(const struct rmp_entry *entry)
{
    if (entry->immutable)
        return entry->validated ? RMP_PRE_SWAP : RMP_PRE_GUEST;
    return entry->validated ? RMP_GUEST_VALID : RMP_GUEST_INVALID;
}

enum rmp_state rmp_entry_state(const struct rmp_entry *entry)
{
    uint8_t any = 0;

    for (unsigned i = 0; i < VMPL_COUNT; i++)
        any |= entry->permission[i];
    if (any & ~(unsigned)RMP_MAY_ALL)
        return RMP_INVALID;
    if (entry->gpa % (entry->is_large && entry->asid ? LARGE_PAGE_SIZE : PAGE_SIZE) != 0)
        return RMP_INVALID;
    if (entry->assigned)
        return entry->asid ? guest_state(entry) : firmware_state(entry);
    if (entry->asid || entry->gpa || entry->validated || entry->vmsa || any)
        return RMP_INVALID;
    if (entry->immutable)
        return RMP_HV_FIXED;
    return entry->is_large ? RMP_INVALID : RMP_HYPERVISOR;
}

const char *rmp_state_name(enum rmp_state state)
{
    static const char *const names[RMP_STATE_COUNT] = {
        [RMP_DEFAULT] = "Default",
        [RMP_HYPERVISOR] = "Hypervisor",
        [RMP_HV_FIXED] = "HV-Fixed",
        [RMP_FIRMWARE] = "Firmware",
        [RMP_FIRMWARE_IOMMU] = "Firmware-IOMMU",
        [RMP_RECLAIM] = "Reclaim",
        [RMP_CONTEXT] = "Context",
        [RMP_METADATA] = "Metadata",
        [RMP_PRE_GUEST] = "Pre-Guest",
        [RMP_PRE_SWAP] = "Pre-Swap",
        [RMP_GUEST_INVALID] = "Guest-Invalid",
        [RMP_GUEST_VALID] = "Guest-Valid",
        [RMP_INVALID] = "invalid",
    };

    return names[state];
}

enum rmp_state rmp_page_state(const struct rmp *rmp, spa_t spa)
{
    const struct rmp_entry *entry = rmp_find(rmp, spa);

    return entry ? rmp_entry_state(entry) : RMP_DEFAULT;
}

void rmp_change(struct rmp *rmp, spa_t page, const struct rmp_entry *entry)
{
    uint64_t index = page.v >> PAGE_SHIFT;
    uint64_t base = index & ~(uint64_t)(LARGE_PAGE_PAGES - 1);
    struct rmp_entry *old = &rmp->entry[rmp->entry[base].is_large ? base : index];
    bool is_large = old->is_large || entry->is_large;

    if (rmp->watch.changes)
        rmp->watch.changes(rmp->watch.context, (spa_t){(is_large ? base : index) << PAGE_SHIFT},
                           is_large ? LARGE_PAGE_PAGES : 1);
    if (!is_large)
        rmp->assigned[base / LARGE_PAGE_PAGES] += (uint16_t)(entry->assigned - old->assigned);
    *old = *entry;
}

/* The 512 pages from base on. A large page stands alone; the last 2 MiB may be cut by the table's
 * end. */
static enum status region_check(const struct rmp *rmp, uint64_t base, spa_t *page)
{
    const struct rmp_entry *first = &rmp->entry[base];
    uint64_t end = base + LARGE_PAGE_PAGES;
    unsigned assigned = 0;

    for (uint64_t i = base; i < end; i++) {
        const struct rmp_entry *entry = &rmp->entry[i];
        bool must_be_zero = i > base && (first->is_large || i >= rmp->page_count);
        enum rmp_state state = rmp_entry_state(entry);

        *page = (spa_t){i << PAGE_SHIFT};
        if (state == RMP_INVALID || (must_be_zero && state != RMP_HYPERVISOR))
            return STATUS_BAD_STATE;
        if (entry->is_large && (i > base || end > rmp->page_count))
            return STATUS_BAD_STATE;
        assigned += entry->assigned && !entry->is_large;
    }
    *page = (spa_t){base << PAGE_SHIFT};
    return assigned == rmp->assigned[base / LARGE_PAGE_PAGES] ? STATUS_OK : STATUS_BAD_STATE;
}

enum status rmp_check_all(const struct rmp *rmp, spa_t *page)
{
    enum status status = STATUS_OK;

    for (uint64_t base = 0; base < rmp->page_count && status == STATUS_OK; base += LARGE_PAGE_PAGES)
        status = region_check(rmp, base, page);
    return status;
}
