/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/strict_low.h — low(v): what an exit may tell the host under the strict rules,
 * written by hand, row by row. It shares nothing with the monitor or with specs/: the access is
 * given by whoever built the instruction, not decoded; the calls are listed here a second time.
 * Source: docs/EXITS.md; riscv-sbi-doc, the C prototypes; riscv-isa-manual hypervisor.adoc. */
#ifndef CVMLAB_TESTS_PROPERTY_STRICT_LOW_H
#define CVMLAB_TESTS_PROPERTY_STRICT_LOW_H

#include <string.h>

#include "monitor/exposure.h"
#include "monitor/guest.h"

/* A load or store as its builder meant it. */
struct access {
    bool is_store, is_signed;
    unsigned width_bytes, reg;
};

struct low_input {
    const struct guest_state *live;
    const struct trap *trap;
    struct access access; /* rows MMIO.L and MMIO.S */
    uint32_t insn;        /* rows VI.WFI and VI.WRS: which of the three constants */
    uint64_t memory;      /* the eight bytes behind a0 of a legacy call */
};

struct low {
    uint64_t slot[ITEM_SLOT_COUNT];
};

/* One letter per argument: u whole register, 4 its low 32 bits, 1 its low 8, - hidden. */
struct low_call {
    uint32_t eid, fid;
    const char *args;
};

static const struct low_call low_calls[] = {
    {0x54494D45, 0, "u"},   {0x735049, 0, "uu"},    {0x48534D, 0, "u--"},   {0x48534D, 1, ""},
    {0x48534D, 3, "4--"},   {0x53525354, 0, "44"},  {0x53555350, 0, "4--"}, {0x504D55, 0, ""},
    {0x504D55, 1, "u"},     {0x504D55, 2, "uuuuu"}, {0x504D55, 3, "uuuu"},  {0x504D55, 4, "uuu"},
    {0x504D55, 5, "u"},     {0x504D55, 6, "u"},     {0x504D55, 7, "uuu"},   {0x504D55, 8, "uuuu"},
    {0x4442434E, 0, "uuu"}, {0x4442434E, 1, "uuu"}, {0x4442434E, 2, "1"},   {0x535441, 0, "uuu"},
    {0x43505043, 0, "4"},   {0x43505043, 1, "4"},   {0x43505043, 2, "4"},   {0x43505043, 3, "4u"},
    {0x4D505859, 0, ""},    {0x4D505859, 1, "uuu"}, {0x4D505859, 2, "4"},   {0x4D505859, 3, "444"},
    {0x4D505859, 4, "444"}, {0x4D505859, 5, "44u"}, {0x4D505859, 6, "44u"}, {0x4D505859, 7, "4"},
    {0x44425452, 0, "u"},   {0x44425452, 1, "uuu"}, {0x44425452, 2, "uu"},  {0x44425452, 3, "u"},
    {0x44425452, 4, "u"},   {0x44425452, 5, "uu"},  {0x44425452, 6, "uu"},  {0x44425452, 7, "uu"},
    {0x434F5647, 0, "uu"},  {0x434F5647, 1, "uu"},  {0x434F5647, 2, "uu"},  {0x434F5647, 3, "uu"},
    {0x434F5647, 4, "u"},   {0x434F5647, 5, "u"},
};

enum { LOW_CALL_COUNT = sizeof low_calls / sizeof low_calls[0] };

static inline uint64_t low_canonical(uint64_t number)
{
    return (uint64_t)(int64_t)(int32_t)(uint32_t)number;
}

static inline void low_args(const struct guest_state *live, const char *args, struct low *low)
{
    for (unsigned i = 0; args[i]; i++) {
        uint64_t value = live->x[10 + i];

        if (args[i] == 'u')
            low->slot[10 + i] = value;
        else if (args[i] == '4')
            low->slot[10 + i] = value & 0xffffffff;
        else if (args[i] == '1')
            low->slot[10 + i] = value & 0xff;
    }
}

static inline void low_call(const struct guest_state *live, struct low *low)
{
    for (unsigned i = 0; i < LOW_CALL_COUNT; i++)
        if (low_calls[i].eid == (uint32_t)live->x[17] && low_calls[i].fid == (uint32_t)live->x[16])
            low_args(live, low_calls[i].args, low);
    low->slot[17] = low_canonical(live->x[17]);
    low->slot[16] = low_canonical(live->x[16]);
}

/* a6 is not an argument. Call 4 hands over the mask that a0 points to; no pointer is every hart. */
static inline void low_legacy(const struct low_input *in, struct low *low)
{
    uint64_t eid = low_canonical(in->live->x[17]), a0 = in->live->x[10];

    low->slot[17] = eid;
    if (eid == 0)
        low->slot[10] = a0;
    else if (eid == 1)
        low->slot[10] = a0 & 0xff;
    else if (eid == 4)
        low->slot[10] = a0 == 0 ? UINT64_MAX : in->memory;
}

/* Transformed instruction: 32-bit form, no address, and the data register is always a0. */
static inline uint64_t low_htinst(const struct access *access)
{
    static const uint8_t size_code[9] = {[1] = 0, [2] = 1, [4] = 2, [8] = 3};
    uint64_t size = size_code[access->width_bytes];

    if (access->is_store)
        return 0x23 | size << 12 | (uint64_t)10 << 20;
    return 0x03 | (size | (access->is_signed ? 0 : 4)) << 12 | (uint64_t)10 << 7;
}

static inline void low_mmio(const struct low_input *in, struct low *low)
{
    const struct access *access = &in->access;

    low->slot[ITEM_HTVAL] = in->trap->htval;
    low->slot[ITEM_STVAL] = in->trap->stval & 3;
    low->slot[ITEM_HTINST] = low_htinst(access);
    if (access->is_store && access->reg != 0)
        low->slot[10] =
            access->width_bytes == 8
                ? in->live->x[access->reg]
                : in->live->x[access->reg] & (((uint64_t)1 << 8 * access->width_bytes) - 1);
}

/* Everything that the host may know of an exit of this row; all zero where it is not entered. */
static inline void strict_low(enum row_id row, const struct low_input *in, struct low *low)
{
    memset(low, 0, sizeof *low);
    low->slot[ITEM_SCAUSE] = in->trap->scause;
    low->slot[ITEM_VSIE] = in->live->csr[GCSR_VSIE];
    low->slot[ITEM_VSTIMECMP] = in->live->csr[GCSR_VSTIMECMP];
    low->slot[ITEM_HTIMEDELTA] = in->live->csr[GCSR_HTIMEDELTA];
    switch (row) {
    case ROW_INT_SSI:
    case ROW_INT_STI:
    case ROW_INT_SEI:
    case ROW_INT_SGEI:
    case ROW_INT_LCOFI:
    case ROW_EXC_DBL:
    case ROW_EXC_HW:
    case ROW_EXC_UNK:
        break; /* the cause says it all */
    case ROW_SBI_LEG:
        low_legacy(in, low);
        break;
    case ROW_SBI_STD:
    case ROW_SBI_COVG:
    case ROW_SBI_HSM_START:
    case ROW_SBI_HSM_SUSP:
    case ROW_SBI_DBCN:
    case ROW_SBI_DBCN_2:
    case ROW_SBI_SHM:
    case ROW_SBI_SRST:
    case ROW_LIFE_STOP:
        low_call(in->live, low);
        break;
    case ROW_GPF_X_RAM:
    case ROW_GPF_L_RAM:
    case ROW_GPF_S_RAM:
    case ROW_GPF_PT:
        low->slot[ITEM_HTVAL] = in->trap->htval >> 10 << 10; /* the page: GPA bits 11:2 are 0 */
        break;
    case ROW_MMIO_L:
    case ROW_MMIO_S:
        low_mmio(in, low);
        break;
    case ROW_VI_WFI:
    case ROW_VI_WRS:
        low->slot[ITEM_STVAL] = in->insn;
        break;
    default:
        memset(low, 0, sizeof *low); /* stays inside */
        break;
    }
}

/* Whether the host is entered at all. */
static inline bool low_is_host_row(enum row_id row)
{
    static const struct guest_state live;
    static const struct trap trap = {.scause = 1};
    struct low_input in = {.live = &live, .trap = &trap, .access = {.width_bytes = 1}};
    struct low low;

    strict_low(row, &in, &low);
    return low.slot[ITEM_SCAUSE] != 0;
}

#endif
