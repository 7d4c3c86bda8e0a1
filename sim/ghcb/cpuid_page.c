/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/cpuid_page.c — see cpuid_page.h. An entry: eax_in, ecx_in u32, xcr0_in, xss_in u64, eax,
 * ebx, ecx, edx u32, reserved u64. */
#include "ghcb/cpuid_page.h"

#include "ghcb/wire.h"

static bool entry_fits(const uint8_t *entry, uint32_t leaf, uint32_t subleaf, uint64_t xcr0,
                       uint64_t xss)
{
    if (wire_load(entry, 4) != leaf || wire_load(entry + 4, 4) != subleaf)
        return false;
    if (leaf != 0xD || subleaf > 1)
        return true;
    return wire_load(entry + 8, 8) == xcr0 && wire_load(entry + 16, 8) == xss;
}

struct cpuid_answer cpuid_page_find(const uint8_t page[CPUID_PAGE_BYTES], uint32_t leaf,
                                    uint32_t subleaf, uint64_t xcr0, uint64_t xss)
{
    struct cpuid_answer answer = {0};
    uint64_t count = wire_load(page, 4);

    for (unsigned i = 0; i < count && i < CPUID_ENTRY_MAX; i++) {
        const uint8_t *entry = page + CPUID_ENTRIES_OFFSET + i * CPUID_ENTRY_BYTES;

        if (!entry_fits(entry, leaf, subleaf, xcr0, xss))
            continue;
        answer.eax = (uint32_t)wire_load(entry + 24, 4);
        answer.ebx = (uint32_t)wire_load(entry + 28, 4);
        answer.ecx = (uint32_t)wire_load(entry + 32, 4);
        answer.edx = (uint32_t)wire_load(entry + 36, 4);
        break;
    }
    return answer;
}
