/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/roots.c — see roots.h. */
#include "psp/roots.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "psp/demo_keys.h"
#include "psp/measure.h"

struct pin {
    enum product product;
    uint8_t key_sha256[LEGACY_DIGEST_BYTES]; /* of the DER SubjectPublicKeyInfo */
};

/* The keys of the certificates ARK-Milan, ARK-Genoa and ARK-Turin, as AMD's key server gives them
 * (kdsintf.amd.com/vcek/v1/PRODUCT/cert_chain); computed from the copies in virtee/sev 9cf2adbf,
 * src/certs/snp/builtin, and compared with those of google/go-sev-guest af1c107a, verify/trust. */
static const struct pin pins[] = {
    {PRODUCT_MILAN, {0x9f, 0x05, 0x6b, 0xee, 0x44, 0x37, 0x7e, 0x29, 0x30, 0x8c, 0xb5,
                     0xff, 0xa8, 0x95, 0xbd, 0xfb, 0x62, 0xd1, 0x88, 0x81, 0xfa, 0x6b,
                     0xed, 0x8d, 0x6f, 0x07, 0x5b, 0x02, 0x04, 0x08, 0x9c, 0xb9}},
    {PRODUCT_GENOA, {0x42, 0x9a, 0x69, 0xc9, 0x42, 0x2a, 0xa2, 0x58, 0xee, 0x4d, 0x8d,
                     0xb5, 0xfc, 0xda, 0x9c, 0x64, 0x70, 0xef, 0x15, 0xf8, 0xcd, 0x5a,
                     0x9c, 0xeb, 0xd6, 0xcb, 0xc7, 0xd9, 0x0b, 0x86, 0x38, 0x31}},
    {PRODUCT_TURIN, {0x4f, 0x12, 0x54, 0x10, 0x56, 0x3a, 0x2a, 0xb9, 0xa5, 0x03, 0x56,
                     0xf9, 0x24, 0x3f, 0x6f, 0xe0, 0xb6, 0xf7, 0x3d, 0xe9, 0x86, 0x03,
                     0xf5, 0x3f, 0x90, 0x33, 0x9c, 0x70, 0xe9, 0xd7, 0xad, 0x08}},
};

static bool keys_equal(X509 *a, X509 *b)
{
    EVP_PKEY *left = X509_get0_pubkey(a), *right = X509_get0_pubkey(b);

    return left && right && EVP_PKEY_eq(left, right) == 1;
}

static bool key_digest(X509 *certificate, uint8_t digest[LEGACY_DIGEST_BYTES])
{
    uint8_t *der = NULL;
    int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    bool done = size > 0 && digest_sha256(der, (size_t)size, digest) == STATUS_OK;

    OPENSSL_free(der);
    return done;
}

static bool is_demo(X509 *certificate)
{
    X509 *demo = demo_certificate("ark");
    bool same = demo && keys_equal(certificate, demo);

    X509_free(demo);
    return same;
}

struct root root_find(X509 *certificate, X509 *given)
{
    struct root root = {ROOT_UNKNOWN, PRODUCT_UNKNOWN};
    uint8_t digest[LEGACY_DIGEST_BYTES];

    if (!key_digest(certificate, digest))
        return root;
    for (size_t i = 0; i < sizeof pins / sizeof pins[0]; i++)
        if (memcmp(pins[i].key_sha256, digest, sizeof digest) == 0)
            return (struct root){ROOT_AMD, pins[i].product};
    if (is_demo(certificate))
        root.owner = ROOT_DEMO;
    else if (given && keys_equal(certificate, given))
        root.owner = ROOT_GIVEN;
    return root;
}
