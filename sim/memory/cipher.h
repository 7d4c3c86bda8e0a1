/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/cipher.h — the memory controller's encryption: blocks of 16 bytes, each on its own,
 * tweaked by its system-physical address. No integrity, no freshness: that is what the attacks
 * live on. */
#ifndef CVMLAB_SIM_MEMORY_CIPHER_H
#define CVMLAB_SIM_MEMORY_CIPHER_H

#include "base/status.h"
#include "base/types.h"

enum { CIPHER_BLOCK_BYTES = 16, CIPHER_KEY_BYTES = 64 };

/* P is a block of plaintext, T its tweak. XE and XEX have a public, linear T: the xor of one
 * constant per address bit that is set, from bit 4 up. (Du et al., arXiv 1712.05090; Wilke et al.,
 * SEVurity, S&P 2020.) XTS: IEEE 1619, a data unit of one block, tweak = spa >> 4. */
enum cipher_mode {
    CIPHER_NONE,     /* P */
    CIPHER_XE,       /* E(P xor T) */
    CIPHER_XEX_WEAK, /* E(P xor T) xor T, T with 32 bits of entropy, repeated */
    CIPHER_XTS128,
    CIPHER_XTS256
};

/* "xts128" */
const char *cipher_mode_name(enum cipher_mode mode);

/* One key. */
struct cipher;

/* A key of this mode; key is CIPHER_KEY_BYTES of key material, of which the mode takes the first
 * 16, 32 or 64. NULL: the library refused (XTS with equal halves), or no memory. */
struct cipher *cipher_create(enum cipher_mode mode, const uint8_t key[CIPHER_KEY_BYTES]);

/* Frees; NULL is allowed. */
void cipher_destroy(struct cipher *cipher);

/* Encrypts what lies at spa: whole blocks, inside one page; from and to may be the same. */
void cipher_encrypt(struct cipher *cipher, spa_t spa, const uint8_t *from, uint8_t *to,
                    size_t size_bytes);

/* The inverse. */
void cipher_decrypt(struct cipher *cipher, spa_t spa, const uint8_t *from, uint8_t *to,
                    size_t size_bytes);

/* T of the block at spa in the modes with a public tweak; zero in the others. Public: an attacker
 * may call it too. */
void cipher_public_tweak(enum cipher_mode mode, spa_t spa, uint8_t tweak[CIPHER_BLOCK_BYTES]);

#endif
