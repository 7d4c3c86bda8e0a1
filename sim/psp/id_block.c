/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/id_block.c — see id_block.h. */
#include "psp/id_block.h"

#include <openssl/evp.h>
#include <string.h>

#include "psp/hex.h"

/* Offsets in the ID block. */
enum { FAMILY_ID = 48, IMAGE_ID = 64, VERSION = 80, GUEST_SVN = 84, POLICY = 88 };

/* Offsets in a key. */
enum { KEY_X = 4, KEY_Y = KEY_X + ECDSA_NUMBER_BYTES, KEY_RESERVED = KEY_Y + ECDSA_NUMBER_BYTES };

/* Offsets in the ID authentication information. */
enum {
    AUTH_ID_ALGORITHM = 0x000,
    AUTH_AUTHOR_ALGORITHM = 0x004,
    AUTH_BLOCK_SIGNATURE = 0x040,
    AUTH_ID_KEY = 0x240,
    AUTH_KEY_SIGNATURE = 0x680,
    AUTH_AUTHOR_KEY = 0x880,
};

enum { ALGORITHM_ECDSA_P384 = 1 };

void id_block_encode(const struct id_block *block, uint8_t bytes[ID_BLOCK_BYTES])
{
    memcpy(bytes, block->ld, DIGEST_BYTES);
    memcpy(bytes + FAMILY_ID, block->family_id, sizeof block->family_id);
    memcpy(bytes + IMAGE_ID, block->image_id, sizeof block->image_id);
    le_write(bytes + VERSION, 4, block->version);
    le_write(bytes + GUEST_SVN, 4, block->guest_svn);
    le_write(bytes + POLICY, 8, block->policy);
}

void id_block_decode(const uint8_t bytes[ID_BLOCK_BYTES], struct id_block *block)
{
    memcpy(block->ld, bytes, DIGEST_BYTES);
    memcpy(block->family_id, bytes + FAMILY_ID, sizeof block->family_id);
    memcpy(block->image_id, bytes + IMAGE_ID, sizeof block->image_id);
    block->version = (uint32_t)le_read(bytes + VERSION, 4);
    block->guest_svn = (uint32_t)le_read(bytes + GUEST_SVN, 4);
    block->policy = le_read(bytes + POLICY, 8);
}

static void number_reverse(const uint8_t *from, uint8_t *to)
{
    for (unsigned i = 0; i < P384_BYTES; i++)
        to[i] = from[P384_BYTES - 1 - i];
}

void id_key_encode(const uint8_t x[P384_BYTES], const uint8_t y[P384_BYTES],
                   uint8_t bytes[ID_KEY_BYTES])
{
    memset(bytes, 0, ID_KEY_BYTES);
    le_write(bytes, 4, ID_KEY_CURVE_P384);
    number_reverse(x, bytes + KEY_X);
    number_reverse(y, bytes + KEY_Y);
}

EVP_PKEY *id_key_decode(const uint8_t bytes[ID_KEY_BYTES])
{
    uint8_t x[P384_BYTES], y[P384_BYTES];

    if (le_read(bytes, 4) != ID_KEY_CURVE_P384 ||
        !bytes_are_zero(bytes + KEY_X + P384_BYTES, ECDSA_NUMBER_BYTES - P384_BYTES) ||
        !bytes_are_zero(bytes + KEY_Y + P384_BYTES, ECDSA_NUMBER_BYTES - P384_BYTES) ||
        !bytes_are_zero(bytes + KEY_RESERVED, ID_KEY_BYTES - KEY_RESERVED))
        return NULL;
    number_reverse(bytes + KEY_X, x);
    number_reverse(bytes + KEY_Y, y);
    return p384_key(x, y);
}

static enum status key_structure(const EVP_PKEY *key, uint8_t bytes[ID_KEY_BYTES])
{
    uint8_t x[P384_BYTES], y[P384_BYTES];
    enum status status = p384_point(key, x, y);

    if (status == STATUS_OK)
        id_key_encode(x, y, bytes);
    return status;
}

enum status id_key_digest(const EVP_PKEY *key, uint8_t digest[DIGEST_BYTES])
{
    uint8_t bytes[ID_KEY_BYTES];
    enum status status = key_structure(key, bytes);

    return status == STATUS_OK ? digest_sha384(bytes, sizeof bytes, digest) : status;
}

/* Signs bytes; the signature has 512 bytes, of which R and S come first. */
static enum status signature_put(const EVP_PKEY *key, const uint8_t *bytes, size_t size,
                                 uint8_t *at)
{
    struct ecdsa_signature signature;
    enum status status = ecdsa_sign(key, bytes, size, &signature);

    if (status == STATUS_OK) {
        memcpy(at, signature.r, sizeof signature.r);
        memcpy(at + sizeof signature.r, signature.s, sizeof signature.s);
    }
    return status;
}

enum status id_auth_make(const struct id_block *block, const EVP_PKEY *id_key,
                         const EVP_PKEY *author_key, uint8_t auth[ID_AUTH_BYTES])
{
    uint8_t bytes[ID_BLOCK_BYTES];
    enum status status;

    memset(auth, 0, ID_AUTH_BYTES);
    id_block_encode(block, bytes);
    le_write(auth + AUTH_ID_ALGORITHM, 4, ALGORITHM_ECDSA_P384);
    status = key_structure(id_key, auth + AUTH_ID_KEY);
    if (status == STATUS_OK)
        status = signature_put(id_key, bytes, sizeof bytes, auth + AUTH_BLOCK_SIGNATURE);
    if (status != STATUS_OK || !author_key)
        return status;
    le_write(auth + AUTH_AUTHOR_ALGORITHM, 4, ALGORITHM_ECDSA_P384);
    status = key_structure(author_key, auth + AUTH_AUTHOR_KEY);
    if (status == STATUS_OK)
        status =
            signature_put(author_key, auth + AUTH_ID_KEY, ID_KEY_BYTES, auth + AUTH_KEY_SIGNATURE);
    return status;
}

static bool signature_is_good(EVP_PKEY *key, const uint8_t *bytes, size_t size, const uint8_t *at)
{
    struct ecdsa_signature signature;

    memcpy(signature.r, at, sizeof signature.r);
    memcpy(signature.s, at + sizeof signature.r, sizeof signature.s);
    return bytes_are_zero(at + sizeof signature, ID_SIGNATURE_BYTES - sizeof signature) &&
           ecdsa_verify(key, bytes, size, &signature) == ECDSA_GOOD;
}

/* One key, what it signed, and its signature. */
static enum id_auth_verdict part_verify(const uint8_t *key_bytes, const uint8_t *bytes, size_t size,
                                        const uint8_t *signature, enum id_auth_verdict bad)
{
    EVP_PKEY *key = id_key_decode(key_bytes);
    enum id_auth_verdict verdict = ID_AUTH_BAD_KEY;

    if (key)
        verdict = signature_is_good(key, bytes, size, signature) ? ID_AUTH_GOOD : bad;
    EVP_PKEY_free(key);
    return verdict;
}

enum id_auth_verdict id_auth_verify(const struct id_block *block, const uint8_t auth[ID_AUTH_BYTES],
                                    bool author)
{
    uint8_t bytes[ID_BLOCK_BYTES];
    enum id_auth_verdict verdict;

    id_block_encode(block, bytes);
    verdict = part_verify(auth + AUTH_ID_KEY, bytes, sizeof bytes, auth + AUTH_BLOCK_SIGNATURE,
                          ID_AUTH_BAD_BLOCK_SIGNATURE);
    if (verdict == ID_AUTH_GOOD && author)
        verdict = part_verify(auth + AUTH_AUTHOR_KEY, auth + AUTH_ID_KEY, ID_KEY_BYTES,
                              auth + AUTH_KEY_SIGNATURE, ID_AUTH_BAD_AUTHOR_SIGNATURE);
    return verdict;
}
