/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/json_values.c — see json_values.h. */
#include "psp/json_values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "psp/hex.h"

enum { HEX_DIGITS_MAX = 16 };

void value_find(const struct place *at, const char *key, struct place *out)
{
    *out = (struct place){
        .doc = at->doc, .parent = at, .key = key, .value = json_object_get(at->value, key)};
    if (json_is_null(out->value))
        out->value = NULL;
}

enum status value_need(const struct place *at, const char *key, const char *what, struct place *out)
{
    value_find(at, key, out);
    if (!out->value)
        return place_fail(at, "\"%s\" is missing; expected %s", key, what);
    return STATUS_OK;
}

static bool hex_number(const char *text, uint64_t *out)
{
    static const char digits[] = "0123456789abcdefABCDEF";

    if (strncmp(text, "0x", 2) != 0 || text[2] == '\0' || strlen(text) > 2 + HEX_DIGITS_MAX ||
        strspn(text + 2, digits) != strlen(text + 2))
        return false;
    *out = strtoull(text, NULL, 16);
    return true;
}

enum status value_number(const struct place *at, uint64_t most, uint64_t *out)
{
    uint64_t number = 0;
    bool fits = false;

    if (json_is_integer(at->value)) {
        fits = json_integer_value(at->value) >= 0;
        number = (uint64_t)json_integer_value(at->value);
    } else if (json_is_string(at->value)) {
        fits = hex_number(json_string_value(at->value), &number);
    }
    if (!fits || number > most)
        return place_fail(
            at, "not a number in range; expected 0 to 0x%" PRIx64 ", or \"0x\" and hex digits",
            most);
    *out = number;
    return STATUS_OK;
}

enum status value_bytes(const struct place *at, uint8_t *bytes, size_t size)
{
    const char *text = json_string_value(at->value);

    if (!text || !hex_decode(text, bytes, size))
        return place_fail(at, "not %zu bytes in hex; expected %zu hex digits", size, 2 * size);
    return STATUS_OK;
}

enum status value_bytes_all(const struct place *at, uint8_t **bytes, size_t *size)
{
    const char *text = json_string_value(at->value);

    *size = text ? strlen(text) / 2 : 0;
    *bytes = malloc(*size + 1);
    if (!*bytes)
        return diagnostic_set(at->doc->diag, STATUS_IO, at->doc->name, 0, 0, "not enough memory");
    if (text && hex_decode(text, *bytes, *size))
        return STATUS_OK;
    free(*bytes);
    *bytes = NULL;
    return place_fail(at, "not bytes in hex; expected an even number of hex digits");
}

enum status member_number(const struct place *at, const char *key, uint64_t most, uint64_t *out)
{
    struct place member;

    value_find(at, key, &member);
    return member.value ? value_number(&member, most, out) : STATUS_OK;
}

enum status member_bytes(const struct place *at, const char *key, uint8_t *bytes, size_t size)
{
    struct place member;
    enum status status = value_need(at, key, "hex digits", &member);

    return status == STATUS_OK ? value_bytes(&member, bytes, size) : status;
}
