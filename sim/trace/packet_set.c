/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_set.c — see packet_set.h. Frames lie one behind the other in chunks that never
 * move; the list of packets grows by doubling. */
#include "trace/packet_set.h"

#include <stdlib.h>
#include <string.h>

#include "trace/packet_in.h"

enum { CHUNK_BYTES = 1 << 20, LIST_MIN = 256 };

struct chunk {
    struct chunk *before;
    uint8_t *bytes; /* CHUNK_BYTES */
};

struct packet_set {
    struct chunk *chunk; /* the one that is being filled; NULL: none yet */
    size_t chunk_used;
    size_t stored_bytes; /* of all chunks, with what lies between frames */
    struct packet *packet;
    size_t count, room;
    uint64_t frame_bytes;
};

struct packet_set *packet_set_create(void)
{
    return calloc(1, sizeof(struct packet_set));
}

static enum status list_grow(struct packet_set *set)
{
    size_t room = set->room ? 2 * set->room : LIST_MIN;
    struct packet *packet;

    if (set->count < set->room)
        return STATUS_OK;
    packet = realloc(set->packet, room * sizeof *packet);
    if (!packet)
        return STATUS_IO;
    set->packet = packet;
    set->room = room;
    return STATUS_OK;
}

/* A new chunk if size_bytes do not fit into the last one. */
static enum status chunk_grow(struct packet_set *set, size_t size_bytes)
{
    struct chunk *chunk;

    if (set->chunk && size_bytes <= CHUNK_BYTES - set->chunk_used)
        return STATUS_OK;
    chunk = malloc(sizeof *chunk);
    if (chunk)
        chunk->bytes = aligned_alloc(PACKET_SET_ALIGN_BYTES, CHUNK_BYTES);
    if (!chunk || !chunk->bytes) {
        free(chunk);
        return STATUS_IO;
    }
    chunk->before = set->chunk;
    set->chunk = chunk;
    set->chunk_used = 0;
    return STATUS_OK;
}

static enum status packet_check(const struct packet_set *set, const struct packet *packet)
{
    if (packet->frame_bytes < PACKET_FRAME_MIN_BYTES ||
        packet->wire_bytes > PACKET_FRAME_MAX_BYTES || packet->frame_bytes > packet->wire_bytes)
        return STATUS_BAD_INPUT;
    if (set->count > 0 && packet->time_ns < set->packet[set->count - 1].time_ns)
        return STATUS_BAD_INPUT;
    return STATUS_OK;
}

enum status packet_set_append(struct packet_set *set, const struct packet *packet)
{
    size_t align = PACKET_SET_ALIGN_BYTES;
    size_t size_bytes = (packet->frame_bytes + align - 1) / align * align;
    enum status st = packet_check(set, packet);
    uint8_t *frame;

    if (st == STATUS_OK && size_bytes > PACKET_SET_MAX_BYTES - set->stored_bytes)
        st = STATUS_FULL;
    if (st == STATUS_OK)
        st = list_grow(set);
    if (st == STATUS_OK)
        st = chunk_grow(set, size_bytes);
    if (st != STATUS_OK)
        return st;
    frame = set->chunk->bytes + set->chunk_used;
    memcpy(frame, packet->frame, packet->frame_bytes);
    set->chunk_used += size_bytes;
    set->stored_bytes += size_bytes;
    set->frame_bytes += packet->frame_bytes;
    set->packet[set->count] = *packet;
    set->packet[set->count].frame = frame;
    set->packet[set->count].number = set->count + 1;
    set->count++;
    return STATUS_OK;
}

static enum status capture_append(struct packet_set *set, struct packet_reader *reader,
                                  const char *path, struct diagnostic *diag)
{
    struct packet packet;
    enum status st;

    while ((st = packet_reader_next(reader, &packet, diag)) == STATUS_OK) {
        st = packet_set_append(set, &packet);
        if (st == STATUS_FULL)
            return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                                  "too large to be held in memory; expected at most %d MiB",
                                  PACKET_SET_MAX_BYTES >> 20);
        if (st != STATUS_OK)
            return diagnostic_set(diag, st, path, 0, 0, "out of memory");
    }
    return st == STATUS_END ? STATUS_OK : st;
}

struct packet_set *packet_set_load(const char *path, struct diagnostic *diag)
{
    struct packet_reader *reader = packet_reader_open(path, diag);
    struct packet_set *set;
    enum status st;

    if (!reader)
        return NULL;
    set = packet_set_create();
    if (set)
        st = capture_append(set, reader, path, diag);
    else
        st = diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
    packet_reader_close(reader);
    if (st == STATUS_OK)
        return set;
    packet_set_free(set);
    return NULL;
}

const struct packet *packet_set_packets(const struct packet_set *set, size_t *count)
{
    *count = set->count;
    return set->count > 0 ? set->packet : NULL;
}

uint64_t packet_set_frame_bytes(const struct packet_set *set)
{
    return set->frame_bytes;
}

void packet_set_free(struct packet_set *set)
{
    if (!set)
        return;
    while (set->chunk) {
        struct chunk *chunk = set->chunk;

        set->chunk = chunk->before;
        free(chunk->bytes);
        free(chunk);
    }
    free(set->packet);
    free(set);
}
