/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/virtio_console.c — bytes from and to a console. See virtio_console.h. */
#include "devices/virtio_console.h"

enum { DEVICE_CONSOLE = 3, QUEUE_RECEIVE = 0, QUEUE_TRANSMIT = 1, CHUNK_BYTES = 256 };

static enum status chain_send(struct virtio_console *device, struct virtqueue *queue,
                              const struct virtqueue_chain *chain)
{
    uint8_t chunk[CHUNK_BYTES];

    for (uint32_t done = 0; done < chain->readable_bytes; done += CHUNK_BYTES) {
        uint32_t left = chain->readable_bytes - done;
        uint32_t size = left < CHUNK_BYTES ? left : CHUNK_BYTES;

        if (!virtqueue_read(queue, chain, done, chunk, size))
            return STATUS_BAD_INPUT;
        console_put(&device->console, chunk, size);
    }
    return virtqueue_give(queue, chain, 0);
}

static enum status transmit(struct virtio_console *device, struct virtqueue *queue)
{
    struct virtqueue_chain chain;
    enum status status = STATUS_OK;

    for (unsigned i = 0; i < queue->size && status == STATUS_OK; i++) {
        status = virtqueue_take(queue, &chain);
        if (status == STATUS_OK)
            status = chain_send(device, queue, &chain);
    }
    return status == STATUS_END ? STATUS_OK : status;
}

/* Fills one buffer with what there is; size_bytes 0: give it back empty. */
static enum status chain_fill(struct virtqueue *queue, const struct virtqueue_chain *chain,
                              const uint8_t *bytes, size_t size_bytes)
{
    if (!virtqueue_write(queue, chain, 0, bytes, (uint32_t)size_bytes))
        return STATUS_BAD_INPUT;
    return virtqueue_give(queue, chain, (uint32_t)size_bytes);
}

/* A buffer is taken only when there is a byte for it; so the first byte is fetched before. */
static enum status receive(struct virtio_console *device, struct virtqueue *queue)
{
    struct virtqueue_chain chain;
    uint8_t chunk[CHUNK_BYTES];
    enum status status = STATUS_OK;

    for (unsigned i = 0; i < queue->size && status == STATUS_OK; i++) {
        struct virtqueue ahead = *queue;
        size_t size;

        status = virtqueue_take(&ahead, &chain);
        if (status != STATUS_OK)
            break;
        size = chain.writable_bytes < CHUNK_BYTES ? chain.writable_bytes : CHUNK_BYTES;
        size = console_get(&device->console, chunk, size);
        if (size == 0 && chain.writable_bytes > 0)
            return STATUS_OK; /* no input: the buffer stays with the driver */
        *queue = ahead;
        status = chain_fill(queue, &chain, chunk, size);
    }
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status console_notify(void *context, struct virtqueue *queue, unsigned number)
{
    return number == QUEUE_TRANSMIT ? transmit(context, queue) : receive(context, queue);
}

void virtio_console_init(struct virtio_console *device, const struct dma *dma,
                         const struct console *console, const struct interrupt_line *line)
{
    static const struct virtio_kind kind = {DEVICE_CONSOLE, VIRTIO_F_VERSION_1, QUEUE_TRANSMIT + 1,
                                            console_notify};

    device->console = *console;
    virtio_init(&device->virtio, &kind, device, dma, line);
}
