/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/ghcb_spec_json.c — the reader of tables of GHCB exits. The input is the file; a table
 * that is accepted must be one that both ends can walk, and that can be printed. */
#include <stdio.h>
#include <string.h>

#include "spec/ghcb_render.h"
#include "target.h"

static void items_check(const struct ghcb_item *items, unsigned count, bool is_out)
{
    fuzz_expect(count <= GHCB_FIELD_COUNT, "each field at most once");
    for (unsigned i = 0; i < count; i++) {
        fuzz_expect(items[i].field < GHCB_FIELD_COUNT && (ghcb_field_is_register(items[i].field) ||
                                                          (is_out && items[i].field == GHCB_INFO2)),
                    "an item is a register, or INFO2 on the way back");
        fuzz_expect(items[i].mask != 0, "an item lets something through");
        fuzz_expect(ghcb_item_find(items, i, items[i].field) == NULL, "no field twice");
    }
}

static void table_check(const struct ghcb_spec *spec)
{
    const struct ghcb_exposure *table = &spec->table;

    fuzz_expect(table->row_count <= GHCB_ROW_MAX, "the rows fit");
    fuzz_expect(memchr(table->name, '\0', sizeof table->name) != NULL, "a name ends");
    for (unsigned i = 0; i < table->row_count; i++) {
        items_check(table->row[i].in, table->row[i].in_count, false);
        items_check(table->row[i].out, table->row[i].out_count, true);
        fuzz_expect(table->row[i].rule != GHCB_RULE_NEVER || table->row[i].out_count == 0,
                    "what never comes back takes nothing");
        for (unsigned j = 0; j < i; j++)
            fuzz_expect(!ghcb_rows_overlap(&table->row[i], &table->row[j]), "no exit has two rows");
    }
}

static void warning_ignore(void *context, unsigned index, const char *text)
{
    (void)context;
    (void)index;
    fuzz_expect(strchr(text, '\n') == NULL, "a warning is one line");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostic diag = {{0}};
    enum status status = STATUS_OK;
    struct ghcb_spec *spec =
        ghcb_spec_parse((const char *)data, size, "input.json", &status, &diag);

    if (!spec) {
        fuzz_expect(status == STATUS_BAD_INPUT, "a table is bad, or it is read");
        fuzz_expect_message(&diag, "input.json");
        return 0;
    }
    table_check(spec);
    (void)ghcb_spec_lint(spec, warning_ignore, NULL);
    json_decref(ghcb_render_json(spec));
    ghcb_spec_close(spec);
    return 0;
}
