/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/ghcb_spec.c — finds a table of GHCB exits and its parents, and reads them from the root
 * down. See ghcb.h. */
#include "spec/ghcb.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec/builtin.h"
#include "spec/ghcb_row.h"
#include "spec/header.h"

#define GHCB_FORMAT "cvm-ghcb-exposure"

static const char *const table_keys[] = {"$schema",   "format",     "version",    "name",
                                         "inherits",  "summary",    "crosses_in", "crosses_out",
                                         "always_in", "always_out", "rows",       NULL};

const char *ghcb_spec_builtin_name(unsigned index)
{
    unsigned count = 0;

    while (builtin_ghcb[count].name)
        count++;
    return index < count ? builtin_ghcb[index].name : NULL;
}

bool ghcb_spec_is(const char *name)
{
    struct document doc;
    const char *format;
    bool is_one;

    if (!builtin_name_is_path(name))
        return builtin_find(builtin_ghcb, name) != NULL;
    if (document_read(&doc, name, NULL) != STATUS_OK)
        return false;
    format = json_string_value(json_object_get(doc.root, "format"));
    is_one = format && strcmp(format, GHCB_FORMAT) == 0;
    document_free(&doc);
    return is_one;
}

/* Reads the parents of the last document, one by one. */
static enum status chain_climb(struct ghcb_spec *spec, struct diagnostic *diag)
{
    for (;;) {
        struct place root = document_root(&spec->doc[spec->doc_count - 1]), member;
        const struct builtin_file *file;
        char choice[160];
        enum status status = header_check(&root, GHCB_FORMAT, table_keys);

        if (status == STATUS_OK)
            status = header_name_optional(&root, "inherits", &member);
        if (status != STATUS_OK || !member.value)
            return status;
        file = builtin_find(builtin_ghcb, json_string_value(member.value));
        if (!file)
            return place_fail(&member, "no built-in table \"%s\"; expected %s",
                              json_string_value(member.value),
                              builtin_choice(builtin_ghcb, choice, sizeof choice));
        if (spec->doc_count == GHCB_CHAIN_MAX)
            return place_fail(&member, "too many parents; expected at most %d", GHCB_CHAIN_MAX - 1);
        status = builtin_parse(&spec->doc[spec->doc_count], file, "exposure", diag);
        if (status != STATUS_OK)
            return status;
        spec->doc_count++;
    }
}

/* Where a row goes: over the parent's of the same id, or behind the last. */
static enum status row_place(struct ghcb_spec *spec, const struct place *at,
                             const struct ghcb_row *row, unsigned document, unsigned *index)
{
    const struct ghcb_row *same = ghcb_row_by_id(&spec->table, row->id);

    *index = same ? (unsigned)(same - spec->table.row) : spec->table.row_count;
    if (same && spec->text[*index].document == document)
        return place_fail(at, "row %s is given twice; expected each row once", row->id);
    if (*index == GHCB_ROW_MAX)
        return place_fail(at, "too many rows; expected at most %d", GHCB_ROW_MAX);
    if (!same)
        spec->table.row_count++;
    return STATUS_OK;
}

static enum status rows_read(struct ghcb_spec *spec, const struct place *list, const char *table,
                             unsigned document)
{
    for (size_t i = 0; i < json_array_size(list->value); i++) {
        struct place at = place_element(list, i);
        struct ghcb_row_text text = {.table = table, .document = document, .element = i};
        struct ghcb_row row;
        unsigned index;
        enum status status;

        if (!json_is_object(at.value))
            return place_fail(&at, "not an object; expected a row");
        status = ghcb_row_read(&at, &row, &text);
        if (status == STATUS_OK)
            status = row_place(spec, &at, &row, document, &index);
        if (status != STATUS_OK)
            return status;
        spec->table.row[index] = row;
        spec->text[index] = text;
    }
    return STATUS_OK;
}

/* The always set and what crosses, as far as this document says something about them. */
static enum status sets_read(struct ghcb_exposure *table, struct ghcb_always *always,
                             const struct place *root)
{
    struct place list;
    enum status status = place_optional(root, "crosses_in", JSON_ARRAY, &list);

    if (status == STATUS_OK && list.value)
        status = ghcb_fields_read(&list, false, &table->crosses_in);
    if (status == STATUS_OK)
        status = place_optional(root, "crosses_out", JSON_ARRAY, &list);
    if (status == STATUS_OK && list.value)
        status = ghcb_fields_read(&list, true, &table->crosses_out);
    if (status == STATUS_OK)
        status = place_optional(root, "always_in", JSON_ARRAY, &list);
    if (status == STATUS_OK && list.value)
        status = ghcb_items_read(&list, false, always->in, &always->in_count);
    if (status == STATUS_OK)
        status = place_optional(root, "always_out", JSON_ARRAY, &list);
    if (status == STATUS_OK && list.value)
        status = ghcb_items_read(&list, true, always->out, &always->out_count);
    return status;
}

/* What document index of the chain adds to its parents. */
static enum status document_apply(struct ghcb_spec *spec, struct ghcb_always *always,
                                  unsigned index)
{
    struct place root = document_root(&spec->doc[index]), list;
    const char *name;
    enum status status = header_name_read(&root, "name", &name);

    if (status == STATUS_OK)
        status = place_text(&root, "summary", &spec->summary);
    if (status != STATUS_OK)
        return status;
    (void)snprintf(spec->table.name, sizeof spec->table.name, "%s", name);
    status = sets_read(&spec->table, always, &root);
    if (status == STATUS_OK)
        status = place_member(&root, "rows", JSON_ARRAY, &list);
    if (status == STATUS_OK)
        status = rows_read(spec, &list, name, index);
    return status;
}

static void items_add(struct ghcb_item *items, uint8_t *count, const struct ghcb_item *always,
                      unsigned always_count)
{
    for (unsigned i = 0; i < always_count; i++)
        if (!ghcb_item_find(items, *count, always[i].field))
            items[(*count)++] = always[i];
}

static uint32_t items_fields(const struct ghcb_item *items, unsigned count)
{
    uint32_t fields = 0;

    for (unsigned i = 0; i < count; i++)
        fields |= UINT32_C(1) << items[i].field;
    return fields;
}

static void always_apply(struct ghcb_exposure *table, const struct ghcb_always *always)
{
    for (unsigned i = 0; i < table->row_count; i++) {
        struct ghcb_row *row = &table->row[i];

        items_add(row->in, &row->in_count, always->in, always->in_count);
        if (row->rule != GHCB_RULE_NEVER)
            items_add(row->out, &row->out_count, always->out, always->out_count);
    }
}

/* The place of a row, for a message about the whole table. */
static struct place row_place_of(struct ghcb_spec *spec, unsigned index, struct place keep[2])
{
    keep[0] = document_root(&spec->doc[spec->text[index].document]);
    (void)place_member(&keep[0], "rows", JSON_ARRAY, &keep[1]);
    return place_element(&keep[1], spec->text[index].element);
}

/* Every exit has a row, and no exit two. */
static enum status table_check(struct ghcb_spec *spec)
{
    const struct ghcb_exposure *table = &spec->table;
    struct place keep[2], at = document_root(&spec->doc[0]);
    uint64_t code;
    const char *name;

    for (unsigned i = 0; i < table->row_count; i++)
        for (unsigned j = 0; j < i; j++)
            if (ghcb_rows_overlap(&table->row[i], &table->row[j])) {
                /* The document asked for is to blame, not the parent that it changes. */
                at = row_place_of(spec, spec->text[j].document < spec->text[i].document ? j : i,
                                  keep);
                return place_fail(&at,
                                  "rows %s and %s would take the same exit; expected selectors "
                                  "that exclude each other",
                                  table->row[j].id, table->row[i].id);
            }
    for (unsigned i = 0; (name = ghcb_code_at(i, &code)); i++) {
        bool has_row = false;

        for (unsigned j = 0; j < table->row_count; j++)
            has_row |= table->row[j].code == code;
        if (!has_row)
            return place_fail(&at,
                              "exit 0x%" PRIx64 " (%s) is missing; expected a row for every exit, "
                              "here or in a parent",
                              code, name);
    }
    return STATUS_OK;
}

/* doc[0] is there; spec gets everything that follows from it. */
static enum status spec_resolve(struct ghcb_spec *spec, struct diagnostic *diag)
{
    struct ghcb_always always = {.in_count = 0};
    enum status status = chain_climb(spec, diag);

    for (unsigned i = spec->doc_count; i-- > 0 && status == STATUS_OK;)
        status = document_apply(spec, &always, i);
    if (status != STATUS_OK)
        return status;
    always_apply(&spec->table, &always);
    spec->always_in = items_fields(always.in, always.in_count);
    spec->always_out = items_fields(always.out, always.out_count);
    return table_check(spec);
}

/* first: how doc[0] was read. */
static struct ghcb_spec *spec_finish(struct ghcb_spec *spec, enum status first, enum status *status,
                                     struct diagnostic *diag)
{
    enum status result = first;

    if (result == STATUS_OK) {
        spec->doc_count = 1;
        result = spec_resolve(spec, diag);
    }
    if (status)
        *status = result;
    if (result == STATUS_OK)
        return spec;
    ghcb_spec_close(spec);
    return NULL;
}

static struct ghcb_spec *spec_new(enum status *status, struct diagnostic *diag)
{
    struct ghcb_spec *spec = calloc(1, sizeof *spec);

    if (!spec && status)
        *status = STATUS_IO;
    if (!spec)
        (void)diagnostic_set(diag, STATUS_IO, "spec", 0, 0, "not enough memory");
    return spec;
}

struct ghcb_spec *ghcb_spec_open(const char *name, enum status *status, struct diagnostic *diag)
{
    struct ghcb_spec *spec = spec_new(status, diag);

    if (!spec)
        return NULL;
    return spec_finish(spec,
                       builtin_open(&spec->doc[0], builtin_ghcb, "exposure", "table", name, diag),
                       status, diag);
}

struct ghcb_spec *ghcb_spec_parse(const char *text, size_t size, const char *name,
                                  enum status *status, struct diagnostic *diag)
{
    struct ghcb_spec *spec = spec_new(status, diag);

    if (!spec)
        return NULL;
    return spec_finish(spec, document_parse(&spec->doc[0], text, size, name, diag), status, diag);
}

void ghcb_spec_close(struct ghcb_spec *spec)
{
    if (!spec)
        return;
    for (unsigned i = 0; i < spec->doc_count; i++)
        document_free(&spec->doc[i]);
    free(spec);
}

void ghcb_spec_origin(const struct ghcb_spec *spec, unsigned index, const char **file,
                      uint64_t *line)
{
    const struct document *doc =
        &spec->doc[index < spec->table.row_count ? spec->text[index].document : 0];
    struct document copy = *doc; /* a place wants a document that it may fail in */
    struct place root = document_root(&copy), list, element;
    uint64_t col;

    *file = doc->name;
    *line = 1;
    if (index >= spec->table.row_count)
        return;
    (void)place_member(&root, "rows", JSON_ARRAY, &list);
    element = place_element(&list, spec->text[index].element);
    place_position(&element, line, &col);
}
