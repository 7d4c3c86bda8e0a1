/* SPDX-License-Identifier: BSD-2-Clause */
/* src/base/bytes.h — bit arithmetic, and the four byte functions a freestanding compiler may call.
 * Their bodies come from libc in the laboratory and from riscv/bytes.c in the M-mode image. */
#ifndef CVMLAB_BASE_BYTES_H
#define CVMLAB_BASE_BYTES_H

#include "base/types.h"

/* As C11 7.24 says. */
void *memcpy(void *restrict to, const void *restrict from, size_t size_bytes);
void *memmove(void *to, const void *from, size_t size_bytes);
void *memset(void *to, int byte, size_t size_bytes);
int memcmp(const void *a, const void *b, size_t size_bytes);

/* Bits [high:low] of value, shifted down. 0 <= low <= high <= 63. */
static inline uint64_t bits(uint64_t value, unsigned high, unsigned low)
{
    return (value >> low) & (UINT64_MAX >> (63 - (high - low)));
}

static inline uint64_t bit(uint64_t value, unsigned index)
{
    return (value >> index) & 1;
}

/* A mask of the low size_bytes bytes; size_bytes is 1 to 8. */
static inline uint64_t width_mask(unsigned size_bytes)
{
    return UINT64_MAX >> (64 - 8 * size_bytes);
}

/* The low bit_count bits of value, sign-extended to 64; bit_count is 1 to 64. */
static inline uint64_t sign_extend(uint64_t value, unsigned bit_count)
{
    uint64_t sign = (uint64_t)1 << (bit_count - 1);

    value &= UINT64_MAX >> (64 - bit_count);
    return (value ^ sign) - sign;
}

#endif
