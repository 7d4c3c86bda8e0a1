/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_test_device.c — the register that ends a run. */
#include "device_fixture.h"

#include "devices/test_device.h"

static void pass_fail_and_reset_are_told_with_the_number(void **unused)
{
    struct button button = {0};
    struct power power = button_power(&button);
    uint64_t value = 1;

    (void)unused;
    assert_true(test_device_write(&power, 0, 4, 0x002a3333));
    assert_int_equal(button.request, POWER_FAIL);
    assert_int_equal(button.number, 42);
    assert_true(test_device_write(&power, 0, 4, 0x5555));
    assert_int_equal(button.request, POWER_PASS);
    assert_true(test_device_write(&power, 0, 2, 0x7777));
    assert_int_equal(button.request, POWER_RESET);
    assert_int_equal(button.presses, 3);
    assert_true(test_device_read(&power, 0, 4, &value));
    assert_int_equal(value, 0);
}

static void anything_else_does_nothing(void **unused)
{
    struct button button = {0};
    struct power power = button_power(&button);
    uint64_t value = 1;

    (void)unused;
    assert_true(test_device_write(&power, 0, 4, 0x1234));
    assert_true(test_device_write(&power, 4, 4, 0x5555));
    assert_false(test_device_write(&power, 0, 8, 0x5555));
    assert_false(test_device_write(&power, 2, 4, 0x5555));
    assert_false(test_device_read(&power, 0, 1, &value));
    assert_int_equal(value, 1);
    assert_int_equal(button.presses, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pass_fail_and_reset_are_told_with_the_number),
        cmocka_unit_test(anything_else_does_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
