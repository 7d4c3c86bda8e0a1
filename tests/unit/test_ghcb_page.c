/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_ghcb_page.c — the layout of the GHCB, the row of an exit, the CPUID page, the #HV
 * doorbell. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ghcb/cpuid_page.h"
#include "ghcb/doorbell.h"
#include "ghcb_fixture.h"

/* The offsets a second time, by name: Linux struct ghcb_save_area. */
static const struct {
    const char *name;
    unsigned offset;
} layout[] = {
    {"cpl", 0x0CB},   {"xss", 0x140},     {"dr7", 0x160},  {"rax", 0x1F8},  {"rcx", 0x308},
    {"rdx", 0x310},   {"rbx", 0x318},     {"rbp", 0x328},  {"rsi", 0x330},  {"rdi", 0x338},
    {"r8", 0x340},    {"r9", 0x348},      {"r10", 0x350},  {"r11", 0x358},  {"r12", 0x360},
    {"r13", 0x368},   {"r14", 0x370},     {"r15", 0x378},  {"code", 0x390}, {"info1", 0x398},
    {"info2", 0x3A0}, {"scratch", 0x3A8}, {"xcr0", 0x3E8},
};

static void every_field_lies_where_the_save_area_has_it(void **unused)
{
    (void)unused;
    assert_int_equal(sizeof layout / sizeof layout[0], GHCB_FIELD_COUNT);
    for (unsigned i = 0; i < GHCB_FIELD_COUNT; i++) {
        int field = ghcb_field_by_name(layout[i].name);

        assert_true(field >= 0);
        assert_string_equal(ghcb_field_name((unsigned)field), layout[i].name);
        assert_int_equal(ghcb_field_offset((unsigned)field), layout[i].offset);
    }
    assert_int_equal(ghcb_field_by_name("rsp"), -1);
}

static void a_field_sets_its_bytes_and_its_valid_bit_and_nothing_else(void **unused)
{
    (void)unused;
    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++) {
        struct ghcb_page page;
        unsigned size_bytes = ghcb_field_bytes(field), set = 0;

        ghcb_page_clear(&page, GHCB_VERSION_SNP);
        assert_int_equal(ghcb_page_version(&page), 2);
        assert_int_equal(ghcb_page_usage(&page), 0);
        ghcb_page_put(&page, field, UINT64_MAX);
        assert_true(ghcb_page_is_valid(&page, field));
        assert_int_equal(ghcb_page_get(&page, field), width_mask(size_bytes));
        for (unsigned i = 0; i < PAGE_SIZE; i++)
            set += (unsigned)__builtin_popcount(page.byte[i]);
        assert_int_equal(set, 8 * size_bytes + 1 + 1); /* value, valid bit, version 2 */
        assert_int_equal(
            page.byte[0x3F0 + layout[field].offset / 64] >> (layout[field].offset / 8 % 8) & 1, 1);
    }
}

static void an_ioio_word_gives_one_size_or_none(void **unused)
{
    (void)unused;
    assert_int_equal(ioio_bytes(0x03F80010), 1);
    assert_int_equal(ioio_bytes(0x03F80021), 2);
    assert_int_equal(ioio_bytes(0x03F80040), 4);
    assert_int_equal(ioio_bytes(0x03F80000), 0);
    assert_int_equal(ioio_bytes(0x03F80030), 0);
    assert_int_equal(ioio_bytes(0x03F80070), 0);
}

static void expect_row(const struct ghcb_exposure *spec, uint64_t code, uint64_t info1,
                       uint64_t rax, uint64_t rcx, const char *id)
{
    struct ghcb_values values = {{0}};
    const struct ghcb_row *row;

    values.of[GHCB_EXIT_CODE] = code;
    values.of[GHCB_INFO1] = info1;
    values.of[GHCB_RAX] = rax;
    values.of[GHCB_RCX] = rcx;
    row = ghcb_row_find(spec, &values);
    if (!id)
        assert_null(row);
    else
        assert_string_equal(row->id, id);
}

static void an_exit_finds_its_row(void **unused)
{
    struct ghcb_spec *spec = ghcb_spec_open("snp-ghcb", NULL, NULL);
    const struct ghcb_exposure *table = &spec->table;

    (void)unused;
    expect_row(table, 0x72, 0, 1, 0, "CPUID");
    expect_row(table, 0x72, 0, 0xD, 0, "CPUID.XSTATE");
    expect_row(table, 0x72, 0, 0xD, 1, "CPUID.XSAVES");
    expect_row(table, 0x72, 0, UINT64_C(0x50000000D), 1, "CPUID.XSAVES"); /* EAX decides */
    expect_row(table, 0x7B, 0x03F80010, 0, 0, "IOIO.OUT");
    expect_row(table, 0x7B, 0x03F80011, 0, 0, "IOIO.IN");
    expect_row(table, 0x7B, 0x03F8001C, 0, 0, "IOIO.OUTS");
    expect_row(table, 0x7B, 0x03F8001D, 0, 0, "IOIO.INS");
    expect_row(table, 0x7C, 0, 0, 0, "MSR.READ");
    expect_row(table, 0x7C, 1, 0, 0, "MSR.WRITE");
    expect_row(table, 0x7C, 2, 0, 0, NULL);
    expect_row(table, 0x80000013, UINT64_C(0x700010002), 0, 0, "AP.DESTROY");
    expect_row(table, 0x80000013, 3, 0, 0, NULL);
    expect_row(table, 0x28, 0, 0, 0, NULL);
    ghcb_spec_close(spec);
}

static void cpuid_entry(uint8_t *page, unsigned index, const uint64_t in[4], uint32_t first)
{
    uint8_t *entry = page + CPUID_ENTRIES_OFFSET + index * CPUID_ENTRY_BYTES;

    wire_store(entry, in[0], 4);
    wire_store(entry + 4, in[1], 4);
    wire_store(entry + 8, in[2], 8);
    wire_store(entry + 16, in[3], 8);
    for (unsigned i = 0; i < 4; i++)
        wire_store(entry + 24 + 4 * i, first + i, 4);
    wire_store(page, index + 1, 4);
}

static void the_cpuid_page_answers_what_it_lists(void **unused)
{
    uint8_t page[CPUID_PAGE_BYTES] = {0};
    struct cpuid_answer answer;

    (void)unused;
    cpuid_entry(page, 0, (const uint64_t[4]){1, 0, 0, 0}, 100);
    cpuid_entry(page, 1, (const uint64_t[4]){0xD, 1, 7, 0x1800}, 200);
    answer = cpuid_page_find(page, 1, 0, 3, 4);
    assert_int_equal(answer.eax, 100);
    assert_int_equal(answer.ebx, 101);
    assert_int_equal(answer.ecx, 102);
    assert_int_equal(answer.edx, 103);
    assert_int_equal(cpuid_page_find(page, 0xD, 1, 7, 0x1800).eax, 200);
    assert_int_equal(cpuid_page_find(page, 0xD, 1, 7, 0).eax, 0);
    assert_int_equal(cpuid_page_find(page, 0xD, 1, 3, 0x1800).eax, 0);
    assert_int_equal(cpuid_page_find(page, 2, 0, 0, 0).eax, 0);
    wire_store(page, UINT32_MAX, 4); /* a count that lies does not lead out of the page */
    assert_int_equal(cpuid_page_find(page, 0x40000000, 9, 0, 0).edx, 0);
}

static void a_doorbell_is_read_once_and_cleared(void **unused)
{
    static struct ghcb_fixture fix;
    struct doorbell_events events;

    (void)unused;
    fixture_open(&fix, "snp-ghcb");
    memcpy(fix.memory.byte + PAGE_SIZE, "\x41\x83\x01\x02\x99", 5);
    assert_int_equal(doorbell_take(&fix.memory.seam, OTHER_BASE, &events), STATUS_OK);
    assert_int_equal(events.vector, 0x41);
    assert_true(events.has_nmi && events.has_machine_check && events.no_further_signal);
    assert_true(events.no_eoi);
    assert_int_equal(events.vmpl_events, 2);
    assert_memory_equal(fix.memory.byte + PAGE_SIZE, "\0\0\0\0\x99", 5);
    assert_int_equal(memory_most_reads(&fix.memory), 1);
    assert_int_equal(doorbell_take(&fix.memory.seam, (gpa_t){0}, &events), STATUS_BAD_ADDRESS);
    fixture_close(&fix);
}

static void with_restricted_injection_only_vector_28_is_injected(void **unused)
{
    (void)unused;
    for (unsigned vector = 0; vector < 256; vector++) {
        assert_int_equal(doorbell_check_injection(0x1, (uint8_t)vector), STATUS_OK);
        assert_int_equal(doorbell_check_injection(0x9, (uint8_t)vector),
                         vector == 28 ? STATUS_OK : STATUS_DENIED);
        assert_int_equal(doorbell_check_injection(0x19, (uint8_t)vector), STATUS_BAD_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_lies_where_the_save_area_has_it),
        cmocka_unit_test(a_field_sets_its_bytes_and_its_valid_bit_and_nothing_else),
        cmocka_unit_test(an_ioio_word_gives_one_size_or_none),
        cmocka_unit_test(an_exit_finds_its_row),
        cmocka_unit_test(the_cpuid_page_answers_what_it_lists),
        cmocka_unit_test(a_doorbell_is_read_once_and_cleared),
        cmocka_unit_test(with_restricted_injection_only_vector_28_is_injected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
