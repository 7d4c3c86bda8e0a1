/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/memory/view.c — pages as somebody sees them who has another key. A view is computed when it
 * is asked for, and kept as long as its page does not change and VIEW_COUNT others have not taken
 * its place. Read internal.h first. */
#include "memory/internal.h"

#include <string.h>

static bool slot_holds(const struct view_slot *slot, const struct page *page, uint16_t key)
{
    return slot->record == page->record && slot->version == page->record->version &&
           slot->key == key && slot->named.v == page->named.v;
}

static uint8_t *slot_bytes(const struct memory *memory, unsigned slot)
{
    return memory->view_bytes + (size_t)slot * PAGE_SIZE;
}

/* The slot with this view; VIEW_COUNT: none. */
static unsigned slot_find(const struct memory *memory, const struct page *page, uint16_t key)
{
    if (slot_holds(&memory->view[page->record->view], page, key))
        return page->record->view;
    for (unsigned i = 0; i < VIEW_COUNT; i++)
        if (slot_holds(&memory->view[i], page, key))
            return i;
    return VIEW_COUNT;
}

/* The oldest one's. If what it shows is still true, somebody may still look at it. */
static unsigned slot_free(struct memory *memory)
{
    unsigned next = memory->view_next;
    struct view_slot *slot = &memory->view[next];

    memory->view_next = (next + 1) % VIEW_COUNT;
    if (slot->record && slot->version == slot->record->version) {
        struct page page = page_find(memory, slot->named);

        page_call_back(memory, &page, MEMORY_LOST_ALL);
    }
    slot->record = NULL;
    return next;
}

uint8_t *view_take(struct memory *memory, const struct page *page, uint16_t key)
{
    unsigned slot;

    if (page->record->is_writable)
        page_call_back(memory, page, MEMORY_LOST_WRITE);
    slot = slot_find(memory, page, key);
    if (slot == VIEW_COUNT) {
        slot = slot_free(memory);
        page_decrypt(memory, page, key, 0, slot_bytes(memory, slot), PAGE_SIZE);
        memory->view[slot] = (struct view_slot){.record = page->record,
                                                .named = page->named,
                                                .version = page->record->version,
                                                .key = key};
    }
    page->record->view = slot;
    page->record->is_granted = 1;
    page->record->is_fixed = 1;
    return slot_bytes(memory, slot);
}

void views_forget(struct memory *memory)
{
    memset(memory->view, 0, sizeof memory->view);
}
