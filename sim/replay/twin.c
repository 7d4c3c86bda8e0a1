/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/twin.c — the confidential verdict: the same exit, seen from a guest that differs in
 * everything hidden. Whatever the host then sees differently, it could have learned. */
#include <string.h>

#include "replay/engine.h"

_Static_assert(ITEM_COUNT <= 62, "leak masks: bits 62 and 63 are not items");

/* The other registers for a disguised instruction: temporaries that no row exposes. */
enum { DISGUISE_REG = 28, DISGUISE_REG_ALTERNATE = 29 };

void twin_begin(struct replay *rp)
{
    for (uint32_t i = 0; i < rp->mon.vcpu_count; i++) {
        rp->twin.vcpu[i].life = rp->mon.vcpu[i].life;
        rp->twin.vcpu[i].handle = rp->mon.vcpu[i].handle;
        rp->twin.vcpu[i].start_token = rp->mon.vcpu[i].start_token;
    }
    rp->twin.sequence = rp->mon.sequence;
}

static bool row_reads_code(enum row_id row)
{
    return row == ROW_VI_WFI || row == ROW_VI_WRS || row == ROW_VI_CNT || row == ROW_VI_CSR ||
           row == ROW_VI_PRIV || row == ROW_VI_CBO || row == ROW_VI_WFI_VU;
}

/* Whether a call leaves the monitor at all may depend on its arguments: a buffer that is not
 * shared, a hart that does not exist. */
static bool args_choose_route(const struct lane *lane)
{
    enum row_id row = lane->outcome.row;

    return lane->outcome.route == ROUTE_MONITOR || row == ROW_SBI_DBCN || row == ROW_SBI_SHM ||
           row == ROW_SBI_HSM_START;
}

static void pin_call(const struct exposure *reference, const struct lane *lane,
                     struct visible *keep)
{
    const struct sbi_call *call = guest_call(reference, &lane->guest);

    keep->x[REG_A7] |= UINT32_MAX;
    if (!call || call->fid != SBI_FID_ANY) /* a legacy call has no function id */
        keep->x[REG_A6] |= UINT32_MAX;
    for (unsigned i = 0; call && i < call->arg_count && args_choose_route(lane); i++)
        keep->x[REG_A0 + i] = UINT64_MAX;
}

/* What is hidden and yet chooses the row: changing it would make it another exit. */
static void pin_identity(const struct exposure *reference, const struct lane *lane,
                         struct visible *keep)
{
    if (row_reads_code(lane->outcome.row))
        keep->mode = true;
    if (lane->outcome.row == ROW_VI_CNT)
        keep->csr[GCSR_SCOUNTEREN] = UINT64_MAX;
    if (lane->exit.trap.scause == EXC_SUPERVISOR_SYSCALL)
        pin_call(reference, lane, keep);
}

static uint64_t changed(uint64_t value, uint64_t keep, uint64_t pattern)
{
    return value ^ (pattern & ~keep);
}

/* Another register, another length, the same data: the register number and the instruction length
 * are secrets too. */
static void disguise_insn(const struct lane *lane, struct guest_state *twin, struct trap *trap,
                          struct code *code)
{
    struct insn insn = code_insn(code);
    unsigned old = insn.class == INSN_LOAD ? insn.rd : insn.rs2;
    unsigned reg = old == DISGUISE_REG ? DISGUISE_REG_ALTERNATE : DISGUISE_REG;
    uint64_t mask = width_mask(insn.width_bytes);
    uint32_t word;

    *code = code_disguise(code, reg);
    if (insn.class == INSN_STORE)
        twin->x[reg] = (lane->guest.x[old] & mask) | (twin->x[reg] & ~mask);
    if (lane->exit.trap.htinst == 0)
        return;
    insn = code_insn(code);
    word = insn_transform(&insn, reg);
    trap->htinst = insn.len_bytes == 2 ? word & ~(uint32_t)2 : word;
}

static void disguise_trap(const struct lane *lane, const struct visible *keep, uint64_t pattern,
                          struct trap *trap)
{
    enum row_id row = lane->outcome.row;

    if (row_reads_code(row)) { /* a hart may give the instruction in stval, or 0: the host must not
                                  learn which */
        if (keep->stval == 0)
            trap->stval = trap->stval ? 0 : lane->code.half[0] | (uint32_t)lane->code.half[1] << 16;
        return;
    }
    if (lane->outcome.route != ROUTE_HOST)
        return;
    trap->stval = changed(trap->stval, keep->stval | 3, pattern);
    if (row == ROW_GPF_L_RAM || row == ROW_GPF_S_RAM || row == ROW_GPF_X_RAM || row == ROW_GPF_PT)
        trap->htval = changed(trap->htval, keep->htval | ~(uint64_t)0x3ff, pattern);
    if (!keep->instruction && (row == ROW_GPF_L_RAM || row == ROW_GPF_S_RAM))
        trap->htinst = trap->htinst ? 0 : 0x00003003; /* ld x0 */
}

static void twin_build(struct replay *rp, const struct lane *lane, struct guest_state *twin,
                       struct trap *trap)
{
    struct visible keep;
    uint64_t seed = lane->exit.n ^ rp->options->seed;
    bool all = (lane->exit.n & 2) == 0;
    bool disguised = lane->outcome.row == ROW_MMIO_L || lane->outcome.row == ROW_MMIO_S;

    visible_of(rp->options->reference, lane, &keep);
    pin_identity(rp->options->reference, lane, &keep);
    for (unsigned i = 1; i < GPR_COUNT; i++)
        twin->x[i] = changed(lane->guest.x[i], keep.x[i],
                             all ? UINT64_MAX : random_next(&seed) | 0x8000000100000001);
    twin->x[REG_ZERO] = 0;
    for (unsigned i = 0; i < GCSR_COUNT; i++)
        twin->csr[i] =
            changed(lane->guest.csr[i], keep.csr[i], all ? UINT64_MAX : random_next(&seed) | 1);
    twin->pc = keep.pc ? lane->guest.pc : lane->guest.pc ^ 0x0000003ffffffffe;
    twin->mode = keep.mode ? lane->guest.mode : (enum guest_mode) !lane->guest.mode;
    twin->fp = keep.fp ? rp->fp : rp->twin_fp;
    twin->vec = keep.vector ? rp->vec : rp->twin_vec;

    *trap = lane->exit.trap;
    rp->twin_platform.code = lane->code;
    if (disguised && !keep.instruction)
        disguise_insn(lane, twin, trap, &rp->twin_platform.code);
    disguise_trap(lane, &keep, all ? UINT64_MAX : random_next(&seed) | 1, trap);
    rp->twin_platform.code_pc = twin->pc;
    rp->twin_platform.data = keep.data ? rp->platform.data : ~rp->platform.data;
    rp->twin_platform.counter = ~rp->platform.counter;
    rp->twin_platform.random = ~rp->platform.random;
}

static uint64_t view_difference(const struct host_view *a, const struct host_view *b)
{
    uint64_t items = 0;

    for (unsigned i = 0; i < ITEM_SLOT_COUNT; i++)
        if (a->slot[i] != b->slot[i])
            items |= (uint64_t)1 << i;
    if (memcmp(&a->fp, &b->fp, sizeof a->fp) != 0)
        items |= (uint64_t)1 << ITEM_FP;
    if (memcmp(&a->vec, &b->vec, sizeof a->vec) != 0)
        items |= (uint64_t)1 << ITEM_VECTOR;
    if (a->served_insn != b->served_insn)
        items |= (uint64_t)1 << ITEM_HTINST;
    if (a->handle != b->handle || a->start_token != b->start_token)
        items |= (uint64_t)1 << ITEM_PC;
    return items;
}

uint64_t twin_leaks(struct replay *rp, uint32_t cpu)
{
    const struct lane *lane = &rp->lane[cpu];
    uint64_t items;
    struct trap trap;
    enum status st;

    twin_build(rp, lane, &rp->twin_guest, &trap);
    st = monitor_exit(&rp->twin, cpu, &rp->twin_guest, &trap, &rp->twin_outcome);
    if (st != STATUS_OK || rp->twin_outcome.row != lane->outcome.row ||
        rp->twin_outcome.route != lane->outcome.route)
        return LEAK_ROUTE;
    items = view_difference(&lane->outcome.view, &rp->twin_outcome.view);
    if (lane->outcome.route != ROUTE_HOST || items != 0)
        return items;
    hs_frame_write(&rp->twin_outcome.view, &rp->twin_frame);
    nacl_page_write(&rp->twin_outcome.view, &rp->twin_page, &rp->twin_page_trap);
    if (memcmp(&rp->frame, &rp->twin_frame, sizeof rp->frame) != 0 ||
        memcmp(&rp->page, &rp->twin_page, sizeof rp->page) != 0 ||
        memcmp(&rp->page_trap, &rp->twin_page_trap, sizeof rp->page_trap) != 0)
        return LEAK_ENCODING;
    return 0;
}
