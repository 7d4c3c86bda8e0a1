/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/test_device_pass.S — the test finisher ends the run well. */
#include "guest.h"
    .globl main
main:
    li t0, TEST_DEVICE
    li t1, 0x5555
    sw t1, (t0)
    li a0, 1
    ret
