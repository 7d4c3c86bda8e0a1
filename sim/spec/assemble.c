/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/assemble.c — from a complete draft to the flat table of monitor/exposure.h. See draft.h.
 */
#include "spec/draft.h"

#include <stdio.h>
#include <string.h>

/* The row's own item for a slot takes the place of the always set's. */
static void reads_merge(struct draft_items *row, const struct draft_items *always)
{
    uint8_t own = row->read_count;

    for (unsigned i = 0; i < always->read_count; i++) {
        unsigned j = 0;

        while (j < own && !reads_clash(&row->read[j], &always->read[i]))
            j++;
        if (j == own)
            row->read[row->read_count++] = always->read[i];
    }
}

static void writes_merge(struct draft_items *row, const struct draft_items *always)
{
    uint8_t own = row->write_count;

    for (unsigned i = 0; i < always->write_count; i++) {
        unsigned j = 0;

        while (j < own && !writes_clash(&row->write[j], &always->write[i]))
            j++;
        if (j == own)
            row->write[row->write_count++] = always->write[i];
    }
}

static enum status row_append(const struct draft_row *row, const struct draft_items *items,
                              unsigned id, const struct place *at, struct exposure *table)
{
    struct exposure_row *out = &table->row[id];

    if (table->read_count + items->read_count > EXPOSURE_READ_MAX)
        return place_fail(at,
                          "too many readable items up to row %s; expected at most %d in all rows",
                          row_id_name(id), (int)EXPOSURE_READ_MAX);
    if (table->write_count + items->write_count > EXPOSURE_WRITE_MAX)
        return place_fail(at,
                          "too many writable items up to row %s; expected at most %d in all rows",
                          row_id_name(id), (int)EXPOSURE_WRITE_MAX);
    *out = (struct exposure_row){
        .route = row->route,
        .pc = row->pc,
        .inject = row->inject,
        .is_final = row->route == ROUTE_HOST && !row->resumes,
        .read_count = items->read_count,
        .write_count = items->write_count,
        .first_read = table->read_count,
        .first_write = table->write_count,
    };
    memcpy(&table->reads[table->read_count], items->read,
           items->read_count * sizeof items->read[0]);
    memcpy(&table->writes[table->write_count], items->write,
           items->write_count * sizeof items->write[0]);
    table->read_count += items->read_count;
    table->write_count += items->write_count;
    return STATUS_OK;
}

enum status draft_assemble(const struct draft *draft, const struct place *at,
                           struct exposure *table)
{
    memset(table, 0, sizeof *table);
    (void)snprintf(table->name, sizeof table->name, "%s", draft->name);
    for (unsigned id = 0; id < ROW_COUNT; id++) {
        const struct draft_row *row = &draft->row[id];
        struct draft_items items = row->items;
        enum status status;

        if (!row->given)
            return place_fail(at, "row %s is missing; expected every row, here or in a parent",
                              row_id_name(id));
        if (row->route == ROUTE_HOST)
            reads_merge(&items, &draft->always);
        if (row->route == ROUTE_HOST && row->resumes)
            writes_merge(&items, &draft->always);
        status = row_append(row, &items, id, at, table);
        if (status != STATUS_OK)
            return status;
    }
    memcpy(table->call, draft->call, draft->call_count * sizeof draft->call[0]);
    table->call_count = draft->call_count;
    return STATUS_OK;
}

static bool call_is_after(const struct sbi_call *a, const struct sbi_call *b)
{
    return a->eid > b->eid || (a->eid == b->eid && a->fid > b->fid);
}

void draft_sort_calls(struct draft *draft)
{
    for (unsigned i = 1; i < draft->call_count; i++) {
        struct sbi_call call = draft->call[i];
        struct spec_call_text text = draft->call_text[i];
        unsigned j = i;

        for (; j > 0 && call_is_after(&draft->call[j - 1], &call); j--) {
            draft->call[j] = draft->call[j - 1];
            draft->call_text[j] = draft->call_text[j - 1];
        }
        draft->call[j] = call;
        draft->call_text[j] = text;
    }
}
