/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/nacl_page.h — the page encoding: the view in the layout of SBI NACL, which CoVE
 * reuses. Source: riscv-sbi-doc src/ext-nested-acceleration.adoc (shared memory layout);
 * riscv-ap-tee src/sbi_cove.adoc (tsm_shmem_scratch). */
#ifndef CVMLAB_MONITOR_NACL_PAGE_H
#define CVMLAB_MONITOR_NACL_PAGE_H

#include "monitor/monitor.h"

enum { NACL_SCRATCH_WORDS = 512, NACL_CSR_COUNT = 1024 };

/* RV64: 0x3000 bytes. Register xi is word i; scratch[0x1F0..] is the dirty bitmap, which the
 * monitor leaves 0. */
struct nacl_page {
    uint64_t scratch[NACL_SCRATCH_WORDS];
    uint64_t csr[NACL_CSR_COUNT];
};

/* scause and stval are no HS/VS CSRs, so they cannot live in the page: a CoVE host gets them in its
 * own CSRs. */
struct nacl_trap {
    uint64_t scause, stval;
};

/* Slot of an HS- or VS-level CSR (bits 9:8 = 10): ((csr & 0xC00) >> 2) | (csr & 0xFF). -1: not
 * representable. */
int nacl_csr_slot(uint16_t csr);

/* Writes the view over the whole page: 0 wherever the view has nothing. Never reads the page. */
void nacl_page_write(const struct host_view *view, struct nacl_page *page, struct nacl_trap *trap);

/* Reads the answer of a "run vCPU" call, each slot once. There is no handle in this encoding: the
 * call names the vCPU, and the operation counts as done if its row advances the guest. */
void nacl_page_read(const struct monitor *mon, uint32_t vcpu, const struct nacl_page *page,
                    struct host_answer *answer);

#endif
