/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/snapshot_stream.c — see snapshot_stream.h. */
#include "base/snapshot_stream.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST_BYTES = 1 << 16 };

struct snapshot_stream snapshot_stream_save(void)
{
    return (struct snapshot_stream){0};
}

struct snapshot_stream snapshot_stream_load(const uint8_t *bytes, size_t size_bytes)
{
    return (struct snapshot_stream){
        .is_loading = true, .bytes = (uint8_t *)(uintptr_t)bytes, .size_bytes = size_bytes};
}

/* Makes room for so many bytes behind the last one. */
static bool room_make(struct snapshot_stream *stream, size_t size_bytes)
{
    size_t room = stream->room_bytes ? stream->room_bytes : ROOM_FIRST_BYTES;
    uint8_t *grown;

    if (size_bytes <= stream->room_bytes - stream->size_bytes)
        return true;
    while (room - stream->size_bytes < size_bytes && room <= SIZE_MAX / 2)
        room *= 2;
    grown = room - stream->size_bytes < size_bytes ? NULL : realloc(stream->bytes, room);
    if (!grown)
        return false;
    stream->bytes = grown;
    stream->room_bytes = room;
    return true;
}

void snapshot_bytes(struct snapshot_stream *stream, void *bytes, size_t size_bytes)
{
    if (stream->has_failed || size_bytes == 0)
        return;
    if (stream->is_loading) {
        if (size_bytes > stream->size_bytes - stream->at) {
            stream->has_failed = true;
            return;
        }
        memcpy(bytes, stream->bytes + stream->at, size_bytes);
        stream->at += size_bytes;
    } else if (room_make(stream, size_bytes)) {
        memcpy(stream->bytes + stream->size_bytes, bytes, size_bytes);
        stream->size_bytes += size_bytes;
    } else {
        stream->has_failed = true;
    }
}

/* The low size_bytes of value. */
static uint64_t number(struct snapshot_stream *stream, uint64_t value, unsigned size_bytes)
{
    uint8_t bytes[8];
    uint64_t loaded = 0;

    for (unsigned i = 0; i < size_bytes; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    snapshot_bytes(stream, bytes, size_bytes);
    for (unsigned i = 0; i < size_bytes; i++)
        loaded |= (uint64_t)bytes[i] << 8 * i;
    return loaded;
}

void snapshot_u8(struct snapshot_stream *stream, uint8_t *value)
{
    snapshot_bytes(stream, value, 1);
}

void snapshot_u16(struct snapshot_stream *stream, uint16_t *value)
{
    *value = (uint16_t)number(stream, *value, 2);
}

void snapshot_u32(struct snapshot_stream *stream, uint32_t *value)
{
    *value = (uint32_t)number(stream, *value, 4);
}

void snapshot_u64(struct snapshot_stream *stream, uint64_t *value)
{
    *value = number(stream, *value, 8);
}

void snapshot_bool(struct snapshot_stream *stream, bool *value)
{
    uint8_t byte = *value;

    snapshot_u8(stream, &byte);
    snapshot_require(stream, byte <= 1);
    if (!stream->has_failed)
        *value = byte;
}

void snapshot_same(struct snapshot_stream *stream, uint64_t value)
{
    snapshot_require(stream, number(stream, value, 8) == value);
}

void snapshot_require(struct snapshot_stream *stream, bool holds)
{
    if (stream->is_loading && !holds)
        stream->has_failed = true;
}
