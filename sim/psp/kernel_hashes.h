/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/kernel_hashes.h — the table by which a measured firmware knows the kernel, initrd and
 * command line that it was given outside the measurement. */
#ifndef CVMLAB_SIM_PSP_KERNEL_HASHES_H
#define CVMLAB_SIM_PSP_KERNEL_HASHES_H

#include "base/status.h"
#include "base/types.h"

enum { KERNEL_HASHES_BYTES = 176 };

/* What is started. A missing initrd has no bytes, a missing command line is "". */
struct kernel_inputs {
    const uint8_t *kernel, *initrd;
    size_t kernel_bytes, initrd_bytes;
    const char *cmdline; /* hashed with the zero at its end */
};

/* Writes the table as QEMU does (target/i386/sev.c, sev_add_kernel_loader_hashes): header, then the
 * SHA-256 of command line, initrd and kernel, then zeros. STATUS_IO: no memory. */
enum status kernel_hashes_build(const struct kernel_inputs *inputs,
                                uint8_t table[KERNEL_HASHES_BYTES]);

#endif
