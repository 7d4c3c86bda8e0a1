/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/cipher_tweak.c — the tweaks that an attacker knows: T(spa) is the xor of one constant
 * per address bit that is set. AMD's constants are not published; ours are: the constant of bit b
 * is made of the outputs 2(b - 4) and 2(b - 4) + 1 of splitmix64 from the seed below (in
 * XEX_WEAK: the low 32 bits of the first, four times). Read cipher.h first. */
#include "memory/cipher_tweak.h"

#include <endian.h>
#include <string.h>

#include "base/random.h"

#define TWEAK_SEED    UINT64_C(0x54776561)         /* "Twea" */
#define SPLITMIX_STEP UINT64_C(0x9e3779b97f4a7c15) /* what one output adds to the state */

enum { BLOCK_SHIFT = 4, ADDRESS_BITS = 64 };

static void tweak_add(struct tweak *tweak, const struct tweak *other)
{
    tweak->half[0] ^= other->half[0];
    tweak->half[1] ^= other->half[1];
}

static struct tweak constant_of(enum cipher_mode mode, unsigned bit)
{
    uint64_t state = TWEAK_SEED + 2 * SPLITMIX_STEP * (bit - BLOCK_SHIFT);
    uint64_t first = random_next(&state), second = random_next(&state);

    if (mode == CIPHER_XEX_WEAK)
        first = second = (first & UINT32_MAX) | first << 32;
    return (struct tweak){{htole64(first), htole64(second)}};
}

static struct tweak tweak_of(enum cipher_mode mode, spa_t spa)
{
    struct tweak tweak = {{0, 0}}, constant;

    for (unsigned bit = BLOCK_SHIFT; bit < ADDRESS_BITS && spa.v >> bit; bit++) {
        if (!(spa.v >> bit & 1))
            continue;
        constant = constant_of(mode, bit);
        tweak_add(&tweak, &constant);
    }
    return tweak;
}

/* From one block to the next a carry runs through the low bits: all of them change, up to the first
 * that was clear. */
void tweaks_public(enum cipher_mode mode, spa_t spa, struct tweak *to, size_t count)
{
    struct tweak carry[PAGE_SHIFT - BLOCK_SHIFT];

    for (unsigned i = 0; i < PAGE_SHIFT - BLOCK_SHIFT; i++) {
        carry[i] = constant_of(mode, BLOCK_SHIFT + i);
        if (i > 0)
            tweak_add(&carry[i], &carry[i - 1]);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t block = (spa.v >> BLOCK_SHIFT) + i;

        if (i == 0) {
            to[i] = tweak_of(mode, spa);
        } else {
            to[i] = to[i - 1];
            tweak_add(&to[i], &carry[__builtin_ctzll(block)]);
        }
    }
}

void cipher_public_tweak(enum cipher_mode mode, spa_t spa, uint8_t tweak[CIPHER_BLOCK_BYTES])
{
    struct tweak value = {{0, 0}};

    if (mode == CIPHER_XE || mode == CIPHER_XEX_WEAK)
        value = tweak_of(mode, spa);
    memcpy(tweak, &value, sizeof value);
}
