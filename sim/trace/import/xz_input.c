/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/xz_input.c — see xz_input.h. The xz side is liblzma's streaming decoder
 * (liblzma, lzma/base.h). */
#include "trace/import/xz_input.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An xz dictionary larger than this comes from no recorder: refuse it instead of taking the memory.
 */
enum { XZ_CHUNK_BYTES = 1 << 16, XZ_MEMORY_LIMIT_BYTES = 256 << 20 };

static const uint8_t XZ_MAGIC[] = {0xFD, '7', 'z', 'X', 'Z', 0x00};

struct xz_input {
    char *path;
    int fd;
    bool compressed;
    bool file_ended;   /* the file has no more bytes */
    bool stream_ended; /* the decoder has no more bytes */
    lzma_stream decoder;
    uint8_t chunk[XZ_CHUNK_BYTES];
};

static enum status input_fail(const struct xz_input *in, struct diagnostic *diag)
{
    return diagnostic_set(diag, STATUS_IO, in->path, 0, 0, "cannot read: %s", strerror(errno));
}

/* Fills the chunk, or says that the file ended. */
static enum status chunk_fill(struct xz_input *in, size_t *got, struct diagnostic *diag)
{
    ssize_t count;

    do {
        count = read(in->fd, in->chunk, sizeof in->chunk);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return input_fail(in, diag);
    if (count == 0)
        in->file_ended = true;
    *got = (size_t)count;
    return STATUS_OK;
}

static enum status decoder_start(struct xz_input *in, struct diagnostic *diag)
{
    lzma_end(&in->decoder);
    in->decoder = (lzma_stream)LZMA_STREAM_INIT;
    in->file_ended = in->stream_ended = false;
    if (in->compressed &&
        lzma_stream_decoder(&in->decoder, XZ_MEMORY_LIMIT_BYTES, LZMA_CONCATENATED) != LZMA_OK)
        return diagnostic_set(diag, STATUS_IO, in->path, 0, 0,
                              "cannot start the xz decoder: out of memory");
    return STATUS_OK;
}

enum status xz_rewind(struct xz_input *in, struct diagnostic *diag)
{
    if (lseek(in->fd, 0, SEEK_SET) != 0)
        return input_fail(in, diag);
    return decoder_start(in, diag);
}

static enum status file_check(struct xz_input *in, struct diagnostic *diag)
{
    struct stat info;

    if (in->fd < 0)
        return diagnostic_set(diag, STATUS_IO, in->path, 0, 0, "cannot open: %s", strerror(errno));
    if (fstat(in->fd, &info) != 0)
        return input_fail(in, diag);
    if (S_ISDIR(info.st_mode))
        return diagnostic_set(diag, STATUS_BAD_INPUT, in->path, 0, 0,
                              "is a directory; expected a file");
    if (!S_ISREG(info.st_mode))
        return diagnostic_set(diag, STATUS_BAD_INPUT, in->path, 0, 0,
                              "is not a regular file; expected one, for it is read twice: save a "
                              "pipe to a file first");
    return STATUS_OK;
}

static enum status input_start(struct xz_input *in, struct diagnostic *diag)
{
    uint8_t magic[sizeof XZ_MAGIC];
    enum status st = file_check(in, diag);
    ssize_t count;

    if (st != STATUS_OK)
        return st;
    count = pread(in->fd, magic, sizeof magic, 0);
    if (count < 0)
        return input_fail(in, diag);
    in->compressed = count == (ssize_t)sizeof magic && memcmp(magic, XZ_MAGIC, sizeof magic) == 0;
    return decoder_start(in, diag);
}

struct xz_input *xz_open(const char *path, struct diagnostic *diag)
{
    struct xz_input *in = calloc(1, sizeof *in);

    if (in)
        in->path = strdup(path);
    if (!in || !in->path) {
        (void)diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
        free(in);
        return NULL;
    }
    in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not make us wait */
    if (input_start(in, diag) == STATUS_OK)
        return in;
    xz_close(in);
    return NULL;
}

static enum status decoder_fail(const struct xz_input *in, lzma_ret ret, struct diagnostic *diag)
{
    if (ret == LZMA_BUF_ERROR)
        return diagnostic_set(diag, STATUS_BAD_INPUT, in->path, 0, 0,
                              "xz data is truncated; expected a complete xz file");
    if (ret == LZMA_MEMLIMIT_ERROR)
        return diagnostic_set(diag, STATUS_BAD_INPUT, in->path, 0, 0,
                              "xz data needs more than %d MiB to unpack; expected what xz -9 makes",
                              XZ_MEMORY_LIMIT_BYTES >> 20);
    if (ret == LZMA_MEM_ERROR)
        return diagnostic_set(diag, STATUS_IO, in->path, 0, 0, "out of memory");
    return diagnostic_set(diag, STATUS_BAD_INPUT, in->path, 0, 0,
                          "xz data is damaged; expected a valid xz file");
}

static enum status read_compressed(struct xz_input *in, uint8_t *to, size_t size_bytes, size_t *got,
                                   struct diagnostic *diag)
{
    in->decoder.next_out = to;
    in->decoder.avail_out = size_bytes;
    while (in->decoder.avail_out > 0 && !in->stream_ended) {
        lzma_ret ret;

        if (in->decoder.avail_in == 0 && !in->file_ended) {
            size_t count = 0;
            enum status st = chunk_fill(in, &count, diag);

            if (st != STATUS_OK)
                return st;
            in->decoder.next_in = in->chunk;
            in->decoder.avail_in = count;
        }
        ret = lzma_code(&in->decoder, in->file_ended ? LZMA_FINISH : LZMA_RUN);
        if (ret == LZMA_STREAM_END)
            in->stream_ended = true;
        else if (ret != LZMA_OK)
            return decoder_fail(in, ret, diag);
    }
    *got = size_bytes - in->decoder.avail_out;
    return STATUS_OK;
}

static enum status read_plain(struct xz_input *in, uint8_t *to, size_t size_bytes, size_t *got,
                              struct diagnostic *diag)
{
    size_t used = 0;

    while (used < size_bytes && !in->file_ended) {
        ssize_t count = read(in->fd, to + used, size_bytes - used);

        if (count < 0 && errno != EINTR)
            return input_fail(in, diag);
        if (count == 0)
            in->file_ended = true;
        if (count > 0)
            used += (size_t)count;
    }
    *got = used;
    return STATUS_OK;
}

enum status xz_read(struct xz_input *in, void *to, size_t size_bytes, size_t *got,
                    struct diagnostic *diag)
{
    *got = 0;
    return in->compressed ? read_compressed(in, to, size_bytes, got, diag)
                          : read_plain(in, to, size_bytes, got, diag);
}

const char *xz_path(const struct xz_input *in)
{
    return in->path;
}

/* Feeds the whole file into an initialised digest. */
static enum status digest_file(struct xz_input *in, EVP_MD_CTX *context, struct diagnostic *diag)
{
    while (!in->file_ended) {
        size_t got = 0;
        enum status st = chunk_fill(in, &got, diag);

        if (st != STATUS_OK)
            return st;
        if (EVP_DigestUpdate(context, in->chunk, got) != 1)
            return diagnostic_set(diag, STATUS_IO, in->path, 0, 0,
                                  "libcrypto cannot compute SHA-384");
    }
    return STATUS_OK;
}

enum status xz_digest(struct xz_input *in, char hex[XZ_DIGEST_HEX_BYTES], struct diagnostic *diag)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_bytes = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    enum status st = xz_rewind(in, diag);

    if (st == STATUS_OK && (!context || EVP_DigestInit_ex(context, EVP_sha384(), NULL) != 1))
        st = diagnostic_set(diag, STATUS_IO, in->path, 0, 0, "libcrypto has no SHA-384");
    if (st == STATUS_OK)
        st = digest_file(in, context, diag);
    if (st == STATUS_OK && EVP_DigestFinal_ex(context, digest, &digest_bytes) != 1)
        st = diagnostic_set(diag, STATUS_IO, in->path, 0, 0, "libcrypto cannot compute SHA-384");
    EVP_MD_CTX_free(context);
    if (st != STATUS_OK)
        return st;
    for (unsigned i = 0; i < digest_bytes; i++)
        (void)snprintf(hex + (size_t)2 * i, 3, "%02x", digest[i]);
    return xz_rewind(in, diag);
}

void xz_close(struct xz_input *in)
{
    if (!in)
        return;
    lzma_end(&in->decoder);
    if (in->fd >= 0)
        (void)close(in->fd);
    free(in->path);
    free(in);
}
