/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/compare.c — what a guest prints while two emulators are compared:
 * its checks, and the CSRs of a trap that QEMU does not log. M-mode only. */
#include "modes.h"

volatile char checks[] = "CHECKS=1";

static void print_number(const char *before, uint64_t value)
{
    char digits[17] = {0};
    unsigned first = 16;

    do {
        digits[--first] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value);
    uart_print(before);
    uart_print(digits + first);
}

void check_print(uint64_t number, uint64_t holds)
{
    print_number("check 0x", number);
    uart_print(holds ? " holds\n" : " fails\n");
}

void seen_print(const struct seen *seen)
{
    if (checks[7] != '0')
        return;
    print_number("tval2 0x", seen->tval2);
    print_number(" tinst 0x", seen->tinst);
    uart_print("\n");
}
