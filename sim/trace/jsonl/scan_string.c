/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/scan_string.c — escapes and UTF-8 in JSON strings (RFC 8259 section 7). Read
 * scan.h first. What is decoded is never longer than how it is written, so one line of scratch
 * space is enough for all strings of a line. */
#include "trace/jsonl/scan_string.h"

#include <string.h>

#include "trace/utf8.h"

const bool string_byte_is_plain[256] = {
    [' ' ... '!'] = true, ['#' ... '['] = true, [']' ... '~'] = true, [0x7f] = true};

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The four digits after "\u". */
static bool unit_read(struct scan *scan, const char *digits, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(digits[i]);

        if (digit < 0)
            return scan_fail(scan, digits + i, "bad \\u escape; expected four hex digits");
        *unit = *unit << 4 | (uint32_t)digit;
    }
    return true;
}

/* "\uXXXX" at *at, a surrogate pair included. */
static bool unicode_decode(struct scan *scan, const char **at, char *to, size_t *size)
{
    enum { ESCAPE_BYTES = 6 };
    uint32_t code, low;

    if (!unit_read(scan, *at + 2, &code))
        return false;
    if (code == 0)
        return scan_fail(scan, *at, "NUL in a string; expected text");
    if (code >= 0xdc00 && code <= 0xdfff)
        return scan_fail(scan, *at, "lone surrogate in a string; expected a pair");
    *at += ESCAPE_BYTES;
    if (code >= 0xd800 && code <= 0xdbff) {
        if ((*at)[0] != '\\' || (*at)[1] != 'u')
            return scan_fail(scan, *at, "lone surrogate in a string; expected a pair");
        if (!unit_read(scan, *at + 2, &low))
            return false;
        if (low < 0xdc00 || low > 0xdfff)
            return scan_fail(scan, *at, "lone surrogate in a string; expected a pair");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        *at += ESCAPE_BYTES;
    }
    *size = utf8_encode(code, to);
    return true;
}

/* Any escape at *at. */
static bool escape_decode(struct scan *scan, const char **at, char *to, size_t *size)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter;

    if ((*at)[1] == 'u')
        return unicode_decode(scan, at, to, size);
    letter = (*at)[1] ? strchr(letters, (*at)[1]) : NULL;
    if (!letter)
        return scan_fail(
            scan, *at,
            "bad escape in a string; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
    to[0] = meanings[letter - letters];
    *size = 1;
    *at += 2;
    return true;
}

/* One character that stands for itself. */
static bool char_copy(struct scan *scan, const char **at, char *to, size_t *size)
{
    if (*at == scan->end)
        return scan_fail(scan, *at, "string is not closed; expected '\"'");
    if ((unsigned char)**at < 0x20)
        return scan_fail(scan, *at, "control character 0x%02x in a string; expected an escape",
                         (unsigned)**at);
    *size = utf8_char_bytes(*at);
    if (*size == 0)
        return scan_fail(scan, *at, "byte 0x%02x is not UTF-8 here; expected UTF-8",
                         (unsigned)(unsigned char)**at);
    memcpy(to, *at, *size);
    *at += *size;
    return true;
}

bool string_decode(struct scan *scan, const char *start, struct scan_text *text)
{
    char *to = scan->scratch + scan->scratch_used;
    const char *at = start;
    size_t used = 0;

    while (*at != '"') {
        size_t size = 0;
        bool ok = *at == '\\' ? escape_decode(scan, &at, to + used, &size)
                              : char_copy(scan, &at, to + used, &size);

        if (!ok)
            return false;
        used += size;
    }
    scan->scratch_used += used;
    text->bytes = to;
    text->size_bytes = used;
    scan->at = at + 1;
    return true;
}
