/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/tcb.h — the processors that sign reports, and the versions of what each trusts. The eight
 * bytes of a TCB version mean different things on different processors. */
#ifndef CVMLAB_SIM_PSP_TCB_H
#define CVMLAB_SIM_PSP_TCB_H

#include "base/types.h"

enum { TCB_BYTES = 8 };

enum product { PRODUCT_UNKNOWN, PRODUCT_MILAN, PRODUCT_GENOA, PRODUCT_TURIN, PRODUCT_COUNT };

/* The parts, in the order in which they are shown. */
enum tcb_part { TCB_FMC, TCB_BOOT_LOADER, TCB_TEE, TCB_SNP, TCB_MICROCODE, TCB_PART_COUNT };

struct tcb {
    uint8_t part[TCB_PART_COUNT]; /* fmc is 0 where the product has none */
};

/* "Milan"; "unknown". */
const char *product_name(enum product product);

/* By such a name, in any case; a stepping behind it is ignored ("Milan-B0"). Bergamo and Siena
 * report as Genoa. */
enum product product_by_name(const char *name);

/* By the family and model of CPUID Fn8000_0001 (as in virtee/sev 9cf2adbf, src/lib.rs). */
enum product product_by_cpu(uint64_t family, uint64_t model);

/* "boot_loader". */
const char *tcb_part_name(enum tcb_part part);

/* The part of this name; TCB_PART_COUNT: there is none. */
enum tcb_part tcb_part_by_name(const char *name);

/* Whether the product has such a part: fmc exists from Turin on. */
bool tcb_part_exists(enum product product, enum tcb_part part);

/* Splits the bytes (56860, TCB_VERSION; layout of family 1Ah since version 1.57). A product that is
 * not known counts as Milan. */
void tcb_decode(enum product product, const uint8_t bytes[TCB_BYTES], struct tcb *tcb);

/* The reverse; reserved bytes become zero. */
void tcb_encode(enum product product, const struct tcb *tcb, uint8_t bytes[TCB_BYTES]);

/* Whether the bytes between the parts are zero. */
bool tcb_reserved_is_zero(enum product product, const uint8_t bytes[TCB_BYTES]);

/* The first part in which tcb is lower than least; TCB_PART_COUNT: none. */
enum tcb_part tcb_find_below(const struct tcb *tcb, const struct tcb *least);

#endif
