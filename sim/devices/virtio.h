/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/virtio.h — the MMIO transport of virtio 1.2 (chapter 4.2), without its legacy
 * interface: what every virtio device of the platform has in common. */
#ifndef CVMLAB_SIM_DEVICES_VIRTIO_H
#define CVMLAB_SIM_DEVICES_VIRTIO_H

#include "base/snapshot_stream.h"
#include "devices/bus.h"
#include "devices/interrupt_line.h"
#include "devices/virtqueue.h"

enum { VIRTIO_SIZE_BYTES = 0x1000, VIRTIO_QUEUE_MAX = 2 };

/* Feature that every device offers and every driver must take. */
#define VIRTIO_F_VERSION_1 (UINT64_C(1) << 32)

/* What one kind of device adds. */
struct virtio_kind {
    uint32_t device_id;
    uint64_t features; /* VIRTIO_F_VERSION_1 among them */
    unsigned queue_count;
    /* The driver has put something into a queue, which is ready. STATUS_BAD_INPUT: the queue is
     * broken, and the device needs a reset. */
    enum status (*notify)(void *context, struct virtqueue *queue, unsigned number);
};

struct virtio {
    const struct virtio_kind *kind;
    void *context; /* of the kind's functions */
    const uint8_t *config;
    uint32_t config_bytes; /* read-only for the driver */
    const struct dma *dma;
    struct interrupt_line line;
    uint32_t status, interrupt, device_page, driver_page, queue_selected;
    uint64_t driver_features;
    struct virtqueue queue[VIRTIO_QUEUE_MAX];
};

/* As after a reset. dma, and later config, stay the caller's; config may be changed by him before
 * the guest runs. */
void virtio_init(struct virtio *virtio, const struct virtio_kind *kind, void *context,
                 const struct dma *dma, const struct interrupt_line *line);

/* Its registers, for bus_device: 4 bytes, aligned; the device's configuration from 0x100 on also by
 * 1, 2 and 8. False: another width. A driver that breaks a rule finds DEVICE_NEEDS_RESET in the
 * status. */
bool virtio_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value);
bool virtio_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value);

/* Saves it with its queues, or loads it into a device of the same kind. The line is not set. */
void virtio_snapshot(struct virtio *virtio, struct snapshot_stream *stream);

#endif
