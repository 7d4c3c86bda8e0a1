/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_ghcb_exposure.c — over every row of the table: two guests that differ in all
 * hidden bits give the host the same page, byte for byte; and a page of which every byte was
 * poisoned changes nothing but the fields that come back. The table snp-ghcb-open must fail both.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../unit/ghcb_fixture.h"
#include "base/random.h"
#include "ghcb_low.h"

enum { ROUNDS = 200 };

static struct ghcb_fixture fix;

/* A guest with random registers that meets the row. */
static struct ghcb_event event_random(const struct ghcb_row *row, uint8_t data[GHCB_BUFFER_BYTES],
                                      uint64_t *seed)
{
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        fix.registers.of[field] = random_next(seed);
    fix.registers.of[GHCB_CPL] &= 3;
    for (unsigned i = 0; i < GHCB_BUFFER_BYTES; i++)
        data[i] = (uint8_t)random_next(seed);
    return event_for(row, &fix.registers, data);
}

/* Whether the page tells two guests apart that differ in every hidden bit. */
static bool row_leaks(const struct ghcb_row *row, uint64_t *seed)
{
    static uint8_t data[GHCB_BUFFER_BYTES], first[SHARED_BYTES];
    struct ghcb_event event = event_random(row, data, seed);
    struct ghcb_low low = ghcb_low_shown(event.code, event.info1, &fix.registers);

    memset(fix.memory.byte, 0, SHARED_BYTES);
    fix.guest.pending = NULL;
    assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
    memcpy(first, fix.memory.byte, SHARED_BYTES);
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        fix.registers.of[field] ^= ~low.bits[field];
    for (size_t i = event.data_bytes; i < GHCB_BUFFER_BYTES; i++)
        data[i] ^= 0xFF; /* what lies behind the data is hidden as well */
    fix.guest.pending = NULL;
    assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
    return memcmp(first, fix.memory.byte, SHARED_BYTES) != 0;
}

static unsigned rows_that_leak(const char *table)
{
    uint64_t seed = 3;
    unsigned leaking = 0;

    fixture_open(&fix, table);
    assert_non_null(fix.spec);
    for (unsigned i = 0; i < fix.spec->table.row_count; i++) {
        bool leaks = false;

        for (unsigned round = 0; round < ROUNDS; round++)
            leaks |= row_leaks(&fix.spec->table.row[i], &seed);
        leaking += leaks;
    }
    fixture_close(&fix);
    return leaking;
}

static void no_hidden_bit_reaches_the_page(void **unused)
{
    (void)unused;
    assert_int_equal(rows_that_leak("snp-ghcb"), 0);
}

static void the_open_table_leaks_in_every_row(void **unused)
{
    (void)unused;
    assert_int_equal(rows_that_leak("snp-ghcb-open"), 46);
}

/* Whether the answer in the page changed more than it may. A refusal must change nothing. */
static bool answer_breaches(const struct ghcb_event *event, const struct ghcb_row *row)
{
    struct ghcb_values before = fix.registers;
    struct ghcb_low low = ghcb_low_taken(event->code, event->info1);
    enum status status;

    fix.guest.pending = row; /* the same exit, answered once more */
    status = fixture_receive(&fix);
    if (status != STATUS_OK || fix.outcome.is_exception)
        memset(&low, 0, sizeof low);
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++) {
        uint64_t changed = (before.of[field] ^ fix.registers.of[field]) & ~low.bits[field];
        bool is_zero_extended = low.bits[field] == UINT32_MAX && fix.registers.of[field] >> 32 == 0;

        if (changed && !is_zero_extended)
            return true;
    }
    return false;
}

/* The honest answer with one byte, or all of them, made another. */
static bool row_breached(const struct ghcb_row *row, uint64_t *seed)
{
    static uint8_t data[GHCB_BUFFER_BYTES], honest[PAGE_SIZE];
    struct ghcb_event event = event_random(row, data, seed);
    struct ghcb_values registers = fix.registers;
    bool breached = false;

    fix.guest.pending = NULL;
    assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
    assert_int_equal(ghcb_host_serve(&fix.host, SHARED_BASE, answer_all, NULL), STATUS_OK);
    memcpy(honest, fix.memory.byte, PAGE_SIZE);
    for (unsigned i = 0; i < PAGE_SIZE; i++) {
        fix.memory.byte[i] ^= (uint8_t)(1 + random_next(seed) % 255);
        fix.registers = registers;
        breached |= answer_breaches(&event, row);
        fix.memory.byte[i] = honest[i];
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < PAGE_SIZE; i++)
            fix.memory.byte[i] = (uint8_t)random_next(seed);
        /* Half of them get past the response and the valid bits. */
        memset(fix.memory.byte + ghcb_field_offset(GHCB_INFO1), 0, round % 2 ? 8 : 0);
        memset(fix.memory.byte + GHCB_BITMAP_OFFSET, 0xFF, round % 2 ? GHCB_BITMAP_BYTES : 0);
        fix.registers = registers;
        breached |= answer_breaches(&event, row);
    }
    return breached;
}

static unsigned rows_that_are_breached(const char *table)
{
    uint64_t seed = 5;
    unsigned breached = 0;

    fixture_open(&fix, table);
    assert_non_null(fix.spec);
    for (unsigned i = 0; i < fix.spec->table.row_count; i++)
        breached += row_breached(&fix.spec->table.row[i], &seed);
    fixture_close(&fix);
    return breached;
}

static void a_hostile_answer_changes_nothing_but_what_comes_back(void **unused)
{
    (void)unused;
    assert_int_equal(rows_that_are_breached("snp-ghcb"), 0);
}

static void the_open_table_is_breached_in_every_row_that_returns(void **unused)
{
    (void)unused;
    assert_int_equal(rows_that_are_breached("snp-ghcb-open"), 45);
}

/* The hand-written list knows every row, so none is judged by another's rule. */
static void every_row_has_its_own_rule(void **unused)
{
    static uint8_t data[GHCB_BUFFER_BYTES];
    uint64_t seed = 7;

    (void)unused;
    fixture_open(&fix, "snp-ghcb");
    for (unsigned i = 0; i < fix.spec->table.row_count; i++) {
        struct ghcb_event event = event_random(&fix.spec->table.row[i], data, &seed);

        assert_non_null(ghcb_low_find(event.code, event.info1));
    }
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_has_its_own_rule),
        cmocka_unit_test(no_hidden_bit_reaches_the_page),
        cmocka_unit_test(the_open_table_leaks_in_every_row),
        cmocka_unit_test(a_hostile_answer_changes_nothing_but_what_comes_back),
        cmocka_unit_test(the_open_table_is_breached_in_every_row_that_returns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
