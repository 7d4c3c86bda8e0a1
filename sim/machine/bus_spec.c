/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/bus_spec.c — reads the list "bus". See bus_spec.h. */
#include "machine/bus_spec.h"

#include <inttypes.h>

#include "devices/clint.h"
#include "devices/plic.h"
#include "devices/rmp_device.h"
#include "devices/test_device.h"
#include "devices/uart.h"
#include "devices/virtio.h"

static const char *const kind_words[] = {"uart",           "clint",        "plic", "test",
                                         "virtio-console", "virtio-block", "rmp",  NULL};

/* By kind. */
static const struct {
    uint64_t size_bytes;
    bool interrupts;
} kinds[BUS_KIND_COUNT] = {{UART_SIZE_BYTES, true},       {CLINT_SIZE_BYTES, false},
                           {PLIC_SIZE_BYTES, false},      {TEST_DEVICE_SIZE_BYTES, false},
                           {VIRTIO_SIZE_BYTES, true},     {VIRTIO_SIZE_BYTES, true},
                           {RMP_DEVICE_SIZE_BYTES, false}};

const char *bus_kind_name(enum bus_kind kind)
{
    return kind < BUS_KIND_COUNT ? kind_words[kind] : "?";
}

static enum status range_check(const struct place *at, const struct machine_bus *bus,
                               enum bus_kind kind)
{
    const struct machine_bus_device *device = &bus->device[kind];

    if (device->at.v % 8 != 0)
        return place_fail(at, "at 0x%" PRIx64 "; expected a multiple of 8", device->at.v);
    if (device->at.v >= MACHINE_RAM_FIRST || device->size_bytes > MACHINE_RAM_FIRST - device->at.v)
        return place_fail(at,
                          "%s at 0x%" PRIx64 " has 0x%" PRIx64
                          " bytes and reaches into RAM; expected all below 0x%" PRIx64,
                          kind_words[kind], device->at.v, device->size_bytes, MACHINE_RAM_FIRST);
    for (unsigned i = 0; i < BUS_KIND_COUNT; i++) {
        const struct machine_bus_device *other = &bus->device[i];

        if (i == kind || !other->is_there || device->at.v >= other->at.v + other->size_bytes ||
            other->at.v >= device->at.v + device->size_bytes)
            continue;
        return place_fail(
            at, "%s at 0x%" PRIx64 " overlaps %s at 0x%" PRIx64 "; expected a range of its own",
            kind_words[kind], device->at.v, kind_words[i], other->at.v);
    }
    return STATUS_OK;
}

static enum status irq_read(const struct place *at, struct machine_bus *bus, enum bus_kind kind)
{
    struct place member;
    uint64_t irq = 0;
    enum status status = place_optional(at, "irq", JSON_INTEGER, &member);

    if (status != STATUS_OK || !member.value)
        return status;
    if (!kinds[kind].interrupts)
        return place_fail(&member, "a %s has no interrupt of its own; expected no \"irq\"",
                          kind_words[kind]);
    status = place_number(at, "irq", 1, PLIC_SOURCE_COUNT - 1, &irq);
    for (unsigned i = 0; i < BUS_KIND_COUNT && status == STATUS_OK; i++)
        if (bus->device[i].irq == irq)
            status = place_fail(&member, "irq %d is that of %s; expected a number of its own",
                                (int)irq, kind_words[i]);
    bus->device[kind].irq = (uint8_t)irq;
    return status;
}

static enum status device_read(const struct place *at, struct machine_bus *bus)
{
    static const char *const keys[] = {"device", "at", "irq", NULL};
    struct place member;
    uint8_t kind = 0;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK)
        status = place_member(at, "device", JSON_STRING, &member);
    if (status == STATUS_OK)
        status = place_word(&member, kind_words, "device", &kind);
    if (status == STATUS_OK && bus->device[kind].is_there)
        return place_fail(&member, "there is a %s already; expected each kind once",
                          kind_words[kind]);
    if (status == STATUS_OK)
        status = place_member(at, "at", JSON_STRING, &member);
    if (status == STATUS_OK)
        status = place_hex(at, "at", &bus->device[kind].at.v);
    if (status != STATUS_OK)
        return status;
    bus->device[kind].is_there = true;
    bus->device[kind].size_bytes = kinds[kind].size_bytes;
    status = range_check(&member, bus, (enum bus_kind)kind);
    return status == STATUS_OK ? irq_read(at, bus, (enum bus_kind)kind) : status;
}

/* Interrupts need somewhere to go. */
static enum status interrupts_check(const struct place *list, const struct machine_bus *bus)
{
    for (unsigned i = 0; i < BUS_KIND_COUNT; i++)
        if (bus->device[i].irq != 0 && !bus->device[BUS_PLIC].is_there)
            return place_fail(list, "%s has an irq, and there is no plic; expected one",
                              kind_words[i]);
    return STATUS_OK;
}

enum status machine_bus_read(const struct place *list, struct machine_bus *out)
{
    enum status status = STATUS_OK;

    *out = (struct machine_bus){0};
    for (size_t i = 0; i < json_array_size(list->value) && status == STATUS_OK; i++) {
        struct place at = place_element(list, i);

        if (!json_is_object(at.value))
            return place_fail(&at, "an element of \"bus\" is no object; expected a device");
        status = device_read(&at, out);
    }
    return status == STATUS_OK ? interrupts_check(list, out) : status;
}
