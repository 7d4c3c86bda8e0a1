/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/ghcb_render.h — a table of GHCB exits as text, as markdown for docs/GHCB.md, as JSON.
 * Text of a table comes from outside: control characters never reach the output. */
#ifndef CVMLAB_SIM_SPEC_GHCB_RENDER_H
#define CVMLAB_SIM_SPEC_GHCB_RENDER_H

#include "spec/ghcb.h"
#include "spec/render.h"

enum { GHCB_CELL_BYTES = 1024 };

/* "eax rcx data": what the guest hands out, besides the three fields of every request. */
void ghcb_render_in(const struct ghcb_row *row, char out[GHCB_CELL_BYTES]);

/* "eax edx #GP #UD": what it takes back, and how else the exit may end. */
void ghcb_render_out(const struct ghcb_row *row, char out[GHCB_CELL_BYTES]);

/* The whole table, at most RENDER_COLUMNS wide. */
void ghcb_render_table(FILE *to, const struct ghcb_spec *spec);

/* Row index in full. */
void ghcb_render_row(FILE *to, const struct ghcb_spec *spec, unsigned index);

/* The part of docs/GHCB.md that follows from the table. */
void ghcb_render_markdown(FILE *to, const struct ghcb_spec *spec);

/* The whole table, parents and always sets merged in, schema "cvmlab-ghcb-spec". NULL: no memory.
 * The caller owns the reference. */
json_t *ghcb_render_json(const struct ghcb_spec *spec);

#endif
