/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/hart_walk_reference.h — translation once more, as slowly and as close to the words
 * of the specification as possible. Works on a copy of the memory, which it may change (A and D
 * bits). Source: riscv-isa-manual, src/priv/supervisor.adoc, "Virtual Address Translation Process",
 * by the numbers of its steps; hypervisor.adoc, "Two-Stage Address Translation". */
#ifndef CVMLAB_TEST_HART_WALK_REFERENCE_H
#define CVMLAB_TEST_HART_WALK_REFERENCE_H

#include "hart/state.h"

enum reference_kind { KIND_LOAD, KIND_STORE, KIND_FETCH };

/* Everything that a translation depends on. */
struct reference {
    uint8_t *memory; /* the copy; of first to last */
    uint64_t first, last;
    uint64_t satp, vsatp, hgatp, mstatus, vsstatus, menvcfg, henvcfg;
    bool is_virtual, is_user, is_hlvx;
};

struct outcome {
    unsigned cause; /* 0: none */
    uint64_t gpa, tinst, spa;
};

/* Codes of fetch, load, store. */
static inline unsigned reference_cause(enum reference_kind kind, unsigned fetch, unsigned load,
                                       unsigned store)
{
    return kind == KIND_FETCH ? fetch : kind == KIND_LOAD ? load : store;
}

static inline unsigned access_fault(enum reference_kind kind)
{
    return reference_cause(kind, 1, 5, 7);
}

static inline uint64_t *reference_word(const struct reference *ref, uint64_t spa)
{
    if (spa < ref->first || spa + 7 > ref->last)
        return NULL;
    return (uint64_t *)(void *)(ref->memory + (spa - ref->first));
}

/* "any bits or encodings that are reserved for future standard use": with Svpbmt if pbmte, and
 * Svnapot. */
static inline bool reference_is_reserved(uint64_t pte, unsigned i, bool pbmte)
{
    uint64_t n = pte >> 63, pbmt = pte >> 61 & 3, reserved = pte >> 54 & 0x7f;
    bool is_leaf = pte & 0xa;

    if (reserved != 0 || (pbmt != 0 && !pbmte) || pbmt == 3)
        return true;
    if (!is_leaf)
        return n != 0 || pbmt != 0 || (pte & 0xd0);
    return n != 0 && (i != 0 || (pte >> 10 & 0xf) != 8);
}

static inline struct outcome reference_second(const struct reference *ref, uint64_t gpa,
                                              enum reference_kind checked,
                                              enum reference_kind original, bool is_explicit);

struct stage {
    uint64_t atp;
    bool is_second, is_first_of_two;
    bool user, sum, mxr, hlvx;
    bool pbmte, adue;
};

/* The place of the entry at address at; NULL: *fault says why. */
static inline uint64_t *reference_entry(const struct reference *ref, const struct stage *stage,
                                        uint64_t at, enum reference_kind access,
                                        enum reference_kind original, struct outcome *fault)
{
    uint64_t *word;

    *fault = (struct outcome){.spa = at};
    if (stage->is_first_of_two)
        *fault = reference_second(ref, at, access, original, false);
    if (fault->cause != 0) {
        if (fault->cause >= 20)
            fault->tinst = access == KIND_STORE ? 0x3020 : 0x3000;
        return NULL;
    }
    word = reference_word(ref, fault->spa);
    if (!word)
        fault->cause = access_fault(original);
    return word;
}

/* Steps 6 and 8. */
static inline bool reference_permits(const struct stage *stage, uint64_t pte,
                                     enum reference_kind checked)
{
    bool r = pte & 2, w = pte & 4, x = pte & 8, u = pte & 16;

    if (stage->user ? !u : u && (checked == KIND_FETCH || !stage->sum))
        return false;
    if (checked == KIND_FETCH)
        return x;
    if (checked == KIND_STORE)
        return w;
    return stage->hlvx ? x : r || (stage->mxr && x);
}

/* One stage. checked: what permissions are needed; original: what faults are reported for. */
static inline struct outcome reference_stage(const struct reference *ref, const struct stage *stage,
                                             uint64_t va, enum reference_kind checked,
                                             enum reference_kind original)
{
    unsigned levels = (unsigned)(stage->atp >> 60) - 5, i = levels - 1;
    struct outcome page_fault = {.cause = stage->is_second ? reference_cause(original, 20, 21, 23)
                                                           : reference_cause(original, 12, 13, 15),
                                 .gpa = stage->is_second ? va : 0};
    struct outcome fault;
    uint64_t a = (stage->atp & ATP_PPN) << 12, pte, *word, mask, at; /* 1. */
    uint64_t needed = 0x40 | (checked == KIND_STORE ? 0x80 : 0);

    for (;;) { /* 2. */
        uint64_t all = stage->is_second && i == levels - 1 ? 0x7ff : 0x1ff;

        at = a + (va >> (12 + 9 * i) & all) * 8;
        word = reference_entry(ref, stage, at, KIND_LOAD, original, &fault);
        if (!word)
            return fault;
        pte = *word;
        if (!(pte & 1) || (pte & 6) == 4 || reference_is_reserved(pte, i, stage->pbmte)) /* 3. */
            return page_fault;
        if (pte & 0xa) /* 4. */
            break;
        if (i-- == 0)
            return page_fault;
        a = (pte >> 10 & ATP_PPN) << 12;
    }
    mask = ((uint64_t)1 << 9 * i) - 1;
    if ((pte >> 10 & mask) != 0 || !reference_permits(stage, pte, checked)) /* 5. to 8. */
        return page_fault;
    if ((pte & needed) != needed) { /* 9. */
        if (!stage->adue)
            return page_fault;
        word = reference_entry(ref, stage, at, KIND_STORE, original, &fault);
        if (!word)
            return fault;
        *word |= needed;
    }
    if (pte >> 63) /* Svnapot: 64 KiB */
        mask = 0xf;
    return (struct outcome){.spa = ((pte >> 10 & ATP_PPN & ~mask) | (va >> 12 & mask)) << 12 |
                                   (va & 0xfff)};
}

static inline struct outcome reference_second(const struct reference *ref, uint64_t gpa,
                                              enum reference_kind checked,
                                              enum reference_kind original, bool is_explicit)
{
    struct stage stage = {.atp = ref->hgatp,
                          .is_second = true,
                          .user = true,
                          .mxr = is_explicit && (ref->mstatus & STATUS_MXR),
                          .hlvx = is_explicit && ref->is_hlvx,
                          .pbmte = ref->menvcfg & ENVCFG_PBMTE,
                          .adue = ref->menvcfg & ENVCFG_ADUE};
    unsigned mode = (unsigned)(ref->hgatp >> 60);

    if (mode == 0)
        return (struct outcome){.spa = gpa};
    if (gpa >> (12 + 9 * (mode - 5) + 2))
        return (struct outcome){.cause = reference_cause(original, 20, 21, 23), .gpa = gpa};
    return reference_stage(ref, &stage, gpa, checked, original);
}

/* The whole way of an access of eight bytes that lie in one page; a device or nothing at the end is
 * an access fault here. */
static inline struct outcome reference_translate(const struct reference *ref, uint64_t va,
                                                 enum reference_kind kind)
{
    uint64_t config = ref->is_virtual ? ref->henvcfg & ref->menvcfg : ref->menvcfg;
    uint64_t status = ref->is_virtual ? ref->vsstatus : ref->mstatus;
    struct stage stage = {.atp = ref->is_virtual ? ref->vsatp : ref->satp,
                          .is_first_of_two = ref->is_virtual,
                          .user = ref->is_user,
                          .sum = status & STATUS_SUM,
                          .mxr = (status | ref->mstatus) & STATUS_MXR,
                          .hlvx = ref->is_hlvx,
                          .pbmte = config & ENVCFG_PBMTE,
                          .adue = config & ENVCFG_ADUE};
    unsigned mode = (unsigned)(stage.atp >> 60);
    struct outcome out = {.spa = va};

    if (mode != 0) {
        unsigned top = 12 + 9 * (mode - 5) - 1; /* bits above must be like this one */
        uint64_t high = va >> top, ones = UINT64_MAX >> top;

        if (high != 0 && high != ones)
            return (struct outcome){.cause = reference_cause(kind, 12, 13, 15)};
        out = reference_stage(ref, &stage, va, kind, kind);
    }
    if (out.cause == 0 && ref->is_virtual)
        out = reference_second(ref, out.spa, kind, kind, true);
    if (out.cause == 0 && !reference_word(ref, out.spa))
        out.cause = access_fault(kind);
    return out;
}

#endif
