/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/draft.h — a profile while it is put together: parents first, then what each child
 * replaces. profile.c drives; item_reader.c, row_reader.c and call_reader.c fill; assemble.c turns
 * it into the table. */
#ifndef CVMLAB_SIM_SPEC_DRAFT_H
#define CVMLAB_SIM_SPEC_DRAFT_H

#include "base/document.h"
#include "spec/spec.h"

/* Items of one row, or of the always set. No slot comes twice, so ITEM_COUNT is enough. */
struct draft_items {
    struct expose_item read[ITEM_COUNT];
    struct accept_item write[ITEM_COUNT];
    uint8_t read_count, write_count;
};

struct draft_row {
    bool given;
    bool resumes; /* the guest may go on after the host was entered */
    uint8_t route, pc, inject;
    struct draft_items items;
    struct spec_row_text text;
    uint8_t document; /* index in the chain, and element of its "rows" */
    size_t element;
};

struct draft {
    struct draft_row row[ROW_COUNT];
    struct draft_items always;
    struct sbi_call call[EXPOSURE_CALL_MAX];
    struct spec_call_text call_text[EXPOSURE_CALL_MAX];
    uint16_t call_count;
    const char *name, *summary;
};

/* item_reader.c: the array at list becomes items->read (or ->write). row: where they stand, or
 * ROW_COUNT for the always set, which must fit every row. */
enum status items_read(const struct place *list, unsigned row, struct draft_items *items);
enum status items_write(const struct place *list, unsigned row, struct draft_items *items);

/* item_reader.c: two items that would fill the same slot of the view. */
bool reads_clash(const struct expose_item *a, const struct expose_item *b);
bool writes_clash(const struct accept_item *a, const struct accept_item *b);

/* row_reader.c: all of "rows". profile names the document in the row's text; document is its index
 * in the chain. */
enum status rows_read(const struct place *rows, const char *profile, uint8_t document,
                      struct draft *draft);

/* call_reader.c: all of "calls"; a call that is already there is replaced. */
enum status calls_read(const struct place *calls, struct draft *draft);

/* assemble.c: expands the always set and lays everything out. at: the place to blame for what is
 * missing. */
enum status draft_assemble(const struct draft *draft, const struct place *at,
                           struct exposure *table);

/* assemble.c: sorts the calls by (eid, fid), each with its text. */
void draft_sort_calls(struct draft *draft);

#endif
