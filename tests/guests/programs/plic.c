/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/plic.c — the UART interrupts through the PLIC for every byte of input until
 * there is a line, which is printed backwards. */
#include "guest.h"

enum { CAUSE_MEI = 11, UART_IRQ = 10, LINE_MAX = 80 };

static char line[LINE_MAX];
static volatile size_t length;
static volatile int is_done;

static uint64_t handle(uint64_t cause, uint64_t epc, uint64_t tval)
{
    (void)tval;
    if (cause != ((uint64_t)1 << 63 | CAUSE_MEI))
        finish(100 + cause);
    check(1, read32(PLIC + 0x200004) == UART_IRQ);
    while (read8(UART + 5) & 1) {
        uint8_t byte = read8(UART);

        if (byte == '\n')
            is_done = 1;
        else if (!is_done && length < LINE_MAX)
            line[length++] = (char)byte;
    }
    write32(PLIC + 0x200004, UART_IRQ);
    return epc;
}

int main(void)
{
    trap_handler = handle;
    write32(PLIC + 4 * UART_IRQ, 1);
    write32(PLIC + 0x2000, 1 << UART_IRQ);
    write8(UART + 1, 1);
    csr_write(CSR_mie, 1 << CAUSE_MEI);
    csr_set(CSR_mstatus, 8);
    while (!is_done)
        __asm__ volatile("wfi");
    while (length > 0)
        write8(UART, (uint8_t)line[--length]);
    write8(UART, '\n');
    return 0;
}
