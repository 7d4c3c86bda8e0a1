/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/access.h — who asks for memory, for what, and what stands in the way: the words that
 * the RMP, the door and everybody who goes through it share. */
#ifndef CVMLAB_SIM_MEMORY_ACCESS_H
#define CVMLAB_SIM_MEMORY_ACCESS_H

#include "base/types.h"

enum {
    LARGE_PAGE_SHIFT = 21,
    LARGE_PAGE_SIZE = 1 << LARGE_PAGE_SHIFT,
    LARGE_PAGE_PAGES = LARGE_PAGE_SIZE / PAGE_SIZE,
    VMPL_COUNT = 4
};

enum actor_kind {
    ACTOR_HYPERVISOR, /* software of the host */
    ACTOR_GUEST,
    ACTOR_DEVICE,   /* DMA, after the IOMMU's translation */
    ACTOR_FIRMWARE, /* the secure processor: no check stops it; asid names the key that it uses */
};

struct actor {
    enum actor_kind kind;
    uint16_t asid; /* of a guest; of the guest that a trusted device belongs to; 0: none */
    uint8_t vmpl;  /* of a guest, 0 to 3; 0 is the most privileged */
    uint8_t cpl;   /* of a guest, 0 to 3 */
    bool is_snp;   /* a guest that was launched with SNP, or a trusted device of one */
};

enum access_kind {
    ACCESS_READ,
    ACCESS_WRITE,
    ACCESS_EXECUTE,
    ACCESS_WALK,        /* a page-table entry is read */
    ACCESS_WALK_UPDATE, /* its accessed or dirty bit is written */
};

/* One access, inside one page. Ordinary paging has let it pass before. */
struct access {
    struct actor actor;
    enum access_kind kind;
    spa_t spa;
    gpa_t gpa;       /* of a guest or trusted device: the address used, C-bit stripped */
    bool is_private; /* of a guest or trusted device: effective C = 1. Fetches and walks are always
                        private (APM 15.34.5), whatever stands here. */
    bool is_large;   /* the G-stage maps it by a large page (2 MiB) */
};

/* The checks of an access against the RMP in their order (APM vol. 2, table 15-39). */
enum rmp_check {
    RMP_CHECK_NONE, /* no check failed */
    RMP_CHECK_HYPERVISOR_OWNED,
    RMP_CHECK_COVERED,
    RMP_CHECK_GUEST_OWNED,
    RMP_CHECK_REVERSE_MAP,
    RMP_CHECK_MUTABLE,
    RMP_CHECK_PAGE_SIZE,
    RMP_CHECK_VALIDATED,
    RMP_CHECK_VMPL,
    RMP_CHECK_COUNT
};

enum fault_kind {
    FAULT_NONE,
    FAULT_PAGE,          /* #PF in the host, error code bit 31 */
    FAULT_NESTED,        /* nested page fault: an exit to the hypervisor */
    FAULT_NOT_VALIDATED, /* #VC 0x404 in the guest */
    FAULT_PROTECTION,    /* #GP(0) in the guest */
    FAULT_DEVICE,        /* DMA stopped; IOMMU event 0xD */
    FAULT_VMRUN,         /* VMRUN refuses the save area: VMEXIT_INVALID */
    FAULT_ADDRESS,       /* there is no memory at this address */
    FAULT_KIND_COUNT
};

/* Bits of a fault's error code: those of #PF, and above them EXITINFO1 of a nested page fault (APM
 * vol. 2, 8.4.2, 15.25.6 and 15.36.10). */
#define FAULT_ERROR_PRESENT   (UINT64_C(1) << 0)
#define FAULT_ERROR_WRITE     (UINT64_C(1) << 1)
#define FAULT_ERROR_USER      (UINT64_C(1) << 2)
#define FAULT_ERROR_FETCH     (UINT64_C(1) << 4)
#define FAULT_ERROR_RMP       (UINT64_C(1) << 31)
#define FAULT_ERROR_FINAL     (UINT64_C(1) << 32) /* at the final guest address */
#define FAULT_ERROR_WALK      (UINT64_C(1) << 33) /* at an access to the guest's page table */
#define FAULT_ERROR_ENCRYPTED (UINT64_C(1) << 34) /* the effective C-bit was 1 */
#define FAULT_ERROR_SIZE      (UINT64_C(1) << 35) /* PVALIDATE or RMPADJUST: the entry is larger */
#define FAULT_ERROR_VMPL      (UINT64_C(1) << 36) /* the VMPL lacks the permission */

struct fault {
    enum fault_kind kind;
    enum rmp_check check; /* that failed; NONE if it was none of the RMP */
    uint64_t error;       /* FAULT_ERROR_... */
    gpa_t gpa;
    spa_t spa;
};

/* "guest-owned", "page-not-validated", ...: words for messages and tables. */
const char *rmp_check_name(enum rmp_check check);
const char *fault_kind_name(enum fault_kind kind);
const char *access_kind_name(enum access_kind kind);
const char *actor_kind_name(enum actor_kind kind);

#endif
