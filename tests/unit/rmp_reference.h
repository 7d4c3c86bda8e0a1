/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/rmp_reference.h — a second RMP, written from the specification (APM vol. 2, 15.36;
 * what it leaves open: docs/MEMORY.md) and not from sim/memory: slow, and short enough to be read
 * beside the tables. Every 4 KiB page has a record of its own; a large page is 512 records that say
 * is_large, so that none governs another. */
#ifndef CVMLAB_TEST_RMP_REFERENCE_H
#define CVMLAB_TEST_RMP_REFERENCE_H

#include "memory/rmp.h"

enum { REFERENCE_PAGES_MAX = 3 * LARGE_PAGE_PAGES };

struct reference {
    struct rmp_entry page[REFERENCE_PAGES_MAX];
    uint64_t page_count;
    uint16_t asid_max;
    bool checks_shared_reads;
};

/* The record of a page; NULL past the table. */
static inline struct rmp_entry *reference_at(struct reference *ref, uint64_t spa)
{
    return spa / PAGE_SIZE < ref->page_count ? &ref->page[spa / PAGE_SIZE] : NULL;
}

/* The first record of the page around an address, and how many it has; NULL past the table. */
static inline struct rmp_entry *reference_find(struct reference *ref, uint64_t spa, uint64_t *n)
{
    struct rmp_entry *entry = reference_at(ref, spa);

    *n = !entry ? 0 : entry->is_large ? LARGE_PAGE_PAGES : 1;
    return *n > 1 ? entry - spa / PAGE_SIZE % *n : entry;
}

/* Writes n records; in a page of a guest each has a gpa of its own. */
static inline void reference_write(struct rmp_entry *first, uint64_t n, struct rmp_entry entry)
{
    for (uint64_t i = 0; i < n; i++) {
        first[i] = entry;
        first[i].gpa += entry.asid != 0 ? i * PAGE_SIZE : 0;
    }
}

static inline bool reference_covers(const struct reference *ref, uint64_t spa, uint64_t n)
{
    return spa % (n * PAGE_SIZE) == 0 && spa / PAGE_SIZE + n <= ref->page_count;
}

/* RMPUPDATE, in the order of the APM's pseudo-code. */
static inline enum rmp_code reference_update(struct reference *ref, const struct actor *by,
                                             uint64_t spa, const struct rmp_operand *op)
{
    uint64_t n = op->is_large ? LARGE_PAGE_PAGES : 1;
    struct rmp_entry *old = reference_at(ref, spa);
    struct rmp_entry new = {
        .gpa = op->gpa.v, .asid = op->asid, .permission = {op->asid ? RMP_MAY_ALL : 0}};

    if (by->kind != ACTOR_HYPERVISOR)
        return RMP_FAIL_PERMISSION;
    if (!reference_covers(ref, spa, n) || op->gpa.v % (n * PAGE_SIZE) ||
        op->gpa.v > RMP_IOMMU_TAG || op->asid > ref->asid_max || (op->asid == 0 && op->gpa.v) ||
        (!op->assigned && (op->asid || op->immutable)))
        return RMP_FAIL_INPUT;
    if (old->lock || old->immutable)
        return old->lock ? RMP_FAIL_INUSE : RMP_FAIL_PERMISSION;
    for (uint64_t i = 0; i < n; i++)
        if (old[i].assigned && old[i].is_large != op->is_large)
            return RMP_FAIL_OVERLAP;
    for (uint64_t i = 0; i < n; i++)
        if (old[i].lock || old[i].immutable)
            return old[i].lock ? RMP_FAIL_INUSE : RMP_FAIL_PERMISSION;
    if (old->assigned && old->gpa == new.gpa && old->asid == new.asid)
        new = *old;
    new.assigned = true;
    new.is_large = op->is_large;
    new.immutable = op->immutable;
    reference_write(old, n, op->assigned ? new : (struct rmp_entry){0});
    return RMP_OK;
}

static inline enum rmp_code reference_psmash(struct reference *ref, const struct actor *by,
                                             uint64_t spa)
{
    struct rmp_entry *old = reference_at(ref, spa), new;

    if (by->kind != ACTOR_HYPERVISOR)
        return RMP_FAIL_PERMISSION;
    if (!reference_covers(ref, spa, LARGE_PAGE_PAGES))
        return RMP_FAIL_INPUT;
    if (old->lock)
        return RMP_FAIL_INUSE;
    if (!old->assigned || !old->is_large || old->immutable)
        return RMP_FAIL_BADADDR;
    new = *old;
    new.is_large = false;
    reference_write(old, LARGE_PAGE_PAGES, new);
    return RMP_OK;
}

/* Checks 2 to 5 of table 15-39, with which every use of private memory begins. */
static inline enum rmp_check reference_owner(struct reference *ref, const struct actor *by,
                                             uint64_t gpa, uint64_t spa)
{
    const struct rmp_entry *entry = reference_at(ref, spa);

    if (!entry)
        return RMP_CHECK_COVERED;
    if (!entry->assigned || entry->asid != by->asid || by->asid == 0)
        return RMP_CHECK_GUEST_OWNED;
    if (entry->gpa / PAGE_SIZE != gpa / PAGE_SIZE)
        return RMP_CHECK_REVERSE_MAP;
    return entry->immutable ? RMP_CHECK_MUTABLE : RMP_CHECK_NONE;
}

enum reference_instruction { REFERENCE_PVALIDATE, REFERENCE_ADJUST, REFERENCE_QUERY };

/* PVALIDATE (validate), RMPADJUST and RMPQUERY (rights); the last takes no size, but tells it. */
static inline struct rmp_result reference_guest(struct reference *ref, const struct actor *by,
                                                enum reference_instruction which,
                                                const struct rmp_target *at, bool validate,
                                                struct rmp_rights *rights)
{
    bool pvalidate = which == REFERENCE_PVALIDATE, query = which == REFERENCE_QUERY;
    enum rmp_check check = reference_owner(ref, by, at->gpa.v, at->spa.v);
    struct rmp_result end = {.fault = {.check = check}};
    uint64_t n, asked = at->is_large && !query ? LARGE_PAGE_PAGES : 1;
    struct rmp_entry *entry = reference_find(ref, at->spa.v, &n);

    if (by->kind != ACTOR_GUEST || !by->is_snp || by->cpl || (pvalidate && by->vmpl))
        end.fault = (struct fault){.kind = FAULT_PROTECTION};
    else if (at->gpa.v % (asked * PAGE_SIZE) || (!pvalidate && rights->vmpl >= VMPL_COUNT) ||
             (which == REFERENCE_ADJUST && rights->mask & ~RMP_MAY_ALL))
        end.code = RMP_FAIL_INPUT;
    else if (!pvalidate && rights->vmpl <= by->vmpl)
        end.code = RMP_FAIL_PERMISSION;
    else if (check != RMP_CHECK_NONE)
        end.fault.kind = FAULT_NESTED;
    else if (!query && n > asked)
        end.fault = (struct fault){FAULT_NESTED, RMP_CHECK_PAGE_SIZE, FAULT_ERROR_SIZE, {0}, {0}};
    else if (!pvalidate && !entry->validated)
        end.fault = (struct fault){.kind = FAULT_NOT_VALIDATED, .check = RMP_CHECK_VALIDATED};
    else if (!query && (n < asked || entry->lock))
        end.code = n < asked ? RMP_FAIL_SIZEMISMATCH : RMP_FAIL_INUSE;
    else if (which == REFERENCE_ADJUST && rights->mask & ~entry->permission[by->vmpl])
        end.code = RMP_FAIL_PERMISSION;
    else if (which == REFERENCE_ADJUST && by->vmpl == 0 && rights->vmsa && n > 1)
        end.code = RMP_FAIL_INPUT;
    else if (query)
        *rights =
            (struct rmp_rights){rights->vmpl, entry->permission[rights->vmpl], entry->vmsa, n > 1};
    else if (pvalidate)
        end.carry = entry->validated == validate;
    if (end.fault.kind == FAULT_NESTED)
        end.fault.error |= FAULT_ERROR_PRESENT | FAULT_ERROR_WRITE | FAULT_ERROR_USER |
                           FAULT_ERROR_RMP | FAULT_ERROR_FINAL | FAULT_ERROR_ENCRYPTED;
    if (query || end.fault.kind != FAULT_NONE || end.code != RMP_OK)
        return end;
    for (uint64_t i = 0; i < n; i++)
        if (pvalidate)
            entry[i].validated = validate;
        else {
            entry[i].permission[rights->vmpl] = rights->mask;
            entry[i].vmsa = by->vmpl == 0 ? rights->vmsa : entry[i].vmsa;
        }
    return end;
}

/* VMRUN of a save area (table 15-41). */
static inline struct rmp_result reference_vmrun(struct reference *ref, const struct actor *by,
                                                uint64_t gpa, uint64_t spa)
{
    uint64_t n;
    struct rmp_entry *entry = reference_find(ref, spa, &n);
    enum rmp_check check = by->is_snp                 ? reference_owner(ref, by, gpa, spa)
                           : entry && entry->assigned ? RMP_CHECK_HYPERVISOR_OWNED
                                                      : RMP_CHECK_NONE;

    if (spa % PAGE_SIZE || check != RMP_CHECK_NONE || (by->is_snp && !entry->vmsa))
        return (struct rmp_result){.fault = {.kind = FAULT_VMRUN, .check = check}};
    if (entry && entry->lock)
        return (struct rmp_result){.code = RMP_FAIL_INUSE};
    for (uint64_t i = 0; i < n; i++)
        entry[i].lock = true;
    return (struct rmp_result){.code = RMP_OK};
}

/* The permission that an access needs (table 15-36); what cannot be read cannot be written. */
static inline unsigned reference_need(const struct access *a)
{
    if (a->kind == ACCESS_EXECUTE)
        return a->actor.cpl == 3 ? RMP_MAY_EXECUTE_USER : RMP_MAY_EXECUTE_SUPERVISOR;
    return a->kind == ACCESS_WRITE || a->kind == ACCESS_WALK_UPDATE ? RMP_MAY_READ | RMP_MAY_WRITE
                                                                    : RMP_MAY_READ;
}

/* The first check of table 15-39 that an access fails. */
static inline enum rmp_check reference_check(struct reference *ref, const struct access *a)
{
    bool is_snp = a->actor.is_snp && a->actor.kind != ACTOR_HYPERVISOR;
    bool is_fetch = a->kind == ACCESS_EXECUTE, is_read = a->kind == ACCESS_READ;
    enum rmp_check check = reference_owner(ref, &a->actor, a->gpa.v, a->spa.v);
    const struct rmp_entry *entry = reference_at(ref, a->spa.v);
    uint64_t n = a->is_large && a->kind != ACCESS_WALK_UPDATE ? LARGE_PAGE_PAGES : 1;

    if (a->actor.kind == ACTOR_FIRMWARE)
        return RMP_CHECK_NONE;
    if (is_snp && (a->is_private || (!is_read && a->kind != ACCESS_WRITE)))
        return check != RMP_CHECK_NONE                                 ? check
               : entry->is_large != a->is_large                        ? RMP_CHECK_PAGE_SIZE
               : !entry->validated                                     ? RMP_CHECK_VALIDATED
               : reference_need(a) & ~entry->permission[a->actor.vmpl] ? RMP_CHECK_VMPL
                                                                       : RMP_CHECK_NONE;
    if (a->actor.kind != ACTOR_DEVICE &&
        (is_fetch || (is_read && !(is_snp && ref->checks_shared_reads))))
        return RMP_CHECK_NONE;
    for (uint64_t page = a->spa.v / PAGE_SIZE / n * n, i = 0; i < n; i++)
        if (page + i < ref->page_count && ref->page[page + i].assigned)
            return RMP_CHECK_HYPERVISOR_OWNED;
    return RMP_CHECK_NONE;
}

#endif
