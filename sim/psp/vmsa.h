/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vmsa.h — save areas (VMSA) as a vcpu starts with them: built from fields, and as the
 * hypervisors QEMU/KVM, Google's and Coconut SVSM's fill them. */
#ifndef CVMLAB_SIM_PSP_VMSA_H
#define CVMLAB_SIM_PSP_VMSA_H

#include "base/types.h"

/* The address that KVM measures save areas under: the highest page of 48 bits. */
#define VMSA_GPA UINT64_C(0xfffffffff000)

/* Where the first vcpu starts. */
#define VMSA_RESET_EIP UINT32_C(0xfffffff0)

/* Offsets in the save area (APM volume 2, table B-4). */
enum vmsa_offset {
    VMSA_ES = 0x000,
    VMSA_CS = 0x010,
    VMSA_SS = 0x020,
    VMSA_DS = 0x030,
    VMSA_FS = 0x040,
    VMSA_GS = 0x050,
    VMSA_GDTR = 0x060,
    VMSA_LDTR = 0x070,
    VMSA_IDTR = 0x080,
    VMSA_TR = 0x090,
    VMSA_EFER = 0x0d0,
    VMSA_CR4 = 0x148,
    VMSA_CR0 = 0x158,
    VMSA_DR7 = 0x160,
    VMSA_DR6 = 0x168,
    VMSA_RFLAGS = 0x170,
    VMSA_RIP = 0x178,
    VMSA_G_PAT = 0x268,
    VMSA_RDX = 0x310,
    VMSA_SEV_FEATURES = 0x3b0,
    VMSA_XCR0 = 0x3e8,
    VMSA_MXCSR = 0x408,
    VMSA_X87_FCW = 0x410,
};

enum { VMSA_SEGMENT_BYTES = 16 };

struct vmsa_segment {
    uint16_t selector, attrib;
    uint32_t limit;
    uint64_t base;
};

/* Who fills the save area. */
enum vmsa_maker { VMSA_QEMU, VMSA_GCE, VMSA_SVSM };

struct vmsa_start {
    enum vmsa_maker maker;
    uint32_t eip;           /* where it starts: VMSA_RESET_EIP, or the address for other vcpus */
    uint32_t cpu_signature; /* CPUID Fn0000_0001 EAX; GCE has one of its own */
    uint64_t sev_features;
};

/* Writes one segment at offset; offset + VMSA_SEGMENT_BYTES <= PAGE_SIZE. */
void vmsa_put_segment(uint8_t page[PAGE_SIZE], size_t offset, const struct vmsa_segment *segment);

/* The whole page. QEMU's contents are those with a host kernel of 6.10 or later. Sources: QEMU
 * target/i386/sev.c and KVM svm.c as computed by virtee/sev-snp-measure 8f2b337e. */
void vmsa_build(const struct vmsa_start *start, uint8_t page[PAGE_SIZE]);

/* The signature that QEMU gives this CPU model ("EPYC-v4"); 0: there is none. */
uint32_t vmsa_cpu_signature(const char *model);

#endif
