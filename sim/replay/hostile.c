/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/hostile.c — the integral verdict: the recorded answer again, from a host that poisons
 * every slot. Twice: once with the slots of the row left honest (nothing at all may change), once
 * with those poisoned too (only what the row lets the host write may change). And a forged handle,
 * which must be refused. */
#include <string.h>

#include "replay/engine.h"

/* What the reference lets a host write at this exit. */
struct writable {
    uint32_t gpr_slots;       /* bit i: slot i is read by the row */
    uint32_t gpr_targets;     /* bit i: register i may change */
    uint64_t csr[GCSR_COUNT]; /* bits that may change */
    unsigned count;
};

static unsigned register_of(unsigned item, const struct pending *pending)
{
    return item == ITEM_RD ? pending->insn.rd : item;
}

/* Targets come from the reference. Slots come from the profile under test, which may carry an
 * allowed value elsewhere than the reference does (the register of the instruction instead of a0):
 * they stay honest where the target is allowed. */
static void writable_of(const struct replay *rp, uint32_t cpu, struct writable *writable)
{
    const struct pending *pending = &rp->mon.vcpu[cpu].pending;
    const struct exposure *reference = rp->options->reference, *spec = rp->options->spec;
    const struct exposure_row *row = &reference->row[pending->row];

    memset(writable, 0, sizeof *writable);
    for (unsigned i = 0; i < row->write_count; i++) {
        const struct accept_item *item = &reference->writes[row->first_write + i];
        unsigned target = register_of(item->target, pending);

        if (target <= ITEM_X31)
            writable->gpr_targets |= (uint32_t)1 << target;
        else if (target >= ITEM_VSSTATUS && target < ITEM_SLOT_COUNT)
            writable->csr[target - ITEM_VSSTATUS] |=
                target == ITEM_HVIP ? item->mask & rp->mon.hvip_allow : item->mask;
        writable->count++;
    }
    row = &spec->row[pending->row];
    for (unsigned i = 0; i < row->write_count; i++) {
        const struct accept_item *item = &spec->writes[row->first_write + i];
        unsigned slot = register_of(item->slot, pending),
                 target = register_of(item->target, pending);

        if (slot <= ITEM_X31 && target <= ITEM_X31 && writable->gpr_targets >> target & 1)
            writable->gpr_slots |= (uint32_t)1 << slot;
    }
}

static uint64_t state_breaches(const struct guest_state *honest, const struct guest_state *hostile,
                               const struct writable *allowed)
{
    uint64_t items = 0;

    for (unsigned i = 0; i < GPR_COUNT; i++)
        if (honest->x[i] != hostile->x[i] && !(allowed && allowed->gpr_targets >> i & 1))
            items |= (uint64_t)1 << i;
    if (honest->pc != hostile->pc)
        items |= (uint64_t)1 << ITEM_PC;
    if (honest->mode != hostile->mode)
        items |= (uint64_t)1 << ITEM_MODE;
    for (unsigned i = 0; i < GCSR_COUNT; i++)
        if ((honest->csr[i] ^ hostile->csr[i]) & ~(allowed ? allowed->csr[i] : 0))
            items |= (uint64_t)1 << (ITEM_VSSTATUS + i);
    if (memcmp(&honest->fp, &hostile->fp, sizeof honest->fp) != 0)
        items |= (uint64_t)1 << ITEM_FP;
    if (memcmp(&honest->vec, &hostile->vec, sizeof honest->vec) != 0)
        items |= (uint64_t)1 << ITEM_VECTOR;
    return items;
}

/* From one word of a poisoned page to the next: even, so that odd stays odd. */
#define POISON_STEP UINT64_C(0x9e3779b97f4a7c16)

static uint64_t poison_of(uint64_t *seed)
{
    return random_next(seed) | 1; /* never 0: a status slot must not say success by chance */
}

static void poison_frame(const struct writable *keep, uint64_t seed, struct hs_frame *frame)
{
    for (unsigned i = 0; i < GPR_COUNT; i++)
        if (!(keep->gpr_slots >> i & 1))
            frame->x[i] = poison_of(&seed);
    frame->sstatus = poison_of(&seed);
    frame->hstatus = poison_of(&seed);
    frame->scause = poison_of(&seed);
    frame->stval = poison_of(&seed);
    frame->htval = poison_of(&seed);
    frame->htinst = poison_of(&seed);
    for (unsigned i = 0; i < GCSR_COUNT; i++)
        frame->csr[i] = (frame->csr[i] & keep->csr[i]) | (poison_of(&seed) & ~keep->csr[i]);
    memset(&frame->fp, (int)(seed & 0xff) | 1, sizeof frame->fp);
    memset(&frame->vec, (int)(seed & 0xff) | 1, sizeof frame->vec);
}

static void poison_page(uint64_t seed, struct nacl_page *page)
{
    uint64_t poison = random_next(&seed) | 1; /* odd and spread: never 0, as poison_of */

    for (unsigned i = 0; i < NACL_SCRATCH_WORDS; i++, poison += POISON_STEP)
        page->scratch[i] = poison;
    for (unsigned i = 0; i < NACL_CSR_COUNT; i++)
        page->csr[i] = seed ^ i;
}

/* What a hostile frame does to the guest. Where only slots outside the row are poisoned (allowed
 * NULL) it must be taken like the honest one; otherwise a refusal is as good: it does nothing to
 * the guest. */
static uint64_t frame_breaches(struct replay *rp, uint32_t cpu, const struct hs_frame *frame,
                               const struct guest_state *honest, const struct writable *allowed)
{
    struct host_answer answer;
    struct resume_outcome out;

    trial_begin(rp, cpu);
    if (hs_frame_read(frame, &answer) != STATUS_OK ||
        monitor_resume(&rp->trial, cpu, &answer, &out) != STATUS_OK)
        return allowed ? 0 : BREACH_REFUSED;
    return state_breaches(honest, &rp->trial.vcpu[cpu].guest, allowed);
}

static uint64_t page_breaches(struct replay *rp, uint32_t cpu, const struct guest_state *honest,
                              const struct writable *allowed)
{
    struct host_answer answer;
    struct resume_outcome out;

    trial_begin(rp, cpu);
    nacl_page_read(&rp->trial, cpu, &rp->twin_page, &answer);
    if (monitor_resume(&rp->trial, cpu, &answer, &out) != STATUS_OK)
        return 0;
    return state_breaches(honest, &rp->trial.vcpu[cpu].guest, allowed);
}

static uint64_t handle_breaches(struct replay *rp, uint32_t cpu, const struct hs_frame *frame)
{
    struct hs_frame forged = *frame;
    struct host_answer answer;
    struct resume_outcome out;

    forged.sepc += 16; /* the next sequence number */
    trial_begin(rp, cpu);
    if (hs_frame_read(&forged, &answer) != STATUS_OK ||
        monitor_resume(&rp->trial, cpu, &answer, &out) != STATUS_OK)
        return 0;
    return BREACH_HANDLE;
}

uint64_t hostile_breaches(struct replay *rp, uint32_t cpu, const struct guest_state *honest,
                          uint64_t *refused)
{
    const struct writable nothing = {0};
    struct writable writable;
    uint64_t seed = rp->options->seed ^ rp->lane[cpu].exit.n, items;
    bool completed = (rp->frame.sepc & 0xF) != 0;

    writable_of(rp, cpu, &writable);
    rp->twin_frame = rp->frame; /* the twin's buffers are free by now */
    poison_frame(&writable, seed, &rp->twin_frame);
    items = frame_breaches(rp, cpu, &rp->twin_frame, honest, NULL);
    poison_frame(&nothing, ~seed, &rp->twin_frame);
    items |= frame_breaches(rp, cpu, &rp->twin_frame, honest, &writable);
    items |= handle_breaches(rp, cpu, &rp->frame);
    if (page_can_tell(rp, cpu, completed)) {
        poison_page(seed, &rp->twin_page);
        items |= page_breaches(rp, cpu, honest, &writable);
    }
    *refused += GPR_COUNT - 1 + GCSR_COUNT - writable.count;
    return items;
}
