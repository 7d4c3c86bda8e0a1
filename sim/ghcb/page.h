/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/page.h — the GHCB: the 4 KiB page through which an SEV-ES or SEV-SNP guest and its
 * hypervisor exchange the registers of one exit. A struct ghcb_page is a private copy; shared.h
 * moves it. Source of the layout: the GHCB specification (AMD 56421) as Linux
 * (arch/x86/include/asm/svm.h, struct ghcb), edk2 and coconut-svsm have it. */
#ifndef CVMLAB_SIM_GHCB_PAGE_H
#define CVMLAB_SIM_GHCB_PAGE_H

#include "base/types.h"

enum {
    GHCB_BITMAP_OFFSET = 0x3F0, /* bit n: quadword n of the page holds a value */
    GHCB_BITMAP_BYTES = 16,
    GHCB_X87_OFFSET = 0x400, /* address of the x87 state; no bit of its own */
    GHCB_BUFFER_OFFSET = 0x800,
    GHCB_BUFFER_BYTES = 0x7F0,
    GHCB_VERSION_OFFSET = 0xFFA, /* u16 */
    GHCB_USAGE_OFFSET = 0xFFC,   /* u32 */
    GHCB_VERSION_SNP = 2,
    GHCB_USAGE_STANDARD = 0,
};

/* What can cross, in the order of the page. The registers up to GHCB_R15, then what is said about
 * the exit itself, then XCR0. */
enum ghcb_field {
    GHCB_CPL,
    GHCB_XSS,
    GHCB_DR7,
    GHCB_RAX,
    GHCB_RCX,
    GHCB_RDX,
    GHCB_RBX,
    GHCB_RBP,
    GHCB_RSI,
    GHCB_RDI,
    GHCB_R8,
    GHCB_R9,
    GHCB_R10,
    GHCB_R11,
    GHCB_R12,
    GHCB_R13,
    GHCB_R14,
    GHCB_R15,
    GHCB_EXIT_CODE,
    GHCB_INFO1,
    GHCB_INFO2,
    GHCB_SCRATCH,
    GHCB_XCR0,
    GHCB_FIELD_COUNT,
};

struct ghcb_page {
    uint8_t byte[PAGE_SIZE];
};

/* One value per field: the registers of a guest, or what crosses of them. */
struct ghcb_values {
    uint64_t of[GHCB_FIELD_COUNT];
};

/* "rax", "info1", "scratch" ... field must be one. */
const char *ghcb_field_name(unsigned field);

/* The field of this name, or -1. */
int ghcb_field_by_name(const char *name);

/* Where the field lies in the page, and how many bytes it has: 1 for CPL, else 8. */
unsigned ghcb_field_offset(unsigned field);
unsigned ghcb_field_bytes(unsigned field);

/* Whether the field is a register of the guest, not one that speaks about the exit. */
bool ghcb_field_is_register(unsigned field);

/* All zero, of this protocol version and standard usage. */
void ghcb_page_clear(struct ghcb_page *page, uint16_t version);

/* Puts a value (of CPL its low byte) and sets the valid bit. */
void ghcb_page_put(struct ghcb_page *page, unsigned field, uint64_t value);

/* The value, valid or not. */
uint64_t ghcb_page_get(const struct ghcb_page *page, unsigned field);

/* Whether the valid bit of the field is set. */
bool ghcb_page_is_valid(const struct ghcb_page *page, unsigned field);

/* The protocol version that the guest speaks on this page. */
uint16_t ghcb_page_version(const struct ghcb_page *page);

/* The usage of the page; GHCB_USAGE_STANDARD is the only one that is defined for all. */
uint32_t ghcb_page_usage(const struct ghcb_page *page);

/* The IOIO word (INFO1 of exit 0x7B): AMD APM vol. 2, 15.10.2. */
enum {
    IOIO_IN = 1 << 0,
    IOIO_STRING = 1 << 2,
    IOIO_REP = 1 << 3,
    IOIO_SIZE8 = 1 << 4,
    IOIO_SIZE16 = 1 << 5,
    IOIO_SIZE32 = 1 << 6,
    IOIO_ADDRESS16 = 1 << 7,
    IOIO_ADDRESS32 = 1 << 8,
    IOIO_ADDRESS64 = 1 << 9,
    IOIO_SEGMENT_SHIFT = 10,
    IOIO_PORT_SHIFT = 16,
};

/* Bytes of one access, 1, 2 or 4; 0 if the word does not give exactly one size. */
unsigned ioio_bytes(uint64_t word);

/* The protocol's answer in INFO1[31:0], and its reasons in INFO2 for a request that is malformed:
 * Linux arch/x86/include/asm/sev-common.h, GHCB_ERR_*. */
enum ghcb_response { GHCB_RESPONSE_OK, GHCB_RESPONSE_EXCEPTION, GHCB_RESPONSE_MALFORMED };

enum ghcb_error {
    GHCB_ERROR_NONE,
    GHCB_ERROR_NOT_REGISTERED,
    GHCB_ERROR_USAGE,
    GHCB_ERROR_SCRATCH,
    GHCB_ERROR_MISSING_INPUT,
    GHCB_ERROR_INPUT,
    GHCB_ERROR_EVENT,
};

/* "missing input" ... for messages; "unknown" for a code that is none. */
const char *ghcb_error_name(uint64_t error);

#endif
