/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/chain_forge.h — certificates that are wrong in one respect: copies of the demo's,
 * changed and signed again with the demo keys. */
#ifndef CVMLAB_TEST_CHAIN_FORGE_H
#define CVMLAB_TEST_CHAIN_FORGE_H

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "psp/chain.h"
#include "psp/demo_keys.h"

enum { FORGE_SALT = 48 };

/* Signs with RSASSA-PSS, SHA-384 and salt bytes; salt -1: PKCS #1 v1.5. */
static inline void forge_sign(X509 *certificate, EVP_PKEY *key, int salt)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *how;

    assert_int_equal(EVP_DigestSignInit(context, &how, EVP_sha384(), NULL, key), 1);
    if (salt >= 0) {
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING), 1);
        assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(how, salt), 1);
    }
    assert_true(X509_sign_ctx(certificate, context) > 0);
    EVP_MD_CTX_free(context);
}

/* The same with a demo key by name. */
static inline void forge_sign_as(X509 *certificate, const char *key_name, int salt)
{
    EVP_PKEY *key = demo_key(key_name);

    assert_non_null(key);
    forge_sign(certificate, key, salt);
    EVP_PKEY_free(key);
}

static inline void forge_set_key(X509 *certificate, EVP_PKEY *key)
{
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
}

static inline void forge_name(X509_NAME *name, const char *common_name)
{
    while (X509_NAME_entry_count(name) > 0)
        X509_NAME_ENTRY_free(X509_NAME_delete_entry(name, 0));
    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                                (const unsigned char *)common_name, -1, -1, 0),
                     1);
}

/* Sets subject and issuer. */
static inline void forge_names(X509 *certificate, const char *subject, const char *issuer)
{
    X509_NAME *name = X509_NAME_new();

    forge_name(name, subject);
    assert_int_equal(X509_set_subject_name(certificate, name), 1);
    forge_name(name, issuer);
    assert_int_equal(X509_set_issuer_name(certificate, name), 1);
    X509_NAME_free(name);
}

/* Removes the extension of this OID or short name. */
static inline void forge_remove(X509 *certificate, const char *oid)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 0);
    int index = X509_get_ext_by_OBJ(certificate, object, -1);

    assert_true(index >= 0);
    X509_EXTENSION_free(X509_delete_ext(certificate, index));
    ASN1_OBJECT_free(object);
}

/* Adds an extension with these bytes as its value. */
static inline void forge_add(X509 *certificate, const char *oid, const void *bytes, int size,
                             int critical)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 0);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension;

    assert_int_equal(ASN1_OCTET_STRING_set(value, bytes, size), 1);
    extension = X509_EXTENSION_create_by_OBJ(NULL, object, critical, value);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(object);
}

/* Puts certificate (taken over) in place of the one of its position; reads it again from DER, as a
 * verifier would get it. */
static inline void forge_place(struct certificate_chain *chain, unsigned position,
                               X509 *certificate)
{
    struct certificate_chain forged;

    chain_init(&forged);
    for (unsigned i = 0; i < chain->count; i++) {
        unsigned char *der = NULL;
        int size = i2d_X509(i == position ? certificate : chain->given[i], &der);

        assert_true(size > 0);
        assert_int_equal(chain_add(&forged, der, (size_t)size, "forged", NULL), STATUS_OK);
        OPENSSL_free(der);
    }
    X509_free(certificate);
    chain_free(chain);
    *chain = forged;
}

#endif
