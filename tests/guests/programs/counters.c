/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/counters.c — instructions are counted one by one; who may read the counters
 * (machine.adoc, "Hardware Performance Monitor", "mcounteren"; hypervisor.adoc, "hcounteren"). */
#include "modes.h"

enum { CY = 1, TM = 2, IR = 4 };

PROBE(read_cycle, "csrr a0, cycle");
PROBE(read_instret, "csrr a0, instret");
PROBE(read_time, "csrr a0, time");

/* Instructions between two reads, the second one included. */
static uint64_t counted(void)
{
    uint64_t before, after;

    __asm__ volatile("csrr %0, minstret\n"
                     "nop\nnop\nnop\n"
                     "csrr %1, minstret"
                     : "=r"(before), "=r"(after));
    return after - before;
}

static void exactly(void)
{
    uint64_t before, after;

    check(1, counted() == 4);
    csr_write(CSR_minstret, 1000);
    check(2, csr_read(CSR_minstret) == 1000); /* the write itself does not count on top */
    __asm__ volatile("csrr %0, minstret\n"
                     "li t0, 1000\n"
                     "1: addi t0, t0, -1\n"
                     "bnez t0, 1b\n"
                     "csrr %1, minstret"
                     : "=r"(before), "=r"(after)
                     :
                     : "t0");
    check(3, after - before == 2002);
    csr_write(CSR_mcountinhibit, IR);
    check(4, counted() == 0);
    csr_write(CSR_mcountinhibit, 0);
    check(5, counted() == 4);
    csr_write(CSR_mcountinhibit, TM); /* there is no such bit */
    check(6, csr_read(CSR_mcountinhibit) == 0);
}

static void traps_do_not_count(void)
{
    uint64_t before = csr_read(CSR_minstret), after;

    (void)run_in(U, read_cycle, 0); /* refused: mcounteren is 0 */
    after = csr_read(CSR_minstret);
    (void)run_in(U, read_cycle, 0);
    check(11, csr_read(CSR_minstret) - after == after - before);
}

static void readers(void)
{
    csr_write(CSR_mcounteren, 0);
    csr_write(CSR_scounteren, CY | TM | IR);
    csr_write(CSR_hcounteren, CY | TM | IR);
    check(21, is_trap(run_in(HS, read_instret, 0), ILLEGAL, HS));
    check(22, is_trap(run_in(VS, read_instret, 0), ILLEGAL, VS));
    csr_write(CSR_mcounteren, IR);
    check(23, is_done(run_in(HS, read_instret, 0), HS));
    check(24, is_trap(run_in(HS, read_cycle, 0), ILLEGAL, HS));
    check(25, is_done(run_in(VS, read_instret, 0), VS));
    check(26, is_done(run_in(U, read_instret, 0), U));
    csr_write(CSR_hcounteren, 0);
    check(27, is_trap(run_in(VS, read_instret, 0), VIRTUAL, VS));
    check(28, is_trap(run_in(VU, read_instret, 0), VIRTUAL, VU));
    check(29, is_trap(run_in(VS, read_cycle, 0), ILLEGAL, VS));
    csr_write(CSR_hcounteren, IR);
    csr_write(CSR_scounteren, 0);
    check(30, is_trap(run_in(U, read_instret, 0), ILLEGAL, U));
    check(31, is_trap(run_in(VU, read_instret, 0), VIRTUAL, VU));
    check(32, is_done(run_in(VS, read_instret, 0), VS));
}

static void time_of_the_guest(void)
{
    uint64_t now;

    csr_write(CSR_mcounteren, TM);
    csr_write(CSR_hcounteren, TM);
    csr_write(CSR_htimedelta, BIT(50));
    now = csr_read(CSR_time);
    check(41, run_in(HS, read_time, 0)->a0 - now < 100);
    check(42, run_in(VS, read_time, 0)->a0 - now - BIT(50) < 200);
}

int main(void)
{
    memory_open();
    exactly();
    traps_do_not_count();
    readers();
    time_of_the_guest();
    return 0;
}
