/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/rmp_matrix.h — who may do what to a page in which state, as a table (APM vol. 2, table
 * 15-39, spelled out; the same in docs/MEMORY.md), and where in it an access belongs. */
#ifndef CVMLAB_TEST_RMP_MATRIX_H
#define CVMLAB_TEST_RMP_MATRIX_H

#include "memory/rmp.h"

/* In a guest's page: is the gpa the entry's, may the VMPL, is the mapping as large? */
enum matrix_row {
    ROW_DEFAULT,
    ROW_HYPERVISOR,
    ROW_HV_FIXED,
    ROW_FIRMWARE,
    ROW_METADATA,
    ROW_FIRMWARE_IOMMU,
    ROW_RECLAIM,
    ROW_CONTEXT,
    ROW_PRE_GUEST,
    ROW_PRE_SWAP,
    ROW_GUEST_INVALID,
    ROW_GUEST_INVALID_WRONG_GPA,
    ROW_GUEST_VALID,
    ROW_GUEST_VALID_NO_PERMISSION,
    ROW_GUEST_VALID_WRONG_GPA,
    ROW_GUEST_VALID_WRONG_SIZE,
    ROW_COUNT
};

enum matrix_column {
    COLUMN_HOST_READ,    /* and fetch */
    COLUMN_HOST_WRITE,   /* and page walk */
    COLUMN_LEGACY_WRITE, /* of a guest without SNP, and its page walk */
    COLUMN_OWN,          /* any access of the page's guest with C = 1 */
    COLUMN_OTHER,        /* of another SNP guest */
    COLUMN_SHARED_WRITE, /* of any SNP guest with C = 0 */
    COLUMN_DMA,          /* of a device that no guest trusts */
    COLUMN_COUNT
};

enum matrix_end { OK, PF, NPF, VMPL, VC, STOP };

/* Each row in the order of the columns above. */
static const enum matrix_end matrix[ROW_COUNT][COLUMN_COUNT] = {
    [ROW_DEFAULT] = {OK, OK, OK, NPF, NPF, OK, OK},
    [ROW_HYPERVISOR] = {OK, OK, OK, NPF, NPF, OK, OK},
    [ROW_HV_FIXED] = {OK, OK, OK, NPF, NPF, OK, OK},
    [ROW_FIRMWARE] = {OK, PF, NPF, NPF, NPF, NPF, STOP},
    [ROW_METADATA] = {OK, PF, NPF, NPF, NPF, NPF, STOP},
    [ROW_FIRMWARE_IOMMU] = {OK, PF, NPF, NPF, NPF, NPF, STOP},
    [ROW_RECLAIM] = {OK, PF, NPF, NPF, NPF, NPF, STOP},
    [ROW_CONTEXT] = {OK, PF, NPF, NPF, NPF, NPF, STOP},
    [ROW_PRE_GUEST] = {OK, PF, NPF, NPF, NPF, NPF, STOP},
    [ROW_PRE_SWAP] = {OK, PF, NPF, NPF, NPF, NPF, STOP},
    [ROW_GUEST_INVALID] = {OK, PF, NPF, VC, NPF, NPF, STOP},
    [ROW_GUEST_INVALID_WRONG_GPA] = {OK, PF, NPF, NPF, NPF, NPF, STOP},
    [ROW_GUEST_VALID] = {OK, PF, NPF, OK, NPF, NPF, STOP},
    [ROW_GUEST_VALID_NO_PERMISSION] = {OK, PF, NPF, VMPL, NPF, NPF, STOP},
    [ROW_GUEST_VALID_WRONG_GPA] = {OK, PF, NPF, NPF, NPF, NPF, STOP},
    [ROW_GUEST_VALID_WRONG_SIZE] = {OK, PF, NPF, NPF, NPF, NPF, STOP},
};

/* The row of an access; ROW_COUNT: the table does not speak of it (two things are wrong at once, or
 * a large mapping covers pages of several states). Record is the page's own, with its own gpa. */
static inline enum matrix_row matrix_row_of(enum rmp_state state, const struct rmp_entry *record,
                                            const struct access *access)
{
    static const enum matrix_row rows[RMP_STATE_COUNT] = {
        [RMP_DEFAULT] = ROW_DEFAULT,         [RMP_HYPERVISOR] = ROW_HYPERVISOR,
        [RMP_HV_FIXED] = ROW_HV_FIXED,       [RMP_FIRMWARE] = ROW_FIRMWARE,
        [RMP_METADATA] = ROW_METADATA,       [RMP_FIRMWARE_IOMMU] = ROW_FIRMWARE_IOMMU,
        [RMP_RECLAIM] = ROW_RECLAIM,         [RMP_CONTEXT] = ROW_CONTEXT,
        [RMP_PRE_GUEST] = ROW_PRE_GUEST,     [RMP_PRE_SWAP] = ROW_PRE_SWAP,
        [RMP_GUEST_VALID] = ROW_GUEST_VALID, [RMP_GUEST_INVALID] = ROW_GUEST_INVALID,
    };
    static const unsigned needs[] = {
        [ACCESS_READ] = RMP_MAY_READ, [ACCESS_WRITE] = RMP_MAY_READ | RMP_MAY_WRITE,
        [ACCESS_WALK] = RMP_MAY_READ, [ACCESS_WALK_UPDATE] = RMP_MAY_READ | RMP_MAY_WRITE,
        [ACCESS_EXECUTE] = 0,
    };
    unsigned needed = needs[access->kind];
    bool is_wrong_gpa, is_wrong_size;

    if (state < RMP_GUEST_INVALID)
        return access->is_large && (state == RMP_DEFAULT || !record->assigned) ? ROW_COUNT
                                                                               : rows[state];
    if (access->kind == ACCESS_EXECUTE)
        needed = access->actor.cpl == 3 ? RMP_MAY_EXECUTE_USER : RMP_MAY_EXECUTE_SUPERVISOR;
    is_wrong_gpa = record->gpa / PAGE_SIZE != access->gpa.v / PAGE_SIZE;
    is_wrong_size = record->is_large != access->is_large;
    if (is_wrong_gpa && is_wrong_size)
        return ROW_COUNT;
    if (state == RMP_GUEST_INVALID)
        return is_wrong_size ? ROW_COUNT : is_wrong_gpa ? ROW_GUEST_INVALID_WRONG_GPA : rows[state];
    if (is_wrong_gpa || is_wrong_size)
        return is_wrong_gpa ? ROW_GUEST_VALID_WRONG_GPA : ROW_GUEST_VALID_WRONG_SIZE;
    return (record->permission[access->actor.vmpl] & needed) == needed
               ? ROW_GUEST_VALID
               : ROW_GUEST_VALID_NO_PERMISSION;
}

/* The column of an access; COLUMN_COUNT: the table does not speak of it. */
static inline enum matrix_column matrix_column_of(const struct rmp_entry *record,
                                                  const struct access *access)
{
    bool is_data = access->kind == ACCESS_READ || access->kind == ACCESS_WRITE;
    bool is_read = access->kind == ACCESS_READ || access->kind == ACCESS_EXECUTE;

    if (access->actor.kind == ACTOR_HYPERVISOR)
        return is_read ? COLUMN_HOST_READ : COLUMN_HOST_WRITE;
    if (access->actor.kind == ACTOR_DEVICE)
        return access->actor.is_snp ? COLUMN_COUNT : COLUMN_DMA;
    if (access->actor.kind == ACTOR_FIRMWARE || access->actor.asid == 0)
        return COLUMN_COUNT;
    if (!access->actor.is_snp)
        return is_read ? COLUMN_COUNT : COLUMN_LEGACY_WRITE;
    if (is_data && !access->is_private)
        return is_read ? COLUMN_COUNT : COLUMN_SHARED_WRITE;
    return access->actor.asid == (record && record->asid ? record->asid : 1) ? COLUMN_OWN
                                                                             : COLUMN_OTHER;
}

/* What became of an access. */
static inline enum matrix_end matrix_end_of(const struct fault *fault)
{
    switch (fault->kind) {
    case FAULT_PAGE:
        return PF;
    case FAULT_NESTED:
        return fault->error & FAULT_ERROR_VMPL ? VMPL : NPF;
    case FAULT_NOT_VALIDATED:
        return VC;
    case FAULT_DEVICE:
        return STOP;
    default:
        return OK;
    }
}

#endif
