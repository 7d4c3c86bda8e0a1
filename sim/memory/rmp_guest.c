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

static bool target_is_aligned(const struct rmp_target *target)
{
    return target->gpa.v % (target->is_large ? LARGE_PAGE_SIZE : PAGE_SIZE) == 0;
}

/* Checks 2 to 5, and a small page asked of a large entry. */
static struct rmp_result identity_result(const struct rmp_entry *entry, const struct actor *by,
                                         const struct rmp_target *target)
{
    enum rmp_check failed = rmp_identity_check(entry, by->asid, target->gpa, target->spa);

    if (failed != RMP_CHECK_NONE)
        return nested_result(failed, 0, target);
    if (entry->is_large && !target->is_large)
        return nested_result(RMP_CHECK_PAGE_SIZE, FAULT_ERROR_SIZE, target);
    return code_result(RMP_OK);
}

struct rmp_result rmp_pvalidate(struct rmp *rmp, const struct actor *by,
                                const struct rmp_target *target, bool validate)
{
    const struct rmp_entry *entry = rmp_find(rmp, target->spa);
    struct rmp_entry changed;
    struct rmp_result result;

    if (by->kind != ACTOR_GUEST || !by->is_snp || by->vmpl != 0 || by->cpl != 0)
        return fault_result(FAULT_PROTECTION, RMP_CHECK_NONE, 0, target);
    if (!target_is_aligned(target))
        return code_result(RMP_FAIL_INPUT);
    result = identity_result(entry, by, target);
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

/* What RMPADJUST and RMPQUERY have in common: everything but the lock and the rights. */
static struct rmp_result rights_result(const struct rmp_entry *entry, const struct actor *by,
                                       const struct rmp_target *target, uint8_t vmpl, uint8_t mask)
{
    struct rmp_result result;

    if (by->kind != ACTOR_GUEST || !by->is_snp || by->cpl != 0)
        return fault_result(FAULT_PROTECTION, RMP_CHECK_NONE, 0, target);
    if (!target_is_aligned(target) || vmpl >= VMPL_COUNT || (mask & ~(unsigned)RMP_MAY_ALL) != 0)
        return code_result(RMP_FAIL_INPUT);
    if (vmpl <= by->vmpl)
        return code_result(RMP_FAIL_PERMISSION);
    result = identity_result(entry, by, target);
    if (is_refused(&result))
        return result;
    if (!entry->validated)
        return fault_result(FAULT_NOT_VALIDATED, RMP_CHECK_VALIDATED, 0, target);
    if (target->is_large && !entry->is_large)
        return code_result(RMP_FAIL_SIZEMISMATCH);
    return code_result(RMP_OK);
}

struct rmp_result rmp_adjust(struct rmp *rmp, const struct actor *by,
                             const struct rmp_target *target, const struct rmp_rights *rights)
{
    const struct rmp_entry *entry = rmp_find(rmp, target->spa);
    struct rmp_result result = rights_result(entry, by, target, rights->vmpl, rights->mask);
    struct rmp_entry changed;

    if (is_refused(&result))
        return result;
    if (entry->lock)
        return code_result(RMP_FAIL_INUSE);
    if ((rights->mask & ~(unsigned)entry->permission[by->vmpl]) != 0 ||
        (rights->vmsa != entry->vmsa && by->vmpl != 0))
        return code_result(RMP_FAIL_PERMISSION);
    if (rights->vmsa && entry->is_large)
        return code_result(RMP_FAIL_INPUT);

    changed = *entry;
    changed.permission[rights->vmpl] = rights->mask;
    changed.vmsa = rights->vmsa;
    rmp_change(rmp, target->spa, &changed);
    return code_result(RMP_OK);
}

struct rmp_result rmp_query(const struct rmp *rmp, const struct actor *by,
                            const struct rmp_target *target, struct rmp_rights *rights)
{
    const struct rmp_entry *entry = rmp_find(rmp, target->spa);
    struct rmp_result result = rights_result(entry, by, target, rights->vmpl, 0);

    if (is_refused(&result))
        return result;
    rights->mask = entry->permission[rights->vmpl];
    rights->vmsa = entry->vmsa;
    return result;
}

struct rmp_result rmp_vmsa_enter(struct rmp *rmp, const struct actor *by, gpa_t gpa, spa_t page)
{
    const struct rmp_entry *entry = rmp_find(rmp, page);
    const struct rmp_target target = {.gpa = gpa, .spa = page};
    enum rmp_check failed = rmp_identity_check(entry, by->asid, gpa, page);
    struct rmp_entry changed;

    if (failed != RMP_CHECK_NONE || !entry->vmsa)
        return fault_result(FAULT_VMRUN, failed, 0, &target);
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
