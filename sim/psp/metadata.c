/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/metadata.c — see metadata.h. */
#include "psp/metadata.h"

#include <openssl/evp.h>
#include <string.h>

enum { AT_IV = 0x08, AT_TAG = 0x10, AT_GPA = 0x20, AT_PERMISSIONS = 0x28, AT_RESERVED = 0x2c };

enum { BIT_USED = 1, BIT_LARGE = 2, BIT_METADATA = 4, BIT_VMSA = 8, BIT_VALIDATED = 16 };

enum { GCM_IV_BYTES = 12 };

static void number_write(uint8_t at[8], uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t number_read(const uint8_t at[8])
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

void metadata_entry_encode(const struct metadata_entry *entry, uint8_t bytes[METADATA_ENTRY_BYTES])
{
    uint64_t bits = entry->gpa.v;

    memset(bytes, 0, METADATA_ENTRY_BYTES);
    if (!entry->is_used)
        return;
    bits |= BIT_USED | (entry->is_large ? BIT_LARGE : 0) | (entry->validated ? BIT_VALIDATED : 0);
    bits |= entry->kind == PSP_PAGE_METADATA ? BIT_METADATA : 0;
    bits |= entry->kind == PSP_PAGE_VMSA ? BIT_VMSA : 0;
    number_write(bytes + AT_IV, entry->iv);
    memcpy(bytes + AT_TAG, entry->tag, TAG_BYTES);
    number_write(bytes + AT_GPA, bits);
    memcpy(bytes + AT_PERMISSIONS, entry->permission, VMPL_COUNT);
}

bool metadata_entry_decode(const uint8_t bytes[METADATA_ENTRY_BYTES], struct metadata_entry *entry)
{
    uint64_t bits = number_read(bytes + AT_GPA);
    uint8_t again[METADATA_ENTRY_BYTES];

    *entry = (struct metadata_entry){
        .is_used = bits & BIT_USED,
        .is_large = bits & BIT_LARGE,
        .validated = bits & BIT_VALIDATED,
        .gpa = {bits & ~(uint64_t)(PAGE_SIZE - 1)},
        .iv = number_read(bytes + AT_IV),
    };
    if (bits & BIT_METADATA)
        entry->kind = PSP_PAGE_METADATA;
    else if (bits & BIT_VMSA)
        entry->kind = PSP_PAGE_VMSA;
    memcpy(entry->permission, bytes + AT_PERMISSIONS, VMPL_COUNT);
    memcpy(entry->tag, bytes + AT_TAG, TAG_BYTES);
    metadata_entry_encode(entry, again);
    return memcmp(again, bytes, sizeof again) == 0;
}

/* What the tag speaks for beside the page: the whole entry without the tag. */
static EVP_CIPHER_CTX *gcm_begin(const struct gctx *gctx, const struct metadata_entry *entry,
                                 int encrypts)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t iv[GCM_IV_BYTES] = {0}, bytes[METADATA_ENTRY_BYTES];
    int length;

    number_write(iv, entry->iv);
    metadata_entry_encode(entry, bytes);
    memset(bytes + AT_TAG, 0, TAG_BYTES);
    if (!context)
        return NULL;
    if (EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, gctx->offline_key, iv, encrypts) == 1 &&
        EVP_CipherUpdate(context, NULL, &length, bytes, sizeof bytes) == 1)
        return context;
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

bool page_seal(const struct gctx *gctx, struct metadata_entry *entry, uint8_t *bytes,
               size_t size_bytes)
{
    EVP_CIPHER_CTX *context = gcm_begin(gctx, entry, 1);
    uint8_t rest[EVP_MAX_BLOCK_LENGTH];
    int length;
    bool sealed;

    sealed = context && EVP_CipherUpdate(context, bytes, &length, bytes, (int)size_bytes) == 1 &&
             EVP_CipherFinal_ex(context, rest, &length) == 1 &&
             EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, entry->tag) == 1;
    EVP_CIPHER_CTX_free(context);
    return sealed;
}

bool page_unseal(const struct gctx *gctx, const struct metadata_entry *entry, uint8_t *bytes,
                 size_t size_bytes)
{
    EVP_CIPHER_CTX *context = gcm_begin(gctx, entry, 0);
    uint8_t rest[EVP_MAX_BLOCK_LENGTH], tag[TAG_BYTES];
    int length;
    bool opened;

    memcpy(tag, entry->tag, TAG_BYTES);
    opened = context && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1 &&
             EVP_CipherUpdate(context, bytes, &length, bytes, (int)size_bytes) == 1 &&
             EVP_CipherFinal_ex(context, rest, &length) == 1;
    EVP_CIPHER_CTX_free(context);
    return opened;
}
