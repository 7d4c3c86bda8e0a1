/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/firmware_fixture.h — a firmware image of one page, with the table of OVMF at its end,
 * built entry by entry. */
#ifndef CVMLAB_TEST_FIRMWARE_FIXTURE_H
#define CVMLAB_TEST_FIRMWARE_FIXTURE_H

#include <string.h>

#include "psp/guid.h"
#include "psp/hex.h"
#include "psp/ovmf.h"

enum { TAIL_BYTES = 2 + GUID_BYTES, FOOTER_AT = PAGE_SIZE - 32 - TAIL_BYTES, METADATA_AT = 0x100 };

struct firmware {
    uint8_t bytes[PAGE_SIZE];
    unsigned top; /* the next entry ends here */
};

static inline void firmware_begin(struct firmware *firmware)
{
    memset(firmware, 0, sizeof *firmware);
    firmware->top = FOOTER_AT;
}

/* Entries are added from the last to the first. */
static inline void firmware_entry(struct firmware *firmware, const char *guid, const void *data,
                                  unsigned size)
{
    uint8_t *tail = firmware->bytes + firmware->top - TAIL_BYTES;

    le_write(tail, 2, size + TAIL_BYTES);
    guid_encode(guid, tail + 2);
    memcpy(tail - size, data, size);
    firmware->top -= size + TAIL_BYTES;
}

static inline void firmware_number(struct firmware *firmware, const char *guid, uint64_t number,
                                   unsigned size)
{
    uint8_t data[8];

    le_write(data, size, number);
    firmware_entry(firmware, guid, data, size);
}

static inline void firmware_end(struct firmware *firmware)
{
    le_write(firmware->bytes + FOOTER_AT, 2, FOOTER_AT - firmware->top + TAIL_BYTES);
    guid_encode("96b582de-1fb2-45f7-baea-a366c55a082d", firmware->bytes + FOOTER_AT + 2);
}

/* The header of the metadata; sections follow at METADATA_AT + 16. */
static inline void firmware_metadata(struct firmware *firmware, unsigned count)
{
    uint8_t *at = firmware->bytes + METADATA_AT;

    memcpy(at, "ASEV", 4);
    le_write(at + 4, 4, 16 + 12 * count);
    le_write(at + 8, 4, 1);
    le_write(at + 12, 4, count);
    firmware_number(firmware, "dc886566-984a-4798-a75e-5585a7bf67cc", PAGE_SIZE - METADATA_AT, 4);
}

static inline void firmware_section(struct firmware *firmware, unsigned index, uint32_t gpa,
                                    uint32_t size, uint32_t type)
{
    uint8_t *at = firmware->bytes + METADATA_AT + 16 + 12 * index;

    le_write(at, 4, gpa);
    le_write(at + 4, 4, size);
    le_write(at + 8, 4, type);
}

/* Two sections, a hash table and a reset block: what most tests start from. */
static inline void firmware_usual(struct firmware *firmware)
{
    firmware_begin(firmware);
    firmware_metadata(firmware, 2);
    firmware_section(firmware, 0, 0x800000, 0x2000, OVMF_ZEROED);
    firmware_section(firmware, 1, 0x810000, 0x1000, OVMF_KERNEL_HASHES);
    firmware_number(firmware, "7255371f-3a3b-4b04-927b-1da6efa8d454",
                    (uint64_t)0x400 << 32 | 0x810c00, 8);
    firmware_number(firmware, "00f771de-1a7e-4fcb-890e-68c77e2fb44e", 0x80b004, 4);
    firmware_end(firmware);
}

#endif
