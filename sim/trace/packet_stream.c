/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_stream.c — see packet_stream.h. */
#define _GNU_SOURCE /* fopencookie */
#include "trace/packet_stream.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "trace/jsonl/zstd_in.h"

static enum status buffer_fill(struct packet_stream *stream)
{
    stream->used = stream->size = 0;
    if (stream->status == STATUS_OK)
        stream->status = bytes_in_fill(stream->in, stream->buffer, sizeof stream->buffer,
                                       &stream->size, &stream->diag);
    if (stream->status != STATUS_OK)
        stream->size = 0;
    return stream->status;
}

/* Puts the decompressor in between if the file begins as zstd does. The bytes that were looked at
 * are handed on either way. */
static enum status layers_open(struct packet_stream *stream, const char *path)
{
    unsigned char head[ZSTD_HEAD_BYTES];
    size_t head_bytes;
    enum status st = bytes_in_fill(stream->in, head, sizeof head, &head_bytes, &stream->diag);

    if (st != STATUS_OK)
        return st;
    if (head_bytes == sizeof head && zstd_head_matches(head)) {
        stream->in = zstd_in_open(stream->in, head, head_bytes, path, &stream->diag);
        return stream->in ? buffer_fill(stream) : STATUS_IO;
    }
    memcpy(stream->buffer, head, head_bytes);
    st = bytes_in_fill(stream->in, stream->buffer + head_bytes, sizeof stream->buffer - head_bytes,
                       &stream->size, &stream->diag);
    stream->size += head_bytes;
    return st;
}

enum status packet_stream_open(struct packet_stream *stream, const char *path,
                               struct diagnostic *diag)
{
    enum status st;

    memset(stream, 0, sizeof *stream);
    stream->in = bytes_in_file(path, &stream->diag);
    st = stream->in ? layers_open(stream, path) : STATUS_BAD_INPUT;
    if (st != STATUS_OK) {
        packet_stream_close(stream);
        if (diag)
            *diag = stream->diag;
    }
    return st;
}

const unsigned char *packet_stream_head(const struct packet_stream *stream, size_t *size_bytes)
{
    *size_bytes = stream->size < PCAP_HEAD_BYTES ? stream->size : PCAP_HEAD_BYTES;
    return stream->buffer;
}

static void mark_add(struct packet_stream *stream, const char *bytes, size_t size_bytes)
{
    if (stream->taken < sizeof stream->marked) {
        size_t room = sizeof stream->marked - (size_t)stream->taken;

        memcpy(stream->marked + stream->taken, bytes, size_bytes < room ? size_bytes : room);
    }
    stream->taken += size_bytes;
}

/* After the header of a record comes its frame. */
static void piece_choose(struct packet_stream *stream)
{
    if (!stream->head)
        stream->piece = SIZE_MAX;
    else if (stream->piece == 0 && stream->taken == sizeof stream->marked)
        stream->piece = packet_head_record(stream->head, stream->marked).frame_bytes;
}

/* As fopencookie wants it: 0 at the end, -1 and errno on failure. */
static ssize_t cookie_read(void *cookie, char *to, size_t room)
{
    struct packet_stream *stream = cookie;
    size_t part;

    if (stream->used == stream->size && buffer_fill(stream) != STATUS_OK) {
        errno = EIO;
        return -1;
    }
    piece_choose(stream);
    part = stream->size - stream->used;
    part = part < room ? part : room;
    part = part < stream->piece ? part : stream->piece;
    memcpy(to, stream->buffer + stream->used, part);
    stream->used += part;
    stream->piece -= part;
    mark_add(stream, to, part);
    if (part == 0)
        stream->is_short = true;
    return (ssize_t)part;
}

FILE *packet_stream_file(struct packet_stream *stream, const struct packet_head *head)
{
    stream->head = head;
    stream->piece = PCAP_HEAD_BYTES;
    return fopencookie(stream, "r", (cookie_io_functions_t){.read = cookie_read});
}

void packet_stream_mark(struct packet_stream *stream)
{
    stream->taken = 0;
    stream->piece = sizeof stream->marked;
    stream->is_short = false;
}

void packet_stream_close(struct packet_stream *stream)
{
    if (stream->in)
        stream->in->ops->close(stream->in);
    stream->in = NULL;
}
