/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/modes.S — runs a function in a less privileged mode until it traps to M-mode. See
 * modes.h. */
    .text
    .balign 4

/* const struct seen *modes_run(mode, function, argument) */
    .globl modes_run
modes_run:
    addi sp, sp, -112
    sd ra, 0(sp)
    sd s0, 8(sp)
    sd s1, 16(sp)
    sd s2, 24(sp)
    sd s3, 32(sp)
    sd s4, 40(sp)
    sd s5, 48(sp)
    sd s6, 56(sp)
    sd s7, 64(sp)
    sd s8, 72(sp)
    sd s9, 80(sp)
    sd s10, 88(sp)
    sd s11, 96(sp)
    la t0, modes_stack
    sd sp, (t0)
    la t0, modes_trap
    csrw mtvec, t0
    csrw mepc, a1
    li t0, 3 << 11 | 1 << 7 /* MPP, MPIE */
    csrc mstatus, t0
    andi t1, a0, 3
    slli t1, t1, 11
    csrs mstatus, t1
    andi t1, a0, 4 /* V: bit 39 of mstatus */
    beqz t1, 1f
    slli t1, t1, 37
    csrs mstatus, t1
1:  mv a0, a2
    la ra, modes_return
    la sp, modes_inner
    mret

/* A function of a mode that is done. */
    .globl modes_return
modes_return:
    ecall

/* Handlers of HS and VS: M-mode looks at their CSRs. */
    .balign 256
    .globl modes_handler
modes_handler:
    .rept 64
    ecall
    .endr

    .balign 4
modes_trap:
    csrw mscratch, t0
    la t0, modes_seen
    sd a0, 48(t0)
    csrr a0, mcause
    sd a0, 0(t0)
    csrr a0, mepc
    sd a0, 8(t0)
    csrr a0, mtval
    sd a0, 16(t0)
    csrr a0, mstatus
    sd a0, 40(t0)
    csrr a0, misa
    andi a0, a0, 1 << 7
    beqz a0, 1f
    csrr a0, mtval2
    sd a0, 24(t0)
    csrr a0, mtinst
    sd a0, 32(t0)
1:  li a0, 1 << 17 /* MPRV */
    csrc mstatus, a0
    li a0, 1
    slli a0, a0, 39
    csrc mstatus, a0
    la t0, trap_entry
    csrw mtvec, t0
    la t0, modes_stack
    ld sp, (t0)
    la a0, modes_seen
    ld ra, 0(sp)
    ld s0, 8(sp)
    ld s1, 16(sp)
    ld s2, 24(sp)
    ld s3, 32(sp)
    ld s4, 40(sp)
    ld s5, 48(sp)
    ld s6, 56(sp)
    ld s7, 64(sp)
    ld s8, 72(sp)
    ld s9, 80(sp)
    ld s10, 88(sp)
    ld s11, 96(sp)
    addi sp, sp, 112
    ret

    .bss
    .balign 16
modes_stack:
    .zero 16
modes_seen:
    .zero 64
    .zero 4096
modes_inner:
