/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_id_block.c — ID blocks: layout, signatures of the demo's id and author keys. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <string.h>

#include "psp/demo_keys.h"
#include "psp/id_block.h"

struct fixture {
    struct id_block block;
    EVP_PKEY *id, *author;
    uint8_t auth[ID_AUTH_BYTES];
};

static void fixture_make(struct fixture *fix)
{
    memset(fix, 0, sizeof *fix);
    memset(fix->block.ld, 0xaa, sizeof fix->block.ld);
    fix->block.family_id[0] = 1;
    fix->block.image_id[15] = 2;
    fix->block.version = ID_BLOCK_VERSION;
    fix->block.guest_svn = 3;
    fix->block.policy = 0x30000;
    fix->id = demo_key("id");
    fix->author = demo_key("author");
    assert_int_equal(id_auth_make(&fix->block, fix->id, fix->author, fix->auth), STATUS_OK);
}

static void fixture_free(struct fixture *fix)
{
    EVP_PKEY_free(fix->id);
    EVP_PKEY_free(fix->author);
}

static void a_block_survives_encoding_and_decoding(void **unused)
{
    struct fixture fix;
    struct id_block again;
    uint8_t bytes[ID_BLOCK_BYTES];

    (void)unused;
    fixture_make(&fix);
    id_block_encode(&fix.block, bytes);
    assert_int_equal(bytes[48], 1);
    assert_int_equal(bytes[79], 2);
    assert_int_equal(bytes[80], 1);
    assert_int_equal(bytes[84], 3);
    assert_int_equal(bytes[90], 3);
    id_block_decode(bytes, &again);
    assert_memory_equal(&again, &fix.block, sizeof again);
    fixture_free(&fix);
}

static void a_signed_block_verifies_with_and_without_its_author(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_make(&fix);
    assert_int_equal(id_auth_verify(&fix.block, fix.auth, true), ID_AUTH_GOOD);
    assert_int_equal(id_auth_make(&fix.block, fix.id, NULL, fix.auth), STATUS_OK);
    assert_int_equal(id_auth_verify(&fix.block, fix.auth, false), ID_AUTH_GOOD);
    assert_int_equal(id_auth_verify(&fix.block, fix.auth, true), ID_AUTH_BAD_KEY);
    fixture_free(&fix);
}

static void a_changed_block_or_signature_does_not_verify(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_make(&fix);
    fix.block.policy ^= 1;
    assert_int_equal(id_auth_verify(&fix.block, fix.auth, true), ID_AUTH_BAD_BLOCK_SIGNATURE);
    fix.block.policy ^= 1;
    fix.auth[0x680] ^= 1;
    assert_int_equal(id_auth_verify(&fix.block, fix.auth, true), ID_AUTH_BAD_AUTHOR_SIGNATURE);
    assert_int_equal(id_auth_verify(&fix.block, fix.auth, false), ID_AUTH_GOOD);
    fix.auth[0x40 + 144] = 1; /* behind R and S */
    assert_int_equal(id_auth_verify(&fix.block, fix.auth, false), ID_AUTH_BAD_BLOCK_SIGNATURE);
    fixture_free(&fix);
}

static void a_key_that_is_none_is_refused(void **unused)
{
    static const unsigned offsets[] = {0, 4, 4 + 48, 76 + 48, 148, 1027};
    struct fixture fix;
    uint8_t bytes[ID_KEY_BYTES], x[P384_BYTES], y[P384_BYTES];

    (void)unused;
    fixture_make(&fix);
    assert_int_equal(p384_point(fix.id, x, y), STATUS_OK);
    for (unsigned i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        id_key_encode(x, y, bytes);
        bytes[offsets[i]] ^= 1;
        assert_null(id_key_decode(bytes));
    }
    memcpy(fix.auth + 0x240, bytes, sizeof bytes);
    assert_int_equal(id_auth_verify(&fix.block, fix.auth, true), ID_AUTH_BAD_KEY);
    fixture_free(&fix);
}

static void signing_needs_p384_keys(void **unused)
{
    struct fixture fix;
    EVP_PKEY *rsa = demo_key("ask");
    uint8_t digest[DIGEST_BYTES];

    (void)unused;
    fixture_make(&fix);
    assert_int_equal(id_auth_make(&fix.block, rsa, NULL, fix.auth), STATUS_BAD_INPUT);
    assert_int_equal(id_auth_make(&fix.block, fix.id, rsa, fix.auth), STATUS_BAD_INPUT);
    assert_int_equal(id_key_digest(rsa, digest), STATUS_BAD_INPUT);
    EVP_PKEY_free(rsa);
    fixture_free(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_survives_encoding_and_decoding),
        cmocka_unit_test(a_signed_block_verifies_with_and_without_its_author),
        cmocka_unit_test(a_changed_block_or_signature_does_not_verify),
        cmocka_unit_test(a_key_that_is_none_is_refused),
        cmocka_unit_test(signing_needs_p384_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
