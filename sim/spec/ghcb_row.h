/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/ghcb_row.h — the parts of a table of GHCB exits, read one by one: ghcb_spec.c drives. */
#ifndef CVMLAB_SIM_SPEC_GHCB_ROW_H
#define CVMLAB_SIM_SPEC_GHCB_ROW_H

#include "spec/ghcb.h"

/* What a document gives to each of its and its parents' rows: "always_in", "always_out". */
struct ghcb_always {
    struct ghcb_item in[GHCB_FIELD_COUNT], out[GHCB_FIELD_COUNT];
    uint8_t in_count, out_count;
};

/* A list of registers, each a name or {field, narrow, mask}. is_out: INFO2 may be among them. */
enum status ghcb_items_read(const struct place *list, bool is_out, struct ghcb_item *items,
                            uint8_t *count);

/* A list of names, as a bit field. */
enum status ghcb_fields_read(const struct place *list, bool is_out, uint32_t *fields);

/* One element of "rows". Of text everything but where it comes from. */
enum status ghcb_row_read(const struct place *at, struct ghcb_row *row, struct ghcb_row_text *text);

#endif
