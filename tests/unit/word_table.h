/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/word_table.h — the 32-bit instructions that a row of the exposure table asks about.
 * Read insn_pattern.h first. Source: riscv-isa-manual, RV32/64G instruction set listings,
 * src/unpriv/{cmo,zacas,zabha,zawrs,v-st-ext}.adoc, src/priv/{hypervisor,svinval}.adoc; mnret and
 * dret from the Smrnmi and debug specifications. */
#ifndef CVMLAB_TESTS_WORD_TABLE_H
#define CVMLAB_TESTS_WORD_TABLE_H

#include "insn_pattern.h"

static const struct insn_pattern word_table[] = {
    {"............ sssss 000 ddddd 0000011", NULL, INSN_LOAD, -1, "lb"},
    {"............ sssss 001 ddddd 0000011", NULL, INSN_LOAD, -2, "lh"},
    {"............ sssss 010 ddddd 0000011", NULL, INSN_LOAD, -4, "lw"},
    {"............ sssss 011 ddddd 0000011", NULL, INSN_LOAD, -8, "ld"},
    {"............ sssss 100 ddddd 0000011", NULL, INSN_LOAD, 1, "lbu"},
    {"............ sssss 101 ddddd 0000011", NULL, INSN_LOAD, 2, "lhu"},
    {"............ sssss 110 ddddd 0000011", NULL, INSN_LOAD, 4, "lwu"},
    {"....... ttttt sssss 000 ..... 0100011", NULL, INSN_STORE, 1, "sb"},
    {"....... ttttt sssss 001 ..... 0100011", NULL, INSN_STORE, 2, "sh"},
    {"....... ttttt sssss 010 ..... 0100011", NULL, INSN_STORE, 4, "sw"},
    {"....... ttttt sssss 011 ..... 0100011", NULL, INSN_STORE, 8, "sd"},

    {"............ sssss 001 ddddd 0000111", NULL, INSN_FP_LOAD, 2, "flh"},
    {"............ sssss 010 ddddd 0000111", NULL, INSN_FP_LOAD, 4, "flw"},
    {"............ sssss 011 ddddd 0000111", NULL, INSN_FP_LOAD, 8, "fld"},
    {"............ sssss 100 ddddd 0000111", NULL, INSN_FP_LOAD, 16, "flq"},
    {"....... ttttt sssss 001 ..... 0100111", NULL, INSN_FP_STORE, 2, "fsh"},
    {"....... ttttt sssss 010 ..... 0100111", NULL, INSN_FP_STORE, 4, "fsw"},
    {"....... ttttt sssss 011 ..... 0100111", NULL, INSN_FP_STORE, 8, "fsd"},
    {"....... ttttt sssss 100 ..... 0100111", NULL, INSN_FP_STORE, 16, "fsq"},

    {"... 0 00 . 00000 sssss vvv ..... 0000111", NULL, INSN_VECTOR, 0, "vle.v"},
    {"... 0 00 . 10000 sssss vvv ..... 0000111", NULL, INSN_VECTOR, 0, "vleff.v"},
    {"... 0 01 . ..... sssss vvv ..... 0000111", NULL, INSN_VECTOR, 0, "vluxei.v"},
    {"... 0 10 . ..... sssss vvv ..... 0000111", NULL, INSN_VECTOR, 0, "vlse.v"},
    {"... 0 11 . ..... sssss vvv ..... 0000111", NULL, INSN_VECTOR, 0, "vloxei.v"},
    {"000 0 00 1 01011 sssss 000 ..... 0000111", NULL, INSN_VECTOR, 0, "vlm.v"},
    {"000 0 00 1 01000 sssss vvv ..... 0000111", NULL, INSN_VECTOR, 0, "vl1re.v"},
    {"001 0 00 1 01000 sssss vvv ..... 0000111", NULL, INSN_VECTOR, 0, "vl2re.v"},
    {"011 0 00 1 01000 sssss vvv ..... 0000111", NULL, INSN_VECTOR, 0, "vl4re.v"},
    {"111 0 00 1 01000 sssss vvv ..... 0000111", NULL, INSN_VECTOR, 0, "vl8re.v"},
    {"... 0 00 . 00000 sssss vvv ..... 0100111", NULL, INSN_VECTOR, 0, "vse.v"},
    {"... 0 01 . ..... sssss vvv ..... 0100111", NULL, INSN_VECTOR, 0, "vsuxei.v"},
    {"... 0 10 . ..... sssss vvv ..... 0100111", NULL, INSN_VECTOR, 0, "vsse.v"},
    {"... 0 11 . ..... sssss vvv ..... 0100111", NULL, INSN_VECTOR, 0, "vsoxei.v"},
    {"000 0 00 1 01011 sssss 000 ..... 0100111", NULL, INSN_VECTOR, 0, "vsm.v"},
    {"000 0 00 1 01000 sssss 000 ..... 0100111", NULL, INSN_VECTOR, 0, "vs1r.v"},
    {"001 0 00 1 01000 sssss 000 ..... 0100111", NULL, INSN_VECTOR, 0, "vs2r.v"},
    {"011 0 00 1 01000 sssss 000 ..... 0100111", NULL, INSN_VECTOR, 0, "vs4r.v"},
    {"111 0 00 1 01000 sssss 000 ..... 0100111", NULL, INSN_VECTOR, 0, "vs8r.v"},

    {"000000000000 sssss 010 00000 0001111", NULL, INSN_CBO, 0, "cbo.inval"},
    {"000000000001 sssss 010 00000 0001111", NULL, INSN_CBO, 0, "cbo.clean"},
    {"000000000010 sssss 010 00000 0001111", NULL, INSN_CBO, 0, "cbo.flush"},
    {"000000000100 sssss 010 00000 0001111", NULL, INSN_CBO, 0, "cbo.zero"},

    {"00010 .. 00000 sssss 010 ddddd 0101111", NULL, INSN_LR, -4, "lr.w"},
    {"00010 .. 00000 sssss 011 ddddd 0101111", NULL, INSN_LR, -8, "lr.d"},
    {"00011 .. ttttt sssss 010 ddddd 0101111", NULL, INSN_SC, 4, "sc.w"},
    {"00011 .. ttttt sssss 011 ddddd 0101111", NULL, INSN_SC, 8, "sc.d"},
    {"00000 .. ttttt sssss 0kk ddddd 0101111", NULL, INSN_AMO, 0, "amoadd"},
    {"00001 .. ttttt sssss 0kk ddddd 0101111", NULL, INSN_AMO, 0, "amoswap"},
    {"00100 .. ttttt sssss 0kk ddddd 0101111", NULL, INSN_AMO, 0, "amoxor"},
    {"01000 .. ttttt sssss 0kk ddddd 0101111", NULL, INSN_AMO, 0, "amoor"},
    {"01100 .. ttttt sssss 0kk ddddd 0101111", NULL, INSN_AMO, 0, "amoand"},
    {"10000 .. ttttt sssss 0kk ddddd 0101111", NULL, INSN_AMO, 0, "amomin"},
    {"10100 .. ttttt sssss 0kk ddddd 0101111", NULL, INSN_AMO, 0, "amomax"},
    {"11000 .. ttttt sssss 0kk ddddd 0101111", NULL, INSN_AMO, 0, "amominu"},
    {"11100 .. ttttt sssss 0kk ddddd 0101111", NULL, INSN_AMO, 0, "amomaxu"},
    {"00101 .. ttttt sssss 0kk ddddd 0101111", NULL, INSN_AMO, 0, "amocas"},
    {"00101 .. tttt0 sssss 100 dddd0 0101111", NULL, INSN_AMO, 16, "amocas.q"},

    {"000000000000 00000 000 00000 1110011", NULL, INSN_ECALL, 0, "ecall"},
    {"000000000001 00000 000 00000 1110011", NULL, INSN_EBREAK, 0, "ebreak"},
    {"000000001101 00000 000 00000 1110011", NULL, INSN_WRS, 0, "wrs.nto"},
    {"000000011101 00000 000 00000 1110011", NULL, INSN_WRS, 0, "wrs.sto"},
    {"000100000010 00000 000 00000 1110011", NULL, INSN_PRIV, 0, "sret"},
    {"000100000101 00000 000 00000 1110011", NULL, INSN_WFI, 0, "wfi"},
    {"001100000010 00000 000 00000 1110011", NULL, INSN_PRIV, 0, "mret"},
    {"011100000010 00000 000 00000 1110011", NULL, INSN_PRIV, 0, "mnret"},
    {"011110110010 00000 000 00000 1110011", NULL, INSN_PRIV, 0, "dret"},
    {"0001100 00000 00000 000 00000 1110011", NULL, INSN_PRIV, 0, "sfence.w.inval"},
    {"0001100 00001 00000 000 00000 1110011", NULL, INSN_PRIV, 0, "sfence.inval.ir"},
    {"0001001 ..... ..... 000 00000 1110011", NULL, INSN_PRIV, 0, "sfence.vma"},
    {"0001011 ..... ..... 000 00000 1110011", NULL, INSN_PRIV, 0, "sinval.vma"},
    {"0010001 ..... ..... 000 00000 1110011", NULL, INSN_PRIV, 0, "hfence.vvma"},
    {"0010011 ..... ..... 000 00000 1110011", NULL, INSN_PRIV, 0, "hinval.vvma"},
    {"0110001 ..... ..... 000 00000 1110011", NULL, INSN_PRIV, 0, "hfence.gvma"},
    {"0110011 ..... ..... 000 00000 1110011", NULL, INSN_PRIV, 0, "hinval.gvma"},
    {"............ ..... 000 ..... 1110011", NULL, INSN_OTHER, 0, "reserved"},

    {"0110000 00000 sssss 100 ddddd 1110011", NULL, INSN_PRIV, -1, "hlv.b"},
    {"0110000 00001 sssss 100 ddddd 1110011", NULL, INSN_PRIV, 1, "hlv.bu"},
    {"0110010 00000 sssss 100 ddddd 1110011", NULL, INSN_PRIV, -2, "hlv.h"},
    {"0110010 00001 sssss 100 ddddd 1110011", NULL, INSN_PRIV, 2, "hlv.hu"},
    {"0110010 00011 sssss 100 ddddd 1110011", NULL, INSN_PRIV, 2, "hlvx.hu"},
    {"0110100 00000 sssss 100 ddddd 1110011", NULL, INSN_PRIV, -4, "hlv.w"},
    {"0110100 00001 sssss 100 ddddd 1110011", NULL, INSN_PRIV, 4, "hlv.wu"},
    {"0110100 00011 sssss 100 ddddd 1110011", NULL, INSN_PRIV, 4, "hlvx.wu"},
    {"0110110 00000 sssss 100 ddddd 1110011", NULL, INSN_PRIV, -8, "hlv.d"},
    {"0110001 ttttt sssss 100 00000 1110011", NULL, INSN_PRIV, 1, "hsv.b"},
    {"0110011 ttttt sssss 100 00000 1110011", NULL, INSN_PRIV, 2, "hsv.h"},
    {"0110101 ttttt sssss 100 00000 1110011", NULL, INSN_PRIV, 4, "hsv.w"},
    {"0110111 ttttt sssss 100 00000 1110011", NULL, INSN_PRIV, 8, "hsv.d"},
    {"............ ..... 100 ..... 1110011", NULL, INSN_OTHER, 0, "reserved"},

    {"cccccccccccc sssss ooo ddddd 1110011", NULL, INSN_CSR, 0, "csr"},
};

enum { WORD_COUNT = sizeof(word_table) / sizeof(word_table[0]) };

#endif
