/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/value_reader.c — expressions for bytes: {"text"}, {"hex"}, {"of"}, {"tweak"},
 * {"xor"}. See reader.h; value.c computes them. */
#include "scenario/reader.h"

#include <inttypes.h>
#include <string.h>

enum { VALUE_BYTES_MAX = PAGE_SIZE, VALUE_DEPTH_MAX = 4, XOR_MAX = 8, BLOCK_COUNT = 256 };

/* Reserves count values, one after the other. */
static enum status values_new(const struct place *at, struct scenario *scenario, unsigned count,
                              int *first)
{
    if (scenario->value_count + count > SCENARIO_VALUE_MAX)
        return place_fail(at, "too many values; expected at most %d in a scenario",
                          (int)SCENARIO_VALUE_MAX);
    *first = (int)scenario->value_count;
    scenario->value_count += count;
    return STATUS_OK;
}

static int bytes_find(const struct scenario *scenario, const char *name)
{
    for (unsigned i = 0; i < scenario->bytes_count; i++)
        if (strcmp(scenario->bytes_name[i], name) == 0)
            return (int)i;
    return SCENARIO_NONE;
}

enum status bytes_name_read(const struct place *at, struct scenario *scenario, int *index)
{
    char name[SCENARIO_NAME_BYTES];
    enum status status = machine_name_read(at, "remember", name);
    const char *text = json_string_value(json_object_get(at->value, "remember"));

    if (status != STATUS_OK)
        return status;
    *index = bytes_find(scenario, text);
    if (*index < 0 && scenario->bytes_count == SCENARIO_BYTES_MAX)
        return place_fail(at, "too many names to remember; expected at most %d",
                          (int)SCENARIO_BYTES_MAX);
    if (*index < 0) {
        *index = (int)scenario->bytes_count;
        scenario->bytes_name[scenario->bytes_count++] = text;
    }
    return STATUS_OK;
}

/* "size" pads with zeros; "repeat" comes after it. */
static enum status literal_read(const struct place *at, struct scenario_value *value, size_t length)
{
    uint64_t size = length, repeat = 1;
    enum status status = place_number(at, "size", 1, VALUE_BYTES_MAX, &size);

    if (status == STATUS_OK)
        status = place_number(at, "repeat", 1, VALUE_BYTES_MAX, &repeat);
    if (status != STATUS_OK)
        return status;
    if (size < length || size == 0 || size * repeat > VALUE_BYTES_MAX)
        return place_fail(at, "bytes that are empty, too many, or more than size; expected 1 to %d",
                          (int)VALUE_BYTES_MAX);
    value->size = (uint16_t)size;
    value->repeat = (uint16_t)repeat;
    return STATUS_OK;
}

static enum status text_read(const struct place *at, struct scenario_value *value)
{
    static const char *const keys[] = {"text", "size", "repeat", NULL};
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK)
        status = place_text(at, "text", &value->text);
    value->kind = VALUE_TEXT;
    return status == STATUS_OK ? literal_read(at, value, strlen(value->text)) : status;
}

static enum status hex_read(const struct place *at, struct scenario_value *value)
{
    static const char *const keys[] = {"hex", "size", "repeat", NULL};
    struct place member;
    size_t length;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK)
        status = place_member(at, "hex", JSON_STRING, &member);
    if (status != STATUS_OK)
        return status;
    value->kind = VALUE_HEX;
    value->text = json_string_value(member.value);
    length = strlen(value->text);
    if (length % 2 || strspn(value->text, "0123456789abcdefABCDEF") != length)
        return place_fail(&member, "hex \"%.40s\"; expected pairs of hex digits", value->text);
    return literal_read(at, value, length / 2);
}

/* {"of": NAME} with "block": a 16-byte block, or with "offset" and "size". */
static enum status remembered_read(const struct place *at, const struct scenario *scenario,
                                   struct scenario_value *value)
{
    static const char *const keys[] = {"of", "block", "offset", "size", NULL};
    uint64_t block = BLOCK_COUNT, offset = 0, size = 0;
    struct place member;
    int found;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK)
        status = place_member(at, "of", JSON_STRING, &member);
    if (status == STATUS_OK)
        status = place_number(at, "block", 0, BLOCK_COUNT - 1, &block);
    if (status == STATUS_OK)
        status = place_number(at, "offset", 0, VALUE_BYTES_MAX - 1, &offset);
    if (status == STATUS_OK)
        status = place_number(at, "size", 1, VALUE_BYTES_MAX, &size);
    if (status != STATUS_OK)
        return status;
    found = bytes_find(scenario, json_string_value(member.value));
    if (found < 0)
        return place_fail(&member, "no earlier step remembers \"%.40s\"; expected such a name",
                          json_string_value(member.value));
    if (block < BLOCK_COUNT && (offset || size))
        return place_fail(at, "a block, and offset or size too; expected one of them");
    value->kind = VALUE_REMEMBERED;
    value->bytes = (uint16_t)found;
    value->offset = (uint16_t)(block < BLOCK_COUNT ? block * CIPHER_BLOCK_BYTES : offset);
    value->size = (uint16_t)(block < BLOCK_COUNT ? CIPHER_BLOCK_BYTES : size);
    return STATUS_OK;
}

/* {"tweak": PAGE}: the public tweak of a block of a page. */
static enum status tweak_read(const struct place *at, const struct scenario *scenario,
                              struct scenario_value *value)
{
    static const char *const keys[] = {"tweak", "block", NULL};
    uint64_t block = 0;
    struct place member;
    int found;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK)
        status = place_member(at, "tweak", JSON_STRING, &member);
    if (status == STATUS_OK)
        status = place_number(at, "block", 0, BLOCK_COUNT - 1, &block);
    if (status != STATUS_OK)
        return status;
    found = scenario_find_page(scenario, json_string_value(member.value));
    if (found < 0)
        return place_fail(&member, "unknown page \"%.40s\"; expected one of \"pages\"",
                          json_string_value(member.value));
    value->kind = VALUE_TWEAK;
    value->spa.v = scenario->page[found].spa.v + block * CIPHER_BLOCK_BYTES;
    return STATUS_OK;
}

static enum status value_fill(const struct place *at, struct scenario *scenario, int index,
                              unsigned depth);

static enum status xor_read(const struct place *at, struct scenario *scenario, int index,
                            unsigned depth)
{
    static const char *const keys[] = {"xor", NULL};
    struct scenario_value *value = &scenario->value[index];
    struct place list;
    size_t count;
    int first = 0;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK)
        status = place_member(at, "xor", JSON_ARRAY, &list);
    if (status != STATUS_OK)
        return status;
    count = json_array_size(list.value);
    if (count < 2 || count > XOR_MAX || depth == VALUE_DEPTH_MAX)
        return place_fail(&list, "an xor of too few or too many, or too deep; expected 2 to %d",
                          (int)XOR_MAX);
    status = values_new(&list, scenario, (unsigned)count, &first);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct place element = place_element(&list, i);

        status = value_fill(&element, scenario, first + (int)i, depth + 1);
    }
    value->kind = VALUE_XOR;
    value->first = (uint16_t)first;
    value->count = (uint16_t)count;
    return status;
}

static enum status value_fill(const struct place *at, struct scenario *scenario, int index,
                              unsigned depth)
{
    struct scenario_value *value = &scenario->value[index];

    *value = (struct scenario_value){0};
    if (json_object_get(at->value, "text"))
        return text_read(at, value);
    if (json_object_get(at->value, "hex"))
        return hex_read(at, value);
    if (json_object_get(at->value, "of"))
        return remembered_read(at, scenario, value);
    if (json_object_get(at->value, "tweak"))
        return tweak_read(at, scenario, value);
    if (json_object_get(at->value, "xor"))
        return xor_read(at, scenario, index, depth);
    return place_fail(at, "no bytes; expected \"text\", \"hex\", \"of\", \"tweak\" or \"xor\"");
}

enum status value_read(const struct place *at, struct scenario *scenario, int *index)
{
    enum status status = values_new(at, scenario, 1, index);

    return status == STATUS_OK ? value_fill(at, scenario, *index, 1) : status;
}

unsigned value_size_least(const struct scenario *scenario, int index)
{
    const struct scenario_value *value = &scenario->value[index];
    unsigned least = VALUE_BYTES_MAX;

    switch (value->kind) {
    case VALUE_TEXT:
    case VALUE_HEX:
        return (unsigned)value->size * value->repeat;
    case VALUE_REMEMBERED:
        return value->size ? value->size : 1;
    case VALUE_TWEAK:
        return CIPHER_BLOCK_BYTES;
    case VALUE_XOR:
        for (unsigned i = 0; i < value->count; i++) {
            unsigned size = value_size_least(scenario, value->first + (int)i);

            least = size < least ? size : least;
        }
        return least;
    }
    return 1;
}
