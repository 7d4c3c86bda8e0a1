/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/virtqueue.c — rings and chains of virtio 1.2. See virtqueue.h.
 * Simulated memory is little-endian, as is every host that this program is built for. */
#include "devices/virtqueue.h"

struct descriptor {
    uint64_t address;
    uint32_t size_bytes;
    uint16_t flags, next;
};
_Static_assert(sizeof(struct descriptor) == 16, "virtq_desc (2.7.5)");

struct used_element {
    uint32_t head, written_bytes;
};

enum {
    DESCRIPTOR_NEXT = 1,
    DESCRIPTOR_WRITE = 2, /* for the device to write */
    AVAILABLE_NO_INTERRUPT = 1,
    RING_INDEX = 2, /* both rings: flags, index, elements */
    RING_ELEMENTS = 4
};

static spa_t behind(spa_t first, uint64_t offset)
{
    return (spa_t){first.v + offset};
}

enum status virtqueue_start(struct virtqueue *queue)
{
    unsigned size = queue->size;

    if (size == 0 || size > VIRTQUEUE_SIZE_MAX || (size & (size - 1)) != 0)
        return STATUS_BAD_INPUT;
    if (queue->descriptors.v % 16 != 0 || queue->available.v % 2 != 0 || queue->used.v % 4 != 0)
        return STATUS_BAD_INPUT;
    queue->next_available = queue->next_used = 0;
    queue->is_ready = true;
    return STATUS_OK;
}

/* Appends a buffer, within all bounds of a chain. */
static bool chain_add(struct virtqueue_chain *chain, const struct descriptor *descriptor)
{
    uint32_t total = chain->readable_bytes + chain->writable_bytes;
    bool is_writable = descriptor->flags & DESCRIPTOR_WRITE;

    if (descriptor->flags & ~(DESCRIPTOR_NEXT | DESCRIPTOR_WRITE))
        return false; /* indirect, which was not offered */
    if (!is_writable && chain->buffer_count > chain->readable_count)
        return false;
    if (descriptor->size_bytes > VIRTQUEUE_CHAIN_BYTES_MAX - total)
        return false;
    chain->buffer[chain->buffer_count++] =
        (struct virtqueue_buffer){{descriptor->address}, descriptor->size_bytes};
    if (is_writable) {
        chain->writable_bytes += descriptor->size_bytes;
    } else {
        chain->readable_bytes += descriptor->size_bytes;
        chain->readable_count++;
    }
    return true;
}

/* Follows the descriptors from head on; a chain longer than the queue is a loop. */
static bool chain_follow(const struct virtqueue *queue, struct virtqueue_chain *chain)
{
    struct descriptor descriptor = {.flags = DESCRIPTOR_NEXT, .next = chain->head};

    while (descriptor.flags & DESCRIPTOR_NEXT) {
        spa_t where = behind(queue->descriptors, descriptor.next * sizeof descriptor);

        if (descriptor.next >= queue->size || chain->buffer_count == queue->size)
            return false;
        if (!dma_read(queue->dma, where, &descriptor, sizeof descriptor) ||
            !chain_add(chain, &descriptor))
            return false;
    }
    return true;
}

enum status virtqueue_take(struct virtqueue *queue, struct virtqueue_chain *chain)
{
    uint16_t index, slot = queue->next_available % queue->size;

    if (!dma_read(queue->dma, behind(queue->available, RING_INDEX), &index, sizeof index))
        return STATUS_BAD_INPUT;
    if (index == queue->next_available)
        return STATUS_END;
    if ((uint16_t)(index - queue->next_available) > queue->size)
        return STATUS_BAD_INPUT;
    chain->readable_count = chain->buffer_count = 0;
    chain->readable_bytes = chain->writable_bytes = 0;
    if (!dma_read(queue->dma, behind(queue->available, RING_ELEMENTS + slot * sizeof chain->head),
                  &chain->head, sizeof chain->head) ||
        !chain_follow(queue, chain))
        return STATUS_BAD_INPUT;
    queue->next_available++;
    return STATUS_OK;
}

enum status virtqueue_give(struct virtqueue *queue, const struct virtqueue_chain *chain,
                           uint32_t written_bytes)
{
    struct used_element element = {chain->head, written_bytes};
    uint16_t slot = queue->next_used % queue->size, index = (uint16_t)(queue->next_used + 1);

    if (!dma_write(queue->dma, behind(queue->used, RING_ELEMENTS + slot * sizeof element), &element,
                   sizeof element) ||
        !dma_write(queue->dma, behind(queue->used, RING_INDEX), &index, sizeof index))
        return STATUS_BAD_INPUT;
    queue->next_used = index;
    return STATUS_OK;
}

bool virtqueue_wants_interrupt(const struct virtqueue *queue)
{
    uint16_t flags = 0;

    return !dma_read(queue->dma, queue->available, &flags, sizeof flags) ||
           !(flags & AVAILABLE_NO_INTERRUPT);
}

/* One piece of a copy: at most what is left of the buffer that holds offset; from is moved on. */
static uint32_t piece_find(const struct virtqueue_chain *chain, unsigned *buffer, uint32_t *offset,
                           uint32_t wanted, spa_t *where)
{
    while (*offset >= chain->buffer[*buffer].size_bytes) {
        *offset -= chain->buffer[*buffer].size_bytes;
        (*buffer)++;
    }
    *where = behind(chain->buffer[*buffer].first, *offset);
    if (wanted > chain->buffer[*buffer].size_bytes - *offset)
        wanted = chain->buffer[*buffer].size_bytes - *offset;
    *offset += wanted;
    return wanted;
}

bool virtqueue_read(const struct virtqueue *queue, const struct virtqueue_chain *chain,
                    uint32_t offset, void *to, uint32_t size_bytes)
{
    uint8_t *next = to;
    unsigned buffer = 0;
    spa_t where;

    if (offset > chain->readable_bytes || size_bytes > chain->readable_bytes - offset)
        return false;
    while (size_bytes > 0) {
        uint32_t piece = piece_find(chain, &buffer, &offset, size_bytes, &where);

        if (!dma_read(queue->dma, where, next, piece))
            return false;
        next += piece;
        size_bytes -= piece;
    }
    return true;
}

bool virtqueue_write(const struct virtqueue *queue, const struct virtqueue_chain *chain,
                     uint32_t offset, const void *from, uint32_t size_bytes)
{
    const uint8_t *next = from;
    unsigned buffer = chain->readable_count;
    spa_t where;

    if (offset > chain->writable_bytes || size_bytes > chain->writable_bytes - offset)
        return false;
    while (size_bytes > 0) {
        uint32_t piece = piece_find(chain, &buffer, &offset, size_bytes, &where);

        if (!dma_write(queue->dma, where, next, piece))
            return false;
        next += piece;
        size_bytes -= piece;
    }
    return true;
}

void virtqueue_snapshot(struct virtqueue *queue, struct snapshot_stream *stream)
{
    struct virtqueue loaded = *queue;

    snapshot_bool(stream, &loaded.is_ready);
    snapshot_u16(stream, &loaded.size);
    snapshot_u64(stream, &loaded.descriptors.v);
    snapshot_u64(stream, &loaded.available.v);
    snapshot_u64(stream, &loaded.used.v);
    snapshot_u16(stream, &loaded.next_available);
    snapshot_u16(stream, &loaded.next_used);
    if (!snapshot_is_loaded(stream))
        return;
    *queue = loaded;
    snapshot_require(stream, loaded.size <= VIRTQUEUE_SIZE_MAX &&
                                 (!loaded.is_ready || virtqueue_start(&loaded) == STATUS_OK));
    queue->is_ready = queue->is_ready && !stream->has_failed;
}
