/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/psc.c — page-state lists: the form, and the host's end. See psc.h. */
#include "ghcb/psc.h"

#include <string.h>

#include "ghcb/wire.h"

enum {
    CURRENT_BITS = 12,
    PAGE_BITS = 40,
    OPERATION_SHIFT = 52,
    SIZE_SHIFT = 56,
    RESERVED_SHIFT = 57,
    CURRENT_OFFSET = 0, /* of the header */
    END_OFFSET = 2,
    RESERVED_OFFSET = 4,
};

static uint64_t entry_pages(const struct psc_entry *entry)
{
    return entry->is_huge ? PSC_HUGE_PAGES : 1;
}

static enum status entry_check(const struct psc_entry *entry)
{
    if (entry->operation < PSC_PRIVATE || entry->operation > PSC_UNSMASH ||
        entry->page >> PAGE_BITS || entry->current > entry_pages(entry))
        return STATUS_BAD_INPUT;
    if (entry->is_huge ? entry->page % PSC_HUGE_PAGES != 0 : entry->operation >= PSC_SMASH)
        return STATUS_BAD_ADDRESS;
    return STATUS_OK;
}

enum status psc_entry_encode(const struct psc_entry *entry, uint64_t *value)
{
    enum status status = entry_check(entry);

    if (status == STATUS_OK)
        *value = entry->current | entry->page << CURRENT_BITS |
                 (uint64_t)entry->operation << OPERATION_SHIFT |
                 (uint64_t)entry->is_huge << SIZE_SHIFT;
    return status;
}

enum status psc_entry_decode(uint64_t value, struct psc_entry *entry)
{
    entry->current = (uint16_t)bits(value, CURRENT_BITS - 1, 0);
    entry->page = bits(value, OPERATION_SHIFT - 1, CURRENT_BITS);
    entry->operation = (uint8_t)bits(value, SIZE_SHIFT - 1, OPERATION_SHIFT);
    entry->is_huge = bit(value, SIZE_SHIFT);
    return value >> RESERVED_SHIFT ? STATUS_BAD_INPUT : entry_check(entry);
}

enum status psc_list_add(struct psc_list *list, const struct psc_entry *entry)
{
    enum status status;

    if (list->count == PSC_ENTRY_MAX)
        return STATUS_FULL;
    status = psc_entry_encode(entry, &list->entry[list->count]);
    if (status == STATUS_OK)
        list->count++;
    return status;
}

size_t psc_list_write(const struct psc_list *list, uint8_t to[PSC_LIST_BYTES])
{
    wire_store(to + CURRENT_OFFSET, list->current, 2);
    wire_store(to + END_OFFSET, list->count - 1u, 2);
    wire_store(to + RESERVED_OFFSET, 0, 4);
    for (unsigned i = 0; i < list->count; i++)
        wire_store(to + PSC_HEADER_BYTES + i * PSC_ENTRY_BYTES, list->entry[i], PSC_ENTRY_BYTES);
    return PSC_HEADER_BYTES + (size_t)list->count * PSC_ENTRY_BYTES;
}

enum status psc_list_take(const uint8_t *data, size_t size_bytes, struct psc_list *list)
{
    uint64_t end;

    if (size_bytes < PSC_HEADER_BYTES)
        return STATUS_BAD_INPUT;
    end = wire_load(data + END_OFFSET, 2);
    if (end >= PSC_ENTRY_MAX || wire_load(data + RESERVED_OFFSET, 4) != 0 ||
        wire_load(data + CURRENT_OFFSET, 2) > end + 1 ||
        PSC_HEADER_BYTES + (end + 1) * PSC_ENTRY_BYTES > size_bytes)
        return STATUS_BAD_INPUT;
    list->current = (uint16_t)wire_load(data + CURRENT_OFFSET, 2);
    list->count = (uint16_t)(end + 1);
    for (unsigned i = 0; i < list->count; i++)
        list->entry[i] = wire_load(data + PSC_HEADER_BYTES + i * PSC_ENTRY_BYTES, PSC_ENTRY_BYTES);
    return STATUS_OK;
}

/* Does the rest of the current entry. Its current page moves on as far as the changer came. */
static uint64_t entry_run(const struct psc_service *service, uint64_t *value, bool *finished)
{
    struct psc_entry entry;
    uint64_t left, done = 0;
    enum status status = psc_entry_decode(*value, &entry);

    *finished = false;
    if (status != STATUS_OK)
        return PSC_ERROR_ENTRY;
    left = entry_pages(&entry) - entry.current;
    if (left > 0)
        status = service->change(service->context, (enum psc_operation)entry.operation,
                                 (gpa_t){(entry.page + entry.current) << PAGE_SHIFT}, left, &done);
    if (done > left)
        done = left;
    *value += done; /* the current page is the lowest field */
    *finished = status == STATUS_OK && done == left;
    return status == STATUS_OK ? 0 : PSC_ERROR_GENERAL;
}

/* The header's current entry, and the entry that is half done. */
static enum status progress_write(const struct psc_service *service, gpa_t at,
                                  const struct psc_list *list, bool is_half_done)
{
    uint8_t bytes[PSC_ENTRY_BYTES];
    gpa_t entry = {at.v + PSC_HEADER_BYTES + (uint64_t)list->current * PSC_ENTRY_BYTES};
    enum status status = STATUS_OK;

    if (is_half_done) {
        wire_store(bytes, list->entry[list->current], PSC_ENTRY_BYTES);
        status = service->shared->write(service->shared->context, entry, bytes, PSC_ENTRY_BYTES);
    }
    if (status != STATUS_OK)
        return status;
    wire_store(bytes, list->current, 2);
    return service->shared->write(service->shared->context, (gpa_t){at.v + CURRENT_OFFSET}, bytes,
                                  2);
}

enum status psc_serve(void *context, struct ghcb_request *request, struct ghcb_reply *reply)
{
    const struct psc_service *service = context;
    struct psc_list list;
    bool finished = true, is_half_done = false;

    if (psc_list_take(request->data, request->data_bytes, &list) != STATUS_OK) {
        reply->info2 = PSC_ERROR_HEADER;
        return STATUS_OK;
    }
    while (finished && list.current < list.count) {
        uint64_t before = list.entry[list.current];

        reply->info2 = entry_run(service, &list.entry[list.current], &finished);
        is_half_done = !finished && list.entry[list.current] != before;
        if (finished)
            list.current++;
    }
    return progress_write(service, request->scratch, &list, is_half_done);
}
