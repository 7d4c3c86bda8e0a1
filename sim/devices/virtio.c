/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/virtio.c — registers, negotiation and interrupts of virtio over MMIO. See virtio.h.
 */
#include "devices/virtio.h"

#include <string.h>

/* Registers (virtio 1.2, 4.2.2). */
enum {
    REG_MAGIC = 0x000,
    REG_VERSION = 0x004,
    REG_DEVICE_ID = 0x008,
    REG_VENDOR_ID = 0x00c,
    REG_DEVICE_FEATURES = 0x010,
    REG_DEVICE_FEATURES_SEL = 0x014,
    REG_DRIVER_FEATURES = 0x020,
    REG_DRIVER_FEATURES_SEL = 0x024,
    REG_QUEUE_SEL = 0x030,
    REG_QUEUE_NUM_MAX = 0x034,
    REG_QUEUE_NUM = 0x038,
    REG_QUEUE_READY = 0x044,
    REG_QUEUE_NOTIFY = 0x050,
    REG_INTERRUPT_STATUS = 0x060,
    REG_INTERRUPT_ACK = 0x064,
    REG_STATUS = 0x070,
    REG_QUEUE_DESC_LOW = 0x080,
    REG_QUEUE_DESC_HIGH = 0x084,
    REG_QUEUE_DRIVER_LOW = 0x090,
    REG_QUEUE_DRIVER_HIGH = 0x094,
    REG_QUEUE_DEVICE_LOW = 0x0a0,
    REG_QUEUE_DEVICE_HIGH = 0x0a4,
    REG_SHM_FIRST = 0x0b0, /* length and base of a shared region, all ones: there is none */
    REG_SHM_LAST = 0x0bc,
    REG_CONFIG = 0x100
};

enum { MAGIC = 0x74726976, VERSION = 2, VENDOR = 0x43564d4c };

enum {
    STATUS_BIT_FEATURES_OK = 8,
    STATUS_BIT_DRIVER_OK = 4,
    STATUS_BIT_NEEDS_RESET = 64,
    STATUS_BITS_OF_DRIVER = 0x8f, /* acknowledge, driver, driver ok, features ok, failed */
    INTERRUPT_USED = 1,
    INTERRUPT_CONFIG = 2
};

static void interrupt_raise(struct virtio *virtio, uint32_t bits)
{
    virtio->interrupt |= bits;
    interrupt_line_set(&virtio->line, virtio->interrupt != 0);
}

/* The driver broke a rule: nothing goes on until it resets the device (2.1.2). */
static void needs_reset(struct virtio *virtio)
{
    virtio->status |= STATUS_BIT_NEEDS_RESET;
    interrupt_raise(virtio, INTERRUPT_CONFIG);
}

static void virtio_reset(struct virtio *virtio)
{
    virtio->status = virtio->interrupt = virtio->device_page = virtio->driver_page = 0;
    virtio->queue_selected = 0;
    virtio->driver_features = 0;
    for (unsigned i = 0; i < VIRTIO_QUEUE_MAX; i++)
        virtio->queue[i] = (struct virtqueue){.dma = virtio->dma};
    interrupt_line_set(&virtio->line, false);
}

void virtio_init(struct virtio *virtio, const struct virtio_kind *kind, void *context,
                 const struct dma *dma, const struct interrupt_line *line)
{
    *virtio = (struct virtio){.kind = kind, .context = context, .dma = dma, .line = *line};
    virtio_reset(virtio);
}

/* The selected queue, or NULL. */
static struct virtqueue *queue_selected(struct virtio *virtio)
{
    return virtio->queue_selected < virtio->kind->queue_count
               ? &virtio->queue[virtio->queue_selected]
               : NULL;
}

/* The configuration, and zeros behind its end. */
static bool config_read(const struct virtio *virtio, uint64_t offset, unsigned size_bytes,
                        uint64_t *value)
{
    uint64_t got = 0;

    if (size_bytes == 0 || offset % size_bytes != 0)
        return false;
    if (offset < virtio->config_bytes)
        memcpy(&got, virtio->config + offset,
               size_bytes < virtio->config_bytes - offset ? size_bytes
                                                          : virtio->config_bytes - offset);
    *value = got;
    return true;
}

static uint32_t register_read(struct virtio *virtio, uint64_t offset)
{
    const struct virtqueue *queue = queue_selected(virtio);
    unsigned half = virtio->device_page < 2 ? 32 * virtio->device_page : 0;

    switch (offset) {
    case REG_MAGIC:
        return MAGIC;
    case REG_VERSION:
        return VERSION;
    case REG_DEVICE_ID:
        return virtio->kind->device_id;
    case REG_VENDOR_ID:
        return VENDOR;
    case REG_DEVICE_FEATURES:
        return virtio->device_page < 2 ? (uint32_t)(virtio->kind->features >> half) : 0;
    case REG_QUEUE_NUM_MAX:
        return queue ? VIRTQUEUE_SIZE_MAX : 0;
    case REG_QUEUE_READY:
        return queue && queue->is_ready;
    case REG_INTERRUPT_STATUS:
        return virtio->interrupt;
    case REG_STATUS:
        return virtio->status;
    default:
        return offset >= REG_SHM_FIRST && offset <= REG_SHM_LAST ? UINT32_MAX : 0;
    }
}

bool virtio_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value)
{
    struct virtio *virtio = context;

    if (offset >= REG_CONFIG)
        return config_read(virtio, offset - REG_CONFIG, size_bytes, value);
    if (size_bytes != 4 || offset % 4 != 0)
        return false;
    *value = register_read(virtio, offset);
    return true;
}

/* 0 resets; FEATURES_OK stays only if the driver took what it must and nothing else (3.1.1). */
static void status_write(struct virtio *virtio, uint32_t value)
{
    uint64_t refused = virtio->driver_features & ~virtio->kind->features;

    if (value == 0) {
        virtio_reset(virtio);
        return;
    }
    value &= STATUS_BITS_OF_DRIVER;
    if (!(virtio->status & STATUS_BIT_FEATURES_OK) &&
        (refused != 0 || !(virtio->driver_features & VIRTIO_F_VERSION_1)))
        value &= ~(uint32_t)STATUS_BIT_FEATURES_OK;
    virtio->status = value | (virtio->status & STATUS_BIT_NEEDS_RESET);
}

static void features_write(struct virtio *virtio, uint32_t value)
{
    unsigned half = 32 * virtio->driver_page;

    if (virtio->driver_page > 1 || (virtio->status & STATUS_BIT_FEATURES_OK))
        return;
    virtio->driver_features &= ~((uint64_t)UINT32_MAX << half);
    virtio->driver_features |= (uint64_t)value << half;
}

/* Before DRIVER_OK nothing may be consumed (3.1.1). */
static void queue_notify(struct virtio *virtio, uint32_t number)
{
    struct virtqueue *queue;
    uint16_t used;

    if (number >= virtio->kind->queue_count || (virtio->status & STATUS_BIT_NEEDS_RESET) ||
        !(virtio->status & STATUS_BIT_DRIVER_OK) || !virtio->queue[number].is_ready)
        return;
    queue = &virtio->queue[number];
    used = queue->next_used;
    if (virtio->kind->notify(virtio->context, queue, number) != STATUS_OK)
        needs_reset(virtio);
    if (queue->next_used != used && virtqueue_wants_interrupt(queue))
        interrupt_raise(virtio, INTERRUPT_USED);
}

static void half_set(spa_t *address, bool is_high, uint32_t value)
{
    unsigned shift = is_high ? 32 : 0;

    address->v = (address->v & ~((uint64_t)UINT32_MAX << shift)) | (uint64_t)value << shift;
}

/* Registers of the selected queue. While it is ready only REG_QUEUE_READY may be written (4.2.2.2).
 */
static void queue_write(struct virtio *virtio, uint64_t offset, uint32_t value)
{
    struct virtqueue *queue = queue_selected(virtio);

    if (!queue)
        return;
    if (offset == REG_QUEUE_READY) {
        if (value == 0)
            queue->is_ready = false;
        else if (!queue->is_ready && virtqueue_start(queue) != STATUS_OK)
            needs_reset(virtio);
    } else if (queue->is_ready) {
        return;
    } else if (offset == REG_QUEUE_NUM) {
        queue->size = value <= VIRTQUEUE_SIZE_MAX ? (uint16_t)value : 0;
    } else if (offset == REG_QUEUE_DESC_LOW || offset == REG_QUEUE_DESC_HIGH) {
        half_set(&queue->descriptors, offset == REG_QUEUE_DESC_HIGH, value);
    } else if (offset == REG_QUEUE_DRIVER_LOW || offset == REG_QUEUE_DRIVER_HIGH) {
        half_set(&queue->available, offset == REG_QUEUE_DRIVER_HIGH, value);
    } else if (offset == REG_QUEUE_DEVICE_LOW || offset == REG_QUEUE_DEVICE_HIGH) {
        half_set(&queue->used, offset == REG_QUEUE_DEVICE_HIGH, value);
    }
}

static void register_write(struct virtio *virtio, uint64_t offset, uint32_t value)
{
    switch (offset) {
    case REG_DEVICE_FEATURES_SEL:
        virtio->device_page = value;
        break;
    case REG_DRIVER_FEATURES:
        features_write(virtio, value);
        break;
    case REG_DRIVER_FEATURES_SEL:
        virtio->driver_page = value;
        break;
    case REG_QUEUE_SEL:
        virtio->queue_selected = value;
        break;
    case REG_QUEUE_NOTIFY:
        queue_notify(virtio, value);
        break;
    case REG_INTERRUPT_ACK:
        virtio->interrupt &= ~value;
        interrupt_raise(virtio, 0);
        break;
    case REG_STATUS:
        status_write(virtio, value);
        break;
    default:
        queue_write(virtio, offset, value);
    }
}

bool virtio_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value)
{
    struct virtio *virtio = context;

    if (offset >= REG_CONFIG) /* read-only: ignored */
        return size_bytes != 0 && offset % size_bytes == 0;
    if (size_bytes != 4 || offset % 4 != 0)
        return false;
    register_write(virtio, offset, (uint32_t)value);
    return true;
}

void virtio_snapshot(struct virtio *virtio, struct snapshot_stream *stream)
{
    snapshot_u32(stream, &virtio->status);
    snapshot_u32(stream, &virtio->interrupt);
    snapshot_u32(stream, &virtio->device_page);
    snapshot_u32(stream, &virtio->driver_page);
    snapshot_u32(stream, &virtio->queue_selected);
    snapshot_u64(stream, &virtio->driver_features);
    for (unsigned i = 0; i < VIRTIO_QUEUE_MAX; i++)
        virtqueue_snapshot(&virtio->queue[i], stream);
}
