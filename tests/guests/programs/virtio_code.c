/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/virtio_code.c — a device writes code over code that has run, on a page that
 * the hart writes as well. */
#include "virtio.h"

enum { SECTOR_BYTES = 512, IN = 0, OUT = 1, ROUNDS = 50 };

static struct queue queue;
static struct {
    uint32_t type, reserved;
    uint64_t sector;
} header;
static volatile uint8_t result;
static uint32_t source[SECTOR_BYTES / 4];
static struct {
    uint32_t code[SECTOR_BYTES / 4];
    volatile uint64_t calls;
} page __attribute__((aligned(4096)));

static void request(uint32_t type, void *data)
{
    uint16_t flags = type == IN ? VIRTIO_NEXT | VIRTIO_WRITE : VIRTIO_NEXT;

    header.type = type;
    header.sector = 1;
    result = 0xee;
    queue.descriptor[0] = (struct descriptor){(uint64_t)&header, 16, VIRTIO_NEXT, 1};
    queue.descriptor[1] = (struct descriptor){(uint64_t)data, SECTOR_BYTES, flags, 2};
    queue.descriptor[2] = (struct descriptor){(uint64_t)&result, 1, VIRTIO_WRITE, 0};
    (void)virtio_send(VIRTIO_BLOCK, 0, &queue);
    check(1, result == 0);
}

int main(void)
{
    check(2, virtio_begin(VIRTIO_BLOCK, 2));
    virtio_queue(VIRTIO_BLOCK, 0, &queue);
    write32(VIRTIO_BLOCK + 0x70, 15);
    for (uint64_t value = 1; value <= ROUNDS; value++) {
        source[0] = 0x513 | (uint32_t)value << 20; /* li a0, VALUE; ret */
        source[1] = 0x8067;
        request(OUT, source);
        request(IN, page.code);
        __asm__ volatile("fence.i" : : : "memory");
        check(3, ((uint64_t(*)(void))page.code)() == value);
        page.calls++;
        check(4, page.calls == value);
    }
    return 0;
}
