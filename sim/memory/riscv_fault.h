/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/riscv_fault.h — how a fault of the memory model looks to a RISC-V hart with the H
 * extension. The one place where the two vocabularies meet. RISC-V has no RMP, so the syndrome and
 * the page-not-validated exception use codes that the architecture leaves to custom use. */
#ifndef CVMLAB_SIM_MEMORY_RISCV_FAULT_H
#define CVMLAB_SIM_MEMORY_RISCV_FAULT_H

#include "memory/access.h"

/* Exception codes (riscv-privileged, table of mcause; 24 to 31 are for custom use). */
enum {
    RISCV_INSTRUCTION_ACCESS_FAULT = 1,
    RISCV_LOAD_ACCESS_FAULT = 5,
    RISCV_STORE_ACCESS_FAULT = 7,
    RISCV_INSTRUCTION_GUEST_PAGE_FAULT = 20,
    RISCV_LOAD_GUEST_PAGE_FAULT = 21,
    RISCV_STORE_GUEST_PAGE_FAULT = 23,
    RISCV_PAGE_NOT_VALIDATED = 24
};

/* A hypervisor CSR for custom read/write use (0x6c0 to 0x6ff) that holds the syndrome. */
enum { RISCV_CSR_HRMPSYN = 0x6c0 };

struct riscv_fault {
    uint64_t cause;
    uint64_t htval;   /* gpa >> 2 of a guest-page fault, else 0 */
    uint64_t hrmpsyn; /* FAULT_ERROR_... from bit 31 up, and the failed check in bits 3:0 */
    bool to_guest;    /* delivered to VS-mode; else to HS-mode */
};

/* fault.kind is PAGE, NESTED, NOT_VALIDATED or ADDRESS; kind is the access that met it. A page walk
 * faults with the cause of the access that needed it (riscv-privileged, page-fault exceptions):
 * then kind is that access; FAULT_ERROR_WALK in the syndrome tells the two apart. PAGE access fault
 * of the host: a PMA-like check failed NESTED         guest-page fault, htval = gpa >> 2
 *   NOT_VALIDATED  exception 24 in the guest
 *   ADDRESS        access fault where the access came from */
struct riscv_fault riscv_fault_of(const struct fault *fault, enum access_kind kind,
                                  enum actor_kind actor);

#endif
