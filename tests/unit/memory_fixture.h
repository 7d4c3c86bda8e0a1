/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/memory_fixture.h — a small machine with two guests, and short words for who asks. */
#ifndef CVMLAB_TESTS_UNIT_MEMORY_FIXTURE_H
#define CVMLAB_TESTS_UNIT_MEMORY_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "memory/memory.h"

enum {
    ALICE = 1,
    BOB = 2,
    RAM_PAGES = 4 * LARGE_PAGE_PAGES,
    GUEST_PAGE = 0x3000, /* spa = gpa of the page that most tests use */
    C_BIT = 51
};

static inline struct memory_config config_of(enum memory_mode mode)
{
    return (struct memory_config){.mode = mode,
                                  .cipher = CIPHER_XTS128,
                                  .c_bit_rule = C_BIT_VTOM,
                                  .c_bit = C_BIT,
                                  .page_count = RAM_PAGES,
                                  .rmp_pages = RAM_PAGES - LARGE_PAGE_PAGES,
                                  .asid_max = 15,
                                  .seed = 7};
}

static inline struct memory *memory_with(const struct memory_config *config)
{
    struct memory *memory;

    assert_int_equal(memory_create(config, &memory), STATUS_OK);
    assert_int_equal(memory_key_install(memory, ALICE), STATUS_OK);
    assert_int_equal(memory_key_install(memory, BOB), STATUS_OK);
    return memory;
}

static inline struct memory *memory_in_mode(enum memory_mode mode)
{
    struct memory_config config = config_of(mode);

    return memory_with(&config);
}

static inline struct access host(enum access_kind kind, uint64_t spa)
{
    return (struct access){.actor.kind = ACTOR_HYPERVISOR, .kind = kind, .spa = {spa}};
}

/* Private, at the gpa that equals the spa, supervisor mode of VMPL0. */
static inline struct access guest(uint16_t asid, enum access_kind kind, uint64_t spa)
{
    return (struct access){.actor = {.kind = ACTOR_GUEST, .asid = asid, .is_snp = true},
                           .kind = kind,
                           .spa = {spa},
                           .gpa = {spa},
                           .is_private = true};
}

static inline struct access shared(struct access access)
{
    access.is_private = false;
    return access;
}

static inline struct access firmware(uint16_t asid, enum access_kind kind, uint64_t spa)
{
    return (struct access){
        .actor = {.kind = ACTOR_FIRMWARE, .asid = asid}, .kind = kind, .spa = {spa}};
}

static inline struct access device(enum access_kind kind, uint64_t spa)
{
    return (struct access){.actor.kind = ACTOR_DEVICE, .kind = kind, .spa = {spa}};
}

static inline void host_update(struct memory *memory, uint64_t spa, struct rmp_operand operand)
{
    struct actor by = {.kind = ACTOR_HYPERVISOR};

    assert_int_equal(rmp_update(memory_rmp(memory), &by, (spa_t){spa}, &operand), RMP_OK);
}

static inline void guest_validate(struct memory *memory, uint16_t asid, uint64_t spa, bool validate)
{
    struct actor by = {.kind = ACTOR_GUEST, .asid = asid, .is_snp = true};
    struct rmp_target target = {.gpa = {spa}, .spa = {spa}};
    struct rmp_result result = rmp_pvalidate(memory_rmp(memory), &by, &target, validate);

    assert_int_equal(result.fault.kind, FAULT_NONE);
    assert_int_equal(result.code, RMP_OK);
}

/* A page of the guest that it has accepted. Outside SNP there is nothing to do. */
static inline void page_give(struct memory *memory, uint16_t asid, uint64_t spa)
{
    if (memory_config(memory)->mode != MEMORY_SNP)
        return;
    host_update(memory, spa, (struct rmp_operand){.gpa = {spa}, .asid = asid, .assigned = true});
    guest_validate(memory, asid, spa, true);
}

static inline void page_take(struct memory *memory, uint64_t spa)
{
    host_update(memory, spa, (struct rmp_operand){0});
}

static inline uint64_t read_word(struct memory *memory, struct access access)
{
    struct fault fault;
    uint64_t word = 0;

    assert_true(memory_read(memory, &access, &word, sizeof word, &fault));
    return word;
}

static inline void write_word(struct memory *memory, struct access access, uint64_t word)
{
    struct fault fault;

    assert_true(memory_write(memory, &access, &word, sizeof word, &fault));
}

static inline enum fault_kind refusal_of(struct memory *memory, struct access access)
{
    struct memory_answer answer;

    assert_false(memory_ask(memory, &access, &answer));
    assert_null(answer.bytes);
    return answer.fault.kind;
}

static inline struct memory_answer grant_of(struct memory *memory, struct access access)
{
    struct memory_answer answer;

    assert_true(memory_ask(memory, &access, &answer));
    assert_non_null(answer.bytes);
    return answer;
}

#endif
