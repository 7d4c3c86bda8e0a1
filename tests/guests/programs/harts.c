/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/harts.c — four harts: atomic counters, LR and SC, interrupts between harts
 * in a ring, one clock, and code that one hart writes and another one runs. */
#include "guest.h"

enum { HARTS = 4, ROUNDS = 2000, LAPS = 20, CAUSE_MSI = 3 };

static volatile uint64_t arrived, added, reserved, laps, clock_last;
static volatile uint64_t code_ready, code_done;
static uint32_t code[2] __attribute__((aligned(4096)));

static void add(volatile uint64_t *to, uint64_t value)
{
    __asm__ volatile("amoadd.d zero, %1, (%0)" : : "r"(to), "r"(value) : "memory");
}

static void add_reserved(volatile uint64_t *to)
{
    uint64_t value, failed;

    do {
        __asm__ volatile("lr.d %0, (%2)\n"
                         "addi %0, %0, 1\n"
                         "sc.d %1, %0, (%2)"
                         : "=&r"(value), "=&r"(failed)
                         : "r"(to)
                         : "memory");
    } while (failed);
}

static void all_meet(uint64_t number)
{
    add(&arrived, 1);
    while (arrived < number * HARTS)
        ;
}

/* Each hart waits for its interrupt and passes it on to the next one. */
static void ring(uint64_t hart)
{
    for (unsigned lap = 0; lap < LAPS; lap++) {
        if (hart != 0 || lap > 0) {
            while (!(csr_read(CSR_mip) & 1 << CAUSE_MSI))
                __asm__ volatile("wfi");
            write32(CLINT_MSIP + 4 * hart, 0);
        }
        laps++;
        write32(CLINT_MSIP + 4 * ((hart + 1) % HARTS), 1);
    }
}

/* Time never goes back, whoever looks. */
static void clock_look(void)
{
    uint64_t before = clock_last, now = csr_read(CSR_time);

    check(1, now >= before);
    clock_last = now;
}

/* Hart 1 writes "li a0, VALUE; ret", hart 2 runs it. */
static void code_pass(uint64_t hart)
{
    for (uint64_t value = 1; value <= 100; value++) {
        if (hart == 1) {
            code[0] = 0x513 | (uint32_t)value << 20;
            code[1] = 0x8067;
            __asm__ volatile("fence" : : : "memory");
            code_ready = value;
            while (code_done != value)
                ;
        } else if (hart == 2) {
            while (code_ready != value)
                ;
            __asm__ volatile("fence.i" : : : "memory");
            check(2, ((uint64_t(*)(void))code)() == value);
            code_done = value;
        }
    }
}

int main(uint64_t hart)
{
    csr_write(CSR_mie, 1 << CAUSE_MSI);
    for (unsigned i = 0; i < ROUNDS; i++) {
        add(&added, hart + 1);
        add_reserved(&reserved);
        if (i % 100 == 0)
            clock_look();
    }
    all_meet(1);
    check(3, added == ROUNDS * (1 + 2 + 3 + 4));
    check(4, reserved == ROUNDS * HARTS);
    code_pass(hart);
    ring(hart);
    all_meet(2);
    check(5, laps == LAPS * HARTS);
    while (hart != 0)
        __asm__ volatile("wfi");
    return 0;
}
