/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/bus.h — what answers an access outside RAM: a table of address ranges, each of one
 * device. RAM is not here; a hart reaches it through the door of sim/memory. */
#ifndef CVMLAB_SIM_DEVICES_BUS_H
#define CVMLAB_SIM_DEVICES_BUS_H

#include "base/status.h"
#include "base/types.h"

enum { BUS_DEVICE_MAX = 32, BUS_ACCESS_BYTES_MAX = 8 };

/* A device as the bus sees it. Both functions get an access that lies in the range altogether:
 * offset from the base, size_bytes 1 to 8. They return whether the device has such a register of
 * such a width; false is an access fault for the hart, and changes nothing. *value is
 * zero-extended. */
struct bus_device {
    const char *name; /* for messages; outlives the bus */
    spa_t base;
    uint64_t size_bytes;
    void *context;
    bool (*read)(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value);
    bool (*write)(void *context, uint64_t offset, unsigned size_bytes, uint64_t value);
};

/* Begins empty: all zeros. */
struct bus {
    struct bus_device device[BUS_DEVICE_MAX]; /* by rising address */
    unsigned device_count;
};

/* Adds a device. STATUS_BAD_INPUT: its range is empty or runs over the end of the address space;
 * STATUS_BAD_STATE: it overlaps a device that is there; STATUS_FULL: too many. The bus is unchanged
 * then. */
enum status bus_attach(struct bus *bus, const struct bus_device *device);

/* The device at this address, or NULL. */
const struct bus_device *bus_find(const struct bus *bus, spa_t where);

/* One access of 1 to 8 bytes. False: there is no device, it has no such register, or the access
 * runs over the end of its range; *value is unchanged then. context is the bus (the functions have
 * the shape that a hart asks for). */
bool bus_read(void *context, spa_t where, unsigned size_bytes, uint64_t *value);
bool bus_write(void *context, spa_t where, unsigned size_bytes, uint64_t value);

#endif
