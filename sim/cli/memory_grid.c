/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/memory_grid.c — the pages of a scenario by state: a grid of letters, and the ranges that
 * they form. See memory.h and memory_state.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/memory_state.h"

static const char *letter_color(char letter)
{
    switch (letter) {
    case 'P':
        return "\033[32m";
    case 'V':
        return "\033[33m";
    case 'S':
    case 'D':
        return "\033[36m";
    case 'F':
        return "\033[35m";
    case '!':
        return "\033[1;31m";
    default:
        return "\033[2m";
    }
}

static void letters_take(const struct world *world, uint64_t row, char letters[ROW_PAGES])
{
    uint64_t page_count = memory_config(world->machine->memory)->page_count;

    for (unsigned k = 0; k < ROW_PAGES; k++) {
        spa_t page = {(row * ROW_PAGES + k) << PAGE_SHIFT};

        letters[k] = page.v >> PAGE_SHIFT < page_count ? page_letter(world, page) : ' ';
    }
}

static void row_print(FILE *to, uint64_t row, const char letters[ROW_PAGES])
{
    fprintf(to, "%10s0x%-9" PRIx64 " ", "", row * ROW_PAGES << PAGE_SHIFT);
    for (unsigned k = 0; k < ROW_PAGES; k++)
        fprintf(to, "%s%s%c%s", k % 16 == 0 && k ? " " : "", memory_paint(letter_color(letters[k])),
                letters[k], memory_paint("\033[0m"));
    fputc('\n', to);
}

static void fold_print(FILE *to, const char *text, uint64_t count)
{
    if (count)
        fprintf(to, "%22s%s%" PRIu64 " %s%s\n", "", memory_paint("\033[2m"), count, text,
                memory_paint("\033[0m"));
}

/* Rows that nothing touched are only counted; so are rows that look like the one before. */
static void rows_print(FILE *to, const struct memory_picture *picture, const struct rows *rows)
{
    const struct world *world = picture->run->world;
    uint64_t page_count = memory_config(world->machine->memory)->page_count, next = 0;
    char letters[ROW_PAGES], before[ROW_PAGES] = {0};
    uint64_t alike = 0;

    for (unsigned i = 0; i < rows->count; i++) {
        bool follows = i > 0 && rows->row[i] == next;

        letters_take(world, rows->row[i], letters);
        if (follows && memcmp(letters, before, sizeof letters) == 0) {
            alike++;
        } else {
            fold_print(to, "rows like this", alike);
            fold_print(to, "pages of the hypervisor", (rows->row[i] - next) * ROW_PAGES);
            row_print(to, rows->row[i], letters);
            alike = 0;
        }
        memcpy(before, letters, sizeof before);
        next = rows->row[i] + 1;
    }
    fold_print(to, "rows like this", alike);
    if (next * ROW_PAGES < page_count)
        fold_print(to, "pages of the hypervisor", page_count - next * ROW_PAGES);
}

static void rights_print(FILE *to, const struct range *range)
{
    static const char letters[] = "rwusk";

    for (unsigned vmpl = 0; vmpl < VMPL_COUNT; vmpl++) {
        fputc(' ', to);
        for (unsigned i = 0; letters[i]; i++)
            fputc(range->permission[vmpl] & 1U << i ? letters[i] : '-', to);
    }
}

/* The scenario's names of pages that begin in the range. */
static void names_print(FILE *to, const struct scenario *scenario, const struct range *range)
{
    unsigned count = 0;

    for (unsigned i = 0; i < scenario->page_count; i++)
        if (scenario->page[i].spa.v - range->first.v < range->pages << PAGE_SHIFT)
            fprintf(to, "%s%s", count++ ? ", " : "  ", scenario->page[i].name);
}

/* Size and rights of the RMP entry; blanks where there is none of a guest. */
static void entry_print(FILE *to, const struct range *range)
{
    if (!range->has_entry) {
        fprintf(to, "%-7s%*s", "-", VMPL_COUNT * 6 - 1, "");
        return;
    }
    fprintf(to, "%-6s", range->is_large ? "2 MiB" : "4 KiB");
    rights_print(to, range);
}

static void ranges_print(FILE *to, const struct memory_picture *picture, const struct range *range,
                         unsigned count)
{
    bool is_snp = world_is_snp(picture->run->world);

    fprintf(to, "\n%s%-12s%-7s%-16s%-12s%-12s%s  names%s\n", memory_paint("\033[1m"), "spa",
            "pages", "state", "guest", "gpa", is_snp ? "entry  VMPL0 VMPL1 VMPL2 VMPL3" : "",
            memory_paint("\033[0m"));
    for (unsigned i = 0; i < count; i++) {
        char gpa[24] = "-";

        if (range[i].has_gpa)
            (void)snprintf(gpa, sizeof gpa, "0x%" PRIx64, range[i].gpa);
        fprintf(to, "0x%-10" PRIx64 "%-7" PRIu64 "%-16s%-12s%-12s", range[i].first.v,
                range[i].pages, range[i].state, range[i].owner[0] ? range[i].owner : "-", gpa);
        if (is_snp)
            entry_print(to, &range[i]);
        names_print(to, picture->scenario, &range[i]);
        fputc('\n', to);
    }
    if (is_snp)
        fprintf(to,
                "\nrights: r read, w write, u execute as user, s execute as supervisor, k shadow "
                "stack\n");
}

static void heading_print(FILE *to, const struct memory_picture *picture)
{
    const struct scenario *scenario = picture->scenario;

    fprintf(to, "%s%s, mode %s, after step %u of %u%s\n\n", memory_paint("\033[1m"), scenario->name,
            scenario->mode[picture->run->world->mode].name, picture->after, scenario->step_count,
            memory_paint("\033[0m"));
}

void memory_print_grid(FILE *to, const struct memory_picture *picture)
{
    struct rows *rows = calloc(1, sizeof *rows);
    struct range *range = calloc(RANGE_MAX, sizeof *range);

    if (rows && range) {
        heading_print(to, picture);
        rows_collect(picture, rows);
        rows_print(to, picture, rows);
        fprintf(to,
                "\n%10sP private  V private, not validated  S shared  D device  F firmware  "
                "H hypervisor  ! stopped\n",
                "");
        ranges_print(to, picture, range, ranges_collect(picture, rows, range));
    }
    free(rows);
    free(range);
}

static json_t *range_json(const struct range *range)
{
    json_t *object = json_object(), *rights = json_array();

    json_object_set_new(object, "spa", memory_hex_json(range->first.v));
    json_object_set_new(object, "pages", json_integer((json_int_t)range->pages));
    json_object_set_new(object, "state", json_string(range->state));
    json_object_set_new(object, "guest", range->owner[0] ? json_string(range->owner) : json_null());
    json_object_set_new(object, "gpa", range->has_gpa ? memory_hex_json(range->gpa) : json_null());
    json_object_set_new(object, "large", json_boolean(range->is_large));
    for (unsigned vmpl = 0; vmpl < VMPL_COUNT; vmpl++)
        json_array_append_new(rights, json_integer(range->permission[vmpl]));
    json_object_set_new(object, "vmpl_rights", rights);
    return object;
}

json_t *memory_grid_json(const struct memory_picture *picture)
{
    struct rows *rows = calloc(1, sizeof *rows);
    struct range *range = calloc(RANGE_MAX, sizeof *range);
    json_t *document = json_object(), *list = json_array();

    json_object_set_new(document, "schema", json_string("cvm-memory-pages"));
    json_object_set_new(document, "version", json_string("1.0"));
    json_object_set_new(document, "scenario", json_string(picture->scenario->name));
    json_object_set_new(document, "mode",
                        json_string(picture->scenario->mode[picture->run->world->mode].name));
    json_object_set_new(document, "after", json_integer(picture->after));
    if (rows && range) {
        unsigned count;

        rows_collect(picture, rows);
        count = ranges_collect(picture, rows, range);
        for (unsigned i = 0; i < count; i++)
            json_array_append_new(list, range_json(&range[i]));
    }
    json_object_set_new(document, "ranges", list);
    free(rows);
    free(range);
    return document;
}
