/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/start.S — from reset to main(hart, device_tree), and from its result to the end of
 * the run. Every hart calls main; a trap that nobody has asked for ends the run as a failure. */
#include "guest.h"

    .section .text.start
    .globl _start
_start:
    la t0, trap_entry
    csrw mtvec, t0
    li t0, 1 << 13 /* mstatus.FS: initial */
    csrs mstatus, t0
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, stacks + 0x4000
    slli t0, a0, 14
    add sp, sp, t0
    call main
    tail finish

/* a0: 0 passes, else the number of what failed. By HTIF, or while comparing (guest.h), by the test
 * device. */
    .globl finish
finish:
    lla t0, checks
    lb t0, 7(t0)
    li t1, '0'
    beq t0, t1, 2f
    slli a0, a0, 1
    ori a0, a0, 1
    la t0, tohost
    sd a0, (t0)
1:  j 1b
2:  li t0, 0x5555
    beqz a0, 3f
    slli a0, a0, 16
    li t0, 0x3333
    or t0, t0, a0
3:  li t1, TEST_DEVICE
    sw t0, (t1)
    j 1b

/* Saves what C may change, and calls the handler that trap_handle names:
 * uint64_t handler(cause, epc, tval) returns where to go on. */
    .balign 4
    .globl trap_entry
trap_entry:
    addi sp, sp, -144
    sd ra, 0(sp)
    sd t0, 8(sp)
    sd t1, 16(sp)
    sd t2, 24(sp)
    sd t3, 32(sp)
    sd t4, 40(sp)
    sd t5, 48(sp)
    sd t6, 56(sp)
    sd a0, 64(sp)
    sd a1, 72(sp)
    sd a2, 80(sp)
    sd a3, 88(sp)
    sd a4, 96(sp)
    sd a5, 104(sp)
    sd a6, 112(sp)
    sd a7, 120(sp)
    ld t0, trap_handler
    beqz t0, 1f
    csrr a0, mcause
    csrr a1, mepc
    csrr a2, mtval
    jalr t0
    csrw mepc, a0
    ld ra, 0(sp)
    ld t0, 8(sp)
    ld t1, 16(sp)
    ld t2, 24(sp)
    ld t3, 32(sp)
    ld t4, 40(sp)
    ld t5, 48(sp)
    ld t6, 56(sp)
    ld a0, 64(sp)
    ld a1, 72(sp)
    ld a2, 80(sp)
    ld a3, 88(sp)
    ld a4, 96(sp)
    ld a5, 104(sp)
    ld a6, 112(sp)
    ld a7, 120(sp)
    addi sp, sp, 144
    mret
1:  li a0, GUEST_TRAP
    j finish

    .section .tohost, "aw", @progbits
    .balign 64
    .globl tohost
tohost:
    .dword 0
    .size tohost, 8
    .balign 64
    .globl fromhost
fromhost:
    .dword 0
    .size fromhost, 8

    .data
    .balign 8
    .globl trap_handler
trap_handler:
    .dword 0
