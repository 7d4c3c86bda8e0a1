/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/crypto.h — AES-GCM for packets (NIST SP 800-38D), with a 12-byte IV as IPsec uses it.
 * One small interface over two libraries: OpenSSL, always there, and intel-ipsec-mb, where it was
 * installed at build time. docs/FOLIO.md, "Which library encrypts", has the measurement behind the
 * default. The data may lie anywhere, but not in shared memory: both libraries read ciphertext
 * more than once (toctou.h). */
#ifndef CVMLAB_SIM_NET_CRYPTO_H
#define CVMLAB_SIM_NET_CRYPTO_H

#include "base/status.h"
#include "base/types.h"

enum { AEAD_IV_BYTES = 12, AEAD_TAG_BYTES = 16, AEAD_AAD_BYTES_MAX = 16 };

enum aead_library { AEAD_OPENSSL, AEAD_IPSEC_MB, AEAD_LIBRARY_COUNT };

/* "openssl", "ipsec-mb"; NULL out of range. */
const char *aead_library_name(enum aead_library library);

/* Whether this program was built with the library and the processor can run it. */
bool aead_library_is_there(enum aead_library library);

/* The one that measured faster and is there. */
enum aead_library aead_library_default(void);

/* The one of this name; NULL: the default. false: there is none, or this program cannot use it;
 * *library is then as it was. */
bool aead_library_find(const char *name, enum aead_library *library);

/* A key, expanded once. Not for two threads at a time. */
struct aead;

/* key_bytes: 16, 24 or 32. STATUS_BAD_INPUT: another length; STATUS_BAD_STATE: the library is not
 * there; STATUS_IO: no memory, or the library refused. *out is NULL then. */
enum status aead_create(enum aead_library library, const uint8_t *key, size_t key_bytes,
                        struct aead **out);

/* Frees, and wipes the key; NULL is allowed. */
void aead_destroy(struct aead *aead);

/* What one operation is told. Lengths in bytes. */
struct aead_text {
    const uint8_t *iv;  /* AEAD_IV_BYTES */
    const uint8_t *aad; /* aad_bytes, at most AEAD_AAD_BYTES_MAX: authenticated, not encrypted */
    size_t aad_bytes;
    const uint8_t *from; /* size_bytes */
    size_t size_bytes;
    uint8_t *to; /* size_bytes; may be from */
};

/* Encrypts; writes tag_bytes (8, 12 or 16) of the tag. STATUS_IO: the library refused; what is in
 * to and tag is then not to be sent. */
enum status aead_seal(struct aead *aead, const struct aead_text *text, uint8_t *tag,
                      size_t tag_bytes);

/* Decrypts and compares the tag. STATUS_DENIED: it differs; to is zeroed then. */
enum status aead_open(struct aead *aead, const struct aead_text *text, const uint8_t *tag,
                      size_t tag_bytes);

/* The same decryption in pieces: start, any number of pieces, finish. What the pieces wrote is not
 * to be used before finish said STATUS_OK; on STATUS_DENIED the caller wipes it. from, to and
 * size_bytes of text are not looked at by start. Errors as aead_open. */
enum status aead_open_start(struct aead *aead, const struct aead_text *text);
enum status aead_open_piece(struct aead *aead, const uint8_t *from, uint8_t *to, size_t size_bytes);
enum status aead_open_finish(struct aead *aead, const uint8_t *tag, size_t tag_bytes);

#endif
