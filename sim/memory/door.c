/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/door.c — the one door: may this actor do that, under which key does he see the page,
 * and are the page's own bytes what he sees. Read internal.h first. */
#include "memory/internal.h"

static bool is_write(enum access_kind kind)
{
    return kind == ACCESS_WRITE || kind == ACCESS_WALK_UPDATE;
}

bool memory_gpa_is_private(const struct memory *memory, gpa_t used, gpa_t *stripped)
{
    uint64_t c_bit = UINT64_C(1) << memory->config.c_bit;
    bool is_set = used.v & c_bit;

    stripped->v = used.v & ~c_bit;
    return memory->config.c_bit_rule == C_BIT_CLASSIC ? is_set : !is_set;
}

bool memory_check(const struct memory *memory, const struct access *access, struct fault *fault)
{
    if (!memory_has(memory, access->spa)) {
        *fault = (struct fault){.kind = FAULT_ADDRESS, .gpa = access->gpa, .spa = access->spa};
        return false;
    }
    return memory->config.mode != MEMORY_SNP || rmp_access_check(&memory->rmp, access, fault);
}

/* The key of a guest; KEY_NONE if it has none. */
static uint16_t key_of(const struct memory *memory, uint16_t asid)
{
    return asid <= memory->config.asid_max ? memory->key_of_asid[asid] : KEY_NONE;
}

/* Fetches and walks of a guest use its key whatever the C-bit says (APM vol. 2, 15.34.5). */
uint16_t access_key(const struct memory *memory, const struct access *access)
{
    bool is_data = access->kind == ACCESS_READ || access->kind == ACCESS_WRITE;
    bool is_private = access->is_private || !is_data;

    switch (access->actor.kind) {
    case ACTOR_HYPERVISOR:
        return KEY_NONE;
    case ACTOR_DEVICE:
        if (memory->config.mode != MEMORY_SNP || !access->actor.is_snp)
            return KEY_NONE;
        break;
    case ACTOR_FIRMWARE:
        is_private = access->is_private || access->actor.asid != 0;
        return is_private ? key_of(memory, access->actor.asid) : KEY_NONE;
    case ACTOR_GUEST:
        break;
    }
    return is_private && access->actor.asid != 0 ? key_of(memory, access->actor.asid) : KEY_NONE;
}

bool access_is_hidden(const struct memory *memory, const struct access *access)
{
    const struct rmp_entry *entry;

    if (!memory->config.ciphertext_hiding || access->actor.kind != ACTOR_HYPERVISOR ||
        memory->config.mode != MEMORY_SNP)
        return false;
    entry = rmp_find(&memory->rmp, access->spa);
    return entry && entry->assigned && entry->asid != 0;
}

static uint8_t *write_grant(struct memory *memory, const struct page *page, uint16_t key)
{
    struct page_record *record = page->record;

    if (!page_is_plain(page, key))
        page_turn(memory, page, key, true);
    else if (!record->is_writable || (memory->cache.is_on && !record->is_dirty))
        page_change(memory, page);
    record->is_writable = 1;
    record->is_granted = 1;
    return page->bytes;
}

static uint8_t *read_grant(struct memory *memory, const struct page *page, bool is_code)
{
    if (is_code && page->record->is_writable)
        page_call_back(memory, page, MEMORY_LOST_WRITE);
    if (!page->record->is_granted || is_code) {
        page->record->is_granted = 1;
        page->record->is_fixed |= is_code;
    }
    return page->bytes;
}

static void read_answer(struct memory *memory, const struct access *access, const struct page *page,
                        uint16_t key, struct memory_answer *answer)
{
    bool is_hidden = access_is_hidden(memory, access);

    answer->is_direct = !is_hidden && page_is_plain(page, key);
    if (is_hidden) {
        page->record->is_granted = 1;
        answer->bytes = memory->hidden;
    } else if (answer->is_direct) {
        answer->bytes = read_grant(memory, page, access->kind == ACCESS_EXECUTE);
    } else {
        answer->bytes = view_take(memory, page, key);
    }
}

bool memory_ask(struct memory *memory, const struct access *access, struct memory_answer *answer)
{
    struct page page;
    uint16_t key;

    if (!memory_check(memory, access, &answer->fault)) {
        answer->bytes = NULL;
        answer->is_direct = false;
        return false;
    }
    page = page_find(memory, access->spa);
    key = access_key(memory, access);
    if (is_write(access->kind)) {
        answer->is_direct = true;
        answer->bytes = write_grant(memory, &page, key);
    } else {
        read_answer(memory, access, &page, key, answer);
    }
    answer->bytes += access->spa.v & (PAGE_SIZE - 1);
    if (access->is_large)
        memory->large_grants[access->spa.v >> LARGE_PAGE_SHIFT] = 1;
    return true;
}
