/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/cipher_tweak.h — tweaks of many blocks at once. */
#ifndef CVMLAB_SIM_MEMORY_CIPHER_TWEAK_H
#define CVMLAB_SIM_MEMORY_CIPHER_TWEAK_H

#include "memory/cipher.h"

/* In the order of the bytes in memory; as two words, so that they are quick to xor. */
struct tweak {
    uint64_t half[2];
};
_Static_assert(sizeof(struct tweak) == CIPHER_BLOCK_BYTES, "a tweak is a block");

/* The public tweaks of count blocks from spa on, inside one page; mode is XE or XEX_WEAK. */
void tweaks_public(enum cipher_mode mode, spa_t spa, struct tweak *to, size_t count);

#endif
