/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/ghcb_low.h — what an exit through the GHCB may tell the host, and what the host
 * may change, written by hand, exit by exit. It shares nothing with specs/ or sim/spec. Source: the
 * checks of Linux arch/x86/kvm/svm/sev.c, sev_es_validate_vmgexit; AMD APM vol. 3 for the widths.
 */
#ifndef CVMLAB_TESTS_PROPERTY_GHCB_LOW_H
#define CVMLAB_TESTS_PROPERTY_GHCB_LOW_H

#include <stdlib.h>
#include <string.h>

#include "ghcb/page.h"
#include "ghcb/wire.h"

/* Bits per field. */
struct ghcb_low {
    uint64_t bits[GHCB_FIELD_COUNT];
};

/* "rax4 rdx8": the low 4 bytes of RAX, all of RDX. A row of port accesses has no number: the size
 * of the access. The 0 of XCR0 is part of its name. */
static const struct ghcb_low_exit {
    uint64_t code, info1_mask, info1;
    const char *shown, *taken;
} ghcb_low_exits[] = {
    {0x27, 0, 0, "", "rax8"},
    {0x37, 0, 0, "rax8", ""},
    {0x6E, 0, 0, "", "rax4 rdx4"},
    {0x6F, 0, 0, "rcx4", "rax4 rdx4"},
    {0x72, 0, 0, "rax4 rcx4", "rax4 rbx4 rcx4 rdx4"}, /* leaf 0xD: ghcb_low_shown */
    {0x76, 0, 0, "", ""},
    {0x7B, 5, 0, "rax", ""},
    {0x7B, 5, 1, "", "rax"},
    {0x7B, 5, 4, "", ""},
    {0x7B, 5, 5, "", ""},
    {0x7C, 1, 0, "rcx4", "rax4 rdx4"},
    {0x7C, 1, 1, "rcx4 rax4 rdx4", ""},
    {0x81, 0, 0, "rax8 cpl1", "rax8"},
    {0x87, 0, 0, "", "rax4 rcx4 rdx4"},
    {0x89, 0, 0, "", ""},
    {0x8A, 0, 0, "rax8 rcx4 rdx4", ""},
    {0x8B, 0, 0, "rax4 rcx4", ""},
    {0x80000001, 0, 0, "", ""},
    {0x80000002, 0, 0, "", ""},
    {0x80000003, 0, 0, "", ""},
    {0x80000004, 0, 0, "", ""},
    {0x80000005, 0, 0, "", ""},
    {0x80000010, 0, 0, "", ""},
    {0x80000011, 0, 0, "", ""},
    {0x80000012, 0, 0, "rax8 rbx8", "rbx8"},
    {0x80000013, 0xFFFF, 0, "rax8", ""},
    {0x80000013, 0xFFFF, 1, "rax8", ""},
    {0x80000013, 0xFFFF, 2, "", ""},
    {0x80000014, 0, 0, "", ""},
    {0x80000015, 0, 0, "", ""},
    {0x80000016, 0, 0, "", ""},
    {0x80000017, 0, 0, "rax8", "rax8"},
    {0x80000018, 0, 0, "", ""},
    {0x8000001A, 0, 0, "rax8 rbx8", "rbx8"},
    {0x8000001B, 0, 0, "", ""},
    {0x8000001C, 0, 0, "", ""},
    {0x8000001D, 0, 0, "", ""},
    {0x8000FFFD, 0, 0, "", ""},
    {0x8000FFFE, 0, 0, "", ""},
    {0x8000FFFF, 0, 0, "", ""},
};

static inline struct ghcb_low ghcb_low_parse(const char *words, uint64_t info1)
{
    struct ghcb_low low = {{0}};
    char text[64], *next = text;

    strcpy(text, words);
    for (char *word; (word = strsep(&next, " ")) && *word;) {
        size_t name = strspn(word, "abcdefghijklmnopqrstuvwxyz");
        unsigned size_bytes = word[name]     ? (unsigned)atoi(word + name)
                              : info1 & 0x10 ? 1
                              : info1 & 0x20 ? 2
                                             : 4;

        if (strncmp(word, "xcr0", 4) == 0) {
            name = 4;
            size_bytes = 8;
        }
        word[name] = '\0';
        if (ghcb_field_by_name(word) >= 0)
            low.bits[ghcb_field_by_name(word)] = UINT64_MAX >> (64 - 8 * size_bytes);
    }
    return low;
}

static inline const struct ghcb_low_exit *ghcb_low_find(uint64_t code, uint64_t info1)
{
    for (unsigned i = 0; i < sizeof ghcb_low_exits / sizeof ghcb_low_exits[0]; i++)
        if (ghcb_low_exits[i].code == code &&
            (info1 & ghcb_low_exits[i].info1_mask) == ghcb_low_exits[i].info1)
            return &ghcb_low_exits[i];
    return NULL;
}

/* The bits of the registers that the host may learn. */
static inline struct ghcb_low ghcb_low_shown(uint64_t code, uint64_t info1,
                                             const struct ghcb_values *registers)
{
    const char *words = ghcb_low_find(code, info1)->shown;

    if (code == 0x72 && (uint32_t)registers->of[GHCB_RAX] == 0xD)
        words = (uint32_t)registers->of[GHCB_RCX] == 1 ? "rax4 rcx4 xcr0 xss8" : "rax4 rcx4 xcr0";
    return ghcb_low_parse(words, info1);
}

/* The bits that it may change. A result of four bytes clears the upper four. */
static inline struct ghcb_low ghcb_low_taken(uint64_t code, uint64_t info1)
{
    return ghcb_low_parse(ghcb_low_find(code, info1)->taken, info1);
}

#endif
