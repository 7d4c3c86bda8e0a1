/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/crypto.c — which library, and what all have in common. Read crypto.h first. */
#include "net/crypto.h"

#include <string.h>

#include "net/crypto_library.h"

static const struct crypto_library *const libraries[AEAD_LIBRARY_COUNT] = {
    [AEAD_OPENSSL] = &crypto_openssl,
    [AEAD_IPSEC_MB] = &crypto_ipsec_mb,
};

const char *aead_library_name(enum aead_library library)
{
    return (unsigned)library < AEAD_LIBRARY_COUNT ? libraries[library]->name : NULL;
}

bool aead_library_is_there(enum aead_library library)
{
    return (unsigned)library < AEAD_LIBRARY_COUNT && libraries[library]->is_there();
}

enum aead_library aead_library_default(void)
{
    return aead_library_is_there(AEAD_IPSEC_MB) ? AEAD_IPSEC_MB : AEAD_OPENSSL;
}

bool aead_library_find(const char *name, enum aead_library *library)
{
    if (!name) {
        *library = aead_library_default();
        return true;
    }
    for (unsigned i = 0; i < AEAD_LIBRARY_COUNT; i++) {
        if (strcmp(libraries[i]->name, name) != 0 || !libraries[i]->is_there())
            continue;
        *library = (enum aead_library)i;
        return true;
    }
    return false;
}

enum status aead_create(enum aead_library library, const uint8_t *key, size_t key_bytes,
                        struct aead **out)
{
    *out = NULL;
    if (key_bytes != 16 && key_bytes != 24 && key_bytes != 32)
        return STATUS_BAD_INPUT;
    if (!aead_library_is_there(library))
        return STATUS_BAD_STATE;
    return libraries[library]->create(key, key_bytes, out);
}

void aead_destroy(struct aead *aead)
{
    if (aead)
        aead->library->destroy(aead);
}

enum status aead_seal(struct aead *aead, const struct aead_text *text, uint8_t *tag,
                      size_t tag_bytes)
{
    return aead->library->seal(aead, text, tag, tag_bytes);
}

enum status aead_open(struct aead *aead, const struct aead_text *text, const uint8_t *tag,
                      size_t tag_bytes)
{
    enum status st = aead_open_start(aead, text);

    if (st == STATUS_OK)
        st = aead_open_piece(aead, text->from, text->to, text->size_bytes);
    if (st == STATUS_OK)
        st = aead_open_finish(aead, tag, tag_bytes);
    if (st != STATUS_OK)
        memset(text->to, 0, text->size_bytes);
    return st;
}

enum status aead_open_start(struct aead *aead, const struct aead_text *text)
{
    return aead->library->open_start(aead, text);
}

enum status aead_open_piece(struct aead *aead, const uint8_t *from, uint8_t *to, size_t size_bytes)
{
    return size_bytes ? aead->library->open_piece(aead, from, to, size_bytes) : STATUS_OK;
}

enum status aead_open_finish(struct aead *aead, const uint8_t *tag, size_t tag_bytes)
{
    return aead->library->open_finish(aead, tag, tag_bytes);
}
