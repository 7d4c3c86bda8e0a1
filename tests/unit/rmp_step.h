/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/rmp_step.h — draws operations for the twins (rmp_twin.h): mostly such as software
 * would run on few pages, so that every state, code and fault comes up; and some that make no
 * sense. */
#ifndef CVMLAB_TEST_RMP_STEP_H
#define CVMLAB_TEST_RMP_STEP_H

#include "rmp_twin.h"

/* A number below bound, which is at most 256. */
struct rmp_choice {
    unsigned (*below)(void *context, unsigned bound);
    void *context;
    struct rmp_entry sweep; /* what the firmware is writing to all pages of a large one */
    uint64_t sweep_page;
    unsigned sweep_left;
};

static inline unsigned choose(struct rmp_choice *choice, unsigned bound)
{
    return choice->below(choice->context, bound);
}

/* One in so many. */
static inline bool choose_rarely(struct rmp_choice *choice, unsigned many)
{
    return choose(choice, many) == many - 1;
}

#define STEP_GPA UINT64_C(0x40000000) /* where guests map spa 0; the rest follows it */

static inline spa_t choose_spa(struct rmp_choice *choice)
{
    static const uint64_t pages[] = {0,    1,    2,    511,  512,  513,  1023,
                                     1024, 1031, 1032, 1535, 1536, 4096, (uint64_t)1 << 40};
    unsigned edge = sizeof pages / sizeof *pages;
    uint64_t page = pages[choose_rarely(choice, 16) ? choose(choice, edge) : choose(choice, 6)];

    return (spa_t){page * PAGE_SIZE + (choose_rarely(choice, 32) ? 0x10 : 0)};
}

static inline gpa_t choose_gpa(struct rmp_choice *choice, spa_t spa)
{
    const uint64_t right = STEP_GPA + spa.v;
    const uint64_t wrong[] = {0,         right + PAGE_SIZE, right + LARGE_PAGE_SIZE,
                              right + 8, RMP_IOMMU_TAG,     RMP_IOMMU_TAG + PAGE_SIZE,
                              spa.v};

    if (!choose_rarely(choice, 8))
        return (gpa_t){right};
    return (gpa_t){wrong[choose(choice, sizeof wrong / sizeof *wrong)]};
}

static inline uint16_t choose_asid(struct rmp_choice *choice)
{
    static const uint16_t asids[] = {1, 1, 1, 1, 1, 1, 2, 0};

    return choose_rarely(choice, 64) ? TWIN_ASID_MAX + 1 : asids[choose(choice, 8)];
}

static inline struct actor choose_actor(struct rmp_choice *choice, enum actor_kind most)
{
    static const enum actor_kind kinds[] = {ACTOR_HYPERVISOR, ACTOR_GUEST, ACTOR_DEVICE,
                                            ACTOR_FIRMWARE};
    struct actor by = {.kind = most, .asid = 1, .is_snp = true};

    if (choose_rarely(choice, 8))
        by.kind = kinds[choose(choice, 4)];
    if (by.kind == ACTOR_HYPERVISOR || by.kind == ACTOR_FIRMWARE)
        return (struct actor){.kind = by.kind, .cpl = choose_rarely(choice, 4) ? 3 : 0};
    if (choose_rarely(choice, 4))
        by.asid = choose_asid(choice);
    if (choose_rarely(choice, 8))
        by.is_snp = false;
    if (choose_rarely(choice, 3))
        by.vmpl = (uint8_t)choose(choice, VMPL_COUNT);
    if (choose_rarely(choice, 8))
        by.cpl = (uint8_t)choose(choice, 4);
    return by;
}

static inline struct rmp_entry choose_entry(struct rmp_choice *choice, spa_t spa, bool is_large)
{
    struct rmp_entry entry = {.is_large = is_large, .assigned = true};
    enum rmp_state state = choose(choice, 2)
                               ? RMP_HYPERVISOR + choose(choice, RMP_INVALID - RMP_HYPERVISOR)
                               : RMP_PRE_GUEST + choose(choice, RMP_INVALID - RMP_PRE_GUEST);

    if (state == RMP_HYPERVISOR || state == RMP_HV_FIXED)
        entry.assigned = false;
    if (state == RMP_FIRMWARE_IOMMU || state == RMP_METADATA)
        entry.gpa = state == RMP_METADATA ? choose_gpa(choice, spa).v : RMP_IOMMU_TAG;
    if (state >= RMP_PRE_GUEST) {
        entry.gpa = choose_gpa(choice, spa).v;
        entry.asid = choose_rarely(choice, 4) ? 2 : 1;
        entry.permission[0] =
            (uint8_t)(choose_rarely(choice, 8) ? choose(choice, 32) : RMP_MAY_ALL);
        entry.permission[1] = (uint8_t)choose(choice, 32);
        entry.permission[3] = (uint8_t)(choose_rarely(choice, 8) ? choose(choice, 256) : 0);
        entry.vmsa = choose_rarely(choice, 3);
    }
    entry.vmsa = entry.vmsa || state == RMP_CONTEXT;
    entry.immutable = state != RMP_HYPERVISOR && state != RMP_RECLAIM &&
                      state != RMP_GUEST_INVALID && state != RMP_GUEST_VALID;
    entry.validated = state == RMP_PRE_SWAP || state == RMP_GUEST_VALID;
    entry.lock = choose_rarely(choice, 16);
    if (choose_rarely(choice, 16))
        entry.validated = !entry.validated;
    if (choose_rarely(choice, 16))
        entry.assigned = !entry.assigned;
    return entry;
}

static inline struct access choose_access(struct rmp_choice *choice, spa_t spa, bool is_large)
{
    static const enum access_kind kinds[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE, ACCESS_WALK,
                                             ACCESS_WALK_UPDATE};
    static const enum actor_kind most[] = {ACTOR_HYPERVISOR, ACTOR_GUEST, ACTOR_GUEST, ACTOR_GUEST,
                                           ACTOR_DEVICE};

    return (struct access){.actor = choose_actor(choice, most[choose(choice, 5)]),
                           .kind = kinds[choose(choice, 5)],
                           .spa = spa,
                           .gpa = choose_gpa(choice, spa),
                           .is_private = !choose_rarely(choice, 4),
                           .is_large = is_large};
}

/* Begins to write one kind of entry to all pages of a large one, which then are made one: so large
 * pages come and go. */
static inline void sweep_begin(struct rmp_choice *choice)
{
    choice->sweep_left = LARGE_PAGE_PAGES + 1;
    choice->sweep_page = LARGE_PAGE_PAGES * choose(choice, 2);
    choice->sweep =
        choose_entry(choice, (spa_t){choice->sweep_page * PAGE_SIZE}, choose_rarely(choice, 4));
    if (choose(choice, 2))
        choice->sweep = (struct rmp_entry){0};
}

static inline struct rmp_step sweep_next(struct rmp_choice *choice)
{
    struct rmp_step step = {.op = OP_SET, .entry = choice->sweep};

    if (--choice->sweep_left == 0) {
        step.op = choice->sweep.assigned ? OP_UNSMASH : OP_UPDATE;
        choice->sweep_page -= LARGE_PAGE_PAGES;
    }
    step.spa = (spa_t){choice->sweep_page++ * PAGE_SIZE};
    step.operand = (struct rmp_operand){{STEP_GPA + step.spa.v}, 1, true, true, false};
    choice->sweep.gpa += choice->sweep.asid ? PAGE_SIZE : 0;
    return step;
}

static inline enum rmp_op choose_op(struct rmp_choice *choice)
{
    static const enum rmp_op often[] = {OP_UPDATE, OP_UPDATE, OP_PVALIDATE, OP_PVALIDATE,
                                        OP_ADJUST, OP_SET,    OP_VMEXIT};
    static const enum rmp_op seldom[] = {OP_PSMASH, OP_READ, OP_QUERY, OP_VMRUN, OP_UNSMASH};

    if (choose(choice, 5) < 2)
        return OP_ACCESS;
    return choose_rarely(choice, 4) ? seldom[choose(choice, 5)] : often[choose(choice, 7)];
}

static inline struct rmp_operand choose_operand(struct rmp_choice *choice,
                                                const struct rmp_step *step)
{
    struct rmp_operand operand = {.is_large = step->is_large};

    operand.assigned = choose(choice, 4) != 0;
    operand.immutable = choose_rarely(choice, operand.assigned ? 4 : 16);
    if (operand.assigned || choose_rarely(choice, 8)) {
        operand.asid = choose_asid(choice);
        operand.gpa = operand.asid || choose_rarely(choice, 8) ? step->gpa : (gpa_t){0};
    }
    return operand;
}

/* The next operation; twin tells which size the page has. */
static inline struct rmp_step step_draw(struct rmp_twin *twin, struct rmp_choice *choice)
{
    struct rmp_step step = {.op = choose_op(choice)};
    const struct rmp_entry *entry;
    uint64_t n;
    bool is_host;

    if (choice->sweep_left == 0 && choose(choice, 256) == 7 && choose(choice, 8) == 0)
        sweep_begin(choice);
    if (choice->sweep_left > 0)
        return sweep_next(choice);
    step.spa = choose_spa(choice);
    entry = reference_find(&twin->ref, step.spa.v, &n);
    step.is_large = (entry && entry->is_large) != choose_rarely(choice, 8);
    if (step.is_large && step.op != OP_ACCESS && choose(choice, 8) != 0)
        step.spa.v &= ~(uint64_t)(LARGE_PAGE_SIZE - 1);
    step.gpa = choose_gpa(choice, step.spa);
    is_host = step.op == OP_UPDATE || step.op == OP_PSMASH || step.op == OP_READ;
    step.by = choose_actor(choice, is_host ? ACTOR_HYPERVISOR : ACTOR_GUEST);
    if (step.op == OP_PVALIDATE && choose(choice, 4) != 0)
        step.by.vmpl = 0;
    step.validate = choose(choice, 4) != 0;
    step.operand = choose_operand(choice, &step);
    step.rights = (struct rmp_rights){.vmpl = (uint8_t)choose(choice, VMPL_COUNT),
                                      .mask = (uint8_t)choose(choice, 32),
                                      .vmsa = choose_rarely(choice, 3)};
    if (choose_rarely(choice, 32))
        step.rights.vmpl = (uint8_t)choose(choice, 256);
    if (choose_rarely(choice, 32))
        step.rights.mask = (uint8_t)choose(choice, 256);
    step.entry = choose_entry(choice, step.spa, step.is_large);
    step.access = choose_access(choice, step.spa, step.is_large);
    return step;
}

#endif
