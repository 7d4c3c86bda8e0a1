/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/spec_json.c — the reader of exposure profiles. The input is the file; parents come
 * from the built-in profiles. A profile that is accepted must be one that the monitor can walk. */
#include <string.h>

#include "spec/spec.h"
#include "target.h"

static void row_check(const struct exposure *spec, const struct exposure_row *row)
{
    fuzz_expect(row->route <= ROUTE_HOST && row->pc <= PC_STATE && row->inject <= INJECT_SAME,
                "the words of a row are known ones");
    fuzz_expect(row->first_read + row->read_count <= spec->read_count &&
                    row->first_write + row->write_count <= spec->write_count,
                "the items of a row lie in the table");
    for (unsigned i = 0; i < row->read_count; i++) {
        const struct expose_item *item = &spec->reads[row->first_read + i];

        fuzz_expect(item->source < ITEM_COUNT && item->narrow <= NARROW_SBI_VALUE &&
                        (item->slot < ITEM_SLOT_COUNT || item->slot == ITEM_RD ||
                         item->slot == ITEM_RS2 || item->source >= ITEM_SLOT_COUNT),
                    "a readable item and its slot exist");
    }
    for (unsigned i = 0; i < row->write_count; i++) {
        const struct accept_item *item = &spec->writes[row->first_write + i];

        fuzz_expect((item->slot < ITEM_SLOT_COUNT || item->slot == ITEM_RD) &&
                        (item->target < ITEM_SLOT_COUNT || item->target == ITEM_RD) &&
                        item->narrow <= NARROW_SBI_VALUE,
                    "a writable item and its slot exist");
    }
}

static void table_check(const struct exposure *spec)
{
    fuzz_expect(memchr(spec->name, '\0', sizeof spec->name) != NULL, "a name ends");
    fuzz_expect(spec->read_count <= EXPOSURE_READ_MAX && spec->write_count <= EXPOSURE_WRITE_MAX &&
                    spec->call_count <= EXPOSURE_CALL_MAX,
                "the tables hold what they say");
    for (unsigned i = 0; i < ROW_COUNT; i++)
        row_check(spec, &spec->row[i]);
    for (unsigned i = 0; i < spec->call_count; i++) {
        const struct sbi_call *call = &spec->call[i];

        fuzz_expect(call->row < ROW_COUNT && call->arg_count <= SBI_ARG_MAX, "a call has a row");
        fuzz_expect(exposure_find_call(spec, call->eid, call->fid) == call,
                    "the monitor finds every call: they are sorted and unique");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct exposure spec; /* 100 KB: not for the stack */
    struct diagnostic diag = {{0}};
    enum status st = spec_parse((const char *)data, size, "input.json", &spec, &diag);

    if (st == STATUS_OK)
        table_check(&spec);
    else
        fuzz_expect(st == STATUS_BAD_INPUT && diag.text[0] && !strchr(diag.text, '\n'),
                    "a refused profile has one line that says why");
    return 0;
}
