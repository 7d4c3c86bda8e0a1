/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/ovmf.c — see ovmf.h. Everything read from the image is checked before it is used. */
#include "psp/ovmf.h"

#include <string.h>

#include "psp/guid.h"
#include "psp/hex.h"

enum {
    TABLE_END_BYTES = 32, /* from the end of the image back to the end of the table */
    ENTRY_TAIL_BYTES = 2 + GUID_BYTES,
    METADATA_HEADER_BYTES = 16,
    METADATA_SECTION_BYTES = 12,
};

static const char table_guid[] = "96b582de-1fb2-45f7-baea-a366c55a082d";
static const char hash_table_guid[] = "7255371f-3a3b-4b04-927b-1da6efa8d454";
static const char reset_block_guid[] = "00f771de-1a7e-4fcb-890e-68c77e2fb44e";
static const char metadata_guid[] = "dc886566-984a-4798-a75e-5585a7bf67cc";
static const char svsm_guid[] = "a789a612-0597-4c4b-a49f-cbb1fe9d1ddd";

/* The image being read. */
struct image {
    const uint8_t *bytes;
    size_t size;
    const char *name;
    struct diagnostic *diag;
};

const char *ovmf_type_name(unsigned type)
{
    switch (type) {
    case OVMF_ZEROED:
        return "zeroed";
    case OVMF_SECRETS:
        return "secrets";
    case OVMF_CPUID:
        return "cpuid";
    case OVMF_SVSM_CAA:
        return "svsm-caa";
    case OVMF_KERNEL_HASHES:
        return "kernel-hashes";
    default:
        return NULL;
    }
}

bool ovmf_type_is_known(uint64_t type)
{
    return type <= OVMF_KERNEL_HASHES && ovmf_type_name((unsigned)type) != NULL;
}

enum status ovmf_section_check(const struct ovmf_section *section, const char *name,
                               struct diagnostic *diag)
{
    uint64_t gpa = section->gpa.v, size = section->size_bytes;

    if (!ovmf_type_is_known(section->type))
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                              "firmware section of type 0x%x; expected 1 to 4 or 0x10",
                              (unsigned)section->type);
    if (gpa % PAGE_SIZE != 0 || size % PAGE_SIZE != 0 || size == 0 || gpa > UINT32_MAX ||
        size > UINT32_MAX - gpa + 1)
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                              "firmware section at 0x%llx of 0x%llx bytes; expected whole pages "
                              "below 4 GiB",
                              (unsigned long long)gpa, (unsigned long long)size);
    return STATUS_OK;
}

static enum status image_fail(const struct image *image, const char *what, const char *expected)
{
    return diagnostic_set(image->diag, STATUS_BAD_INPUT, image->name, 0, 0, "%s; expected %s", what,
                          expected);
}

static enum status section_read(const struct image *image, const uint8_t *bytes, struct ovmf *ovmf)
{
    struct ovmf_section *section = &ovmf->section[ovmf->section_count++];

    section->gpa.v = le_read(bytes, 4);
    section->size_bytes = le_read(bytes + 4, 4);
    section->type = (enum ovmf_section_type)le_read(bytes + 8, 4);
    return ovmf_section_check(section, image->name, image->diag);
}

/* The list of sections; data holds its distance from the end of the image. */
static enum status metadata_read(const struct image *image, const uint8_t *data, size_t size,
                                 struct ovmf *ovmf)
{
    uint64_t distance = size >= 4 ? le_read(data, 4) : 0, count;
    enum status status = STATUS_OK;
    const uint8_t *at;

    if (distance < METADATA_HEADER_BYTES || distance > image->size)
        return image_fail(image, "the SEV metadata lie outside the image", "a distance inside it");
    at = image->bytes + image->size - distance;
    count = le_read(at + 12, 4);
    if (memcmp(at, "ASEV", 4) != 0 || le_read(at + 8, 4) != 1)
        return image_fail(image, "the SEV metadata are not version 1 of ASEV", "it");
    if (count > OVMF_SECTIONS_MAX ||
        METADATA_HEADER_BYTES + count * METADATA_SECTION_BYTES > distance ||
        METADATA_HEADER_BYTES + count * METADATA_SECTION_BYTES > le_read(at + 4, 4))
        return image_fail(image, "too many sections in the SEV metadata",
                          "at most 64, inside their size");
    ovmf->section_count = 0;
    for (uint64_t i = 0; status == STATUS_OK && i < count; i++)
        status = section_read(image, at + METADATA_HEADER_BYTES + i * METADATA_SECTION_BYTES, ovmf);
    return status;
}

/* One entry of the table: its data, and the GUID that says what they are. */
static enum status entry_read(const struct image *image, const uint8_t *guid, const uint8_t *data,
                              size_t size, struct ovmf *ovmf)
{
    if (guid_equal(guid, metadata_guid))
        return metadata_read(image, data, size, ovmf);
    if (guid_equal(guid, hash_table_guid) && size >= 8) {
        ovmf->hash_table.v = le_read(data, 4);
        ovmf->hash_table_size = (uint32_t)le_read(data + 4, 4);
    }
    if (guid_equal(guid, reset_block_guid) && size >= 4) {
        ovmf->has_reset_eip = true;
        ovmf->reset_eip = (uint32_t)le_read(data, 4);
    }
    if (guid_equal(guid, svsm_guid) && size >= 4) {
        ovmf->has_svsm_start = true;
        ovmf->svsm_start = (uint32_t)le_read(data, 4);
    }
    return STATUS_OK;
}

/* The entries lie before the footer, each followed by its size and GUID: they are read backwards.
 */
static enum status table_read(const struct image *image, size_t begin, size_t end,
                              struct ovmf *ovmf)
{
    enum status status = STATUS_OK;

    while (status == STATUS_OK && end - begin >= ENTRY_TAIL_BYTES) {
        const uint8_t *tail = image->bytes + end - ENTRY_TAIL_BYTES;
        size_t size = (size_t)le_read(tail, 2);

        if (size < ENTRY_TAIL_BYTES || size > end - begin)
            return image_fail(image, "an entry of the firmware's table is too large or too small",
                              "one inside the table");
        status =
            entry_read(image, tail + 2, image->bytes + end - size, size - ENTRY_TAIL_BYTES, ovmf);
        end -= size;
    }
    return status;
}

enum status ovmf_parse(const uint8_t *image, size_t size_bytes, const char *name, struct ovmf *ovmf,
                       struct diagnostic *diag)
{
    const struct image whole = {image, size_bytes, name, diag};
    size_t footer, size;

    memset(ovmf, 0, sizeof *ovmf);
    if (size_bytes == 0 || size_bytes % PAGE_SIZE != 0 || size_bytes > FIRMWARE_MAX_BYTES)
        return image_fail(&whole, "not a firmware image", "whole pages, at most 64 MiB");
    footer = size_bytes - TABLE_END_BYTES - ENTRY_TAIL_BYTES;
    if (!guid_equal(image + footer + 2, table_guid))
        return STATUS_OK;
    size = (size_t)le_read(image + footer, 2);
    if (size < ENTRY_TAIL_BYTES || size - ENTRY_TAIL_BYTES > footer)
        return image_fail(&whole, "the firmware's table lies outside the image",
                          "a size inside it");
    return table_read(&whole, footer - (size - ENTRY_TAIL_BYTES), footer, ovmf);
}
