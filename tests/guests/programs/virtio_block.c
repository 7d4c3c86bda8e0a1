/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/virtio_block.c — copies the first sector of the disk to the last, reads it
 * back, and prints its first line. */
#include "virtio.h"

enum { SECTOR_BYTES = 512, IN = 0, OUT = 1 };

static struct queue queue;
static struct {
    uint32_t type, reserved;
    uint64_t sector;
} header;
static char first[SECTOR_BYTES], last[SECTOR_BYTES];
static volatile uint8_t result;

static uint8_t request(uint32_t type, uint64_t sector, char *data)
{
    uint16_t flags = type == IN ? VIRTIO_NEXT | VIRTIO_WRITE : VIRTIO_NEXT;

    header.type = type;
    header.sector = sector;
    result = 0xee;
    queue.descriptor[0] = (struct descriptor){(uint64_t)&header, 16, VIRTIO_NEXT, 1};
    queue.descriptor[1] = (struct descriptor){(uint64_t)data, SECTOR_BYTES, flags, 2};
    queue.descriptor[2] = (struct descriptor){(uint64_t)&result, 1, VIRTIO_WRITE, 0};
    (void)virtio_send(VIRTIO_BLOCK, 0, &queue);
    return result;
}

int main(void)
{
    uint64_t sectors;

    check(1, virtio_begin(VIRTIO_BLOCK, 2));
    virtio_queue(VIRTIO_BLOCK, 0, &queue);
    write32(VIRTIO_BLOCK + 0x70, 15);
    sectors = read64(VIRTIO_BLOCK + 0x100);
    check(2, sectors > 1);
    check(3, request(IN, 0, first) == 0);
    check(4, request(OUT, sectors - 1, first) == 0);
    check(5, request(IN, sectors - 1, last) == 0);
    for (unsigned i = 0; i < SECTOR_BYTES; i++)
        check(6, first[i] == last[i]);
    check(7, request(IN, sectors, last) == 1);
    for (unsigned i = 0; i < SECTOR_BYTES && last[i]; i++) {
        write8(UART, (uint8_t)last[i]);
        if (last[i] == '\n')
            break;
    }
    return 0;
}
