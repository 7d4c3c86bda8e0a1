/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/member.c — see member.h. */
#include "net/member.h"

#include <inttypes.h>
#include <string.h>

enum status member_integer(const struct place *at, const char *key, uint64_t least, uint64_t most,
                           uint64_t *out)
{
    struct place member;
    json_int_t value;
    enum status status = place_member(at, key, JSON_INTEGER, &member);

    if (status != STATUS_OK)
        return status;
    value = json_integer_value(member.value);
    if (value < 0 || (uint64_t)value < least || (uint64_t)value > most)
        return place_fail(&member,
                          "%s is %" JSON_INTEGER_FORMAT "; expected %" PRIu64 " to %" PRIu64, key,
                          value, least, most);
    *out = (uint64_t)value;
    return STATUS_OK;
}

enum status member_real(const struct place *at, const char *key, double *out)
{
    struct place member;
    double value;
    enum status status = place_member(at, key, JSON_REAL, &member);

    if (status != STATUS_OK)
        return status;
    value = json_number_value(member.value);
    if (!(value >= 0 && value <= MEMBER_REAL_MOST))
        return place_fail(&member, "%s is %g; expected 0 to %g", key, value, MEMBER_REAL_MOST);
    *out = value;
    return STATUS_OK;
}

enum status member_switch(const struct place *at, const char *key, bool *out)
{
    struct place member;
    enum status status = place_member(at, key, JSON_TRUE, &member);

    if (status == STATUS_OK)
        *out = json_is_true(member.value);
    return status;
}

enum status member_copy(const struct place *at, const char *key, char *out, size_t size)
{
    struct place member;
    const char *text;
    enum status status = place_text(at, key, &text);

    if (status != STATUS_OK)
        return status;
    (void)place_member(at, key, JSON_STRING, &member);
    if (strlen(text) >= size)
        return place_fail(&member, "%s has %zu bytes; expected less than %zu", key, strlen(text),
                          size);
    memcpy(out, text, strlen(text) + 1);
    return STATUS_OK;
}

enum status member_word(const struct place *at, const char *key, const char *const *words,
                        const char *what, uint8_t *out)
{
    struct place member;
    enum status status = place_member(at, key, JSON_STRING, &member);

    return status == STATUS_OK ? place_word(&member, words, what, out) : status;
}

enum status member_format(const struct place *root, const char *format, const char *version)
{
    const char *const formats[] = {format, NULL}, *const versions[] = {version, NULL};
    uint8_t ignored;
    enum status status = member_word(root, "format", formats, "format", &ignored);

    return status == STATUS_OK ? member_word(root, "version", versions, "version", &ignored)
                               : status;
}
