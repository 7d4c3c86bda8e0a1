/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/reset.S — the test finisher asks for a restart, which ends the run. */
#include "guest.h"
    .globl main
main:
    li t0, TEST_DEVICE
    li t1, 0x7777
    sw t1, (t0)
    li a0, 1
    ret
