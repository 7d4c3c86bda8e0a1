/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/csr_counter.c — cycle, instret, time and the timers. A cycle is an instruction here:
 * nothing is modelled below that. An instruction that writes a counter is not counted in it: the
 * next one reads what was written. Source: riscv-isa-manual, src/priv/machine.adoc, "Hardware
 * Performance Monitor", "mcountinhibit"; src/unpriv/zicntr.adoc; supervisor.adoc, "stimecmp";
 * hypervisor.adoc, "htimedelta", "vstimecmp". */
#include "hart/internal.h"

static bool is_inhibited(const struct hart *hart, unsigned counter)
{
    return bit(hart->mcountinhibit, counter);
}

static uint64_t counter_now(const struct hart *hart, const struct hart_counter *counter,
                            unsigned number)
{
    uint64_t instret = hart->config.engine.clock->instret;

    return is_inhibited(hart, number) ? counter->value
                                      : counter->value + (instret - counter->since);
}

/* Counts from value on, beginning with the next instruction. */
static void counter_set(struct hart *hart, struct hart_counter *counter, uint64_t value)
{
    counter->value = value;
    counter->since = hart->config.engine.clock->instret + 1;
}

uint64_t read_mcycle(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return counter_now(hart, &hart->mcycle, COUNTER_CYCLE);
}

uint64_t read_minstret(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return counter_now(hart, &hart->minstret, COUNTER_INSTRET);
}

uint64_t read_cycle(struct hart *hart, const struct csr *csr, unsigned index)
{
    return read_mcycle(hart, csr, index);
}

uint64_t read_instret(struct hart *hart, const struct csr *csr, unsigned index)
{
    return read_minstret(hart, csr, index);
}

/* A guest's clock is off by htimedelta. */
uint64_t read_time(struct hart *hart, const struct csr *csr, unsigned index)
{
    const struct hart_time *time = &hart->config.time;

    (void)csr;
    (void)index;
    return time->now(time->context) + (hart->mode.is_virtual ? hart->htimedelta : 0);
}

void write_mcycle(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    counter_set(hart, &hart->mcycle, value);
}

void write_minstret(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    counter_set(hart, &hart->minstret, value);
}

void write_mcountinhibit(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    uint64_t cycle = read_mcycle(hart, csr, index), instret = read_minstret(hart, csr, index);

    hart->mcountinhibit = value & csr->mask;
    counter_set(hart, &hart->mcycle, cycle);
    counter_set(hart, &hart->minstret, instret);
}

/* stimecmp, vstimecmp, htimedelta */
void write_timer(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    uint64_t *field = (uint64_t *)(void *)((char *)hart + csr->field);

    (void)index;
    *field = value;
    deadline_renew(hart);
}
