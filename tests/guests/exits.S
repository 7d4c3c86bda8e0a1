/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/exits.S — the exit benchmark: a hypervisor of one page and its guest, for the raw image at
 * 0x80000000. Runs on every machine like QEMU's virt. M-mode sets up two-stage translation (Sv39 over
 * Sv39x4, 1 GiB leaves), HS-mode runs the guest, the guest exits `rounds` times in the way that `kind`
 * says. Each exit saves and restores all 31 registers, as a hypervisor does. Ends by the test device. */

.equ KIND_ECALL, 0     /* the guest calls its hypervisor */
.equ KIND_FAULT, 1     /* it loads from a page that the G-stage does not map */
.equ KIND_MMIO, 2      /* no guest: M-mode reads the CLINT's mtime */
.equ TEST_DEVICE, 0x100000
.equ TEST_PASS, 0x5555
.equ CLINT_MTIME, 0x200bff8
.equ MODE_SV39, 8 << 60
.equ PTE_LEAF, 0xdf    /* V R W X U A D; without U for the guest's kernel */
.equ PTE_KERNEL, 0xcf
.equ CAUSE_ECALL_VS, 10
.equ CAUSE_LOAD_GUEST_PAGE, 21
.equ HSTATUS_SPV, 1 << 7
.equ STATUS_SPP, 1 << 8
.equ MSTATUS_MPP_S, 1 << 11

.option norelax
.section .text.start
.globl _start
_start:
    j machine
    .balign 8
rounds:                 /* offset 8 of the image: who loads it puts numbers here */
    .dword 1000
kind:
    .dword KIND_ECALL

machine:
    la t0, trap_machine
    csrw mtvec, t0
    la s0, rounds
    ld s0, 0(s0)
    la s1, kind
    ld s1, 0(s1)
    beqz s0, pass
    li t0, KIND_MMIO
    beq s1, t0, mmio
    li t0, -1           /* PMP: everything, for everybody */
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0
    li t0, -1           /* all that can be, to HS; nothing on to VS */
    csrw medeleg, t0
    csrw hedeleg, zero
    /* G-stage: guest-physical 2 to 3 GiB is RAM at the same address; the rest is not there. */
    la t0, g_root
    li t1, (0x80000000 >> 2) | PTE_LEAF
    sd t1, 2*8(t0)
    srli t0, t0, 12
    li t1, MODE_SV39
    or t0, t0, t1
    csrw hgatp, t0
    /* VS-stage: the same, and 1 to 2 GiB as well, so that the fault is the G-stage's. */
    la t0, vs_root
    li t1, (0x80000000 >> 2) | PTE_KERNEL
    sd t1, 2*8(t0)
    li t1, (0x40000000 >> 2) | PTE_KERNEL
    sd t1, 1*8(t0)
    srli t0, t0, 12
    li t1, MODE_SV39
    or t0, t0, t1
    csrw vsatp, t0
    .insn 4, 0x62000073 /* hfence.gvma */
    .insn 4, 0x22000073 /* hfence.vvma */
    li t0, 3 << 11
    csrc mstatus, t0
    li t0, MSTATUS_MPP_S
    csrs mstatus, t0
    la t0, hypervisor
    csrw mepc, t0
    mret

mmio:
    li t0, CLINT_MTIME
1:  ld t1, 0(t0)
    addi s0, s0, -1
    bnez s0, 1b
pass:
    li t0, TEST_DEVICE
    li t1, TEST_PASS
    sw t1, 0(t0)
1:  j 1b

.balign 4
trap_machine:           /* none is expected */
    li t0, TEST_DEVICE
    csrr t1, mcause
    slli t1, t1, 16
    li t2, 0x3333
    or t1, t1, t2
    sw t1, 0(t0)
1:  j 1b

hypervisor:
    la t0, trap_hypervisor
    csrw stvec, t0
    la t0, saved
    csrw sscratch, t0
    li t0, HSTATUS_SPV
    csrs hstatus, t0
    li t0, STATUS_SPP
    csrs sstatus, t0
    la t0, guest
    csrw sepc, t0
    sret

.balign 4
trap_hypervisor:
    csrrw x31, sscratch, x31
    .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    sd x\n, \n*8(x31)
    .endr
    csrrw t0, sscratch, x31
    sd t0, 31*8(x31)
    csrr s0, scause
    csrr s1, sepc
    li t0, CAUSE_ECALL_VS
    beq s0, t0, 1f
    li t0, CAUSE_LOAD_GUEST_PAGE
    bne s0, t0, fail
    csrr a0, htinst     /* the load, transformed: its destination, bits 11 to 7 */
    csrr a1, htval
    srli a0, a0, 4
    andi a0, a0, 31 << 3
    add a0, a0, x31
    sd a1, 0(a0)
1:  ld t1, 17*8(x31)    /* a7 = 1: the guest is done */
    li t0, 1
    beq t1, t0, pass
    addi s1, s1, 4
    csrw sepc, s1
    .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    ld x\n, \n*8(x31)
    .endr
    ld x31, 31*8(x31)
    sret

fail:
    li t0, TEST_DEVICE
    slli t1, s0, 16
    li t2, 0x3333
    or t1, t1, t2
    sw t1, 0(t0)
1:  j 1b

guest:
    la s0, rounds
    ld s0, 0(s0)
    la s1, kind
    ld s1, 0(s1)
    li a7, 0
    bnez s1, 2f
1:  ecall
    addi s0, s0, -1
    bnez s0, 1b
    j 3f
2:  li s1, 0x40000000
1:  .option push
    .option norvc
    ld a0, 0(s1)
    .option pop
    addi s0, s0, -1
    bnez s0, 1b
3:  li a7, 1
    ecall

.section .bss
.balign 4096
saved:
    .space 32*8
.balign 4096
vs_root:
    .space 4096
.balign 16384
g_root:
    .space 16384
