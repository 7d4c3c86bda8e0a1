/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/ghcb_items.c — what a row hands out and takes back. See ghcb_row.h. */
#include "spec/ghcb_row.h"

#include "spec/header.h"

const char *const ghcb_narrow_words[] = {"none", "ioio", NULL};

/* "rcx": a register, or of what comes back also info2. */
static enum status field_read(const struct place *at, bool is_out, uint8_t *field)
{
    const char *name = json_string_value(at->value);
    int found = ghcb_field_by_name(name);

    if (found < 0)
        return place_fail(at,
                          "unknown register \"%.40s\"; expected rax to r15, cpl, dr7, xcr0, "
                          "xss%s",
                          name, is_out ? " or info2" : "");
    if (!ghcb_field_is_register((unsigned)found) && !(is_out && found == GHCB_INFO2))
        return place_fail(at, "%s is no register of the guest; expected one%s", name,
                          is_out ? ", or info2" : "");
    *field = (uint8_t)found;
    return STATUS_OK;
}

static enum status item_object_read(const struct place *at, bool is_out, struct ghcb_item *item)
{
    static const char *const keys[] = {"field", "narrow", "mask", NULL};
    struct place member;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK)
        status = place_member(at, "field", JSON_STRING, &member);
    if (status == STATUS_OK)
        status = field_read(&member, is_out, &item->field);
    if (status == STATUS_OK)
        status = place_optional(at, "narrow", JSON_STRING, &member);
    if (status == STATUS_OK && member.value)
        status = place_word(&member, ghcb_narrow_words, "narrow", &item->narrow);
    return status == STATUS_OK ? mask_read(at, &item->mask) : status;
}

static enum status item_read(const struct place *at, bool is_out, struct ghcb_item *item)
{
    *item = (struct ghcb_item){.mask = UINT64_MAX};
    if (json_is_string(at->value))
        return field_read(at, is_out, &item->field);
    if (json_is_object(at->value))
        return item_object_read(at, is_out, item);
    return place_fail(at, "neither text nor an object; expected a register");
}

enum status ghcb_items_read(const struct place *list, bool is_out, struct ghcb_item *items,
                            uint8_t *count)
{
    *count = 0;
    for (size_t i = 0; i < json_array_size(list->value); i++) {
        struct place at = place_element(list, i);
        struct ghcb_item item;
        enum status status = item_read(&at, is_out, &item);

        if (status != STATUS_OK)
            return status;
        if (ghcb_item_find(items, *count, item.field))
            return place_fail(&at, "%s is given twice; expected each register once",
                              ghcb_field_name(item.field));
        items[(*count)++] = item; /* each field once: no more than there are */
    }
    return STATUS_OK;
}

enum status ghcb_fields_read(const struct place *list, bool is_out, uint32_t *fields)
{
    *fields = 0;
    for (size_t i = 0; i < json_array_size(list->value); i++) {
        struct place at = place_element(list, i);
        uint8_t field = 0;
        enum status status;

        if (!json_is_string(at.value))
            return place_fail(&at, "not a text; expected the name of a register");
        status = field_read(&at, is_out, &field);
        if (status != STATUS_OK)
            return status;
        if (*fields >> field & 1)
            return place_fail(&at, "%s is given twice; expected each register once",
                              ghcb_field_name(field));
        *fields |= UINT32_C(1) << field;
    }
    return STATUS_OK;
}
