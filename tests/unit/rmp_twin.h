/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/rmp_twin.h — one operation after another on the RMP and on the reference model
 * (rmp_reference.h), which must agree in what is answered, in every field of every page that could
 * change, and in what the watch is told. Whoever draws the operations (random numbers, a fuzzer's
 * bytes) gives a choose function; rmp_step.h draws. */
#ifndef CVMLAB_TEST_RMP_TWIN_H
#define CVMLAB_TEST_RMP_TWIN_H

#include "rmp_reference.h"

enum rmp_op {
    OP_UPDATE,
    OP_PSMASH,
    OP_READ,
    OP_PVALIDATE,
    OP_ADJUST,
    OP_QUERY,
    OP_VMRUN,
    OP_VMEXIT,
    OP_SET,
    OP_UNSMASH,
    OP_ACCESS,
    OP_COUNT
};

/* An operation with all its operands; each takes what it needs. */
struct rmp_step {
    enum rmp_op op;
    struct actor by;
    spa_t spa;
    gpa_t gpa;
    bool is_large, validate;
    struct rmp_operand operand;
    struct rmp_rights rights;
    struct rmp_entry entry;
    struct access access;
};

/* How it ended: status of the firmware's operations, else code or fault; and what was told. */
struct rmp_end {
    enum status status;
    struct rmp_result result;
    struct rmp_operand operand;
    struct rmp_rights rights;
};

struct rmp_twin {
    struct rmp rmp;
    struct reference ref;
    uint64_t told_first, told_count; /* pages that the watch was told of in this step; count 0 */
    unsigned told;                   /* how often */
};

/* Two whole large pages and eight small ones that begin a third, which the table's end cuts. */
enum { TWIN_PAGES = 2 * LARGE_PAGE_PAGES + 8, TWIN_ASID_MAX = 2 };

static inline void twin_told(void *context, spa_t first, uint64_t count)
{
    struct rmp_twin *twin = context;

    twin->told_first = first.v / PAGE_SIZE;
    twin->told_count = count;
    twin->told++;
}

/* Returns whether there was memory; the caller ends with rmp_destroy(&twin->rmp). */
static inline bool twin_begin(struct rmp_twin *twin)
{
    *twin = (struct rmp_twin){.ref = {.page_count = TWIN_PAGES, .asid_max = TWIN_ASID_MAX}};
    if (rmp_create(&twin->rmp, TWIN_PAGES, TWIN_ASID_MAX) != STATUS_OK)
        return false;
    twin->rmp.watch = (struct rmp_watch){twin_told, twin};
    return true;
}

/* The error code of a failed access: #PF (APM vol. 2, 8.4.2) of the host, EXITINFO1 (15.25.6 and
 * 15.36.10) of a guest. */
static inline uint64_t twin_error_code(const struct access *a, enum rmp_check check)
{
    bool is_host = a->actor.kind == ACTOR_HYPERVISOR, is_fetch = a->kind == ACCESS_EXECUTE;
    bool is_walk = a->kind == ACCESS_WALK || a->kind == ACCESS_WALK_UPDATE;
    uint64_t error = FAULT_ERROR_PRESENT | FAULT_ERROR_RMP;

    if (a->kind == ACCESS_WRITE || a->kind == ACCESS_WALK_UPDATE || (is_walk && !is_host))
        error |= FAULT_ERROR_WRITE;
    if (!is_host || a->actor.cpl == 3)
        error |= FAULT_ERROR_USER;
    if (is_fetch)
        error |= FAULT_ERROR_FETCH;
    if (is_host)
        return error;
    if (a->is_private || (a->actor.is_snp && (is_walk || is_fetch)))
        error |= FAULT_ERROR_ENCRYPTED;
    if (check == RMP_CHECK_VMPL)
        error |= FAULT_ERROR_VMPL;
    return error | (is_walk ? FAULT_ERROR_WALK : FAULT_ERROR_FINAL);
}

static inline struct fault twin_access_fault(struct reference *ref, const struct access *a)
{
    enum rmp_check check = reference_check(ref, a);
    struct fault fault = {.check = check};

    if (check == RMP_CHECK_NONE)
        return fault;
    fault.kind = a->actor.kind == ACTOR_HYPERVISOR ? FAULT_PAGE
                 : a->actor.kind == ACTOR_DEVICE   ? FAULT_DEVICE
                 : check == RMP_CHECK_VALIDATED    ? FAULT_NOT_VALIDATED
                                                   : FAULT_NESTED;
    if (fault.kind == FAULT_PAGE || fault.kind == FAULT_NESTED)
        fault.error = twin_error_code(a, check);
    return fault;
}

/* The firmware's own writes: of an entry in place of one of the same size, and of 512 as one. */
static inline enum status twin_reference_set(struct reference *ref, const struct rmp_step *step)
{
    uint64_t n, size = step->entry.is_large ? LARGE_PAGE_PAGES : 1;
    struct rmp_entry *first = reference_find(ref, step->spa.v, &n);

    if (!reference_covers(ref, step->spa.v, size))
        return STATUS_BAD_ADDRESS;
    if (rmp_entry_state(&step->entry) == RMP_INVALID)
        return STATUS_BAD_INPUT;
    if (n != size)
        return STATUS_BAD_STATE;
    reference_write(first, n, step->entry);
    return STATUS_OK;
}

static inline bool entries_are_equal(const struct rmp_entry *a, const struct rmp_entry *b)
{
    bool equal = a->gpa == b->gpa && a->asid == b->asid && a->assigned == b->assigned &&
                 a->validated == b->validated && a->vmsa == b->vmsa &&
                 a->immutable == b->immutable && a->lock == b->lock && a->is_large == b->is_large;

    for (unsigned i = 0; i < VMPL_COUNT; i++)
        equal = equal && a->permission[i] == b->permission[i];
    return equal;
}

static inline enum status twin_reference_unsmash(struct reference *ref, uint64_t spa)
{
    struct rmp_entry large, want, *first = reference_at(ref, spa);

    if (!reference_covers(ref, spa, LARGE_PAGE_PAGES))
        return STATUS_BAD_ADDRESS;
    large = want = *first;
    large.is_large = true;
    if (!want.assigned || !want.immutable || want.vmsa || want.lock || want.is_large ||
        rmp_entry_state(&large) == RMP_INVALID)
        return STATUS_BAD_STATE;
    for (unsigned i = 0; i < LARGE_PAGE_PAGES; i++, want.gpa += want.asid ? PAGE_SIZE : 0)
        if (!entries_are_equal(&first[i], &want))
            return STATUS_BAD_STATE;
    reference_write(first, LARGE_PAGE_PAGES, large);
    return STATUS_OK;
}

static inline struct rmp_end twin_reference(struct reference *ref, const struct rmp_step *step)
{
    struct rmp_end end = {.rights = step->rights};
    struct rmp_target at = {step->gpa, step->spa, step->is_large};
    struct rmp_entry *entry;
    uint64_t n;

    if (step->op == OP_UPDATE)
        end.result.code = reference_update(ref, &step->by, step->spa.v, &step->operand);
    else if (step->op == OP_PSMASH)
        end.result.code = reference_psmash(ref, &step->by, step->spa.v);
    else if (step->op == OP_READ) {
        entry = reference_find(ref, step->spa.v, &n);
        end.result.code = step->by.kind != ACTOR_HYPERVISOR ? RMP_FAIL_PERMISSION
                          : entry                           ? RMP_OK
                                                            : RMP_FAIL_INPUT;
        if (end.result.code == RMP_OK)
            end.operand = (struct rmp_operand){
                {entry->gpa}, entry->asid, entry->assigned, entry->is_large, entry->immutable};
    } else if (step->op >= OP_PVALIDATE && step->op <= OP_QUERY)
        end.result = reference_guest(ref, &step->by, step->op - OP_PVALIDATE, &at, step->validate,
                                     &end.rights);
    else if (step->op == OP_VMRUN)
        end.result = reference_vmrun(ref, &step->by, step->gpa.v, step->spa.v);
    else if (step->op == OP_VMEXIT) {
        entry = reference_find(ref, step->spa.v, &n);
        for (uint64_t i = 0; i < n; i++)
            entry[i].lock = false;
    } else if (step->op == OP_SET)
        end.status = twin_reference_set(ref, step);
    else if (step->op == OP_UNSMASH)
        end.status = twin_reference_unsmash(ref, step->spa.v);
    else
        end.result.fault = twin_access_fault(ref, &step->access);
    return end;
}

static inline struct rmp_end twin_product(struct rmp *rmp, const struct rmp_step *step)
{
    struct rmp_end end = {.rights = step->rights};
    struct rmp_target at = {step->gpa, step->spa, step->is_large};

    switch (step->op) {
    case OP_UPDATE:
        end.result.code = rmp_update(rmp, &step->by, step->spa, &step->operand);
        break;
    case OP_PSMASH:
        end.result.code = rmp_psmash(rmp, &step->by, step->spa);
        break;
    case OP_READ:
        end.result.code = rmp_read(rmp, &step->by, step->spa, &end.operand);
        break;
    case OP_PVALIDATE:
        end.result = rmp_pvalidate(rmp, &step->by, &at, step->validate);
        break;
    case OP_ADJUST:
        end.result = rmp_adjust(rmp, &step->by, &at, &step->rights);
        break;
    case OP_QUERY:
        end.result = rmp_query(rmp, &step->by, &at, &end.rights);
        break;
    case OP_VMRUN:
        end.result = rmp_vmsa_enter(rmp, &step->by, step->gpa, step->spa);
        break;
    case OP_VMEXIT:
        rmp_vmsa_leave(rmp, step->spa);
        break;
    case OP_SET:
        end.status = rmp_firmware_set(rmp, step->spa, &step->entry);
        break;
    case OP_UNSMASH:
        end.status = rmp_unsmash(rmp, step->spa);
        break;
    default:
        if (rmp_access_check(rmp, &step->access, &end.result.fault))
            end.result.fault = (struct fault){FAULT_NONE, RMP_CHECK_NONE, 0, {0}, {0}};
    }
    return end;
}

/* Each rule that they break has its words; NULL: they agree. */
static inline const char *twin_compare_ends(const struct rmp_end *is, const struct rmp_end *should)
{
    const struct fault *a = &is->result.fault, *b = &should->result.fault;
    bool has_error = b->kind == FAULT_PAGE || b->kind == FAULT_NESTED;

    if (is->status != should->status)
        return "the status is that of the reference";
    if (a->kind != b->kind)
        return "the kind of fault is that of the reference";
    if (a->check != b->check && b->kind != FAULT_NONE)
        return "the failed check is that of the reference";
    if (has_error && a->error != b->error)
        return "the error code is that of the reference";
    if (b->kind == FAULT_NONE && is->result.code != should->result.code)
        return "the code is that of the reference";
    if (b->kind == FAULT_NONE && is->result.carry != should->result.carry)
        return "the carry is that of the reference";
    if (is->operand.gpa.v != should->operand.gpa.v || is->operand.asid != should->operand.asid ||
        is->operand.assigned != should->operand.assigned ||
        is->operand.is_large != should->operand.is_large ||
        is->operand.immutable != should->operand.immutable)
        return "RMPREAD tells what the reference does";
    if (is->rights.mask != should->rights.mask || is->rights.vmsa != should->rights.vmsa ||
        is->rights.is_large != should->rights.is_large)
        return "RMPQUERY tells what the reference does";
    return NULL;
}

/* The record of a page that the entry which governs it stands for. */
static inline struct rmp_entry twin_record(const struct rmp *rmp, uint64_t page)
{
    struct rmp_entry entry = *rmp_find(rmp, (spa_t){page * PAGE_SIZE});

    if (entry.is_large && entry.asid != 0)
        entry.gpa += page % LARGE_PAGE_PAGES * PAGE_SIZE;
    return entry;
}

/* Pages first to end - 1. */
static inline const char *twin_compare_pages(struct rmp_twin *twin, uint64_t first, uint64_t end)
{
    for (uint64_t page = first; page < end && page < TWIN_PAGES; page++) {
        struct rmp_entry is = twin_record(&twin->rmp, page);

        if (!entries_are_equal(&is, &twin->ref.page[page]))
            return "every field of every page is that of the reference";
    }
    return NULL;
}

/* Runs a step on both. NULL: they agree; else the rule that is broken. *end: how it ended. */
static inline const char *twin_step(struct rmp_twin *twin, const struct rmp_step *step,
                                    struct rmp_end *end)
{
    uint64_t page = step->spa.v / PAGE_SIZE, n, after;
    struct rmp_end should;
    struct rmp_entry *entry = reference_find(&twin->ref, step->spa.v, &n), before = {0};
    const char *broken;
    bool changed;

    if (entry)
        before = *entry;
    twin->told = 0;
    should = twin_reference(&twin->ref, step);
    *end = twin_product(&twin->rmp, step);
    broken = twin_compare_ends(end, &should);
    if (!broken)
        broken = twin_compare_pages(twin, page / LARGE_PAGE_PAGES * LARGE_PAGE_PAGES,
                                    page / LARGE_PAGE_PAGES * LARGE_PAGE_PAGES + LARGE_PAGE_PAGES);
    if (broken)
        return broken;
    changed = entry && !entries_are_equal(&before, entry);
    if (changed && twin->told != 1)
        return "the watch is told once of a change";
    (void)reference_find(&twin->ref, step->spa.v, &after);
    n = n > after ? n : after;
    if (changed && (twin->told_first != page / n * n || twin->told_count != n))
        return "the watch is told of all pages that change";
    if (twin->told && (should.status != STATUS_OK || should.result.code != RMP_OK ||
                       should.result.fault.kind != FAULT_NONE))
        return "the watch is not told of what is refused";
    return NULL;
}

#endif
