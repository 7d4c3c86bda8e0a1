/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/render.c — the table for people. See render.h. */
#include "spec/render.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "spec/compare.h"

const char *render_read(const struct expose_item *item, char out[RENDER_ITEM_BYTES])
{
    char narrow[32] = "", mask[32] = "", slot[32] = "";

    if (item->slot != item->source)
        (void)snprintf(slot, sizeof slot, "%s=", item_name(item->slot));
    if (item->narrow != NARROW_NONE)
        (void)snprintf(narrow, sizeof narrow, ":%s", narrow_name(item->narrow));
    if (item->mask != UINT64_MAX)
        (void)snprintf(mask, sizeof mask, "&0x%" PRIx64, item->mask);
    (void)snprintf(out, RENDER_ITEM_BYTES, "%s%s%s%s", slot, item_name(item->source), narrow, mask);
    return out;
}

const char *render_write(const struct accept_item *item, char out[RENDER_ITEM_BYTES])
{
    char narrow[32] = "", mask[32] = "", slot[32] = "";

    if (item->slot != item->target)
        (void)snprintf(slot, sizeof slot, "=%s", item_name(item->slot));
    if (item->narrow != NARROW_NONE)
        (void)snprintf(narrow, sizeof narrow, ":%s", narrow_name(item->narrow));
    if (item->mask != UINT64_MAX)
        (void)snprintf(mask, sizeof mask, "&0x%" PRIx64, item->mask);
    (void)snprintf(out, RENDER_ITEM_BYTES, "%s%s%s%s", item_name(item->target), slot, narrow, mask);
    return out;
}

bool render_read_is_always(const struct spec_profile *profile, const struct expose_item *item)
{
    for (unsigned i = 0; i < profile->always_count; i++) {
        const struct expose_item *other = &profile->always[i];

        if (other->source == item->source && other->slot == item->slot &&
            other->narrow == item->narrow && other->mask == item->mask)
            return true;
    }
    return false;
}

bool render_write_is_always(const struct spec_profile *profile, const struct accept_item *item)
{
    for (unsigned i = 0; i < profile->always_write_count; i++) {
        const struct accept_item *other = &profile->always_write[i];

        if (other->slot == item->slot && other->target == item->target &&
            other->narrow == item->narrow && other->mask == item->mask)
            return true;
    }
    return false;
}

void render_text(FILE *to, const char *text)
{
    for (; *text; text++)
        (void)fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, to);
}

enum { CELL_BYTES = 8192, READ_COLUMNS = 32, WRITE_COLUMNS = 23 };

/* The row's own readable items, separated by blanks. */
static void reads_join(const struct spec_profile *profile, const struct exposure_row *row,
                       char out[CELL_BYTES])
{
    char item[RENDER_ITEM_BYTES];
    size_t used = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < row->read_count; i++) {
        const struct expose_item *read = &profile->table.reads[row->first_read + i];

        if (!render_read_is_always(profile, read))
            used += (size_t)snprintf(out + used, CELL_BYTES - used, "%s%s", used ? " " : "",
                                     render_read(read, item));
    }
}

static void writes_join(const struct spec_profile *profile, const struct exposure_row *row,
                        char out[CELL_BYTES])
{
    char item[RENDER_ITEM_BYTES];
    size_t used = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < row->write_count; i++) {
        const struct accept_item *write = &profile->table.writes[row->first_write + i];

        if (!render_write_is_always(profile, write))
            used += (size_t)snprintf(out + used, CELL_BYTES - used, "%s%s", used ? " " : "",
                                     render_write(write, item));
    }
}

void render_words(FILE *to, const char **text, size_t width)
{
    size_t length = strlen(*text), cut = length;

    if (length > width) {
        cut = width;
        while (cut > 0 && (*text)[cut] != ' ')
            cut--;
        if (cut == 0)
            cut = strcspn(*text, " ");
    }
    (void)fprintf(to, "%-*.*s", (int)width, (int)cut, *text);
    *text += cut;
    *text += strspn(*text, " ");
}

static const char *route_color(unsigned route, enum render_style style)
{
    if (style == RENDER_PLAIN)
        return "";
    return route == ROUTE_HOST ? "\033[33m" : "\033[32m";
}

/* A line of two cells; the last is not padded, so that no line ends in blanks. */
static void cells_print(FILE *to, const char **reads, const char **writes)
{
    if (**writes == '\0') {
        render_words(to, reads,
                     **reads ? strlen(*reads) < READ_COLUMNS ? strlen(*reads) : READ_COLUMNS : 0);
        return;
    }
    render_words(to, reads, READ_COLUMNS);
    (void)fputc(' ', to);
    render_words(to, writes, strlen(*writes) < WRITE_COLUMNS ? strlen(*writes) : WRITE_COLUMNS);
}

static void table_row_print(FILE *to, const struct spec_profile *profile, unsigned id,
                            enum render_style style)
{
    const struct exposure_row *row = &profile->table.row[id];
    char read_cell[CELL_BYTES], write_cell[CELL_BYTES];
    const char *reads = read_cell, *writes = write_cell;
    const char *reset = style == RENDER_COLOR ? "\033[0m" : "";

    reads_join(profile, row, read_cell);
    writes_join(profile, row, write_cell);
    (void)fprintf(to, "%-15s %s%-7s%s %-6s %-10s ", row_id_name(id), route_color(row->route, style),
                  route_name(row->route), reset, pc_rule_name(row->pc),
                  row->inject == INJECT_NONE ? "-" : inject_name(row->inject));
    if (*reads == '\0')
        reads = row->route == ROUTE_HOST && row->read_count ? "(always)" : "-";
    if (*writes == '\0')
        writes = row->write_count ? "(always)" : "-";
    cells_print(to, &reads, &writes);
    while (*reads || *writes) {
        (void)fprintf(to, "\n%-42s", "");
        cells_print(to, &reads, &writes);
    }
    (void)fputc('\n', to);
}

void render_paragraph(FILE *to, const char *label, const char *text)
{
    size_t indent = strlen(label) + 2, column = indent;

    (void)fprintf(to, "%s: ", label);
    while (*text) {
        size_t word = strcspn(text, " ");

        if (column > indent && column + 1 + word > RENDER_COLUMNS) {
            (void)fprintf(to, "\n%*s", (int)indent, "");
            column = indent;
        }
        if (column > indent)
            (void)fputc(' ', to);
        for (size_t i = 0; i < word; i++)
            (void)fputc((unsigned char)text[i] < ' ' || text[i] == 0x7f ? '?' : text[i], to);
        column += word + (column > indent);
        text += word;
        text += strspn(text, " ");
    }
    (void)fputc('\n', to);
}

static void always_print(FILE *to, const struct spec_profile *profile)
{
    char cell[CELL_BYTES] = "-", item[RENDER_ITEM_BYTES];
    size_t used = 0;

    for (unsigned i = 0; i < profile->always_count; i++)
        used += (size_t)snprintf(cell + used, sizeof cell - used, "%s%s", used ? " " : "",
                                 render_read(&profile->always[i], item));
    render_paragraph(to, "(always) readable", cell);
    (void)snprintf(cell, sizeof cell, "-");
    used = 0;
    for (unsigned i = 0; i < profile->always_write_count; i++)
        used += (size_t)snprintf(cell + used, sizeof cell - used, "%s%s", used ? " " : "",
                                 render_write(&profile->always_write[i], item));
    render_paragraph(to, "(always) writable", cell);
}

void render_table(FILE *to, const struct spec_profile *profile, enum render_style style)
{
    render_paragraph(to, profile->table.name, profile->summary);
    always_print(to, profile);
    (void)fprintf(to, "\n%-15s %-7s %-6s %-10s %-*s %s\n", "row", "route", "pc", "exception",
                  (int)READ_COLUMNS, "host can read", "host can change");
    for (unsigned id = 0; id < ROW_COUNT; id++)
        table_row_print(to, profile, id, style);
}

static void causes_print(FILE *to, uint64_t causes)
{
    char cell[CELL_BYTES] = "-";
    size_t used = 0;

    for (unsigned i = 0; spec_cause_name(i); i++)
        if (causes >> i & 1)
            used += (size_t)snprintf(cell + used, sizeof cell - used, "%s%s", used ? " " : "",
                                     spec_cause_name(i));
    render_paragraph(to, "causes   ", cell);
}

void render_row(FILE *to, const struct spec_profile *profile, enum row_id id)
{
    const struct exposure_row *row = &profile->table.row[id];
    const struct spec_row_text *text = &profile->text[id];
    char item[RENDER_ITEM_BYTES];
    const char *file;
    uint64_t line;

    spec_row_origin(profile, id, &file, &line);
    (void)fprintf(to, "%s (profile %s, %s:%" PRIu64 ")\n", row_id_name(id), profile->table.name,
                  file, line);
    render_paragraph(to, "when     ", text->when);
    causes_print(to, text->causes);
    (void)fprintf(to, "route    : %s\npc       : %s\nexception: %s\n", route_name(row->route),
                  pc_rule_name(row->pc), inject_name(row->inject));
    render_paragraph(to, "why      ", text->why);
    render_paragraph(to, "source   ", text->source);
    (void)fprintf(to, "readable :%s\n", row->read_count ? "" : " nothing");
    for (unsigned i = 0; i < row->read_count; i++) {
        const struct expose_item *read = &profile->table.reads[row->first_read + i];

        (void)fprintf(to, "  %-34s %5u bits%s\n", render_read(read, item),
                      spec_read_bits(&profile->table, id, read),
                      render_read_is_always(profile, read) ? "  (always)" : "");
    }
    (void)fprintf(to, "writable :%s\n", row->write_count ? "" : " nothing");
    for (unsigned i = 0; i < row->write_count; i++) {
        const struct accept_item *write = &profile->table.writes[row->first_write + i];

        (void)fprintf(to, "  %-34s %5u bits%s\n", render_write(write, item), spec_write_bits(write),
                      render_write_is_always(profile, write) ? "  (always)" : "");
    }
}
