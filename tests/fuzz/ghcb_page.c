/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/ghcb_page.c — a GHCB as the other side may have left it. The input sets fields, then
 * single bytes, of a page that is otherwise sound. The host takes it for a request; a guest takes
 * the same bytes for the answer to an exit of its own. */
#include <string.h>

#include "../unit/ghcb_fixture.h"
#include "script.h"
#include "target.h"

static struct ghcb_fixture fix;

static void page_script(struct script *script)
{
    struct ghcb_page *page = memory_page(&fix.memory);
    unsigned fields = script_below(script, GHCB_FIELD_COUNT + 1);
    unsigned patches = script_below(script, 32);

    memset(fix.memory.byte, 0, SHARED_BYTES);
    ghcb_page_clear(page, GHCB_VERSION_SNP);
    for (unsigned i = 0; i < fields; i++) {
        unsigned field = script_below(script, GHCB_FIELD_COUNT);

        ghcb_page_put(page, field, script_value(script));
    }
    for (unsigned i = 0; i < patches; i++) {
        unsigned offset = (unsigned)script_bytes(script, 2) % PAGE_SIZE;

        page->byte[offset] = script_byte(script);
    }
}

static void host_check(void)
{
    static struct ghcb_request request;
    static uint8_t before[SHARED_BYTES];
    enum ghcb_error error;
    enum status status;

    memcpy(before, fix.memory.byte, SHARED_BYTES);
    memory_forget(&fix.memory);
    status = ghcb_host_take(&fix.host, SHARED_BASE, &request, &error);
    fuzz_expect(memory_most_reads(&fix.memory) <= 1, "the host reads each byte at most once");
    fuzz_expect((status == STATUS_OK) == (error == GHCB_ERROR_NONE) &&
                    (status == STATUS_OK || status == STATUS_DENIED),
                "a request is taken, or refused with a reason");
    if (status == STATUS_OK) {
        const struct ghcb_row *row = request.row;

        fuzz_expect(request.data_bytes <= GHCB_BUFFER_BYTES, "data fits the buffer");
        for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
            fuzz_expect(!ghcb_field_is_register(field) || request.view.of[field] == 0 ||
                            ghcb_item_find(row->in, row->in_count, field),
                        "the host sees only registers of the row");
    }
    status = ghcb_host_serve(&fix.host, SHARED_BASE, answer_all, NULL);
    fuzz_expect(status == STATUS_OK || status == STATUS_BAD_ADDRESS,
                "an exit is served, or the scratch area cannot be written");
    memcpy(fix.memory.byte, before, SHARED_BYTES);
}

static void guest_check(unsigned index)
{
    const struct ghcb_row *row = &fix.spec->table.row[index];
    struct ghcb_values before;
    enum status status;

    registers_fill(&fix.registers);
    before = fix.registers;
    fix.guest.pending = row;
    fix.guest.pending_info1 = IOIO_IN | IOIO_SIZE16;
    fix.guest.pending_scratch.v = SHARED_BASE.v + GHCB_BUFFER_OFFSET;
    fix.guest.pending_bytes = row->data == GHCB_DATA_NONE ? 0 : 16;
    memory_forget(&fix.memory);
    status = fixture_receive(&fix);
    fuzz_expect(memory_most_reads(&fix.memory) <= 1, "the guest reads each byte at most once");
    fuzz_expect((status == STATUS_OK) == (fix.why == GHCB_NOT_REFUSED) && !fix.guest.pending,
                "an answer is taken, or refused with a reason");
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        fuzz_expect(before.of[field] == fix.registers.of[field] ||
                        (status == STATUS_OK && !fix.outcome.is_exception &&
                         ghcb_item_find(row->out, row->out_count, field)),
                    "an answer changes only what the row takes back");
    fuzz_expect(!fix.outcome.is_exception || fix.outcome.vector == 6 || fix.outcome.vector == 13,
                "only #UD and #GP are injected");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct script script = {data, data + size};
    unsigned row = script_byte(&script);

    if (!fix.spec)
        fixture_open(&fix, "snp-ghcb");
    fuzz_expect(fix.spec != NULL, "the built-in table loads");
    page_script(&script);
    host_check();
    guest_check(row % fix.spec->table.row_count);
    return 0;
}
