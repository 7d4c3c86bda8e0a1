/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/snapshot_file.c — a snapshot as a file: a head of 28 bytes (the words "cvmlab
 * snapshot" and a newline, the version in 4 bytes, the size of what follows unpacked in 8,
 * little-endian), then one zstd frame with a checksum. See machine_snapshot.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "base/file_bytes.h"
#include "base/file_out.h"
#include "machine/machine_snapshot.h"

enum { WORDS_BYTES = 16, HEAD_BYTES = WORDS_BYTES + 4 + 8, LEVEL = 3 };

static const char words[WORDS_BYTES + 1] = "cvmlab snapshot\n";

/* Largest file that is read. */
#define FILE_BYTES_MAX (UINT64_C(1) << 38)

static void number_put(uint8_t *to, uint64_t value, unsigned size_bytes)
{
    for (unsigned i = 0; i < size_bytes; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t number_get(const uint8_t *from, unsigned size_bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size_bytes; i++)
        value |= (uint64_t)from[i] << 8 * i;
    return value;
}

/* --- writing --- */

static enum status pack(const struct machine_snapshot *snapshot, ZSTD_CCtx *zstd,
                        struct file_out *file, struct diagnostic *diag)
{
    ZSTD_inBuffer in = {snapshot->bytes, snapshot->size_bytes, 0};
    size_t left = 1, room = ZSTD_CStreamOutSize();
    uint8_t *buffer = malloc(room);
    enum status status = STATUS_OK;

    if (!buffer || ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, LEVEL)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1)))
        status = diagnostic_set(diag, STATUS_IO, file_out_name(file), 0, 0, "not enough memory");
    while (left > 0 && status == STATUS_OK) {
        ZSTD_outBuffer out = {buffer, room, 0};

        left = ZSTD_compressStream2(zstd, &out, &in, ZSTD_e_end);
        if (ZSTD_isError(left))
            status = diagnostic_set(diag, STATUS_IO, file_out_name(file), 0, 0,
                                    "cannot be compressed: %s", ZSTD_getErrorName(left));
        else
            status = file_out_write(file, buffer, out.pos, diag);
    }
    free(buffer);
    return status;
}

enum status machine_snapshot_write(const struct machine_snapshot *snapshot, const char *path,
                                   struct diagnostic *diag)
{
    struct file_out *file = file_out_create(path, diag);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    uint8_t head[HEAD_BYTES];
    enum status status = file ? STATUS_OK : STATUS_IO;

    memcpy(head, words, WORDS_BYTES);
    number_put(head + WORDS_BYTES, MACHINE_SNAPSHOT_VERSION, 4);
    number_put(head + WORDS_BYTES + 4, snapshot->size_bytes, 8);
    if (status == STATUS_OK && !zstd)
        status = diagnostic_set(diag, STATUS_IO, path, 0, 0, "not enough memory");
    if (status == STATUS_OK)
        status = file_out_write(file, head, sizeof head, diag);
    if (status == STATUS_OK)
        status = pack(snapshot, zstd, file, diag);
    ZSTD_freeCCtx(zstd);
    if (status == STATUS_OK)
        return file_out_commit(file, diag);
    if (file)
        file_out_abandon(file);
    return status;
}

/* --- reading --- */

static enum status head_check(const uint8_t *bytes, size_t size_bytes, const char *name,
                              struct diagnostic *diag)
{
    size_t there = size_bytes < WORDS_BYTES ? size_bytes : WORDS_BYTES;
    uint64_t version;

    if (size_bytes == 0 || memcmp(bytes, words, there) != 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                              "is no snapshot; expected a file of cvmlab run --snapshot");
    if (size_bytes < HEAD_BYTES)
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                              "the snapshot is truncated; expected %d bytes of head", HEAD_BYTES);
    version = number_get(bytes + WORDS_BYTES, 4);
    if (version != MACHINE_SNAPSHOT_VERSION)
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                              "the snapshot is of version %" PRIu64 "; expected %d", version,
                              MACHINE_SNAPSHOT_VERSION);
    return STATUS_OK;
}

/* More room for what comes out, up to size. */
static bool room_grow(struct machine_snapshot *out, size_t *room, uint64_t size)
{
    size_t wanted = *room ? 2 * *room : ZSTD_DStreamOutSize();
    uint8_t *grown;

    if (wanted > size)
        wanted = size > 0 ? size : 1;
    grown = realloc(out->bytes, wanted);
    if (!grown)
        return false;
    out->bytes = grown;
    *room = wanted;
    return true;
}

/* Unpacks the frame; out gets what there is of at most size bytes. NULL: it is whole, and all of
 * the file. Else what is wrong. */
static const char *unpack(ZSTD_DCtx *zstd, ZSTD_inBuffer *in, uint64_t size,
                          struct machine_snapshot *out, enum status *status)
{
    size_t room = 0, left = 1;

    while (left > 0) {
        ZSTD_outBuffer buffer = {out->bytes, room, out->size_bytes};
        size_t taken = in->pos;

        if (buffer.pos == buffer.size && room < size) {
            if (!room_grow(out, &room, size)) {
                *status = STATUS_IO;
                return "not enough memory";
            }
            continue;
        }
        left = ZSTD_decompressStream(zstd, &buffer, in);
        if (ZSTD_isError(left))
            return "is corrupt; expected a whole zstd frame";
        if (left > 0 && in->pos == taken && buffer.pos == out->size_bytes)
            return in->pos == in->size ? "is truncated; expected a whole zstd frame"
                                       : "is corrupt; expected as many bytes as its head says";
        out->size_bytes = buffer.pos;
    }
    if (in->pos != in->size || out->size_bytes != size)
        return "is corrupt; expected as many bytes as its head says";
    return NULL;
}

enum status machine_snapshot_parse(const uint8_t *bytes, size_t size_bytes, const char *name,
                                   struct machine_snapshot *out, struct diagnostic *diag)
{
    enum status status = head_check(bytes, size_bytes, name, diag);
    ZSTD_inBuffer in = {bytes, size_bytes, HEAD_BYTES};
    ZSTD_DCtx *zstd;
    const char *wrong;

    *out = (struct machine_snapshot){0};
    if (status != STATUS_OK)
        return status;
    zstd = ZSTD_createDCtx();
    status = zstd ? STATUS_BAD_INPUT : STATUS_IO;
    wrong = zstd ? unpack(zstd, &in, number_get(bytes + WORDS_BYTES + 4, 8), out, &status)
                 : "not enough memory";
    ZSTD_freeDCtx(zstd);
    if (!wrong)
        return STATUS_OK;
    machine_snapshot_free(out);
    return diagnostic_set(diag, status, name, 0, 0, "%s%s",
                          status == STATUS_IO ? "" : "the snapshot ", wrong);
}

enum status machine_snapshot_read(const char *path, struct machine_snapshot *out,
                                  struct diagnostic *diag)
{
    struct file_bytes file;
    enum status status;

    *out = (struct machine_snapshot){0};
    status = file_bytes_read(&file, path, FILE_BYTES_MAX, "a snapshot", diag);
    if (status != STATUS_OK)
        return status;
    status = machine_snapshot_parse(file.bytes, file.size, path, out, diag);
    file_bytes_free(&file);
    return status;
}
