/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/virtio_console.c — reads what there is, and writes it back twice. */
#include "virtio.h"

static struct queue receive, transmit;
static char buffer[16];

int main(void)
{
    uint32_t size;

    check(1, virtio_begin(VIRTIO_CONSOLE, 3));
    virtio_queue(VIRTIO_CONSOLE, 0, &receive);
    virtio_queue(VIRTIO_CONSOLE, 1, &transmit);
    write32(VIRTIO_CONSOLE + 0x70, 15);
    receive.descriptor[0] = (struct descriptor){(uint64_t)buffer, sizeof buffer, VIRTIO_WRITE, 0};
    size = virtio_send(VIRTIO_CONSOLE, 0, &receive);
    check(2, size > 0 && size <= sizeof buffer);
    transmit.descriptor[0] = (struct descriptor){(uint64_t)buffer, size, VIRTIO_NEXT, 1};
    transmit.descriptor[1] = (struct descriptor){(uint64_t)buffer, size, 0, 0};
    check(3, virtio_send(VIRTIO_CONSOLE, 1, &transmit) == 0);
    check(4, read32(VIRTIO_CONSOLE + 0x70) == 15);
    return 0;
}
