/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/decode_compressed.h — the 16-bit half of decode.c. Nothing else includes it. */
#ifndef CVMLAB_MONITOR_DECODE_COMPRESSED_H
#define CVMLAB_MONITOR_DECODE_COMPRESSED_H

#include "monitor/decode.h"

/* Fills in class and operands of a 16-bit instruction as those of the 32-bit instruction that it
 * stands for. In: raw below 0x10000 with bits 1:0 not 11, length set, the rest 0. Unchanged if
 * the encoding is no access and no breakpoint, or reserved. Source: riscv-isa-manual
 * src/unpriv/zca.adoc, zcd.adoc, zcb.adoc. */
void compressed_decode(struct insn *insn);

#endif
