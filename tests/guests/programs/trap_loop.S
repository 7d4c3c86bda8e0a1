/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/trap_loop.S — a handler whose first instruction traps. */
    .globl main
main:
    la t0, handler
    csrw mtvec, t0
    .balign 4
handler:
    .word 0
