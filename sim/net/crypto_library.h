/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/crypto_library.h — private to crypto.c and the libraries behind it: what one gives.
 * Contracts are those of crypto.h, arguments were checked. */
#ifndef CVMLAB_SIM_NET_CRYPTO_LIBRARY_H
#define CVMLAB_SIM_NET_CRYPTO_LIBRARY_H

#include "net/crypto.h"

struct crypto_library {
    const char *name;
    bool (*is_there)(void);
    enum status (*create)(const uint8_t *key, size_t key_bytes, struct aead **out);
    void (*destroy)(struct aead *aead);
    enum status (*seal)(struct aead *aead, const struct aead_text *text, uint8_t *tag,
                        size_t tag_bytes);
    enum status (*open_start)(struct aead *aead, const struct aead_text *text);
    enum status (*open_piece)(struct aead *aead, const uint8_t *from, uint8_t *to,
                              size_t size_bytes);
    enum status (*open_finish)(struct aead *aead, const uint8_t *tag, size_t tag_bytes);
};

/* A library's key embeds this as its first member. */
struct aead {
    const struct crypto_library *library;
};

extern const struct crypto_library crypto_openssl, crypto_ipsec_mb;

#endif
