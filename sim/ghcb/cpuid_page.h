/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/cpuid_page.h — the page of CPUID answers that the firmware checked at launch. Layout:
 * Linux arch/x86/include/asm/sev.h, struct snp_cpuid_table. */
#ifndef CVMLAB_SIM_GHCB_CPUID_PAGE_H
#define CVMLAB_SIM_GHCB_CPUID_PAGE_H

#include "base/types.h"

enum {
    CPUID_PAGE_BYTES = PAGE_SIZE,
    CPUID_ENTRY_MAX = 64,
    CPUID_ENTRIES_OFFSET = 16, /* after the count, a u32 at 0 */
    CPUID_ENTRY_BYTES = 48,
};

struct cpuid_answer {
    uint32_t eax, ebx, ecx, edx;
};

/* The answer of the page for leaf and subleaf; of leaf 0xD, subleaves 0 and 1, only an entry for
 * these XCR0 and XSS counts. A leaf that is not there: all zero, as Linux has it. A count above
 * CPUID_ENTRY_MAX counts as CPUID_ENTRY_MAX. */
struct cpuid_answer cpuid_page_find(const uint8_t page[CPUID_PAGE_BYTES], uint32_t leaf,
                                    uint32_t subleaf, uint64_t xcr0, uint64_t xss);

#endif
