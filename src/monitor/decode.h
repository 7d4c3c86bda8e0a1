/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/decode.h — what the monitor must know of the instruction that trapped.
 * RV64GC loads, stores, AMOs, CSR and system instructions, every compressed form incl. Zcb, vector
 * and CBO by class. Source: riscv-isa-manual, RV32/64G instruction set listings;
 * src/unpriv/c-st-ext.adoc; zc.adoc; cmo.adoc. */
#ifndef CVMLAB_MONITOR_DECODE_H
#define CVMLAB_MONITOR_DECODE_H

#include "base/types.h"

enum insn_class {
    INSN_OTHER, /* a legal or illegal instruction that no row cares about */
    INSN_LOAD,  /* integer load */
    INSN_STORE, /* integer store */
    INSN_FP_LOAD,
    INSN_FP_STORE,
    INSN_LR,
    INSN_SC,
    INSN_AMO,    /* AMO* and AMOCAS */
    INSN_VECTOR, /* vector load or store */
    INSN_CBO,    /* cbo.inval, clean, flush, zero */
    INSN_CSR,    /* any of the six Zicsr instructions */
    INSN_WFI,
    INSN_WRS, /* wrs.nto, wrs.sto */
    INSN_ECALL,
    INSN_EBREAK,
    INSN_PRIV, /* sret, mret, sfence, hfence, sinval, hinval, hlv, hlvx, hsv and their kind */
};

/* FP loads and stores give f registers in rd and rs2; vector and CBO give rs1 only. */
struct insn {
    uint32_t raw; /* as fetched; a compressed one in the low 16 bits */
    enum insn_class class;
    uint8_t len_bytes;   /* 2 or 4 */
    uint8_t rd;          /* destination (loads, CSR, AMO), else 0 */
    uint8_t rs1, rs2;    /* rs2: what a store writes out; rs1 of csrrwi: the immediate */
    uint8_t width_bytes; /* of the access: 1 to 16; 0 if there is none */
    bool is_signed;      /* a load that sign-extends */
    uint16_t csr;        /* CSR number (INSN_CSR) */
    uint8_t csr_op;      /* funct3 of the CSR instruction: 1-3, 5-7 */
};

/* Length in bytes of the instruction that begins with this halfword: 2 or 4 (longer encodings do
 * not exist in RV64GC). */
unsigned insn_length(uint16_t first_half);

/* Decodes raw. Total: every value gives a class; x0 stays x0. For a compressed one only the low 16
 * bits are looked at. */
struct insn insn_decode(uint32_t raw);

/* The transformed instruction (hypervisor.adoc, "Transformed instruction or pseudoinstruction for
 * mtinst or htinst"): a load or store of the same width and sign with data register reg, offset
 * field 0, bit 1 set (32-bit form). insn must be INSN_LOAD or INSN_STORE. */
uint32_t insn_transform(const struct insn *insn, unsigned reg);

/* The CSR is one of the user counters: cycle, time, instret, hpmcounter3-31 (0xC00-0xC1F). */
bool csr_is_counter(uint16_t csr);

#endif
