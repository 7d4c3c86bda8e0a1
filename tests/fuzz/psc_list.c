/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/psc_list.c — page-state lists. The first byte says how far the host comes per exit;
 * the rest is a list as a guest may send it, and then as a host may send it back. */
#include <string.h>

#include "../unit/ghcb_fixture.h"
#include "ghcb/psc.h"
#include "target.h"

static struct ghcb_fixture fix;

struct plan {
    unsigned pages_left;
    bool may_fail;
};

static enum status page_change(void *context, enum psc_operation operation, gpa_t page,
                               uint64_t pages, uint64_t *done)
{
    struct plan *plan = context;

    fuzz_expect(operation >= PSC_PRIVATE && operation <= PSC_UNSMASH, "one of four operations");
    fuzz_expect(page.v % PAGE_SIZE == 0 && page.v >> 52 == 0 && pages >= 1 && pages <= 512,
                "pages of an entry");
    *done = pages < plan->pages_left ? pages : plan->pages_left;
    plan->pages_left -= (unsigned)*done;
    return *done < pages && plan->may_fail ? STATUS_DENIED : STATUS_OK;
}

/* The list reaches the host in the buffer of a sound request. */
static void host_check(const uint8_t *list, size_t size, uint8_t control)
{
    static uint8_t data[PSC_LIST_BYTES], *shared = fix.memory.byte + GHCB_BUFFER_OFFSET;
    struct plan plan = {control & 0x80 ? 100000 : control & 0x3F, control & 0x40};
    struct psc_service service = {&fix.memory.seam, page_change, &plan};
    struct ghcb_event event = {.code = GHCB_EXIT_PSC, .data = data, .data_bytes = sizeof data};
    unsigned changed = 0;

    memset(data, 0, sizeof data);
    memcpy(data, list, size < sizeof data ? size : sizeof data);
    fix.guest.pending = NULL;
    fuzz_expect(fixture_send(&fix, &event) == STATUS_OK, "a list can be sent");
    memory_forget(&fix.memory);
    fuzz_expect(ghcb_host_serve(&fix.host, SHARED_BASE, psc_serve, &service) == STATUS_OK,
                "a list is served");
    fuzz_expect(memory_most_reads(&fix.memory) <= 1, "the host reads each byte at most once");
    for (unsigned i = 0; i < PSC_LIST_BYTES; i++)
        changed += shared[i] != data[i];
    fuzz_expect(changed <= 4, "the host writes the current entry and one current page");
    fuzz_expect(fixture_receive(&fix) == STATUS_OK, "the exit comes back");
}

/* The same bytes as the answer to a list of the guest's own. */
static void guest_check(const uint8_t *answer, size_t size, uint8_t control)
{
    uint8_t bytes[PSC_LIST_BYTES] = {0};
    struct psc_list list = {0}, before;
    enum psc_refusal why;
    bool advanced;

    memcpy(bytes, answer, size < sizeof bytes ? size : sizeof bytes);
    for (unsigned i = 0; i < 1 + control % 4u; i++)
        fuzz_expect(psc_list_add(&list, &(struct psc_entry){.page = 512 * (i + 1),
                                                            .operation = PSC_SHARED,
                                                            .is_huge = i % 2}) == STATUS_OK,
                    "an entry is added");
    list.current = control / 4 % list.count;
    before = list;
    why =
        psc_list_advance(&list, bytes, PSC_HEADER_BYTES + list.count * PSC_ENTRY_BYTES, &advanced);
    fuzz_expect(list.count == before.count, "the end entry is the guest's own");
    fuzz_expect(list.current >= before.current && list.current <= list.count, "only forwards");
    if (why != PSC_NOT_REFUSED)
        fuzz_expect(memcmp(&list, &before, sizeof list) == 0, "a refusal changes nothing");
    for (unsigned i = 0; i < list.count; i++)
        fuzz_expect(list.entry[i] >> 12 == before.entry[i] >> 12 &&
                        (list.entry[i] & 0xFFF) >= (before.entry[i] & 0xFFF) &&
                        (list.entry[i] & 0xFFF) <= (i % 2 ? 512 : 1),
                    "of an entry only the current page moves, and not beyond");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    if (!fix.spec)
        fixture_open(&fix, "snp-ghcb");
    fuzz_expect(fix.spec != NULL, "the built-in table loads");
    host_check(data + 1, size - 1, data[0]);
    guest_check(data + 1, size - 1, data[0]);
    return 0;
}
