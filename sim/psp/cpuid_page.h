/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/cpuid_page.h — the CPUID page of a guest: what the hypervisor would like CPUID to answer,
 * and what the firmware lets stand (56860, "CPUID page"; layout as in Linux,
 * arch/x86/boot/startup/sev-shared.c). */
#ifndef CVMLAB_SIM_PSP_CPUID_PAGE_H
#define CVMLAB_SIM_PSP_CPUID_PAGE_H

#include "base/types.h"

enum {
    CPUID_ENTRY_COUNT = 64,
    CPUID_ENTRIES_OFFSET = 16, /* after count (32 bits) and 12 reserved bytes */
    CPUID_ENTRY_BYTES = 48, /* eax, ecx (32), xcr0, xss (64); eax, ebx, ecx, edx (32); 8 reserved */
};

/* Bits of an answer that a guest must not see: the hypervisor would have to emulate what they
 * promise, and an SNP guest does not let it. Those that QEMU masks for SNP (target/i386/sev.c). */
struct cpuid_forbidden {
    uint32_t leaf, subleaf;
    uint8_t answer; /* 0 to 3: eax, ebx, ecx, edx */
    uint32_t bits;
    const char *why;
};

/* Ends with bits == 0. */
extern const struct cpuid_forbidden cpuid_forbidden[];

/* Makes the page acceptable: at most CPUID_ENTRY_COUNT entries, what is reserved or behind the last
 * entry is zero, no forbidden bits. Returns whether it was so before; then nothing is changed. */
bool cpuid_page_correct(uint8_t page[PAGE_SIZE]);

#endif
