/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/state.c — a recorded event as the register state of a guest. */
#include <string.h>

#include "replay/engine.h"

#define SSTATUS_SPP ((uint64_t)1 << 8)

static const uint8_t csr_of[TCSR_COUNT] = {
    [TCSR_VSSTATUS] = GCSR_VSSTATUS, [TCSR_VSIE] = GCSR_VSIE,
    [TCSR_VSTVEC] = GCSR_VSTVEC,     [TCSR_VSSCRATCH] = GCSR_VSSCRATCH,
    [TCSR_VSEPC] = GCSR_VSEPC,       [TCSR_VSCAUSE] = GCSR_VSCAUSE,
    [TCSR_VSTVAL] = GCSR_VSTVAL,     [TCSR_HVIP] = GCSR_HVIP,
    [TCSR_VSATP] = GCSR_VSATP,       [TCSR_SCOUNTEREN] = GCSR_SCOUNTEREN,
    [TCSR_SENVCFG] = GCSR_SENVCFG,
};

void state_load(const struct replay *rp, const struct trace_event *event, struct guest_state *guest)
{
    memcpy(guest->x, event->x, sizeof guest->x);
    guest->x[REG_ZERO] = 0;
    guest->pc = event->pc;
    guest->mode = event->sstatus & SSTATUS_SPP ? GUEST_VS : GUEST_VU;
    memset(guest->csr, 0, sizeof guest->csr);
    for (unsigned i = 0; i < TCSR_COUNT; i++)
        guest->csr[csr_of[i]] = event->csr[i];
    guest->fp = rp->fp;
    guest->vec = rp->vec;
}

const struct sbi_call *guest_call(const struct exposure *spec, const struct guest_state *guest)
{
    return exposure_find_call(spec, (int32_t)(uint32_t)guest->x[REG_A7],
                              (int32_t)(uint32_t)guest->x[REG_A6]);
}

bool state_equal(const struct guest_state *a, const struct guest_state *b)
{
    return memcmp(a->x, b->x, sizeof a->x) == 0 && a->pc == b->pc && a->mode == b->mode &&
           memcmp(a->csr, b->csr, sizeof a->csr) == 0 &&
           memcmp(&a->fp, &b->fp, sizeof a->fp) == 0 &&
           memcmp(&a->vec, &b->vec, sizeof a->vec) == 0;
}
