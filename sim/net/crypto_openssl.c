/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/crypto_openssl.c — AES-GCM by OpenSSL. One context per direction keeps the expanded key;
 * a packet only sets its IV. */
#include <openssl/evp.h>
#include <stdlib.h>

#include "net/crypto_library.h"

struct openssl_aead {
    struct aead base;
    EVP_CIPHER_CTX *seal, *open;
};

/* handle to adapter: base is the first member */
static struct openssl_aead *openssl_of(struct aead *aead)
{
    return (struct openssl_aead *)aead;
}

static bool openssl_is_there(void)
{
    return true;
}

static void openssl_destroy(struct aead *aead)
{
    EVP_CIPHER_CTX_free(openssl_of(aead)->seal); /* wipes */
    EVP_CIPHER_CTX_free(openssl_of(aead)->open);
    free(aead);
}

static enum status openssl_create(const uint8_t *key, size_t key_bytes, struct aead **out)
{
    const EVP_CIPHER *cipher = key_bytes == 16   ? EVP_aes_128_gcm()
                               : key_bytes == 24 ? EVP_aes_192_gcm()
                                                 : EVP_aes_256_gcm();
    struct openssl_aead *aead = calloc(1, sizeof *aead);

    if (!aead)
        return STATUS_IO;
    aead->base.library = &crypto_openssl;
    aead->seal = EVP_CIPHER_CTX_new();
    aead->open = EVP_CIPHER_CTX_new();
    if (!aead->seal || !aead->open ||
        EVP_EncryptInit_ex2(aead->seal, cipher, key, NULL, NULL) != 1 ||
        EVP_DecryptInit_ex2(aead->open, cipher, key, NULL, NULL) != 1) {
        openssl_destroy(&aead->base);
        return STATUS_IO;
    }
    *out = &aead->base;
    return STATUS_OK;
}

static enum status openssl_seal(struct aead *aead, const struct aead_text *text, uint8_t *tag,
                                size_t tag_bytes)
{
    EVP_CIPHER_CTX *context = openssl_of(aead)->seal;
    uint8_t rest[AEAD_TAG_BYTES]; /* GCM ends without output */
    int written;

    if (EVP_EncryptInit_ex2(context, NULL, NULL, text->iv, NULL) != 1 ||
        EVP_EncryptUpdate(context, NULL, &written, text->aad, (int)text->aad_bytes) != 1 ||
        (text->size_bytes &&
         EVP_EncryptUpdate(context, text->to, &written, text->from, (int)text->size_bytes) != 1) ||
        EVP_EncryptFinal_ex(context, rest, &written) != 1 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, (int)tag_bytes, tag) != 1)
        return STATUS_IO;
    return STATUS_OK;
}

static enum status openssl_open_start(struct aead *aead, const struct aead_text *text)
{
    EVP_CIPHER_CTX *context = openssl_of(aead)->open;
    int written;

    if (EVP_DecryptInit_ex2(context, NULL, NULL, text->iv, NULL) != 1 ||
        EVP_DecryptUpdate(context, NULL, &written, text->aad, (int)text->aad_bytes) != 1)
        return STATUS_IO;
    return STATUS_OK;
}

static enum status openssl_open_piece(struct aead *aead, const uint8_t *from, uint8_t *to,
                                      size_t size_bytes)
{
    int written;

    return EVP_DecryptUpdate(openssl_of(aead)->open, to, &written, from, (int)size_bytes) == 1
               ? STATUS_OK
               : STATUS_IO;
}

static enum status openssl_open_finish(struct aead *aead, const uint8_t *tag, size_t tag_bytes)
{
    EVP_CIPHER_CTX *context = openssl_of(aead)->open;
    uint8_t expected[AEAD_TAG_BYTES], rest[AEAD_TAG_BYTES];
    int written;

    for (size_t i = 0; i < tag_bytes; i++) /* the library wants bytes that it may write */
        expected[i] = tag[i];
    if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, (int)tag_bytes, expected) != 1)
        return STATUS_IO;
    return EVP_DecryptFinal_ex(context, rest, &written) == 1 ? STATUS_OK : STATUS_DENIED;
}

const struct crypto_library crypto_openssl = {
    .name = "openssl",
    .is_there = openssl_is_there,
    .create = openssl_create,
    .destroy = openssl_destroy,
    .seal = openssl_seal,
    .open_start = openssl_open_start,
    .open_piece = openssl_open_piece,
    .open_finish = openssl_open_finish,
};
