/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/render.h — a profile as text for people, as markdown for docs/EXITS.md, as JSON for
 * programs. Text of a profile comes from outside: control characters never reach the output. */
#ifndef CVMLAB_SIM_SPEC_RENDER_H
#define CVMLAB_SIM_SPEC_RENDER_H

#include <jansson.h>
#include <stdio.h>

#include "spec/spec.h"

enum { RENDER_COLUMNS = 100, RENDER_ITEM_BYTES = 96 };

enum render_style { RENDER_PLAIN, RENDER_COLOR };

/* "a0=rs2:width", "stval&0x3": what the host finds in which slot. Returns out. */
const char *render_read(const struct expose_item *item, char out[RENDER_ITEM_BYTES]);

/* "rd=a0:width", "hvip&0x444": what the host's answer changes. Returns out. */
const char *render_write(const struct accept_item *item, char out[RENDER_ITEM_BYTES]);

/* The item stands in the always set, so a table need not repeat it. */
bool render_read_is_always(const struct spec_profile *profile, const struct expose_item *item);
bool render_write_is_always(const struct spec_profile *profile, const struct accept_item *item);

/* Prints text with every control character replaced by '?'. */
void render_text(FILE *to, const char *text);

/* Prints as many whole words of *text as fit into width, padded, and moves *text behind them. One
 * word at least. */
void render_words(FILE *to, const char **text, size_t width);

/* Prints "label: words", wrapped under the label. */
void render_paragraph(FILE *to, const char *label, const char *text);

/* Prints text as it must stand inside the cell of a markdown table. */
void render_cell(FILE *to, const char *text);

/* The whole table, at most RENDER_COLUMNS wide. */
void render_table(FILE *to, const struct spec_profile *profile, enum render_style style);

/* One row in full. */
void render_row(FILE *to, const struct spec_profile *profile, enum row_id row);

/* The part of docs/EXITS.md that follows from the profile. */
void render_markdown(FILE *to, const struct spec_profile *profile);

/* The whole profile, parents and always set merged in. NULL: no memory. The caller owns the
 * reference. */
json_t *render_json(const struct spec_profile *profile);

/* The same items as in render_json, for other documents. NULL item: JSON null. */
json_t *render_read_json(const struct expose_item *item);
json_t *render_write_json(const struct accept_item *item);

#endif
