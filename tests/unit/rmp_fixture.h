/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/rmp_fixture.h — a small table, who uses it, and the walker at the end of every test.
 */
#ifndef CVMLAB_TEST_RMP_FIXTURE_H
#define CVMLAB_TEST_RMP_FIXTURE_H

#include "memory/rmp.h"

enum { FIXTURE_PAGES = 2 * LARGE_PAGE_PAGES + 8, FIXTURE_ASID_MAX = 9, OWNER = 1, STRANGER = 2 };

/* Guests map spa 0 there; page n of the table is GPA(n). */
#define FIXTURE_GPA UINT64_C(0x80000000)

static const struct actor host = {.kind = ACTOR_HYPERVISOR};
static const struct actor owner = {.kind = ACTOR_GUEST, .asid = OWNER, .is_snp = true};
static const struct actor stranger = {.kind = ACTOR_GUEST, .asid = STRANGER, .is_snp = true};
static const struct actor legacy = {.kind = ACTOR_GUEST, .asid = OWNER};
static const struct actor device = {.kind = ACTOR_DEVICE};

static inline struct actor owner_at(uint8_t vmpl, uint8_t cpl)
{
    struct actor actor = owner;

    actor.vmpl = vmpl;
    actor.cpl = cpl;
    return actor;
}

static inline spa_t page_at(uint64_t number)
{
    return (spa_t){number * PAGE_SIZE};
}

static inline gpa_t gpa_at(uint64_t number)
{
    return (gpa_t){FIXTURE_GPA + number * PAGE_SIZE};
}

static inline struct rmp fixture_begin(void)
{
    struct rmp rmp;

    assert_int_equal(rmp_create(&rmp, FIXTURE_PAGES, FIXTURE_ASID_MAX), STATUS_OK);
    return rmp;
}

static inline void fixture_end(struct rmp *rmp)
{
    spa_t page;

    assert_int_equal(rmp_check_all(rmp, &page), STATUS_OK);
    rmp_destroy(rmp);
}

/* The operand that gives a page to a guest; asid 0: to the hypervisor. */
static inline struct rmp_operand operand_for(uint64_t number, uint16_t asid, bool is_large)
{
    return (struct rmp_operand){.gpa = {asid ? gpa_at(number).v : 0},
                                .asid = asid,
                                .assigned = asid != 0,
                                .is_large = is_large};
}

static inline enum rmp_code give(struct rmp *rmp, uint64_t number, uint16_t asid, bool is_large)
{
    struct rmp_operand operand = operand_for(number, asid, is_large);

    return rmp_update(rmp, &host, page_at(number), &operand);
}

static inline struct rmp_target target_of(uint64_t number, bool is_large)
{
    return (struct rmp_target){gpa_at(number), page_at(number), is_large};
}

/* PVALIDATE by the owner. */
static inline struct rmp_result validate(struct rmp *rmp, uint64_t number, bool is_large,
                                         bool valid)
{
    struct rmp_target target = target_of(number, is_large);

    return rmp_pvalidate(rmp, &owner, &target, valid);
}

/* A page of the owner that it has validated. */
static inline void give_valid(struct rmp *rmp, uint64_t number, bool is_large)
{
    assert_int_equal(give(rmp, number, OWNER, is_large), RMP_OK);
    assert_int_equal(validate(rmp, number, is_large, true).fault.kind, FAULT_NONE);
    assert_int_equal(rmp_page_state(rmp, page_at(number)), RMP_GUEST_VALID);
}

static inline void assert_fault(const struct fault *fault, enum fault_kind kind,
                                enum rmp_check check)
{
    assert_string_equal(fault_kind_name(fault->kind), fault_kind_name(kind));
    assert_string_equal(rmp_check_name(fault->check), rmp_check_name(check));
}

static inline void assert_code(struct rmp_result result, enum rmp_code code)
{
    assert_string_equal(fault_kind_name(result.fault.kind), fault_kind_name(FAULT_NONE));
    assert_string_equal(rmp_code_name(result.code), rmp_code_name(code));
}

static inline void assert_state(const struct rmp *rmp, uint64_t number, enum rmp_state state)
{
    assert_string_equal(rmp_state_name(rmp_page_state(rmp, page_at(number))),
                        rmp_state_name(state));
}

#endif
