/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/signature.S — leaves a signature of four words. */
    .globl main
main:
    la t0, begin_signature
    li t1, 0x0123456789abcdef
    sd t1, (t0)
    li t1, -2
    sd t1, 8(t0)
    li a0, 0
    ret

    .bss
    .balign 16
    .globl begin_signature
begin_signature:
    .zero 16
    .globl end_signature
end_signature:
    .zero 16
