/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/ecdsa_nonce.c — the nonce of a signature as a function of key and message: RFC 6979,
 * section 3.2, with HMAC-SHA-384. Read ecdsa.h first. The names K, V and x are those of the RFC. */
#include "psp/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <string.h>

struct generator {
    uint8_t k[P384_BYTES], v[P384_BYTES];
};

static bool mac(const uint8_t key[P384_BYTES], const uint8_t *bytes, size_t size,
                uint8_t out[P384_BYTES])
{
    size_t length;

    return EVP_Q_mac(NULL, "HMAC", NULL, "SHA384", NULL, key, P384_BYTES, bytes, size, out,
                     P384_BYTES, &length) != NULL;
}

/* K = HMAC_K(V || separator || seed); V = HMAC_K(V). */
static bool generator_mix(struct generator *gen, uint8_t separator, const uint8_t *seed,
                          size_t seed_size)
{
    uint8_t text[P384_BYTES + 1 + 2 * P384_BYTES];

    memcpy(text, gen->v, P384_BYTES);
    text[P384_BYTES] = separator;
    if (seed_size > 0)
        memcpy(text + P384_BYTES + 1, seed, seed_size);
    return mac(gen->k, text, P384_BYTES + 1 + seed_size, gen->k) &&
           mac(gen->k, gen->v, P384_BYTES, gen->v);
}

/* Steps d to h. seed is int2octets(x) || bits2octets(h1). */
static bool nonce_generate(const BIGNUM *order, const uint8_t seed[2 * P384_BYTES], BIGNUM *number,
                           uint8_t nonce[P384_BYTES])
{
    struct generator gen = {{0}, {0}};

    memset(gen.v, 0x01, sizeof gen.v);
    if (!generator_mix(&gen, 0x00, seed, 2 * P384_BYTES) ||
        !generator_mix(&gen, 0x01, seed, 2 * P384_BYTES))
        return false;
    for (;;) {
        if (!mac(gen.k, gen.v, P384_BYTES, gen.v) || !BN_bin2bn(gen.v, P384_BYTES, number))
            return false;
        if (!BN_is_zero(number) && BN_cmp(number, order) < 0)
            break;
        if (!generator_mix(&gen, 0x00, NULL, 0))
            return false;
    }
    memcpy(nonce, gen.v, P384_BYTES);
    return true;
}

/* bits2octets(h1): the digest modulo the order. */
static bool digest_reduce(const BIGNUM *order, const uint8_t digest[P384_BYTES],
                          uint8_t out[P384_BYTES])
{
    BN_CTX *context = BN_CTX_new();
    BIGNUM *value = BN_bin2bn(digest, P384_BYTES, NULL);
    bool done = context && value && BN_nnmod(value, value, order, context) == 1 &&
                BN_bn2binpad(value, out, P384_BYTES) == P384_BYTES;

    BN_free(value);
    BN_CTX_free(context);
    return done;
}

enum status ecdsa_nonce(const EVP_PKEY *key, const uint8_t digest[P384_BYTES],
                        uint8_t nonce[P384_BYTES])
{
    uint8_t seed[2 * P384_BYTES];
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    BIGNUM *secret = NULL, *number = BN_new();
    enum status status = STATUS_IO;

    if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &secret) != 1 ||
        BN_bn2binpad(secret, seed, P384_BYTES) != P384_BYTES)
        status = STATUS_BAD_INPUT;
    else if (group && number &&
             digest_reduce(EC_GROUP_get0_order(group), digest, seed + P384_BYTES) &&
             nonce_generate(EC_GROUP_get0_order(group), seed, number, nonce))
        status = STATUS_OK;
    BN_clear_free(secret);
    BN_clear_free(number);
    EC_GROUP_free(group);
    return status;
}
