/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/test_device.c — see test_device.h. */
#include "devices/test_device.h"

static bool is_register(uint64_t offset, unsigned size_bytes)
{
    return (size_bytes == 2 || size_bytes == 4) && offset % size_bytes == 0;
}

bool test_device_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value)
{
    (void)context;
    if (!is_register(offset, size_bytes))
        return false;
    *value = 0;
    return true;
}

bool test_device_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value)
{
    const struct power *power = context;
    uint64_t number = size_bytes == 4 ? value >> 16 & 0xffff : 0;

    if (!is_register(offset, size_bytes))
        return false;
    if (offset != 0)
        return true;
    if ((value & 0xffff) == TEST_DEVICE_PASS)
        power->request(power->context, POWER_PASS, 0);
    else if ((value & 0xffff) == TEST_DEVICE_FAIL)
        power->request(power->context, POWER_FAIL, number);
    else if ((value & 0xffff) == TEST_DEVICE_RESET)
        power->request(power->context, POWER_RESET, 0);
    return true;
}
