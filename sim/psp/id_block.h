/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/id_block.h — what the owner of a guest signs before its launch: the digest and policy
 * that the secure processor must find (56860, SNP_LAUNCH_FINISH, "ID Block" and "ID Authentication
 * Information"). */
#ifndef CVMLAB_SIM_PSP_ID_BLOCK_H
#define CVMLAB_SIM_PSP_ID_BLOCK_H

#include "psp/ecdsa.h"
#include "psp/measure.h"

enum {
    ID_BLOCK_BYTES = 96,
    ID_KEY_BYTES = 1028,
    ID_SIGNATURE_BYTES = 512,
    ID_AUTH_BYTES = 4096,
    ID_BLOCK_VERSION = 1,
    ID_KEY_CURVE_P384 = 2,
};

struct id_block {
    uint8_t ld[DIGEST_BYTES];
    uint8_t family_id[16], image_id[16];
    uint32_t version, guest_svn;
    uint64_t policy;
};

/* The two layouts of the block. */
void id_block_encode(const struct id_block *block, uint8_t bytes[ID_BLOCK_BYTES]);

/* The reverse. Every 96 bytes are a block; whether its version is known is the caller's business.
 */
void id_block_decode(const uint8_t bytes[ID_BLOCK_BYTES], struct id_block *block);

/* A public key as firmware takes it: curve, then Qx and Qy of 72 little-endian bytes each, from
 * big-endian numbers. */
void id_key_encode(const uint8_t x[P384_BYTES], const uint8_t y[P384_BYTES],
                   uint8_t bytes[ID_KEY_BYTES]);

/* The public key of such a structure, owned by the caller (EVP_PKEY_free). NULL: another curve, no
 * point on it, or reserved bytes that are not zero. */
EVP_PKEY *id_key_decode(const uint8_t bytes[ID_KEY_BYTES]);

/* The digest under which a report names the key: SHA-384 of the structure. STATUS_BAD_INPUT: no
 * P-384 key; STATUS_IO: no memory. */
enum status id_key_digest(const EVP_PKEY *key, uint8_t digest[DIGEST_BYTES]);

/* Signs the block with id_key, and id_key with author_key, which may be NULL. Errors as
 * id_key_digest; auth is undefined then. */
enum status id_auth_make(const struct id_block *block, const EVP_PKEY *id_key,
                         const EVP_PKEY *author_key, uint8_t auth[ID_AUTH_BYTES]);

enum id_auth_verdict {
    ID_AUTH_GOOD,
    ID_AUTH_BAD_KEY,              /* id key or author key is no P-384 key */
    ID_AUTH_BAD_BLOCK_SIGNATURE,  /* the id key did not sign the block */
    ID_AUTH_BAD_AUTHOR_SIGNATURE, /* the author key did not sign the id key */
};

/* Checks the block against its authentication information; with an author key if author is true. */
enum id_auth_verdict id_auth_verify(const struct id_block *block, const uint8_t auth[ID_AUTH_BYTES],
                                    bool author);

#endif
