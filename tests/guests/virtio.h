/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/virtio.h — a driver of one virtio device over MMIO that polls. */
#ifndef CVMLAB_TESTS_GUESTS_VIRTIO_H
#define CVMLAB_TESTS_GUESTS_VIRTIO_H

#include "guest.h"

enum { QUEUE_SIZE = 8, VIRTIO_NEXT = 1, VIRTIO_WRITE = 2 };

struct descriptor {
    uint64_t address;
    uint32_t size;
    uint16_t flags, next;
};

struct queue {
    struct descriptor descriptor[QUEUE_SIZE] __attribute__((aligned(16)));
    struct {
        uint16_t flags, index, ring[QUEUE_SIZE];
    } available __attribute__((aligned(16)));
    struct {
        uint16_t flags, index;
        struct {
            uint32_t head, written;
        } ring[QUEUE_SIZE];
    } used __attribute__((aligned(16)));
};

/* Up to the features; returns whether this is the device that is meant. */
static inline int virtio_begin(uint64_t base, uint32_t device)
{
    if (read32(base) != 0x74726976 || read32(base + 4) != 2 || read32(base + 8) != device)
        return 0;
    write32(base + 0x70, 0);
    write32(base + 0x70, 3);
    write32(base + 0x24, 1);
    write32(base + 0x20, 1); /* VIRTIO_F_VERSION_1 */
    write32(base + 0x70, 11);
    return read32(base + 0x70) == 11;
}

static inline void virtio_queue(uint64_t base, uint32_t number, struct queue *queue)
{
    write32(base + 0x30, number);
    write32(base + 0x38, QUEUE_SIZE);
    write32(base + 0x80, (uint32_t)(uint64_t)queue->descriptor);
    write32(base + 0x90, (uint32_t)(uint64_t)&queue->available);
    write32(base + 0xa0, (uint32_t)(uint64_t)&queue->used);
    write32(base + 0x44, 1);
}

/* Hands the chain from descriptor 0 on to the device, which answers before the next instruction. */
static inline uint32_t virtio_send(uint64_t base, uint32_t number, struct queue *queue)
{
    volatile uint16_t *used = &queue->used.index;
    uint16_t before = *used;

    queue->available.ring[queue->available.index % QUEUE_SIZE] = 0;
    __asm__ volatile("fence" : : : "memory");
    queue->available.index++;
    __asm__ volatile("fence" : : : "memory");
    write32(base + 0x50, number);
    __asm__ volatile("fence" : : : "memory");
    return *used == before ? ~(uint32_t)0 : queue->used.ring[before % QUEUE_SIZE].written;
}

#endif
