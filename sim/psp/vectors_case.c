/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors_case.c — one entry of a file of known answers: what was compared and what
 * differs. Read vectors_parts.h first. */
#include "psp/vectors_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "psp/hex.h"

enum { SHOWN_BYTES = 8, COMPARED_BYTES_MAX = 1184 };

void case_open(struct vectors_case *entry, const struct place *at, const char *id)
{
    memset(entry, 0, sizeof *entry);
    entry->at = at;
    (void)snprintf(entry->id, sizeof entry->id, "%s", id);
}

enum status case_open_by_id(struct vectors_case *entry, const struct place *at)
{
    const char *id;
    enum status status = place_text(at, "id", &id);

    if (status == STATUS_OK)
        case_open(entry, at, id);
    return status;
}

void case_differ(struct vectors_case *entry, const char *format, ...)
{
    va_list args;

    if (entry->difference[0])
        return;
    va_start(args, format);
    (void)vsnprintf(entry->difference, sizeof entry->difference, format, args);
    va_end(args);
}

void case_skip(struct vectors_case *entry, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(entry->skipped, sizeof entry->skipped, format, args);
    va_end(args);
}

void case_compare(struct vectors_case *entry, const char *what, const uint8_t *computed,
                  const uint8_t *expected, size_t size)
{
    char have[2 * SHOWN_BYTES + 1], want[2 * SHOWN_BYTES + 1];
    size_t at = 0, shown;

    entry->compared++;
    while (at < size && computed[at] == expected[at])
        at++;
    if (at == size)
        return;
    shown = size - at < SHOWN_BYTES ? size - at : SHOWN_BYTES;
    hex_encode(computed + at, shown, have);
    hex_encode(expected + at, shown, want);
    case_differ(entry, "%s: from byte %zu on computed %s; expected %s", what, at, have, want);
}

enum status case_expect(struct vectors_case *entry, const struct place *at, const char *key,
                        const uint8_t *computed, size_t size)
{
    uint8_t expected[COMPARED_BYTES_MAX];
    struct place member;
    enum status status;

    value_find(at, key, &member);
    if (!member.value)
        return STATUS_OK;
    status = value_bytes(&member, expected, size);
    if (status == STATUS_OK)
        case_compare(entry, key, computed, expected, size);
    return status;
}

static bool room_make(struct vectors_result *result)
{
    size_t capacity = result->capacity ? 2 * result->capacity : 64;
    struct vectors_entry *grown;

    if (result->count < result->capacity)
        return true;
    grown = realloc(result->entry, capacity * sizeof *grown);
    if (!grown)
        return false;
    result->entry = grown;
    result->capacity = capacity;
    return true;
}

enum status case_close(struct vectors_run *run, struct vectors_case *entry)
{
    struct vectors_entry *kept;

    if (entry->compared == 0 && !entry->skipped[0] && !entry->difference[0])
        return place_fail(entry->at, "nothing to check in \"%.40s\"; expected a known answer",
                          entry->id);
    if (!room_make(run->result))
        return diagnostic_set(entry->at->doc->diag, STATUS_IO, entry->at->doc->name, 0, 0,
                              "not enough memory");
    kept = &run->result->entry[run->result->count++];
    kept->category = run->category;
    memcpy(kept->id, entry->id, sizeof kept->id);
    kept->outcome = entry->difference[0] ? VECTORS_FAILED
                    : entry->skipped[0]  ? VECTORS_SKIPPED
                                         : VECTORS_PASSED;
    memcpy(kept->text, entry->difference[0] ? entry->difference : entry->skipped,
           sizeof kept->text);
    run->result->tally[run->category][kept->outcome]++;
    return STATUS_OK;
}
