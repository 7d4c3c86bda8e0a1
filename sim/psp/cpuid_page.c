/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/cpuid_page.c — see cpuid_page.h. Tested by tests/unit/test_cpuid_page.c. */
#include "psp/cpuid_page.h"

#include <string.h>

/* Offsets in an entry. */
enum { ENTRY_LEAF = 0, ENTRY_SUBLEAF = 4, ENTRY_ANSWER = 24, ENTRY_RESERVED = 40 };

const struct cpuid_forbidden cpuid_forbidden[] = {
    {0x1, 0, 2, UINT32_C(1) << 24, "TSC deadline timer"},
    {0x7, 0, 1, UINT32_C(1) << 1, "TSC_ADJUST"},
    {0x7, 0, 3, UINT32_C(0xfc000000), "SPEC_CTRL, STIBP, L1D flush, capability MSRs, SSBD"},
    {0x80000008, 0, 1, UINT32_C(1) << 25, "VIRT_SSBD"},
    {0, 0, 0, 0, NULL},
};

static uint32_t word_read(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void word_write(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void entry_correct(uint8_t entry[CPUID_ENTRY_BYTES])
{
    for (const struct cpuid_forbidden *rule = cpuid_forbidden; rule->bits; rule++) {
        uint8_t *answer = entry + ENTRY_ANSWER + 4 * rule->answer;

        if (word_read(entry + ENTRY_LEAF) == rule->leaf &&
            word_read(entry + ENTRY_SUBLEAF) == rule->subleaf)
            word_write(answer, word_read(answer) & ~rule->bits);
    }
    memset(entry + ENTRY_RESERVED, 0, CPUID_ENTRY_BYTES - ENTRY_RESERVED);
}

bool cpuid_page_correct(uint8_t page[PAGE_SIZE])
{
    uint8_t before[PAGE_SIZE];
    uint32_t count = word_read(page);
    size_t end;

    memcpy(before, page, PAGE_SIZE);
    if (count > CPUID_ENTRY_COUNT)
        count = CPUID_ENTRY_COUNT;
    word_write(page, count);
    memset(page + 4, 0, CPUID_ENTRIES_OFFSET - 4);
    for (uint32_t i = 0; i < count; i++)
        entry_correct(page + CPUID_ENTRIES_OFFSET + i * CPUID_ENTRY_BYTES);
    end = CPUID_ENTRIES_OFFSET + (size_t)count * CPUID_ENTRY_BYTES;
    memset(page + end, 0, PAGE_SIZE - end);
    return memcmp(before, page, PAGE_SIZE) == 0;
}
