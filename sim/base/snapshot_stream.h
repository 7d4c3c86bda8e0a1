/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/snapshot_stream.h — the state of something as bytes, and back. Whoever has state writes
 * one function that names each of its values once; the stream saves or loads them as it was opened.
 * So what is saved and what is loaded cannot differ. Little-endian, no gaps. */
#ifndef CVMLAB_SIM_BASE_SNAPSHOT_STREAM_H
#define CVMLAB_SIM_BASE_SNAPSHOT_STREAM_H

#include "base/types.h"

struct snapshot_stream {
    bool is_loading;
    bool has_failed; /* to load: the bytes end too early, or say what cannot be; to save: no memory.
                        Whatever comes then does nothing; loaded values stay as they are */
    uint8_t *bytes;  /* to load: never written */
    size_t size_bytes; /* to load: all of them; to save: so far */
    size_t room_bytes; /* to save: allocated */
    size_t at;         /* to load: next byte */
};

/* To save: begins empty; the caller frees stream->bytes. */
struct snapshot_stream snapshot_stream_save(void);

/* To load from bytes, which stay the caller's. */
struct snapshot_stream snapshot_stream_load(const uint8_t *bytes, size_t size_bytes);

/* Saves or loads one value. A bool is one byte; loaded, it must be 0 or 1. */
void snapshot_u8(struct snapshot_stream *stream, uint8_t *value);
void snapshot_u16(struct snapshot_stream *stream, uint16_t *value);
void snapshot_u32(struct snapshot_stream *stream, uint32_t *value);
void snapshot_u64(struct snapshot_stream *stream, uint64_t *value);
void snapshot_bool(struct snapshot_stream *stream, bool *value);
void snapshot_bytes(struct snapshot_stream *stream, void *bytes, size_t size_bytes);

/* A value that is what the machine is made of: loaded, it must be equal. */
void snapshot_same(struct snapshot_stream *stream, uint64_t value);

/* Loading: what does not hold makes the stream fail. */
void snapshot_require(struct snapshot_stream *stream, bool holds);

/* Whether it is loading and good: values may be used. */
static inline bool snapshot_is_loaded(const struct snapshot_stream *stream)
{
    return stream->is_loading && !stream->has_failed;
}

#endif
