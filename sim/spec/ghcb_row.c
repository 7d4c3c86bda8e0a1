/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/ghcb_row.c — one row of a table of GHCB exits. See ghcb_row.h. */
#include "spec/ghcb_row.h"

#include <stdio.h>
#include <string.h>

#include "spec/header.h"

const char *const ghcb_data_words[] = {"none", "host", "guest", "both", NULL};
const char *const ghcb_length_words[] = {"info2", "ioio", "list", NULL};
const char *const ghcb_rule_words[] = {"values", "exception", "never", NULL};
const char *const ghcb_certainty_words[] = {"M", "C", "S", "U", NULL};

static enum status id_read(const struct place *at, struct ghcb_row *row)
{
    struct place member;
    enum status status = place_member(at, "id", JSON_STRING, &member);
    const char *id = json_string_value(member.value);

    if (status != STATUS_OK)
        return status;
    if (id[0] == '\0' || strlen(id) >= GHCB_ID_BYTES ||
        strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.") != strlen(id))
        return place_fail(&member, "row id \"%.40s\"; expected 1 to %d of A-Z, 0-9 and '.'", id,
                          GHCB_ID_BYTES - 1);
    (void)snprintf(row->id, sizeof row->id, "%s", id);
    return STATUS_OK;
}

static enum status hex_member(const struct place *at, const char *key, uint64_t *value)
{
    struct place member;
    enum status status = place_member(at, key, JSON_STRING, &member);

    return status == STATUS_OK ? hex_read(&member, key, value) : status;
}

/* "info1": {"mask", "is"}; not there: always 0. */
static enum status info_read(const struct place *at, const char *key, uint64_t *mask,
                             const char **is)
{
    static const char *const keys[] = {"mask", "is", NULL};
    struct place member;
    enum status status = place_optional(at, key, JSON_OBJECT, &member);

    *mask = 0;
    *is = NULL;
    if (status != STATUS_OK || !member.value)
        return status;
    status = place_keys(&member, keys);
    if (status == STATUS_OK)
        status = place_text(&member, "is", is);
    return status == STATUS_OK ? mask_read(&member, mask) : status;
}

/* The value that the bits must have ("value"), or must not have ("not"). */
static enum status condition_value_read(const struct place *at, struct ghcb_condition *when)
{
    struct place equal, other;
    enum status status = place_optional(at, "value", JSON_STRING, &equal);

    if (status == STATUS_OK)
        status = place_optional(at, "not", JSON_STRING, &other);
    if (status != STATUS_OK)
        return status;
    if (!equal.value == !other.value)
        return place_fail(at, "a condition with %s; expected \"value\" or \"not\"",
                          equal.value ? "two values" : "no value");
    when->differs = other.value;
    status = equal.value ? hex_read(&equal, "value", &when->value)
                         : hex_read(&other, "not", &when->value);
    if (status == STATUS_OK && when->value & ~when->mask)
        status = place_fail(at, "the value has bits outside the mask; expected it within");
    return status;
}

/* The host must be able to tell the rows of a code apart by what it is shown. */
static enum status condition_is_shown(const struct place *at, const struct ghcb_row *row,
                                      const struct ghcb_condition *when)
{
    const struct ghcb_item *in = ghcb_item_find(row->in, row->in_count, when->field);
    uint64_t shown = when->field == GHCB_INFO1   ? row->info1_mask
                     : when->field == GHCB_INFO2 ? row->info2_mask
                                                 : 0;

    if (in)
        shown = in->narrow == GHCB_NARROW_NONE ? in->mask : 0;
    /* Of INFO1 and INFO2 the other bits are 0 for host and guest. */
    if (ghcb_field_is_register(when->field) || when->differs ? when->mask & ~shown
                                                             : when->value & ~shown)
        return place_fail(at,
                          "%s: the host does not see these bits of %s; expected them in \"in\" "
                          "or in the mask of info1 or info2",
                          row->id, ghcb_field_name(when->field));
    return STATUS_OK;
}

static enum status condition_read(const struct place *at, const struct ghcb_row *row,
                                  struct ghcb_condition *when)
{
    static const char *const keys[] = {"field", "mask", "value", "not", NULL};
    struct place member;
    enum status status = place_keys(at, keys);
    int field;

    if (status == STATUS_OK)
        status = place_member(at, "field", JSON_STRING, &member);
    if (status != STATUS_OK)
        return status;
    field = ghcb_field_by_name(json_string_value(member.value));
    if (field < 0 ||
        (!ghcb_field_is_register((unsigned)field) && field != GHCB_INFO1 && field != GHCB_INFO2))
        return place_fail(&member, "unknown field \"%.40s\"; expected info1, info2 or a register",
                          json_string_value(member.value));
    when->field = (uint8_t)field;
    status = mask_read(at, &when->mask);
    if (status == STATUS_OK)
        status = condition_value_read(at, when);
    return status == STATUS_OK ? condition_is_shown(at, row, when) : status;
}

static enum status select_read(const struct place *at, struct ghcb_row *row)
{
    struct place list;
    enum status status = place_optional(at, "select", JSON_ARRAY, &list);

    if (status != STATUS_OK || !list.value)
        return status;
    if (json_array_size(list.value) > GHCB_CONDITION_MAX)
        return place_fail(&list, "%zu conditions; expected at most %d", json_array_size(list.value),
                          GHCB_CONDITION_MAX);
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        struct place element = place_element(&list, i);

        if (!json_is_object(element.value))
            return place_fail(&element, "not an object; expected a condition");
        status = condition_read(&element, row, &row->when[row->when_count]);
        if (status != STATUS_OK)
            return status;
        row->when_count++;
    }
    return STATUS_OK;
}

/* "data": {"to", "bytes"}. */
static enum status data_read(const struct place *at, struct ghcb_row *row)
{
    static const char *const keys[] = {"to", "bytes", NULL};
    static const char *const receivers[] = {"host", "guest", "both", NULL};
    struct place data, member;
    enum status status = place_optional(at, "data", JSON_OBJECT, &data);

    if (status != STATUS_OK || !data.value)
        return status;
    status = place_keys(&data, keys);
    if (status == STATUS_OK)
        status = place_member(&data, "to", JSON_STRING, &member);
    if (status == STATUS_OK)
        status = place_word(&member, receivers, "to", &row->data);
    row->data++; /* "none" is that there is no "data" */
    if (status == STATUS_OK)
        status = place_member(&data, "bytes", JSON_STRING, &member);
    if (status == STATUS_OK)
        status = place_word(&member, ghcb_length_words, "bytes", &row->length);
    if (status == STATUS_OK && row->length == GHCB_LENGTH_IOIO && row->code != GHCB_EXIT_IOIO)
        return place_fail(&member, "%s is no port access; expected bytes info2 or list", row->id);
    return status;
}

/* The IOIO word narrows only where there is one. */
static enum status narrow_check(const struct place *list, const struct ghcb_row *row,
                                const struct ghcb_item *items, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (items[i].narrow == GHCB_NARROW_IOIO && row->code != GHCB_EXIT_IOIO) {
            struct place at = place_element(list, i);

            return place_fail(&at,
                              "%s is no port access; expected narrow ioio in rows of 0x7b "
                              "only",
                              row->id);
        }
    return STATUS_OK;
}

static enum status lists_read(const struct place *at, struct ghcb_row *row)
{
    struct place list;
    enum status status = place_member(at, "in", JSON_ARRAY, &list);

    if (status == STATUS_OK)
        status = ghcb_items_read(&list, false, row->in, &row->in_count);
    if (status == STATUS_OK)
        status = narrow_check(&list, row, row->in, row->in_count);
    if (status == STATUS_OK)
        status = place_member(at, "out", JSON_ARRAY, &list);
    if (status == STATUS_OK)
        status = ghcb_items_read(&list, true, row->out, &row->out_count);
    if (status == STATUS_OK)
        status = narrow_check(&list, row, row->out, row->out_count);
    return status;
}

static enum status rule_read(const struct place *at, struct ghcb_row *row)
{
    struct place member;
    enum status status = place_member(at, "answer", JSON_STRING, &member);

    if (status == STATUS_OK)
        status = place_word(&member, ghcb_rule_words, "answer", &row->rule);
    if (status == STATUS_OK && row->rule == GHCB_RULE_NEVER &&
        (row->out_count || row->data & GHCB_DATA_TO_GUEST))
        return place_fail(&member,
                          "%s never comes back, yet takes something; expected no \"out\" "
                          "and no data to the guest",
                          row->id);
    if (status == STATUS_OK)
        status = place_member(at, "certainty", JSON_STRING, &member);
    if (status == STATUS_OK)
        status = place_word(&member, ghcb_certainty_words, "certainty", &row->certainty);
    return status;
}

enum status ghcb_row_read(const struct place *at, struct ghcb_row *row, struct ghcb_row_text *text)
{
    static const char *const keys[] = {"id",        "code", "when",   "select", "info1",
                                       "info2",     "in",   "out",    "data",   "answer",
                                       "certainty", "why",  "source", NULL};
    enum status status = place_keys(at, keys);

    memset(row, 0, sizeof *row);
    if (status == STATUS_OK)
        status = id_read(at, row);
    if (status == STATUS_OK)
        status = hex_member(at, "code", &row->code);
    if (status == STATUS_OK)
        status = place_text(at, "when", &text->when);
    if (status == STATUS_OK)
        status = info_read(at, "info1", &row->info1_mask, &text->info1);
    if (status == STATUS_OK)
        status = info_read(at, "info2", &row->info2_mask, &text->info2);
    if (status == STATUS_OK)
        status = lists_read(at, row);
    if (status == STATUS_OK)
        status = select_read(at, row);
    if (status == STATUS_OK)
        status = data_read(at, row);
    if (status == STATUS_OK)
        status = rule_read(at, row);
    if (status == STATUS_OK)
        status = place_text(at, "why", &text->why);
    return status == STATUS_OK ? place_text(at, "source", &text->source) : status;
}
