/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/change_reader.c — the list of a step that sends page-state changes. See reader.h. */
#include "scenario/reader.h"

/* An entry of "changes": {"gpa", "to", "large"}. */
static enum status change_read(const struct place *at, struct page_change *change)
{
    static const char *const keys[] = {"gpa", "to", "large", NULL};
    static const char *const words[] = {"private", "shared", "smash", NULL};
    struct place member;
    uint8_t word = 0;
    enum status status = place_keys(at, keys);

    *change = (struct page_change){0};
    if (status == STATUS_OK)
        status = page_address_read(at, "gpa", SCENARIO_GPA_END, &change->gpa.v);
    if (status == STATUS_OK)
        status = place_member(at, "to", JSON_STRING, &member);
    if (status == STATUS_OK)
        status = place_word(&member, words, "change", &word);
    if (status == STATUS_OK)
        status = place_flag(at, "large", &change->is_large);
    change->op = (uint8_t)(word + 1); /* as on the wire */
    if (status == STATUS_OK && change->is_large && change->gpa.v % LARGE_PAGE_SIZE)
        status = place_fail(at, "a large page that is unaligned; expected a multiple of 0x200000");
    return status;
}

enum status changes_read(const struct place *at, struct scenario *scenario,
                         struct scenario_step *step)
{
    struct place list;
    enum status status = place_member(at, "changes", JSON_ARRAY, &list);
    size_t count = json_array_size(list.value);

    (void)scenario;
    if (status == STATUS_OK && (count == 0 || count > SCENARIO_CHANGE_MAX))
        return place_fail(&list, "%zu changes; expected 1 to %d", count, (int)SCENARIO_CHANGE_MAX);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct place element = place_element(&list, i);

        status = change_read(&element, &step->change[i]);
    }
    step->change_count = (unsigned)count;
    return status;
}
