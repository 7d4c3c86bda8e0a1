/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/gstage.c — see gstage.h. A list is enough: scenarios map a handful of pages. */
#include "scenario/gstage.h"

#include <stdlib.h>

static uint64_t entry_size(const struct gstage_entry *entry)
{
    return entry->is_large ? LARGE_PAGE_SIZE : PAGE_SIZE;
}

static bool entry_covers(const struct gstage_entry *entry, gpa_t gpa)
{
    return gpa.v - entry->gpa.v < entry_size(entry);
}

/* Removes every entry that begins inside `size` bytes from gpa. */
static void entries_remove(struct gstage *gstage, gpa_t gpa, uint64_t size)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < gstage->count; i++)
        if (gstage->entry[i].gpa.v - gpa.v >= size)
            gstage->entry[kept++] = gstage->entry[i];
    gstage->count = kept;
}

enum status gstage_map(struct gstage *gstage, const struct gstage_entry *entry)
{
    struct gstage_entry aligned = *entry;

    aligned.gpa.v -= aligned.gpa.v % entry_size(entry);
    aligned.spa.v -= aligned.spa.v % entry_size(entry);
    entries_remove(gstage, aligned.gpa, entry_size(entry));
    if (gstage->count == gstage->room) {
        unsigned room = gstage->room ? gstage->room * 2 : 16;
        struct gstage_entry *grown = realloc(gstage->entry, room * sizeof *grown);

        if (!grown)
            return STATUS_IO;
        gstage->entry = grown;
        gstage->room = room;
    }
    gstage->entry[gstage->count++] = aligned;
    return STATUS_OK;
}

void gstage_unmap(struct gstage *gstage, gpa_t gpa)
{
    const struct gstage_entry *entry = gstage_find(gstage, gpa);

    if (entry)
        entries_remove(gstage, entry->gpa, 1);
}

const struct gstage_entry *gstage_find(const struct gstage *gstage, gpa_t gpa)
{
    for (unsigned i = gstage->count; i-- > 0;)
        if (entry_covers(&gstage->entry[i], gpa))
            return &gstage->entry[i];
    return NULL;
}

spa_t gstage_spa(const struct gstage_entry *entry, gpa_t gpa)
{
    return (spa_t){entry->spa.v + (gpa.v - entry->gpa.v)};
}

void gstage_free(struct gstage *gstage)
{
    free(gstage->entry);
    *gstage = (struct gstage){0};
}
