/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/hypervisor.c — a small hypervisor in HS-mode and its guest: SBI calls,
 * memory that is mapped when it is touched, an emulated device, WFI and a timer. What it answers is
 * what an SBI is allowed to answer, so a recording of its exits replays without a mismatch. */
#include "guest.h"

enum {
    CAUSE_ECALL_VS = 10,
    CAUSE_LOAD_GUEST_PAGE = 21,
    CAUSE_VIRTUAL = 22,
    CAUSE_STORE_GUEST_PAGE = 23,
    IRQ_STI = 5,
    A0 = 10,
    A1 = 11,
    A6 = 16,
    A7 = 17,
    SBI_TIME = 0x54494D45,
    SBI_CONSOLE = 0x4442434E,
    SBI_RESET = 0x53525354,
    CONSOLE_BYTE = 2,
    VSTIP = 1 << 6,
    STIE = 1 << IRQ_STI,
    PTE_TABLE = 0x1,
    PTE_LEAF = 0xdf, /* V R W X U A D */
    REGISTERS = 32
};

#define IRQ      (1UL << 63)
#define SV39     (8UL << 60)
#define GIGABYTE (1UL << 30)
#define DEMAND   0xc0000000UL /* guest-physical: mapped page by page */
#define DEVICE   0x10000000UL /* guest-physical: emulated, four words */

struct exit_frame {
    uint64_t x[REGISTERS], pc;
};

struct exit_frame frame;
volatile uint64_t timers_seen; /* by the guest */

static uint64_t root[2048] __attribute__((aligned(16384)));
static uint64_t middle[512] __attribute__((aligned(4096))),
    leaves[512] __attribute__((aligned(4096)));
static uint64_t device[4], exits[64];

/* Enters the guest of frame; an exit comes back here, with all its registers in frame. */
void guest_run(void);

/* Where the guest begins, at its own address. */
void guest_start(void);

/* x31 is last, as it holds the frame. */
__asm__(
    ".text\n"
    ".option norelax\n" /* gp is the guest's */
    ".balign 4\n"
    "guest_run:\n"
    "    addi sp, sp, -128\n"
    "    sd ra, 0(sp); sd gp, 8(sp); sd tp, 16(sp)\n"
    "    sd s0, 24(sp); sd s1, 32(sp); sd s2, 40(sp); sd s3, 48(sp); sd s4, 56(sp); sd s5, 64(sp)\n"
    "    sd s6, 72(sp); sd s7, 80(sp); sd s8, 88(sp); sd s9, 96(sp); sd s10, 104(sp); sd s11, "
    "112(sp)\n"
    "    la t0, hypervisor_sp\n"
    "    sd sp, 0(t0)\n"
    "    la x31, frame\n"
    "    csrw sscratch, x31\n"
    "    la t0, guest_exit\n"
    "    csrw stvec, t0\n"
    "    ld t0, 256(x31)\n"
    "    csrw sepc, t0\n"
    "    .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30\n"
    "    ld x\\n, 8*\\n(x31)\n"
    "    .endr\n"
    "    ld x31, 248(x31)\n"
    "    sret\n"
    ".balign 4\n"
    "guest_exit:\n"
    "    csrrw x31, sscratch, x31\n"
    "    .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30\n"
    "    sd x\\n, 8*\\n(x31)\n"
    "    .endr\n"
    "    csrr t0, sscratch\n"
    "    sd t0, 248(x31)\n"
    "    csrr t0, sepc\n"
    "    sd t0, 256(x31)\n"
    "    ld sp, hypervisor_sp\n"
    "    ld ra, 0(sp); ld gp, 8(sp); ld tp, 16(sp)\n"
    "    ld s0, 24(sp); ld s1, 32(sp); ld s2, 40(sp); ld s3, 48(sp); ld s4, 56(sp); ld s5, 64(sp)\n"
    "    ld s6, 72(sp); ld s7, 80(sp); ld s8, 88(sp); ld s9, 96(sp); ld s10, 104(sp); ld s11, "
    "112(sp)\n"
    "    addi sp, sp, 128\n"
    "    ret\n"
    ".data\n"
    ".balign 8\n"
    "hypervisor_sp: .dword 0\n"
    ".text\n");

/* --- the guest: assembly, so that it needs no stack before its memory is there --- */

__asm__(".option norelax\n"
        ".balign 4\n"
        "guest_start:\n"
        "    la t0, guest_trap\n"
        "    csrw stvec, t0\n"
        "    li t0, 1 << 5\n"
        "    csrw sie, t0\n"
        "    csrsi sstatus, 2\n"
        "    li s0, 0xc0000000\n" /* memory that is not there yet */
        "    li s1, 12\n"
        "1:  sd s1, 8(s0)\n"
        "    lw t0, 8(s0)\n"
        "    bne t0, s1, guest_fail\n"
        "    c.lui a5, 1\n"
        "    add s0, s0, a5\n"
        "    lbu a3, 7(s0)\n" /* the next page, first by a load */
        "    bnez a3, guest_fail\n"
        "    add s0, s0, a5\n"
        "    addi s1, s1, -1\n"
        "    bnez s1, 1b\n"
        "    li s0, 0x10000000\n" /* the device, in all widths */
        "    li s1, 0x80c0a0ff\n"
        "    sw s1, 0(s0)\n"
        "    lw a0, 0(s0)\n"
        "    sext.w t1, s1\n"
        "    bne a0, t1, guest_fail\n"
        "    lwu a1, 0(s0)\n"
        "    bne a1, s1, guest_fail\n"
        "    sh s1, 8(s0)\n"
        "    lh a2, 8(s0)\n"
        "    li t1, 0xffffffffffffa0ff\n"
        "    bne a2, t1, guest_fail\n"
        "    sb s1, 16(s0)\n"
        "    lbu a3, 16(s0)\n"
        "    li t1, 0xff\n"
        "    bne a3, t1, guest_fail\n"
        "    mv a5, s0\n"
        "    c.sw a3, 4(a5)\n"
        "    c.ld a4, 0(a5)\n"
        "    li s1, 5\n" /* five timers, waited for */
        "2:  csrr a0, time\n"
        "    addi a0, a0, 200\n"
        "    li a7, 0x54494D45\n"
        "    li a6, 0\n"
        "    ecall\n"
        "    bnez a0, guest_fail\n"
        "    la t0, timers_seen\n"
        "    ld s2, 0(t0)\n"
        "3:  wfi\n"
        "    ld t1, 0(t0)\n"
        "    beq t1, s2, 3b\n"
        "    li a7, 0x4442434E\n" /* a letter on the console */
        "    li a6, 2\n"
        "    addi a0, s1, 'a' - 1\n"
        "    ecall\n"
        "    bnez a0, guest_fail\n"
        "    addi s1, s1, -1\n"
        "    bnez s1, 2b\n"
        "    li a0, 0\n"
        "guest_end:\n"
        "    li a7, 0x53525354\n" /* a1: 0 is a shutdown for no reason, 1 one for a failure */
        "    li a6, 0\n"
        "    mv a1, a0\n"
        "    li a0, 0\n"
        "    ecall\n"
        "    j guest_end\n"
        "guest_fail:\n"
        "    li a0, 1\n"
        "    j guest_end\n"
        ".balign 4\n"
        "guest_trap:\n" /* a timer: switch it off, and say so */
        "    la t3, timers_seen\n"
        "    ld t4, 0(t3)\n"
        "    addi t4, t4, 1\n"
        "    sd t4, 0(t3)\n"
        "    li a0, -1\n"
        "    li a7, 0x54494D45\n"
        "    li a6, 0\n"
        "    ecall\n"
        "    sret\n");

/* --- what the hypervisor does with an exit --- */

static void timer_set(uint64_t when)
{
    csr_clear(CSR_hvip, VSTIP);
    csr_write(CSR_stimecmp, when);
}

static void call_serve(void)
{
    uint64_t *x = frame.x, code = x[A0];

    frame.pc += 4;
    x[A0] = 0;
    if (x[A7] == SBI_TIME) {
        timer_set(code);
    } else if (x[A7] == SBI_CONSOLE && x[A6] == CONSOLE_BYTE) {
        write8(UART, (uint8_t)code);
    } else if (x[A7] == SBI_RESET) {
        uart_print("\n");
        check(20, x[A1] == 0);
        check(21,
              exits[CAUSE_LOAD_GUEST_PAGE] == 12 + 5 && exits[CAUSE_STORE_GUEST_PAGE] == 12 + 4);
        check(22, exits[CAUSE_VIRTUAL] >= 5 && exits[IRQ_STI + 32] == 5);
        finish(0);
    } else {
        x[A0] = (uint64_t)-2; /* SBI_ERR_NOT_SUPPORTED */
    }
    x[A1] = 0;
}

/* By the transformed instruction that the hart gives; bit 1 is clear if it is compressed. */
static void access_emulate(uint64_t where)
{
    uint64_t word = csr_read(CSR_htinst), offset = where - DEVICE, width = 1UL << (word >> 12 & 3);
    uint8_t *bytes = (uint8_t *)device + offset;
    uint64_t value = 0;

    check(30, word & 1);
    frame.pc += word & 2 ? 4 : 2;
    if ((word & 0x7d) == 0x21) { /* a store, compressed or not */
        for (uint64_t i = 0; i < width; i++)
            bytes[i] = (uint8_t)(frame.x[word >> 20 & 31] >> 8 * i);
        return;
    }
    for (uint64_t i = 0; i < width; i++)
        value |= (uint64_t)bytes[i] << 8 * i;
    if (!(word >> 14 & 1) && width < 8) /* signed */
        value = (uint64_t)((long)(value << (64 - 8 * width)) >> (64 - 8 * width));
    frame.x[word >> 7 & 31] = value;
}

static void page_fault(uint64_t tval)
{
    uint64_t where = csr_read(CSR_htval) << 2 | (tval & 3), page = (where - DEMAND) >> 12;

    if (where >= DEVICE && where < DEVICE + sizeof device) {
        access_emulate(where);
        return;
    }
    check(31, where >= DEMAND && page < 512 && leaves[page] == 0);
    leaves[page] = ((uint64_t)free_memory + 4096 * page) >> 2 | PTE_LEAF;
    __asm__ volatile(".insn 4, 0x62000073" : : : "memory"); /* hfence.gvma */
}

static void exit_serve(void)
{
    uint64_t cause = csr_read(CSR_scause);

    exits[(cause & 31) + (cause & IRQ ? 32 : 0)]++;
    if (cause == (IRQ | IRQ_STI)) {
        csr_write(CSR_stimecmp, ~0UL);
        csr_set(CSR_hvip, VSTIP);
    } else if (cause == CAUSE_ECALL_VS) {
        call_serve();
    } else if (cause == CAUSE_LOAD_GUEST_PAGE || cause == CAUSE_STORE_GUEST_PAGE) {
        page_fault(csr_read(CSR_stval));
    } else if (cause == CAUSE_VIRTUAL && csr_read(CSR_stval) == 0x10500073) {
        frame.pc += 4;
        __asm__ volatile("wfi");
    } else {
        finish(100 + (cause & 63));
    }
}

/* HS-mode begins here. */
static void hypervise(void)
{
    root[2] = (2 * GIGABYTE) >> 2 | PTE_LEAF;
    root[3] = (uint64_t)middle >> 2 | PTE_TABLE;
    middle[0] = (uint64_t)leaves >> 2 | PTE_TABLE;
    csr_write(CSR_hgatp, SV39 | (uint64_t)root >> 12);
    csr_write(CSR_vsatp, 0);
    csr_write(CSR_hideleg, VSTIP);
    csr_write(CSR_hcounteren, 2); /* TM */
    csr_write(CSR_sie, STIE);
    __asm__ volatile(".insn 4, 0x62000073" : : : "memory"); /* hfence.gvma */
    frame.pc = (uint64_t)guest_start;
    for (;;) {
        csr_set(CSR_hstatus, 1 << 7 | 1 << 21); /* SPV, VTW */
        csr_set(CSR_sstatus, 1 << 8);           /* SPP */
        guest_run();
        exit_serve();
    }
}

int main(void)
{
    csr_write(CSR_pmpaddr0, ~0UL);
    csr_write(CSR_pmpcfg0, 0x1f);
    csr_write(CSR_medeleg, ~0UL);
    csr_write(CSR_mideleg, ~0UL);
    csr_write(CSR_mcounteren, 7);
    csr_set(CSR_menvcfg, 1UL << 63); /* STCE */
    csr_write(CSR_stimecmp, ~0UL);
    csr_clear(CSR_mstatus, 3 << 11);
    csr_set(CSR_mstatus, 1 << 11);
    csr_write(CSR_mepc, (uint64_t)hypervise);
    __asm__ volatile("mret");
    return 1;
}
