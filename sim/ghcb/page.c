/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/page.c — see page.h. */
#include "ghcb/page.h"

#include <string.h>

#include "ghcb/wire.h"

static const struct {
    const char *name;
    uint16_t offset;
    uint16_t size_bytes;
} fields[GHCB_FIELD_COUNT] = {
    [GHCB_CPL] = {"cpl", 0x0CB, 1},        [GHCB_XSS] = {"xss", 0x140, 8},
    [GHCB_DR7] = {"dr7", 0x160, 8},        [GHCB_RAX] = {"rax", 0x1F8, 8},
    [GHCB_RCX] = {"rcx", 0x308, 8},        [GHCB_RDX] = {"rdx", 0x310, 8},
    [GHCB_RBX] = {"rbx", 0x318, 8},        [GHCB_RBP] = {"rbp", 0x328, 8},
    [GHCB_RSI] = {"rsi", 0x330, 8},        [GHCB_RDI] = {"rdi", 0x338, 8},
    [GHCB_R8] = {"r8", 0x340, 8},          [GHCB_R9] = {"r9", 0x348, 8},
    [GHCB_R10] = {"r10", 0x350, 8},        [GHCB_R11] = {"r11", 0x358, 8},
    [GHCB_R12] = {"r12", 0x360, 8},        [GHCB_R13] = {"r13", 0x368, 8},
    [GHCB_R14] = {"r14", 0x370, 8},        [GHCB_R15] = {"r15", 0x378, 8},
    [GHCB_EXIT_CODE] = {"code", 0x390, 8}, [GHCB_INFO1] = {"info1", 0x398, 8},
    [GHCB_INFO2] = {"info2", 0x3A0, 8},    [GHCB_SCRATCH] = {"scratch", 0x3A8, 8},
    [GHCB_XCR0] = {"xcr0", 0x3E8, 8},
};

const char *ghcb_field_name(unsigned field)
{
    return fields[field].name;
}

int ghcb_field_by_name(const char *name)
{
    for (int i = 0; i < GHCB_FIELD_COUNT; i++)
        if (strcmp(fields[i].name, name) == 0)
            return i;
    return -1;
}

unsigned ghcb_field_offset(unsigned field)
{
    return fields[field].offset;
}

unsigned ghcb_field_bytes(unsigned field)
{
    return fields[field].size_bytes;
}

bool ghcb_field_is_register(unsigned field)
{
    return field <= GHCB_R15 || field == GHCB_XCR0;
}

void ghcb_page_clear(struct ghcb_page *page, uint16_t version)
{
    memset(page, 0, sizeof *page);
    wire_store(page->byte + GHCB_VERSION_OFFSET, version, 2);
    wire_store(page->byte + GHCB_USAGE_OFFSET, GHCB_USAGE_STANDARD, 4);
}

void ghcb_page_put(struct ghcb_page *page, unsigned field, uint64_t value)
{
    unsigned quadword = fields[field].offset / 8;

    wire_store(page->byte + fields[field].offset, value, fields[field].size_bytes);
    page->byte[GHCB_BITMAP_OFFSET + quadword / 8] |= (uint8_t)(1u << quadword % 8);
}

uint64_t ghcb_page_get(const struct ghcb_page *page, unsigned field)
{
    return wire_load(page->byte + fields[field].offset, fields[field].size_bytes);
}

bool ghcb_page_is_valid(const struct ghcb_page *page, unsigned field)
{
    unsigned quadword = fields[field].offset / 8;

    return page->byte[GHCB_BITMAP_OFFSET + quadword / 8] >> quadword % 8 & 1;
}

uint16_t ghcb_page_version(const struct ghcb_page *page)
{
    return (uint16_t)wire_load(page->byte + GHCB_VERSION_OFFSET, 2);
}

uint32_t ghcb_page_usage(const struct ghcb_page *page)
{
    return (uint32_t)wire_load(page->byte + GHCB_USAGE_OFFSET, 4);
}

unsigned ioio_bytes(uint64_t word)
{
    switch (word & (IOIO_SIZE8 | IOIO_SIZE16 | IOIO_SIZE32)) {
    case IOIO_SIZE8:
        return 1;
    case IOIO_SIZE16:
        return 2;
    case IOIO_SIZE32:
        return 4;
    default:
        return 0;
    }
}

const char *ghcb_error_name(uint64_t error)
{
    static const char *const names[] = {
        [GHCB_ERROR_NONE] = "none",
        [GHCB_ERROR_NOT_REGISTERED] = "page not registered",
        [GHCB_ERROR_USAGE] = "invalid usage",
        [GHCB_ERROR_SCRATCH] = "bad scratch area",
        [GHCB_ERROR_MISSING_INPUT] = "missing input",
        [GHCB_ERROR_INPUT] = "invalid input",
        [GHCB_ERROR_EVENT] = "invalid event",
    };

    return error < sizeof names / sizeof names[0] ? names[error] : "unknown";
}
