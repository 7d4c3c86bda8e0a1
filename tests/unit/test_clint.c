/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_clint.c — time, timer interrupts and interrupts between harts. */
#include "device_fixture.h"

#include "devices/clint.h"

enum { HARTS = 3, MTIMECMP = 0x4000, MTIME = 0xbff8 };

struct fixture {
    struct clint clint;
    struct wires wires;
    uint64_t ticks;
    unsigned told[HARTS];
    uint64_t compare[HARTS];
};

static uint64_t fixture_ticks(void *context)
{
    return ((struct fixture *)context)->ticks;
}

static void fixture_timer_set(void *context, unsigned hart, uint64_t compare)
{
    struct fixture *fix = context;

    assert_true(hart < HARTS);
    fix->told[hart]++;
    fix->compare[hart] = compare;
}

static void fixture_setup(struct fixture *fix)
{
    struct clint_clock clock = {fixture_ticks, fixture_timer_set, fix};
    struct interrupt_line software[HARTS];

    *fix = (struct fixture){0};
    for (unsigned i = 0; i < HARTS; i++)
        software[i] = wire(&fix->wires, i);
    clint_init(&fix->clint, &clock, HARTS, software);
}

static uint64_t get(struct fixture *fix, uint64_t offset, unsigned size_bytes)
{
    uint64_t value;

    assert_true(clint_read(&fix->clint, offset, size_bytes, &value));
    return value;
}

static void set(struct fixture *fix, uint64_t offset, unsigned size_bytes, uint64_t value)
{
    assert_true(clint_write(&fix->clint, offset, size_bytes, value));
}

static void a_hart_is_told_of_its_own_compare_register(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    for (unsigned i = 0; i < HARTS; i++)
        assert_int_equal(fix.compare[i], UINT64_MAX);
    set(&fix, MTIMECMP + 8, 8, 100);
    assert_int_equal(fix.compare[1], 100);
    set(&fix, MTIMECMP + 16, 8, 50);
    assert_int_equal(fix.compare[2], 50);
    assert_int_equal(get(&fix, MTIMECMP + 8, 8), 100);
    assert_int_equal(fix.told[0], 1);
    assert_int_equal(fix.told[1], 2);
    assert_int_equal(fix.told[2], 2);
}

static void
the_tick_of_a_time_is_now_if_it_is_past_and_never_if_it_lies_behind_all_ticks(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    fix.ticks = 40;
    assert_int_equal(clint_tick_at(&fix.clint, 50), 50);
    assert_int_equal(clint_tick_at(&fix.clint, 40), 40);
    assert_int_equal(clint_tick_at(&fix.clint, 39), 40);
    assert_int_equal(clint_tick_at(&fix.clint, UINT64_MAX), UINT64_MAX);
    set(&fix, MTIME, 8, 10);
    assert_int_equal(clint_tick_at(&fix.clint, UINT64_MAX), UINT64_MAX);
    assert_int_equal(clint_tick_at(&fix.clint, 30), 60);
}

static void time_can_be_set_which_every_hart_hears_and_then_runs_on(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    fix.ticks = 1000;
    assert_int_equal(get(&fix, MTIME, 8), 1000);
    set(&fix, MTIME, 8, 10);
    for (unsigned i = 0; i < HARTS; i++)
        assert_int_equal(fix.told[i], 2);
    fix.ticks = 1005;
    assert_int_equal(get(&fix, MTIME, 8), 15);
    assert_int_equal(clint_time(&fix.clint), 15);
    set(&fix, MTIME, 8, UINT64_MAX); /* wraps with the next tick */
    fix.ticks++;
    assert_int_equal(get(&fix, MTIME, 8), 0);
}

static void halves_of_a_register_are_registers(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    set(&fix, MTIMECMP + 8, 4, 0x89abcdef);
    set(&fix, MTIMECMP + 12, 4, 0x01234567);
    assert_int_equal(get(&fix, MTIMECMP + 8, 8), 0x0123456789abcdef);
    assert_int_equal(get(&fix, MTIMECMP + 12, 4), 0x01234567);
    assert_int_equal(get(&fix, MTIMECMP + 14, 2), 0x0123);
    assert_int_equal(get(&fix, MTIMECMP + 8, 1), 0xef);
    fix.ticks = 0x500000007;
    assert_int_equal(get(&fix, MTIME + 4, 4), 5);
    assert_int_equal(get(&fix, MTIME, 4), 7);
}

static void software_interrupts_reach_the_hart_that_is_meant(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    set(&fix, 4, 4, 0xffffffff);
    assert_false(fix.wires.level[0]);
    assert_true(fix.wires.level[1]);
    assert_int_equal(get(&fix, 4, 4), 1); /* one bit only */
    set(&fix, 8, 4, 1);
    set(&fix, 4, 4, 0);
    assert_false(fix.wires.level[1]);
    assert_true(fix.wires.level[2]);
    set(&fix, 12, 4, 1); /* a hart that is not there */
    assert_int_equal(get(&fix, 12, 4), 0);
    for (unsigned i = 0; i < HARTS; i++)
        assert_int_equal(fix.told[i], 1);
}

static void crooked_accesses_and_holes_are_refused(void **unused)
{
    static const struct {
        uint64_t offset;
        unsigned size_bytes;
    } bad[] = {{MTIME + 2, 4},     {MTIME, 3},  {MTIME, 0},  {MTIME + 4, 8},
               {MTIMECMP + 24, 8}, {0xbff0, 8}, {0xc000, 4}, {CLINT_SIZE_BYTES, 4}};
    struct fixture fix;
    uint64_t value = 7;

    (void)unused;
    fixture_setup(&fix);
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(clint_read(&fix.clint, bad[i].offset, bad[i].size_bytes, &value));
        assert_false(clint_write(&fix.clint, bad[i].offset, bad[i].size_bytes, 1));
    }
    assert_int_equal(value, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hart_is_told_of_its_own_compare_register),
        cmocka_unit_test(
            the_tick_of_a_time_is_now_if_it_is_past_and_never_if_it_lies_behind_all_ticks),
        cmocka_unit_test(time_can_be_set_which_every_hart_hears_and_then_runs_on),
        cmocka_unit_test(halves_of_a_register_are_registers),
        cmocka_unit_test(software_interrupts_reach_the_hart_that_is_meant),
        cmocka_unit_test(crooked_accesses_and_holes_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
