/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/rmp_host.c — RMPUPDATE, PSMASH and RMPREAD: what the hypervisor does with the table;
 * and what the secure processor does past these instructions. Read rmp.h first. */
#include "memory/rmp_internal.h"

#define GPA_LIMIT (UINT64_C(1) << 51) /* the field holds bits 50:12 */

const char *rmp_code_name(enum rmp_code code)
{
    switch (code) {
    case RMP_OK:
        return "SUCCESS";
    case RMP_FAIL_INPUT:
        return "FAIL_INPUT";
    case RMP_FAIL_PERMISSION:
        return "FAIL_PERMISSION";
    case RMP_FAIL_INUSE:
        return "FAIL_INUSE";
    case RMP_FAIL_OVERLAP:
        return "FAIL_OVERLAP";
    case RMP_FAIL_SIZEMISMATCH:
        return "FAIL_SIZEMISMATCH";
    case RMP_FAIL_BADADDR:
        return "FAIL_BADADDR";
    }
    return "unknown";
}

static uint64_t size_of(bool is_large)
{
    return is_large ? LARGE_PAGE_SIZE : PAGE_SIZE;
}

/* Aligned to its size, and wholly covered by the table. */
static bool page_is_covered(const struct rmp *rmp, spa_t page, bool is_large)
{
    uint64_t pages = is_large ? LARGE_PAGE_PAGES : 1;
    uint64_t index = page.v >> PAGE_SHIFT;

    return page.v % size_of(is_large) == 0 && index < rmp->page_count &&
           pages <= rmp->page_count - index;
}

static bool operand_is_valid(const struct rmp *rmp, const struct rmp_operand *operand)
{
    if (operand->gpa.v % size_of(operand->is_large) != 0 || operand->gpa.v >= GPA_LIMIT)
        return false;
    if (operand->asid > rmp->asid_max || (operand->asid == 0 && operand->gpa.v != 0))
        return false;
    return operand->assigned || (operand->asid == 0 && !operand->immutable);
}

static enum rmp_code entry_allows(bool locked, bool immutable)
{
    if (locked)
        return RMP_FAIL_INUSE;
    return immutable ? RMP_FAIL_PERMISSION : RMP_OK;
}

/* What stands against a change of all entries of a page. The pseudo-code of the APM looks at the
 * first entry, then for an overlap; the others cannot be left out, or a HV-Fixed page among them
 * would be given away. */
static enum rmp_code entries_allow(const struct rmp *rmp, spa_t page, bool is_large)
{
    const struct rmp_entry *first = rmp_find(rmp, page);
    uint64_t count = is_large && !first->is_large ? LARGE_PAGE_PAGES : 1;
    enum rmp_code code = entry_allows(first->lock, first->immutable);
    bool locked = false, immutable = false, assigned = false;

    if (code != RMP_OK)
        return code;
    for (uint64_t i = 0; i < count; i++) {
        locked |= first[i].lock;
        immutable |= first[i].immutable;
        assigned |= first[i].assigned;
    }
    if (assigned && is_large != first->is_large)
        return RMP_FAIL_OVERLAP;
    return entry_allows(locked, immutable);
}

static bool is_same_page(const struct rmp_entry *old, const struct rmp_operand *operand)
{
    return old->assigned && operand->assigned && old->asid == operand->asid && old->asid != 0 &&
           old->gpa == operand->gpa.v && old->is_large == operand->is_large;
}

enum rmp_code rmp_update(struct rmp *rmp, const struct actor *by, spa_t page,
                         const struct rmp_operand *operand)
{
    struct rmp_entry entry = {0};
    const struct rmp_entry *old;
    enum rmp_code code;

    if (by->kind != ACTOR_HYPERVISOR)
        return RMP_FAIL_PERMISSION;
    if (!page_is_covered(rmp, page, operand->is_large) || !operand_is_valid(rmp, operand))
        return RMP_FAIL_INPUT;
    code = entries_allow(rmp, page, operand->is_large);
    if (code != RMP_OK)
        return code;

    old = rmp_find(rmp, page);
    if (is_same_page(old, operand)) {
        entry = *old;
        entry.immutable = operand->immutable;
    } else if (operand->assigned) {
        entry = (struct rmp_entry){.gpa = operand->gpa.v,
                                   .asid = operand->asid,
                                   .assigned = true,
                                   .immutable = operand->immutable,
                                   .is_large = operand->is_large,
                                   .permission = {operand->asid ? RMP_MAY_ALL : 0}};
    }
    rmp_change(rmp, page, &entry);
    return RMP_OK;
}

/* From the gpa of one small page of a large one to the next. Without a guest they have none. */
static uint64_t part_gpa_step(const struct rmp_entry *first)
{
    return first->asid ? PAGE_SIZE : 0;
}

enum rmp_code rmp_psmash(struct rmp *rmp, const struct actor *by, spa_t page)
{
    struct rmp_entry *first, part;
    uint64_t step;

    if (by->kind != ACTOR_HYPERVISOR)
        return RMP_FAIL_PERMISSION;
    if (!page_is_covered(rmp, page, true))
        return RMP_FAIL_INPUT;
    first = &rmp->entry[page.v >> PAGE_SHIFT];
    if (first->lock)
        return RMP_FAIL_INUSE;
    if (!first->is_large || !first->assigned || first->immutable)
        return RMP_FAIL_BADADDR;

    if (rmp->watch.changes)
        rmp->watch.changes(rmp->watch.context, page, LARGE_PAGE_PAGES);
    part = *first;
    part.is_large = false;
    step = part_gpa_step(first);
    for (unsigned i = 0; i < LARGE_PAGE_PAGES; i++, part.gpa += step)
        first[i] = part;
    rmp->assigned[page.v >> LARGE_PAGE_SHIFT] = LARGE_PAGE_PAGES;
    return RMP_OK;
}

enum rmp_code rmp_read(const struct rmp *rmp, const struct actor *by, spa_t page,
                       struct rmp_operand *operand)
{
    const struct rmp_entry *entry = rmp_find(rmp, page);

    if (by->kind != ACTOR_HYPERVISOR)
        return RMP_FAIL_PERMISSION;
    if (!entry)
        return RMP_FAIL_INPUT;
    *operand = (struct rmp_operand){.gpa = {entry->gpa},
                                    .asid = entry->asid,
                                    .assigned = entry->assigned,
                                    .is_large = entry->is_large,
                                    .immutable = entry->immutable};
    return RMP_OK;
}

enum status rmp_firmware_set(struct rmp *rmp, spa_t page, const struct rmp_entry *entry)
{
    if (!page_is_covered(rmp, page, entry->is_large))
        return STATUS_BAD_ADDRESS;
    if (rmp_entry_state(entry) == RMP_INVALID)
        return STATUS_BAD_INPUT;
    if (rmp_find(rmp, page)->is_large != entry->is_large)
        return STATUS_BAD_STATE;
    rmp_change(rmp, page, entry);
    return STATUS_OK;
}

/* Whether entry could be number index of the large page that begins with first. */
static bool is_part_of(const struct rmp_entry *first, const struct rmp_entry *entry, unsigned index)
{
    for (unsigned i = 0; i < VMPL_COUNT; i++)
        if (entry->permission[i] != first->permission[i])
            return false;
    return entry->immutable && !entry->is_large && !entry->vmsa && !entry->lock &&
           entry->assigned && entry->asid == first->asid && entry->validated == first->validated &&
           entry->gpa == first->gpa + index * part_gpa_step(first);
}

enum status rmp_unsmash(struct rmp *rmp, spa_t page)
{
    struct rmp_entry *first, whole;

    if (!page_is_covered(rmp, page, true))
        return STATUS_BAD_ADDRESS;
    first = &rmp->entry[page.v >> PAGE_SHIFT];
    for (unsigned i = 0; i < LARGE_PAGE_PAGES; i++)
        if (!is_part_of(first, &first[i], i))
            return STATUS_BAD_STATE;
    whole = *first;
    whole.is_large = true;
    if (rmp_entry_state(&whole) == RMP_INVALID)
        return STATUS_BAD_STATE;

    if (rmp->watch.changes)
        rmp->watch.changes(rmp->watch.context, page, LARGE_PAGE_PAGES);
    for (unsigned i = 0; i < LARGE_PAGE_PAGES; i++)
        first[i] = (struct rmp_entry){0};
    first[0] = whole;
    rmp->assigned[page.v >> LARGE_PAGE_SHIFT] = 0;
    return STATUS_OK;
}
