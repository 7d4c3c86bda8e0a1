/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/ghcb_render_json.c — a table of GHCB exits for programs and for docs/GHCB.md. See
 * ghcb_render.h. */
#include "spec/ghcb_render.h"

#include <inttypes.h>

static json_t *hex_json(uint64_t value)
{
    return json_sprintf("0x%" PRIx64, value);
}

static json_t *items_json(const struct ghcb_item *items, unsigned count)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < count; i++)
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:o}", "field", ghcb_field_name(items[i].field), "narrow",
                            ghcb_narrow_words[items[i].narrow], "mask", hex_json(items[i].mask)));
    return list;
}

static json_t *conditions_json(const struct ghcb_row *row)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < row->when_count; i++) {
        const struct ghcb_condition *when = &row->when[i];

        (void)json_array_append_new(
            list, json_pack("{s:s, s:o, s:o}", "field", ghcb_field_name(when->field), "mask",
                            hex_json(when->mask), when->differs ? "not" : "value",
                            hex_json(when->value)));
    }
    return list;
}

static json_t *info_json(uint64_t mask, const char *is)
{
    return json_pack("{s:o, s:s}", "mask", hex_json(mask), "is", is ? is : "0");
}

static json_t *data_json(const struct ghcb_row *row)
{
    if (row->data == GHCB_DATA_NONE)
        return json_null();
    return json_pack("{s:s, s:s}", "to", ghcb_data_words[row->data], "bytes",
                     ghcb_length_words[row->length]);
}

static json_t *row_json(const struct ghcb_spec *spec, unsigned index)
{
    const struct ghcb_row *row = &spec->table.row[index];
    const struct ghcb_row_text *text = &spec->text[index];

    return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:s}", "id",
                     row->id, "code", hex_json(row->code), "when", text->when, "select",
                     conditions_json(row), "info1", info_json(row->info1_mask, text->info1),
                     "info2", info_json(row->info2_mask, text->info2), "in",
                     items_json(row->in, row->in_count), "out",
                     items_json(row->out, row->out_count), "data", data_json(row), "answer",
                     ghcb_rule_words[row->rule], "certainty", ghcb_certainty_words[row->certainty],
                     "why", text->why, "source", text->source, "table", text->table);
}

static json_t *fields_json(uint32_t fields)
{
    json_t *list = json_array();

    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        if (fields >> field & 1)
            (void)json_array_append_new(list, json_string(ghcb_field_name(field)));
    return list;
}

json_t *ghcb_render_json(const struct ghcb_spec *spec)
{
    json_t *rows = json_array();

    for (unsigned i = 0; i < spec->table.row_count; i++)
        (void)json_array_append_new(rows, row_json(spec, i));
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "schema", "cvmlab-ghcb-spec", "version",
                     "1.0", "name", spec->table.name, "summary", spec->summary, "crosses_in",
                     fields_json(spec->table.crosses_in), "crosses_out",
                     fields_json(spec->table.crosses_out), "rows", rows);
}

void ghcb_render_markdown(FILE *to, const struct ghcb_spec *spec)
{
    char cell[GHCB_CELL_BYTES];

    (void)fprintf(to,
                  "## Exits of the table %s\n\n"
                  "| row | code | when | INFO1 | INFO2 | guest hands out | guest takes back | |\n"
                  "|---|---|---|---|---|---|---|---|\n",
                  spec->table.name);
    for (unsigned i = 0; i < spec->table.row_count; i++) {
        const struct ghcb_row *row = &spec->table.row[i];
        const struct ghcb_row_text *text = &spec->text[i];

        (void)fprintf(to, "| %s | 0x%" PRIx64 " | ", row->id, row->code);
        render_cell(to, text->when);
        (void)fprintf(to, " | ");
        render_cell(to, text->info1 ? text->info1 : "0");
        (void)fprintf(to, " | ");
        render_cell(to, text->info2 ? text->info2 : "0");
        ghcb_render_in(row, cell);
        (void)fprintf(to, " | %s", cell);
        ghcb_render_out(row, cell);
        (void)fprintf(to, " | %s | %s |\n", cell, ghcb_certainty_words[row->certainty]);
    }
    (void)fprintf(to,
                  "\n## Why, and where it comes from\n\n| row | why | source |\n|---|---|---|\n");
    for (unsigned i = 0; i < spec->table.row_count; i++) {
        (void)fprintf(to, "| %s | ", spec->table.row[i].id);
        render_cell(to, spec->text[i].why);
        (void)fprintf(to, " | ");
        render_cell(to, spec->text[i].source);
        (void)fprintf(to, " |\n");
    }
}
