/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory_state.c — see memory_state.h. */
#include "cli/memory_state.h"

#include <string.h>

static void row_add(struct rows *rows, spa_t spa, uint64_t pages)
{
    for (uint64_t page = spa.v >> PAGE_SHIFT; page < (spa.v >> PAGE_SHIFT) + pages;
         page += ROW_PAGES) {
        uint64_t row = page / ROW_PAGES;
        unsigned at = rows->count;

        while (at > 0 && rows->row[at - 1] > row)
            at--;
        if ((at > 0 && rows->row[at - 1] == row) || rows->count == ROWS_MAX)
            continue;
        memmove(&rows->row[at + 1], &rows->row[at], (rows->count - at) * sizeof rows->row[0]);
        rows->row[at] = row;
        rows->count++;
    }
}

void rows_collect(const struct memory_picture *picture, struct rows *rows)
{
    const struct scenario *scenario = picture->scenario;
    const struct world *world = picture->run->world;

    rows->count = 0;
    for (unsigned i = 0; i < scenario->page_count; i++)
        row_add(rows, scenario->page[i].spa, scenario->page[i].is_large ? LARGE_PAGE_PAGES : 1);
    for (unsigned i = 0; i < picture->run->count; i++)
        row_add(rows, picture->run->record[i].step->spa, 1);
    for (unsigned i = 0; i < world->faulted_count; i++)
        row_add(rows, world->faulted[i], 1);
    for (unsigned i = 0; i < world->reached_count; i++)
        row_add(rows, world->reached[i], 1);
}

static bool list_has(const spa_t *list, unsigned count, spa_t page)
{
    for (unsigned i = 0; i < count; i++)
        if (list[i].v == page.v)
            return true;
    return false;
}

/* Whether some guest's G-stage leads to this page; the newest such address. */
static bool is_mapped(const struct world *world, spa_t page, int *guest, gpa_t *gpa)
{
    for (unsigned i = 0; i < world->scenario->guest_count; i++) {
        const struct gstage *gstage = &world->guest[i].gstage;

        for (unsigned k = gstage->count; k-- > 0;) {
            uint64_t size = gstage->entry[k].is_large ? LARGE_PAGE_SIZE : PAGE_SIZE;

            if (page.v - gstage->entry[k].spa.v < size) {
                *guest = (int)i;
                gpa->v = gstage->entry[k].gpa.v + (page.v - gstage->entry[k].spa.v);
                return true;
            }
        }
    }
    return false;
}

/* The letter of a page, marks of accesses left out. */
static char state_letter(const struct world *world, spa_t page)
{
    struct memory_page look = {0};
    int guest;
    gpa_t gpa;

    (void)memory_page_look(world->machine->memory, page, &look);
    if (!world_is_snp(world))
        return look.asid ? 'P' : is_mapped(world, page, &guest, &gpa) ? 'S' : 'H';
    switch (look.state) {
    case RMP_GUEST_VALID:
        return 'P';
    case RMP_GUEST_INVALID:
    case RMP_PRE_GUEST:
    case RMP_PRE_SWAP:
        return 'V';
    case RMP_DEFAULT:
    case RMP_HYPERVISOR:
        return is_mapped(world, page, &guest, &gpa) ? 'S' : 'H';
    default:
        return 'F';
    }
}

char page_letter(const struct world *world, spa_t page)
{
    char letter = state_letter(world, page);

    if (list_has(world->faulted, world->faulted_count, page))
        return '!';
    if ((letter == 'H' || letter == 'S') && list_has(world->reached, world->reached_count, page))
        return 'D';
    return letter;
}

static const char *owner_name(const struct world *world, uint16_t asid)
{
    for (unsigned i = 0; i < world->scenario->guest_count; i++)
        if (world->scenario->guest[i].asid == asid)
            return world->scenario->guest[i].name;
    return "?";
}

/* What a range says of one page. */
static struct range range_of(const struct world *world, spa_t page)
{
    const struct rmp_entry *entry = rmp_find(memory_rmp(world->machine->memory), page);
    struct range range = {.first = page, .pages = 1};
    char letter = state_letter(world, page);
    struct memory_page look = {0};
    int guest;
    gpa_t gpa;

    (void)memory_page_look(world->machine->memory, page, &look);
    if (letter == 'S' && is_mapped(world, page, &guest, &gpa)) {
        (void)snprintf(range.state, sizeof range.state, "%s",
                       world_is_snp(world) ? "shared" : "no key");
        (void)snprintf(range.owner, sizeof range.owner, "%s", world->scenario->guest[guest].name);
        range.gpa = gpa.v;
        range.has_gpa = true;
    } else if (!world_is_snp(world)) {
        (void)snprintf(range.state, sizeof range.state, letter == 'P' ? "key of" : "hypervisor");
        if (letter == 'P')
            (void)snprintf(range.owner, sizeof range.owner, "%s", owner_name(world, look.asid));
        range.has_gpa = letter == 'P' && is_mapped(world, page, &guest, &gpa);
        range.gpa = range.has_gpa ? gpa.v : 0;
    } else {
        (void)snprintf(range.state, sizeof range.state, "%s", rmp_state_name(look.state));
        if (entry && entry->assigned && entry->asid) {
            (void)snprintf(range.owner, sizeof range.owner, "%s", owner_name(world, entry->asid));
            range.gpa = entry->gpa + (entry->is_large ? page.v & (LARGE_PAGE_SIZE - 1) : 0);
            range.has_gpa = range.has_entry = true;
            range.is_large = entry->is_large;
            memcpy(range.permission, entry->permission, sizeof range.permission);
        }
    }
    return range;
}

static bool range_continues(const struct range *range, const struct range *next)
{
    uint64_t size = range->pages << PAGE_SHIFT;

    return range->first.v + size == next->first.v && range->has_gpa == next->has_gpa &&
           (!range->has_gpa || range->gpa + size == next->gpa) &&
           range->is_large == next->is_large && strcmp(range->state, next->state) == 0 &&
           strcmp(range->owner, next->owner) == 0 &&
           memcmp(range->permission, next->permission, sizeof range->permission) == 0;
}

unsigned ranges_collect(const struct memory_picture *picture, const struct rows *rows,
                        struct range range[RANGE_MAX])
{
    const struct world *world = picture->run->world;
    uint64_t page_count = memory_config(world->machine->memory)->page_count;
    unsigned count = 0;

    for (unsigned i = 0; i < rows->count; i++)
        for (unsigned k = 0; k < ROW_PAGES; k++) {
            spa_t page = {(rows->row[i] * ROW_PAGES + k) << PAGE_SHIFT};
            struct range next;

            if (page.v >> PAGE_SHIFT >= page_count || state_letter(world, page) == 'H')
                continue;
            next = range_of(world, page);
            if (count && range_continues(&range[count - 1], &next))
                range[count - 1].pages++;
            else if (count < RANGE_MAX)
                range[count++] = next;
        }
    return count;
}
