/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/htif.c — HTIF: characters, a proxied write, and a call that there is not.
 */
#include "guest.h"

enum { CALL_OPEN = 56, CALL_WRITE = 64, ERROR_NO_CALL = 38 };

static uint64_t call(uint64_t number, uint64_t a, uint64_t b, uint64_t c)
{
    volatile uint64_t block[8] __attribute__((aligned(64))) = {number, a, b, c};

    tohost = (uint64_t)block;
    while (fromhost == 0)
        ;
    fromhost = 0;
    return block[0];
}

int main(void)
{
    static const char text[] = "proxied write\n";

    for (const char *c = "character by character\n"; *c; c++) {
        tohost = (uint64_t)0x0101 << 48 | (uint8_t)*c;
        check(1, tohost == 0); /* done before the next instruction */
    }
    check(2, call(CALL_WRITE, 1, (uint64_t)text, sizeof text - 1) == sizeof text - 1);
    check(3, call(CALL_WRITE, 1, 0x1000, 5) == (uint64_t)-14);
    check(4, call(CALL_OPEN, 0, 0, 0) == (uint64_t)-ERROR_NO_CALL);
    return 0;
}
