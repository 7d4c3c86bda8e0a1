/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/guest.h — what the bare-metal guests share: registers of the platform, CSRs, output,
 * and checks with a number each. A guest passes by returning 0 from main. */
#ifndef CVMLAB_TESTS_GUESTS_GUEST_H
#define CVMLAB_TESTS_GUESTS_GUEST_H

/* The number of a run that ended in a trap nobody asked for. */
#define GUEST_TRAP 999

#define TEST_DEVICE 0x100000
#define CLINT_MSIP 0x2000000
#define CLINT_MTIMECMP 0x2004000
#define CLINT_MTIME 0x200bff8
#define PLIC 0xc000000
#define UART 0x10000000
#define VIRTIO_CONSOLE 0x10001000
#define VIRTIO_BLOCK 0x10002000

#ifndef __ASSEMBLER__

typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef uint64_t size_t;

/* Ends the run: 0 is a pass. */
void finish(uint64_t number) __attribute__((noreturn));

/* Called on every trap to M-mode; returns where to go on. Set by a guest that expects traps. */
extern uint64_t (*volatile trap_handler)(uint64_t cause, uint64_t epc, uint64_t tval);

extern volatile uint64_t tohost, fromhost;
extern char free_memory[]; /* from here on RAM is not used; page-aligned */

/* Registers of devices. */
static inline void write8(uint64_t at, uint8_t value)
{
    *(volatile uint8_t *)at = value;
}

static inline uint8_t read8(uint64_t at)
{
    return *(volatile uint8_t *)at;
}

static inline void write32(uint64_t at, uint32_t value)
{
    *(volatile uint32_t *)at = value;
}

static inline uint32_t read32(uint64_t at)
{
    return *(volatile uint32_t *)at;
}

static inline void write64(uint64_t at, uint64_t value)
{
    *(volatile uint64_t *)at = value;
}

static inline uint64_t read64(uint64_t at)
{
    return *(volatile uint64_t *)at;
}

/* CSRs by name or number, which must be written out. */
#define CSR_READ(csr)                                                                              \
    ({ uint64_t value_; __asm__ volatile("csrr %0, " #csr : "=r"(value_) : : "memory"); value_; })
#define CSR_WRITE(csr, value) __asm__ volatile("csrw " #csr ", %0" : : "rK"(value) : "memory")
#define CSR_SET(csr, value) __asm__ volatile("csrs " #csr ", %0" : : "rK"(value) : "memory")
#define CSR_CLEAR(csr, value) __asm__ volatile("csrc " #csr ", %0" : : "rK"(value) : "memory")

/* Ends the run as a failure with this number. */
static inline void check(uint64_t number, int holds)
{
    if (!holds)
        finish(number);
}

static inline void uart_print(const char *text)
{
    for (; *text; text++)
        write8(UART, (uint8_t)*text);
}

#endif
#endif
