/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/ecdsa.h — ECDSA with P-384 and SHA-384, as reports and ID blocks use it: numbers of 72
 * little-endian bytes. Signing is deterministic (RFC 6979): the same key and bytes, the same
 * signature. Not for real secrets: it takes no care to run in constant time. */
#ifndef CVMLAB_SIM_PSP_ECDSA_H
#define CVMLAB_SIM_PSP_ECDSA_H

#include <openssl/types.h>

#include "base/status.h"
#include "base/types.h"

enum {
    P384_BYTES = 48,
    ECDSA_NUMBER_BYTES = 72, /* 56860, "Format for an ECDSA P-384 signature" */
};

struct ecdsa_signature {
    uint8_t r[ECDSA_NUMBER_BYTES], s[ECDSA_NUMBER_BYTES]; /* little-endian */
};

enum ecdsa_verdict { ECDSA_GOOD, ECDSA_BAD, ECDSA_OUT_OF_RANGE /* r or s: not 1 to n - 1 */ };

/* The public point, big-endian. STATUS_BAD_INPUT: no P-384 key. */
enum status p384_point(const EVP_PKEY *key, uint8_t x[P384_BYTES], uint8_t y[P384_BYTES]);

/* A public key from its point; owned by the caller (EVP_PKEY_free). NULL: not on the curve. */
EVP_PKEY *p384_key(const uint8_t x[P384_BYTES], const uint8_t y[P384_BYTES]);

/* The nonce of RFC 6979, section 3.2, for the private number of key and the digest, big-endian.
 * STATUS_BAD_INPUT: key is no private P-384 key; STATUS_IO: no memory. */
enum status ecdsa_nonce(const EVP_PKEY *key, const uint8_t digest[P384_BYTES],
                        uint8_t nonce[P384_BYTES]);

/* Signs the SHA-384 of bytes. Errors as ecdsa_nonce; signature is undefined then. */
enum status ecdsa_sign(const EVP_PKEY *key, const void *bytes, size_t size_bytes,
                       struct ecdsa_signature *signature);

/* Whether signature is that of the SHA-384 of bytes by key, any public P-384 key. ECDSA_BAD also if
 * key is of another kind. */
enum ecdsa_verdict ecdsa_verify(EVP_PKEY *key, const void *bytes, size_t size_bytes,
                                const struct ecdsa_signature *signature);

#endif
