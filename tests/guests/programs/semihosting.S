/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/semihosting.S — SYS_EXIT_EXTENDED by the three instructions of RISC-V semihosting.
 * An ebreak between others is a breakpoint, which must not end the run. */
    .globl main
main:
    la t0, expected
    la t1, trap_handler
    sd t0, (t1)
    li a0, 0x20
    la a1, bad
    .option push
    .option norvc
    ebreak
    slli x0, x0, 0x1f
    .option pop
    la a1, good
    li a0, 0x20
    .balign 16
    .option push
    .option norvc
    slli x0, x0, 0x1f
    ebreak
    srai x0, x0, 7
    .option pop
    li a0, 1
    ret

/* Goes on behind the plain ebreak. */
expected:
    addi a0, a1, 4
    ret

    .data
    .balign 8
good:
    .dword 0x20026, 0
bad:
    .dword 0x20026, 13
