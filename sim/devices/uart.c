/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/uart.c — registers and interrupts of the NS16550A. See uart.h. */
#include "devices/uart.h"

/* Registers by offset (SLLS177, table 3). */
enum {
    REG_DATA,              /* RBR and THR; low byte of the divisor while DLAB is set */
    REG_INTERRUPT_ENABLE,  /* IER; high byte of the divisor */
    REG_INTERRUPT_OR_FIFO, /* IIR to read, FCR to write */
    REG_LINE_CONTROL,
    REG_MODEM_CONTROL,
    REG_LINE_STATUS,
    REG_MODEM_STATUS,
    REG_SCRATCH,
    REG_COUNT
};

enum {
    IER_RECEIVED = 1 << 0,
    IER_SENT = 1 << 1,
    IER_ALL = 0x0f,
    IIR_NONE = 0x01,
    IIR_SENT = 0x02,
    IIR_RECEIVED = 0x04,
    IIR_TIMEOUT = 0x0c,
    IIR_FIFOS = 0xc0, /* both on */
    FCR_ENABLE = 1 << 0,
    FCR_CLEAR_RECEIVED = 1 << 1,
    FCR_KEPT = 0xc1, /* the trigger level and the enable */
    FCR_TRIGGER_SHIFT = 6,
    LCR_DLAB = 1 << 7,
    MCR_LOOP = 1 << 4,
    MCR_ALL = 0x1f,
    LSR_READY = 1 << 0,
    LSR_EMPTY = 0x60 /* holding register and shift register */
};

static bool is_looping(const struct uart *uart)
{
    return (uart->mcr & MCR_LOOP) != 0;
}

static void byte_receive(struct uart *uart, uint8_t byte)
{
    if (uart->fifo_count == UART_FIFO_BYTES)
        return; /* only while looping: lost */
    uart->fifo[(uart->fifo_first + uart->fifo_count) % UART_FIFO_BYTES] = byte;
    uart->fifo_count++;
}

/* What the console has goes into the FIFO; without FIFO mode there is room for one byte. */
static void fifo_fill(struct uart *uart)
{
    unsigned room = uart->fcr & FCR_ENABLE ? UART_FIFO_BYTES : 1;
    uint8_t byte;

    while (!is_looping(uart) && uart->fifo_count < room &&
           console_get(&uart->console, &byte, 1) == 1)
        byte_receive(uart, byte);
}

static uint8_t fifo_take(struct uart *uart)
{
    uint8_t byte = uart->fifo[uart->fifo_first];

    if (uart->fifo_count == 0)
        return 0;
    uart->fifo_first = (uint8_t)((uart->fifo_first + 1) % UART_FIFO_BYTES);
    uart->fifo_count--;
    return byte;
}

/* The highest interrupt that is enabled and pending (SLLS177, table 5). */
static uint8_t interrupt_id(const struct uart *uart)
{
    static const uint8_t trigger[] = {1, 4, 8, 14};
    bool is_fifo = uart->fcr & FCR_ENABLE;

    if ((uart->ier & IER_RECEIVED) && uart->fifo_count > 0)
        return is_fifo && uart->fifo_count < trigger[uart->fcr >> FCR_TRIGGER_SHIFT] ? IIR_TIMEOUT
                                                                                     : IIR_RECEIVED;
    return (uart->ier & IER_SENT) && uart->is_sent_pending ? IIR_SENT : IIR_NONE;
}

/* After every change: new input in, and the wire as the registers say. */
static void uart_settle(struct uart *uart)
{
    fifo_fill(uart);
    interrupt_line_set(&uart->line, interrupt_id(uart) != IIR_NONE);
}

void uart_init(struct uart *uart, const struct console *console, const struct interrupt_line *line)
{
    *uart = (struct uart){.console = *console, .line = *line, .is_sent_pending = true};
    interrupt_line_set(&uart->line, false);
}

static uint8_t interrupt_read(struct uart *uart)
{
    uint8_t id = interrupt_id(uart);

    if (id == IIR_SENT)
        uart->is_sent_pending = false; /* reading it acknowledges it */
    return id | (uart->fcr & FCR_ENABLE ? IIR_FIFOS : 0);
}

/* While looping the outputs DTR, RTS, OUT1 and OUT2 come back as DSR, CTS, RI and DCD; else a
 * terminal is connected and ready. */
static uint8_t modem_status(const struct uart *uart)
{
    uint8_t mcr = uart->mcr;

    if (!is_looping(uart))
        return 0xb0;
    return (uint8_t)((mcr & 1) << 5 | (mcr & 2) << 3 | (mcr & 4) << 4 | (mcr & 8) << 4);
}

static uint8_t register_read(struct uart *uart, uint64_t offset)
{
    bool is_divisor = uart->lcr & LCR_DLAB;

    switch (offset) {
    case REG_DATA:
        return is_divisor ? uart->divisor[0] : fifo_take(uart);
    case REG_INTERRUPT_ENABLE:
        return is_divisor ? uart->divisor[1] : uart->ier;
    case REG_INTERRUPT_OR_FIFO:
        return interrupt_read(uart);
    case REG_LINE_CONTROL:
        return uart->lcr;
    case REG_MODEM_CONTROL:
        return uart->mcr;
    case REG_LINE_STATUS:
        return LSR_EMPTY | (uart->fifo_count > 0 ? LSR_READY : 0);
    case REG_MODEM_STATUS:
        return modem_status(uart);
    default:
        return uart->scratch;
    }
}

bool uart_read(void *context, uint64_t offset, unsigned size_bytes, uint64_t *value)
{
    struct uart *uart = context;

    (void)size_bytes;
    if (offset >= REG_COUNT)
        return false;
    fifo_fill(uart); /* what has come since the last access */
    *value = register_read(uart, offset);
    uart_settle(uart);
    return true;
}

static void byte_send(struct uart *uart, uint8_t byte)
{
    if (is_looping(uart))
        byte_receive(uart, byte);
    else
        console_put(&uart->console, &byte, 1);
    uart->is_sent_pending = true; /* and empty again */
}

static void enable_write(struct uart *uart, uint8_t value)
{
    if (!(uart->ier & IER_SENT) && (value & IER_SENT))
        uart->is_sent_pending = true; /* enabling it while empty raises it */
    uart->ier = value & IER_ALL;
}

static void fifo_write(struct uart *uart, uint8_t value)
{
    bool is_switched = ((uart->fcr ^ value) & FCR_ENABLE) != 0;

    if (is_switched || ((value & FCR_ENABLE) && (value & FCR_CLEAR_RECEIVED)))
        uart->fifo_count = 0;
    uart->fcr = value & FCR_ENABLE ? value & FCR_KEPT : 0;
}

bool uart_write(void *context, uint64_t offset, unsigned size_bytes, uint64_t value)
{
    struct uart *uart = context;
    bool is_divisor = uart->lcr & LCR_DLAB;
    uint8_t byte = (uint8_t)value;

    (void)size_bytes;
    if (offset >= REG_COUNT)
        return false;
    if (is_divisor && offset <= REG_INTERRUPT_ENABLE)
        uart->divisor[offset] = byte;
    else if (offset == REG_DATA)
        byte_send(uart, byte);
    else if (offset == REG_INTERRUPT_ENABLE)
        enable_write(uart, byte);
    else if (offset == REG_INTERRUPT_OR_FIFO)
        fifo_write(uart, byte);
    else if (offset == REG_LINE_CONTROL)
        uart->lcr = byte;
    else if (offset == REG_MODEM_CONTROL)
        uart->mcr = byte & MCR_ALL;
    else if (offset == REG_SCRATCH)
        uart->scratch = byte;
    uart_settle(uart); /* the status registers are not to be written */
    return true;
}

void uart_snapshot(struct uart *uart, struct snapshot_stream *stream)
{
    struct uart loaded = *uart;

    snapshot_bytes(stream, loaded.fifo, sizeof loaded.fifo);
    snapshot_u8(stream, &loaded.fifo_first);
    snapshot_u8(stream, &loaded.fifo_count);
    snapshot_u8(stream, &loaded.ier);
    snapshot_u8(stream, &loaded.fcr);
    snapshot_u8(stream, &loaded.lcr);
    snapshot_u8(stream, &loaded.mcr);
    snapshot_u8(stream, &loaded.scratch);
    snapshot_bytes(stream, loaded.divisor, sizeof loaded.divisor);
    snapshot_bool(stream, &loaded.is_sent_pending);
    snapshot_require(stream,
                     loaded.fifo_first < UART_FIFO_BYTES && loaded.fifo_count <= UART_FIFO_BYTES);
    snapshot_require(stream, (loaded.ier & ~IER_ALL) == 0 && (loaded.fcr & ~FCR_KEPT) == 0 &&
                                 (loaded.mcr & ~MCR_ALL) == 0);
    if (snapshot_is_loaded(stream))
        *uart = loaded;
}
