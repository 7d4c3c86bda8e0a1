/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/isa.h — the instruction set of a machine's harts, in the words of the RISC-V ISA
 * naming convention (unprivileged specification, chapter "ISA Extension Naming Conventions"). */
#ifndef CVMLAB_SIM_MACHINE_ISA_H
#define CVMLAB_SIM_MACHINE_ISA_H

#include "machine/hart_spec.h"

enum { ISA_STRING_BYTES = 256 };

/* Calls visit for every extension that the harts have, in canonical order: "i", "m", ...,
 * "zicsr", ... */
void isa_each(const struct hart_features *features,
              void (*visit)(void *context, const char *extension), void *context);

/* Writes "rv64imafdch_zicbom_...", which fits, to out, and returns it. */
const char *isa_string(const struct hart_features *features, char out[ISA_STRING_BYTES]);

#endif
