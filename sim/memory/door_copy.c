/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/door_copy.c — through the door with bytes instead of pointers: page by page, each
 * asked for before the first is copied. Read internal.h first. */
#include "memory/internal.h"

#include <string.h>

static size_t piece_bytes(spa_t spa, size_t left)
{
    size_t to_border = PAGE_SIZE - (spa.v & (PAGE_SIZE - 1));

    return left < to_border ? left : to_border;
}

static struct access access_at(const struct access *access, size_t offset)
{
    struct access at = *access;

    at.spa.v += offset;
    at.gpa.v += offset;
    return at;
}

static bool range_check(const struct memory *memory, const struct access *access, size_t size_bytes,
                        struct fault *fault)
{
    size_t done = 0;

    do {
        struct access at = access_at(access, done);

        if (!memory_check(memory, &at, fault))
            return false;
        done += piece_bytes(at.spa, size_bytes - done);
    } while (done < size_bytes);
    return true;
}

/* Decrypts no more blocks than it must, and leaves no view behind. */
static void piece_read(struct memory *memory, const struct access *access, uint8_t *to,
                       size_t size_bytes)
{
    size_t offset = access->spa.v & (PAGE_SIZE - 1);
    size_t first = offset & ~(size_t)(CIPHER_BLOCK_BYTES - 1);
    size_t end = (offset + size_bytes + CIPHER_BLOCK_BYTES - 1) & ~(size_t)(CIPHER_BLOCK_BYTES - 1);
    struct page page = page_find(memory, access->spa);
    uint16_t key = access_key(memory, access);
    uint8_t blocks[PAGE_SIZE];

    if (access_is_hidden(memory, access)) {
        memcpy(to, memory->hidden, size_bytes);
    } else if (page_is_plain(&page, key)) {
        memcpy(to, page.bytes + offset, size_bytes);
    } else {
        page_decrypt(memory, &page, key, first, blocks, end - first);
        memcpy(to, blocks + (offset - first), size_bytes);
    }
}

bool memory_read(struct memory *memory, const struct access *access, void *to, size_t size_bytes,
                 struct fault *fault)
{
    size_t done = 0;

    if (!range_check(memory, access, size_bytes, fault))
        return false;
    while (done < size_bytes) {
        struct access at = access_at(access, done);
        size_t piece = piece_bytes(at.spa, size_bytes - done);

        piece_read(memory, &at, (uint8_t *)to + done, piece);
        done += piece;
    }
    return true;
}

static void piece_write(struct memory *memory, const struct access *access, const uint8_t *from,
                        size_t size_bytes)
{
    size_t offset = access->spa.v & (PAGE_SIZE - 1);
    struct page page = page_find(memory, access->spa);
    uint16_t key = access_key(memory, access);
    bool is_cached = access->actor.kind == ACTOR_HYPERVISOR || access->actor.kind == ACTOR_GUEST;

    if (page_is_plain(&page, key))
        page_change(memory, &page);
    else
        page_turn(memory, &page, key, size_bytes < PAGE_SIZE);
    memcpy(page.bytes + offset, from, size_bytes);
    if (!is_cached && page.record->is_dirty)
        cache_write_through(memory, &page, offset, size_bytes);
}

bool memory_write(struct memory *memory, const struct access *access, const void *from,
                  size_t size_bytes, struct fault *fault)
{
    size_t done = 0;

    if (!range_check(memory, access, size_bytes, fault))
        return false;
    while (done < size_bytes) {
        struct access at = access_at(access, done);
        size_t piece = piece_bytes(at.spa, size_bytes - done);

        piece_write(memory, &at, (const uint8_t *)from + done, piece);
        done += piece;
    }
    return true;
}
