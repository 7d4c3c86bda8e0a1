/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/hello.c — a greeting on the UART. */
#include "guest.h"

int main(void)
{
    uart_print("hello, world\n");
    return 0;
}
