/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/twin/bytes_rv64.c — the image's byte functions (src/monitor/riscv/bytes.c), run as rv64
 * code. Exit code 0, or the number of the first rule that does not hold. */
#include "base/bytes.h"
#include "start.h"

enum { AREA_BYTES = 64, GUARD = 0xa5 };

/* What area[i] holds before each move: different at every place. */
static unsigned char pattern(size_t i)
{
    return (unsigned char)(3 * i + 1);
}

static void area_fill(unsigned char *area)
{
    for (size_t i = 0; i < AREA_BYTES; i++)
        area[i] = pattern(i);
}

static bool copy_moves_exactly_the_bytes(size_t size_bytes)
{
    unsigned char from[AREA_BYTES], to[AREA_BYTES];

    area_fill(from);
    memset(to, GUARD, sizeof to);
    if (memcpy(to + 1, from + 2, size_bytes) != to + 1)
        return false;
    for (size_t i = 0; i < AREA_BYTES; i++)
        if (to[i] != (i >= 1 && i < 1 + size_bytes ? pattern(i + 1) : GUARD))
            return false;
    return true;
}

static bool move_survives_overlap(size_t from, size_t to, size_t size_bytes)
{
    unsigned char area[AREA_BYTES];

    area_fill(area);
    if (memmove(area + to, area + from, size_bytes) != area + to)
        return false;
    for (size_t i = 0; i < AREA_BYTES; i++)
        if (area[i] != (i >= to && i < to + size_bytes ? pattern(i - to + from) : pattern(i)))
            return false;
    return true;
}

static bool compare_orders_as_unsigned_bytes(size_t where)
{
    unsigned char a[AREA_BYTES], b[AREA_BYTES];

    area_fill(a);
    area_fill(b);
    a[where] = 0x7f;
    b[where] = 0x80;
    return memcmp(a, b, where) == 0 && memcmp(a, b, AREA_BYTES) < 0 && memcmp(b, a, AREA_BYTES) > 0;
}

int main(int argc, char **argv)
{
    static const char done[] = "byte functions: all rules hold\n";

    (void)argc;
    (void)argv;
    for (size_t size_bytes = 0; size_bytes <= AREA_BYTES - 4; size_bytes++) {
        if (!copy_moves_exactly_the_bytes(size_bytes))
            return 1;
        if (!move_survives_overlap(0, 4, size_bytes) || !move_survives_overlap(4, 0, size_bytes))
            return 2;
    }
    for (size_t where = 0; where < AREA_BYTES; where++)
        if (!compare_orders_as_unsigned_bytes(where))
            return 3;
    return rv64_write(1, done, sizeof done - 1) == sizeof done - 1 ? 0 : 4;
}
