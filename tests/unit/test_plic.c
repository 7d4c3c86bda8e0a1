/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_plic.c — gateways, priorities, thresholds, claim and completion. */
#include "device_fixture.h"

#include "devices/plic.h"

enum {
    CONTEXTS = 4,
    PENDING = 0x1000,
    ENABLE = 0x2000,
    THRESHOLD = 0x200000,
    CLAIM = 0x200004,
    STRIDE = 0x1000
};

struct fixture {
    struct plic plic;
    struct wires wires;
};

static uint32_t get(struct fixture *fix, uint64_t offset)
{
    uint64_t value;

    assert_true(plic_read(&fix->plic, offset, 4, &value));
    assert_true(value <= UINT32_MAX);
    return (uint32_t)value;
}

static void set(struct fixture *fix, uint64_t offset, uint32_t value)
{
    assert_true(plic_write(&fix->plic, offset, 4, value));
}

/* Sources 5 and 9, of priorities 2 and 3, are on for context 1. */
static void fixture_setup(struct fixture *fix)
{
    struct interrupt_line target[CONTEXTS];

    *fix = (struct fixture){0};
    for (unsigned i = 0; i < CONTEXTS; i++)
        target[i] = wire(&fix->wires, i);
    plic_init(&fix->plic, CONTEXTS, target);
    set(fix, 5 * 4, 2);
    set(fix, 9 * 4, 3);
    set(fix, ENABLE + 0x80, 1u << 5 | 1u << 9);
}

static void a_source_reaches_the_contexts_that_enabled_it(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    plic_source_set(&fix.plic, 5, true);
    assert_int_equal(get(&fix, PENDING), 1u << 5);
    assert_true(fix.wires.level[1]);
    assert_false(fix.wires.level[0] || fix.wires.level[2] || fix.wires.level[3]);
    set(&fix, ENABLE + 3 * 0x80, 1u << 5);
    assert_true(fix.wires.level[3]);
    plic_source_set(&fix.plic, 7, true); /* nobody enabled it */
    assert_int_equal(get(&fix, CLAIM + STRIDE), 5);
    assert_false(fix.wires.level[1] || fix.wires.level[3]);
    assert_int_equal(get(&fix, CLAIM + 3 * STRIDE), 0);
}

static void the_highest_priority_is_claimed_first_and_of_equals_the_lowest_number(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    plic_source_set(&fix.plic, 5, true);
    plic_source_set(&fix.plic, 9, true);
    assert_int_equal(get(&fix, CLAIM + STRIDE), 9);
    assert_int_equal(get(&fix, CLAIM + STRIDE), 5);
    assert_int_equal(get(&fix, CLAIM + STRIDE), 0);
    set(&fix, 5 * 4, 3);
    set(&fix, CLAIM + STRIDE, 9);
    set(&fix, CLAIM + STRIDE, 5);
    assert_int_equal(get(&fix, CLAIM + STRIDE), 5);
}

static void the_gateway_waits_for_the_completion(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    plic_source_set(&fix.plic, 5, true);
    assert_int_equal(get(&fix, CLAIM + STRIDE), 5);
    plic_source_set(&fix.plic, 5, false);
    plic_source_set(&fix.plic, 5, true);
    assert_int_equal(get(&fix, PENDING), 0);
    set(&fix, CLAIM, 5); /* a context that has not enabled it */
    assert_int_equal(get(&fix, PENDING), 0);
    set(&fix, CLAIM + STRIDE, 5);
    assert_int_equal(get(&fix, PENDING), 1u << 5); /* the level is still high */
    assert_int_equal(get(&fix, CLAIM + STRIDE), 5);
    plic_source_set(&fix.plic, 5, false);
    set(&fix, CLAIM + STRIDE, 5);
    assert_int_equal(get(&fix, PENDING), 0);
    assert_false(fix.wires.level[1]);
}

static void the_threshold_hides_but_does_not_stop_a_claim(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    set(&fix, THRESHOLD + STRIDE, 2);
    plic_source_set(&fix.plic, 5, true);
    assert_false(fix.wires.level[1]);
    plic_source_set(&fix.plic, 9, true);
    assert_true(fix.wires.level[1]);
    assert_int_equal(get(&fix, CLAIM + STRIDE), 9);
    assert_false(fix.wires.level[1]);
    assert_int_equal(get(&fix, CLAIM + STRIDE), 5);
}

static void priority_zero_never_interrupts(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    set(&fix, 5 * 4, 0);
    plic_source_set(&fix.plic, 5, true);
    assert_false(fix.wires.level[1]);
    assert_int_equal(get(&fix, CLAIM + STRIDE), 0);
    set(&fix, 5 * 4, 1);
    assert_true(fix.wires.level[1]);
}

static void registers_keep_what_they_have_bits_for(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    set(&fix, 3 * 4, 0xffffffff);
    assert_int_equal(get(&fix, 3 * 4), 7);
    set(&fix, 0, 7); /* there is no source 0 */
    assert_int_equal(get(&fix, 0), 0);
    set(&fix, PLIC_SOURCE_COUNT * 4, 7);
    assert_int_equal(get(&fix, PLIC_SOURCE_COUNT * 4), 0);
    set(&fix, ENABLE, 0xffffffff);
    assert_int_equal(get(&fix, ENABLE), 0xfffffffe);
    set(&fix, PENDING, 0xffffffff); /* to be read only */
    assert_int_equal(get(&fix, PENDING), 0);
    set(&fix, THRESHOLD, 0xff);
    assert_int_equal(get(&fix, THRESHOLD), 7);
    set(&fix, ENABLE + CONTEXTS * 0x80, 2);
    assert_int_equal(get(&fix, ENABLE + CONTEXTS * 0x80), 0);
}

static void crooked_accesses_and_missing_contexts_are_refused(void **unused)
{
    struct fixture fix;
    uint64_t value = 7;

    (void)unused;
    fixture_setup(&fix);
    assert_false(plic_read(&fix.plic, 4, 8, &value));
    assert_false(plic_read(&fix.plic, 6, 4, &value));
    assert_false(plic_write(&fix.plic, 4, 1, 1));
    assert_false(plic_read(&fix.plic, CLAIM + CONTEXTS * STRIDE, 4, &value));
    assert_false(plic_write(&fix.plic, CLAIM + CONTEXTS * STRIDE, 4, 1));
    assert_int_equal(value, 7);
    plic_source_set(&fix.plic, 0, true);
    plic_source_set(&fix.plic, PLIC_SOURCE_COUNT, true);
    assert_int_equal(get(&fix, PENDING), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_reaches_the_contexts_that_enabled_it),
        cmocka_unit_test(the_highest_priority_is_claimed_first_and_of_equals_the_lowest_number),
        cmocka_unit_test(the_gateway_waits_for_the_completion),
        cmocka_unit_test(the_threshold_hides_but_does_not_stop_a_claim),
        cmocka_unit_test(priority_zero_never_interrupts),
        cmocka_unit_test(registers_keep_what_they_have_bits_for),
        cmocka_unit_test(crooked_accesses_and_missing_contexts_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
