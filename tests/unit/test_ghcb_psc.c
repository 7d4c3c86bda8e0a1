/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ghcb_psc.c — page-state lists: what fits, what the host does with them and writes
 * back, what a guest makes of the answer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ghcb/psc.h"
#include "ghcb_fixture.h"

/* A host that follows a plan, and a guest with a list. */
struct psc_fixture {
    struct ghcb_fixture base;
    struct psc_service service;
    struct psc_list list;
    enum psc_refusal why;
    uint64_t info2;
    unsigned exits, changes;
    uint64_t changed_pages;
    unsigned stop_every;  /* pages per exit; 0: no limit */
    unsigned left;        /* of this exit */
    uint64_t fail_at_gpa; /* 0: nowhere */
    void (*forge)(struct psc_fixture *fix,
                  uint8_t *list); /* what a hostile host writes after all */
};

static struct psc_fixture fix;

static enum status page_change(void *context, enum psc_operation operation, gpa_t page,
                               uint64_t pages, uint64_t *done)
{
    struct psc_fixture *psc = context;

    (void)operation;
    psc->changes++;
    for (*done = 0; *done < pages; (*done)++) {
        if (psc->fail_at_gpa && page.v + *done * PAGE_SIZE == psc->fail_at_gpa)
            return STATUS_DENIED;
        if (psc->stop_every && psc->left-- == 0)
            return STATUS_OK;
        psc->changed_pages++;
    }
    return STATUS_OK;
}

static enum status host_enter(void *context)
{
    struct psc_fixture *psc = context;
    enum status status;

    psc->exits++;
    psc->left = psc->stop_every;
    status = ghcb_host_serve(&psc->base.host, SHARED_BASE, psc_serve, &psc->service);
    if (psc->forge)
        psc->forge(psc, psc->base.memory.byte + GHCB_BUFFER_OFFSET);
    return status;
}

static int open_snp(void **unused)
{
    (void)unused;
    memset(&fix, 0, sizeof fix);
    fixture_open(&fix.base, "snp-ghcb");
    fix.service = (struct psc_service){&fix.base.memory.seam, page_change, &fix};
    return fix.base.spec ? 0 : -1;
}

static int close_snp(void **unused)
{
    (void)unused;
    fixture_close(&fix.base);
    return 0;
}

static void add(uint64_t page, uint8_t operation, bool is_huge)
{
    struct psc_entry entry = {.page = page, .operation = operation, .is_huge = is_huge};

    assert_int_equal(psc_list_add(&fix.list, &entry), STATUS_OK);
}

static enum status change(void)
{
    const struct psc_exit exit = {&fix, host_enter};

    return psc_guest_change(&fix.base.guest, &fix.list, &exit, &fix.why, &fix.info2);
}

static void expect_refused(enum psc_refusal why)
{
    assert_int_equal(change(), STATUS_DENIED);
    assert_int_equal(fix.why, why);
}

static void an_entry_has_its_operation_in_bits_52_to_55(void **unused)
{
    const struct psc_entry huge = {.page = 0x1200, .operation = PSC_SHARED, .is_huge = true};
    struct psc_entry entry;
    uint64_t value;

    (void)unused;
    assert_int_equal(psc_entry_encode(&huge, &value), STATUS_OK);
    assert_int_equal(value, UINT64_C(0x0120000001200000));
    assert_int_equal(psc_entry_decode(value | 77, &entry), STATUS_OK);
    assert_int_equal(entry.current, 77);
    assert_int_equal(entry.page, 0x1200);
    assert_true(entry.is_huge);
    /* The known bug elsewhere: the operation in bits 56 to 63. */
    assert_int_equal(psc_entry_decode(UINT64_C(0x0200000001200000), &entry), STATUS_BAD_INPUT);
}

static void what_is_no_entry_is_refused(void **unused)
{
    static const struct {
        uint64_t value;
        enum status status;
    } entries[] = {
        {UINT64_C(0x0010000001234000), STATUS_OK},
        {UINT64_C(0x0010000001234001), STATUS_OK}, /* done already */
        {UINT64_C(0x0010000001234002), STATUS_BAD_INPUT},
        {UINT64_C(0x0000000001234000), STATUS_BAD_INPUT}, /* operation 0, 5, 15 */
        {UINT64_C(0x0050000001234000), STATUS_BAD_INPUT},
        {UINT64_C(0x00F0000001234000), STATUS_BAD_INPUT},
        {UINT64_C(0x0210000001234000), STATUS_BAD_INPUT}, /* reserved bits */
        {UINT64_C(0x8010000001234000), STATUS_BAD_INPUT},
        {UINT64_C(0x0110000001201000), STATUS_BAD_ADDRESS}, /* 2 MiB at no multiple */
        {UINT64_C(0x0110000001200200), STATUS_OK},
        {UINT64_C(0x0110000001200201), STATUS_BAD_INPUT},
        {UINT64_C(0x0130000001200000), STATUS_OK},
        {UINT64_C(0x0030000001200000), STATUS_BAD_ADDRESS}, /* smash of 4 KiB */
        {UINT64_C(0x0040000001200000), STATUS_BAD_ADDRESS},
    };
    struct psc_entry entry;

    (void)unused;
    for (unsigned i = 0; i < sizeof entries / sizeof entries[0]; i++)
        assert_int_equal(psc_entry_decode(entries[i].value, &entry), entries[i].status);
}

static void a_list_holds_253_entries(void **unused)
{
    struct psc_entry entry = {.page = 1, .operation = PSC_PRIVATE};
    uint8_t bytes[PSC_LIST_BYTES];

    (void)unused;
    for (unsigned i = 0; i < 253; i++)
        assert_int_equal(psc_list_add(&fix.list, &entry), STATUS_OK);
    assert_int_equal(psc_list_add(&fix.list, &entry), STATUS_FULL);
    assert_int_equal(psc_list_write(&fix.list, bytes), GHCB_BUFFER_BYTES);
    assert_int_equal(change(), STATUS_OK);
    assert_int_equal(fix.changed_pages, 253);
    assert_int_equal(fix.exits, 1);
}

static void an_empty_list_and_a_bad_entry_never_leave_the_guest(void **unused)
{
    struct psc_entry bad = {.page = 1, .operation = PSC_PRIVATE, .is_huge = true};

    (void)unused;
    assert_int_equal(psc_list_add(&fix.list, &bad), STATUS_BAD_ADDRESS);
    bad = (struct psc_entry){.page = UINT64_C(1) << 40, .operation = PSC_PRIVATE};
    assert_int_equal(psc_list_add(&fix.list, &bad), STATUS_BAD_INPUT);
    assert_int_equal(fix.list.count, 0);
    assert_int_equal(change(), STATUS_BAD_INPUT);
    assert_int_equal(fix.exits, 0);
}

static void header(uint64_t current, uint64_t end, uint64_t reserved, size_t size_bytes,
                   enum status status)
{
    uint8_t bytes[PSC_LIST_BYTES] = {0};
    struct psc_list list;

    wire_store(bytes, current, 2);
    wire_store(bytes + 2, end, 2);
    wire_store(bytes + 4, reserved, 4);
    assert_int_equal(psc_list_take(bytes, size_bytes, &list), status);
}

static void a_header_is_bound_checked(void **unused)
{
    (void)unused;
    header(0, 252, 0, PSC_LIST_BYTES, STATUS_OK);
    header(253, 252, 0, PSC_LIST_BYTES, STATUS_OK); /* all done */
    header(254, 252, 0, PSC_LIST_BYTES, STATUS_BAD_INPUT);
    header(0, 253, 0, PSC_LIST_BYTES, STATUS_BAD_INPUT);
    header(0, 0xFFFF, 0, PSC_LIST_BYTES, STATUS_BAD_INPUT);
    header(0xFFFF, 0, 0, PSC_LIST_BYTES, STATUS_BAD_INPUT);
    header(0, 0, 1, PSC_LIST_BYTES, STATUS_BAD_INPUT);
    header(0, 0, UINT32_C(1) << 31, PSC_LIST_BYTES, STATUS_BAD_INPUT);
    header(0, 0, 0, 16, STATUS_OK);
    header(0, 1, 0, 16, STATUS_BAD_INPUT); /* the second entry is not there */
    header(0, 0, 0, 7, STATUS_BAD_INPUT);
}

static void a_2m_entry_may_stop_in_the_middle_and_goes_on(void **unused)
{
    (void)unused;
    add(7, PSC_PRIVATE, false);
    add(0x1200, PSC_SHARED, true);
    add(9, PSC_PRIVATE, false);
    fix.stop_every = 100;
    assert_int_equal(change(), STATUS_OK);
    assert_int_equal(fix.changed_pages, 514); /* each page once */
    assert_int_equal(fix.exits, 6);
    assert_int_equal(fix.list.current, 3);
}

static void an_error_stays_at_the_failing_entry(void **unused)
{
    (void)unused;
    add(7, PSC_PRIVATE, false);
    add(0x1200, PSC_SHARED, true);
    add(9, PSC_PRIVATE, false);
    fix.fail_at_gpa = UINT64_C(0x1205) << PAGE_SHIFT;
    expect_refused(PSC_REFUSED_ERROR);
    assert_int_equal(fix.info2, PSC_ERROR_GENERAL);
    assert_int_equal(fix.list.current, 1);
    assert_int_equal(fix.list.entry[1] & 0xFFF, 5);
    assert_int_equal(fix.changed_pages, 6);
}

/* Serves these bytes as a list; what of the page changed is counted. */
static uint64_t raw_list(uint64_t first, uint64_t second, uint64_t head, unsigned *changed)
{
    uint8_t *list = fix.base.memory.byte + GHCB_BUFFER_OFFSET, before[PSC_LIST_BYTES];
    uint8_t data[PSC_LIST_BYTES] = {0};
    struct ghcb_event event = {.code = GHCB_EXIT_PSC, .data = data, .data_bytes = sizeof data};

    wire_store(data, head, 8);
    wire_store(data + 8, first, 8);
    wire_store(data + 16, second, 8);
    fix.base.guest.pending = NULL;
    assert_int_equal(fixture_send(&fix.base, &event), STATUS_OK);
    memcpy(before, list, sizeof before);
    assert_int_equal(host_enter(&fix), STATUS_OK);
    *changed = 0;
    for (unsigned i = 0; i < PSC_LIST_BYTES; i++)
        *changed += list[i] != before[i];
    assert_int_equal(fixture_receive(&fix.base), STATUS_OK);
    return fix.base.outcome.info2;
}

static void the_host_writes_back_nothing_but_where_it_is(void **unused)
{
    uint64_t good = UINT64_C(0x0010000001234000), huge = UINT64_C(0x0110000001200000);
    unsigned changed;

    (void)unused;
    assert_int_equal(raw_list(good, good, 0x00010000, &changed), 0);
    assert_int_equal(changed, 1); /* current entry: 0 to 2 */
    assert_int_equal(raw_list(good, 0, 0x00010000, &changed), PSC_ERROR_ENTRY);
    assert_int_equal(changed, 1);
    assert_int_equal(fix.base.memory.byte[GHCB_BUFFER_OFFSET], 1);
    assert_int_equal(raw_list(good, good, UINT64_C(0x100010000), &changed), PSC_ERROR_HEADER);
    assert_int_equal(changed, 0);
    fix.stop_every = 3;
    assert_int_equal(raw_list(huge, good, 0x00010000, &changed), 0);
    assert_int_equal(changed, 1); /* current page of entry 0 */
    assert_int_equal(fix.base.memory.byte[GHCB_BUFFER_OFFSET + 8], 3);
}

static void forge_end(struct psc_fixture *psc, uint8_t *list)
{
    (void)psc;
    wire_store(list + 2, 0xFFFF, 2);
    memset(list + PSC_HEADER_BYTES, 0xFF, 2 * PSC_ENTRY_BYTES);
}

static void the_end_entry_that_comes_back_is_not_believed(void **unused)
{
    (void)unused;
    add(7, PSC_PRIVATE, false);
    add(8, PSC_PRIVATE, false);
    fix.forge = forge_end;
    assert_int_equal(change(), STATUS_OK);
    assert_int_equal(fix.list.count, 2);
    assert_int_equal(fix.exits, 1);
}

static void forge_beyond(struct psc_fixture *psc, uint8_t *list)
{
    (void)psc;
    wire_store(list, 3, 2);
}

static void forge_reserved(struct psc_fixture *psc, uint8_t *list)
{
    (void)psc;
    list[7] = 0x80;
}

/* The second answer says less than the first. */
static void forge_back(struct psc_fixture *psc, uint8_t *list)
{
    wire_store(list, psc->exits == 1 ? 1 : 0, 2);
}

static void forge_page_back(struct psc_fixture *psc, uint8_t *list)
{
    wire_store(list, 0, 2);
    wire_store(list + 8, psc->exits == 1 ? 9 : 8, 2);
}

static void forge_page_beyond(struct psc_fixture *psc, uint8_t *list)
{
    (void)psc;
    wire_store(list, 0, 2);
    wire_store(list + 8, 513, 2);
}

static void forge_nothing_done(struct psc_fixture *psc, uint8_t *list)
{
    (void)psc;
    wire_store(list, 0, 2);
    wire_store(list + 8, 0, 2);
}

static void a_host_that_lies_about_progress_is_refused(void **unused)
{
    static const struct {
        void (*forge)(struct psc_fixture *, uint8_t *);
        enum psc_refusal why;
        unsigned exits;
    } lies[] = {
        {forge_beyond, PSC_REFUSED_BEYOND, 1},
        {forge_reserved, PSC_REFUSED_RESERVED, 1},
        {forge_back, PSC_REFUSED_BACK, 2},
        {forge_page_back, PSC_REFUSED_BACK, 2},
        {forge_page_beyond, PSC_REFUSED_BEYOND, 1},
        {forge_nothing_done, PSC_REFUSED_STALLED, PSC_STALL_MAX},
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        memset(&fix.list, 0, sizeof fix.list);
        add(0x1200, PSC_SHARED, true);
        add(8, PSC_PRIVATE, false);
        fix.forge = lies[i].forge;
        fix.exits = 0;
        expect_refused(lies[i].why);
        assert_int_equal(fix.exits, lies[i].exits);
        assert_true(fix.list.current < fix.list.count); /* it knows what is not done */
    }
}

static void an_exit_that_is_refused_ends_the_change(void **unused)
{
    (void)unused;
    add(8, PSC_PRIVATE, false);
    fix.base.host.is_registered = false;
    expect_refused(PSC_REFUSED_EXIT);
    assert_int_equal(fix.info2, GHCB_ERROR_NOT_REGISTERED);
    assert_int_equal(fix.exits, 1);
    for (unsigned i = 0; i < PSC_REFUSAL_COUNT; i++)
        assert_true(strlen(psc_refusal_name(i)) > 5);
}

static void smash_is_for_2_mib(void **unused)
{
    (void)unused;
    add(0x1200, PSC_SMASH, true);
    add(0x1400, PSC_UNSMASH, true);
    assert_int_equal(change(), STATUS_OK);
    assert_int_equal(fix.changes, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_snp, close_snp)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_entry_has_its_operation_in_bits_52_to_55),
        TEST(what_is_no_entry_is_refused),
        TEST(a_list_holds_253_entries),
        TEST(an_empty_list_and_a_bad_entry_never_leave_the_guest),
        TEST(a_header_is_bound_checked),
        TEST(a_2m_entry_may_stop_in_the_middle_and_goes_on),
        TEST(an_error_stays_at_the_failing_entry),
        TEST(the_host_writes_back_nothing_but_where_it_is),
        TEST(the_end_entry_that_comes_back_is_not_believed),
        TEST(a_host_that_lies_about_progress_is_refused),
        TEST(an_exit_that_is_refused_ends_the_change),
        TEST(smash_is_for_2_mib),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
