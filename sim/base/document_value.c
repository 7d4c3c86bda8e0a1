/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/document_value.c — members that hold a constant, a flag, a number, an address or a size.
 * See document.h. */
#include "base/document.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum status place_constant(const struct place *at, const char *key, const char *expected)
{
    struct place member;
    enum status status = place_member(at, key, JSON_STRING, &member);
    const char *text = json_string_value(member.value);

    if (status == STATUS_OK && strcmp(text, expected) != 0)
        status =
            place_fail(&member, "%s \"%.40s\" is not known; expected \"%s\"", key, text, expected);
    return status;
}

enum status place_flag(const struct place *at, const char *key, bool *out)
{
    struct place member;
    enum status status = place_optional(at, key, JSON_TRUE, &member);

    if (status == STATUS_OK && member.value)
        *out = json_is_true(member.value);
    return status;
}

enum status place_number(const struct place *at, const char *key, uint64_t least, uint64_t most,
                         uint64_t *out)
{
    struct place member;
    enum status status = place_optional(at, key, JSON_INTEGER, &member);
    json_int_t value;

    if (status != STATUS_OK || !member.value)
        return status;
    value = json_integer_value(member.value);
    if (value < 0 || (uint64_t)value < least || (uint64_t)value > most)
        return place_fail(&member, "%s %" JSON_INTEGER_FORMAT "; expected %" PRIu64 " to %" PRIu64,
                          key, value, least, most);
    *out = (uint64_t)value;
    return STATUS_OK;
}

enum status place_hex(const struct place *at, const char *key, uint64_t *out)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    struct place member;
    enum status status = place_optional(at, key, JSON_STRING, &member);
    const char *text = json_string_value(member.value);

    if (status != STATUS_OK || !text)
        return status;
    if (strncmp(text, "0x", 2) != 0 || strlen(text) < 3 || strlen(text) > 18 ||
        strspn(text + 2, digits) != strlen(text + 2))
        return place_fail(&member, "%s \"%.40s\"; expected 0x and 1 to 16 hex digits", key, text);
    *out = strtoull(text, NULL, 16);
    return STATUS_OK;
}

enum status place_memory_size(const struct place *at, const char *key, uint64_t *out)
{
    static const char units[] = "KMGT";
    struct place member;
    enum status status = place_optional(at, key, JSON_STRING, &member);
    const char *text = json_string_value(member.value), *unit = NULL;
    size_t digits;

    if (status != STATUS_OK || !text)
        return status;
    digits = strspn(text, "0123456789");
    if (digits >= 1 && digits <= 6 && text[0] != '0' && strlen(text) == digits + 1)
        unit = strchr(units, text[digits]);
    if (!unit)
        return place_fail(&member, "%s \"%.40s\"; expected a size like 8M or 4G", key, text);
    *out = strtoull(text, NULL, 10) << (10 * (unit - units + 1));
    return STATUS_OK;
}
