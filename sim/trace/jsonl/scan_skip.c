/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/scan_skip.c — walks over a JSON value that nobody wants, checking its grammar.
 * Read scan.h first. No recursion: the kinds of the open containers are bits of one word. */
#include "trace/jsonl/scan.h"

#include <string.h>

#include "base/bytes.h"

/* Open containers: bit depth-1 is the innermost; 1 is an object, 0 an array. */
struct nesting {
    uint64_t is_object;
    unsigned depth;
};

_Static_assert(SCAN_DEPTH_MAX == 64, "one bit per level");

static bool nesting_has_object(const struct nesting *nest)
{
    return bit(nest->is_object, nest->depth - 1) != 0;
}

static bool digits_skip(struct scan *scan)
{
    if (*scan->at < '0' || *scan->at > '9')
        return scan_fail(scan, scan->at, "bad number; expected a digit");
    while (*scan->at >= '0' && *scan->at <= '9')
        scan->at++;
    return true;
}

static bool number_skip(struct scan *scan)
{
    if (*scan->at == '-')
        scan->at++;
    if (*scan->at == '0')
        scan->at++;
    else if (!digits_skip(scan))
        return false;
    if (*scan->at == '.') {
        scan->at++;
        if (!digits_skip(scan))
            return false;
    }
    if (*scan->at == 'e' || *scan->at == 'E') {
        scan->at++;
        if (*scan->at == '+' || *scan->at == '-')
            scan->at++;
        return digits_skip(scan);
    }
    return true;
}

static bool word_skip(struct scan *scan, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(scan->end - scan->at) < size || memcmp(scan->at, word, size) != 0)
        return scan_fail(scan, scan->at, "bad value; expected a JSON value");
    scan->at += size;
    return true;
}

static bool scalar_skip(struct scan *scan)
{
    struct scan_text text;

    switch (*scan->at) {
    case '"':
        return scan_string(scan, &text);
    case 't':
        return word_skip(scan, "true");
    case 'f':
        return word_skip(scan, "false");
    case 'n':
        return word_skip(scan, "null");
    default:
        if (*scan->at != '-' && (*scan->at < '0' || *scan->at > '9'))
            return scan_fail(scan, scan->at, "bad value; expected a JSON value");
        return number_skip(scan);
    }
}

static bool container_open(struct scan *scan, struct nesting *nest)
{
    uint64_t level;

    if (nest->depth == SCAN_DEPTH_MAX)
        return scan_fail(scan, scan->at, "nested too deeply; expected at most %d levels",
                         SCAN_DEPTH_MAX);
    level = (uint64_t)1 << nest->depth++;
    if (*scan->at == '{')
        nest->is_object |= level;
    else
        nest->is_object &= ~level;
    scan->at++;
    scan->is_fresh = true;
    return true;
}

/* After a value or an opening: closes what ends here, until a next value begins or nothing is open.
 */
static bool next_value_find(struct scan *scan, struct nesting *nest)
{
    while (nest->depth > 0) {
        struct scan_text key;
        enum scan_step step;

        if (nesting_has_object(nest)) {
            step = scan_member(scan, &key);
            if (step != SCAN_END)
                return step == SCAN_MEMBER;
            nest->depth--;
            continue;
        }
        scan_space(scan);
        if (*scan->at == ']') {
            scan->at++;
            nest->depth--;
        } else if (scan->is_fresh) {
            scan->is_fresh = false;
            return true;
        } else if (*scan->at == ',') {
            scan->at++;
            return true;
        } else {
            return scan_fail(scan, scan->at, "array is not closed; expected ',' or ']'");
        }
        scan->is_fresh = false;
    }
    return true;
}

bool scan_skip(struct scan *scan)
{
    struct nesting nest = {0};

    do {
        scan_space(scan);
        if (*scan->at == '{' || *scan->at == '[') {
            if (!container_open(scan, &nest))
                return false;
        } else if (!scalar_skip(scan)) {
            return false;
        }
        if (!next_value_find(scan, &nest))
            return false;
    } while (nest.depth > 0);
    return true;
}
