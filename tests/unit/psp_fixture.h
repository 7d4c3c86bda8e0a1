/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/psp_fixture.h — a machine with SNP, its secure processor, and what a hypervisor does
 * to get pages into each state; and snapshots, because a refused command must change nothing.
 * Include the cmocka headers first. */
#ifndef CVMLAB_TESTS_UNIT_PSP_FIXTURE_H
#define CVMLAB_TESTS_UNIT_PSP_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "psp/firmware_internal.h"

/* Four times 2 MiB; the RMP does not cover the last. */
enum {
    FIXTURE_PAGES = 4 * LARGE_PAGE_PAGES,
    FIXTURE_RMP_PAGES = 3 * LARGE_PAGE_PAGES,
    FIXTURE_ASIDS = 4,
    FIXTURE_GUESTS = 8
};

/* The policy of a guest that allows everything. */
#define POLICY_OPEN (PSP_POLICY_MUST_BE_ONE | PSP_POLICY_SMT | PSP_POLICY_DEBUG)

struct psp_snapshot {
    struct rmp_entry entry[FIXTURE_RMP_PAGES];
    uint32_t version[FIXTURE_PAGES]; /* of the bytes */
    struct psp psp;
    struct gctx gctx[FIXTURE_GUESTS];
    uint8_t asid_state[FIXTURE_ASIDS + 1];
};

struct psp_fixture {
    struct memory_config config;
    struct memory *memory;
    struct rmp *rmp;
    struct psp *psp;
};

static const struct actor hypervisor = {.kind = ACTOR_HYPERVISOR};

static inline spa_t page_at(unsigned number)
{
    return (spa_t){(uint64_t)number << PAGE_SHIFT};
}

static inline gpa_t gpa_at(unsigned number)
{
    return (gpa_t){(uint64_t)number << PAGE_SHIFT};
}

static inline struct memory_config fixture_config(void)
{
    return (struct memory_config){.mode = MEMORY_SNP,
                                  .cipher = CIPHER_XTS128,
                                  .c_bit_rule = C_BIT_VTOM,
                                  .c_bit = 51,
                                  .page_count = FIXTURE_PAGES,
                                  .rmp_pages = FIXTURE_RMP_PAGES,
                                  .asid_max = FIXTURE_ASIDS,
                                  .seed = 7};
}

/* Without INIT. */
static inline void fixture_create(struct psp_fixture *fix, const struct memory_config *config)
{
    fix->config = *config;
    assert_int_equal(memory_create(config, &fix->memory), STATUS_OK);
    fix->rmp = memory_rmp(fix->memory);
    fix->psp = psp_create(fix->memory, 11);
    assert_non_null(fix->psp);
}

static inline void fixture_begin(struct psp_fixture *fix)
{
    const struct memory_config config = fixture_config();
    const struct psp_init_options options = {0};

    fixture_create(fix, &config);
    assert_int_equal(psp_init(fix->psp, &options), PSP_SUCCESS);
}

/* Every test ends with this. */
static inline void fixture_check(const struct psp_fixture *fix)
{
    spa_t page;

    assert_int_equal(rmp_check_all(fix->rmp, &page), STATUS_OK);
    assert_int_equal(psp_check_all(fix->psp, &page), STATUS_OK);
}

static inline void fixture_end(struct psp_fixture *fix)
{
    fixture_check(fix);
    psp_destroy(fix->psp);
    memory_destroy(fix->memory);
}

/* --- what the hypervisor does --- */

static inline void rmp_give(struct psp_fixture *fix, spa_t page, const struct rmp_operand *operand)
{
    assert_int_equal(rmp_update(fix->rmp, &hypervisor, page, operand), RMP_OK);
}

static inline void give_firmware(struct psp_fixture *fix, spa_t page)
{
    rmp_give(fix, page, &(struct rmp_operand){.assigned = true, .immutable = true});
}

static inline void give_firmware_large(struct psp_fixture *fix, spa_t page)
{
    rmp_give(fix, page,
             &(struct rmp_operand){.assigned = true, .immutable = true, .is_large = true});
}

static inline void give_guest(struct psp_fixture *fix, spa_t page, uint16_t asid, gpa_t gpa)
{
    rmp_give(fix, page, &(struct rmp_operand){.assigned = true, .asid = asid, .gpa = gpa});
}

static inline void give_pre_guest(struct psp_fixture *fix, spa_t page, uint16_t asid, gpa_t gpa)
{
    rmp_give(fix, page,
             &(struct rmp_operand){.assigned = true, .immutable = true, .asid = asid, .gpa = gpa});
}

static inline void give_pre_guest_large(struct psp_fixture *fix, spa_t page, uint16_t asid,
                                        gpa_t gpa)
{
    rmp_give(fix, page,
             &(struct rmp_operand){
                 .assigned = true, .immutable = true, .is_large = true, .asid = asid, .gpa = gpa});
}

static inline void accept(struct psp_fixture *fix, spa_t page, uint16_t asid, gpa_t gpa)
{
    const struct actor guest = {.kind = ACTOR_GUEST, .asid = asid, .is_snp = true};
    const struct rmp_target target = {.gpa = gpa, .spa = page};

    assert_int_equal(rmp_pvalidate(fix->rmp, &guest, &target, true).fault.kind, FAULT_NONE);
    assert_int_equal(rmp_page_state(fix->rmp, page), RMP_GUEST_VALID);
}

/* A page that the guest has accepted, and that is then prepared to leave. */
static inline void give_pre_swap(struct psp_fixture *fix, spa_t page, uint16_t asid, gpa_t gpa)
{
    give_guest(fix, page, asid, gpa);
    accept(fix, page, asid, gpa);
    give_pre_guest(fix, page, asid, gpa);
    assert_int_equal(rmp_page_state(fix->rmp, page), RMP_PRE_SWAP);
}

/* A guest in LAUNCH, active. */
static inline void guest_begin(struct psp_fixture *fix, spa_t gctx, uint16_t asid, uint64_t policy)
{
    const struct psp_launch_start start = {.gctx = gctx, .policy = policy};

    give_firmware(fix, gctx);
    assert_int_equal(psp_gctx_create(fix->psp, gctx), PSP_SUCCESS);
    assert_int_equal(psp_launch_start(fix->psp, &start), PSP_SUCCESS);
    assert_int_equal(psp_activate(fix->psp, gctx, asid), PSP_SUCCESS);
}

/* --- bytes --- */

static inline struct access host_access(enum access_kind kind, spa_t page)
{
    return (struct access){.actor = hypervisor, .kind = kind, .spa = page};
}

static inline void host_write(struct psp_fixture *fix, spa_t page, const uint8_t bytes[PAGE_SIZE])
{
    const struct access access = host_access(ACCESS_WRITE, page);
    struct fault fault;

    assert_true(memory_write(fix->memory, &access, bytes, PAGE_SIZE, &fault));
}

static inline void host_fill(struct psp_fixture *fix, spa_t page, uint8_t value)
{
    uint8_t bytes[PAGE_SIZE];

    memset(bytes, value, sizeof bytes);
    host_write(fix, page, bytes);
}

static inline void host_read(struct psp_fixture *fix, spa_t page, uint8_t bytes[PAGE_SIZE])
{
    const struct access access = host_access(ACCESS_READ, page);
    struct fault fault;

    assert_true(memory_read(fix->memory, &access, bytes, PAGE_SIZE, &fault));
}

/* As the guest would read it: false if the RMP refuses. */
static inline bool guest_read(struct psp_fixture *fix, uint16_t asid, gpa_t gpa, spa_t page,
                              uint8_t bytes[PAGE_SIZE])
{
    const struct rmp_entry *entry = rmp_find(fix->rmp, page);
    const struct access access = {.actor = {.kind = ACTOR_GUEST, .asid = asid, .is_snp = true},
                                  .kind = ACCESS_READ,
                                  .spa = page,
                                  .gpa = gpa,
                                  .is_private = true,
                                  .is_large = entry && entry->is_large};
    struct fault fault;

    return memory_read(fix->memory, &access, bytes, PAGE_SIZE, &fault);
}

static inline void guest_fill(struct psp_fixture *fix, uint16_t asid, gpa_t gpa, spa_t page,
                              uint8_t value)
{
    const struct access access = {.actor = {.kind = ACTOR_GUEST, .asid = asid, .is_snp = true},
                                  .kind = ACCESS_WRITE,
                                  .spa = page,
                                  .gpa = gpa,
                                  .is_private = true};
    uint8_t bytes[PAGE_SIZE];
    struct fault fault;

    memset(bytes, value, sizeof bytes);
    assert_true(memory_write(fix->memory, &access, bytes, sizeof bytes, &fault));
}

static inline void assert_filled(const uint8_t bytes[PAGE_SIZE], uint8_t value)
{
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        assert_int_equal(bytes[i], value);
}

static inline void assert_same_entry(const struct rmp_entry *a, const struct rmp_entry *b)
{
    assert_int_equal(a->gpa, b->gpa);
    assert_int_equal(a->asid, b->asid);
    assert_int_equal(rmp_entry_state(a), rmp_entry_state(b));
    assert_int_equal(a->vmsa, b->vmsa);
    assert_int_equal(a->lock, b->lock);
    assert_int_equal(a->is_large, b->is_large);
    assert_memory_equal(a->permission, b->permission, sizeof a->permission);
}

/* --- snapshots --- */

static inline void snapshot_take(const struct psp_fixture *fix, struct psp_snapshot *snapshot)
{
    struct memory_page look;

    memcpy(snapshot->entry, fix->rmp->entry, sizeof snapshot->entry);
    for (unsigned i = 0; i < FIXTURE_PAGES; i++) {
        assert_int_equal(memory_page_look(fix->memory, page_at(i), &look), STATUS_OK);
        snapshot->version[i] = look.version;
    }
    assert_true(fix->psp->gctx_count <= FIXTURE_GUESTS);
    snapshot->psp = *fix->psp;
    if (fix->psp->gctx_count != 0)
        memcpy(snapshot->gctx, fix->psp->gctx, fix->psp->gctx_count * sizeof *fix->psp->gctx);
    memcpy(snapshot->asid_state, fix->psp->asid_state, sizeof snapshot->asid_state);
}

static inline void snapshot_compare(const struct psp_fixture *fix,
                                    const struct psp_snapshot *snapshot)
{
    struct memory_page look;

    assert_memory_equal(snapshot->entry, fix->rmp->entry, sizeof snapshot->entry);
    for (unsigned i = 0; i < FIXTURE_PAGES; i++) {
        assert_int_equal(memory_page_look(fix->memory, page_at(i), &look), STATUS_OK);
        assert_int_equal(snapshot->version[i], look.version);
    }
    assert_memory_equal(&snapshot->psp, fix->psp, sizeof snapshot->psp);
    if (fix->psp->gctx_count != 0)
        assert_memory_equal(snapshot->gctx, fix->psp->gctx,
                            fix->psp->gctx_count * sizeof *fix->psp->gctx);
    assert_memory_equal(snapshot->asid_state, fix->psp->asid_state, sizeof snapshot->asid_state);
}

#endif
