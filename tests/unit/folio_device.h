/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/folio_device.h — the smallest device that the ring driver can run on, in one process:
 * registers in an array, DMA by memcpy. Lies and fails on request. Without libc, so that the rv64
 * twin runs it as well. */
#ifndef CVMLAB_TEST_FOLIO_DEVICE_H
#define CVMLAB_TEST_FOLIO_DEVICE_H

#include "base/bytes.h"
#include "folio/port.h"

enum { DEVICE_REGISTERS = 0x10000 / 4, DEVICE_FRAME_MAX = 16384 };
#define DEVICE_BASE  ((uint64_t)0x700000000) /* where the device sees the region */
#define DEVICE_NEVER UINT64_MAX

struct folio_device {
    struct folio_ring_driver driver; /* first: its base is the backend */
    uint32_t reg[DEVICE_REGISTERS];
    uint8_t *region;
    size_t region_bytes;
    bool is_shared;
    uint64_t fail_at, calls;  /* the fail_at-th call of share, unshare, reg_* fails */
    uint64_t closed, outside; /* times closed; addresses that the guest should not have posted */
    uint8_t *reads; /* NULL, or per byte of the region: how often the guest read it since the DMA */
    uint32_t rx_next[FOLIO_QUEUE_MAX], tx_next[FOLIO_QUEUE_MAX];
};

static inline struct folio_device *device_of(struct folio_backend *backend)
{
    return (struct folio_device *)backend; /* handle to adapter: the driver is the first member */
}

static inline bool device_fails(struct folio_device *device)
{
    return device->calls++ == device->fail_at;
}

static inline enum status device_share(struct folio_backend *self, void *memory, size_t size_bytes,
                                       iova_t *address)
{
    struct folio_device *device = device_of(self);

    if (device_fails(device))
        return STATUS_IO;
    device->region = memory;
    device->region_bytes = size_bytes;
    device->is_shared = true;
    address->v = DEVICE_BASE;
    return STATUS_OK;
}

static inline enum status device_unshare(struct folio_backend *self, void *memory,
                                         size_t size_bytes)
{
    struct folio_device *device = device_of(self);

    if (device_fails(device))
        return STATUS_IO;
    if (memory != device->region || size_bytes != device->region_bytes)
        device->outside++;
    device->is_shared = false;
    return STATUS_OK;
}

static inline enum status device_reg_read(struct folio_backend *self, uint32_t offset,
                                          uint32_t *value)
{
    if (device_fails(device_of(self)))
        return STATUS_IO;
    *value = device_of(self)->reg[offset / 4];
    return STATUS_OK;
}

static inline enum status device_reg_write(struct folio_backend *self, uint32_t offset,
                                           uint32_t value)
{
    if (device_fails(device_of(self)))
        return STATUS_IO;
    device_of(self)->reg[offset / 4] = value;
    return STATUS_OK;
}

static inline void device_close(struct folio_backend *self)
{
    device_of(self)->closed++;
}

static const struct folio_backend_ops device_ops = {
    folio_ring_rx_burst, folio_ring_tx_burst, device_share, device_unshare,
    device_reg_read,     device_reg_write,    device_close,
};

static inline void device_begin(struct folio_device *device)
{
    memset(device, 0, sizeof *device);
    device->driver.base.ops = &device_ops;
    device->fail_at = DEVICE_NEVER;
}

static inline uint32_t device_register(const struct folio_device *device, uint32_t first,
                                       uint16_t queue)
{
    return device->reg[(first + (uint32_t)queue * NIC_QUEUE_STRIDE) / 4];
}

/* size_bytes of the region at a device address; NULL if they are not in it. */
static inline uint8_t *device_at(struct folio_device *device, uint64_t address, size_t size_bytes)
{
    uint64_t offset = address - DEVICE_BASE;

    if (offset > device->region_bytes || size_bytes > device->region_bytes - offset) {
        device->outside++;
        return NULL;
    }
    return device->region + offset;
}

/* The descriptor of a slot of the ring whose address is in base (NIC_RDBAL or NIC_TDBAL). */
static inline struct folio_descriptor *device_slot(struct folio_device *device, uint32_t base,
                                                   uint16_t queue, uint32_t slot)
{
    uint64_t ring = device_register(device, base, queue) |
                    (uint64_t)device_register(device, base + 4, queue) << 32;

    return (void *)device_at(device, ring + slot * sizeof(struct folio_descriptor),
                             sizeof(struct folio_descriptor));
}

static inline uint32_t device_ring_size(const struct folio_device *device, uint32_t length,
                                        uint16_t queue)
{
    return device_register(device, length, queue) / FOLIO_DESCRIPTOR_BYTES;
}

/* Whether a receive descriptor is posted. */
static inline bool device_can_receive(const struct folio_device *device, uint16_t queue)
{
    return device->rx_next[queue] != device_register(device, NIC_RDT, queue);
}

/* The device wrote these bytes: nobody has read them yet. */
static inline void device_wrote(struct folio_device *device, const void *where, size_t size_bytes)
{
    const uint8_t *first = where;

    if (device->reads)
        memset(device->reads + (first - device->region), 0, size_bytes);
}

/* Writes the next receive descriptor back as it stands in done; the packet bytes come first. false:
 * none is posted. */
static inline bool device_write_back(struct folio_device *device, uint16_t queue, const void *frame,
                                     size_t size_bytes, struct folio_descriptor done)
{
    struct folio_descriptor *slot;
    uint8_t *room;

    if (!device_can_receive(device, queue))
        return false;
    slot = device_slot(device, NIC_RDBAL, queue, device->rx_next[queue]);
    room = device_at(device, slot->low, size_bytes);
    if (room) {
        memcpy(room, frame, size_bytes);
        device_wrote(device, room, size_bytes);
    }
    device_wrote(device, slot, sizeof *slot);
    slot->low = done.low;
    slot->high = done.high;
    device->rx_next[queue] =
        (device->rx_next[queue] + 1) % device_ring_size(device, NIC_RDLEN, queue);
    return true;
}

/* What an honest device says of a whole frame without CRC. */
static inline struct folio_descriptor device_done(uint16_t size_bytes)
{
    struct folio_descriptor done = {0, RXD_STATUS_DD | RXD_STATUS_EOP};

    done.high |= (uint64_t)size_bytes << RXD_LENGTH_SHIFT;
    return done;
}

/* A frame arrives. false: no descriptor is posted. */
static inline bool device_receive(struct folio_device *device, uint16_t queue, const void *frame,
                                  uint16_t size_bytes)
{
    return device_write_back(device, queue, frame, size_bytes, device_done(size_bytes));
}

/* Takes the next frame that the guest sent and reports it done; *size_bytes is its length. false:
 * there is none. frame holds DEVICE_FRAME_MAX bytes, or is NULL. */
static inline bool device_send(struct folio_device *device, uint16_t queue, uint8_t *frame,
                               uint16_t *size_bytes)
{
    struct folio_descriptor *slot;
    const uint8_t *room;

    if (device->tx_next[queue] == device_register(device, NIC_TDT, queue))
        return false;
    slot = device_slot(device, NIC_TDBAL, queue, device->tx_next[queue]);
    *size_bytes = (uint16_t)slot->high;
    room = device_at(device, slot->low, *size_bytes);
    if (room && frame)
        memcpy(frame, room, *size_bytes < DEVICE_FRAME_MAX ? *size_bytes : DEVICE_FRAME_MAX);
    slot->high |= (uint64_t)TXD_STATUS_DD << 32;
    device->tx_next[queue] =
        (device->tx_next[queue] + 1) % device_ring_size(device, NIC_TDLEN, queue);
    return true;
}

#endif
