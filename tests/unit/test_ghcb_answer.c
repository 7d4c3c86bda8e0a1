/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ghcb_answer.c — what a guest takes back from an exit through the GHCB, and what
 * it refuses. */
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

static void invalidate(unsigned field)
{
    unsigned quadword = ghcb_field_offset(field) / 8;

    fix.memory.byte[GHCB_BITMAP_OFFSET + quadword / 8] &= (uint8_t) ~(1u << quadword % 8);
}

/* The answer in the page, after the host served the row. */
static struct ghcb_page *served(const char *id)
{
    send_sound(id);
    assert_int_equal(ghcb_host_serve(&fix.host, SHARED_BASE, answer_all, NULL), STATUS_OK);
    return memory_page(&fix.memory);
}

static void expect_refused(enum ghcb_refusal why)
{
    struct ghcb_values before = fix.registers;

    assert_int_equal(fixture_receive(&fix), STATUS_DENIED);
    assert_int_equal(fix.why, why);
    assert_memory_equal(&before, &fix.registers, sizeof before);
    assert_int_equal(fixture_receive(&fix), STATUS_BAD_STATE); /* it was used up */
}

static void an_output_without_its_valid_bit_is_refused(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < fix.spec->table.row_count; i++)
        for (unsigned j = 0; j < fix.spec->table.row[i].out_count; j++) {
            (void)served(fix.spec->table.row[i].id);
            invalidate(fix.spec->table.row[i].out[j].field);
            expect_refused(GHCB_REFUSED_MISSING_OUTPUT);
        }
}

static void an_unknown_response_is_refused(void **unused)
{
    (void)unused;
    for (uint64_t response = 3; response != 0; response <<= 1) {
        if ((uint32_t)response == 0)
            break; /* the upper half means nothing */
        ghcb_page_put(served("CPUID"), GHCB_INFO1, response);
        expect_refused(GHCB_REFUSED_RESPONSE);
    }
}

static void only_gp_and_ud_may_be_injected(void **unused)
{
    uint64_t error = UINT64_C(0x12345678) << 32;

    (void)unused;
    for (unsigned vector = 0; vector < 256; vector++)
        for (unsigned type = 0; type < 8; type++)
            for (unsigned valid = 0; valid < 2; valid++) {
                struct ghcb_page *page = served("MSR.READ");
                struct ghcb_values before = fix.registers;

                ghcb_page_put(page, GHCB_INFO1, 1);
                ghcb_page_put(page, GHCB_INFO2,
                              error | valid << 31 | type << 8 | vector | (vector & 1) << 11);
                if (valid && type == 3 && (vector == 6 || vector == 13)) {
                    assert_int_equal(fixture_receive(&fix), STATUS_OK);
                    assert_true(fix.outcome.is_exception);
                    assert_int_equal(fix.outcome.vector, vector);
                    assert_int_equal(fix.outcome.has_error_code, vector & 1);
                    assert_int_equal(fix.outcome.error_code, vector & 1 ? 0x12345678 : 0);
                    assert_memory_equal(&before, &fix.registers, sizeof before);
                } else {
                    expect_refused(GHCB_REFUSED_EXCEPTION);
                }
            }
}

static void an_exit_without_an_instruction_takes_no_exception(void **unused)
{
    struct ghcb_page *page = served("PSC");

    (void)unused;
    ghcb_page_put(page, GHCB_INFO1, 1);
    ghcb_page_put(page, GHCB_INFO2, UINT64_C(0x80000000) | 3 << 8 | 13);
    expect_refused(GHCB_REFUSED_EXCEPTION_HERE);
}

static void port_read(unsigned size_flag, uint64_t expected)
{
    struct ghcb_event event = {.code = GHCB_EXIT_IOIO,
                               .info1 = UINT64_C(0x60) << 16 | size_flag | IOIO_IN};

    fix.registers.of[GHCB_RAX] = UINT64_C(0x1111111111111111);
    assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
    assert_int_equal(ghcb_host_serve(&fix.host, SHARED_BASE, answer_all, NULL), STATUS_OK);
    ghcb_page_put(memory_page(&fix.memory), GHCB_RAX, UINT64_C(0xAABBCCDDEEFF7788));
    assert_int_equal(fixture_receive(&fix), STATUS_OK);
    assert_int_equal(fix.registers.of[GHCB_RAX], expected);
}

static void a_port_read_changes_as_many_bytes_as_it_has(void **unused)
{
    (void)unused;
    port_read(IOIO_SIZE8, UINT64_C(0x1111111111111188));
    port_read(IOIO_SIZE16, UINT64_C(0x1111111111117788));
    port_read(IOIO_SIZE32, UINT64_C(0x00000000EEFF7788)); /* as any 32-bit result */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_snp, close_snp)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_output_without_its_valid_bit_is_refused),
        TEST(an_unknown_response_is_refused),
        TEST(only_gp_and_ud_may_be_injected),
        TEST(an_exit_without_an_instruction_takes_no_exception),
        TEST(a_port_read_changes_as_many_bytes_as_it_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
