/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/virtio_block.h — the block device of virtio 1.2 (chapter 5.2) over bytes in memory:
 * read, write, flush and get id. */
#ifndef CVMLAB_SIM_DEVICES_VIRTIO_BLOCK_H
#define CVMLAB_SIM_DEVICES_VIRTIO_BLOCK_H

#include "devices/virtio.h"

enum { VIRTIO_BLOCK_SECTOR_BYTES = 512 };

/* struct virtio_blk_config up to seg_max. */
struct virtio_block_config {
    uint64_t capacity_sectors;
    uint32_t size_max, seg_max;
};

struct virtio_block {
    struct virtio virtio; /* attach it to the bus by virtio_read and virtio_write */
    struct virtio_block_config config;
    uint8_t *bytes;
};

/* As after a reset. The disk is size_bytes at bytes, which stay the caller's, as dma does; a last
 * part that fills no sector is out of reach. device does not move afterwards. */
void virtio_block_init(struct virtio_block *device, const struct dma *dma, uint8_t *bytes,
                       uint64_t size_bytes, const struct interrupt_line *line);

/* Saves it with its disk, or loads it into one of the same capacity. Zeros take little room. */
void virtio_block_snapshot(struct virtio_block *device, struct snapshot_stream *stream);

#endif
