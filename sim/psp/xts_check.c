/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/xts_check.c — see xts_check.h. Tested by tests/unit/test_xts_check.c. */
#include "psp/xts_check.h"

#include <openssl/evp.h>
#include <string.h>

/* Whole input through one cipher without padding. */
static bool cipher_run(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv,
                       enum xts_way way, const uint8_t *in, size_t size, uint8_t *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int length = 0;
    bool done =
        context && EVP_CipherInit_ex(context, cipher, NULL, key, iv, way == XTS_ENCRYPT) == 1 &&
        EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
        EVP_CipherUpdate(context, out, &length, in, (int)size) == 1 && (size_t)length == size;

    EVP_CIPHER_CTX_free(context);
    return done;
}

enum status xts_by_mode(const struct xts_unit *unit, enum xts_way way, uint8_t *out)
{
    size_t half = unit->key_bytes / 2;

    if (way == XTS_ENCRYPT && memcmp(unit->key, unit->key + half, half) == 0)
        return STATUS_DENIED;
    return cipher_run(half == 16 ? EVP_aes_128_xts() : EVP_aes_256_xts(), unit->key, unit->iv, way,
                      unit->in, unit->size_bytes, out)
               ? STATUS_OK
               : STATUS_IO;
}

/* Multiplies by x in GF(2^128), little-endian (IEEE 1619-2007, 5.2). */
static void tweak_double(uint8_t tweak[XTS_BLOCK_BYTES])
{
    uint8_t carry = 0;

    for (unsigned i = 0; i < XTS_BLOCK_BYTES; i++) {
        uint8_t next = tweak[i] >> 7;

        tweak[i] = (uint8_t)(tweak[i] << 1 | carry);
        carry = next;
    }
    if (carry)
        tweak[0] ^= 0x87;
}

struct block_cipher {
    const EVP_CIPHER *aes;
    const uint8_t *key;
    enum xts_way way;
};

/* One block: xor, AES, xor. in and out may be the same. */
static bool block_run(const struct block_cipher *cipher, const uint8_t tweak[XTS_BLOCK_BYTES],
                      const uint8_t *in, uint8_t *out)
{
    uint8_t mixed[XTS_BLOCK_BYTES];

    for (unsigned i = 0; i < XTS_BLOCK_BYTES; i++)
        mixed[i] = in[i] ^ tweak[i];
    if (!cipher_run(cipher->aes, cipher->key, NULL, cipher->way, mixed, sizeof mixed, out))
        return false;
    for (unsigned i = 0; i < XTS_BLOCK_BYTES; i++)
        out[i] ^= tweak[i];
    return true;
}

/* The last whole block and the rest behind it: the rest borrows the end of the block (5.3.2). */
static bool steal_run(const struct block_cipher *cipher, uint8_t tweak[XTS_BLOCK_BYTES],
                      const uint8_t *in, size_t rest, uint8_t *out)
{
    uint8_t later[XTS_BLOCK_BYTES], first[XTS_BLOCK_BYTES], last[XTS_BLOCK_BYTES];
    bool encrypts = cipher->way == XTS_ENCRYPT;

    memcpy(later, tweak, sizeof later);
    tweak_double(later);
    if (!block_run(cipher, encrypts ? tweak : later, in, first))
        return false;
    memcpy(last, in + XTS_BLOCK_BYTES, rest);
    memcpy(last + rest, first + rest, XTS_BLOCK_BYTES - rest);
    memcpy(out + XTS_BLOCK_BYTES, first, rest);
    return block_run(cipher, encrypts ? later : tweak, last, out);
}

enum status xts_by_blocks(const struct xts_unit *unit, enum xts_way way, uint8_t *out)
{
    size_t half = unit->key_bytes / 2, rest = unit->size_bytes % XTS_BLOCK_BYTES, at = 0;
    size_t whole = unit->size_bytes - rest - (rest ? XTS_BLOCK_BYTES : 0);
    struct block_cipher cipher = {half == 16 ? EVP_aes_128_ecb() : EVP_aes_256_ecb(), unit->key,
                                  way};
    uint8_t tweak[XTS_BLOCK_BYTES];
    bool done = cipher_run(cipher.aes, unit->key + half, NULL, XTS_ENCRYPT, unit->iv,
                           XTS_BLOCK_BYTES, tweak);

    for (; done && at < whole; at += XTS_BLOCK_BYTES) {
        done = block_run(&cipher, tweak, unit->in + at, out + at);
        tweak_double(tweak);
    }
    if (done && rest)
        done = steal_run(&cipher, tweak, unit->in + at, rest, out + at);
    return done ? STATUS_OK : STATUS_IO;
}
