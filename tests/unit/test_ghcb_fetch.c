/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ghcb_fetch.c — copy once: guest and host read a shared byte at most once per
 * exit, so it is no use to change memory between two fetches. A handler that does fetch twice is
 * planted and must be caught by the same check. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ghcb/psc.h"
#include "ghcb_fixture.h"

static struct ghcb_fixture fix;

static int open_snp(void **unused)
{
    (void)unused;
    fixture_open(&fix, "snp-ghcb");
    return fix.spec ? 0 : -1;
}

static int close_snp(void **unused)
{
    (void)unused;
    fixture_close(&fix);
    return 0;
}

/* The adversary: after each fetch every byte that was fetched is another. */
static void all_changes(void *context, struct shared_memory *memory)
{
    (void)context;
    for (size_t i = 0; i < SHARED_BYTES; i++)
        if (memory->reads[i] > 0)
            memory->byte[i] ^= 0xFF;
}

/* What is known of an exit when it was served without anybody interfering: the page as it was sent,
 * what the handler saw, what the guest ended with. */
struct course {
    struct ghcb_request seen;
    struct ghcb_values registers;
    struct ghcb_outcome outcome;
    unsigned most_host_reads, most_guest_reads;
};

static enum status handler_keep(void *context, struct ghcb_request *request,
                                struct ghcb_reply *reply)
{
    struct course *course = context;

    course->seen = *request;
    return answer_all(NULL, request, reply);
}

/* The planted bug: checks the code once more in shared memory, as a handler does that was given the
 * address of the page instead of a copy. */
static enum status handler_fetch_again(void *context, struct ghcb_request *request,
                                       struct ghcb_reply *reply)
{
    struct course *course = context;
    uint8_t code[8];
    enum status status = fix.memory.seam.read(
        fix.memory.seam.context, (gpa_t){SHARED_BASE.v + ghcb_field_offset(GHCB_EXIT_CODE)}, code,
        sizeof code);

    request->view.of[GHCB_EXIT_CODE] = wire_load(code, sizeof code);
    course->seen = *request;
    return status == STATUS_OK ? answer_all(NULL, request, reply) : status;
}

/* interfere: memory changes after each fetch, until the answer is written; then again while the
 * guest reads it. */
static void course_run(const struct ghcb_row *row, gpa_t scratch, ghcb_handler handler,
                       void (*interfere)(void *, struct shared_memory *), struct course *course)
{
    static uint8_t data[GHCB_BUFFER_BYTES];
    struct ghcb_event event;

    memset(course, 0, sizeof *course);
    memset(data, 0x3C, sizeof data);
    memset(fix.memory.byte, 0, SHARED_BYTES);
    fix.guest.pending = NULL;
    registers_fill(&fix.registers);
    event = event_for(row, &fix.registers, data);
    if (row->data != GHCB_DATA_NONE)
        event.scratch = scratch;
    assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
    memory_forget(&fix.memory);
    fix.memory.after_read = interfere;
    (void)ghcb_host_serve(&fix.host, SHARED_BASE, handler, course);
    course->most_host_reads = memory_most_reads(&fix.memory);
    memory_forget(&fix.memory);
    if (row->rule != GHCB_RULE_NEVER)
        (void)fixture_receive(&fix);
    course->most_guest_reads = memory_most_reads(&fix.memory);
    fix.memory.after_read = NULL;
    course->registers = fix.registers;
    course->outcome = fix.outcome;
}

/* Over every row, with the scratch area in the page and elsewhere: how often the handler saw
 * something else, or a byte was read more than once. */
static unsigned findings_count(ghcb_handler handler)
{
    static const gpa_t places[] = {{0}, {0x8000000}};
    unsigned findings = 0;

    for (unsigned i = 0; i < fix.spec->table.row_count; i++)
        for (unsigned j = 0; j < 2; j++) {
            static struct course calm, rough;
            const struct ghcb_row *row = &fix.spec->table.row[i];

            course_run(row, places[j], handler, NULL, &calm);
            assert_ptr_equal(calm.seen.row, row);
            course_run(row, places[j], handler, all_changes, &rough);
            findings += calm.most_host_reads > 1 || calm.most_guest_reads > 1;
            findings += memcmp(&calm.seen, &rough.seen, sizeof calm.seen) != 0;
        }
    return findings;
}

static void no_byte_is_fetched_twice_and_changes_between_do_not_matter(void **unused)
{
    (void)unused;
    assert_int_equal(findings_count(handler_keep), 0);
}

static void a_handler_that_fetches_twice_is_caught(void **unused)
{
    (void)unused;
    assert_true(findings_count(handler_fetch_again) >= 2 * fix.spec->table.row_count);
}

/* The host answers, then changes the answer after the guest's first fetch. */
static void an_answer_that_changes_after_it_was_read_is_too_late(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < fix.spec->table.row_count; i++) {
        static uint8_t data[GHCB_BUFFER_BYTES];
        const struct ghcb_row *row = &fix.spec->table.row[i];
        struct ghcb_event event;
        struct ghcb_values calm;

        if (row->rule == GHCB_RULE_NEVER)
            continue;
        for (unsigned rough = 0; rough < 2; rough++) {
            registers_fill(&fix.registers);
            event = event_for(row, &fix.registers, data);
            assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
            assert_int_equal(ghcb_host_serve(&fix.host, SHARED_BASE, answer_all, NULL), STATUS_OK);
            fix.memory.after_read = rough ? all_changes : NULL;
            memory_forget(&fix.memory);
            assert_int_equal(fixture_receive(&fix), STATUS_OK);
            fix.memory.after_read = NULL;
            assert_int_equal(memory_most_reads(&fix.memory), 1);
            if (!rough)
                calm = fix.registers;
        }
        assert_memory_equal(&calm, &fix.registers, sizeof calm);
    }
}

/* Records what the host does to which page. */
struct psc_log {
    struct psc_service service;
    uint64_t page[PSC_ENTRY_MAX];
    unsigned count;
};

static enum status page_log(void *context, enum psc_operation operation, gpa_t page, uint64_t pages,
                            uint64_t *done)
{
    struct psc_log *log = context;

    (void)operation;
    log->page[log->count++] = page.v;
    *done = pages;
    return STATUS_OK;
}

/* While the host works on a list, another vcpu replaces all of it. */
static void a_list_that_changes_under_the_host_is_not_read_again(void **unused)
{
    struct psc_log log = {.service = {&fix.memory.seam, page_log, &log}};
    uint8_t data[PSC_LIST_BYTES];
    struct psc_list list = {0};
    struct ghcb_event event = {.code = GHCB_EXIT_PSC, .data = data};

    (void)unused;
    for (unsigned i = 0; i < PSC_ENTRY_MAX; i++)
        assert_int_equal(
            psc_list_add(&list, &(struct psc_entry){.page = i, .operation = PSC_SHARED}),
            STATUS_OK);
    event.data_bytes = psc_list_write(&list, data);
    assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
    fix.memory.after_read = all_changes;
    memory_forget(&fix.memory);
    assert_int_equal(ghcb_host_serve(&fix.host, SHARED_BASE, psc_serve, &log.service), STATUS_OK);
    assert_int_equal(memory_most_reads(&fix.memory), 1);
    assert_int_equal(log.count, PSC_ENTRY_MAX);
    for (unsigned i = 0; i < PSC_ENTRY_MAX; i++)
        assert_int_equal(log.page[i], (uint64_t)i << PAGE_SHIFT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_snp, close_snp)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_byte_is_fetched_twice_and_changes_between_do_not_matter),
        TEST(a_handler_that_fetches_twice_is_caught),
        TEST(an_answer_that_changes_after_it_was_read_is_too_late),
        TEST(a_list_that_changes_under_the_host_is_not_read_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
