/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors_firmware.c — firmware of which only the table and the digest of its page are
 * known: is the table plausible, and do the launches of the same file that start it follow it? Read
 * vectors_parts.h first. */
#include <inttypes.h>
#include <string.h>

#include "psp/launch_parts.h"
#include "psp/vectors_parts.h"

#define FIRMWARE_END UINT64_C(0x100000000)

struct fixture {
    struct ovmf table;
    gpa_t gpa;
    uint64_t size_bytes;
    bool has_page_digest;
    uint8_t page_digest[DIGEST_BYTES];
};

/* [gpa, size, type] */
static enum status section_read(const struct place *at, struct ovmf *table)
{
    uint64_t number[3];
    enum status status = STATUS_OK;

    if (json_array_size(at->value) != 3)
        return place_fail(at, "not a section; expected [gpa, size, type]");
    if (table->section_count == OVMF_SECTIONS_MAX)
        return place_fail(at, "too many sections; expected at most %d", (int)OVMF_SECTIONS_MAX);
    for (size_t i = 0; status == STATUS_OK && i < 3; i++) {
        struct place element = place_element(at, i);

        status = value_number(&element, UINT32_MAX, &number[i]);
    }
    if (status == STATUS_OK)
        table->section[table->section_count++] =
            (struct ovmf_section){{number[0]}, number[1], (enum ovmf_section_type)number[2]};
    return status;
}

static enum status hash_table_read(const struct place *at, struct ovmf *table)
{
    struct place pair, element;
    uint64_t size = 0;
    enum status status = place_optional(at, "hash_table_gpa_size", JSON_ARRAY, &pair);

    if (status != STATUS_OK || !pair.value)
        return status;
    if (json_array_size(pair.value) != 2)
        return place_fail(&pair, "not a table; expected [gpa, size]");
    element = place_element(&pair, 0);
    status = value_number(&element, UINT32_MAX, &table->hash_table.v);
    element = place_element(&pair, 1);
    if (status == STATUS_OK)
        status = value_number(&element, UINT32_MAX, &size);
    table->hash_table_size = (uint32_t)size;
    return status;
}

static enum status fixture_read(const struct place *at, struct fixture *fixture)
{
    struct place sections, member;
    uint8_t sha256[LEGACY_DIGEST_BYTES];
    enum status status = place_member(at, "sections", JSON_ARRAY, &sections);

    memset(fixture, 0, sizeof *fixture);
    fixture->size_bytes = PAGE_SIZE;
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(sections.value); i++) {
        struct place element = place_element(&sections, i);

        status = section_read(&element, &fixture->table);
    }
    if (status == STATUS_OK)
        status = hash_table_read(at, &fixture->table);
    if (status == STATUS_OK)
        status = member_number(at, "size", FIRMWARE_MAX_BYTES, &fixture->size_bytes);
    fixture->gpa.v = FIRMWARE_END - fixture->size_bytes;
    if (status == STATUS_OK)
        status = member_number(at, "gpa", UINT64_MAX, &fixture->gpa.v);
    value_find(at, "sha256", &member);
    if (status == STATUS_OK && member.value)
        status = value_bytes(&member, sha256, sizeof sha256);
    value_find(at, "page_sha384", &member);
    fixture->has_page_digest = member.value != NULL;
    if (status == STATUS_OK && member.value)
        status = value_bytes(&member, fixture->page_digest, DIGEST_BYTES);
    return status;
}

static void hash_table_check(struct vectors_case *entry, const struct ovmf *table)
{
    const struct ovmf_section *place = NULL;

    for (unsigned i = 0; i < table->section_count; i++)
        if (table->section[i].type == OVMF_KERNEL_HASHES)
            place = &table->section[i];
    if ((table->hash_table.v == 0) != (table->hash_table_size == 0))
        case_differ(entry,
                    "hash table at 0x%" PRIx64 " of %" PRIu32 " bytes; expected both or none",
                    table->hash_table.v, table->hash_table_size);
    if (!place && table->hash_table.v != 0)
        case_differ(entry, "hash table at 0x%" PRIx64 " without a section; expected type 16",
                    table->hash_table.v);
    if (place && table->hash_table.v != 0 &&
        (table->hash_table.v < place->gpa.v ||
         table->hash_table.v + table->hash_table_size > place->gpa.v + place->size_bytes))
        case_differ(entry, "hash table at 0x%" PRIx64 " outside its section; expected it inside",
                    table->hash_table.v);
}

/* What holds of every OVMF. */
static void plausible_check(struct vectors_case *entry, const struct fixture *fixture)
{
    const struct ovmf *table = &fixture->table;

    if (fixture->size_bytes == 0 || fixture->size_bytes % PAGE_SIZE != 0 ||
        fixture->gpa.v != FIRMWARE_END - fixture->size_bytes)
        case_differ(entry,
                    "gpa 0x%" PRIx64 " and %" PRIu64 " bytes; expected whole pages that end "
                    "at 4 GiB",
                    fixture->gpa.v, fixture->size_bytes);
    for (unsigned i = 0; i < table->section_count; i++) {
        const struct ovmf_section *section = &table->section[i];

        if (ovmf_section_check(section, "", NULL) != STATUS_OK)
            case_differ(entry,
                        "section %u: type %u at 0x%" PRIx64 "; expected a known type on "
                        "whole pages",
                        i, (unsigned)section->type, section->gpa.v);
        for (unsigned j = 0; j < i; j++)
            if (section->gpa.v < table->section[j].gpa.v + table->section[j].size_bytes &&
                table->section[j].gpa.v < section->gpa.v + section->size_bytes)
                case_differ(entry, "sections %u and %u overlap; expected them apart", j, i);
    }
    hash_table_check(entry, table);
}

/* The type under which a hypervisor measures the pages of a section. */
static enum launch_page_type section_type(const struct ovmf_section *section, bool is_gce,
                                          bool has_kernel)
{
    switch (section->type) {
    case OVMF_ZEROED:
        return is_gce ? LAUNCH_PAGE_UNMEASURED : LAUNCH_PAGE_ZERO;
    case OVMF_SECRETS:
        return LAUNCH_PAGE_SECRETS;
    case OVMF_CPUID:
        return LAUNCH_PAGE_CPUID;
    case OVMF_KERNEL_HASHES:
        return has_kernel ? LAUNCH_PAGE_NORMAL : LAUNCH_PAGE_ZERO;
    default:
        return LAUNCH_PAGE_ZERO;
    }
}

/* A walk over the pages of the events of a launch, one by one. */
struct page_walk {
    const struct place *events;
    size_t index;              /* of the event */
    uint64_t page;             /* in it */
    bool has_ended, is_broken; /* broken: launch_full says so, here it is only the end */
};

static void walk_next(struct page_walk *walk, enum launch_page_type *type, gpa_t *gpa,
                      json_t **event)
{
    struct place at = place_element(walk->events, walk->index);
    uint64_t count = 1;

    *event = at.value;
    walk->has_ended = !at.value;
    if (!at.value)
        return;
    if (page_type_read(&at, type) != STATUS_OK ||
        member_number(&at, "count", UINT32_MAX, &count) != STATUS_OK ||
        (*type != LAUNCH_PAGE_VMSA && page_gpa_read(&at, "gpa", gpa) != STATUS_OK)) {
        walk->is_broken = walk->has_ended = true;
        return;
    }
    gpa->v += walk->page * PAGE_SIZE;
    if (++walk->page >= count) {
        walk->page = 0;
        walk->index++;
    }
}

/* Compares the next page of the launch with what the fixture says of it. */
static bool page_matches(struct vectors_case *entry, struct page_walk *walk, const char *launch,
                         enum launch_page_type type, uint64_t gpa)
{
    enum launch_page_type have = 0;
    gpa_t at = {0};
    json_t *event;

    walk_next(walk, &have, &at, &event);
    entry->compared++;
    if (!walk->has_ended && have == type && at.v == gpa)
        return true;
    if (!walk->is_broken)
        case_differ(entry,
                    "%.40s: %s page at 0x%" PRIx64 "; expected %s at 0x%" PRIx64
                    " after these sections",
                    launch, walk->has_ended ? "no" : launch_page_type_name(have), at.v,
                    launch_page_type_name(type), gpa);
    return false;
}

static bool sections_match(struct vectors_case *entry, const struct fixture *fixture,
                           const struct place *inputs, struct page_walk *walk, const char *launch)
{
    struct place vmm, kernel;
    const char *name;

    value_find(inputs, "vmm", &vmm);
    value_find(inputs, "kernel", &kernel);
    name = json_string_value(vmm.value);
    if (!name || (strcmp(name, "qemu") != 0 && strcmp(name, "gce") != 0))
        return true; /* the firmware alone, or a hypervisor whose order is not known */
    for (unsigned i = 0; i < fixture->table.section_count; i++) {
        const struct ovmf_section *section = &fixture->table.section[i];
        enum launch_page_type type =
            section_type(section, strcmp(name, "gce") == 0, kernel.value != NULL);

        for (uint64_t at = 0; at < section->size_bytes; at += PAGE_SIZE)
            if (!page_matches(entry, walk, launch, type, section->gpa.v + at))
                return false;
    }
    return true;
}

/* One launch that starts this firmware: its first pages, then those of the sections. */
static enum status launch_compare(struct vectors_case *entry, const struct fixture *fixture,
                                  const struct place *launch, const struct place *inputs)
{
    struct place events, first, id;
    struct page_walk walk = {.events = &events};
    const char *name;
    enum status status = place_member(launch, "events", JSON_ARRAY, &events);

    if (status != STATUS_OK)
        return status;
    value_find(launch, "id", &id);
    name = json_string_value(id.value) ? json_string_value(id.value) : "?";
    first = place_element(&events, 0);
    if (fixture->has_page_digest && fixture->size_bytes == PAGE_SIZE && first.value)
        status = case_expect(entry, &first, "contents", fixture->page_digest, DIGEST_BYTES);
    for (uint64_t at = 0; at < fixture->size_bytes; at += PAGE_SIZE)
        if (!page_matches(entry, &walk, name, LAUNCH_PAGE_NORMAL, fixture->gpa.v + at))
            return status;
    (void)sections_match(entry, fixture, inputs, &walk, name);
    return status;
}

/* All launches of the file whose inputs name this firmware. */
static enum status launches_compare(struct vectors_run *run, struct vectors_case *entry,
                                    const struct fixture *fixture)
{
    struct place full, list, inputs, firmware;
    enum status status = place_optional(run->root, "launch_full", JSON_OBJECT, &full);

    if (status == STATUS_OK && full.value)
        status = place_optional(&full, "vectors", JSON_ARRAY, &list);
    else
        list.value = NULL;
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place launch = place_element(&list, i);

        value_find(&launch, "inputs", &inputs);
        value_find(&inputs, "firmware", &firmware);
        if (json_is_string(firmware.value) &&
            strcmp(json_string_value(firmware.value), entry->at->key) == 0)
            status = launch_compare(entry, fixture, &launch, &inputs);
    }
    return status;
}

static enum status fixture_check(struct vectors_run *run, const struct place *at)
{
    struct fixture fixture;
    struct vectors_case entry;
    enum status status = fixture_read(at, &fixture);

    case_open(&entry, at, at->key);
    if (status != STATUS_OK)
        return status;
    plausible_check(&entry, &fixture);
    if (!entry.difference[0])
        status = launches_compare(run, &entry, &fixture);
    if (entry.compared == 0)
        case_skip(&entry,
                  "plausible; no launch of this file starts it, and its bytes are not here");
    return status == STATUS_OK ? case_close(run, &entry) : status;
}

enum status vectors_firmware_fixtures(struct vectors_run *run, const struct place *category)
{
    return entries_each(run, category, "files", JSON_OBJECT, fixture_check);
}
