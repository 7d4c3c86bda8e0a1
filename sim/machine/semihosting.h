/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/semihosting.h — the end of a run by RISC-V semihosting (version 0.4; Arm semihosting
 * for AArch32 and AArch64, SYS_EXIT and SYS_EXIT_EXTENDED). */
#ifndef CVMLAB_SIM_MACHINE_SEMIHOSTING_H
#define CVMLAB_SIM_MACHINE_SEMIHOSTING_H

#include "devices/dma.h"
#include "devices/power.h"
#include "hart/hart_run.h"

/* An ebreak at pc. If it stands between the two shifts that mark a semihosting call, and asks for
 * the end of the run, power hears of it and true is returned; else it is an ordinary breakpoint. */
bool semihosting_call(struct hart_run *run, const struct dma *dma, const struct power *power,
                      uint64_t pc);

#endif
