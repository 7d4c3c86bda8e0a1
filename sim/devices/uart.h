/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/uart.h — an NS16550A (Texas Instruments TL16C550C, SLLS177): the first console of the
 * guest. Registers lie side by side, one byte each.
 *
 * It knows no time: a byte is sent the moment that it is written, the divisor is kept and not used,
 * and the receive FIFO is filled from the console as soon as there is room. So there is no overrun,
 * and what waits below the trigger level counts as timed out at once. */
#ifndef CVMLAB_SIM_DEVICES_UART_H
#define CVMLAB_SIM_DEVICES_UART_H

#include "base/snapshot_stream.h"
#include "devices/bus.h"
#include "devices/console.h"
#include "devices/interrupt_line.h"

enum { UART_SIZE_BYTES = 0x100, UART_FIFO_BYTES = 16 };

struct uart {
    struct console console;
    struct interrupt_line line;
    uint8_t fifo[UART_FIFO_BYTES]; /* received; ring of fifo_count bytes from fifo_first on */
    uint8_t fifo_first, fifo_count;
    uint8_t ier, fcr, lcr, mcr, scratch, divisor[2];
    bool is_sent_pending; /* the interrupt "transmitter is empty" has not been read yet */
};

/* As after power on. The line is low. */
void uart_init(struct uart *uart, const struct console *console, const struct interrupt_line *line);

/* Its registers, for bus_device. An access of more than one byte reaches the register at its
 * address alone (as on a 32-bit bus with byte registers); false: offset above 7. */
bool uart_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value);
bool uart_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value);

/* Saves it, or loads it. The line is not set, and the console not asked. */
void uart_snapshot(struct uart *uart, struct snapshot_stream *stream);

#endif
