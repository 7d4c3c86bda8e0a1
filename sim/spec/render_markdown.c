/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/render_markdown.c — the tables of docs/EXITS.md. See render.h. */
#include "spec/render.h"

#include <inttypes.h>

void render_cell(FILE *to, const char *text)
{
    for (; *text; text++) {
        if (*text == '|' || *text == '<' || *text == '\\' || *text == '*' || *text == '_')
            (void)fputc('\\', to);
        (void)fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, to);
    }
}

static void reads_print(FILE *to, const struct spec_profile *profile,
                        const struct exposure_row *row)
{
    char item[RENDER_ITEM_BYTES];
    unsigned printed = 0;

    for (unsigned i = 0; i < row->read_count; i++) {
        const struct expose_item *read = &profile->table.reads[row->first_read + i];

        if (!render_read_is_always(profile, read))
            (void)fprintf(to, "%s`%s`", printed++ ? " " : "", render_read(read, item));
    }
    if (!printed)
        (void)fprintf(to, "%s", row->read_count ? "always set" : "–");
}

static void writes_print(FILE *to, const struct spec_profile *profile,
                         const struct exposure_row *row)
{
    char item[RENDER_ITEM_BYTES];
    unsigned printed = 0;

    for (unsigned i = 0; i < row->write_count; i++) {
        const struct accept_item *write = &profile->table.writes[row->first_write + i];

        if (!render_write_is_always(profile, write))
            (void)fprintf(to, "%s`%s`", printed++ ? " " : "", render_write(write, item));
    }
    if (!printed)
        (void)fprintf(to, "%s", row->write_count ? "always set" : "–");
}

static void rows_print(FILE *to, const struct spec_profile *profile)
{
    (void)fprintf(to, "| row | when | who | host reads | host changes | pc | exception |\n"
                      "|---|---|---|---|---|---|---|\n");
    for (unsigned id = 0; id < ROW_COUNT; id++) {
        const struct exposure_row *row = &profile->table.row[id];

        (void)fprintf(to, "| %s | ", row_id_name(id));
        render_cell(to, profile->text[id].when);
        (void)fprintf(to, " | %s | ", route_name(row->route));
        reads_print(to, profile, row);
        (void)fprintf(to, " | ");
        writes_print(to, profile, row);
        (void)fprintf(to, " | %s | %s |\n", pc_rule_name(row->pc),
                      row->inject == INJECT_NONE ? "–" : inject_name(row->inject));
    }
}

static void reasons_print(FILE *to, const struct spec_profile *profile)
{
    (void)fprintf(to, "| row | why | source |\n|---|---|---|\n");
    for (unsigned id = 0; id < ROW_COUNT; id++) {
        (void)fprintf(to, "| %s | ", row_id_name(id));
        render_cell(to, profile->text[id].why);
        (void)fprintf(to, " | ");
        render_cell(to, profile->text[id].source);
        (void)fprintf(to, " |\n");
    }
}

static void call_print(FILE *to, const struct spec_profile *profile, unsigned index)
{
    const struct sbi_call *call = &profile->table.call[index];
    const struct spec_call_text *text = &profile->call_text[index];
    bool shown = profile->table.row[call->row].route == ROUTE_HOST;

    (void)fprintf(to, "| 0x%" PRIX32 " | ", (uint32_t)call->eid);
    if (call->fid == SBI_FID_ANY)
        (void)fprintf(to, "any");
    else
        (void)fprintf(to, "%" PRId32, call->fid);
    (void)fprintf(to, " | ");
    render_cell(to, text->extension);
    (void)fputc(' ', to);
    render_cell(to, text->name);
    (void)fprintf(to, " | ");
    for (unsigned i = 0; i < call->arg_count; i++)
        (void)fprintf(to, shown && call->expose >> i & 1 ? "%s**%s**" : "%s%s", i ? " " : "",
                      sbi_type_name(call->type[i]));
    (void)fprintf(to, "%s | %s | %s |\n", call->arg_count ? "" : "–", call->has_value ? "yes" : "–",
                  row_id_name(call->row));
}

static void always_print(FILE *to, const struct spec_profile *profile)
{
    char item[RENDER_ITEM_BYTES];

    (void)fprintf(to, "The always set of `%s`: readable", profile->table.name);
    for (unsigned i = 0; i < profile->always_count; i++)
        (void)fprintf(to, " `%s`", render_read(&profile->always[i], item));
    (void)fprintf(to, "%s; changeable", profile->always_count ? "" : " nothing");
    for (unsigned i = 0; i < profile->always_write_count; i++)
        (void)fprintf(to, " `%s`", render_write(&profile->always_write[i], item));
    (void)fprintf(to, "%s.\n", profile->always_write_count ? "" : " nothing");
}

void render_markdown(FILE *to, const struct spec_profile *profile)
{
    (void)fprintf(to, "## Rows of the profile %s\n\n", profile->table.name);
    always_print(to, profile);
    (void)fputc('\n', to);
    rows_print(to, profile);
    (void)fprintf(to, "\n## Why, and where it comes from\n\n");
    reasons_print(to, profile);
    (void)fprintf(to, "\n## SBI calls\n\nArguments in bold are what the host sees.\n\n"
                      "| extension | function | name | arguments | value | row |\n"
                      "|---|---|---|---|---|---|\n");
    for (unsigned i = 0; i < profile->table.call_count; i++)
        call_print(to, profile, i);
}
