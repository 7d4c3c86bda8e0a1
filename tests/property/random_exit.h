/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/random_exit.h — random exits of a chosen row, and changes to them that the strict
 * rules hide. Deterministic: everything follows from the seed. Include the cmocka headers first;
 * read strict_low.h and ../unit/monitor_triggers.h. */
#ifndef CVMLAB_TESTS_PROPERTY_RANDOM_EXIT_H
#define CVMLAB_TESTS_PROPERTY_RANDOM_EXIT_H

#include "../unit/monitor_triggers.h"
#include "strict_low.h"

/* An exit before it happens: all that the monitor may look at. */
struct random_exit {
    struct guest_state live;
    struct trap trap;
    enum row_id row;
    struct access access;
    uint32_t insn; /* at the pc; 0: unreadable */
    uint64_t memory;
};

/* SplitMix64 (Steele, Lea, Flood 2014). */
static inline uint64_t random_word(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static inline uint64_t random_below(uint64_t *state, uint64_t bound)
{
    return random_word(state) % bound;
}

static inline void random_guest(uint64_t *state, struct guest_state *guest)
{
    memset(guest, 0, sizeof *guest);
    for (unsigned i = 1; i < GPR_COUNT; i++)
        guest->x[i] = random_word(state);
    for (unsigned i = 0; i < GCSR_COUNT; i++)
        guest->csr[i] = random_word(state);
    guest->pc = random_word(state) & ~(uint64_t)1;
    guest->mode = random_below(state, 2) ? GUEST_VS : GUEST_VU;
    for (unsigned i = 0; i < FPR_COUNT; i++)
        guest->fp.f[i] = random_word(state);
    guest->fp.fcsr = random_below(state, 256);
    memset(guest->vec.v, (int)random_below(state, 256), sizeof guest->vec.v);
    guest->vec.vl = random_below(state, 17);
    guest->vec.vtype = random_below(state, 256);
}

/* The 32-bit encoding of an access through a1 with offset 0. */
static inline uint32_t access_word(const struct access *access)
{
    uint32_t size = access->width_bytes == 1   ? 0
                    : access->width_bytes == 2 ? 1
                    : access->width_bytes == 4 ? 2
                                               : 3;

    if (access->is_store)
        return 0x23 | size << 12 | 11 << 15 | (uint32_t)access->reg << 20;
    return 0x03 | (uint32_t)access->reg << 7 | (size | (access->is_signed ? 0 : 4)) << 12 |
           11 << 15;
}

/* c.lw, c.ld, c.sw, c.sd on x8 to x15; 0 if this access has no such form. */
static inline uint32_t access_half(const struct access *access)
{
    uint32_t half = access->is_store ? 0xc000 : 0x4000;

    if (access->width_bytes < 4 || !access->is_signed || access->reg < 8 || access->reg > 15)
        return 0;
    return half | (access->width_bytes == 8 ? 0x2000 : 0) | 3 << 7 | (access->reg - 8) << 2;
}

/* What the hart says of it: nothing, the truth, or something that no software may believe. */
static inline uint64_t access_account(uint64_t *state, const struct random_exit *exit)
{
    uint32_t word = access_word(&exit->access) & ~(uint32_t)(31 << 15);

    switch (random_below(state, 3)) {
    case 0:
        return 0;
    case 1:
        return (exit->insn & 3) == 3 ? word : word & ~(uint32_t)2;
    default:
        return random_word(state) | (uint64_t)1 << 40;
    }
}

static inline void access_encode(uint64_t *state, struct random_exit *exit)
{
    uint32_t half = access_half(&exit->access);

    exit->insn = half && random_below(state, 2) ? half : access_word(&exit->access);
    exit->trap.htinst = access_account(state, exit);
}

static inline void access_draw(uint64_t *state, struct random_exit *exit)
{
    uint64_t gpa;

    exit->access = (struct access){.is_store = exit->row == ROW_MMIO_S,
                                   .is_signed = random_below(state, 2),
                                   .width_bytes = 1u << random_below(state, 4),
                                   .reg = (unsigned)random_below(state, GPR_COUNT)};
    if (exit->access.is_store || exit->access.width_bytes == 8)
        exit->access.is_signed = true;
    gpa = MMIO_BASE + random_below(state, MMIO_BYTES / 8) * 8;
    gpa += random_below(state, 8 / exit->access.width_bytes) * exit->access.width_bytes;
    exit->trap.htval = gpa >> 2;
    exit->trap.stval = (random_word(state) & ~(uint64_t)0xfff) | (gpa & 0xfff);
    access_encode(state, exit);
}

static inline bool call_is_plain(const struct low_call *call)
{
    static const uint32_t plain[] = {EID_TIME, 0x735049, 0x43505043};

    for (unsigned i = 0; i < 3; i++)
        if (plain[i] == call->eid)
            return true;
    if (call->eid == EID_PMU)
        return call->fid < 7;
    return (call->eid == EID_MPXY || call->eid == EID_DBTR) && call->fid != 1;
}

static inline void call_draw(uint64_t *state, struct random_exit *exit, const struct fixture *fix)
{
    uint64_t *x = exit->live.x;

    x[17] = (random_word(state) << 32) | (uint32_t)fix->live.x[17];
    x[16] = (random_word(state) << 32) | (uint32_t)fix->live.x[16];
    if (exit->row == ROW_SBI_STD) {
        const struct low_call *call;

        do
            call = &low_calls[random_below(state, LOW_CALL_COUNT)];
        while (!call_is_plain(call));
        x[17] = (random_word(state) << 32) | call->eid;
        x[16] = (random_word(state) << 32) | call->fid;
    } else if (exit->row == ROW_SBI_COVG || exit->row == ROW_SBI_HSM_START ||
               exit->row == ROW_SBI_DBCN || exit->row == ROW_SBI_SHM) {
        x[10] = fix->live.x[10]; /* the monitor checks these, so they must stay right */
        if (exit->row != ROW_SBI_HSM_START)
            x[11] = fix->live.x[11];
        if (exit->row == ROW_SBI_DBCN)
            x[12] = fix->live.x[12];
    }
}

/* A random exit of the row of this trigger. */
static inline void exit_draw(uint64_t *state, const struct trigger *trigger,
                             struct random_exit *exit)
{
    struct fixture fix = {0};

    memset(exit, 0, sizeof *exit);
    trigger_arrange(&fix, trigger);
    exit->row = trigger->row;
    exit->trap = fix.trap;
    exit->insn = trigger->insn;
    exit->memory = random_word(state);
    random_guest(state, &exit->live);
    if (trigger->scause == VIRTUAL)
        exit->live.mode = trigger->from_user ? GUEST_VU : GUEST_VS;
    if (trigger->scause == ECALL)
        call_draw(state, exit, &fix);
    if (exit->row == ROW_MMIO_L || exit->row == ROW_MMIO_S)
        access_draw(state, exit);
    else if (trigger->gpa >= RAM_BASE)
        exit->trap.stval = random_word(state);
    if (exit->row == ROW_VI_WFI || exit->row == ROW_VI_WRS)
        exit->insn = trigger->stval ? (uint32_t)trigger->stval : trigger->insn;
}

static inline void exit_low(const struct random_exit *exit, struct low *low)
{
    struct low_input in = {&exit->live, &exit->trap, exit->access, exit->insn, exit->memory};

    strict_low(exit->row, &in, low);
}

/* Another register for the same access: the data moves along. */
static inline void access_rename(uint64_t *state, struct random_exit *exit)
{
    unsigned from = exit->access.reg, to = (unsigned)random_below(state, GPR_COUNT);

    if (exit->row != ROW_MMIO_L && exit->row != ROW_MMIO_S)
        return;
    exit->access.reg = to;
    if (exit->access.is_store && to != 0)
        exit->live.x[to] = exit->live.x[from];
    access_encode(state, exit);
}

/* One random change somewhere; what kind of exit it is stays as it is. */
static inline void exit_change(uint64_t *state, struct random_exit *exit)
{
    uint64_t flip = (uint64_t)1 << random_below(state, 64);
    uint64_t cause = exit->trap.scause;
    bool fault = cause == FETCH_FAULT || cause == LOAD_FAULT || cause == STORE_FAULT;

    switch (random_below(state, 12)) {
    case 0:
    case 1:
        exit->live.x[1 + random_below(state, 31)] ^= flip;
        break;
    case 2:
        exit->live.x[1 + random_below(state, 31)] = random_word(state);
        break;
    case 3:
        exit->live.csr[random_below(state, GCSR_COUNT)] ^= flip;
        break;
    case 4:
        exit->live.pc ^= flip & ~(uint64_t)1;
        break;
    case 5:
        if (cause != VIRTUAL)
            exit->live.mode = exit->live.mode == GUEST_VS ? GUEST_VU : GUEST_VS;
        break;
    case 6:
        exit->live.fp.f[random_below(state, FPR_COUNT)] ^= flip;
        break;
    case 7:
        exit->live.vec.v[random_below(state, VECTOR_COUNT)][random_below(state, VLEN_BYTES)] ^= 1;
        break;
    case 8:
        if (cause != VIRTUAL)
            exit->trap.stval ^= flip;
        break;
    case 9:
        exit->trap.htval ^= fault ? flip & 0x3ff : flip;
        break;
    case 10:
        if (!fault)
            exit->trap.htinst ^= flip;
        else
            access_rename(state, exit);
        break;
    default:
        exit->memory ^= flip;
        break;
    }
}

/* A twin that may differ in everything that the strict rules hide. */
static inline void exit_twin(uint64_t *state, const struct random_exit *exit,
                             struct random_exit *twin, unsigned changes)
{
    struct random_exit trial;
    struct low low, changed;

    *twin = *exit;
    exit_low(exit, &low);
    for (unsigned i = 0; i < changes; i++) {
        trial = *twin;
        exit_change(state, &trial);
        exit_low(&trial, &changed);
        if (memcmp(&low, &changed, sizeof low) == 0)
            *twin = trial;
    }
}

/* Puts it on vCPU 0 of a fixture that runs. */
static inline void exit_load(const struct random_exit *exit, struct fixture *fix)
{
    fix->vcpu = 0;
    fix->live = exit->live;
    fix->trap = exit->trap;
    fix->platform.code_halves = 0;
    if (exit->insn)
        code_place(fix, exit->insn);
    fix->platform.data = exit->memory;
}

#endif
