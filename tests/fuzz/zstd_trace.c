/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/zstd_trace.c — a compressed trace, whole or damaged. An input that begins as a zstd
 * file is the file. Else: four bytes (frame size / 64, place of the damage / 4, what to xor there,
 * bytes cut off the end), then the text, which is compressed frame by frame. */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "trace_check.h"

enum { HEAD_BYTES = 4, FRAME_UNIT = 64, PLACE_UNIT = 4, LEVEL = 1 };

/* The text in frames of frame_bytes; *size is what they take. The caller frees. */
static uint8_t *frames_write(const uint8_t *text, size_t text_bytes, size_t frame_bytes,
                             size_t *size)
{
    size_t frames = text_bytes / frame_bytes + 1;
    size_t room = frames * ZSTD_compressBound(frame_bytes), used = 0;
    uint8_t *file = malloc(room);

    fuzz_expect(file != NULL, "memory");
    for (size_t at = 0; at < text_bytes || at == 0; at += frame_bytes) {
        size_t rest = text_bytes - at, part = rest < frame_bytes ? rest : frame_bytes;

        used += ZSTD_compress(file + used, room - used, text + at, part, LEVEL);
        fuzz_expect(used <= room, "zstd compresses");
    }
    *size = used;
    return file;
}

static void built_check(const uint8_t *data, size_t size)
{
    size_t file_bytes, place = data[1] * (size_t)PLACE_UNIT, cut = data[3];
    uint8_t *file = frames_write(data + HEAD_BYTES, size - HEAD_BYTES,
                                 (data[0] + (size_t)1) * FRAME_UNIT, &file_bytes);
    uint8_t *exact;

    if (place < file_bytes)
        file[place] ^= data[2];
    file_bytes -= cut < file_bytes ? cut : 0;
    exact = malloc(file_bytes); /* its own block: a sanitizer sees a read behind it */
    fuzz_expect(exact != NULL, "memory");
    memcpy(exact, file, file_bytes);
    free(file);
    trace_check(exact, file_bytes);
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t magic[] = {0x28, 0xb5, 0x2f, 0xfd}; /* RFC 8878, section 3.1.1 */

    if (size >= sizeof magic && memcmp(data, magic, sizeof magic) == 0)
        trace_check(data, size);
    else if (size >= HEAD_BYTES)
        built_check(data, size);
    return 0;
}
