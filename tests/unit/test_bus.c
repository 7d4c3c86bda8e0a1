/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_bus.c — the table of devices: who answers which address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "devices/bus.h"

/* A device that remembers its last access, and reads as its offset. */
struct probe {
    unsigned reads, writes, size_bytes;
    uint64_t offset, value;
    bool refuses;
};

static bool probe_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value)
{
    struct probe *probe = context;

    probe->reads++;
    probe->offset = offset;
    probe->size_bytes = size_bytes;
    if (!probe->refuses)
        *value = offset;
    return !probe->refuses;
}

static bool probe_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value)
{
    struct probe *probe = context;

    probe->writes++;
    probe->offset = offset;
    probe->size_bytes = size_bytes;
    probe->value = value;
    return !probe->refuses;
}

static enum status attach(struct bus *bus, struct probe *probe, uint64_t base, uint64_t size_bytes)
{
    struct bus_device device = {"probe", {base}, size_bytes, probe, probe_read, probe_write};

    return bus_attach(bus, &device);
}

static void every_device_answers_in_its_range_and_nobody_outside(void **unused)
{
    struct bus bus = {0};
    struct probe low = {0}, middle = {0}, high = {0};
    uint64_t value = 99;

    (void)unused;
    assert_int_equal(attach(&bus, &high, 0x3000, 0x1000), STATUS_OK);
    assert_int_equal(attach(&bus, &low, 0x1000, 0x1000), STATUS_OK);
    assert_int_equal(attach(&bus, &middle, 0x2000, 0x800), STATUS_OK);
    assert_true(bus_read(&bus, (spa_t){0x1ffc}, 4, &value));
    assert_int_equal(value, 0xffc);
    assert_true(bus_read(&bus, (spa_t){0x2000}, 8, &value));
    assert_int_equal(value, 0);
    assert_true(bus_write(&bus, (spa_t){0x3fff}, 1, 0xab));
    assert_int_equal(high.offset, 0xfff);
    assert_int_equal(high.value, 0xab);
    assert_false(bus_read(&bus, (spa_t){0xfff}, 1, &value));
    assert_false(bus_read(&bus, (spa_t){0x2800}, 1, &value));
    assert_false(bus_write(&bus, (spa_t){0x4000}, 1, 0));
    assert_int_equal(low.reads + middle.reads + high.writes, 3);
}

static void an_access_over_the_end_of_a_range_is_refused(void **unused)
{
    struct bus bus = {0};
    struct probe first = {0}, second = {0};
    uint64_t value = 99;

    (void)unused;
    assert_int_equal(attach(&bus, &first, 0x1000, 0x10), STATUS_OK);
    assert_int_equal(attach(&bus, &second, 0x1010, 0x10), STATUS_OK);
    assert_false(bus_read(&bus, (spa_t){0x100c}, 8, &value));
    assert_false(bus_write(&bus, (spa_t){0x100e}, 4, 0));
    assert_false(bus_read(&bus, (spa_t){0x1000}, 0, &value));
    assert_false(bus_read(&bus, (spa_t){0x1000}, 9, &value));
    assert_int_equal(value, 99);
    assert_int_equal(first.reads + first.writes + second.reads + second.writes, 0);
}

static void what_a_device_refuses_is_refused(void **unused)
{
    struct bus bus = {0};
    struct probe probe = {.refuses = true};
    uint64_t value = 99;

    (void)unused;
    assert_int_equal(attach(&bus, &probe, 0, 8), STATUS_OK);
    assert_false(bus_read(&bus, (spa_t){0}, 4, &value));
    assert_false(bus_write(&bus, (spa_t){0}, 4, 1));
    assert_int_equal(value, 99);
}

static void overlapping_empty_and_wrapping_ranges_are_refused(void **unused)
{
    struct bus bus = {0};
    struct probe probe = {0};

    (void)unused;
    assert_int_equal(attach(&bus, &probe, 0x2000, 0x1000), STATUS_OK);
    assert_int_equal(attach(&bus, &probe, 0x2000, 0x1000), STATUS_BAD_STATE);
    assert_int_equal(attach(&bus, &probe, 0x1000, 0x1001), STATUS_BAD_STATE);
    assert_int_equal(attach(&bus, &probe, 0x2fff, 1), STATUS_BAD_STATE);
    assert_int_equal(attach(&bus, &probe, 0x1000, 0x4000), STATUS_BAD_STATE);
    assert_int_equal(attach(&bus, &probe, 0x5000, 0), STATUS_BAD_INPUT);
    assert_int_equal(attach(&bus, &probe, UINT64_MAX, 2), STATUS_BAD_INPUT);
    assert_int_equal(attach(&bus, &probe, UINT64_MAX, 1), STATUS_OK);
    assert_int_equal(attach(&bus, &probe, 0x1000, 0x1000), STATUS_OK);
    assert_int_equal(bus.device_count, 3);
}

static void a_full_bus_takes_no_more(void **unused)
{
    struct bus bus = {0};
    struct probe probe = {0};

    (void)unused;
    for (uint64_t i = 0; i < BUS_DEVICE_MAX; i++)
        assert_int_equal(attach(&bus, &probe, i << 12, 0x1000), STATUS_OK);
    assert_int_equal(attach(&bus, &probe, (uint64_t)BUS_DEVICE_MAX << 12, 8), STATUS_FULL);
    assert_int_equal(bus.device_count, BUS_DEVICE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_device_answers_in_its_range_and_nobody_outside),
        cmocka_unit_test(an_access_over_the_end_of_a_range_is_refused),
        cmocka_unit_test(what_a_device_refuses_is_refused),
        cmocka_unit_test(overlapping_empty_and_wrapping_ranges_are_refused),
        cmocka_unit_test(a_full_bus_takes_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
