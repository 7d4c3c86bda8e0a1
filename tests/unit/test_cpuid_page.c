/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_cpuid_page.c — which CPUID pages the firmware takes, and what it makes of the
 * others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "psp/cpuid_page.h"

/* Offsets in an entry. */
enum { LEAF = 0, SUBLEAF = 4, ANSWER = 24, RESERVED = 40 };

static uint8_t *entry_at(uint8_t page[PAGE_SIZE], unsigned index)
{
    return page + CPUID_ENTRIES_OFFSET + (size_t)index * CPUID_ENTRY_BYTES;
}

static void word_put(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* count entries for leaves that no rule knows, with all answers set. */
static void page_fill(uint8_t page[PAGE_SIZE], unsigned count)
{
    memset(page, 0, PAGE_SIZE);
    word_put(page, count);
    for (unsigned i = 0; i < count && i < CPUID_ENTRY_COUNT; i++) {
        word_put(entry_at(page, i) + LEAF, 0x40000000 + i);
        memset(entry_at(page, i) + ANSWER, 0xff, RESERVED - ANSWER);
    }
}

static void expect_corrected(uint8_t page[PAGE_SIZE], const uint8_t expected[PAGE_SIZE])
{
    assert_false(cpuid_page_correct(page));
    assert_memory_equal(page, expected, PAGE_SIZE);
    assert_true(cpuid_page_correct(page));
}

static void an_acceptable_page_stays_as_it_is(void **unused)
{
    uint8_t page[PAGE_SIZE], before[PAGE_SIZE];

    (void)unused;
    for (unsigned count = 0; count <= CPUID_ENTRY_COUNT; count++) {
        page_fill(page, count);
        memcpy(before, page, PAGE_SIZE);
        assert_true(cpuid_page_correct(page));
        assert_memory_equal(page, before, PAGE_SIZE);
    }
}

static void more_than_64_entries_become_64(void **unused)
{
    uint8_t page[PAGE_SIZE], expected[PAGE_SIZE];

    (void)unused;
    page_fill(expected, CPUID_ENTRY_COUNT);
    page_fill(page, CPUID_ENTRY_COUNT + 1);
    expect_corrected(page, expected);
}

static void what_is_reserved_or_unused_becomes_zero(void **unused)
{
    uint8_t page[PAGE_SIZE], expected[PAGE_SIZE];
    const size_t places[] = {
        4,
        15,
        CPUID_ENTRIES_OFFSET + RESERVED,
        CPUID_ENTRIES_OFFSET + 2 * CPUID_ENTRY_BYTES - 1,
        CPUID_ENTRIES_OFFSET + 2 * CPUID_ENTRY_BYTES,
        PAGE_SIZE - 1,
    };

    (void)unused;
    page_fill(expected, 2);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        page_fill(page, 2);
        page[places[i]] = 1;
        expect_corrected(page, expected);
    }
}

static void every_forbidden_bit_is_cleared_and_no_other(void **unused)
{
    uint8_t page[PAGE_SIZE], expected[PAGE_SIZE];

    (void)unused;
    for (const struct cpuid_forbidden *rule = cpuid_forbidden; rule->bits; rule++) {
        page_fill(page, 1);
        word_put(entry_at(page, 0) + LEAF, rule->leaf);
        word_put(entry_at(page, 0) + SUBLEAF, rule->subleaf);
        memset(entry_at(page, 0) + ANSWER, 0, RESERVED - ANSWER);
        word_put(entry_at(page, 0) + ANSWER + 4 * rule->answer, ~rule->bits);
        memcpy(expected, page, PAGE_SIZE);
        assert_true(cpuid_page_correct(page));
        word_put(entry_at(page, 0) + ANSWER + 4 * rule->answer, UINT32_MAX);
        expect_corrected(page, expected);
    }
}

static void a_rule_is_for_its_subleaf(void **unused)
{
    uint8_t page[PAGE_SIZE];

    (void)unused;
    page_fill(page, 1);
    word_put(entry_at(page, 0) + LEAF, 7);
    word_put(entry_at(page, 0) + SUBLEAF, 1);
    assert_true(cpuid_page_correct(page));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_acceptable_page_stays_as_it_is),
        cmocka_unit_test(more_than_64_entries_become_64),
        cmocka_unit_test(what_is_reserved_or_unused_becomes_zero),
        cmocka_unit_test(every_forbidden_bit_is_cleared_and_no_other),
        cmocka_unit_test(a_rule_is_for_its_subleaf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
