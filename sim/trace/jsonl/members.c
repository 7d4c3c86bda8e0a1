/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/members.c — see members.h. */
#include "trace/jsonl/members.h"

#include <string.h>

/* Names are a few bytes long and differ mostly at their end (x10, x11): a loop from there is faster
 * than a call of memcmp. */
static inline bool name_matches(const struct jsonl_name *name, const struct scan_text *text)
{
    size_t left = name->size_bytes;

    if (left != text->size_bytes)
        return false;
    while (left > 0 && name->text[left - 1] == text->bytes[left - 1])
        left--;
    return left == 0;
}

unsigned name_find(const struct jsonl_name *names, unsigned count, unsigned from,
                   const struct scan_text *text)
{
    for (unsigned i = from; i < count; i++)
        if (name_matches(&names[i], text))
            return i;
    for (unsigned i = 0; i < from; i++)
        if (name_matches(&names[i], text))
            return i;
    return count;
}

static enum scan_step key_refuse(struct scan *scan, const char *at, const struct scan_text *key,
                                 const char *why)
{
    enum { SHOWN_BYTES = 40 };
    int shown = key->size_bytes < SHOWN_BYTES ? (int)key->size_bytes : SHOWN_BYTES;

    (void)scan_fail(scan, at, "key \"%.*s\" %s", shown, key->bytes, why);
    return SCAN_ERROR;
}

enum scan_step members_next(struct members *members, struct scan *scan, unsigned *index)
{
    struct scan_text key;
    const char *at = scan->at;
    enum scan_step step = scan_member(scan, &key);
    unsigned found;

    if (step != SCAN_MEMBER)
        return step;
    found = name_find(members->names, members->count, members->next, &key);
    if (found == members->count) {
        if (!members->takes_extra || key.size_bytes < 2 || memcmp(key.bytes, "x-", 2) != 0)
            return key_refuse(scan, at + 1, &key,
                              "is unknown here; expected a key of docs/TRACE.md");
    } else {
        if (members->seen >> found & 1)
            return key_refuse(scan, at + 1, &key, "is there twice; expected once");
        members->seen |= 1u << found;
        members->next = found + 1;
    }
    *index = found;
    return SCAN_MEMBER;
}
