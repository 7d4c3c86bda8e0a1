/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors_xts.c — known answers of AES-XTS, both ways and both directions. Read
 * vectors_parts.h and xts_check.h first. */
#include <stdlib.h>
#include <string.h>

#include "psp/vectors_parts.h"
#include "psp/xts_check.h"

/* The members of an entry; what is missing is NULL. */
struct texts {
    uint8_t *key, *plain, *cipher, *single;
    size_t key_bytes, plain_bytes, cipher_bytes, single_bytes;
    uint8_t iv[XTS_BLOCK_BYTES];
};

static void texts_free(struct texts *texts)
{
    free(texts->key);
    free(texts->plain);
    free(texts->cipher);
    free(texts->single);
}

static enum status text_read(const struct place *at, const char *key, uint8_t **bytes, size_t *size)
{
    struct place member;

    value_find(at, key, &member);
    return member.value ? value_bytes_all(&member, bytes, size) : STATUS_OK;
}

static enum status texts_read(const struct place *at, struct texts *texts)
{
    enum status status = text_read(at, "key_hex", &texts->key, &texts->key_bytes);

    if (status == STATUS_OK)
        status = text_read(at, "plaintext_hex", &texts->plain, &texts->plain_bytes);
    if (status == STATUS_OK)
        status = text_read(at, "ciphertext_hex", &texts->cipher, &texts->cipher_bytes);
    if (status == STATUS_OK)
        status = text_read(at, "single_block_ciphertext_hex", &texts->single, &texts->single_bytes);
    if (status == STATUS_OK)
        status = member_bytes(at, "iv_hex", texts->iv, sizeof texts->iv);
    if (status != STATUS_OK)
        return status;
    if (texts->key_bytes != 32 && texts->key_bytes != 64)
        return place_fail(at, "key_hex has %zu bytes; expected 32 or 64", texts->key_bytes);
    if (texts->plain_bytes < XTS_BLOCK_BYTES)
        return place_fail(at, "plaintext_hex has %zu bytes; expected at least 16",
                          texts->plain_bytes);
    if (texts->cipher && texts->cipher_bytes != texts->plain_bytes)
        return place_fail(at, "ciphertext_hex has %zu bytes; expected %zu, as plaintext_hex",
                          texts->cipher_bytes, texts->plain_bytes);
    if (texts->single && texts->single_bytes != XTS_BLOCK_BYTES)
        return place_fail(at, "single_block_ciphertext_hex has %zu bytes; expected 16",
                          texts->single_bytes);
    return STATUS_OK;
}

/* One direction in both ways. OpenSSL does not encrypt with equal halves; the blocks do. */
static enum status way_check(struct vectors_case *entry, const struct xts_unit *unit,
                             enum xts_way way, const uint8_t *expected, const char *what,
                             uint8_t *out)
{
    enum status status = xts_by_mode(unit, way, out);

    if (status == STATUS_OK)
        case_compare(entry, what, out, expected, unit->size_bytes);
    if (status == STATUS_OK || status == STATUS_DENIED)
        status = xts_by_blocks(unit, way, out);
    if (status == STATUS_OK)
        case_compare(entry, what, out, expected, unit->size_bytes);
    return status;
}

static enum status unit_check(struct vectors_case *entry, const struct texts *texts, size_t size,
                              const uint8_t *cipher, const char *what, uint8_t *out)
{
    struct xts_unit unit = {.key = texts->key,
                            .iv = texts->iv,
                            .in = texts->plain,
                            .key_bytes = texts->key_bytes,
                            .size_bytes = size};
    enum status status = way_check(entry, &unit, XTS_ENCRYPT, cipher, what, out);

    unit.in = cipher;
    if (status == STATUS_OK)
        status = way_check(entry, &unit, XTS_DECRYPT, texts->plain, "plaintext_hex", out);
    return status;
}

static enum status texts_check(struct vectors_case *entry, const struct texts *texts)
{
    uint8_t *out = malloc(texts->plain_bytes);
    enum status status = out ? STATUS_OK : STATUS_IO;

    if (status == STATUS_OK && texts->cipher)
        status = unit_check(entry, texts, texts->plain_bytes, texts->cipher, "ciphertext_hex", out);
    if (status == STATUS_OK && texts->single)
        status = unit_check(entry, texts, XTS_BLOCK_BYTES, texts->single,
                            "single_block_ciphertext_hex", out);
    free(out);
    return status;
}

static enum status xts_check(struct vectors_run *run, const struct place *at)
{
    struct texts texts = {0};
    struct vectors_case entry;
    enum status status = case_open_by_id(&entry, at);

    if (status == STATUS_OK)
        status = texts_read(at, &texts);
    if (status == STATUS_OK)
        status = texts_check(&entry, &texts);
    texts_free(&texts);
    return status == STATUS_OK ? case_close(run, &entry) : status;
}

enum status vectors_aes_xts(struct vectors_run *run, const struct place *category)
{
    return entries_each(run, category, "vectors", JSON_ARRAY, xts_check);
}
