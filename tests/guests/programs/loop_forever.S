/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/loop_forever.S — a loop that only a limit ends. */
    .globl main
main:
    j main
