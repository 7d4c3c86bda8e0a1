/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/interrupt.c — which interrupts are pending, which is taken, and when timers must be
 * looked at. Source: riscv-isa-manual, src/priv/machine.adoc, "Machine Interrupt Registers", "mtime
 * and mtimecmp"; supervisor.adoc, "stimecmp"; hypervisor.adoc, "hvip, hip, and hie", "vstimecmp".
 */
#include "hart/internal.h"

static const struct hart_mode mode_m = {PRIVILEGE_M, false};
static const struct hart_mode mode_hs = {PRIVILEGE_S, false};
static const struct hart_mode mode_vs = {PRIVILEGE_S, true};

/* A timer: its bit is up while now >= compare. */
struct timer {
    unsigned irq;
    uint64_t now, compare;
};

enum { TIMERS_MAX = 3 };

/* The timers that run: the platform's, and those of Sstc where menvcfg and henvcfg let them. */
static unsigned timers_running(const struct hart *hart, struct timer timer[TIMERS_MAX])
{
    const struct hart_time *time = &hart->config.time;
    bool has_s = (hart->menvcfg & ENVCFG_STCE) && hart->stimecmp != UINT64_MAX;
    bool has_vs = henvcfg_effective(hart) & ENVCFG_STCE;
    unsigned count = 0;
    uint64_t now;

    if (hart->mtimecmp == UINT64_MAX && !has_s && !has_vs)
        return 0;
    now = time->now(time->context);
    if (hart->mtimecmp != UINT64_MAX)
        timer[count++] = (struct timer){IRQ_MTI, now, hart->mtimecmp};
    if (has_s)
        timer[count++] = (struct timer){IRQ_STI, now, hart->stimecmp};
    if (has_vs)
        timer[count++] = (struct timer){IRQ_VSTI, now + hart->htimedelta, hart->vstimecmp};
    return count;
}

uint64_t interrupts_pending(const struct hart *hart)
{
    struct timer timer[TIMERS_MAX];
    unsigned count = timers_running(hart, timer);
    uint64_t software = hart->mip_software, pending;

    if (hart->menvcfg & ENVCFG_STCE)
        software &= ~ONE_BIT(IRQ_STI);
    pending = software | hart->mip_lines | hart->hvip;
    for (unsigned i = 0; i < count; i++) {
        if (timer[i].now >= timer[i].compare)
            pending |= ONE_BIT(timer[i].irq);
    }
    if (hart->hgeip & hart->hgeie)
        pending |= ONE_BIT(IRQ_SGEI);
    if (bit(hart->hgeip, (unsigned)((hart->hstatus & HSTATUS_VGEIN) >> HSTATUS_VGEIN_SHIFT)))
        pending |= ONE_BIT(IRQ_VSEI);
    return pending;
}

/* The one of these that goes first: external before software before timer, M before S before VS. */
static unsigned highest(uint64_t irqs)
{
    static const uint8_t order[] = {IRQ_MEI, IRQ_MSI,  IRQ_MTI,  IRQ_SEI,  IRQ_SSI,
                                    IRQ_STI, IRQ_SGEI, IRQ_VSEI, IRQ_VSSI, IRQ_VSTI};
    unsigned i = 0;

    while (!bit(irqs, order[i]))
        i++;
    return order[i];
}

/* Interrupts destined for a mode trap if the present mode is less, or the same and enabled. */
static bool is_enabled(const struct hart *hart, struct hart_mode to)
{
    struct hart_mode mode = hart->mode;

    if (to.privilege == PRIVILEGE_M)
        return mode.privilege != PRIVILEGE_M || (hart->mstatus & STATUS_MIE);
    if (mode.privilege == PRIVILEGE_M)
        return false;
    if (!to.is_virtual)
        return mode.is_virtual || mode.privilege == PRIVILEGE_U || (hart->mstatus & STATUS_SIE);
    return mode.is_virtual && (mode.privilege == PRIVILEGE_U || (hart->vsstatus & STATUS_SIE));
}

/* The interrupt that is due and where to; false: none. */
static bool interrupt_due(const struct hart *hart, unsigned *irq, struct hart_mode *to)
{
    uint64_t ready = hart->mie ? interrupts_pending(hart) & hart->mie : 0;
    uint64_t s_level = ready & hart->mideleg;

    if ((ready & ~hart->mideleg) && is_enabled(hart, mode_m)) {
        *to = mode_m;
        *irq = highest(ready & ~hart->mideleg);
        return true;
    }
    if ((s_level & ~hart->hideleg) && is_enabled(hart, mode_hs)) {
        *to = mode_hs;
        *irq = highest(s_level & ~hart->hideleg);
        return true;
    }
    if ((s_level & hart->hideleg) && is_enabled(hart, mode_vs)) {
        *to = mode_vs;
        *irq = highest(s_level & hart->hideleg);
        return true;
    }
    return false;
}

uint64_t interrupt_take(struct hart *hart, uint64_t pc)
{
    struct hart_mode to;
    unsigned irq;

    return interrupt_due(hart, &irq, &to) ? trap_interrupt(hart, pc, irq, to) : pc;
}

/* When the next of these timers goes off that has not yet. */
static uint64_t timers_next(const struct hart *hart, uint64_t irqs)
{
    const struct hart_time *time = &hart->config.time;
    struct timer timer[TIMERS_MAX];
    unsigned count = timers_running(hart, timer);
    uint64_t next = UINT64_MAX;

    for (unsigned i = 0; i < count; i++) {
        uint64_t wait = timer[i].compare - timer[i].now, now, instret;

        if (timer[i].now >= timer[i].compare || !bit(irqs, timer[i].irq))
            continue;
        now = time->now(time->context);
        instret =
            now > UINT64_MAX - wait ? UINT64_MAX : time->instret_at(time->context, now + wait);
        next = instret < next ? instret : next;
    }
    return next;
}

void deadline_renew(struct hart *hart)
{
    struct hart_mode to;
    unsigned irq;

    hart->config.engine.deadline_set(
        hart->config.engine.context,
        interrupt_due(hart, &irq, &to) ? 0 : timers_next(hart, UINT64_MAX));
}

uint64_t hart_deadline(void *context, uint64_t pc)
{
    struct hart *hart = context;
    uint64_t next = interrupt_take(hart, pc);

    hart->config.engine.deadline_set(hart->config.engine.context, timers_next(hart, UINT64_MAX));
    return next;
}

void hart_interrupt_set(struct hart *hart, unsigned irq, bool level)
{
    uint64_t mask = irq == IRQ_MSI || irq == IRQ_MEI || irq == IRQ_SEI ? ONE_BIT(irq) : 0;

    hart->mip_lines = level ? hart->mip_lines | mask : hart->mip_lines & ~mask;
    deadline_renew(hart);
}

void hart_timer_set(struct hart *hart, uint64_t mtimecmp)
{
    hart->mtimecmp = mtimecmp;
    deadline_renew(hart);
}

bool hart_is_awake(const struct hart *hart)
{
    return interrupts_pending(hart) & hart->mie;
}

uint64_t hart_wake_at(const struct hart *hart)
{
    return timers_next(hart, hart->mie);
}
