/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/bus.c — finds the device of an address. See bus.h.
 * Invariant: the ranges rise and do not overlap. */
#include "devices/bus.h"

/* How many devices begin at or below the address. */
static unsigned devices_up_to(const struct bus *bus, uint64_t where)
{
    unsigned low = 0, high = bus->device_count;

    while (low < high) {
        unsigned middle = (low + high) / 2;

        if (bus->device[middle].base.v <= where)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool device_holds(const struct bus_device *device, uint64_t where)
{
    return where - device->base.v < device->size_bytes;
}

enum status bus_attach(struct bus *bus, const struct bus_device *device)
{
    unsigned at = devices_up_to(bus, device->base.v);
    uint64_t last = device->base.v + (device->size_bytes - 1);

    if (device->size_bytes == 0 || last < device->base.v)
        return STATUS_BAD_INPUT;
    if (bus->device_count == BUS_DEVICE_MAX)
        return STATUS_FULL;
    if (at > 0 && device_holds(&bus->device[at - 1], device->base.v))
        return STATUS_BAD_STATE;
    if (at < bus->device_count && bus->device[at].base.v <= last)
        return STATUS_BAD_STATE;
    for (unsigned i = bus->device_count; i > at; i--)
        bus->device[i] = bus->device[i - 1];
    bus->device[at] = *device;
    bus->device_count++;
    return STATUS_OK;
}

const struct bus_device *bus_find(const struct bus *bus, spa_t where)
{
    unsigned count = devices_up_to(bus, where.v);

    return count > 0 && device_holds(&bus->device[count - 1], where.v) ? &bus->device[count - 1]
                                                                       : NULL;
}

/* The device that has the whole of the access, or NULL. */
static const struct bus_device *bus_target(const struct bus *bus, spa_t where, unsigned size_bytes)
{
    const struct bus_device *device = bus_find(bus, where);

    if (!device || size_bytes == 0 || size_bytes > BUS_ACCESS_BYTES_MAX ||
        size_bytes > device->size_bytes - (where.v - device->base.v))
        return NULL;
    return device;
}

bool bus_read(void *context, spa_t where, unsigned size_bytes, uint64_t *value)
{
    const struct bus *bus = context;
    const struct bus_device *device = bus_target(bus, where, size_bytes);

    return device && device->read(device->context, where.v - device->base.v, size_bytes, value);
}

bool bus_write(void *context, spa_t where, unsigned size_bytes, uint64_t value)
{
    const struct bus *bus = context;
    const struct bus_device *device = bus_target(bus, where, size_bytes);

    return device && device->write(device->context, where.v - device->base.v, size_bytes, value);
}
