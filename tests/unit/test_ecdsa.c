/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ecdsa.c — deterministic signatures against RFC 6979, A.2.6 (ECDSA, 384 bits). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "psp/demo_keys.h"
#include "psp/ecdsa.h"
#include "psp/hex.h"

static const char secret_hex[] = "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8"
                                 "96D5724E4C70A825F872C9EA60D2EDF5";
static const char public_x[] = "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64"
                               "DEF8F0EA9055866064A254515480BC13";
static const char public_y[] = "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1"
                               "288B231C3AE0D4FE7344FD2533264720";

struct vector {
    const char *message, *k, *r, *s;
};

static const struct vector vectors[] = {
    {"sample",
     "94ED910D1A099DAD3254E9242AE85ABDE4BA15168EAF0CA87A555FD56D10FBCA"
     "2907E3E83BA95368623B8C4686915CF9",
     "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C"
     "81A648152E44ACF96E36DD1E80FABE46",
     "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F"
     "A329C145786E679E7B82C71A38628AC8"},
    {"test",
     "015EE46A5BF88773ED9123A5AB0807962D193719503C527B031B4C2D225092AD"
     "A71F4A459BC0DA98ADB95837DB8312EA",
     "8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB"
     "0542A7F0812998DA8F1DD3CA3CF023DB",
     "DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E0"
     "6A739F040649A667BF3B828246BAA5A5"},
};

/* The key of the RFC. */
static EVP_PKEY *rfc_key(void)
{
    uint8_t point[97] = {4}, secret[P384_BYTES];
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    BIGNUM *number;
    OSSL_PARAM *params;
    EVP_PKEY *key = NULL;

    assert_true(hex_decode(secret_hex, secret, sizeof secret));
    assert_true(hex_decode(public_x, point + 1, P384_BYTES));
    assert_true(hex_decode(public_y, point + 1 + P384_BYTES, P384_BYTES));
    number = BN_bin2bn(secret, sizeof secret, NULL);
    assert_true(OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "secp384r1", 0));
    assert_true(OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, 97));
    assert_true(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number));
    params = OSSL_PARAM_BLD_to_param(build);
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params), 1);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(context);
    BN_free(number);
    return key;
}

/* 72 little-endian bytes against big-endian hex. */
static void expect_number(const uint8_t number[ECDSA_NUMBER_BYTES], const char *hex)
{
    uint8_t expected[P384_BYTES];

    assert_true(hex_decode(hex, expected, sizeof expected));
    for (unsigned i = 0; i < P384_BYTES; i++)
        assert_int_equal(number[i], expected[P384_BYTES - 1 - i]);
    assert_true(bytes_are_zero(number + P384_BYTES, ECDSA_NUMBER_BYTES - P384_BYTES));
}

static void nonces_and_signatures_are_those_of_the_rfc(void **unused)
{
    EVP_PKEY *key = rfc_key();

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        const struct vector *vector = &vectors[i];
        uint8_t digest[P384_BYTES], nonce[P384_BYTES], k[P384_BYTES];
        struct ecdsa_signature signature;

        assert_int_equal(
            EVP_Digest(vector->message, strlen(vector->message), digest, NULL, EVP_sha384(), NULL),
            1);
        assert_int_equal(ecdsa_nonce(key, digest, nonce), STATUS_OK);
        assert_true(hex_decode(vector->k, k, sizeof k));
        assert_memory_equal(nonce, k, sizeof k);
        assert_int_equal(ecdsa_sign(key, vector->message, strlen(vector->message), &signature),
                         STATUS_OK);
        expect_number(signature.r, vector->r);
        expect_number(signature.s, vector->s);
    }
    EVP_PKEY_free(key);
}

static void a_signature_verifies_and_a_changed_one_does_not(void **unused)
{
    EVP_PKEY *key = demo_key("vcek-milan"), *other = demo_key("vcek-genoa");
    struct ecdsa_signature signature, changed;

    (void)unused;
    assert_int_equal(ecdsa_sign(key, "message", 7, &signature), STATUS_OK);
    assert_int_equal(ecdsa_verify(key, "message", 7, &signature), ECDSA_GOOD);
    assert_int_equal(ecdsa_verify(key, "messagE", 7, &signature), ECDSA_BAD);
    assert_int_equal(ecdsa_verify(other, "message", 7, &signature), ECDSA_BAD);
    changed = signature;
    changed.s[0] ^= 1;
    assert_int_equal(ecdsa_verify(key, "message", 7, &changed), ECDSA_BAD);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}

static void numbers_that_are_zero_or_too_large_are_out_of_range(void **unused)
{
    EVP_PKEY *key = demo_key("vcek-milan");
    struct ecdsa_signature signature, changed;

    (void)unused;
    assert_int_equal(ecdsa_sign(key, "message", 7, &signature), STATUS_OK);
    changed = signature;
    memset(changed.r, 0, sizeof changed.r);
    assert_int_equal(ecdsa_verify(key, "message", 7, &changed), ECDSA_OUT_OF_RANGE);
    changed = signature;
    memset(changed.s, 0xff, P384_BYTES); /* above the order */
    assert_int_equal(ecdsa_verify(key, "message", 7, &changed), ECDSA_OUT_OF_RANGE);
    changed = signature;
    changed.r[ECDSA_NUMBER_BYTES - 1] = 1;
    assert_int_equal(ecdsa_verify(key, "message", 7, &changed), ECDSA_OUT_OF_RANGE);
    EVP_PKEY_free(key);
}

static void a_key_comes_back_from_its_point(void **unused)
{
    EVP_PKEY *key = demo_key("id"), *again;
    uint8_t x[P384_BYTES], y[P384_BYTES];

    (void)unused;
    assert_int_equal(p384_point(key, x, y), STATUS_OK);
    again = p384_key(x, y);
    assert_non_null(again);
    assert_int_equal(EVP_PKEY_eq(key, again), 1);
    EVP_PKEY_free(again);
    y[0] ^= 1;
    assert_null(p384_key(x, y));
    EVP_PKEY_free(key);
}

static void other_keys_neither_sign_nor_verify(void **unused)
{
    EVP_PKEY *rsa = demo_key("ask"), *p256 = EVP_EC_gen("P-256"), *key = demo_key("id");
    uint8_t x[P384_BYTES], y[P384_BYTES];
    struct ecdsa_signature signature;

    (void)unused;
    assert_int_equal(p384_point(rsa, x, y), STATUS_BAD_INPUT);
    assert_int_equal(p384_point(p256, x, y), STATUS_BAD_INPUT);
    assert_int_equal(p384_point(NULL, x, y), STATUS_BAD_INPUT);
    assert_int_equal(ecdsa_sign(rsa, "m", 1, &signature), STATUS_BAD_INPUT);
    assert_int_equal(ecdsa_sign(key, "m", 1, &signature), STATUS_OK);
    assert_int_equal(ecdsa_verify(rsa, "m", 1, &signature), ECDSA_BAD);
    assert_int_equal(ecdsa_verify(p256, "m", 1, &signature), ECDSA_BAD);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(p256);
    EVP_PKEY_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nonces_and_signatures_are_those_of_the_rfc),
        cmocka_unit_test(a_signature_verifies_and_a_changed_one_does_not),
        cmocka_unit_test(numbers_that_are_zero_or_too_large_are_out_of_range),
        cmocka_unit_test(a_key_comes_back_from_its_point),
        cmocka_unit_test(other_keys_neither_sign_nor_verify),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
