/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/timer.c — the CLINT: time runs, timers interrupt when they should, wfi
 * waits for them, and the software interrupt of the own hart. */
#include "guest.h"

enum { CAUSE_MSI = 3, CAUSE_MTI = 7, TICKS = 1000 };

static volatile uint64_t timers, softwares, fired_at;

static uint64_t handle(uint64_t cause, uint64_t epc, uint64_t tval)
{
    (void)tval;
    if (cause == ((uint64_t)1 << 63 | CAUSE_MTI)) {
        timers++;
        fired_at = read64(CLINT_MTIME);
        write64(CLINT_MTIMECMP, ~(uint64_t)0);
        return epc;
    }
    if (cause == ((uint64_t)1 << 63 | CAUSE_MSI)) {
        softwares++;
        write32(CLINT_MSIP, 0);
        return epc;
    }
    finish(100 + cause);
}

int main(void)
{
    uint64_t start = read64(CLINT_MTIME);

    trap_handler = handle;
    csr_write(CSR_mie, 1 << CAUSE_MTI | 1 << CAUSE_MSI);
    csr_set(CSR_mstatus, 8);

    /* A loop is interrupted. */
    write64(CLINT_MTIMECMP, start + TICKS);
    while (timers == 0)
        ;
    check(1, fired_at >= start + TICKS && fired_at < start + TICKS + 100);

    /* wfi sleeps until the timer fires, and not longer. */
    start = read64(CLINT_MTIME);
    write64(CLINT_MTIMECMP, start + 100 * TICKS);
    __asm__ volatile("wfi");
    check(2, timers == 2);
    check(3, fired_at >= start + 100 * TICKS && fired_at < start + 100 * TICKS + 100);

    /* A timer that is set to the past fires at once; with interrupts off it is pending only. */
    csr_clear(CSR_mstatus, 8);
    write64(CLINT_MTIMECMP, 0);
    check(4, timers == 2 && (csr_read(CSR_mip) & 1 << CAUSE_MTI));
    csr_set(CSR_mstatus, 8);
    check(5, timers == 3);
    check(6, !(csr_read(CSR_mip) & 1 << CAUSE_MTI));

    write32(CLINT_MSIP, 1);
    check(7, softwares == 1);

    /* rdtime is mtime. */
    start = read64(CLINT_MTIME);
    check(8, csr_read(CSR_time) - start < 10);
    write64(CLINT_MTIME, 5);
    check(9, csr_read(CSR_time) < 20);
    return 0;
}
