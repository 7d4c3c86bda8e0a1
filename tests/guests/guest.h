/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/guest.h — what the bare-metal guests share: registers of the platform, CSRs, output,
 * and checks with a number each. A guest passes by returning 0 from main. */
#ifndef CVMLAB_TESTS_GUESTS_GUEST_H
#define CVMLAB_TESTS_GUESTS_GUEST_H

/* The number of a run that ended in a trap nobody asked for. */
#define GUEST_TRAP 999

#define TEST_DEVICE    0x100000
#define CLINT_MSIP     0x2000000
#define CLINT_MTIMECMP 0x2004000
#define CLINT_MTIME    0x200bff8
#define PLIC           0xc000000
#define UART           0x10000000
#define VIRTIO_CONSOLE 0x10001000
#define VIRTIO_BLOCK   0x10002000

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

/* Numbers of CSRs. */
enum {
    CSR_sstatus = 0x100,
    CSR_sie = 0x104,
    CSR_stvec = 0x105,
    CSR_scounteren = 0x106,
    CSR_senvcfg = 0x10a,
    CSR_sepc = 0x141,
    CSR_scause = 0x142,
    CSR_stval = 0x143,
    CSR_sip = 0x144,
    CSR_stimecmp = 0x14d,
    CSR_satp = 0x180,
    CSR_vsstatus = 0x200,
    CSR_vsie = 0x204,
    CSR_vstvec = 0x205,
    CSR_vsepc = 0x241,
    CSR_vscause = 0x242,
    CSR_vstval = 0x243,
    CSR_vsip = 0x244,
    CSR_vstimecmp = 0x24d,
    CSR_vsatp = 0x280,
    CSR_mstatus = 0x300,
    CSR_misa = 0x301,
    CSR_medeleg = 0x302,
    CSR_mideleg = 0x303,
    CSR_mie = 0x304,
    CSR_mcounteren = 0x306,
    CSR_menvcfg = 0x30a,
    CSR_mstateen0 = 0x30c,
    CSR_mcountinhibit = 0x320,
    CSR_mip = 0x344,
    CSR_pmpcfg0 = 0x3a0,
    CSR_pmpaddr0 = 0x3b0,
    CSR_pmpaddr1 = 0x3b1,
    CSR_pmpaddr2 = 0x3b2,
    CSR_pmpaddr3 = 0x3b3,
    CSR_hstatus = 0x600,
    CSR_hedeleg = 0x602,
    CSR_hideleg = 0x603,
    CSR_hie = 0x604,
    CSR_htimedelta = 0x605,
    CSR_hcounteren = 0x606,
    CSR_henvcfg = 0x60a,
    CSR_hstateen0 = 0x60c,
    CSR_htval = 0x643,
    CSR_hip = 0x644,
    CSR_hvip = 0x645,
    CSR_htinst = 0x64a,
    CSR_hgatp = 0x680,
    CSR_minstret = 0xb02,
    CSR_time = 0xc01,
};

/* The number must be a constant, since it stands in the instruction. */
__attribute__((always_inline)) static inline uint64_t csr_read(unsigned number)
{
    uint64_t value;

    __asm__ volatile("csrr %0, %1" : "=r"(value) : "i"(number) : "memory");
    return value;
}

__attribute__((always_inline)) static inline void csr_write(unsigned number, uint64_t value)
{
    __asm__ volatile("csrw %0, %1" : : "i"(number), "rK"(value) : "memory");
}

__attribute__((always_inline)) static inline void csr_set(unsigned number, uint64_t bits)
{
    __asm__ volatile("csrs %0, %1" : : "i"(number), "rK"(bits) : "memory");
}

__attribute__((always_inline)) static inline void csr_clear(unsigned number, uint64_t bits)
{
    __asm__ volatile("csrc %0, %1" : : "i"(number), "rK"(bits) : "memory");
}

/* "CHECKS=1" as built. compare_qemu.py makes it "CHECKS=0" to compare what two emulators do. */
extern volatile char checks[];

/* While comparing, prints whether the check holds. */
void check_print(uint64_t number, uint64_t holds);

/* Ends the run as a failure with this number, but not while comparing. */
static inline void check(uint64_t number, uint64_t holds)
{
    if (checks[7] == '0')
        check_print(number, holds);
    else if (!holds)
        finish(number);
}

static inline void uart_print(const char *text)
{
    for (; *text; text++)
        write8(UART, (uint8_t)*text);
}

#endif
#endif
