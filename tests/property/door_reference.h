/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/door_reference.h — encrypted memory as simply as it can be said: raw bytes in DRAM
 * and raw bytes as the CPU has them, block by block through EVP's XTS. Knows a few hot pages of
 * each 2 MiB region. Shares nothing with sim/memory but its types. */
#ifndef CVMLAB_TESTS_PROPERTY_DOOR_REFERENCE_H
#define CVMLAB_TESTS_PROPERTY_DOOR_REFERENCE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "memory/memory.h"

enum {
    REGIONS = 3,
    HOT_PER_REGION = 6,
    HOT_PAGES = REGIONS * HOT_PER_REGION,
    REFERENCE_ASIDS = 4, /* 0 is the firmware */
    REFERENCE_KEYS = 1 << 16,
    BLOCK = CIPHER_BLOCK_BYTES,
    LINE = 64
};

struct reference {
    struct memory_config config;
    EVP_CIPHER_CTX **seal, **open; /* by the number of the key; NULL: none was made */
    unsigned key_count;
    unsigned key_of_asid[REFERENCE_ASIDS];
    uint64_t alias_mask;
    bool has_cache;
    uint8_t cpu[HOT_PAGES][PAGE_SIZE], dram[HOT_PAGES][PAGE_SIZE];
};

static inline EVP_CIPHER_CTX *reference_context(const struct reference *ref, const uint8_t *key,
                                                bool encrypts)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *xts =
        ref->config.cipher == CIPHER_XTS256 ? EVP_aes_256_xts() : EVP_aes_128_xts();

    assert_non_null(context);
    assert_int_equal(EVP_CipherInit_ex2(context, xts, key, NULL, encrypts, NULL), 1);
    return context;
}

/* The rule for keys of docs/MEMORY.md. */
static inline void reference_key_install(struct reference *ref, uint16_t asid)
{
    unsigned number = ++ref->key_count;
    uint8_t text[16] = "key", key[64];

    if (ref->config.mode == MEMORY_NONE)
        return;
    memcpy(text + 4, &ref->config.seed, 8);
    memcpy(text + 12, &asid, 2);
    memcpy(text + 14, &number, 2);
    assert_int_equal(EVP_Digest(text, sizeof text, key, NULL, EVP_sha512(), NULL), 1);
    ref->seal[number] = reference_context(ref, key, true);
    ref->open[number] = reference_context(ref, key, false);
    ref->key_of_asid[asid] = number;
}

static inline struct reference *reference_create(const struct memory_config *config)
{
    struct reference *ref = calloc(1, sizeof *ref);

    assert_non_null(ref);
    ref->config = *config;
    ref->seal = calloc(REFERENCE_KEYS, sizeof(EVP_CIPHER_CTX *));
    ref->open = calloc(REFERENCE_KEYS, sizeof(EVP_CIPHER_CTX *));
    assert_true(ref->seal && ref->open);
    reference_key_install(ref, 0);
    return ref;
}

static inline void reference_destroy(struct reference *ref)
{
    for (unsigned i = 0; i <= ref->key_count; i++) {
        EVP_CIPHER_CTX_free(ref->seal[i]);
        EVP_CIPHER_CTX_free(ref->open[i]);
    }
    free(ref->seal);
    free(ref->open);
    free(ref);
}

/* Of the cells that an address names. */
static inline size_t hot_index(const struct reference *ref, spa_t spa)
{
    uint64_t page = (spa.v & ~ref->alias_mask) >> PAGE_SHIFT;

    return page / LARGE_PAGE_PAGES * HOT_PER_REGION + page % LARGE_PAGE_PAGES;
}

/* Which key an access goes by; 0: none. */
static inline unsigned reference_key(const struct reference *ref, const struct access *access)
{
    bool forced = access->kind != ACCESS_READ && access->kind != ACCESS_WRITE;
    const struct actor *actor = &access->actor;
    bool is_trusted = ref->config.mode == MEMORY_SNP && actor->is_snp;

    if (actor->kind == ACTOR_FIRMWARE)
        return actor->asid || access->is_private ? ref->key_of_asid[actor->asid] : 0;
    if (actor->kind == ACTOR_HYPERVISOR || (actor->kind == ACTOR_DEVICE && !is_trusted))
        return 0;
    return actor->asid && (access->is_private || forced) ? ref->key_of_asid[actor->asid] : 0;
}

static inline void xts_block(EVP_CIPHER_CTX *context, spa_t spa, const uint8_t *from, uint8_t *to)
{
    uint64_t tweak[2] = {spa.v / BLOCK, 0};
    int written;

    if (!context) {
        memmove(to, from, BLOCK);
        return;
    }
    (void)EVP_CipherInit_ex2(context, NULL, NULL, (uint8_t *)tweak, -1, NULL);
    (void)EVP_CipherUpdate(context, to, &written, from, BLOCK);
}

static inline bool reference_hides(const struct reference *ref, const struct rmp *rmp,
                                   const struct access *access)
{
    const struct rmp_entry *entry = rmp_find(rmp, access->spa);

    return ref->config.ciphertext_hiding && ref->config.mode == MEMORY_SNP &&
           access->actor.kind == ACTOR_HYPERVISOR && entry && entry->assigned && entry->asid;
}

/* The block around spa as the access sees it. */
static inline void reference_read(const struct reference *ref, const struct rmp *rmp,
                                  const struct access *access, spa_t spa, uint8_t block[BLOCK])
{
    size_t offset = spa.v & (PAGE_SIZE - 1) & ~(size_t)(BLOCK - 1);
    spa_t at = {spa.v & ~(uint64_t)(BLOCK - 1)};

    if (reference_hides(ref, rmp, access))
        memset(block, 0xff, BLOCK);
    else
        xts_block(ref->open[reference_key(ref, access)], at, &ref->cpu[hot_index(ref, spa)][offset],
                  block);
}

static inline void line_written_through(struct reference *ref, size_t hot, size_t offset)
{
    size_t line = offset & ~(size_t)(LINE - 1);

    memcpy(&ref->dram[hot][line], &ref->cpu[hot][line], LINE);
}

/* One byte, written by somebody who goes through the CPU's checks and keys. */
static inline void reference_write(struct reference *ref, const struct access *access, spa_t spa,
                                   uint8_t byte)
{
    size_t hot = hot_index(ref, spa), offset = spa.v & (PAGE_SIZE - 1);
    size_t start = offset & ~(size_t)(BLOCK - 1);
    unsigned key = reference_key(ref, access);
    spa_t at = {spa.v & ~(uint64_t)(BLOCK - 1)};
    uint8_t block[BLOCK];

    xts_block(ref->open[key], at, &ref->cpu[hot][start], block);
    block[offset - start] = byte;
    xts_block(ref->seal[key], at, block, &ref->cpu[hot][start]);
    if (!ref->has_cache)
        line_written_through(ref, hot, offset);
}

/* One byte, written to the cells: the CPU sees it unless its line is dirty. */
static inline void reference_dram_write(struct reference *ref, spa_t cell, uint8_t byte,
                                        bool is_clean)
{
    size_t hot = hot_index(ref, cell), offset = cell.v & (PAGE_SIZE - 1);

    ref->dram[hot][offset] = byte;
    if (is_clean)
        ref->cpu[hot][offset] = byte;
}

static inline bool reference_line_is_clean(const struct reference *ref, spa_t cell)
{
    size_t hot = hot_index(ref, cell), line = cell.v & (PAGE_SIZE - 1) & ~(size_t)(LINE - 1);

    return memcmp(&ref->dram[hot][line], &ref->cpu[hot][line], LINE) == 0;
}

static inline void reference_write_back(struct reference *ref)
{
    memcpy(ref->dram, ref->cpu, sizeof ref->dram);
}

static inline void reference_drop(struct reference *ref)
{
    memcpy(ref->cpu, ref->dram, sizeof ref->cpu);
}

#endif
