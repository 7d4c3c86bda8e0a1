/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/rvc_table.h — the 16-bit instructions of RV64GC and Zcb that access memory or break,
 * with what they expand to. Read insn_pattern.h first. Source: riscv-isa-manual, RVC instruction
 * listings, src/unpriv/zca.adoc, zcd.adoc, zcb.adoc. */
#ifndef CVMLAB_TESTS_RVC_TABLE_H
#define CVMLAB_TESTS_RVC_TABLE_H

#include "insn_pattern.h"

static const struct insn_pattern rvc_table[] = {
    {"001 FED sss HG ddd 00", "0000HGFED000 sssss 011 ddddd 0000111", INSN_FP_LOAD, 8, "c.fld"},
    {"010 FED sss CG ddd 00", "00000GFEDC00 sssss 010 ddddd 0000011", INSN_LOAD, -4, "c.lw"},
    {"011 FED sss HG ddd 00", "0000HGFED000 sssss 011 ddddd 0000011", INSN_LOAD, -8, "c.ld"},
    {"100 000 sss AB ddd 00", "0000000000BA sssss 100 ddddd 0000011", INSN_LOAD, 1, "c.lbu"},
    {"100 001 sss 0B ddd 00", "0000000000B0 sssss 101 ddddd 0000011", INSN_LOAD, 2, "c.lhu"},
    {"100 001 sss 1B ddd 00", "0000000000B0 sssss 001 ddddd 0000011", INSN_LOAD, -2, "c.lh"},
    {"100 010 sss AB ttt 00", "0000000 ttttt sssss 000 000BA 0100011", INSN_STORE, 1, "c.sb"},
    {"100 011 sss 0B ttt 00", "0000000 ttttt sssss 001 000B0 0100011", INSN_STORE, 2, "c.sh"},
    {"101 FED sss HG ttt 00", "0000HGF ttttt sssss 011 ED000 0100111", INSN_FP_STORE, 8, "c.fsd"},
    {"110 FED sss CG ttt 00", "00000GF ttttt sssss 010 EDC00 0100011", INSN_STORE, 4, "c.sw"},
    {"111 FED sss HG ttt 00", "0000HGF ttttt sssss 011 ED000 0100011", INSN_STORE, 8, "c.sd"},

    {"001 F ddddd EDIHG 10", "000IHGFED000 00010 011 ddddd 0000111", INSN_FP_LOAD, 8, "c.fldsp"},
    {"010 . 00000 ..... 10", NULL, INSN_OTHER, 0, "reserved"},
    {"010 F ddddd EDCHG 10", "0000HGFEDC00 00010 010 ddddd 0000011", INSN_LOAD, -4, "c.lwsp"},
    {"011 . 00000 ..... 10", NULL, INSN_OTHER, 0, "reserved"},
    {"011 F ddddd EDIHG 10", "000IHGFED000 00010 011 ddddd 0000011", INSN_LOAD, -8, "c.ldsp"},
    {"100 1 00000 00000 10", "000000000001 00000 000 00000 1110011", INSN_EBREAK, 0, "c.ebreak"},
    {"101 FEDIHG ttttt 10", "000IHGF ttttt 00010 011 ED000 0100111", INSN_FP_STORE, 8, "c.fsdsp"},
    {"110 FEDCHG ttttt 10", "0000HGF ttttt 00010 010 EDC00 0100011", INSN_STORE, 4, "c.swsp"},
    {"111 FEDIHG ttttt 10", "000IHGF ttttt 00010 011 ED000 0100011", INSN_STORE, 8, "c.sdsp"},
};

enum { RVC_COUNT = sizeof(rvc_table) / sizeof(rvc_table[0]) };

/* The base register of an access: as drawn, else the stack pointer. */
static unsigned rvc_base(const struct insn_pattern *row, uint16_t half)
{
    enum { STACK_POINTER = 2 };
    unsigned base = symbols_register(row->symbols, 's', half);

    return base == 0 && row->class != INSN_EBREAK && row->class != INSN_OTHER ? STACK_POINTER
                                                                              : base;
}

/* The 32-bit instruction that half stands for. row must have an expansion. */
static uint32_t rvc_expand(const struct insn_pattern *row, uint16_t half)
{
    unsigned rd = symbols_register(row->symbols, 'd', half);
    unsigned rs1 = symbols_register(row->symbols, 's', half);
    unsigned rs2 = symbols_register(row->symbols, 't', half);
    unsigned position = 32;
    uint32_t word = 0;

    for (const char *symbol = row->expansion; *symbol; symbol++) {
        uint32_t set = *symbol == '1';

        if (*symbol == ' ')
            continue;
        position--;
        if (*symbol == 'd')
            set = rd >> (position - 7) & 1;
        else if (*symbol == 's')
            set = rs1 >> (position - 15) & 1;
        else if (*symbol == 't')
            set = rs2 >> (position - 20) & 1;
        else if (*symbol >= 'A')
            set = symbols_value(row->symbols, *symbol, half);
        word |= set << position;
    }
    return word;
}

#endif
