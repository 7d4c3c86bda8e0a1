/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ghcb_defences.c — each defence of a guest beyond the table: the attack works
 * without it, and is refused with it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ghcb/opcode.h"
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

/* The event is refused with this reason, and with nothing written. */
static void expect_stopped(const struct ghcb_event *event, enum ghcb_refusal why)
{
    memory_forget(&fix.memory);
    fix.guest.pending = NULL;
    assert_int_equal(fixture_send(&fix, event), STATUS_DENIED);
    assert_int_equal(fix.why, why);
    assert_int_equal(fix.memory.write_calls, 0);
}

static void expect_passes(const struct ghcb_event *event)
{
    fix.guest.pending = NULL;
    assert_int_equal(fixture_send(&fix, event), STATUS_OK);
}

/* WeSee: the host injects vector 29 with exit code VMMCALL while the guest runs something else, and
 * so gets RAX; or with MMIO read, and so writes a register. */
static void an_injected_vc_with_a_false_exit_code_is_refused(void **unused)
{
    struct ghcb_event event = {.code = 0x81, .opcode = {0x48, 0x89, 0xC3}, .opcode_bytes = 3};

    (void)unused;
    expect_passes(&event);
    assert_int_equal(ghcb_page_get(memory_page(&fix.memory), GHCB_RAX),
                     fix.registers.of[GHCB_RAX]); /* leaked */
    fix.guest.defences.opcode = true;
    expect_stopped(&event, GHCB_REFUSED_OPCODE);
    memcpy(event.opcode, "\x0F\x01\xD9", 3);
    expect_passes(&event);
}

static void expect_fits(const char *opcode, unsigned size_bytes, uint64_t code, uint64_t info1)
{
    assert_true(opcode_fits((const uint8_t *)opcode, size_bytes, code, info1));
    for (unsigned cut = 0; cut < size_bytes; cut++)
        assert_false(opcode_fits((const uint8_t *)opcode, cut, code, info1));
}

static void every_instruction_fits_its_own_exit_code_only(void **unused)
{
    static const struct {
        const char *opcode;
        uint8_t size_bytes, code;
    } forms[] = {
        {"\x0F\x21", 2, 0x27},     {"\x0F\x23", 2, 0x37},     {"\x0F\x31", 2, 0x6E},
        {"\x0F\x33", 2, 0x6F},     {"\x0F\xA2", 2, 0x72},     {"\x0F\x08", 2, 0x76},
        {"\x0F\x32", 2, 0x7C},     {"\x0F\x01\xD9", 3, 0x81}, {"\x0F\x01\xF9", 3, 0x87},
        {"\x0F\x09", 2, 0x89},     {"\x0F\x01\xC8", 3, 0x8A}, {"\x0F\x01\xFA", 3, 0x8A},
        {"\x0F\x01\xC9", 3, 0x8B}, {"\x0F\x01\xFB", 3, 0x8B},
    };
    enum { FORMS = sizeof forms / sizeof forms[0] };

    (void)unused;
    for (unsigned i = 0; i < FORMS; i++) {
        expect_fits(forms[i].opcode, forms[i].size_bytes, forms[i].code, 0);
        for (unsigned j = 0; j < FORMS; j++)
            assert_int_equal(opcode_fits((const uint8_t *)forms[i].opcode, forms[i].size_bytes,
                                         forms[j].code, 0),
                             forms[i].code == forms[j].code);
    }
    expect_fits("\x0F\x30", 2, 0x7C, 1);
    assert_false(opcode_fits((const uint8_t *)"\x0F\x30", 2, 0x7C, 0)); /* WRMSR is no RDMSR */
    expect_fits("\x66\x2E\x41\x0F\xA2", 5, 0x72, 0);                    /* prefixes, REX */
    assert_false(opcode_fits((const uint8_t *)"\x41\x41\x0F\xA2", 4, 0x72, 0));
}

static void a_port_instruction_fits_direction_size_and_form(void **unused)
{
    (void)unused;
    expect_fits("\xEC", 1, GHCB_EXIT_IOIO, IOIO_IN | IOIO_SIZE8);
    expect_fits("\xE4", 1, GHCB_EXIT_IOIO, IOIO_IN | IOIO_SIZE8);
    expect_fits("\xED", 1, GHCB_EXIT_IOIO, IOIO_IN | IOIO_SIZE32);
    expect_fits("\x66\xED", 2, GHCB_EXIT_IOIO, IOIO_IN | IOIO_SIZE16);
    expect_fits("\xEE", 1, GHCB_EXIT_IOIO, IOIO_SIZE8);
    expect_fits("\xE7", 1, GHCB_EXIT_IOIO, IOIO_SIZE32);
    expect_fits("\x6E", 1, GHCB_EXIT_IOIO, IOIO_STRING | IOIO_SIZE8);
    expect_fits("\xF3\x6D", 2, GHCB_EXIT_IOIO, IOIO_STRING | IOIO_REP | IOIO_IN | IOIO_SIZE32);
    assert_false(opcode_fits((const uint8_t *)"\xEC", 1, GHCB_EXIT_IOIO, IOIO_SIZE8));
    assert_false(opcode_fits((const uint8_t *)"\xEE", 1, GHCB_EXIT_IOIO, IOIO_SIZE32));
    assert_false(opcode_fits((const uint8_t *)"\x6E", 1, GHCB_EXIT_IOIO,
                             IOIO_STRING | IOIO_REP | IOIO_SIZE8));
    assert_false(opcode_fits((const uint8_t *)"\xEE", 1, GHCB_EXIT_IOIO, IOIO_STRING | IOIO_SIZE8));
    assert_false(opcode_fits((const uint8_t *)"\x90", 1, GHCB_EXIT_IOIO, IOIO_SIZE8));
}

static void cpuid_is_answered_from_the_checked_page(void **unused)
{
    static uint8_t page[CPUID_PAGE_BYTES];
    struct ghcb_event event = {.code = GHCB_EXIT_CPUID, .opcode = {0x0F, 0xA2}, .opcode_bytes = 2};

    (void)unused;
    wire_store(page, 1, 4);
    wire_store(page + CPUID_ENTRIES_OFFSET, 7, 4);
    for (unsigned i = 0; i < 4; i++)
        wire_store(page + CPUID_ENTRIES_OFFSET + 24 + 4 * i, 0x70 + i, 4);
    fix.guest.cpuid = page;
    fix.guest.defences.cpuid = true;
    fix.registers.of[GHCB_RAX] = UINT64_C(0xDEAD00000007);
    fix.registers.of[GHCB_RCX] = 0;
    assert_int_equal(fixture_send(&fix, &event), STATUS_OK);
    assert_null(fix.guest.pending);
    assert_int_equal(fix.memory.write_calls, 0);
    assert_int_equal(fix.registers.of[GHCB_RAX], 0x70);
    assert_int_equal(fix.registers.of[GHCB_RBX], 0x71);
    assert_int_equal(fix.registers.of[GHCB_RCX], 0x72);
    assert_int_equal(fix.registers.of[GHCB_RDX], 0x73);
    fix.guest.defences.cpuid = false;
    expect_passes(&event);
    assert_non_null(fix.guest.pending); /* the host would be asked */
}

/* 0x9000000 to 0x9000FFF is private. */
static bool page_is_private(void *context, gpa_t where)
{
    (void)context;
    return where.v == 0x9000000;
}

/* The host unmaps a page of the guest: the access turns up as MMIO, and its data would go out. */
static void mmio_to_a_private_page_is_refused(void **unused)
{
    uint8_t secret[8] = "secret!";
    struct ghcb_event event = {.code = GHCB_EXIT_MMIO_WRITE,
                               .info1 = 0x9000FF8,
                               .info2 = 8,
                               .data = secret,
                               .data_bytes = 8};

    (void)unused;
    fix.guest.is_private = page_is_private;
    expect_passes(&event);
    assert_memory_equal(fix.memory.byte + GHCB_BUFFER_OFFSET, "secret!", 7); /* leaked */
    fix.guest.defences.mmio = true;
    expect_stopped(&event, GHCB_REFUSED_MMIO);
    event.info1 = 0x8FFFFFC; /* begins before it */
    expect_stopped(&event, GHCB_REFUSED_MMIO);
    event.info1 = 0xFEE00000;
    expect_passes(&event);
}

static void rdtsc_is_refused_with_secure_tsc(void **unused)
{
    struct ghcb_event tsc = {.code = GHCB_EXIT_RDTSC}, tscp = {.code = GHCB_EXIT_RDTSCP};

    (void)unused;
    expect_passes(&tsc);
    fix.guest.defences.tsc = true;
    expect_stopped(&tsc, GHCB_REFUSED_TSC);
    expect_stopped(&tscp, GHCB_REFUSED_TSC);
}

static void a_scratch_area_in_private_memory_is_refused(void **unused)
{
    uint8_t data[16] = {0};
    struct ghcb_event event = {.code = GHCB_EXIT_MMIO_READ,
                               .info1 = 0xFEE00000,
                               .info2 = 16,
                               .scratch = {0x9000010},
                               .data = data};

    (void)unused;
    fix.guest.is_private = page_is_private;
    expect_passes(&event); /* the host's answer would land in private memory */
    fix.guest.defences.scratch = true;
    expect_stopped(&event, GHCB_REFUSED_SCRATCH);
    event.scratch.v = 0x8FFFFF8; /* ends in it */
    expect_stopped(&event, GHCB_REFUSED_SCRATCH);
    event.scratch = OTHER_BASE;
    expect_passes(&event);
    event.scratch.v = 0;
    expect_passes(&event);
}

static void every_refusal_has_words(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < GHCB_REFUSAL_COUNT; i++)
        assert_true(strlen(ghcb_refusal_name(i)) > 5);
    assert_string_equal(ghcb_error_name(GHCB_ERROR_EVENT), "invalid event");
    assert_string_equal(ghcb_error_name(7), "unknown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_snp, close_snp)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_injected_vc_with_a_false_exit_code_is_refused),
        TEST(every_instruction_fits_its_own_exit_code_only),
        TEST(a_port_instruction_fits_direction_size_and_form),
        TEST(cpuid_is_answered_from_the_checked_page),
        TEST(mmio_to_a_private_page_is_refused),
        TEST(rdtsc_is_refused_with_secure_tsc),
        TEST(a_scratch_area_in_private_memory_is_refused),
        TEST(every_refusal_has_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
