/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/psc_guest.c — page-state lists: the guest's end. See psc.h. Source of the checks: Linux
 * arch/x86/coco/sev/core.c, vmgexit_psc. */
#include "ghcb/psc.h"

#include "ghcb/wire.h"

const char *psc_refusal_name(unsigned refusal)
{
    static const char *const names[PSC_REFUSAL_COUNT] = {
        [PSC_NOT_REFUSED] = "not refused",
        [PSC_REFUSED_EXIT] = "the exit was refused",
        [PSC_REFUSED_ERROR] = "the host reports an error",
        [PSC_REFUSED_RESERVED] = "reserved bits are set",
        [PSC_REFUSED_BACK] = "went backwards",
        [PSC_REFUSED_BEYOND] = "went beyond the list",
        [PSC_REFUSED_STALLED] = "no progress",
    };

    return names[refusal];
}

/* Where the host says it is: entries, then pages of the current one. Our own list says how far that
 * may be. */
enum psc_refusal psc_list_advance(struct psc_list *list, const uint8_t *answer, size_t size_bytes,
                                  bool *advanced)
{
    uint64_t current = wire_load(answer, 2), entry = list->entry[list->current], page = 0;
    struct psc_entry own;

    *advanced = false;
    if (wire_load(answer + 4, 4) != 0)
        return PSC_REFUSED_RESERVED;
    if (current < list->current)
        return PSC_REFUSED_BACK;
    if (current > list->count)
        return PSC_REFUSED_BEYOND;
    if (current < list->count) {
        size_t offset = PSC_HEADER_BYTES + (size_t)current * PSC_ENTRY_BYTES;

        if (offset + PSC_ENTRY_BYTES > size_bytes ||
            psc_entry_decode(list->entry[current], &own) != STATUS_OK)
            return PSC_REFUSED_BEYOND;
        page = wire_load(answer + offset, 2) & 0xFFF;
        if (page < own.current)
            return PSC_REFUSED_BACK;
        if (page > (own.is_huge ? PSC_HUGE_PAGES : 1))
            return PSC_REFUSED_BEYOND;
        entry = list->entry[current] - own.current + page;
    }
    *advanced =
        current != list->current || (current < list->count && entry != list->entry[current]);
    list->current = (uint16_t)current;
    if (current < list->count)
        list->entry[current] = entry;
    return PSC_NOT_REFUSED;
}

/* One exit with the list as it stands. */
static enum status list_exchange(struct ghcb_guest *guest, const struct psc_list *list,
                                 const struct psc_exit *exit, struct ghcb_outcome *outcome,
                                 enum psc_refusal *why)
{
    uint8_t data[PSC_LIST_BYTES];
    struct ghcb_event event = {.code = GHCB_EXIT_PSC, .data = data};
    struct ghcb_values none = {{0}};
    enum ghcb_refusal refusal;
    enum status status;

    event.data_bytes = psc_list_write(list, data);
    status = ghcb_guest_send(guest, &event, &none, &refusal);
    if (status == STATUS_OK)
        status = exit->vmgexit(exit->context);
    if (status == STATUS_OK)
        status = ghcb_guest_receive(guest, &none, outcome, &refusal);
    if (status == STATUS_DENIED)
        *why = PSC_REFUSED_EXIT;
    return status;
}

enum status psc_guest_change(struct ghcb_guest *guest, struct psc_list *list,
                             const struct psc_exit *exit, enum psc_refusal *why, uint64_t *info2)
{
    struct ghcb_outcome outcome = {.info2 = 0};
    unsigned stalls = 0;

    *why = PSC_NOT_REFUSED;
    *info2 = 0;
    if (list->count == 0)
        return STATUS_BAD_INPUT;
    while (list->current < list->count) {
        bool advanced = false;
        enum status status = list_exchange(guest, list, exit, &outcome, why);

        *info2 = outcome.info2;
        if (status != STATUS_OK)
            return status;
        *why = psc_list_advance(list, outcome.data, outcome.data_bytes, &advanced);
        if (*why == PSC_NOT_REFUSED && outcome.info2)
            *why = PSC_REFUSED_ERROR;
        stalls = advanced ? 0 : stalls + 1;
        if (*why == PSC_NOT_REFUSED && stalls == PSC_STALL_MAX)
            *why = PSC_REFUSED_STALLED;
        if (*why != PSC_NOT_REFUSED)
            return STATUS_DENIED;
    }
    return STATUS_OK;
}
