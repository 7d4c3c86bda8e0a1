/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/test_device.h — SiFive's test finisher: one register by which a guest ends the run.
 */
#ifndef CVMLAB_SIM_DEVICES_TEST_DEVICE_H
#define CVMLAB_SIM_DEVICES_TEST_DEVICE_H

#include "devices/bus.h"
#include "devices/power.h"

enum { TEST_DEVICE_SIZE_BYTES = 0x1000 };

/* What is written to offset 0. The number of a failure stands in bits 16 to 31. */
enum { TEST_DEVICE_FAIL = 0x3333, TEST_DEVICE_PASS = 0x5555, TEST_DEVICE_RESET = 0x7777 };

/* Its register, for bus_device; context is a struct power. Reads give 0. A write of 2 or 4 bytes at
 * offset 0 of one of the values above ends the run, any other does nothing. False: 1 or 8 bytes, or
 * not aligned. */
bool test_device_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value);
bool test_device_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value);

#endif
