/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/jump_nowhere.S — a jump to where nothing is, with no handler either. */
    .globl main
main:
    csrw mtvec, zero
    li t0, 0x1000
    jr t0
