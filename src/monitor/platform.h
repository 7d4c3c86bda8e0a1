/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/platform.h — seam A: what the monitor asks of the machine it runs on.
 * Everything nondeterministic comes through here. Adapters: the M-mode image, the replay, and one
 * that fails on purpose. Every call either does all of its work or returns an error and does
 * nothing. */
#ifndef CVMLAB_MONITOR_PLATFORM_H
#define CVMLAB_MONITOR_PLATFORM_H

#include "base/status.h"
#include "base/types.h"
#include "monitor/guest.h"

struct platform;

struct platform_ops {
    /* One halfword of guest code at a guest-virtual address, read with the privilege of the trap
     * (MXR, SPVP). STATUS_FAULT: not readable now (page gone, raced). Read at most once per address
     * and exit. */
    enum status (*fetch)(struct platform *self, const struct guest_state *guest, gva_t where,
                         uint16_t *half);
    /* Eight bytes of guest data, same rules. */
    enum status (*read)(struct platform *self, const struct guest_state *guest, gva_t where,
                        uint64_t *value);
    /* A counter CSR (0xC00-0xC1F) as this guest may see it. STATUS_DENIED: the guest gets an
     * illegal instruction. */
    enum status (*counter)(struct platform *self, uint16_t csr, uint64_t *value);
    /* 16 bits of conditioned entropy for the seed CSR. STATUS_DENIED: none now (the guest sees
     * OPST=WAIT). */
    enum status (*random)(struct platform *self, uint16_t *value);
    /* A fence on the harts of the mask, before their next entry to the guest. fid: the RFENCE
     * function (riscv-sbi-doc ext-rfence.adoc). */
    enum status (*fence)(struct platform *self, uint32_t fid, uint64_t hart_mask,
                         uint64_t hart_base);
};

/* An adapter embeds this as its first member. */
struct platform {
    const struct platform_ops *ops;
};

#endif
