/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/image.c — raw bytes and ELF files as pieces of RAM. See image.h; what is special to
 * ELF is in image_elf.c. */
#include "machine/image.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/image_elf.h"

static bool pieces_overlap(spa_t a, uint64_t a_bytes, spa_t b, uint64_t b_bytes)
{
    return a.v < b.v + b_bytes && b.v < a.v + a_bytes; /* both lie in RAM: no sum wraps */
}

bool image_overlaps(const struct image *image, spa_t first, uint64_t size_bytes)
{
    for (unsigned i = 0; i < image->segment_count; i++)
        if (pieces_overlap(image->segment[i].first, image->segment[i].size_bytes, first,
                           size_bytes))
            return true;
    return false;
}

/* Appends a segment that lies in RAM and overlaps none before it. */
static enum status segment_add(struct image *image, const struct image_segment *segment,
                               const struct image_ram *ram, struct diagnostic *diag)
{
    uint64_t offset = segment->first.v - ram->first.v;

    if (segment->first.v < ram->first.v || offset > ram->size_bytes ||
        segment->size_bytes > ram->size_bytes - offset)
        return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                              "0x%" PRIx64 " bytes at 0x%" PRIx64
                              " do not lie in RAM; expected 0x%" PRIx64 " to 0x%" PRIx64,
                              segment->size_bytes, segment->first.v, ram->first.v,
                              ram->first.v + ram->size_bytes - 1);
    if (image_overlaps(image, segment->first, segment->size_bytes))
        return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                              "the segment at 0x%" PRIx64
                              " overlaps another; expected each piece of RAM once",
                              segment->first.v);
    image->segment[image->segment_count++] = *segment;
    return STATUS_OK;
}

static bool segments_hold(const struct image *image, spa_t where)
{
    return image_overlaps(image, where, 1);
}

static enum status entry_check(const struct image *image, struct diagnostic *diag)
{
    if (!segments_hold(image, image->entry))
        return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                              "the entry 0x%" PRIx64
                              " lies in no segment; expected it in loaded memory",
                              image->entry.v);
    if (image->entry.v % 2 != 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                              "the entry 0x%" PRIx64 " is odd; expected an even address",
                              image->entry.v);
    return STATUS_OK;
}

static void image_begin(struct image *image, const char *name)
{
    *image = (struct image){0};
    (void)snprintf(image->name, sizeof image->name, "%s", name);
}

static enum status symbols_check(const struct image *image, const struct image_ram *ram,
                                 struct diagnostic *diag)
{
    const struct image_symbols *symbols = &image->symbols;
    const struct {
        const char *name;
        spa_t at;
        uint64_t size_bytes;
    } known[] = {{"tohost", symbols->tohost, 8},
                 {"fromhost", symbols->fromhost, 8},
                 {"begin_signature", symbols->begin_signature, 0},
                 {"end_signature", symbols->end_signature, 0}};

    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        uint64_t offset = known[i].at.v - ram->first.v;

        if (known[i].at.v == 0)
            continue;
        if (known[i].at.v < ram->first.v || offset > ram->size_bytes - known[i].size_bytes ||
            known[i].at.v % 4 != 0)
            return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                                  "the symbol %s is 0x%" PRIx64 "; expected a multiple of 4 in RAM",
                                  known[i].name, known[i].at.v);
    }
    return STATUS_OK;
}

/* Everything that must hold of the segments that elf_segments_read found. */
static enum status elf_check(struct image *image, const struct image_ram *ram,
                             struct diagnostic *diag)
{
    struct image_segment found[IMAGE_SEGMENT_MAX];
    unsigned count = 0;
    enum status status = elf_segments_read(image, ram->first, found, &count, diag);

    for (unsigned i = 0; i < count && status == STATUS_OK; i++)
        status = segment_add(image, &found[i], ram, diag);
    if (status == STATUS_OK && image->segment_count == 0)
        status = diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                                "there is nothing to load; expected a segment PT_LOAD");
    if (status == STATUS_OK)
        status = elf_symbols_read(image, diag);
    if (status == STATUS_OK)
        status = entry_check(image, diag);
    return status == STATUS_OK ? symbols_check(image, ram, diag) : status;
}

enum status image_parse(const uint8_t *bytes, size_t size, const char *name,
                        const struct image_ram *ram, struct image *out, struct diagnostic *diag)
{
    enum status status;

    image_begin(out, name);
    out->file.bytes = malloc(size + 1);
    if (!out->file.bytes)
        return diagnostic_set(diag, STATUS_IO, name, 0, 0, "not enough memory");
    memcpy(out->file.bytes, bytes, size);
    out->file.size = size;
    status = elf_check(out, ram, diag);
    if (status != STATUS_OK)
        image_free(out);
    return status;
}

/* The file as one segment. */
static enum status raw_check(struct image *image, uint64_t address, const struct image_ram *ram,
                             struct diagnostic *diag)
{
    struct image_segment segment = {.first = {address},
                                    .size_bytes = image->file.size,
                                    .file_bytes = image->file.size,
                                    .virtual_first = address};
    enum status status;

    if (image->file.size == 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                              "the file is empty; expected a raw image");
    status = segment_add(image, &segment, ram, diag);
    image->entry.v = address;
    return status == STATUS_OK ? entry_check(image, diag) : status;
}

/* Splits FILE@ADDRESS; a name with an '@' that no number follows is a name. Returns whether there
 * is an address. */
static bool address_split(const char *what, char path[], size_t size, uint64_t *address)
{
    const char *at = strrchr(what, '@');
    char *end;

    (void)snprintf(path, size, "%s", what);
    if (!at || at[1] < '0' || at[1] > '9')
        return false;
    *address = strtoull(at + 1, &end, 0);
    if (*end)
        return false;
    if ((size_t)(at - what) < size)
        path[at - what] = '\0';
    return true;
}

enum status image_read(const char *what, const struct image_ram *ram, struct image *out,
                       struct diagnostic *diag)
{
    char path[IMAGE_PATH_BYTES];
    uint64_t address = 0;
    bool is_raw = address_split(what, path, sizeof path, &address);
    enum status status;

    image_begin(out, path);
    if (strlen(what) >= sizeof path)
        return diagnostic_set(diag, STATUS_BAD_INPUT, out->name, 0, 0,
                              "the name is too long; expected less than %zu bytes", sizeof path);
    status = file_bytes_read(&out->file, path, IMAGE_FILE_BYTES_MAX, "a program", diag);
    if (status != STATUS_OK)
        return status;
    status = is_raw ? raw_check(out, address, ram, diag) : elf_check(out, ram, diag);
    if (status != STATUS_OK)
        image_free(out);
    return status;
}

bool image_load(const struct image *image, struct memory *memory)
{
    for (unsigned i = 0; i < image->segment_count; i++) {
        const struct image_segment *segment = &image->segment[i];
        struct access access = {
            .actor = {.kind = ACTOR_HYPERVISOR}, .kind = ACCESS_WRITE, .spa = segment->first};
        struct fault fault;

        if (segment->file_bytes > 0 &&
            !memory_write(memory, &access, image->file.bytes + segment->file_offset,
                          segment->file_bytes, &fault))
            return false;
    }
    return true;
}

void image_free(struct image *image)
{
    file_bytes_free(&image->file);
    image->segment_count = 0;
}
