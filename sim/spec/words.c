/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/words.c — the vocabulary of a profile. See words.h; the enums are in monitor/exposure.h
 * and item.h. */
#include "spec/words.h"

#include <string.h>

const char *const route_words[] = {"never", "monitor", "host", NULL};
const char *const pc_words[] = {"same", "len", "plus4", "vector", "state", NULL};
const char *const inject_words[] = {"none", "illegal", "access", "misaligned", "same", NULL};
const char *const narrow_words[] = {"none", "canon32", "width", "status", "sbi-value", NULL};
const char *const sbi_type_words[] = {"xlen", "u32", "u8", "gpa-half", "gva", NULL};

/* Linux tools/perf arch/riscv/util: riscv_trap_types.h; the last four are not in perf's list. */
const char *const cause_words[] = {
    "IRQ_S_SOFT",
    "IRQ_VS_SOFT",
    "IRQ_M_SOFT",
    "IRQ_S_TIMER",
    "IRQ_VS_TIMER",
    "IRQ_M_TIMER",
    "IRQ_S_EXT",
    "IRQ_VS_EXT",
    "IRQ_M_EXT",
    "IRQ_S_GEXT",
    "IRQ_PMU_OVF",
    "EXC_INST_MISALIGNED",
    "EXC_INST_ACCESS",
    "EXC_INST_ILLEGAL",
    "EXC_BREAKPOINT",
    "EXC_LOAD_MISALIGNED",
    "EXC_LOAD_ACCESS",
    "EXC_STORE_MISALIGNED",
    "EXC_STORE_ACCESS",
    "EXC_SYSCALL",
    "EXC_HYPERVISOR_SYSCALL",
    "EXC_SUPERVISOR_SYSCALL",
    "EXC_INST_PAGE_FAULT",
    "EXC_LOAD_PAGE_FAULT",
    "EXC_STORE_PAGE_FAULT",
    "EXC_INST_GUEST_PAGE_FAULT",
    "EXC_LOAD_GUEST_PAGE_FAULT",
    "EXC_VIRTUAL_INST_FAULT",
    "EXC_STORE_GUEST_PAGE_FAULT",
    "EXC_DOUBLE_TRAP",
    "EXC_SOFTWARE_CHECK",
    "EXC_HARDWARE_ERROR",
    "EXC_OTHER", /* any cause that no other row names */
    NULL,
};
_Static_assert(sizeof cause_words / sizeof cause_words[0] <= 65,
               "spec_row_text.causes has 64 bits");

static const char *const item_words[] = {
    "zero",
    "ra",
    "sp",
    "gp",
    "tp",
    "t0",
    "t1",
    "t2",
    "s0",
    "s1",
    "a0",
    "a1",
    "a2",
    "a3",
    "a4",
    "a5",
    "a6",
    "a7",
    "s2",
    "s3",
    "s4",
    "s5",
    "s6",
    "s7",
    "s8",
    "s9",
    "s10",
    "s11",
    "t3",
    "t4",
    "t5",
    "t6",
    [ITEM_PC] = "pc",
    [ITEM_MODE] = "mode",
    [ITEM_SCAUSE] = "scause",
    [ITEM_STVAL] = "stval",
    [ITEM_HTVAL] = "htval",
    [ITEM_HTINST] = "htinst",
    [ITEM_VSSTATUS] = "vsstatus",
    [ITEM_VSIE] = "vsie",
    [ITEM_VSTVEC] = "vstvec",
    [ITEM_VSSCRATCH] = "vsscratch",
    [ITEM_VSEPC] = "vsepc",
    [ITEM_VSCAUSE] = "vscause",
    [ITEM_VSTVAL] = "vstval",
    [ITEM_VSATP] = "vsatp",
    [ITEM_HVIP] = "hvip",
    [ITEM_VSTIMECMP] = "vstimecmp",
    [ITEM_HTIMEDELTA] = "htimedelta",
    [ITEM_SCOUNTEREN] = "scounteren",
    [ITEM_SENVCFG] = "senvcfg",
    [ITEM_SSTATEEN0] = "sstateen0",
    [ITEM_VSISELECT] = "vsiselect",
    [ITEM_RD] = "rd",
    [ITEM_RS2] = "rs2",
    [ITEM_SBI_ARGS] = "sbi-args",
    [ITEM_LEGACY_MASK] = "legacy-mask",
    [ITEM_HTINST_A0] = "htinst-a0",
    [ITEM_HTINST_REAL] = "htinst-real",
    [ITEM_INSN] = "insn",
    [ITEM_FP] = "fp",
    [ITEM_VECTOR] = "vector",
    [ITEM_COUNT] = NULL,
};

#define ROW(enumerator, id) id,
static const char *const row_words[] = {
#include "monitor/rows.def"
    NULL,
};
#undef ROW

int word_index(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

const char *item_name(unsigned item)
{
    return item < ITEM_COUNT ? item_words[item] : NULL;
}

/* The i of "xi", or -1. "x07" is no name. */
static int register_number(const char *name)
{
    int number;

    if (name[0] != 'x' || name[1] < '0' || name[1] > '9')
        return -1;
    number = name[1] - '0';
    if (name[2] == '\0')
        return number;
    if (number == 0 || name[2] < '0' || name[2] > '9' || name[3] != '\0')
        return -1;
    number = number * 10 + name[2] - '0';
    return number <= ITEM_X31 ? number : -1;
}

int item_by_name(const char *name)
{
    int number = register_number(name);

    return number >= 0 ? number : word_index(item_words, name);
}

const char *row_id_name(unsigned row)
{
    return row < ROW_COUNT ? row_words[row] : NULL;
}

int row_by_name(const char *id)
{
    return word_index(row_words, id);
}

const char *route_name(unsigned value)
{
    return route_words[value];
}

const char *pc_rule_name(unsigned value)
{
    return pc_words[value];
}

const char *inject_name(unsigned value)
{
    return inject_words[value];
}

const char *narrow_name(unsigned value)
{
    return narrow_words[value];
}

unsigned sbi_type_bits(unsigned type)
{
    switch (type) {
    case SBI_U8:
        return 8;
    case SBI_U32:
        return 32;
    case SBI_GVA:
        return 0;
    default:
        return 64;
    }
}

const char *sbi_type_name(unsigned value)
{
    return sbi_type_words[value];
}

const char *spec_cause_name(unsigned index)
{
    return cause_words[index];
}
