/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/wait_forever.S — wfi with nothing that could end it. */
    .globl main
main:
    wfi
    j main
