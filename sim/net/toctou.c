/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/toctou.c — the scripted form. Read toctou.h first. */
#include "net/toctou.h"

#include <openssl/evp.h>
#include <string.h>

#include "folio/protect.h"
#include "net/fetch_log.h"

/* Two passes of the same decryption, as a library has them: one for the tag, one for the text. The
 * first is EVP's GCM with its output thrown away, the second counter mode from block 2 on (NIST SP
 * 800-38D section 7.2): together they are what GCM decryption is. */
struct passes {
    EVP_CIPHER_CTX *mac, *decrypt;
};

const char *toctou_form_name(enum toctou_form form)
{
    static const char *const names[TOCTOU_FORM_COUNT] = {"in_place", "copy_first", "single_fetch"};

    return (unsigned)form < TOCTOU_FORM_COUNT ? names[form] : NULL;
}

static void passes_end(struct passes *passes)
{
    EVP_CIPHER_CTX_free(passes->mac);
    EVP_CIPHER_CTX_free(passes->decrypt);
}

static enum status passes_begin(struct passes *passes, const struct toctou_text *text)
{
    uint8_t counter[16] = {[15] = 2};

    memcpy(counter, text->iv, TOCTOU_IV_BYTES);
    passes->mac = EVP_CIPHER_CTX_new();
    passes->decrypt = EVP_CIPHER_CTX_new();
    if (!passes->mac || !passes->decrypt ||
        EVP_DecryptInit_ex2(passes->mac, EVP_aes_128_gcm(), text->key, text->iv, NULL) != 1 ||
        EVP_DecryptInit_ex2(passes->decrypt, EVP_aes_128_ctr(), text->key, counter, NULL) != 1) {
        passes_end(passes);
        return STATUS_IO;
    }
    return STATUS_OK;
}

static bool mac_pass(struct passes *passes, const uint8_t *ciphertext, int size_bytes)
{
    uint8_t unused[FOLIO_CHUNK_BYTES];
    int written;

    return EVP_DecryptUpdate(passes->mac, unused, &written, ciphertext, size_bytes) == 1;
}

static bool decrypt_pass(struct passes *passes, const uint8_t *ciphertext, int size_bytes,
                         uint8_t *plaintext)
{
    int written;

    return EVP_DecryptUpdate(passes->decrypt, plaintext, &written, ciphertext, size_bytes) == 1;
}

/* One chunk. is_read_twice: what the second pass gets is read anew. */
static bool chunk_open(struct passes *passes, struct folio_fetch *fetch, const uint8_t *from,
                       size_t size_bytes, bool is_read_twice, uint8_t *plaintext)
{
    uint8_t scratch[FOLIO_CHUNK_BYTES];
    bool is_good;

    folio_copy(fetch, scratch, from, size_bytes, (enum folio_place)FETCH_PLACE_MAC);
    is_good = mac_pass(passes, scratch, (int)size_bytes);
    if (is_read_twice)
        folio_copy(fetch, scratch, from, size_bytes, (enum folio_place)FETCH_PLACE_DECRYPT);
    return is_good && decrypt_pass(passes, scratch, (int)size_bytes, plaintext);
}

static enum status tag_verify(struct passes *passes, const uint8_t *tag)
{
    uint8_t expected[TOCTOU_TAG_BYTES], rest[TOCTOU_TAG_BYTES];
    int written;

    memcpy(expected, tag, sizeof expected);
    if (EVP_CIPHER_CTX_ctrl(passes->mac, EVP_CTRL_AEAD_SET_TAG, TOCTOU_TAG_BYTES, expected) != 1)
        return STATUS_IO;
    return EVP_DecryptFinal_ex(passes->mac, rest, &written) == 1 ? STATUS_OK : STATUS_DENIED;
}

enum status toctou_open(enum toctou_form form, struct folio_fetch *fetch,
                        const struct toctou_text *text, uint8_t *plaintext)
{
    uint8_t copy[TOCTOU_BYTES_MAX];
    const uint8_t *from = text->shared;
    struct passes passes;
    enum status st = passes_begin(&passes, text);

    if (st != STATUS_OK)
        return st;
    if (form == TOCTOU_COPY_FIRST) {
        folio_copy(fetch, copy, from, text->size_bytes, (enum folio_place)FETCH_PLACE_COPY_FIRST);
        from = copy;
        fetch = NULL; /* private from here on */
    }
    for (size_t at = 0, size; st == STATUS_OK && at < text->size_bytes; at += size) {
        size = text->size_bytes - at;
        if (size > FOLIO_CHUNK_BYTES)
            size = FOLIO_CHUNK_BYTES;
        if (!chunk_open(&passes, fetch, from + at, size, form != TOCTOU_SINGLE_FETCH,
                        plaintext + at))
            st = STATUS_IO;
    }
    if (st == STATUS_OK)
        st = tag_verify(&passes, text->tag);
    if (st != STATUS_OK)
        memset(plaintext, 0, text->size_bytes);
    passes_end(&passes);
    return st;
}
