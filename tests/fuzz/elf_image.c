/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/elf_image.c — the loader of programs. What it takes lies in RAM and in the file, and
 * can be loaded; what it refuses has one line that says why. */
#include <string.h>

#include "machine/image.h"
#include "target.h"

enum { RAM_BYTES = 1 << 20 };

static const struct image_ram ram = {{0x80000000}, RAM_BYTES};

static bool is_in_ram(spa_t first, uint64_t size_bytes)
{
    return first.v >= ram.first.v && first.v - ram.first.v <= RAM_BYTES &&
           size_bytes <= RAM_BYTES - (first.v - ram.first.v);
}

static void segment_check(const struct image *image, const struct image_segment *segment)
{
    fuzz_expect(is_in_ram(segment->first, segment->size_bytes), "a segment lies in RAM");
    fuzz_expect(segment->file_bytes <= segment->size_bytes &&
                    segment->file_offset <= image->file.size &&
                    segment->file_bytes <= image->file.size - segment->file_offset,
                "its bytes lie in the file");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_config config = {
        .page_count = (ram.first.v + RAM_BYTES) / PAGE_SIZE, .c_bit = 51, .asid_max = 1};
    struct diagnostic diag = {{0}};
    struct memory *memory;
    struct image image;

    if (image_parse(data, size, "input", &ram, &image, &diag) != STATUS_OK) {
        fuzz_expect(diag.text[0] && !strchr(diag.text, '\n'),
                    "a refused file has one line that says why");
        return 0;
    }
    fuzz_expect(image.segment_count > 0 && image.segment_count <= IMAGE_SEGMENT_MAX,
                "there is something to load");
    for (unsigned i = 0; i < image.segment_count; i++)
        segment_check(&image, &image.segment[i]);
    fuzz_expect(image_overlaps(&image, image.entry, 1), "the entry is loaded");
    if (memory_create(&config, &memory) == STATUS_OK)
        fuzz_expect(image_load(&image, memory), "it can be loaded");
    memory_destroy(memory);
    image_free(&image);
    return 0;
}
