/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/lint.c — see lint.h. What the table cannot say at all is refused by the reader, not
 * here. */
#include "spec/lint.h"

#include <stdio.h>

/* Interrupts may be made pending at any resume. */
static unsigned register_writes(const struct exposure *spec, const struct exposure_row *row)
{
    unsigned count = 0;

    for (unsigned i = 0; i < row->write_count; i++)
        count += spec->writes[row->first_write + i].target != ITEM_HVIP;
    return count;
}

unsigned spec_lint(const struct spec_profile *profile,
                   void (*warn)(void *context, enum row_id row, const char *text), void *context)
{
    unsigned count = 0;

    for (unsigned id = 0; id < ROW_COUNT; id++) {
        const struct exposure_row *row = &profile->table.row[id];
        unsigned writes = register_writes(&profile->table, row);
        char text[160];

        if (row->route != ROUTE_HOST && row->read_count + row->write_count > 0) {
            (void)snprintf(text, sizeof text,
                           "route %s, yet %u items are readable and %u writable; expected none, or "
                           "route host",
                           route_name(row->route), row->read_count, row->write_count);
            warn(context, (enum row_id)id, text);
            count++;
        }
        if (row->route == ROUTE_HOST && row->pc == PC_VECTOR && writes > 0) {
            (void)snprintf(text, sizeof text,
                           "pc vector ends the instruction by an exception, yet %u items are "
                           "writable; expected none",
                           writes);
            warn(context, (enum row_id)id, text);
            count++;
        }
    }
    return count;
}
