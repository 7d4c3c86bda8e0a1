/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/zstd_out.c — see zstd_out.h. */
#include "trace/jsonl/zstd_out.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum {
    LEVEL = 3,
    WINDOW_LOG = 20, /* a frame is about 1 MiB: a wider window would only cost the reader memory */
    OUTPUT_BYTES = 128 * 1024,
    ENTRY_BYTES = 8,          /* compressed size, plain size */
    SKIPPABLE_HEAD_BYTES = 8, /* magic, size of the rest */
    TABLE_FOOT_BYTES = 9,     /* number of frames, descriptor, magic */
};

#define SKIPPABLE_MAGIC  0x184d2a5eu
#define SEEK_TABLE_MAGIC 0x8f92eab1u

struct frame_entry {
    uint32_t compressed_bytes, plain_bytes;
};

struct zstd_out {
    struct file_out *file;
    ZSTD_CCtx *context;
    struct frame_entry frame;  /* the open one, so far */
    struct frame_entry *table; /* those that are done */
    size_t table_used, table_room;
    unsigned char buffer[OUTPUT_BYTES];
};

bool zstd_out_is_wanted(const char *path)
{
    size_t size = strlen(path), suffix = strlen(".zst");

    return size > suffix && strcmp(path + size - suffix, ".zst") == 0;
}

struct zstd_out *zstd_out_open(struct file_out *file)
{
    struct zstd_out *zstd = calloc(1, sizeof *zstd);

    if (!zstd)
        return NULL;
    zstd->file = file;
    zstd->context = ZSTD_createCCtx();
    if (!zstd->context ||
        ZSTD_isError(ZSTD_CCtx_setParameter(zstd->context, ZSTD_c_compressionLevel, LEVEL)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(zstd->context, ZSTD_c_windowLog, WINDOW_LOG)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(zstd->context, ZSTD_c_checksumFlag, 1))) {
        zstd_out_free(zstd);
        return NULL;
    }
    return zstd;
}

void zstd_out_free(struct zstd_out *zstd)
{
    if (!zstd)
        return;
    (void)ZSTD_freeCCtx(zstd->context);
    free(zstd->table);
    free(zstd);
}

uint64_t zstd_out_frame_bytes(const struct zstd_out *zstd)
{
    return zstd->frame.plain_bytes;
}

/* Compresses until plain is taken in (and, at the end of a frame, everything is out). */
static enum status compress(struct zstd_out *zstd, ZSTD_inBuffer *plain,
                            ZSTD_EndDirective directive, struct diagnostic *diag)
{
    size_t left;

    do {
        ZSTD_outBuffer compressed = {zstd->buffer, sizeof zstd->buffer, 0};
        enum status st;

        left = ZSTD_compressStream2(zstd->context, &compressed, plain, directive);
        if (ZSTD_isError(left))
            return diagnostic_set(diag, STATUS_IO, file_out_name(zstd->file), 0, 0,
                                  "cannot compress: %s", ZSTD_getErrorName(left));
        st = file_out_write(zstd->file, compressed.dst, compressed.pos, diag);
        if (st != STATUS_OK)
            return st;
        zstd->frame.compressed_bytes += (uint32_t)compressed.pos;
    } while (directive == ZSTD_e_end ? left > 0 : plain->pos < plain->size);
    return STATUS_OK;
}

enum status zstd_out_write(struct zstd_out *zstd, const void *bytes, size_t size_bytes,
                           struct diagnostic *diag)
{
    ZSTD_inBuffer plain = {bytes, size_bytes, 0};

    zstd->frame.plain_bytes += (uint32_t)size_bytes;
    return compress(zstd, &plain, ZSTD_e_continue, diag);
}

static enum status table_append(struct zstd_out *zstd, struct diagnostic *diag)
{
    if (zstd->table_used == zstd->table_room) {
        size_t room = zstd->table_room ? 2 * zstd->table_room : 64;
        struct frame_entry *table = realloc(zstd->table, room * sizeof *table);

        if (!table)
            return diagnostic_set(diag, STATUS_IO, file_out_name(zstd->file), 0, 0,
                                  "out of memory");
        zstd->table = table;
        zstd->table_room = room;
    }
    zstd->table[zstd->table_used++] = zstd->frame;
    zstd->frame = (struct frame_entry){0, 0};
    return STATUS_OK;
}

enum status zstd_out_frame_end(struct zstd_out *zstd, struct diagnostic *diag)
{
    ZSTD_inBuffer nothing = {NULL, 0, 0};
    enum status st = compress(zstd, &nothing, ZSTD_e_end, diag);

    return st == STATUS_OK ? table_append(zstd, diag) : st;
}

static unsigned char *le32_put(unsigned char *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        *to++ = (unsigned char)(value >> 8 * i);
    return to;
}

enum status zstd_out_finish(struct zstd_out *zstd, struct diagnostic *diag)
{
    enum status st = zstd->frame.plain_bytes > 0 ? zstd_out_frame_end(zstd, diag) : STATUS_OK;
    size_t rest_bytes = zstd->table_used * ENTRY_BYTES + TABLE_FOOT_BYTES;
    unsigned char *bytes, *at;

    if (st != STATUS_OK)
        return st;
    at = bytes = malloc(SKIPPABLE_HEAD_BYTES + rest_bytes);
    if (!bytes)
        return diagnostic_set(diag, STATUS_IO, file_out_name(zstd->file), 0, 0, "out of memory");
    at = le32_put(at, SKIPPABLE_MAGIC);
    at = le32_put(at, (uint32_t)rest_bytes);
    for (size_t i = 0; i < zstd->table_used; i++) {
        at = le32_put(at, zstd->table[i].compressed_bytes);
        at = le32_put(at, zstd->table[i].plain_bytes);
    }
    at = le32_put(at, (uint32_t)zstd->table_used);
    *at++ = 0; /* descriptor: no checksums in the table, each frame has its own */
    at = le32_put(at, SEEK_TABLE_MAGIC);
    st = file_out_write(zstd->file, bytes, (size_t)(at - bytes), diag);
    free(bytes);
    return st;
}
