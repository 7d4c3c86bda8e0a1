/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hosts_cove.c — KVM as CoVE host, on the shared page. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "test_hosts_fixture.h"

enum { EID_DBCN = 0x4442434E, EID_COVG = 0x434F5647, EID_TIME = 0x54494D45 };

static void a_load_lands_raw_in_the_slot_of_the_register(void **unused)
{
    const unsigned regs[] = {REG_A0, 1, 31};

    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        struct fixture fix =
            fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(0, regs[i]));

        fix.log.device_value = 0xFFFF80;
        assert_answered(fixture_run_page(&fix, "cove"));
        assert_int_equal(fix.page.scratch[regs[i]], 0x80);
        assert_int_equal(fix.log.width_bytes, 1);
    }
}

static void a_store_takes_the_slot_and_writes_no_slot(void **unused)
{
    struct fixture fix =
        fixture_fault(EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE, insn_store(1, REG_A0));

    (void)unused;
    fixture_set_reg(&fix, REG_A0, 0x12345678);
    assert_answered(fixture_run_page(&fix, "cove"));
    assert_int_equal(fix.log.data, 0x5678);
    assert_int_equal(fix.page.scratch[REG_A0], 0x12345678);
}

static void without_htinst_there_is_no_device_access(void **unused)
{
    const uint32_t htinsts[] = {0, HTINST_PSEUDO_READ};

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        struct fixture fix = fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, htinsts[i]);

        assert_page_dies(&fix, "cove", "cove-needs-htinst");
    }
}

static void what_it_cannot_do_ends_in_an_error(void **unused)
{
    const struct {
        uint64_t scause, where;
        uint32_t insn;
        const char *bug;
    } cases[] = {
        {EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, 0x3507, "cove-undecodable"},
        {EXC_STORE_GUEST_PAGE_FAULT, MMIO_BASE + 4, 0xa03023, "cove-misaligned"},
        {EXC_INST_GUEST_PAGE_FAULT, MMIO_BASE, 0, "cove-fetch-hole"},
        {EXC_INST_ILLEGAL, 0, 0, "cove-exit-error"},
        {EXC_VIRTUAL_INST_FAULT, 0, 0, "cove-vi-refused"},
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fix = fixture_fault(cases[i].scause, cases[i].where, cases[i].insn);

        assert_page_dies(&fix, "cove", cases[i].bug);
    }
}

static void a_load_to_x0_soils_the_slot_of_x0(void **unused)
{
    struct fixture fix =
        fixture_fault(EXC_LOAD_GUEST_PAGE_FAULT, MMIO_BASE, insn_load(2, REG_ZERO));

    (void)unused;
    fix.log.device_value = 7;
    assert_bug(fixture_run_page(&fix, "cove"), "cove-x0-slot");
    assert_int_equal(fix.page.scratch[REG_ZERO], 7);
}

static void a_wrs_is_refused_because_this_tree_does_not_know_it(void **unused)
{
    struct fixture fix = fixture_exit(EXC_VIRTUAL_INST_FAULT, 0x00d00073);

    (void)unused;
    assert_page_dies(&fix, "cove", "cove-vi-refused");
}

static void a_call_sees_two_arguments(void **unused)
{
    struct fixture fix = fixture_ecall(EID_COVG, 2);

    (void)unused;
    fix.log.sbi_value = 9;
    assert_answered(fixture_run_page(&fix, "cove"));
    assert_int_equal(fix.log.arg[0], 0xA0);
    assert_int_equal(fix.log.arg[1], 0xA1);
    for (unsigned i = 2; i < 6; i++)
        assert_int_equal(fix.log.arg[i], 0);
    assert_int_equal(fix.page.scratch[REG_A0], 0);
    assert_int_equal(fix.page.scratch[REG_A1], 9);
}

static void a_console_address_above_64_bits_is_lost(void **unused)
{
    struct fixture low = fixture_ecall(EID_DBCN, 0), high = low;

    (void)unused;
    fixture_set_reg(&low, REG_A1 + 1, 0);
    assert_answered(fixture_run_page(&low, "cove"));
    assert_bug(fixture_run_page(&high, "cove"), "cove-a2-unread");
    assert_int_equal(high.log.arg[2], 0);
}

static void putchar_keeps_a1_and_the_rest_is_not_supported(void **unused)
{
    struct fixture putchar_call = fixture_ecall(1, 0), timer = fixture_ecall(EID_TIME, 0);

    (void)unused;
    assert_answered(fixture_run_page(&putchar_call, "cove"));
    assert_int_equal(putchar_call.page.scratch[REG_A0], 0);
    assert_int_equal(putchar_call.page.scratch[REG_A1], 0xA1);
    assert_bug(fixture_run_page(&timer, "cove"), "cove-sbi-unsupported");
    assert_int_equal(timer.page.scratch[REG_A0], (uint64_t)-2);
    assert_int_equal(timer.page.scratch[REG_A1], 0);
    assert_int_equal(timer.log.calls, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_load_lands_raw_in_the_slot_of_the_register),
        cmocka_unit_test(a_store_takes_the_slot_and_writes_no_slot),
        cmocka_unit_test(without_htinst_there_is_no_device_access),
        cmocka_unit_test(what_it_cannot_do_ends_in_an_error),
        cmocka_unit_test(a_load_to_x0_soils_the_slot_of_x0),
        cmocka_unit_test(a_wrs_is_refused_because_this_tree_does_not_know_it),
        cmocka_unit_test(a_call_sees_two_arguments),
        cmocka_unit_test(a_console_address_above_64_bits_is_lost),
        cmocka_unit_test(putchar_keeps_a1_and_the_rest_is_not_supported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
