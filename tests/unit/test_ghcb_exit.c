/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ghcb_exit.c — an exit through the GHCB and back: what leaves, and what the host
 * refuses. What the guest takes back is in test_ghcb_answer.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ghcb_fixture.h"

static struct ghcb_fixture fix; /* 30 KB */

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

static void send_sound(const char *id)
{
    static uint8_t data[GHCB_BUFFER_BYTES];
    const struct ghcb_row *row = ghcb_row_by_id(fix.guest.spec, id);
    struct ghcb_event event;

    assert_non_null(row);
    event = event_for(row, &fix.registers, data);
    assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
    assert_ptr_equal(fix.guest.pending, row);
}

/* The valid bits are those of the request and of the row's fields, and no other. */
static void expect_valid_bits(const struct ghcb_row *row)
{
    struct ghcb_page expected;

    ghcb_page_clear(&expected, GHCB_VERSION_SNP);
    ghcb_page_put(&expected, GHCB_EXIT_CODE, 0);
    ghcb_page_put(&expected, GHCB_INFO1, 0);
    ghcb_page_put(&expected, GHCB_INFO2, 0);
    if (row->data != GHCB_DATA_NONE)
        ghcb_page_put(&expected, GHCB_SCRATCH, 0);
    for (unsigned i = 0; i < row->in_count; i++)
        ghcb_page_put(&expected, row->in[i].field, 0);
    assert_memory_equal(fix.memory.byte + GHCB_BITMAP_OFFSET, expected.byte + GHCB_BITMAP_OFFSET,
                        GHCB_BITMAP_BYTES);
}

static void every_row_makes_the_way_there_and_back(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < fix.spec->table.row_count; i++) {
        const struct ghcb_row *row = &fix.spec->table.row[i];
        struct ghcb_values before;

        registers_fill(&fix.registers);
        send_sound(row->id);
        expect_valid_bits(row);
        before = fix.registers;
        assert_int_equal(ghcb_host_serve(&fix.host, SHARED_BASE, answer_all, NULL), STATUS_OK);
        if (row->rule == GHCB_RULE_NEVER) {
            assert_int_equal(fixture_receive(&fix), STATUS_DENIED);
            assert_int_equal(fix.why, GHCB_REFUSED_CAME_BACK);
            continue;
        }
        assert_int_equal(fixture_receive(&fix), STATUS_OK);
        for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++) {
            const struct ghcb_item *out = ghcb_item_find(row->out, row->out_count, field);
            uint64_t given = UINT64_C(0x8080808080808080) + field;

            if (out && field != GHCB_INFO2 && out->narrow == GHCB_NARROW_NONE)
                assert_int_equal(fix.registers.of[field], given & out->mask);
            else if (!out)
                assert_int_equal(fix.registers.of[field], before.of[field]);
        }
        if (row->data == GHCB_DATA_TO_GUEST)
            assert_int_equal(fix.outcome.data[fix.outcome.data_bytes - 1], 0xD5);
        assert_int_equal(fix.outcome.info2, ghcb_item_find(row->out, row->out_count, GHCB_INFO2)
                                                ? UINT64_C(0x1122334455667788)
                                                : 0);
    }
}

/* A request that stands in shared memory gets this answer. */
static void expect_error(enum ghcb_error expected)
{
    bool is_last = fix.guest.pending->rule == GHCB_RULE_NEVER;
    struct ghcb_request request;
    enum ghcb_error error;

    assert_int_equal(ghcb_host_take(&fix.host, SHARED_BASE, &request, &error),
                     expected ? STATUS_DENIED : STATUS_OK);
    assert_int_equal(error, expected);
    assert_int_equal(ghcb_host_serve(&fix.host, SHARED_BASE, answer_all, NULL), STATUS_OK);
    if (!expected)
        return;
    assert_int_equal(fixture_receive(&fix), STATUS_DENIED);
    assert_int_equal(fix.why, is_last ? GHCB_REFUSED_CAME_BACK : GHCB_REFUSED_MALFORMED);
    assert_int_equal(fix.outcome.info2, is_last ? 0 : expected);
}

static void invalidate(unsigned field)
{
    unsigned quadword = ghcb_field_offset(field) / 8;

    fix.memory.byte[GHCB_BITMAP_OFFSET + quadword / 8] &= (uint8_t) ~(1u << quadword % 8);
}

static void a_page_that_is_not_registered_is_refused(void **unused)
{
    (void)unused;
    send_sound("WBINVD");
    fix.host.is_registered = false;
    expect_error(GHCB_ERROR_NOT_REGISTERED);
    send_sound("WBINVD");
    fix.host.is_registered = true;
    fix.host.registered = OTHER_BASE;
    expect_error(GHCB_ERROR_NOT_REGISTERED);
}

static void another_usage_or_version_is_refused(void **unused)
{
    (void)unused;
    send_sound("WBINVD");
    fix.memory.byte[GHCB_USAGE_OFFSET + 3] = 1;
    expect_error(GHCB_ERROR_USAGE);
    send_sound("WBINVD");
    fix.memory.byte[GHCB_VERSION_OFFSET] = 3;
    expect_error(GHCB_ERROR_INPUT);
    send_sound("WBINVD");
    fix.memory.byte[GHCB_VERSION_OFFSET] = 1;
    expect_error(GHCB_ERROR_INPUT);
}

static void every_input_of_every_row_is_required(void **unused)
{
    static const uint8_t always[] = {GHCB_EXIT_CODE, GHCB_INFO1, GHCB_INFO2};

    (void)unused;
    for (unsigned i = 0; i < fix.spec->table.row_count; i++) {
        const struct ghcb_row *row = &fix.spec->table.row[i];

        for (unsigned j = 0; j < sizeof always; j++) {
            send_sound(row->id);
            invalidate(always[j]);
            expect_error(GHCB_ERROR_MISSING_INPUT);
        }
        for (unsigned j = 0; j < row->in_count; j++) {
            send_sound(row->id);
            invalidate(row->in[j].field);
            expect_error(GHCB_ERROR_MISSING_INPUT);
        }
        if (row->data == GHCB_DATA_NONE)
            continue;
        send_sound(row->id);
        invalidate(GHCB_SCRATCH);
        expect_error(GHCB_ERROR_MISSING_INPUT);
    }
}

static void an_unknown_event_and_unknown_info_are_told_apart(void **unused)
{
    (void)unused;
    send_sound("WBINVD");
    ghcb_page_put(memory_page(&fix.memory), GHCB_EXIT_CODE, 0x28);
    expect_error(GHCB_ERROR_EVENT);
    send_sound("WBINVD");
    ghcb_page_put(memory_page(&fix.memory), GHCB_EXIT_CODE, UINT64_C(0x100000089));
    expect_error(GHCB_ERROR_EVENT);
    send_sound("WBINVD");
    ghcb_page_put(memory_page(&fix.memory), GHCB_INFO1, 1);
    expect_error(GHCB_ERROR_INPUT);
    send_sound("MSR.READ");
    ghcb_page_put(memory_page(&fix.memory), GHCB_INFO1, 2);
    expect_error(GHCB_ERROR_INPUT);
    send_sound("IOIO.OUT");
    ghcb_page_put(memory_page(&fix.memory), GHCB_INFO1, 0x03F80030);
    expect_error(GHCB_ERROR_INPUT);
}

static void scratch_at(uint64_t gpa, uint64_t length, enum ghcb_error expected)
{
    send_sound("MMIO.WRITE");
    ghcb_page_put(memory_page(&fix.memory), GHCB_SCRATCH, gpa);
    ghcb_page_put(memory_page(&fix.memory), GHCB_INFO2, length);
    expect_error(expected);
    fix.guest.pending = NULL;
}

static void the_scratch_area_lies_in_the_buffer_or_in_other_shared_memory(void **unused)
{
    uint64_t page = SHARED_BASE.v, buffer = page + GHCB_BUFFER_OFFSET;

    (void)unused;
    scratch_at(buffer, 8, GHCB_ERROR_NONE);
    scratch_at(buffer, GHCB_BUFFER_BYTES, GHCB_ERROR_NONE);
    scratch_at(buffer + GHCB_BUFFER_BYTES - 8, 8, GHCB_ERROR_NONE);
    scratch_at(OTHER_BASE.v, 64, GHCB_ERROR_NONE);
    scratch_at(buffer + GHCB_BUFFER_BYTES - 7, 8, GHCB_ERROR_SCRATCH);
    scratch_at(buffer - 1, 8, GHCB_ERROR_SCRATCH);
    scratch_at(page, 8, GHCB_ERROR_SCRATCH);
    scratch_at(page - 4, 8, GHCB_ERROR_SCRATCH); /* runs into the page from before it */
    scratch_at(page + PAGE_SIZE - 4, 8, GHCB_ERROR_SCRATCH);
    scratch_at(buffer, GHCB_BUFFER_BYTES + 1, GHCB_ERROR_SCRATCH);
    scratch_at(buffer, 0x800, GHCB_ERROR_INPUT); /* no length of this row */
    scratch_at(buffer, 0, GHCB_ERROR_SCRATCH);
    scratch_at(0, 8, GHCB_ERROR_SCRATCH);
    scratch_at(UINT64_MAX - 3, 8, GHCB_ERROR_SCRATCH);
    scratch_at(UINT64_C(0xFFFF000000000000), 8, GHCB_ERROR_SCRATCH); /* memory says no */
}

static void the_host_sees_what_the_row_shows_and_nothing_else(void **unused)
{
    struct ghcb_request request;
    enum ghcb_error error;

    (void)unused;
    send_sound("CPUID");
    /* A guest that puts more into the page than the row asks for. */
    ghcb_page_put(memory_page(&fix.memory), GHCB_R15, 0x1515);
    ghcb_page_put(memory_page(&fix.memory), GHCB_RBX, 0xB0B0);
    ghcb_page_put(memory_page(&fix.memory), GHCB_RCX, UINT64_C(0x9999999900000002));
    assert_int_equal(ghcb_host_take(&fix.host, SHARED_BASE, &request, &error), STATUS_OK);
    assert_int_equal(request.view.of[GHCB_R15], 0);
    assert_int_equal(request.view.of[GHCB_RBX], 0);
    assert_int_equal(request.view.of[GHCB_RCX], 2);
}

static void a_port_write_hands_out_as_many_bytes_as_it_has(void **unused)
{
    static const unsigned flags[] = {IOIO_SIZE8, IOIO_SIZE16, IOIO_SIZE32};

    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        struct ghcb_event event = {.code = GHCB_EXIT_IOIO, .info1 = flags[i]};

        fix.registers.of[GHCB_RAX] = UINT64_C(0x8877665544332211);
        assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
        assert_int_equal(ghcb_page_get(memory_page(&fix.memory), GHCB_RAX),
                         UINT64_C(0x8877665544332211) & width_mask(1u << i));
        fix.guest.pending = NULL;
    }
}

static void an_event_that_cannot_be_sent_leaves_shared_memory_alone(void **unused)
{
    uint8_t data[GHCB_BUFFER_BYTES + 1] = {0};
    struct ghcb_event unknown = {.code = 0x28}, sizeless = {.code = GHCB_EXIT_IOIO};
    struct ghcb_event zero = {.code = GHCB_EXIT_MMIO_READ};
    struct ghcb_event long_list = {.code = GHCB_EXIT_PSC, .data = data, .data_bytes = sizeof data};
    struct ghcb_event short_data = {
        .code = GHCB_EXIT_MMIO_WRITE, .info2 = 8, .data = data, .data_bytes = 4};
    struct ghcb_event many = {.code = GHCB_EXIT_IOIO,
                              .info1 = IOIO_STRING | IOIO_IN | IOIO_SIZE32,
                              .info2 = UINT64_C(1) << 62};

    (void)unused;
    assert_int_equal(fixture_send(&fix, &unknown), STATUS_DENIED);
    assert_int_equal(fix.why, GHCB_REFUSED_NO_ROW);
    assert_int_equal(fixture_send(&fix, &sizeless), STATUS_DENIED);
    assert_int_equal(fix.why, GHCB_REFUSED_IOIO_WORD);
    assert_int_equal(fixture_send(&fix, &zero), STATUS_DENIED);
    assert_int_equal(fix.why, GHCB_REFUSED_LENGTH);
    assert_int_equal(fixture_send(&fix, &long_list), STATUS_DENIED);
    assert_int_equal(fix.why, GHCB_REFUSED_LENGTH);
    assert_int_equal(fixture_send(&fix, &short_data), STATUS_DENIED);
    assert_int_equal(fix.why, GHCB_REFUSED_LENGTH);
    assert_int_equal(fixture_send(&fix, &many), STATUS_DENIED);
    assert_int_equal(fix.why, GHCB_REFUSED_LENGTH);
    assert_int_equal(fix.memory.write_calls, 0);
    assert_null(fix.guest.pending);
}

static void nothing_of_an_earlier_exit_is_left_in_the_page(void **unused)
{
    (void)unused;
    send_sound("MSR.WRITE");
    assert_int_equal(ghcb_host_serve(&fix.host, SHARED_BASE, answer_all, NULL), STATUS_OK);
    assert_int_equal(fixture_receive(&fix), STATUS_OK);
    memset(fix.memory.byte, 0xEE, PAGE_SIZE); /* whatever the host left there */
    send_sound("WBINVD");
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        if (field != GHCB_EXIT_CODE) {
            assert_int_equal(ghcb_page_get(memory_page(&fix.memory), field), 0);
        }
    assert_int_equal(fix.memory.byte[GHCB_BUFFER_OFFSET], 0);
}

static void a_second_exit_waits_for_the_first(void **unused)
{
    struct ghcb_event event = {.code = 0x89};

    (void)unused;
    assert_int_equal(fixture_receive(&fix), STATUS_BAD_STATE);
    assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
    assert_int_equal(fixture_send(&fix, &event), STATUS_BAD_STATE);
}

static void memory_that_fails_at_any_call_is_reported(void **unused)
{
    (void)unused;
    for (unsigned at = 1;; at++) {
        static uint8_t data[16];
        struct ghcb_event event = {
            .code = GHCB_EXIT_MMIO_READ, .info2 = 8, .scratch = OTHER_BASE, .data = data};
        struct ghcb_values before = fix.registers;
        enum status sent, serviced = STATUS_OK, received = STATUS_OK;

        fix.guest.pending = NULL;
        memory_forget(&fix.memory);
        fix.memory.fail_at = at;
        sent = fixture_send(&fix, &event);
        if (sent == STATUS_OK)
            serviced = ghcb_host_serve(&fix.host, SHARED_BASE, answer_all, NULL);
        if (sent == STATUS_OK && serviced == STATUS_OK)
            received = fixture_receive(&fix);
        if (fix.memory.read_calls + fix.memory.write_calls < at) {
            assert_int_equal(received, STATUS_OK);
            assert_true(at > 6);
            break;
        }
        assert_true(sent != STATUS_OK || serviced != STATUS_OK || received != STATUS_OK);
        assert_memory_equal(&before, &fix.registers, sizeof before);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_snp, close_snp)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_row_makes_the_way_there_and_back),
        TEST(a_page_that_is_not_registered_is_refused),
        TEST(another_usage_or_version_is_refused),
        TEST(every_input_of_every_row_is_required),
        TEST(an_unknown_event_and_unknown_info_are_told_apart),
        TEST(the_scratch_area_lies_in_the_buffer_or_in_other_shared_memory),
        TEST(the_host_sees_what_the_row_shows_and_nothing_else),
        TEST(a_port_write_hands_out_as_many_bytes_as_it_has),
        TEST(an_event_that_cannot_be_sent_leaves_shared_memory_alone),
        TEST(nothing_of_an_earlier_exit_is_left_in_the_page),
        TEST(a_second_exit_waits_for_the_first),
        TEST(memory_that_fails_at_any_call_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
