/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/payloads/sbi.c — an S-mode program for OpenSBI: prints through the SBI console,
 * takes three timer interrupts, and shuts the machine down. */
#include "guest.h"

enum {
    SBI_PUTCHAR = 1,
    SBI_TIME = 0x54494d45,
    SBI_RESET = 0x53525354,
    TICKS = 1000,
    TIMERS = 3,
    IRQ_STI = 5
};

static volatile unsigned timers;

static uint64_t sbi(uint64_t extension, uint64_t function, uint64_t argument0, uint64_t argument1)
{
    register uint64_t a0 __asm__("a0") = argument0;
    register uint64_t a1 __asm__("a1") = argument1;
    register uint64_t a6 __asm__("a6") = function;
    register uint64_t a7 __asm__("a7") = extension;

    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a6), "r"(a7) : "memory");
    return a0;
}

static void print(const char *text)
{
    for (; *text; text++)
        (void)sbi(SBI_PUTCHAR, 0, (uint8_t)*text, 0);
}

static void timer_set(void)
{
    (void)sbi(SBI_TIME, 0, csr_read(CSR_time) + TICKS, 0);
}

__attribute__((interrupt("supervisor"), aligned(4))) static void handle(void)
{
    if (csr_read(CSR_scause) != ((uint64_t)1 << 63 | IRQ_STI))
        (void)sbi(SBI_RESET, 0, 0, 1);
    timers++;
    timer_set();
}

void supervisor_main(uint64_t hart);

void supervisor_main(uint64_t hart)
{
    print("payload: hart ");
    (void)sbi(SBI_PUTCHAR, 0, '0' + hart, 0);
    print("\n");
    csr_write(CSR_stvec, (uint64_t)handle);
    timer_set();
    csr_set(CSR_sie, 1 << IRQ_STI);
    csr_set(CSR_sstatus, 2);
    while (timers < TIMERS)
        __asm__ volatile("wfi");
    csr_clear(CSR_sstatus, 2);
    print("payload: three timers\n");
    (void)sbi(SBI_RESET, 0, 0, 0);
    for (;;)
        ;
}

__attribute__((naked, section(".text.start"), used)) void _start(void)
{
    __asm__ volatile("la sp, stack_end\n"
                     "j supervisor_main\n");
}
