/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/row_reader.c — one row of a profile. See draft.h. */
#include "spec/draft.h"

#include <string.h>

#include "spec/words.h"

static const char *const row_keys[] = {"id", "causes", "when",    "route", "read",   "write",
                                       "pc", "inject", "resumes", "why",   "source", NULL};

static enum status word_member(const struct place *at, const char *key, const char *const *words,
                               uint8_t *out)
{
    struct place member;
    enum status status = place_member(at, key, JSON_STRING, &member);

    return status == STATUS_OK ? place_word(&member, words, key, out) : status;
}

static enum status causes_read(const struct place *at, uint64_t *causes)
{
    struct place list;
    enum status status = place_member(at, "causes", JSON_ARRAY, &list);

    *causes = 0;
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place element = place_element(&list, i);
        const char *name = json_string_value(element.value);
        int index = name ? word_index(cause_words, name) : -1;

        if (index < 0)
            return place_fail(&element,
                              "unknown cause \"%.40s\"; expected perf's name of a trap cause",
                              name ? name : "");
        if (*causes >> index & 1)
            return place_fail(&element, "cause %s is given twice; expected each once", name);
        *causes |= (uint64_t)1 << index;
    }
    return status;
}

static enum status text_read(const struct place *at, struct spec_row_text *text)
{
    enum status status = causes_read(at, &text->causes);

    if (status == STATUS_OK)
        status = place_text(at, "when", &text->when);
    if (status == STATUS_OK)
        status = place_text(at, "why", &text->why);
    if (status == STATUS_OK)
        status = place_text(at, "source", &text->source);
    return status;
}

static enum status rules_read(const struct place *at, unsigned id, struct draft_row *row)
{
    enum status status = word_member(at, "route", route_words, &row->route);
    struct place resumes;

    if (status == STATUS_OK)
        status = word_member(at, "pc", pc_words, &row->pc);
    if (status == STATUS_OK)
        status = word_member(at, "inject", inject_words, &row->inject);
    if (status == STATUS_OK)
        status = place_optional(at, "resumes", JSON_TRUE, &resumes);
    if (status != STATUS_OK)
        return status;
    row->resumes = !resumes.value || json_is_true(resumes.value);
    if (!row->resumes && row->route != ROUTE_HOST)
        return place_fail(&resumes,
                          "route %s needs no answer; expected \"resumes\" with route host",
                          route_words[row->route]);
    if (row->pc == PC_VECTOR && row->inject == INJECT_NONE)
        return place_fail(at, "pc vector without an exception; expected inject other than none");
    if (row->pc == PC_LEN && (id < ROW_MMIO_L || id > ROW_MMIO_MIS))
        return place_fail(at,
                          "pc len in %s, where no instruction of two lengths is read; "
                          "expected same, plus4, vector or state",
                          row_id_name(id));
    return STATUS_OK;
}

static enum status items_member(const struct place *at, unsigned id, struct draft_row *row)
{
    struct place read, write;
    enum status status = place_member(at, "read", JSON_ARRAY, &read);

    if (status == STATUS_OK)
        status = items_read(&read, id, &row->items);
    if (status == STATUS_OK)
        status = place_member(at, "write", JSON_ARRAY, &write);
    if (status == STATUS_OK)
        status = items_write(&write, id, &row->items);
    if (status == STATUS_OK && !row->resumes && row->items.write_count > 0)
        return place_fail(&write, "the guest does not go on, so no answer is taken; expected []");
    return status;
}

static enum status row_id_member(const struct place *at, unsigned *id)
{
    struct place member;
    enum status status = place_member(at, "id", JSON_STRING, &member);
    int found;

    if (status != STATUS_OK)
        return status;
    found = row_by_name(json_string_value(member.value));
    if (found < 0)
        return place_fail(&member, "unknown row \"%.40s\"; expected an id like MMIO.L",
                          json_string_value(member.value));
    *id = (unsigned)found;
    return STATUS_OK;
}

static enum status row_read(const struct place *at, unsigned id, struct draft_row *row)
{
    enum status status;

    memset(row, 0, sizeof *row);
    status = rules_read(at, id, row);
    if (status == STATUS_OK)
        status = items_member(at, id, row);
    if (status == STATUS_OK)
        status = text_read(at, &row->text);
    return status;
}

enum status rows_read(const struct place *rows, const char *profile, uint8_t document,
                      struct draft *draft)
{
    bool seen[ROW_COUNT] = {false};

    for (size_t i = 0; i < json_array_size(rows->value); i++) {
        struct place at = place_element(rows, i);
        enum status status = place_keys(&at, row_keys);
        unsigned id = 0;

        if (status == STATUS_OK)
            status = row_id_member(&at, &id);
        if (status == STATUS_OK && seen[id])
            status =
                place_fail(&at, "row %s is given twice; expected each row once", row_id_name(id));
        if (status == STATUS_OK)
            status = row_read(&at, id, &draft->row[id]);
        if (status != STATUS_OK)
            return status;
        seen[id] = true;
        draft->row[id].given = true;
        draft->row[id].text.profile = profile;
        draft->row[id].document = document;
        draft->row[id].element = i;
    }
    return STATUS_OK;
}
