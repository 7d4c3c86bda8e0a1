/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/virtio_fixture.h — a small driver of virtio over MMIO: registers, one queue at a time,
 * chains of buffers. */
#ifndef CVMLAB_TESTS_VIRTIO_FIXTURE_H
#define CVMLAB_TESTS_VIRTIO_FIXTURE_H

#include "memory_fixture.h"

#include "device_fixture.h"
#include "devices/virtio.h"

enum {
    MAGIC = 0x000,
    VERSION = 0x004,
    DEVICE_ID = 0x008,
    DEVICE_FEATURES = 0x010,
    DEVICE_FEATURES_SEL = 0x014,
    DRIVER_FEATURES = 0x020,
    DRIVER_FEATURES_SEL = 0x024,
    QUEUE_SEL = 0x030,
    QUEUE_NUM_MAX = 0x034,
    QUEUE_NUM = 0x038,
    QUEUE_READY = 0x044,
    QUEUE_NOTIFY = 0x050,
    INTERRUPT_STATUS = 0x060,
    INTERRUPT_ACK = 0x064,
    STATUS = 0x070,
    QUEUE_DESC = 0x080,
    QUEUE_DRIVER = 0x090,
    QUEUE_DEVICE = 0x0a0,
    CONFIG = 0x100
};

enum { DRIVER_READY = 0x0f, NEEDS_RESET = 0x40, NEXT = 1, WRITE = 2 };

/* Rings of queue 0; those of queue 1 lie QUEUE_STRIDE behind. */
enum {
    DESCRIPTORS = 0x10000,
    AVAILABLE = 0x12000,
    USED = 0x13000,
    QUEUE_STRIDE = 0x8000,
    QUEUE_SIZE = 8,
    BUFFERS = 0x40000,
    RAM_FIRST = 0x8000 /* below is memory that no device reaches */
};

struct driver {
    struct virtio *virtio;
    struct memory *memory;
    struct dma dma;
    uint16_t available[VIRTIO_QUEUE_MAX]; /* index of the ring */
    uint16_t free[VIRTIO_QUEUE_MAX];      /* next descriptor */
};

static inline void store(struct memory *memory, uint64_t where, const void *from, size_t size_bytes)
{
    struct access access = host(ACCESS_WRITE, where);
    struct fault fault;

    assert_true(memory_write(memory, &access, from, size_bytes, &fault));
}

static inline void load(struct memory *memory, uint64_t where, void *to, size_t size_bytes)
{
    struct access access = host(ACCESS_READ, where);
    struct fault fault;

    assert_true(memory_read(memory, &access, to, size_bytes, &fault));
}

static inline uint32_t get(struct driver *driver, uint64_t offset)
{
    uint64_t value;

    assert_true(virtio_read(driver->virtio, offset, 4, &value));
    assert_true(value <= UINT32_MAX);
    return (uint32_t)value;
}

static inline void set(struct driver *driver, uint64_t offset, uint32_t value)
{
    assert_true(virtio_write(driver->virtio, offset, 4, value));
}

/* Takes VERSION_1 and the given low features. */
static inline void features_take(struct driver *driver, uint32_t low)
{
    set(driver, STATUS, 1 | 2);
    set(driver, DRIVER_FEATURES_SEL, 0);
    set(driver, DRIVER_FEATURES, low);
    set(driver, DRIVER_FEATURES_SEL, 1);
    set(driver, DRIVER_FEATURES, 1);
    set(driver, STATUS, 1 | 2 | 8);
}

static inline void queue_start(struct driver *driver, unsigned number)
{
    uint32_t behind = number * QUEUE_STRIDE;

    set(driver, QUEUE_SEL, number);
    set(driver, QUEUE_NUM, QUEUE_SIZE);
    set(driver, QUEUE_DESC, DESCRIPTORS + behind);
    set(driver, QUEUE_DRIVER, AVAILABLE + behind);
    set(driver, QUEUE_DEVICE, USED + behind);
    set(driver, QUEUE_READY, 1);
    assert_int_equal(get(driver, QUEUE_READY), 1);
}

/* Reset, features, all queues, DRIVER_OK. */
static inline void driver_start(struct driver *driver)
{
    set(driver, STATUS, 0);
    features_take(driver, 0);
    for (unsigned i = 0; i < driver->virtio->kind->queue_count; i++)
        queue_start(driver, i);
    set(driver, STATUS, DRIVER_READY);
    assert_int_equal(get(driver, STATUS), DRIVER_READY);
}

/* Writes one descriptor. */
static inline void descriptor_put(struct driver *driver, unsigned queue, uint16_t index,
                                  uint64_t where, uint32_t size_bytes, uint16_t flags,
                                  uint16_t next)
{
    struct {
        uint64_t where;
        uint32_t size_bytes;
        uint16_t flags, next;
    } descriptor = {where, size_bytes, flags, next};

    store(driver->memory, DESCRIPTORS + queue * QUEUE_STRIDE + index * UINT64_C(16), &descriptor,
          16);
}

/* Puts a chain head into the available ring. */
static inline void head_offer(struct driver *driver, unsigned queue, uint16_t head)
{
    uint64_t ring = AVAILABLE + (uint64_t)queue * QUEUE_STRIDE;
    uint16_t slot = driver->available[queue]++ % QUEUE_SIZE;

    store(driver->memory, ring + 4 + slot * 2u, &head, 2);
    store(driver->memory, ring + 2, &driver->available[queue], 2);
}

static inline uint16_t used_index(struct driver *driver, unsigned queue)
{
    uint16_t index;

    load(driver->memory, USED + (uint64_t)queue * QUEUE_STRIDE + 2, &index, 2);
    return index;
}

/* Length that the device reported in a slot of the used ring. */
static inline uint32_t used_bytes(struct driver *driver, unsigned queue, unsigned slot)
{
    uint32_t element[2];

    load(driver->memory, USED + (uint64_t)queue * QUEUE_STRIDE + 4 + slot * UINT64_C(8), element,
         8);
    return element[1];
}

#endif
