/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hosts/mmio_ladder.h — the load and store recogniser that KVM, its CoVE host and Xvisor share
 * (one author wrote all three). Deliberately not the monitor's decoder: it knows only what they
 * know, mistakes included. */
#ifndef CVMLAB_SIM_HOSTS_MMIO_LADDER_H
#define CVMLAB_SIM_HOSTS_MMIO_LADDER_H

#include "base/types.h"

struct ladder_access {
    unsigned width_bytes;
    bool is_signed; /* the result would need sign extension */
    unsigned reg;   /* register that receives (load) or supplies (store) the data */
};

/* false: the instruction is not on the ladder (FP, AMO, vector, Zcb, or the stack forms' mistake
 * below). C.SWSP and C.SDSP are refused when bits 11:7 are 0, as if these were a destination; in
 * the store forms they are offset. */
bool ladder_load(uint32_t insn, struct ladder_access *access);
bool ladder_store(uint32_t insn, struct ladder_access *access);

/* The instruction to emulate from a non-zero htinst with bit 0 set: a compressed origin (bit 1
 * clear) is in expanded form. */
uint32_t ladder_transformed(uint64_t htinst);

/* Bytes to step for it: 2 for a compressed origin. */
unsigned ladder_transformed_length(uint64_t htinst);

/* Bytes to step for an instruction read from memory. */
unsigned ladder_length(uint32_t insn);

#endif
