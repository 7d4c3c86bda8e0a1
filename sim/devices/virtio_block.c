/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/virtio_block.c — requests on the sectors of a disk. See virtio_block.h. */
#include "devices/virtio_block.h"

#include <string.h>

/* struct virtio_blk_req (5.2.6). */
struct request {
    uint32_t type, reserved;
    uint64_t sector;
};

enum { TYPE_IN = 0, TYPE_OUT = 1, TYPE_FLUSH = 4, TYPE_GET_ID = 8 };
enum { RESULT_OK = 0, RESULT_IO_ERROR = 1, RESULT_UNSUPPORTED = 2 };
enum { DEVICE_BLOCK = 2, FEATURE_SEG_MAX = 1 << 2, FEATURE_FLUSH = 1 << 9, ID_BYTES = 20 };

enum { CHUNK_BYTES = 64 * 1024 }; /* of a snapshot */

static const char disk_id[ID_BYTES] = "cvmlab-disk";

/* Where the sectors of a request lie; NULL: not on the disk, or no whole sectors. */
static uint8_t *sectors_find(const struct virtio_block *device, uint64_t first, uint32_t size_bytes)
{
    uint64_t capacity = device->config.capacity_sectors;

    if (size_bytes % VIRTIO_BLOCK_SECTOR_BYTES != 0 || first > capacity ||
        size_bytes / VIRTIO_BLOCK_SECTOR_BYTES > capacity - first)
        return NULL;
    return device->bytes + first * VIRTIO_BLOCK_SECTOR_BYTES;
}

/* Carries a request out; room_bytes is what it may write but for its status. Returns the status. */
static uint8_t request_do(struct virtio_block *device, const struct virtqueue *queue,
                          const struct virtqueue_chain *chain, uint32_t room_bytes,
                          uint32_t *written_bytes)
{
    struct request request;
    uint32_t data_bytes = chain->readable_bytes - (uint32_t)sizeof request;
    uint8_t *sectors;

    if (!virtqueue_read(queue, chain, 0, &request, sizeof request))
        return RESULT_IO_ERROR;
    switch (request.type) {
    case TYPE_IN:
        sectors = sectors_find(device, request.sector, room_bytes);
        if (!sectors || !virtqueue_write(queue, chain, 0, sectors, room_bytes))
            return RESULT_IO_ERROR;
        *written_bytes = room_bytes;
        return RESULT_OK;
    case TYPE_OUT:
        sectors = sectors_find(device, request.sector, data_bytes);
        return sectors && virtqueue_read(queue, chain, sizeof request, sectors, data_bytes)
                   ? RESULT_OK
                   : RESULT_IO_ERROR;
    case TYPE_FLUSH:
        return RESULT_OK;
    case TYPE_GET_ID:
        *written_bytes = room_bytes < ID_BYTES ? room_bytes : ID_BYTES;
        return virtqueue_write(queue, chain, 0, disk_id, *written_bytes) ? RESULT_OK
                                                                         : RESULT_IO_ERROR;
    default:
        return RESULT_UNSUPPORTED;
    }
}

/* A chain without room for a status byte cannot be answered: it breaks the queue. */
static enum status chain_do(struct virtio_block *device, struct virtqueue *queue,
                            const struct virtqueue_chain *chain)
{
    uint32_t room_bytes = chain->writable_bytes - 1, written_bytes = 0;
    uint8_t result;

    if (chain->writable_bytes == 0 || chain->readable_bytes < sizeof(struct request))
        return STATUS_BAD_INPUT;
    result = request_do(device, queue, chain, room_bytes, &written_bytes);
    if (!virtqueue_write(queue, chain, room_bytes, &result, sizeof result))
        return STATUS_BAD_INPUT;
    return virtqueue_give(queue, chain, written_bytes + (uint32_t)sizeof result);
}

static enum status block_notify(void *context, struct virtqueue *queue, unsigned number)
{
    struct virtqueue_chain chain;
    enum status status = STATUS_OK;

    (void)number;
    for (unsigned i = 0; i < queue->size && status == STATUS_OK; i++) {
        status = virtqueue_take(queue, &chain);
        if (status == STATUS_OK)
            status = chain_do(context, queue, &chain);
    }
    return status == STATUS_END ? STATUS_OK : status;
}

void virtio_block_init(struct virtio_block *device, const struct dma *dma, uint8_t *bytes,
                       uint64_t size_bytes, const struct interrupt_line *line)
{
    static const struct virtio_kind kind = {
        DEVICE_BLOCK, VIRTIO_F_VERSION_1 | FEATURE_SEG_MAX | FEATURE_FLUSH, 1, block_notify};

    device->bytes = bytes;
    device->config =
        (struct virtio_block_config){.capacity_sectors = size_bytes / VIRTIO_BLOCK_SECTOR_BYTES,
                                     .seg_max = VIRTQUEUE_SIZE_MAX - 2};
    virtio_init(&device->virtio, &kind, device, dma, line);
    device->virtio.config = (const uint8_t *)&device->config;
    device->virtio.config_bytes = sizeof device->config;
}

/* The sectors, a chunk after the other; a byte before each says whether there is more than zeros.
 */
static void sectors_snapshot(struct virtio_block *device, struct snapshot_stream *stream)
{
    uint64_t size_bytes = device->config.capacity_sectors * VIRTIO_BLOCK_SECTOR_BYTES;

    for (uint64_t at = 0; at < size_bytes && !stream->has_failed; at += CHUNK_BYTES) {
        size_t chunk = size_bytes - at < CHUNK_BYTES ? size_bytes - at : CHUNK_BYTES;
        uint8_t *bytes = device->bytes + at;
        bool is_zero = bytes[0] == 0 && memcmp(bytes, bytes + 1, chunk - 1) == 0;

        snapshot_bool(stream, &is_zero);
        if (!is_zero)
            snapshot_bytes(stream, bytes, chunk);
        else if (snapshot_is_loaded(stream))
            memset(bytes, 0, chunk);
    }
}

void virtio_block_snapshot(struct virtio_block *device, struct snapshot_stream *stream)
{
    virtio_snapshot(&device->virtio, stream);
    snapshot_same(stream, device->config.capacity_sectors);
    sectors_snapshot(device, stream);
}
