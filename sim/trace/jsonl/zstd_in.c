/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/zstd_in.c — see zstd_in.h. A file that ends inside a frame is an error. */
#include "trace/jsonl/zstd_in.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { INPUT_BYTES = 128 * 1024 };

struct zstd_in {
    struct bytes_in in;
    struct bytes_in *lower;
    const char *name;
    ZSTD_DCtx *context;
    ZSTD_inBuffer compressed;
    bool is_inside_frame;
    unsigned char buffer[INPUT_BYTES];
};

bool zstd_head_matches(const unsigned char head[ZSTD_HEAD_BYTES])
{
    uint32_t magic = (uint32_t)head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16 |
                     (uint32_t)head[3] << 24;

    return magic == ZSTD_MAGICNUMBER ||
           (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

static enum status input_refill(struct zstd_in *zstd, struct diagnostic *diag)
{
    size_t got;
    enum status st =
        zstd->lower->ops->read(zstd->lower, zstd->buffer, sizeof zstd->buffer, &got, diag);

    if (st != STATUS_OK)
        return st;
    zstd->compressed = (ZSTD_inBuffer){zstd->buffer, got, 0};
    return STATUS_OK;
}

static enum status zstd_read(struct bytes_in *in, void *to, size_t room, size_t *got,
                             struct diagnostic *diag)
{
    struct zstd_in *zstd = (struct zstd_in *)in; /* handle to adapter */
    ZSTD_outBuffer plain = {to, room, 0};

    while (plain.pos == 0) {
        size_t left;

        if (zstd->compressed.pos == zstd->compressed.size) {
            enum status st = input_refill(zstd, diag);

            if (st != STATUS_OK)
                return st;
        }
        if (zstd->compressed.size == 0 && !zstd->is_inside_frame)
            break;
        left = ZSTD_decompressStream(zstd->context, &plain, &zstd->compressed);
        if (ZSTD_isError(left))
            return diagnostic_set(diag, STATUS_BAD_INPUT, zstd->name, 0, 0,
                                  "corrupted zstd data (%s); expected intact frames",
                                  ZSTD_getErrorName(left));
        if (zstd->compressed.size == 0 && plain.pos == 0)
            return diagnostic_set(
                diag, STATUS_BAD_INPUT, zstd->name, 0, 0,
                "file ends inside a zstd frame: truncated; expected the rest of the frame");
        zstd->is_inside_frame = left != 0;
    }
    *got = plain.pos;
    return STATUS_OK;
}

static void zstd_close(struct bytes_in *in)
{
    struct zstd_in *zstd = (struct zstd_in *)in; /* handle to adapter */

    zstd->lower->ops->close(zstd->lower);
    (void)ZSTD_freeDCtx(zstd->context);
    free(zstd);
}

static const struct bytes_in_ops zstd_ops = {zstd_read, zstd_close};

struct bytes_in *zstd_in_open(struct bytes_in *lower, const void *head, size_t head_bytes,
                              const char *name, struct diagnostic *diag)
{
    struct zstd_in *zstd = calloc(1, sizeof *zstd);

    if (zstd)
        zstd->context = ZSTD_createDCtx();
    if (!zstd || !zstd->context) {
        (void)diagnostic_set(diag, STATUS_IO, name, 0, 0, "out of memory");
        lower->ops->close(lower);
        free(zstd);
        return NULL;
    }
    zstd->in.ops = &zstd_ops;
    zstd->lower = lower;
    zstd->name = name;
    memcpy(zstd->buffer, head, head_bytes);
    zstd->compressed = (ZSTD_inBuffer){zstd->buffer, head_bytes, 0};
    return &zstd->in;
}
