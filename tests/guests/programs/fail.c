/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/guests/programs/fail.c — a failure with its number. */
int main(void)
{
    return 42;
}
