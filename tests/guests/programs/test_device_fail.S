/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/test_device_fail.S — the test finisher ends the run with the number 7. */
#include "guest.h"
    .globl main
main:
    li t0, TEST_DEVICE
    li t1, 7 << 16 | 0x3333
    sw t1, (t0)
    li a0, 1
    ret
