/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors_launch.c — known launches: launch_micro (tiny pages, the digest after each step)
 * and launch_full (whole guests as lists of events). Read vectors_parts.h first. */
#include <stdio.h>
#include <string.h>

#include "psp/launch_parts.h"
#include "psp/vectors_parts.h"

enum { COUNT_MAX = 1 << 20 };

/* The contents of a measured page: a digest, or a page to be hashed. */
static enum status contents_read(const struct place *at, uint8_t contents[DIGEST_BYTES])
{
    struct place member;
    uint8_t page[PAGE_SIZE];
    enum status status;

    value_find(at, "contents", &member);
    if (member.value)
        return value_bytes(&member, contents, DIGEST_BYTES);
    status = value_need(at, "page", "a page, or \"contents\"", &member);
    if (status == STATUS_OK)
        status = page_pattern_read(&member, page);
    return status == STATUS_OK ? digest_sha384(page, PAGE_SIZE, contents) : status;
}

static enum status step_read(struct vectors_run *run, const struct place *at,
                             struct launch_page *page, uint64_t *count)
{
    struct place gpa;
    enum status status;

    if (!json_is_object(at->value))
        return place_fail(at, "no step; expected an object");
    memset(page, 0, sizeof *page);
    *count = 1;
    status = page_type_read(at, &page->type);
    if (status != STATUS_OK)
        return status;
    value_find(at, "gpa", &gpa);
    page->gpa.v = VMSA_GPA;
    if (gpa.value || page->type != LAUNCH_PAGE_VMSA)
        status = page_gpa_read(at, "gpa", &page->gpa);
    if (status == STATUS_OK)
        status = member_number(at, "count", COUNT_MAX, count);
    if (status == STATUS_OK && launch_page_has_contents(page->type))
        status = contents_read(at, page->contents);
    if (status == STATUS_OK && *count > LAUNCH_PAGES_MAX - run->pages)
        status = place_fail(at, "too many pages in this file; expected at most %d",
                            (int)LAUNCH_PAGES_MAX);
    run->pages += status == STATUS_OK ? *count : 0;
    return status;
}

/* count records at consecutive addresses; save areas stay at one. */
static enum status step_measure(struct launch_digest *digest, const struct launch_page *page,
                                uint64_t count)
{
    struct launch_page each = *page;
    enum status status = STATUS_OK;

    for (uint64_t i = 0; status == STATUS_OK && i < count; i++) {
        status = launch_digest_extend(digest, &each);
        if (page->type != LAUNCH_PAGE_VMSA)
            each.gpa.v += PAGE_SIZE;
    }
    return status;
}

/* The list at key, step by step; "ld_after" of a step is compared where it is given. */
static enum status steps_measure(struct vectors_run *run, struct vectors_case *entry,
                                 const struct place *at, const char *key,
                                 struct launch_digest *digest)
{
    struct place list;
    enum status status = place_member(at, key, JSON_ARRAY, &list);

    launch_digest_init(digest);
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(list.value); i++) {
        struct place step = place_element(&list, i), after;
        struct launch_page page;
        uint64_t count;
        uint8_t expected[DIGEST_BYTES];
        char what[40];

        status = step_read(run, &step, &page, &count);
        if (status == STATUS_OK)
            status = step_measure(digest, &page, count);
        value_find(&step, "ld_after", &after);
        if (status != STATUS_OK || !after.value)
            continue;
        status = value_bytes(&after, expected, sizeof expected);
        (void)snprintf(what, sizeof what, "ld_after of step %zu", i);
        if (status == STATUS_OK)
            case_compare(entry, what, digest->ld, expected, sizeof expected);
    }
    return status;
}

static enum status launch_check(struct vectors_run *run, const struct place *at, const char *key)
{
    struct vectors_case entry;
    struct launch_digest digest;
    enum status status = case_open_by_id(&entry, at);

    if (status == STATUS_OK)
        status = steps_measure(run, &entry, at, key, &digest);
    if (status == STATUS_OK)
        status = case_expect(&entry, at, "expect", digest.ld, DIGEST_BYTES);
    return status == STATUS_OK ? case_close(run, &entry) : status;
}

static enum status micro_check(struct vectors_run *run, const struct place *at)
{
    return launch_check(run, at, "steps");
}

static enum status full_check(struct vectors_run *run, const struct place *at)
{
    return launch_check(run, at, "events");
}

enum status vectors_launch_micro(struct vectors_run *run, const struct place *category)
{
    return entries_each(run, category, "vectors", JSON_ARRAY, micro_check);
}

enum status vectors_launch_full(struct vectors_run *run, const struct place *category)
{
    return entries_each(run, category, "vectors", JSON_ARRAY, full_check);
}

static enum status fixture_check(struct vectors_run *run, const struct place *at)
{
    struct vectors_case entry;
    enum status status = case_open_by_id(&entry, at);

    if (status == STATUS_OK)
        case_skip(&entry, "the files it is about are not here");
    return status == STATUS_OK ? case_close(run, &entry) : status;
}

enum status vectors_needs_fixture(struct vectors_run *run, const struct place *category)
{
    return entries_each(run, category, "vectors", JSON_ARRAY, fixture_check);
}
