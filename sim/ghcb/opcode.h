/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/opcode.h — does the instruction at RIP fit the exit code that came with #VC? Without
 * this check a host that injects vector 29 chooses what the guest believes to have executed (WeSee,
 * IEEE S&P 2024). Source: Linux arch/x86/coco/sev/vc-shared.c, vc_check_opcode_bytes; AMD APM
 * vol. 3. */
#ifndef CVMLAB_SIM_GHCB_OPCODE_H
#define CVMLAB_SIM_GHCB_OPCODE_H

#include "base/types.h"

/* Whether the size_bytes bytes begin with an instruction, prefixes included, that leads to an exit
 * of this code; for IOIO of the direction, form and size of info1, for MSR of its direction. Exits
 * without an instruction of their own (MMIO, where any access will do, and software exits) always
 * fit. */
bool opcode_fits(const uint8_t *opcode, unsigned size_bytes, uint64_t code, uint64_t info1);

#endif
