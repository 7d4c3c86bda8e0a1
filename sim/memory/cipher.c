/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/cipher.c — see cipher.h. Blocks are handed to the library by the page: with a data
 * unit of one block, XTS needs no multiplication in the field, so all tweaks are one call of AES
 * (T = E_K2(spa >> 4)) and all blocks another (C = E_K1(P xor T) xor T). */
#include "memory/cipher.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "memory/cipher_tweak.h"

enum { PAGE_BLOCKS = PAGE_SIZE / CIPHER_BLOCK_BYTES };

struct cipher {
    enum cipher_mode mode;
    EVP_CIPHER_CTX *encrypt, *decrypt; /* AES with the key, or K1; NULL: CIPHER_NONE */
    EVP_CIPHER_CTX *tweak;             /* AES with K2; NULL: the tweak is public */
    spa_t known_page;                  /* the page that was last asked for as a whole, or NO_PAGE */
    struct tweak known[PAGE_BLOCKS];   /* its tweaks: whoever watches a page asks again */
};

#define NO_PAGE UINT64_MAX

const char *cipher_mode_name(enum cipher_mode mode)
{
    static const char *const names[] = {
        [CIPHER_NONE] = "none",     [CIPHER_XE] = "xe",         [CIPHER_XEX_WEAK] = "xex-weak",
        [CIPHER_XTS128] = "xts128", [CIPHER_XTS256] = "xts256",
    };

    return names[mode];
}

/* AES on single blocks with one key, ready for any number of calls. NULL: the library refused. */
static EVP_CIPHER_CTX *aes_create(const EVP_CIPHER *aes, const uint8_t *key, bool encrypts)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    if (context && EVP_CipherInit_ex2(context, aes, key, NULL, encrypts, NULL) == 1 &&
        EVP_CIPHER_CTX_set_padding(context, 0) == 1)
        return context;
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

static bool contexts_create(struct cipher *cipher, const uint8_t *key)
{
    bool is_xts = cipher->mode == CIPHER_XTS128 || cipher->mode == CIPHER_XTS256;
    size_t key_bytes = cipher->mode == CIPHER_XTS256 ? 32 : 16;
    EVP_CIPHER *aes;

    if (is_xts && memcmp(key, key + key_bytes, key_bytes) == 0)
        return false;
    aes = EVP_CIPHER_fetch(NULL, key_bytes == 32 ? "AES-256-ECB" : "AES-128-ECB", NULL);
    if (!aes)
        return false;
    cipher->encrypt = aes_create(aes, key, true);
    cipher->decrypt = aes_create(aes, key, false);
    if (is_xts)
        cipher->tweak = aes_create(aes, key + key_bytes, true);
    EVP_CIPHER_free(aes); /* the contexts hold it */
    return cipher->encrypt && cipher->decrypt && (cipher->tweak || !is_xts);
}

struct cipher *cipher_create(enum cipher_mode mode, const uint8_t key[CIPHER_KEY_BYTES])
{
    struct cipher *cipher = calloc(1, sizeof *cipher);

    if (!cipher)
        return NULL;
    cipher->mode = mode;
    cipher->known_page.v = NO_PAGE;
    if (mode == CIPHER_NONE || contexts_create(cipher, key))
        return cipher;
    cipher_destroy(cipher);
    return NULL;
}

void cipher_destroy(struct cipher *cipher)
{
    if (!cipher)
        return;
    EVP_CIPHER_CTX_free(cipher->encrypt);
    EVP_CIPHER_CTX_free(cipher->decrypt);
    EVP_CIPHER_CTX_free(cipher->tweak);
    free(cipher);
}

/* Whole blocks without padding or chaining: nothing is left in the context, nothing can fail. */
static void aes_run(EVP_CIPHER_CTX *context, const void *from, void *to, size_t size_bytes)
{
    int written;

    (void)EVP_CipherUpdate(context, to, &written, from, (int)size_bytes);
}

static void tweaks_make(struct cipher *cipher, spa_t spa, struct tweak *to, size_t count)
{
    size_t i = 0;

    if (!cipher->tweak) {
        tweaks_public(cipher->mode, spa, to, count);
        return;
    }
    do
        to[i] = (struct tweak){{htole64(spa.v / CIPHER_BLOCK_BYTES + i), 0}};
    while (++i < count);
    aes_run(cipher->tweak, to, to, count * sizeof *to);
}

/* The tweaks of count blocks from spa on: those that are known, or made in room. */
static const struct tweak *tweaks_find(struct cipher *cipher, spa_t spa, struct tweak *room,
                                       size_t count)
{
    size_t offset = spa.v & (PAGE_SIZE - 1);
    spa_t page = {spa.v - offset};

    if (cipher->known_page.v != page.v && count < PAGE_BLOCKS) {
        tweaks_make(cipher, spa, room, count);
        return room;
    }
    if (cipher->known_page.v != page.v) {
        tweaks_make(cipher, page, cipher->known, PAGE_BLOCKS);
        cipher->known_page = page;
    }
    return cipher->known + offset / CIPHER_BLOCK_BYTES;
}

/* A block as a vector of the compiler, so that no optimiser takes it apart. */
typedef uint64_t block_t __attribute__((vector_size(CIPHER_BLOCK_BYTES)));

/* to = from xor tweaks; bytes may lie anywhere. */
static void blocks_xor(const uint8_t *from, const struct tweak *tweak, uint8_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        block_t block, mask;

        memcpy(&block, from + i * sizeof block, sizeof block);
        memcpy(&mask, &tweak[i], sizeof mask);
        block ^= mask;
        memcpy(to + i * sizeof block, &block, sizeof block);
    }
}

void cipher_encrypt(struct cipher *cipher, spa_t spa, const uint8_t *from, uint8_t *to,
                    size_t size_bytes)
{
    struct tweak room[PAGE_BLOCKS];
    const struct tweak *tweak;
    size_t count = size_bytes / CIPHER_BLOCK_BYTES;

    if (cipher->mode == CIPHER_NONE || count == 0) {
        memmove(to, from, size_bytes);
        return;
    }
    tweak = tweaks_find(cipher, spa, room, count);
    blocks_xor(from, tweak, to, count);
    aes_run(cipher->encrypt, to, to, size_bytes);
    if (cipher->mode != CIPHER_XE)
        blocks_xor(to, tweak, to, count);
}

void cipher_decrypt(struct cipher *cipher, spa_t spa, const uint8_t *from, uint8_t *to,
                    size_t size_bytes)
{
    struct tweak room[PAGE_BLOCKS];
    const struct tweak *tweak;
    size_t count = size_bytes / CIPHER_BLOCK_BYTES;

    if (cipher->mode == CIPHER_NONE || count == 0) {
        memmove(to, from, size_bytes);
        return;
    }
    tweak = tweaks_find(cipher, spa, room, count);
    if (cipher->mode == CIPHER_XE)
        memmove(to, from, size_bytes);
    else
        blocks_xor(from, tweak, to, count);
    aes_run(cipher->decrypt, to, to, size_bytes);
    blocks_xor(to, tweak, to, count);
}
