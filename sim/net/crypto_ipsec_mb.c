/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/crypto_ipsec_mb.c — AES-GCM by intel-ipsec-mb's direct calls, without its job queue: a
 * packet is done when the call returns. */
#include <intel-ipsec-mb.h>
#include <stdlib.h>
#include <string.h>

#include "net/crypto_library.h"

/* The entry points of one key length. */
struct ipsec_mb_calls {
    aes_gcm_init_t init;
    aes_gcm_enc_dec_t seal;
    aes_gcm_enc_dec_update_t open_piece;
    aes_gcm_enc_dec_finalize_t open_finish;
};

struct ipsec_mb_aead {
    struct aead base;
    IMB_MGR *manager;
    struct gcm_key_data *key;
    struct gcm_context_data open;
    struct ipsec_mb_calls calls;
};

/* handle to adapter: base is the first member */
static struct ipsec_mb_aead *ipsec_mb_of(struct aead *aead)
{
    return (struct ipsec_mb_aead *)aead;
}

/* NULL: no memory, or a processor that the library does not run on. */
static IMB_MGR *manager_open(void)
{
    IMB_MGR *manager = alloc_mb_mgr(0);

    if (!manager)
        return NULL;
    init_mb_mgr_auto(manager, NULL);
    if (imb_get_errno(manager) != 0) {
        free_mb_mgr(manager);
        return NULL;
    }
    return manager;
}

static bool ipsec_mb_is_there(void)
{
    IMB_MGR *manager = manager_open();

    if (!manager)
        return false;
    free_mb_mgr(manager);
    return true;
}

static void ipsec_mb_destroy(struct aead *aead)
{
    struct ipsec_mb_aead *self = ipsec_mb_of(aead);

    if (self->key)
        imb_clear_mem(self->key, sizeof *self->key);
    free(self->key);
    if (self->manager)
        free_mb_mgr(self->manager);
    imb_clear_mem(self, sizeof *self);
    free(self);
}

/* Picks the calls, and expands the key. */
static void ipsec_mb_key(struct ipsec_mb_aead *self, const uint8_t *key, size_t key_bytes)
{
    IMB_MGR *manager = self->manager;

    if (key_bytes == 16) {
        self->calls =
            (struct ipsec_mb_calls){manager->gcm128_init, manager->gcm128_enc,
                                    manager->gcm128_dec_update, manager->gcm128_dec_finalize};
        IMB_AES128_GCM_PRE(manager, key, self->key);
    } else if (key_bytes == 24) {
        self->calls =
            (struct ipsec_mb_calls){manager->gcm192_init, manager->gcm192_enc,
                                    manager->gcm192_dec_update, manager->gcm192_dec_finalize};
        IMB_AES192_GCM_PRE(manager, key, self->key);
    } else {
        self->calls =
            (struct ipsec_mb_calls){manager->gcm256_init, manager->gcm256_enc,
                                    manager->gcm256_dec_update, manager->gcm256_dec_finalize};
        IMB_AES256_GCM_PRE(manager, key, self->key);
    }
}

static enum status ipsec_mb_create(const uint8_t *key, size_t key_bytes, struct aead **out)
{
    struct ipsec_mb_aead *self = calloc(1, sizeof *self);

    if (!self)
        return STATUS_IO;
    self->base.library = &crypto_ipsec_mb;
    self->manager = manager_open();
    self->key = aligned_alloc(64, (sizeof *self->key + 63) / 64 * 64);
    if (!self->manager || !self->key) {
        ipsec_mb_destroy(&self->base);
        return STATUS_IO;
    }
    ipsec_mb_key(self, key, key_bytes);
    *out = &self->base;
    return STATUS_OK;
}

static enum status ipsec_mb_seal(struct aead *aead, const struct aead_text *text, uint8_t *tag,
                                 size_t tag_bytes)
{
    struct ipsec_mb_aead *self = ipsec_mb_of(aead);
    struct gcm_context_data context;

    self->calls.seal(self->key, &context, text->to, text->from, text->size_bytes, text->iv,
                     text->aad, text->aad_bytes, tag, tag_bytes);
    return STATUS_OK;
}

static enum status ipsec_mb_open_start(struct aead *aead, const struct aead_text *text)
{
    struct ipsec_mb_aead *self = ipsec_mb_of(aead);

    self->calls.init(self->key, &self->open, text->iv, text->aad, text->aad_bytes);
    return STATUS_OK;
}

static enum status ipsec_mb_open_piece(struct aead *aead, const uint8_t *from, uint8_t *to,
                                       size_t size_bytes)
{
    struct ipsec_mb_aead *self = ipsec_mb_of(aead);

    self->calls.open_piece(self->key, &self->open, to, from, size_bytes);
    return STATUS_OK;
}

static enum status ipsec_mb_open_finish(struct aead *aead, const uint8_t *tag, size_t tag_bytes)
{
    struct ipsec_mb_aead *self = ipsec_mb_of(aead);
    uint8_t computed[AEAD_TAG_BYTES], differ = 0;

    self->calls.open_finish(self->key, &self->open, computed, tag_bytes);
    for (size_t i = 0; i < tag_bytes; i++)
        differ |= computed[i] ^ tag[i];
    return differ == 0 ? STATUS_OK : STATUS_DENIED;
}

const struct crypto_library crypto_ipsec_mb = {
    .name = "ipsec-mb",
    .is_there = ipsec_mb_is_there,
    .create = ipsec_mb_create,
    .destroy = ipsec_mb_destroy,
    .seal = ipsec_mb_seal,
    .open_start = ipsec_mb_open_start,
    .open_piece = ipsec_mb_open_piece,
    .open_finish = ipsec_mb_open_finish,
};
