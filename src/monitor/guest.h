/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/guest.h — the register state of one vCPU, flat: what is swapped wholesale at a
 * context switch. Source: riscv-isa-manual src/priv/hypervisor.adoc (V=1 register state),
 * src/unpriv/f-st-ext.adoc, v-st-ext.adoc. */
#ifndef CVMLAB_MONITOR_GUEST_H
#define CVMLAB_MONITOR_GUEST_H

#include "base/types.h"

enum { GPR_COUNT = 32, FPR_COUNT = 32, VECTOR_COUNT = 32, VLEN_BYTES = 16 };

/* ABI names of the registers that rules speak of. */
enum { REG_ZERO = 0, REG_RA = 1, REG_SP = 2, REG_A0 = 10, REG_A1 = 11, REG_A6 = 16, REG_A7 = 17 };

/* The guest's CSRs that a context switch moves. Index into guest_state.csr; same order as
 * ITEM_VSSTATUS... of item.h. */
enum guest_csr {
    GCSR_VSSTATUS,
    GCSR_VSIE,
    GCSR_VSTVEC,
    GCSR_VSSCRATCH,
    GCSR_VSEPC,
    GCSR_VSCAUSE,
    GCSR_VSTVAL,
    GCSR_VSATP,
    GCSR_HVIP, /* virtual interrupts pending for this guest */
    GCSR_VSTIMECMP,
    GCSR_HTIMEDELTA,
    GCSR_SCOUNTEREN, /* no vs copy: the guest's own S-mode register */
    GCSR_SENVCFG,    /* no vs copy */
    GCSR_SSTATEEN0,  /* no vs copy */
    GCSR_VSISELECT,
    GCSR_COUNT
};

/* Privilege of the guest when it trapped (hstatus.SPV=1, sstatus.SPP). */
enum guest_mode { GUEST_VU = 0, GUEST_VS = 1 };

/* vsstatus bits (sstatus layout, RV64). */
#define VSSTATUS_SIE   ((uint64_t)1 << 1)
#define VSSTATUS_SPIE  ((uint64_t)1 << 5)
#define VSSTATUS_SPP   ((uint64_t)1 << 8)
#define VSSTATUS_UXL64 ((uint64_t)2 << 32)

/* hvip bits. */
#define HVIP_VSSIP ((uint64_t)1 << 2)
#define HVIP_VSTIP ((uint64_t)1 << 6)
#define HVIP_VSEIP ((uint64_t)1 << 10)

struct fp_state {
    uint64_t f[FPR_COUNT]; /* FLEN = 64, raw bits */
    uint64_t fcsr;         /* frm and fflags */
};

struct vector_state {
    uint8_t v[VECTOR_COUNT][VLEN_BYTES];
    uint64_t vstart, vl, vtype, vcsr;
};

/* Invariant: x[0] is 0; mode is VU or VS. */
struct guest_state {
    uint64_t x[GPR_COUNT];
    uint64_t pc;
    uint64_t csr[GCSR_COUNT];
    enum guest_mode mode;
    struct fp_state fp;
    struct vector_state vec;
};

/* What the hart writes at a trap from V=1 (hypervisor.adoc, "Trap entry"). */
struct trap {
    uint64_t scause; /* bit 63: interrupt */
    uint64_t stval;
    uint64_t htval;  /* guest-physical address >> 2, or 0 */
    uint64_t htinst; /* 0, a transformed instruction, or a pseudo value */
};

#define SCAUSE_INTERRUPT ((uint64_t)1 << 63)

/* Synchronous causes (riscv-isa-manual, scause encodings). */
enum exception {
    EXC_INST_MISALIGNED = 0,
    EXC_INST_ACCESS = 1,
    EXC_INST_ILLEGAL = 2,
    EXC_BREAKPOINT = 3,
    EXC_LOAD_MISALIGNED = 4,
    EXC_LOAD_ACCESS = 5,
    EXC_STORE_MISALIGNED = 6,
    EXC_STORE_ACCESS = 7,
    EXC_SYSCALL = 8,
    EXC_HYPERVISOR_SYSCALL = 9,
    EXC_SUPERVISOR_SYSCALL = 10, /* ecall from VS: an SBI call */
    EXC_INST_PAGE_FAULT = 12,
    EXC_LOAD_PAGE_FAULT = 13,
    EXC_STORE_PAGE_FAULT = 15,
    EXC_DOUBLE_TRAP = 16,
    EXC_SOFTWARE_CHECK = 18,
    EXC_HARDWARE_ERROR = 19,
    EXC_INST_GUEST_PAGE_FAULT = 20,
    EXC_LOAD_GUEST_PAGE_FAULT = 21,
    EXC_VIRTUAL_INST_FAULT = 22,
    EXC_STORE_GUEST_PAGE_FAULT = 23,
};

/* The two pseudo instructions of an implicit VS-stage access on RV64 (hypervisor.adoc, table of
 * htinst pseudo values). */
enum { HTINST_PSEUDO_READ = 0x3000, HTINST_PSEUDO_WRITE = 0x3020 };

#endif
