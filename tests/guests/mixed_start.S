/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/mixed_start.S — runs guest_main (mixed.c) in M-mode, for the raw image at 0x80000000;
 * ends by the test device: passes if the result is the one expected, or if none is. */

.option norelax
.section .text.start
.globl _start
_start:
    j machine
    .balign 8
rounds:                 /* offset 8 of the image: who loads it puts numbers here */
    .dword 100
expected:
    .dword 0

machine:
    la sp, stack_end
    la t0, rounds
    ld a0, 0(t0)
    call guest_main
    slli a0, a0, 32
    srli a0, a0, 32
    la t0, expected
    ld t1, 0(t0)
    li t2, 0x5555
    beqz t1, 1f
    beq t1, a0, 1f
    li t2, 0x13333
1:  li t0, 0x100000
    sw t2, 0(t0)
2:  j 2b

.section .bss
.balign 16
    .space 4096
stack_end:
