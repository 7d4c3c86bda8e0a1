/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/rmp_guest.c — PVALIDATE, RMPADJUST and RMPQUERY, which a guest runs on its own pages,
 * and the check of a save area at VMRUN. Read rmp.h first. */
#include "memory/rmp_internal.h"

static struct rmp_result code_result(enum rmp_code code)
{
    return (struct rmp_result){.code = code};
}

static struct rmp_result fault_result(enum fault_kind kind, enum rmp_check check, uint64_t error,
                                      const struct rmp_target *target)
{
    return (struct rmp_result){
        .fault = {
            .kind = kind, .check = check, .error = error, .gpa = target->gpa, .spa = target->spa}};
}

/* These instructions check the page as a write to it would be, but for the size. */
static struct rmp_result nested_result(enum rmp_check check, uint64_t more,
                                       const struct rmp_target *target)
{
    return fault_result(FAULT_NESTED, check,
                        FAULT_ERROR_PRESENT | FAULT_ERROR_WRITE | FAULT_ERROR_USER |
                            FAULT_ERROR_RMP | FAULT_ERROR_FINAL | FAULT_ERROR_ENCRYPTED | more,
                        target);
}

static bool is_refused(const struct rmp_result *result)
{
    return result->fault.kind != FAULT_NONE || result->code != RMP_OK;
}

static bool gpa_is_aligned(gpa_t gpa, bool is_large)
{
    return gpa.v % (is_large ? LARGE_PAGE_SIZE : PAGE_SIZE) == 0;
}

/* Checks 2 to 5. */
static struct rmp_result identity_result(const struct rmp_entry *entry, const struct actor *by,
                                         const struct rmp_target *target)
{
    enum rmp_check failed = rmp_identity_check(entry, by->asid, target->gpa, target->spa);

    return failed == RMP_CHECK_NONE ? code_result(RMP_OK) : nested_result(failed, 0, target);
}

/* Checks 2 to 5, and a small page asked of a large entry. */
static struct rmp_result sized_result(const struct rmp_entry *entry, const struct actor *by,
                                      const struct rmp_target *target)
{
    struct rmp_result result = identity_result(entry, by, target);

    if (is_refused(&result) || !entry->is_large || target->is_large)
        return result;
    return nested_result(RMP_CHECK_PAGE_SIZE, FAULT_ERROR_SIZE, target);
}

struct rmp_result rmp_pvalidate(struct rmp *rmp, const struct actor *by,
                                const struct rmp_target *target, bool validate)
{
    const struct rmp_entry *entry = rmp_find(rmp, target->spa);
    struct rmp_entry changed;
    struct rmp_result result;

    if (by->kind != ACTOR_GUEST || !by->is_snp || by->vmpl != 0 || by->cpl != 0)
        return fault_result(FAULT_PROTECTION, RMP_CHECK_NONE, 0, target);
    if (!gpa_is_aligned(target->gpa, target->is_large))
        return code_result(RMP_FAIL_INPUT);
    result = sized_result(entry, by, target);
    if (is_refused(&result))
        return result;
    if (target->is_large && !entry->is_large)
        return code_result(RMP_FAIL_SIZEMISMATCH);
    if (entry->lock)
        return code_result(RMP_FAIL_INUSE);
    if (entry->validated == validate)
        return (struct rmp_result){.code = RMP_OK, .carry = true};

    changed = *entry;
    changed.validated = validate;
    rmp_change(rmp, target->spa, &changed);
    return code_result(RMP_OK);
}

/* Who may run RMPADJUST or RMPQUERY, and for which VMPL. */
static struct rmp_result caller_result(const struct actor *by, const struct rmp_target *target,
                                       bool is_large, const struct rmp_rights *rights)
{
    if (by->kind != ACTOR_GUEST || !by->is_snp || by->cpl != 0)
        return fault_result(FAULT_PROTECTION, RMP_CHECK_NONE, 0, target);
    if (!gpa_is_aligned(target->gpa, is_large) || rights->vmpl >= VMPL_COUNT)
        return code_result(RMP_FAIL_INPUT);
    return code_result(rights->vmpl > by->vmpl ? RMP_OK : RMP_FAIL_PERMISSION);
}

/* What RMPADJUST finds of the page before it looks at the rights. */
static struct rmp_result adjust_result(const struct rmp_entry *entry, const struct actor *by,
                                       const struct rmp_target *target)
{
    struct rmp_result result = sized_result(entry, by, target);

    if (is_refused(&result))
        return result;
    if (!entry->validated)
        return fault_result(FAULT_NOT_VALIDATED, RMP_CHECK_VALIDATED, 0, target);
    if (target->is_large && !entry->is_large)
        return code_result(RMP_FAIL_SIZEMISMATCH);
    return code_result(entry->lock ? RMP_FAIL_INUSE : RMP_OK);
}

struct rmp_result rmp_adjust(struct rmp *rmp, const struct actor *by,
                             const struct rmp_target *target, const struct rmp_rights *rights)
{
    const struct rmp_entry *entry = rmp_find(rmp, target->spa);
    struct rmp_result result = caller_result(by, target, target->is_large, rights);
    struct rmp_entry changed;

    if (result.fault.kind == FAULT_NONE && (rights->mask & ~(unsigned)RMP_MAY_ALL) != 0)
        return code_result(RMP_FAIL_INPUT);
    if (!is_refused(&result))
        result = adjust_result(entry, by, target);
    if (is_refused(&result))
        return result;
    if ((rights->mask & ~(unsigned)entry->permission[by->vmpl]) != 0)
        return code_result(RMP_FAIL_PERMISSION);
    if (by->vmpl == 0 && rights->vmsa && entry->is_large)
        return code_result(RMP_FAIL_INPUT);

    changed = *entry;
    changed.permission[rights->vmpl] = rights->mask;
    if (by->vmpl == 0)
        changed.vmsa = rights->vmsa;
    rmp_change(rmp, target->spa, &changed);
    return code_result(RMP_OK);
}

struct rmp_result rmp_query(const struct rmp *rmp, const struct actor *by,
                            const struct rmp_target *target, struct rmp_rights *rights)
{
    const struct rmp_entry *entry = rmp_find(rmp, target->spa);
    struct rmp_result result = caller_result(by, target, false, rights);

    if (!is_refused(&result))
        result = identity_result(entry, by, target);
    if (is_refused(&result))
        return result;
    if (!entry->validated)
        return fault_result(FAULT_NOT_VALIDATED, RMP_CHECK_VALIDATED, 0, target);
    rights->mask = entry->permission[rights->vmpl];
    rights->vmsa = entry->vmsa;
    rights->is_large = entry->is_large;
    return result;
}

/* The first check of table 15-41 that a save area fails, by the kind of the guest. */
static enum rmp_check save_area_check(const struct rmp_entry *entry, const struct actor *by,
                                      gpa_t gpa, spa_t page)
{
    if (by->is_snp)
        return rmp_identity_check(entry, by->asid, gpa, page);
    return entry && entry->assigned ? RMP_CHECK_HYPERVISOR_OWNED : RMP_CHECK_NONE;
}

struct rmp_result rmp_vmsa_enter(struct rmp *rmp, const struct actor *by, gpa_t gpa, spa_t page)
{
    const struct rmp_entry *entry = rmp_find(rmp, page);
    const struct rmp_target target = {.gpa = gpa, .spa = page};
    enum rmp_check failed = save_area_check(entry, by, gpa, page);
    struct rmp_entry changed;

    if (page.v % PAGE_SIZE != 0 || failed != RMP_CHECK_NONE || (by->is_snp && !entry->vmsa))
        return fault_result(FAULT_VMRUN, failed, 0, &target);
    if (!entry) /* past the table there is nothing to lock, and nobody who could change it */
        return code_result(RMP_OK);
    if (entry->lock)
        return code_result(RMP_FAIL_INUSE);
    changed = *entry;
    changed.lock = true;
    rmp_change(rmp, page, &changed);
    return code_result(RMP_OK);
}

void rmp_vmsa_leave(struct rmp *rmp, spa_t page)
{
    const struct rmp_entry *entry = rmp_find(rmp, page);
    struct rmp_entry changed;

    if (!entry || !entry->lock)
        return;
    changed = *entry;
    changed.lock = false;
    rmp_change(rmp, page, &changed);
}
