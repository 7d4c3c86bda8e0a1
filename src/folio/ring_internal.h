/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/ring_internal.h — what the files of the ring driver share. Not for others. */
#ifndef CVMLAB_FOLIO_RING_INTERNAL_H
#define CVMLAB_FOLIO_RING_INTERNAL_H

#include "folio/ring.h"

/* handle to adapter: base is the first member */
static inline struct folio_ring_driver *ring_driver(struct folio_backend *self)
{
    return (struct folio_ring_driver *)self;
}

/* The slot that lies distance behind slot; both are at most size. */
static inline uint32_t ring_step(uint32_t slot, uint32_t distance, uint32_t size)
{
    uint32_t next = slot + distance;

    return next >= size ? next - size : next;
}

/* The descriptor of a slot, in shared memory. */
static inline uint8_t *ring_descriptor(uint8_t *ring, uint32_t slot)
{
    return ring + (size_t)slot * FOLIO_DESCRIPTOR_BYTES;
}

/* Writes a descriptor; nothing is read. volatile: as two stores of 8 bytes, and not left out. */
static inline void ring_write(uint8_t *ring, uint32_t slot, uint64_t low, uint64_t high)
{
    /* a slot of shared memory, 16-byte aligned, as the descriptor it is */
    volatile struct folio_descriptor *descriptor = (void *)ring_descriptor(ring, slot);

    descriptor->low = low;
    descriptor->high = high;
}

/* Where the device sees the byte at data, which lies in the region. */
static inline uint64_t ring_device_address(const struct folio_ring_driver *driver,
                                           const uint8_t *data)
{
    return driver->region.device.v + (uint64_t)(data - driver->region.base);
}

/* The register of a queue. */
static inline uint32_t ring_register(uint32_t first, uint16_t queue)
{
    return first + (uint32_t)queue * NIC_QUEUE_STRIDE;
}

/* Announces the descriptors up to tail, if the device has not heard of them. If the register cannot
 * be written, the next burst tries again. */
void folio_ring_announce(struct folio_ring_driver *driver, uint32_t reg, uint32_t tail,
                         uint32_t *announced);

/* Posts fresh receive buffers until rx->wanted are posted or the pool is empty (82599 7.1.6.1), and
 * rings the doorbell. */
void folio_ring_refill(struct folio_ring_driver *driver, uint16_t queue);

#endif
