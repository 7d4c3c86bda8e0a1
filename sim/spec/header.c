/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/header.c — see header.h. */
#include "spec/header.h"

#include <stdlib.h>
#include <string.h>

#include "monitor/exposure.h"

enum status header_check(const struct place *root, const char *format, const char *const *keys)
{
    enum status status = place_constant(root, "format", format);
    struct place schema;

    if (status == STATUS_OK)
        status = place_constant(root, "version", "1.0");
    if (status == STATUS_OK)
        status = place_keys(root, keys);
    return status == STATUS_OK ? place_optional(root, "$schema", JSON_STRING, &schema) : status;
}

static enum status name_check(const struct place *at, const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length >= EXPOSURE_NAME_BYTES ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
        return place_fail(at,
                          "profile name \"%.40s\"; expected 1 to %d letters a-z, digits and '-'",
                          name, (int)EXPOSURE_NAME_BYTES - 1);
    return STATUS_OK;
}

enum status header_name_read(const struct place *root, const char *key, const char **name)
{
    struct place member;
    enum status status = place_member(root, key, JSON_STRING, &member);

    *name = json_string_value(member.value);
    return status == STATUS_OK ? name_check(&member, *name) : status;
}

enum status header_name_optional(const struct place *root, const char *key, struct place *member)
{
    enum status status = place_optional(root, key, JSON_STRING, member);

    if (status != STATUS_OK || !member->value)
        return status;
    return name_check(member, json_string_value(member->value));
}

enum status hex_read(const struct place *at, const char *what, uint64_t *value)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *text = json_string_value(at->value);

    if (strncmp(text, "0x", 2) != 0 || strlen(text) < 3 || strlen(text) > 18 ||
        strspn(text + 2, digits) != strlen(text + 2))
        return place_fail(at, "%s \"%.40s\"; expected 0x and 1 to 16 hex digits", what, text);
    *value = strtoull(text, NULL, 16);
    return STATUS_OK;
}

enum status mask_read(const struct place *at, uint64_t *mask)
{
    struct place member;
    enum status status = place_optional(at, "mask", JSON_STRING, &member);

    *mask = UINT64_MAX;
    if (status != STATUS_OK || !member.value)
        return status;
    status = hex_read(&member, "mask", mask);
    if (status == STATUS_OK && *mask == 0)
        status = place_fail(&member, "mask 0 lets nothing through; expected at least one bit");
    return status;
}
