/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/page.c — the bytes of a page under one key and another. Read internal.h first.
 * What DRAM holds of a page is E(bytes) under the record's key at the record's address; everything
 * that somebody else sees is computed from that. */
#include "memory/internal.h"

#include <string.h>

/* The address in the tweak of what the page holds. */
static spa_t address_written(const struct page *page)
{
    unsigned alias = page->record->alias;

    return alias ? (spa_t){page->cell.v | UINT64_C(1) << (alias + ALIAS_BIT_MIN - 1)} : page->cell;
}

void page_raw(struct memory *memory, const struct page *page, size_t offset, uint8_t *to,
              size_t size_bytes)
{
    uint16_t key = page->record->key;
    spa_t at = {address_written(page).v + offset};

    if (key == KEY_NONE)
        memcpy(to, page->bytes + offset, size_bytes);
    else
        cipher_encrypt(memory->key[key].cipher, at, page->bytes + offset, to, size_bytes);
}

void page_raw_set(struct memory *memory, const struct page *page, size_t offset,
                  const uint8_t *from, size_t size_bytes)
{
    uint16_t key = page->record->key;
    spa_t at = {address_written(page).v + offset};

    if (key == KEY_NONE)
        memcpy(page->bytes + offset, from, size_bytes);
    else
        cipher_decrypt(memory->key[key].cipher, at, from, page->bytes + offset, size_bytes);
}

void page_decrypt(struct memory *memory, const struct page *page, uint16_t key, size_t offset,
                  uint8_t *to, size_t size_bytes)
{
    page_raw(memory, page, offset, to, size_bytes);
    if (key != KEY_NONE)
        cipher_decrypt(memory->key[key].cipher, (spa_t){page->named.v + offset}, to, to,
                       size_bytes);
}

void page_version_grow(struct memory *memory, const struct page *page)
{
    if (++page->record->version == 0) /* a view of 2^32 changes ago would look new */
        views_forget(memory);
}

void page_change(struct memory *memory, const struct page *page)
{
    if (page->record->is_fixed)
        page_call_back(memory, page, MEMORY_LOST_ALL);
    if (memory->cache.is_on && !page->record->is_dirty)
        cache_keep(memory, page);
    page_version_grow(memory, page);
}

void page_turn(struct memory *memory, const struct page *page, uint16_t key, bool keep_bytes)
{
    uint8_t bytes[PAGE_SIZE];

    page_call_back(memory, page, MEMORY_LOST_ALL);
    page_change(memory, page);
    if (keep_bytes) {
        page_decrypt(memory, page, key, 0, bytes, PAGE_SIZE);
        memcpy(page->bytes, bytes, PAGE_SIZE);
    }
    page->record->key = key;
    page->record->alias = page->alias;
}
