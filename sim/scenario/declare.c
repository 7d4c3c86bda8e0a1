/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/declare.c — the guests and pages of a scenario. See reader.h. */
#include "scenario/reader.h"

#include <inttypes.h>
#include <string.h>

uint64_t scenario_ram_end(const struct scenario *scenario)
{
    uint64_t end = UINT64_MAX;

    for (unsigned i = 0; i < scenario->mode_count; i++) {
        uint64_t pages = scenario->mode[i].machine.memory.page_count;

        if (pages << PAGE_SHIFT < end)
            end = pages << PAGE_SHIFT;
    }
    return end;
}

enum status page_address_read(const struct place *at, const char *key, uint64_t end, uint64_t *out)
{
    struct place member;
    enum status status = place_member(at, key, JSON_STRING, &member);

    if (status == STATUS_OK)
        status = place_hex(at, key, out);
    if (status != STATUS_OK)
        return status;
    if (*out % PAGE_SIZE != 0)
        return place_fail(&member, "%s 0x%" PRIx64 " is unaligned; expected a multiple of 0x1000",
                          key, *out);
    if (*out >= end)
        return place_fail(&member,
                          "%s 0x%" PRIx64 " is out of range; expected less than 0x%" PRIx64, key,
                          *out, end);
    return STATUS_OK;
}

static enum status guest_read(const struct place *at, struct scenario *scenario)
{
    static const char *const keys[] = {"name", "asid", "snp", "running", "careful", NULL};
    struct scenario_guest guest = {.is_snp = true, .is_running = true};
    struct scenario_who who;
    struct place name, asid;
    uint64_t number = 0;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK && scenario->guest_count == SCENARIO_GUEST_MAX)
        return place_fail(at, "too many guests; expected at most %d", (int)SCENARIO_GUEST_MAX);
    if (status == STATUS_OK)
        status = machine_name_read(at, "name", guest.name);
    if (status == STATUS_OK)
        status = place_member(at, "name", JSON_STRING, &name);
    if (status == STATUS_OK && scenario_find_who(scenario, guest.name, &who))
        status =
            place_fail(&name, "there is a \"%s\" already; expected each name once", guest.name);
    if (status == STATUS_OK)
        status = place_member(at, "asid", JSON_INTEGER, &asid);
    if (status == STATUS_OK)
        status = place_number(at, "asid", 1, RMP_ASID_MAX, &number);
    for (unsigned i = 0; i < scenario->mode_count && status == STATUS_OK; i++)
        if (number > scenario->mode[i].machine.memory.asid_max)
            status = place_fail(&asid, "asid %" PRIu64 "; expected at most the machine's %u",
                                number, scenario->mode[i].machine.memory.asid_max);
    guest.asid = (uint16_t)number;
    if (status == STATUS_OK)
        status = place_flag(at, "snp", &guest.is_snp);
    if (status == STATUS_OK)
        status = place_flag(at, "running", &guest.is_running);
    if (status == STATUS_OK)
        status = place_flag(at, "careful", &guest.is_careful);
    if (status == STATUS_OK)
        scenario->guest[scenario->guest_count++] = guest;
    return status;
}

enum status guests_read(const struct place *root, struct scenario *scenario)
{
    struct place list;
    enum status status = place_optional(root, "guests", JSON_ARRAY, &list);

    for (size_t i = 0; i < json_array_size(list.value) && status == STATUS_OK; i++) {
        struct place at = place_element(&list, i);

        status = guest_read(&at, scenario);
    }
    return status;
}

/* "guest" and "gpa": both or none. */
static enum status owner_read(const struct place *at, const struct scenario *scenario,
                              struct scenario_page *page)
{
    struct place guest, gpa;
    struct scenario_who who;
    enum status status = place_optional(at, "guest", JSON_STRING, &guest);

    page->guest = SCENARIO_NONE;
    if (status == STATUS_OK)
        status = place_optional(at, "gpa", JSON_STRING, &gpa);
    if (status == STATUS_OK && !guest.value != !gpa.value)
        status = place_fail(at, "a page has a guest and a gpa, or neither; expected both");
    if (status != STATUS_OK || !guest.value)
        return status;
    if (!scenario_find_who(scenario, json_string_value(guest.value), &who) || who.kind != WHO_GUEST)
        return place_fail(&guest, "unknown guest \"%.40s\"; expected one of \"guests\"",
                          json_string_value(guest.value));
    page->guest = who.index;
    return page_address_read(at, "gpa", SCENARIO_GPA_END, &page->gpa.v);
}

static enum status start_read(const struct place *at, struct scenario *scenario,
                              struct scenario_page *page)
{
    static const char *const words[] = {"free", "shared", "private", NULL};
    struct place member;
    uint8_t start = PAGE_START_FREE;
    enum status status = place_optional(at, "state", JSON_STRING, &member);

    if (status == STATUS_OK && member.value)
        status = place_word(&member, words, "state", &start);
    page->start = (enum page_start)start;
    if (status == STATUS_OK && start != PAGE_START_FREE && page->guest < 0)
        return place_fail(&member, "a page of no guest is free; expected \"guest\" and \"gpa\"");
    if (status == STATUS_OK && start == PAGE_START_PRIVATE &&
        !scenario->guest[page->guest].is_running)
        return place_fail(&member, "guest \"%s\" is not running yet; expected its pages to be free",
                          scenario->guest[page->guest].name);
    page->holds = SCENARIO_NONE;
    if (status == STATUS_OK)
        status = place_optional(at, "holds", JSON_OBJECT, &member);
    return status == STATUS_OK && member.value ? value_read(&member, scenario, &page->holds)
                                               : status;
}

static enum status page_read(const struct place *at, struct scenario *scenario)
{
    static const char *const keys[] = {"name",  "spa",   "guest", "gpa",
                                       "large", "state", "holds", NULL};
    struct scenario_page page = {.file = at->doc->name};
    uint64_t end = scenario_ram_end(scenario), align;
    struct place member;
    enum status status = place_keys(at, keys);

    if (status == STATUS_OK && scenario->page_count == SCENARIO_PAGE_MAX)
        return place_fail(at, "too many pages; expected at most %d", (int)SCENARIO_PAGE_MAX);
    if (status == STATUS_OK)
        status = machine_name_read(at, "name", page.name);
    if (status == STATUS_OK)
        status = place_member(at, "name", JSON_STRING, &member);
    if (status == STATUS_OK && scenario_find_page(scenario, page.name) >= 0)
        status = place_fail(&member, "there is a page \"%s\" already; expected each name once",
                            page.name);
    if (status == STATUS_OK)
        status = place_flag(at, "large", &page.is_large);
    if (status == STATUS_OK)
        status = page_address_read(at, "spa", end, &page.spa.v);
    if (status == STATUS_OK)
        status = owner_read(at, scenario, &page);
    align = page.is_large ? LARGE_PAGE_SIZE : PAGE_SIZE;
    if (status == STATUS_OK &&
        (page.spa.v % align || page.gpa.v % align || page.spa.v + align > end))
        return place_fail(at,
                          "page \"%s\" is unaligned or does not fit into the RAM; expected a "
                          "multiple of 0x%" PRIx64,
                          page.name, align);
    if (status == STATUS_OK)
        status = start_read(at, scenario, &page);
    place_position(at, &page.line, &page.col);
    if (status == STATUS_OK)
        scenario->page[scenario->page_count++] = page;
    return status;
}

enum status pages_read(const struct place *root, struct scenario *scenario)
{
    struct place list;
    enum status status = place_optional(root, "pages", JSON_ARRAY, &list);

    for (size_t i = 0; i < json_array_size(list.value) && status == STATUS_OK; i++) {
        struct place at = place_element(&list, i);

        status = page_read(&at, scenario);
    }
    return status;
}
