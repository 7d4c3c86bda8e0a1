/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/modes.h — what a guest needs to see rules of privilege at work: functions that run
 * in a mode until they trap, and the bits of CSRs. */
#ifndef CVMLAB_TESTS_GUESTS_MODES_H
#define CVMLAB_TESTS_GUESTS_MODES_H

#include "guest.h"

/* Bit 2 is V. */
enum mode { U = 0, HS = 1, VU = 4, VS = 5 };

/* The trap to M-mode that ended a function. */
struct seen {
    uint64_t cause, epc, tval, tval2, tinst, mstatus;
    uint64_t a0; /* when it came: what a function returned, if it ended with its own ecall */
};

/* While comparing (guest.h), prints what a trap to M-mode left. */
void seen_print(const struct seen *seen);

/* run_in without printing. */
const struct seen *modes_run(enum mode mode, uint64_t (*function)(uint64_t), uint64_t argument);

/* Runs function(argument) in a mode, on a stack of its own. If it returns, it ends with an ecall:
 * cause 8 to 10 at modes_return. What is delegated to HS or VS ends with an ecall of modes_handler.
 * Valid until the next call. */
static inline const struct seen *run_in(enum mode mode, uint64_t (*function)(uint64_t),
                                        uint64_t argument)
{
    const struct seen *seen = modes_run(mode, function, argument);

    seen_print(seen);
    return seen;
}

void modes_return(void);

/* For stvec and vstvec: an ecall at each vector. */
void modes_handler(void);

enum {
    FETCH_ACCESS = 1,
    ILLEGAL = 2,
    BREAKPOINT = 3,
    LOAD_MISALIGNED = 4,
    LOAD_ACCESS = 5,
    STORE_MISALIGNED = 6,
    STORE_ACCESS = 7,
    ECALL_U = 8,
    ECALL_HS = 9,
    ECALL_VS = 10,
    FETCH_PAGE = 12,
    LOAD_PAGE = 13,
    STORE_PAGE = 15,
    FETCH_GUEST_PAGE = 20,
    LOAD_GUEST_PAGE = 21,
    VIRTUAL = 22,
    STORE_GUEST_PAGE = 23
};

#define BIT(n)       ((uint64_t)1 << (n))
#define MSTATUS_SIE  BIT(1)
#define MSTATUS_MIE  BIT(3)
#define MSTATUS_SPP  BIT(8)
#define MSTATUS_MPP  (BIT(11) | BIT(12))
#define MSTATUS_MPRV BIT(17)
#define MSTATUS_SUM  BIT(18)
#define MSTATUS_MXR  BIT(19)
#define MSTATUS_TVM  BIT(20)
#define MSTATUS_TW   BIT(21)
#define MSTATUS_TSR  BIT(22)
#define MSTATUS_GVA  BIT(38)
#define MSTATUS_MPV  BIT(39)
#define HSTATUS_SPV  BIT(7)
#define HSTATUS_SPVP BIT(8)
#define HSTATUS_HU   BIT(9)
#define HSTATUS_VTVM BIT(20)
#define HSTATUS_VTW  BIT(21)
#define HSTATUS_VTSR BIT(22)

/* PMP: everything to everybody. */
static inline void memory_open(void)
{
    csr_write(CSR_pmpaddr0, ~(uint64_t)0);
    csr_write(CSR_pmpcfg0, 0x1f);
}

/* Whether the trap is this one, from this mode. */
static inline int is_trap(const struct seen *seen, uint64_t cause, enum mode from)
{
    int is_virtual = (seen->mstatus & MSTATUS_MPV) != 0;

    return seen->cause == cause && (seen->mstatus & MSTATUS_MPP) >> 11 == (uint64_t)(from & 3) &&
           is_virtual == (from >= VU);
}

/* Whether the function came to its end in this mode. */
static inline int is_done(const struct seen *seen, enum mode from)
{
    uint64_t ecall = from == HS ? ECALL_HS : from == VS ? ECALL_VS : ECALL_U;

    return is_trap(seen, ecall, from) && seen->epc == (uint64_t)modes_return;
}

/* Whether HS or VS took a trap of its own (its CSRs say which). */
static inline int is_handled_by(const struct seen *seen, enum mode mode)
{
    return is_trap(seen, mode == HS ? ECALL_HS : ECALL_VS, mode) &&
           seen->epc - (uint64_t)modes_handler < 256;
}

/* A function in assembly: its argument and its result are a0. For a function of two arguments PAIR;
 * the second one is a1. */
#define PROBE(name, text)                                                                          \
    uint64_t name(uint64_t);                                                                       \
    __asm__(".text\n.balign 4\n" #name ":\n" text "\nret\n")

#define PAIR(name, text)                                                                           \
    uint64_t name(uint64_t, uint64_t);                                                             \
    __asm__(".text\n.balign 4\n" #name ":\n" text "\nret\n")

#endif
