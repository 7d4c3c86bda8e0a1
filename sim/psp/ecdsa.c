/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/ecdsa.c — see ecdsa.h. The nonce comes from ecdsa_nonce.c. Tested by
 * tests/unit/test_ecdsa.c with the vectors of RFC 6979, A.2.6. */
#include "psp/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include "psp/measure.h"

static bool key_is_p384(const EVP_PKEY *key)
{
    char group[32];

    return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                          NULL) == 1 &&
           strcmp(group, "secp384r1") == 0;
}

static bool number_param(const EVP_PKEY *key, const char *name, uint8_t number[P384_BYTES])
{
    BIGNUM *value = NULL;
    bool fits = EVP_PKEY_get_bn_param(key, name, &value) == 1 &&
                BN_bn2binpad(value, number, P384_BYTES) == P384_BYTES;

    BN_clear_free(value);
    return fits;
}

enum status p384_point(const EVP_PKEY *key, uint8_t x[P384_BYTES], uint8_t y[P384_BYTES])
{
    if (!key || !key_is_p384(key) || !number_param(key, OSSL_PKEY_PARAM_EC_PUB_X, x) ||
        !number_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, y))
        return STATUS_BAD_INPUT;
    return STATUS_OK;
}

EVP_PKEY *p384_key(const uint8_t x[P384_BYTES], const uint8_t y[P384_BYTES])
{
    uint8_t point[1 + 2 * P384_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    char group[] = "secp384r1";
    OSSL_PARAM params[] = {
        OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group - 1),
        OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_END,
    };
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;

    memcpy(point + 1, x, P384_BYTES);
    memcpy(point + 1 + P384_BYTES, y, P384_BYTES);
    if (context && EVP_PKEY_fromdata_init(context) == 1)
        (void)EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
    EVP_PKEY_CTX_free(context);
    return key;
}

/* s = (digest + r * d) / k mod n, with r = x of k * G (FIPS 186-5, 6.4.1). */
static bool numbers_sign(const EC_GROUP *group, const uint8_t d_bytes[P384_BYTES],
                         const uint8_t k_bytes[P384_BYTES], const uint8_t digest[P384_BYTES],
                         struct ecdsa_signature *signature)
{
    const BIGNUM *n = EC_GROUP_get0_order(group);
    BN_CTX *context = BN_CTX_new();
    BIGNUM *d = BN_bin2bn(d_bytes, P384_BYTES, NULL), *k = BN_bin2bn(k_bytes, P384_BYTES, NULL);
    BIGNUM *e = BN_bin2bn(digest, P384_BYTES, NULL), *r = BN_new(), *s = BN_new();
    EC_POINT *point = EC_POINT_new(group);
    bool done = context && d && k && e && r && s && point &&
                EC_POINT_mul(group, point, k, NULL, NULL, context) == 1 &&
                EC_POINT_get_affine_coordinates(group, point, r, NULL, context) == 1 &&
                BN_nnmod(r, r, n, context) == 1 && BN_mod_mul(s, r, d, n, context) == 1 &&
                BN_mod_add(s, s, e, n, context) == 1 && BN_mod_inverse(k, k, n, context) != NULL &&
                BN_mod_mul(s, s, k, n, context) == 1 &&
                BN_bn2lebinpad(r, signature->r, ECDSA_NUMBER_BYTES) == ECDSA_NUMBER_BYTES &&
                BN_bn2lebinpad(s, signature->s, ECDSA_NUMBER_BYTES) == ECDSA_NUMBER_BYTES;

    EC_POINT_free(point);
    BN_free(s);
    BN_free(r);
    BN_free(e);
    BN_clear_free(k);
    BN_clear_free(d);
    BN_CTX_free(context);
    return done;
}

enum status ecdsa_sign(const EVP_PKEY *key, const void *bytes, size_t size_bytes,
                       struct ecdsa_signature *signature)
{
    uint8_t digest[DIGEST_BYTES], nonce[P384_BYTES], secret[P384_BYTES];
    enum status status = digest_sha384(bytes, size_bytes, digest);
    EC_GROUP *group;

    if (status == STATUS_OK)
        status = ecdsa_nonce(key, digest, nonce);
    if (status != STATUS_OK)
        return status;
    if (!number_param(key, OSSL_PKEY_PARAM_PRIV_KEY, secret))
        return STATUS_BAD_INPUT;
    group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    if (!group || !numbers_sign(group, secret, nonce, digest, signature))
        status = STATUS_IO;
    EC_GROUP_free(group);
    return status;
}

/* 1 to n - 1; NULL if not, or no memory. */
static BIGNUM *number_read(const uint8_t bytes[ECDSA_NUMBER_BYTES], const BIGNUM *order)
{
    BIGNUM *number = BN_lebin2bn(bytes, ECDSA_NUMBER_BYTES, NULL);

    if (number && (BN_is_zero(number) || BN_cmp(number, order) >= 0)) {
        BN_free(number);
        return NULL;
    }
    return number;
}

/* The DER form that OpenSSL takes; *size 0: r or s is out of range. */
static uint8_t *signature_to_der(const struct ecdsa_signature *signature, size_t *size)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    const BIGNUM *order = group ? EC_GROUP_get0_order(group) : BN_value_one();
    BIGNUM *r = number_read(signature->r, order), *s = number_read(signature->s, order);
    ECDSA_SIG *pair = ECDSA_SIG_new();
    uint8_t *der = NULL;
    int length = 0;

    if (r && s && pair && ECDSA_SIG_set0(pair, r, s) == 1) {
        r = s = NULL; /* the pair owns them now */
        length = i2d_ECDSA_SIG(pair, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(pair);
    EC_GROUP_free(group);
    *size = length > 0 ? (size_t)length : 0;
    return der;
}

enum ecdsa_verdict ecdsa_verify(EVP_PKEY *key, const void *bytes, size_t size_bytes,
                                const struct ecdsa_signature *signature)
{
    EVP_MD_CTX *context;
    size_t der_size;
    uint8_t *der;
    bool good;

    der = signature_to_der(signature, &der_size);
    if (der_size == 0)
        return ECDSA_OUT_OF_RANGE;
    context = EVP_MD_CTX_new();
    good = context && key_is_p384(key) &&
           EVP_DigestVerifyInit(context, NULL, EVP_sha384(), NULL, key) == 1 &&
           EVP_DigestVerify(context, der, der_size, bytes, size_bytes) == 1;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    return good ? ECDSA_GOOD : ECDSA_BAD;
}
