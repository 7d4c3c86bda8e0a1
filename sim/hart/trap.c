/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/trap.c — into handlers and back.
 * Source: riscv-isa-manual, src/priv/machine.adoc, "medeleg and mideleg", "mtvec", "Trap-Return
 * Instructions"; hypervisor.adoc, "Trap Entry", "Trap Return". */
#include "hart/internal.h"

enum { TVEC_VECTORED = 1, VECTOR_BYTES = 4, GPA_SHIFT = 2 };

/* So many equal traps with nothing retired between them, and it is an endless loop. */
enum { TRAP_REPEATS_MAX = 3 };

#define CAUSE_INTERRUPT ONE_BIT(63)

static const struct hart_mode mode_m = {PRIVILEGE_M, false};
static const struct hart_mode mode_hs = {PRIVILEGE_S, false};
static const struct hart_mode mode_vs = {PRIVILEGE_S, true};

/* status with its xIE cleared and kept in xPIE. */
static uint64_t interrupts_off(uint64_t status, uint64_t ie, uint64_t pie)
{
    uint64_t kept = status & ie ? pie : 0;

    return (status & ~(ie | pie)) | kept;
}

/* And back. */
static uint64_t interrupts_back(uint64_t status, uint64_t ie, uint64_t pie)
{
    uint64_t restored = status & pie ? ie : 0;

    return (status & ~ie) | restored | pie;
}

static void set_bit(uint64_t *field, uint64_t mask, bool value)
{
    *field = value ? *field | mask : *field & ~mask;
}

static void enter_m(struct hart *hart, const struct hart_trap *trap, uint64_t cause)
{
    hart->mepc = trap->epc;
    hart->mcause = cause;
    hart->mtval = trap->tval;
    hart->mtval2 = trap->tval2;
    hart->mtinst = trap->tinst;
    hart->mstatus = interrupts_off(hart->mstatus, STATUS_MIE, STATUS_MPIE) & ~STATUS_MPP;
    hart->mstatus |= (uint64_t)trap->from.privilege << STATUS_MPP_SHIFT;
    set_bit(&hart->mstatus, STATUS_MPV, trap->from.is_virtual);
    set_bit(&hart->mstatus, STATUS_GVA, trap->is_gva);
}

static void enter_hs(struct hart *hart, const struct hart_trap *trap, uint64_t cause)
{
    bool is_s = trap->from.privilege == PRIVILEGE_S;

    hart->sepc = trap->epc;
    hart->scause = cause;
    hart->stval = trap->tval;
    hart->htval = trap->tval2;
    hart->htinst = trap->tinst;
    hart->mstatus = interrupts_off(hart->mstatus, STATUS_SIE, STATUS_SPIE);
    set_bit(&hart->mstatus, STATUS_SPP, is_s);
    set_bit(&hart->hstatus, HSTATUS_SPV, trap->from.is_virtual);
    set_bit(&hart->hstatus, HSTATUS_GVA, trap->is_gva);
    if (trap->from.is_virtual)
        set_bit(&hart->hstatus, HSTATUS_SPVP, is_s);
}

static void enter_vs(struct hart *hart, const struct hart_trap *trap, uint64_t cause)
{
    hart->vsepc = trap->epc;
    hart->vscause = cause;
    hart->vstval = trap->tval;
    hart->vsstatus = interrupts_off(hart->vsstatus, STATUS_SIE, STATUS_SPIE);
    set_bit(&hart->vsstatus, STATUS_SPP, trap->from.privilege == PRIVILEGE_S);
}

static uint64_t handler_address(uint64_t tvec, const struct hart_trap *trap)
{
    uint64_t base = tvec & ~UINT64_C(3);

    return (tvec & TVEC_VECTORED) && trap->is_interrupt ? base + VECTOR_BYTES * trap->cause : base;
}

/* The same trap at the same place, and no instruction since the last one. */
static void watch_for_loop(struct hart *hart, uint64_t epc, uint64_t cause)
{
    const struct hart_engine *engine = &hart->config.engine;

    if (hart->trap_instret != engine->clock->instret || hart->trap_epc != epc ||
        hart->trap_cause != cause)
        hart->trap_repeats = 0;
    else if (++hart->trap_repeats >= TRAP_REPEATS_MAX)
        engine->stop(engine->context, HART_STOP_TRAP_LOOP);
    hart->trap_instret = engine->clock->instret;
    hart->trap_epc = epc;
    hart->trap_cause = cause;
}

/* trap.to is where it goes; returns the pc of the handler. */
static uint64_t trap_take(struct hart *hart, struct hart_trap *trap)
{
    const struct hart_observer *observer = &hart->config.observer;
    uint64_t cause = trap->cause | (trap->is_interrupt ? CAUSE_INTERRUPT : 0), tvec;

    if (trap->to.privilege == PRIVILEGE_M) {
        enter_m(hart, trap, cause);
        tvec = hart->mtvec;
    } else if (!trap->to.is_virtual) {
        enter_hs(hart, trap, cause);
        tvec = hart->stvec;
    } else {
        enter_vs(hart, trap, cause);
        tvec = hart->vstvec;
    }
    hart_mode_set(hart, trap->to);
    watch_for_loop(hart, trap->epc, cause);
    if (observer->trap)
        observer->trap(observer->context, trap);
    return handler_address(tvec, trap);
}

static struct hart_mode exception_target(const struct hart *hart, const struct exception *exception)
{
    if (exception->to_guest && hart->mode.is_virtual)
        return mode_vs;
    if (hart->mode.privilege == PRIVILEGE_M || !bit(hart->medeleg, exception->cause))
        return mode_m;
    return hart->mode.is_virtual && bit(hart->hedeleg, exception->cause) ? mode_vs : mode_hs;
}

uint64_t trap_exception(struct hart *hart, uint64_t pc, const struct exception *exception)
{
    struct hart_trap trap = {
        .cause = exception->cause,
        .from = hart->mode,
        .to = exception_target(hart, exception),
        .epc = pc,
        .tval = exception->tval,
        .tval2 = exception->gpa >> GPA_SHIFT,
        .tinst = exception->tinst,
        .is_gva = exception->is_gva,
    };

    if (exception->syndrome)
        hart->hrmpsyn = exception->syndrome;
    return trap_take(hart, &trap);
}

uint64_t trap_interrupt(struct hart *hart, uint64_t pc, unsigned irq, struct hart_mode to)
{
    /* VS-level interrupts have the numbers of S-level ones in the guest. */
    struct hart_trap trap = {.is_interrupt = true,
                             .cause = (uint8_t)(to.is_virtual ? irq - 1 : irq),
                             .from = hart->mode,
                             .to = to,
                             .epc = pc};

    return trap_take(hart, &trap);
}

static uint64_t returned(struct hart *hart, struct hart_mode to, uint64_t pc)
{
    const struct hart_observer *observer = &hart->config.observer;
    struct hart_mode from = hart->mode;

    hart_mode_set(hart, to);
    if (observer->returned)
        observer->returned(observer->context, from, to, pc);
    return pc;
}

uint64_t trap_mret(struct hart *hart)
{
    struct hart_mode to = {(enum privilege)((hart->mstatus & STATUS_MPP) >> STATUS_MPP_SHIFT),
                           false};

    to.is_virtual = to.privilege != PRIVILEGE_M && (hart->mstatus & STATUS_MPV);
    hart->mstatus = interrupts_back(hart->mstatus, STATUS_MIE, STATUS_MPIE);
    hart->mstatus &= ~(STATUS_MPP | STATUS_MPV);
    if (to.privilege != PRIVILEGE_M)
        hart->mstatus &= ~STATUS_MPRV;
    return returned(hart, to, hart->mepc);
}

uint64_t trap_sret(struct hart *hart)
{
    uint64_t *status = hart->mode.is_virtual ? &hart->vsstatus : &hart->mstatus;
    struct hart_mode to = {*status & STATUS_SPP ? PRIVILEGE_S : PRIVILEGE_U, hart->mode.is_virtual};

    *status = interrupts_back(*status, STATUS_SIE, STATUS_SPIE) & ~STATUS_SPP;
    if (hart->mode.is_virtual)
        return returned(hart, to, hart->vsepc);
    to.is_virtual = hart->hstatus & HSTATUS_SPV;
    hart->hstatus &= ~HSTATUS_SPV;
    hart->mstatus &= ~STATUS_MPRV; /* the new mode is less than M */
    return returned(hart, to, hart->sepc);
}
