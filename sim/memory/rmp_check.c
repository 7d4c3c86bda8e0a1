/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/rmp_check.c — which accesses the RMP lets through: APM vol. 2, table 15-39 (the checks
 * in their order) and the table of actors before it. Read rmp.h first. */
#include "memory/rmp_internal.h"

/* Check 1. A large mapping needs all its 512 pages, but an accessed or dirty bit is written by 4
 * KiB; a page past the table is the hypervisor's. */
static bool is_hypervisor_owned(const struct rmp *rmp, const struct access *access)
{
    const spa_t base = {access->spa.v & ~(uint64_t)(LARGE_PAGE_SIZE - 1)};
    bool is_large = access->is_large && access->kind != ACCESS_WALK_UPDATE;
    const struct rmp_entry *entry = rmp_find(rmp, is_large ? base : access->spa);

    if (!entry)
        return true;
    if (!is_large)
        return !entry->assigned;
    return !(entry->is_large && entry->assigned) && rmp->assigned[base.v >> LARGE_PAGE_SHIFT] == 0;
}

/* What a VMPL needs for an access. What may be written but not read may not be written (APM vol. 2,
 * 15.36.7). */
static unsigned permission_needed(const struct access *access)
{
    switch (access->kind) {
    case ACCESS_READ:
    case ACCESS_WALK:
        return RMP_MAY_READ;
    case ACCESS_WRITE:
    case ACCESS_WALK_UPDATE:
        return RMP_MAY_READ | RMP_MAY_WRITE;
    case ACCESS_EXECUTE:
        break;
    }
    return access->actor.cpl == 3 ? RMP_MAY_EXECUTE_USER : RMP_MAY_EXECUTE_SUPERVISOR;
}

enum rmp_check rmp_identity_check(const struct rmp_entry *entry, uint16_t asid, gpa_t gpa,
                                  spa_t spa)
{
    uint64_t offset;

    if (!entry)
        return RMP_CHECK_COVERED;
    if (!entry->assigned || entry->asid == 0 || entry->asid != asid)
        return RMP_CHECK_GUEST_OWNED;
    offset = entry->is_large ? spa.v & (LARGE_PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1) : 0;
    if (entry->gpa + offset != (gpa.v & ~(uint64_t)(PAGE_SIZE - 1)))
        return RMP_CHECK_REVERSE_MAP;
    return entry->immutable ? RMP_CHECK_MUTABLE : RMP_CHECK_NONE;
}

/* Checks 2 to 8: private memory of an SNP guest. */
static enum rmp_check private_check(const struct rmp *rmp, const struct access *access)
{
    const struct rmp_entry *entry = rmp_find(rmp, access->spa);
    enum rmp_check failed = rmp_identity_check(entry, access->actor.asid, access->gpa, access->spa);
    unsigned needed = permission_needed(access);

    if (failed != RMP_CHECK_NONE)
        return failed;
    if (entry->is_large != access->is_large)
        return RMP_CHECK_PAGE_SIZE;
    if (!entry->validated)
        return RMP_CHECK_VALIDATED;
    if ((entry->permission[access->actor.vmpl] & needed) != needed)
        return RMP_CHECK_VMPL;
    return RMP_CHECK_NONE;
}

static enum rmp_check shared_check(const struct rmp *rmp, const struct access *access)
{
    return is_hypervisor_owned(rmp, access) ? RMP_CHECK_NONE : RMP_CHECK_HYPERVISOR_OWNED;
}

static bool is_data_access(const struct access *access)
{
    return access->kind == ACCESS_READ || access->kind == ACCESS_WRITE;
}

/* Fetches and page walks of an SNP guest are private whatever the C-bit says (APM vol. 2,
 * 15.34.5). */
static bool is_private_access(const struct access *access)
{
    return access->actor.is_snp && (access->is_private || !is_data_access(access));
}

/* The table of actors: which checks apply. */
static enum rmp_check access_check(const struct rmp *rmp, const struct access *access)
{
    bool is_read = access->kind == ACCESS_READ, is_fetch = access->kind == ACCESS_EXECUTE;

    switch (access->actor.kind) {
    case ACTOR_HYPERVISOR:
        return is_read || is_fetch ? RMP_CHECK_NONE : shared_check(rmp, access);
    case ACTOR_GUEST:
        if (is_private_access(access))
            return private_check(rmp, access);
        if (is_fetch || (is_read && !(access->actor.is_snp && rmp->checks_shared_reads)))
            return RMP_CHECK_NONE;
        return shared_check(rmp, access);
    case ACTOR_DEVICE:
        return is_private_access(access) ? private_check(rmp, access) : shared_check(rmp, access);
    case ACTOR_FIRMWARE:
        break;
    }
    return RMP_CHECK_NONE;
}

static enum fault_kind fault_kind_of(const struct access *access, enum rmp_check failed)
{
    if (access->actor.kind == ACTOR_HYPERVISOR)
        return FAULT_PAGE;
    if (access->actor.kind == ACTOR_DEVICE)
        return FAULT_DEVICE;
    return failed == RMP_CHECK_VALIDATED ? FAULT_NOT_VALIDATED : FAULT_NESTED;
}

static uint64_t error_of(const struct access *access, enum rmp_check failed)
{
    bool is_walk = access->kind == ACCESS_WALK || access->kind == ACCESS_WALK_UPDATE;
    uint64_t error = FAULT_ERROR_PRESENT | FAULT_ERROR_RMP;

    if (access->kind == ACCESS_WRITE || access->kind == ACCESS_WALK_UPDATE)
        error |= FAULT_ERROR_WRITE;
    if (access->kind == ACCESS_EXECUTE)
        error |= FAULT_ERROR_FETCH;
    if (access->actor.kind == ACTOR_HYPERVISOR)
        return access->actor.cpl == 3 ? error | FAULT_ERROR_USER : error;
    error |= FAULT_ERROR_USER; /* the nested walk takes every guest access for one of a user */
    if (is_walk)
        error |= FAULT_ERROR_WALK | FAULT_ERROR_WRITE; /* as is a walk for a write (15.25.6) */
    else
        error |= FAULT_ERROR_FINAL;
    if (access->is_private || is_private_access(access))
        error |= FAULT_ERROR_ENCRYPTED;
    return failed == RMP_CHECK_VMPL ? error | FAULT_ERROR_VMPL : error;
}

bool rmp_access_check(const struct rmp *rmp, const struct access *access, struct fault *fault)
{
    enum rmp_check failed = access_check(rmp, access);

    if (failed == RMP_CHECK_NONE)
        return true;
    *fault = (struct fault){.kind = fault_kind_of(access, failed),
                            .check = failed,
                            .error = error_of(access, failed),
                            .gpa = access->gpa,
                            .spa = access->spa};
    return false;
}
