/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/memory_snapshot.c — see memory_snapshot.h. Read internal.h first.
 * Lists of pages are by rising number, with PAGES_END behind the last one. */
#include "memory/memory_snapshot.h"

#include <string.h>

#include "memory/internal.h"
#include "memory/rmp_internal.h"

enum {
    ALIAS_FIELD = 63, /* as wide as in a record */
    RECORDS_AT_ONCE = PAGE_SIZE / sizeof(struct page_record)
};

#define PAGES_END UINT64_MAX

bool memory_snapshot_is_possible(const struct memory *memory)
{
    return !memory->cache.is_on && memory->alias_mask == 0;
}

static bool is_zero(const uint8_t *bytes, size_t size_bytes)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size_bytes - 1) == 0;
}

/* The first page from number on that was ever touched; PAGES_END. Most never were: a look at a page
 * full of records at once. */
static uint64_t page_written(const struct memory *memory, uint64_t number)
{
    const struct page_record *record = memory->record;
    uint64_t count = memory->config.page_count;

    for (; number < count; number++) {
        if (number % RECORDS_AT_ONCE == 0 && count - number >= RECORDS_AT_ONCE &&
            is_zero((const uint8_t *)&record[number], RECORDS_AT_ONCE * sizeof *record))
            number += RECORDS_AT_ONCE - 1;
        else if (!is_zero((const uint8_t *)&record[number], sizeof *record))
            return number;
    }
    return PAGES_END;
}

/* Nobody has a pointer, and no record says so. */
static void grants_forget(struct memory *memory)
{
    memory_call_back(memory, MEMORY_LOST_ALL);
    for (uint64_t i = page_written(memory, 0); i != PAGES_END; i = page_written(memory, i + 1)) {
        struct page_record *record = &memory->record[i];

        record->is_granted = record->is_writable = record->is_fixed = 0;
        record->view = 0;
    }
    for (uint64_t i = 0; i <= (memory->ram_bytes - 1) >> LARGE_PAGE_SHIFT; i++)
        if (memory->large_grants[i])
            memory->large_grants[i] = 0;
    memory->view_next = 0;
}

/* --- keys: only whose each of them was; they are derived from that --- */

static void keys_snapshot(struct memory *memory, struct snapshot_stream *stream)
{
    uint32_t count = memory->key_count;
    uint16_t asid_max = memory->config.asid_max;

    snapshot_u32(stream, &count);
    snapshot_require(stream, count >= KEY_NONE + 1 && count <= KEY_COUNT);
    if (snapshot_is_loaded(stream))
        keys_forget(memory);
    for (uint32_t i = KEY_NONE + 1; i < count && !stream->has_failed; i++) {
        uint16_t asid = memory->key[i].asid;

        snapshot_u16(stream, &asid);
        snapshot_require(stream, asid <= asid_max && memory->config.mode != MEMORY_NONE);
        if (snapshot_is_loaded(stream))
            snapshot_require(stream, key_make(memory, asid) == STATUS_OK);
    }
    for (unsigned asid = 0; asid <= asid_max && !stream->has_failed; asid++) {
        snapshot_u16(stream, &memory->key_of_asid[asid]);
        if (stream->is_loading && memory->key_of_asid[asid] >= memory->key_count) {
            memory->key_of_asid[asid] = KEY_NONE;
            snapshot_require(stream, false);
        }
    }
}

/* --- pages --- */

/* The next page of a list from number on; PAGES_END. */
static uint64_t page_next(struct snapshot_stream *stream, uint64_t number, uint64_t saved,
                          uint64_t count)
{
    uint64_t next = saved;

    snapshot_u64(stream, &next);
    snapshot_require(stream, next == PAGES_END || (next >= number && next < count));
    return stream->has_failed ? PAGES_END : next;
}

static void page_snapshot(struct memory *memory, uint64_t number, struct snapshot_stream *stream)
{
    struct page_record *record = &memory->record[number];
    uint8_t *bytes = memory->ram + (number << PAGE_SHIFT);
    bool has_bytes = !stream->is_loading && !is_zero(bytes, PAGE_SIZE);
    uint32_t version = record->version;
    uint16_t key = record->key;
    uint8_t alias = record->alias;

    snapshot_u32(stream, &version);
    snapshot_u16(stream, &key);
    snapshot_u8(stream, &alias);
    snapshot_bool(stream, &has_bytes);
    snapshot_require(stream, key < memory->key_count && alias <= ALIAS_BIT_MAX - ALIAS_BIT_MIN + 1);
    if (snapshot_is_loaded(stream))
        *record =
            (struct page_record){.version = version, .key = key, .alias = alias & ALIAS_FIELD};
    if (has_bytes)
        snapshot_bytes(stream, bytes, PAGE_SIZE);
}

static void pages_snapshot(struct memory *memory, struct snapshot_stream *stream)
{
    uint64_t number = 0;

    for (;;) {
        uint64_t saved = stream->is_loading ? 0 : page_written(memory, number);

        number = page_next(stream, number, saved, memory->config.page_count);
        if (number == PAGES_END)
            return;
        page_snapshot(memory, number++, stream);
    }
}

/* --- RMP --- */

enum {
    FLAG_ASSIGNED = 1,
    FLAG_VALIDATED = 2,
    FLAG_VMSA = 4,
    FLAG_IMMUTABLE = 8,
    FLAG_LOCK = 16,
    FLAG_LARGE = 32,
    FLAG_ALL = 63
};

static uint8_t flags_of(const struct rmp_entry *entry)
{
    return (uint8_t)((entry->assigned ? FLAG_ASSIGNED : 0) |
                     (entry->validated ? FLAG_VALIDATED : 0) | (entry->vmsa ? FLAG_VMSA : 0) |
                     (entry->immutable ? FLAG_IMMUTABLE : 0) | (entry->lock ? FLAG_LOCK : 0) |
                     (entry->is_large ? FLAG_LARGE : 0));
}

static uint64_t entry_used(const struct rmp *rmp, uint64_t number)
{
    for (; number < rmp->page_count; number++) {
        const struct rmp_entry *entry = &rmp->entry[number];

        if (entry->gpa || entry->asid || flags_of(entry) ||
            !is_zero(entry->permission, sizeof entry->permission))
            return number;
    }
    return PAGES_END;
}

static void entry_snapshot(struct rmp *rmp, uint64_t number, struct snapshot_stream *stream)
{
    struct rmp_entry entry = rmp->entry[number];
    uint8_t flags = flags_of(&entry);

    snapshot_u64(stream, &entry.gpa);
    snapshot_u16(stream, &entry.asid);
    snapshot_u8(stream, &flags);
    snapshot_bytes(stream, entry.permission, sizeof entry.permission);
    snapshot_require(stream, flags <= FLAG_ALL);
    snapshot_require(stream, !(flags & FLAG_LARGE) || number % LARGE_PAGE_PAGES == 0);
    if (!snapshot_is_loaded(stream))
        return;
    entry.assigned = flags & FLAG_ASSIGNED;
    entry.validated = flags & FLAG_VALIDATED;
    entry.vmsa = flags & FLAG_VMSA;
    entry.immutable = flags & FLAG_IMMUTABLE;
    entry.lock = flags & FLAG_LOCK;
    entry.is_large = flags & FLAG_LARGE;
    rmp->entry[number] = entry;
    if (entry.assigned && !entry.is_large)
        rmp->assigned[number / LARGE_PAGE_PAGES]++;
}

static void rmp_snapshot(struct rmp *rmp, struct snapshot_stream *stream)
{
    uint64_t number = 0;
    spa_t page;

    if (stream->is_loading)
        rmp_clear(rmp);
    for (;;) {
        uint64_t saved = stream->is_loading ? 0 : entry_used(rmp, number);

        number = page_next(stream, number, saved, rmp->page_count);
        if (number == PAGES_END)
            break;
        entry_snapshot(rmp, number++, stream);
    }
    if (snapshot_is_loaded(stream))
        snapshot_require(stream, rmp_check_all(rmp, &page) == STATUS_OK);
    if (stream->is_loading && stream->has_failed)
        rmp_clear(rmp);
}

void memory_snapshot(struct memory *memory, struct snapshot_stream *stream)
{
    if (stream->has_failed)
        return;
    grants_forget(memory);
    if (stream->is_loading) {
        for (uint64_t i = page_written(memory, 0); i != PAGES_END; i = page_written(memory, i + 1))
            memory->record[i] = (struct page_record){0};
        lazy_clear(memory->ram, memory->ram_bytes);
    }
    keys_snapshot(memory, stream);
    pages_snapshot(memory, stream);
    if (memory->config.mode == MEMORY_SNP) /* nobody else looks at it */
        rmp_snapshot(&memory->rmp, stream);
}
