/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/virtqueue.h — the device's side of a split virtqueue (virtio 1.2, chapter 2.7). The
 * rings lie in memory of a driver that may be hostile: every index, length and address is read once
 * and checked, a chain has bounds, and what breaks a rule breaks the queue and nothing else. */
#ifndef CVMLAB_SIM_DEVICES_VIRTQUEUE_H
#define CVMLAB_SIM_DEVICES_VIRTQUEUE_H

#include "base/snapshot_stream.h"
#include "devices/dma.h"

enum {
    VIRTQUEUE_SIZE_MAX = 256,
    VIRTQUEUE_CHAIN_BYTES_MAX = 16 << 20 /* of all buffers of a chain together */
};

struct virtqueue {
    const struct dma *dma;
    bool is_ready;
    uint16_t size;                      /* a power of two, up to VIRTQUEUE_SIZE_MAX */
    spa_t descriptors, available, used; /* as the driver set them */
    uint16_t next_available, next_used; /* run freely, as in the rings */
};

struct virtqueue_buffer {
    spa_t first;
    uint32_t size_bytes;
};

/* The buffers that one entry of the available ring stands for: first those to be read. */
struct virtqueue_chain {
    uint16_t head;
    uint16_t readable_count, buffer_count;
    uint32_t readable_bytes, writable_bytes;
    struct virtqueue_buffer buffer[VIRTQUEUE_SIZE_MAX];
};

/* Checks what the driver has set and starts the queue at index 0. STATUS_BAD_INPUT: a size that is
 * no power of two or too large, a ring that is not aligned (16, 2 and 4 bytes). */
enum status virtqueue_start(struct virtqueue *queue);

/* Takes the next chain. STATUS_END: there is none; STATUS_BAD_INPUT: the queue is broken (an index
 * out of range, a loop, readable after writable buffers, too long, no memory): the device needs a
 * reset. */
enum status virtqueue_take(struct virtqueue *queue, struct virtqueue_chain *chain);

/* Gives a chain back, with how many bytes were written into it. STATUS_BAD_INPUT: the used ring
 * cannot be written. */
enum status virtqueue_give(struct virtqueue *queue, const struct virtqueue_chain *chain,
                           uint32_t written_bytes);

/* Whether the driver wants to be interrupted (VIRTQ_AVAIL_F_NO_INTERRUPT is clear). */
bool virtqueue_wants_interrupt(const struct virtqueue *queue);

/* Copies out of the readable, or into the writable bytes of a chain, from offset on. False: that
 * many are not there, or there is no memory behind them; a part may have been copied. */
bool virtqueue_read(const struct virtqueue *queue, const struct virtqueue_chain *chain,
                    uint32_t offset, void *to, uint32_t size_bytes);
bool virtqueue_write(const struct virtqueue *queue, const struct virtqueue_chain *chain,
                     uint32_t offset, const void *from, uint32_t size_bytes);

/* Saves it, or loads it. Loading fails on a queue that is ready and that virtqueue_start refuses.
 */
void virtqueue_snapshot(struct virtqueue *queue, struct snapshot_stream *stream);

#endif
