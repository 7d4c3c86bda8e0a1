/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_attest_chain.c — chains that are wrong in one respect: each has its own reason.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_forge.h"
#include "report_fixture.h"

/* A Milan report by the demo keys whose certificate at role is about to be forged. */
static X509 *begin(struct fixture *fix, enum certificate_role role)
{
    X509 *copy;

    fixture_demo(fix, PRODUCT_MILAN, SIGNER_VCEK);
    copy = X509_dup(fix->chain.by_role[role]);
    assert_non_null(copy);
    return copy;
}

static void expect_reason(struct fixture *fix, enum attest_reason reason)
{
    assert_string_equal(attest_reason_name(fixture_reason(fix)), attest_reason_name(reason));
    fixture_free(fix);
}

static void finish(struct fixture *fix, enum certificate_role role, X509 *forged,
                   enum attest_reason reason)
{
    forge_place(&fix->chain, role, forged);
    expect_reason(fix, reason);
}

static void a_forged_copy_without_a_change_verifies(void **unused)
{
    struct fixture fix;
    X509 *leaf = begin(&fix, ROLE_LEAF);

    (void)unused;
    forge_sign_as(leaf, "ask", FORGE_SALT);
    finish(&fix, ROLE_LEAF, leaf, ATTEST_NONE);
}

static void a_leaf_that_is_not_signed_with_pss(void **unused)
{
    struct fixture fix;
    X509 *leaf = begin(&fix, ROLE_LEAF);

    (void)unused;
    forge_sign_as(leaf, "ask", -1);
    finish(&fix, ROLE_LEAF, leaf, ATTEST_CERTIFICATE_NOT_PSS);
}

static void a_leaf_that_is_signed_with_a_short_salt(void **unused)
{
    struct fixture fix;
    X509 *leaf = begin(&fix, ROLE_LEAF);

    (void)unused;
    forge_sign_as(leaf, "ask", 32);
    finish(&fix, ROLE_LEAF, leaf, ATTEST_CERTIFICATE_NOT_PSS);
}

static void a_leaf_that_somebody_else_signed(void **unused)
{
    struct fixture fix;
    X509 *leaf = begin(&fix, ROLE_LEAF);

    (void)unused;
    forge_sign_as(leaf, "asvk", FORGE_SALT);
    finish(&fix, ROLE_LEAF, leaf, ATTEST_CERTIFICATE_SIGNATURE);
}

static void a_leaf_with_a_key_on_another_curve(void **unused)
{
    struct fixture fix;
    X509 *leaf = begin(&fix, ROLE_LEAF);
    EVP_PKEY *key = EVP_EC_gen("P-256");

    (void)unused;
    forge_set_key(leaf, key);
    forge_sign_as(leaf, "ask", FORGE_SALT);
    EVP_PKEY_free(key);
    finish(&fix, ROLE_LEAF, leaf, ATTEST_LEAF_NOT_P384);
}

static void a_leaf_with_an_rsa_key(void **unused)
{
    struct fixture fix;
    X509 *leaf = begin(&fix, ROLE_LEAF);
    EVP_PKEY *key = demo_key("asvk");

    (void)unused;
    forge_set_key(leaf, key);
    forge_sign_as(leaf, "ask", FORGE_SALT);
    EVP_PKEY_free(key);
    finish(&fix, ROLE_LEAF, leaf, ATTEST_LEAF_NOT_P384);
}

static void an_intermediate_with_a_short_key(void **unused)
{
    struct fixture fix;
    X509 *intermediate = begin(&fix, ROLE_INTERMEDIATE);
    EVP_PKEY *key = EVP_RSA_gen(2048);

    (void)unused;
    forge_set_key(intermediate, key);
    forge_sign_as(intermediate, "ark", FORGE_SALT);
    EVP_PKEY_free(key);
    forge_place(&fix.chain, ROLE_INTERMEDIATE, intermediate);
    assert_true(fixture_finds(&fix, ATTEST_ISSUER_NOT_RSA4096));
    expect_reason(&fix, ATTEST_CERTIFICATE_SIGNATURE); /* of the leaf, which comes first */
}

static void an_intermediate_that_may_not_sign_certificates(void **unused)
{
    static const unsigned char digital_signature[] = {0x03, 0x02, 0x07, 0x80};
    struct fixture fix;
    X509 *intermediate = begin(&fix, ROLE_INTERMEDIATE);

    (void)unused;
    forge_remove(intermediate, "keyUsage");
    forge_add(intermediate, "keyUsage", digital_signature, sizeof digital_signature, 1);
    forge_sign_as(intermediate, "ark", FORGE_SALT);
    finish(&fix, ROLE_INTERMEDIATE, intermediate, ATTEST_CERTIFICATE_USAGE);
}

static void an_intermediate_that_is_no_authority_is_no_intermediate(void **unused)
{
    struct fixture fix;
    X509 *intermediate = begin(&fix, ROLE_INTERMEDIATE);

    (void)unused;
    forge_remove(intermediate, "basicConstraints");
    forge_remove(intermediate, "keyUsage");
    forge_sign_as(intermediate, "ark", FORGE_SALT);
    finish(&fix, ROLE_INTERMEDIATE, intermediate, ATTEST_CHAIN_INCOMPLETE);
}

static void a_leaf_with_an_unknown_critical_extension(void **unused)
{
    struct fixture fix;
    X509 *leaf = begin(&fix, ROLE_LEAF);

    (void)unused;
    forge_add(leaf, "1.3.6.1.4.1.3704.1.99", "\x05\x00", 2, 1);
    forge_sign_as(leaf, "ask", FORGE_SALT);
    finish(&fix, ROLE_LEAF, leaf, ATTEST_CERTIFICATE_USAGE);
}

/* Signs the demo ARK anew with another key: the names are right, the key is nobody's. */
static void a_root_that_nobody_knows_and_one_that_is_given(void **unused)
{
    struct fixture fix;
    X509 *root = begin(&fix, ROLE_ROOT), *copy;
    EVP_PKEY *key = demo_key("asvk");

    (void)unused;
    forge_set_key(root, key);
    forge_sign(root, key, FORGE_SALT);
    copy = X509_dup(fix.chain.by_role[ROLE_INTERMEDIATE]);
    forge_place(&fix.chain, ROLE_ROOT, root);
    forge_sign(copy, key, FORGE_SALT);
    forge_place(&fix.chain, ROLE_INTERMEDIATE, copy);
    EVP_PKEY_free(key);
    assert_int_equal(fixture_reason(&fix), ATTEST_ROOT_UNKNOWN);
    fix.request.given_root = fix.chain.by_role[ROLE_ROOT];
    expect_reason(&fix, ATTEST_NONE);
}

static void missing_certificates_are_named(void **unused)
{
    static const enum attest_reason reason = ATTEST_CHAIN_INCOMPLETE;

    (void)unused;
    for (unsigned missing = 0; missing < ROLE_COUNT; missing++) {
        struct fixture fix;
        struct certificate_chain part;

        fixture_real(&fix, "genoa-ms");
        chain_init(&part);
        for (unsigned role = 0; role < ROLE_COUNT; role++) {
            unsigned char *der = NULL;
            int size = i2d_X509(fix.chain.by_role[role], &der);

            if (role != missing)
                assert_int_equal(chain_add(&part, der, (size_t)size, "part", NULL), STATUS_OK);
            OPENSSL_free(der);
        }
        chain_free(&fix.chain);
        fix.chain = part;
        expect_reason(&fix, reason);
    }
}

static void every_other_order_is_refused(void **unused)
{
    static const uint8_t orders[5][3] = {{0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    (void)unused;
    for (unsigned i = 0; i < 5; i++) {
        struct fixture fix;
        struct certificate_chain swapped;

        fixture_real(&fix, "milan-v2-gosevguest");
        chain_init(&swapped);
        for (unsigned j = 0; j < 3; j++) {
            unsigned char *der = NULL;
            int size = i2d_X509(fix.chain.given[orders[i][j]], &der);

            assert_int_equal(chain_add(&swapped, der, (size_t)size, "swapped", NULL), STATUS_OK);
            OPENSSL_free(der);
        }
        chain_free(&fix.chain);
        fix.chain = swapped;
        expect_reason(&fix, ATTEST_CHAIN_ORDER);
    }
}

static void a_certificate_that_comes_twice_is_out_of_order(void **unused)
{
    struct fixture fix;
    X509 *copy = begin(&fix, ROLE_ROOT);
    unsigned char *der = NULL;
    int size = i2d_X509(copy, &der);

    (void)unused;
    assert_int_equal(chain_add(&fix.chain, der, (size_t)size, "again", NULL), STATUS_OK);
    OPENSSL_free(der);
    X509_free(copy);
    expect_reason(&fix, ATTEST_CHAIN_ORDER);
}

static void an_intermediate_of_another_product_did_not_issue_the_leaf(void **unused)
{
    struct fixture fix, other;
    X509 *intermediate;

    (void)unused;
    fixture_real(&fix, "milan-v2-gosevguest");
    fixture_real(&other, "genoa-ms");
    intermediate = X509_dup(other.chain.by_role[ROLE_INTERMEDIATE]);
    fixture_free(&other);
    finish(&fix, ROLE_INTERMEDIATE, intermediate, ATTEST_CHAIN_ISSUER);
}

static void the_chain_of_another_machine_is_told_from_a_changed_report(void **unused)
{
    struct fixture fix, other;

    (void)unused;
    fixture_real(&fix, "genoa-ms");
    fixture_real(&other, "milan-v2-gosevguest");
    fix.request.chain = &other.chain;
    assert_int_equal(fixture_reason(&fix), ATTEST_PRODUCT_MISMATCH);
    other.request.chain = &fix.chain; /* version 2 does not name its product */
    assert_int_equal(fixture_reason(&other), ATTEST_TCB_MISMATCH);
    assert_true(fixture_finds(&other, ATTEST_CHIP_ID_MISMATCH));
    assert_true(fixture_finds(&other, ATTEST_SIGNATURE));
    fixture_free(&fix);
    fixture_free(&other);
}

static void validity_is_judged_at_the_time_that_is_given(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_real(&fix, "milan-v2-gosevguest");
    fix.request.time_source = TIME_GIVEN;
    assert_true(time_parse("2022-09-24T00:55:27Z", &fix.request.time));
    assert_int_equal(fixture_reason(&fix), ATTEST_CERTIFICATE_NOT_YET_VALID);
    fix.request.time++;
    assert_int_equal(fixture_reason(&fix), ATTEST_NONE);
    assert_true(time_parse("2029-09-24T00:55:28Z", &fix.request.time));
    assert_int_equal(fixture_reason(&fix), ATTEST_NONE);
    fix.request.time++;
    expect_reason(&fix, ATTEST_CERTIFICATE_EXPIRED);
}

static void extensions_are_needed_and_must_be_readable(void **unused)
{
    static const char *const oids[] = {"1.3.6.1.4.1.3704.1.2",   "1.3.6.1.4.1.3704.1.3.1",
                                       "1.3.6.1.4.1.3704.1.3.2", "1.3.6.1.4.1.3704.1.3.3",
                                       "1.3.6.1.4.1.3704.1.3.8", "1.3.6.1.4.1.3704.1.4"};

    (void)unused;
    for (unsigned i = 0; i < sizeof oids / sizeof oids[0]; i++) {
        struct fixture fix;
        X509 *leaf = begin(&fix, ROLE_LEAF);

        forge_remove(leaf, oids[i]);
        forge_sign_as(leaf, "ask", FORGE_SALT);
        finish(&fix, ROLE_LEAF, leaf, ATTEST_EXTENSION_MISSING);
        leaf = begin(&fix, ROLE_LEAF);
        forge_remove(leaf, oids[i]);
        forge_add(leaf, oids[i], "\x02\x02\x01", 3, 0);
        forge_sign_as(leaf, "ask", FORGE_SALT);
        finish(&fix, ROLE_LEAF, leaf, ATTEST_EXTENSION_MALFORMED);
    }
}

static void a_chip_id_may_also_be_wrapped_in_an_octet_string(void **unused)
{
    struct fixture fix;
    X509 *leaf = begin(&fix, ROLE_LEAF);
    struct leaf_extensions extensions;
    unsigned char wrapped[2 + CHIP_ID_BYTES] = {0x04, CHIP_ID_BYTES};

    (void)unused;
    leaf_extensions_read(leaf, &extensions);
    memcpy(wrapped + 2, extensions.chip_id, CHIP_ID_BYTES);
    forge_remove(leaf, "1.3.6.1.4.1.3704.1.4");
    forge_add(leaf, "1.3.6.1.4.1.3704.1.4", wrapped, sizeof wrapped, 0);
    forge_sign_as(leaf, "ask", FORGE_SALT);
    finish(&fix, ROLE_LEAF, leaf, ATTEST_NONE);
}

static void text_that_is_no_certificate_is_malformed(void **unused)
{
    static const char *const texts[] = {
        "", "nothing", "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"};

    (void)unused;
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct certificate_chain chain;
        struct diagnostic diag = {{0}};

        chain_init(&chain);
        assert_int_equal(
            chain_add(&chain, (const uint8_t *)texts[i], strlen(texts[i]), "x.pem", &diag),
            STATUS_BAD_INPUT);
        assert_memory_equal(diag.text, "x.pem: certificate-malformed: ", 30);
        chain_free(&chain);
    }
}

static void bytes_behind_a_certificate_are_malformed(void **unused)
{
    struct fixture fix;
    X509 *leaf = begin(&fix, ROLE_LEAF);
    unsigned char longer[4096] = {0}, *at = longer;
    int size = i2d_X509(leaf, &at);
    struct certificate_chain chain;

    (void)unused;
    for (int extra = 0; extra < 2; extra++) {
        chain_init(&chain);
        assert_int_equal(chain_add(&chain, longer, (size_t)(size + extra), "x.der", NULL),
                         extra ? STATUS_BAD_INPUT : STATUS_OK);
        chain_free(&chain);
    }
    X509_free(leaf);
    fixture_free(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forged_copy_without_a_change_verifies),
        cmocka_unit_test(a_leaf_that_is_not_signed_with_pss),
        cmocka_unit_test(a_leaf_that_is_signed_with_a_short_salt),
        cmocka_unit_test(a_leaf_that_somebody_else_signed),
        cmocka_unit_test(a_leaf_with_a_key_on_another_curve),
        cmocka_unit_test(a_leaf_with_an_rsa_key),
        cmocka_unit_test(an_intermediate_with_a_short_key),
        cmocka_unit_test(an_intermediate_that_may_not_sign_certificates),
        cmocka_unit_test(an_intermediate_that_is_no_authority_is_no_intermediate),
        cmocka_unit_test(a_leaf_with_an_unknown_critical_extension),
        cmocka_unit_test(a_root_that_nobody_knows_and_one_that_is_given),
        cmocka_unit_test(missing_certificates_are_named),
        cmocka_unit_test(every_other_order_is_refused),
        cmocka_unit_test(a_certificate_that_comes_twice_is_out_of_order),
        cmocka_unit_test(an_intermediate_of_another_product_did_not_issue_the_leaf),
        cmocka_unit_test(the_chain_of_another_machine_is_told_from_a_changed_report),
        cmocka_unit_test(validity_is_judged_at_the_time_that_is_given),
        cmocka_unit_test(extensions_are_needed_and_must_be_readable),
        cmocka_unit_test(a_chip_id_may_also_be_wrapped_in_an_octet_string),
        cmocka_unit_test(text_that_is_no_certificate_is_malformed),
        cmocka_unit_test(bytes_behind_a_certificate_are_malformed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
