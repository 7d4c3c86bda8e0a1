/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/scan.c — see scan.h. The hot path of every replay: keep the common case of each
 * function short. Strings with escapes are decoded in scan_string.c, values that nobody wants are
 * skipped in scan_skip.c. */
#include "trace/jsonl/scan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "trace/jsonl/scan_string.h"

/* Value of a lower-case hex digit plus 1; 0 for every other byte. */
static const uint8_t hex_digit[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

void scan_begin(struct scan *scan, const char *line, const char *end)
{
    scan->at = scan->line = line;
    scan->end = end;
    scan->scratch_used = 0;
    scan->is_fresh = false;
}

bool scan_fail(struct scan *scan, const char *at, const char *format, ...)
{
    char text[DIAGNOSTIC_BYTES];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)diagnostic_set(scan->diag, STATUS_BAD_INPUT, scan->name, scan->line_number,
                         (uint64_t)(at - scan->line) + 1, "%s", text);
    return false;
}

bool scan_object(struct scan *scan)
{
    scan_space(scan);
    if (*scan->at != '{')
        return scan_fail(scan, scan->at, "not a JSON object; expected '{'");
    scan->at++;
    scan->is_fresh = true;
    return true;
}

static enum scan_step step_fail(struct scan *scan, const char *what)
{
    (void)scan_fail(scan, scan->at, "%s", what);
    return SCAN_ERROR;
}

enum scan_step scan_member(struct scan *scan, struct scan_text *key)
{
    scan_space(scan);
    if (*scan->at == '}') {
        scan->at++;
        scan->is_fresh = false;
        return SCAN_END;
    }
    if (!scan->is_fresh) {
        if (*scan->at != ',')
            return step_fail(scan, "object is not closed; expected ',' or '}'");
        scan->at++;
        scan_space(scan);
    }
    scan->is_fresh = false;
    if (*scan->at != '"')
        return step_fail(scan, "no key; expected '\"'");
    if (!scan_string(scan, key))
        return SCAN_ERROR;
    scan_space(scan);
    if (*scan->at != ':')
        return step_fail(scan, "no value for the key; expected ':'");
    scan->at++;
    return SCAN_MEMBER;
}

bool scan_hex(struct scan *scan, uint64_t *value)
{
    enum { DIGITS_MAX = 16 };
    const char *start, *at;
    uint64_t result = 0;
    unsigned digit;

    scan_space(scan);
    start = scan->at;
    if (start[0] != '"' || start[1] != '0' || start[2] != 'x')
        return scan_fail(scan, start, "not a hex value; expected a string such as \"0x1f\"");
    start += 3;
    for (at = start; (digit = hex_digit[(unsigned char)*at]) != 0; at++)
        result = result << 4 | (digit - 1);
    if (*at != '"' || at == start)
        return scan_fail(scan, at, "bad hex digit; expected lower-case 0-9, a-f");
    if (*start == '0' && at > start + 1)
        return scan_fail(scan, start, "hex value with leading zeros; expected none");
    if (at > start + DIGITS_MAX)
        return scan_fail(scan, start, "hex value out of range; expected at most 64 bits");
    scan->at = at + 1;
    *value = result;
    return true;
}

static inline bool char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool scan_integer(struct scan *scan, int64_t low, int64_t high, int64_t *value)
{
    enum { DIGITS_MAX = 17 }; /* more than 2^53 has, fewer than overflow 63 bits */
    const char *start, *digits, *at;
    int64_t result = 0;

    scan_space(scan);
    start = scan->at;
    digits = start + (*start == '-');
    for (at = digits; char_is_digit(*at); at++)
        if (at - digits < DIGITS_MAX)
            result = 10 * result + (*at - '0');
    if (at == digits || (*digits == '0' && at > digits + 1) || *at == '.' || *at == 'e' ||
        *at == 'E')
        return scan_fail(scan, start, "not an integer; expected %" PRId64 " to %" PRId64, low,
                         high);
    if (digits != start)
        result = -result;
    if (at - digits > DIGITS_MAX || result < low || result > high ||
        (digits != start && result == 0))
        return scan_fail(scan, start, "number out of range; expected %" PRId64 " to %" PRId64, low,
                         high);
    scan->at = at;
    *value = result;
    return true;
}

bool scan_string(struct scan *scan, struct scan_text *text)
{
    const char *start, *at;

    scan_space(scan);
    if (*scan->at != '"')
        return scan_fail(scan, scan->at, "not a string; expected '\"'");
    start = at = scan->at + 1;
    while (string_byte_is_plain[(unsigned char)*at])
        at++;
    if (*at != '"')
        return string_decode(scan, start, text);
    text->bytes = start;
    text->size_bytes = (size_t)(at - start);
    scan->at = at + 1;
    return true;
}

bool scan_null(struct scan *scan)
{
    enum { NULL_BYTES = 4 };

    scan_space(scan);
    if (*scan->at != 'n' || scan->end - scan->at < NULL_BYTES ||
        memcmp(scan->at, "null", NULL_BYTES) != 0)
        return false;
    scan->at += NULL_BYTES;
    return true;
}

bool scan_true(struct scan *scan)
{
    enum { TRUE_BYTES = 4 };

    scan_space(scan);
    if (scan->end - scan->at < TRUE_BYTES || memcmp(scan->at, "true", TRUE_BYTES) != 0)
        return scan_fail(scan, scan->at, "wrong value; expected true");
    scan->at += TRUE_BYTES;
    return true;
}

bool scan_finish(struct scan *scan)
{
    scan_space(scan);
    if (scan->at != scan->end)
        return scan_fail(scan, scan->at, "bytes after the end of the object; expected a newline");
    return true;
}
