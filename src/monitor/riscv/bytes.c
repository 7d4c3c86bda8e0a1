/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/riscv/bytes.c — the byte functions that the compiler may call (C11 4p6; GCC manual,
 * "Standards"), for the image, which has no libc. One byte at a time: the compiler does large
 * copies of its own with wider accesses, and these touch memory only where the caller said. Tested
 * by tests/twin/bytes_rv64.c. */
#include "base/bytes.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size_bytes)
{
    unsigned char *out = to;
    const unsigned char *in = from;

    for (size_t i = 0; i < size_bytes; i++)
        out[i] = in[i];
    return to;
}

void *memmove(void *to, const void *from, size_t size_bytes)
{
    unsigned char *out = to;
    const unsigned char *in = from;

    /* Upwards if the target lies below, else downwards: no byte is overwritten before it was read.
     */
    if ((uintptr_t)to < (uintptr_t)from)
        for (size_t i = 0; i < size_bytes; i++)
            out[i] = in[i];
    else
        for (size_t i = size_bytes; i > 0; i--)
            out[i - 1] = in[i - 1];
    return to;
}

void *memset(void *to, int byte, size_t size_bytes)
{
    unsigned char *out = to;

    for (size_t i = 0; i < size_bytes; i++)
        out[i] = (unsigned char)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t size_bytes)
{
    const unsigned char *left = a;
    const unsigned char *right = b;

    for (size_t i = 0; i < size_bytes; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}
