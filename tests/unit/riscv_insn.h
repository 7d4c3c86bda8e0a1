/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/riscv_insn.h — encodes the instructions that test programs are made of (unprivileged
 * specification, chapter "RV32/64G Instruction Set Listings"). */
#ifndef CVMLAB_TESTS_UNIT_RISCV_INSN_H
#define CVMLAB_TESTS_UNIT_RISCV_INSN_H

#include <stdint.h>

enum { X0, RA, SP, GP, TP, T0, T1, T2, S0, S1, A0, A1, A2, A3, A4, A5 };

enum {
    INSN_ECALL = 0x00000073,
    INSN_EBREAK = 0x00100073,
    INSN_WFI = 0x10500073,
    INSN_MRET = 0x30200073,
    INSN_SRET = 0x10200073,
    INSN_SFENCE_VMA = 0x12000073,
    INSN_FENCE_I = 0x0000100f,
    INSN_C_NOP = 0x0001,
    INSN_C_EBREAK = 0x9002,
    INSN_NOP = 0x00000013
};

static inline uint32_t insn_r(unsigned opcode, unsigned f3, unsigned f7, unsigned rd, unsigned rs1,
                              unsigned rs2)
{
    return opcode | rd << 7 | f3 << 12 | rs1 << 15 | rs2 << 20 | f7 << 25;
}

static inline uint32_t insn_i(unsigned opcode, unsigned f3, unsigned rd, unsigned rs1, int imm)
{
    return opcode | rd << 7 | f3 << 12 | rs1 << 15 | (uint32_t)imm << 20;
}

static inline uint32_t insn_s(unsigned opcode, unsigned f3, unsigned rs1, unsigned rs2, int imm)
{
    uint32_t bits = (uint32_t)imm;

    return opcode | (bits & 31) << 7 | f3 << 12 | rs1 << 15 | rs2 << 20 | (bits >> 5 & 127) << 25;
}

static inline uint32_t insn_addi(unsigned rd, unsigned rs1, int imm)
{
    return insn_i(0x13, 0, rd, rs1, imm);
}

static inline uint32_t insn_add(unsigned rd, unsigned rs1, unsigned rs2)
{
    return insn_r(0x33, 0, 0, rd, rs1, rs2);
}

static inline uint32_t insn_slli(unsigned rd, unsigned rs1, int by)
{
    return insn_i(0x13, 1, rd, rs1, by);
}

static inline uint32_t insn_ld(unsigned rd, unsigned rs1, int imm)
{
    return insn_i(0x03, 3, rd, rs1, imm);
}

static inline uint32_t insn_sd(unsigned rs2, unsigned rs1, int imm)
{
    return insn_s(0x23, 3, rs1, rs2, imm);
}

static inline uint32_t insn_sw(unsigned rs2, unsigned rs1, int imm)
{
    return insn_s(0x23, 2, rs1, rs2, imm);
}

static inline uint32_t insn_jalr(unsigned rd, unsigned rs1, int imm)
{
    return insn_i(0x67, 0, rd, rs1, imm);
}

static inline uint32_t insn_jal(unsigned rd, int to)
{
    uint32_t bits = (uint32_t)to;

    return 0x6f | rd << 7 | (bits & 0xff000) | (bits >> 11 & 1) << 20 | (bits >> 1 & 0x3ff) << 21 |
           (bits >> 20 & 1) << 31;
}

static inline uint32_t insn_bne(unsigned rs1, unsigned rs2, int to)
{
    uint32_t bits = (uint32_t)to;

    return 0x63 | (bits >> 11 & 1) << 7 | (bits >> 1 & 15) << 8 | 1 << 12 | rs1 << 15 | rs2 << 20 |
           (bits >> 5 & 63) << 25 | (bits >> 12 & 1) << 31;
}

static inline uint32_t insn_csrrs(unsigned rd, unsigned csr, unsigned rs1)
{
    return insn_i(0x73, 2, rd, rs1, (int)csr);
}

static inline uint32_t insn_csrrw(unsigned rd, unsigned csr, unsigned rs1)
{
    return insn_i(0x73, 1, rd, rs1, (int)csr);
}

static inline uint32_t insn_amoadd_d(unsigned rd, unsigned rs1, unsigned rs2)
{
    return insn_r(0x2f, 3, 0, rd, rs1, rs2);
}

static inline uint32_t insn_lr_d(unsigned rd, unsigned rs1)
{
    return insn_r(0x2f, 3, 2 << 2, rd, rs1, 0);
}

static inline uint32_t insn_sc_d(unsigned rd, unsigned rs1, unsigned rs2)
{
    return insn_r(0x2f, 3, 3 << 2, rd, rs1, rs2);
}

static inline uint32_t insn_fld(unsigned rd, unsigned rs1, int imm)
{
    return insn_i(0x07, 3, rd, rs1, imm);
}

static inline uint32_t insn_fsd(unsigned rs2, unsigned rs1, int imm)
{
    return insn_s(0x27, 3, rs1, rs2, imm);
}

/* funct7 of OP-FP, with the dynamic rounding mode. */
static inline uint32_t insn_fp(unsigned f7, unsigned f3, unsigned rd, unsigned rs1, unsigned rs2)
{
    return insn_r(0x53, f3, f7, rd, rs1, rs2);
}

static inline uint16_t insn_c_addi(unsigned rd, unsigned imm)
{
    return (uint16_t)(0x0001 | rd << 7 | (imm & 31) << 2);
}

#endif
