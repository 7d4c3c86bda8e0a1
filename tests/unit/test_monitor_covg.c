/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_monitor_covg.c — the guest's own requests about its memory and interrupts: who
 * decides, what the host can refuse, what a wrong range gets. Read monitor_triggers.h first.
 * Functions and errors: riscv-ap-tee src/sbi_cove.adoc, COVG. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor_triggers.h"

enum { ADD_MMIO, REMOVE_MMIO, SHARE, UNSHARE, ALLOW, DENY };
enum { FAILED = -1, INVALID_PARAM = -3, INVALID_ADDRESS = -5 };

/* The whole call: the guest asks, the host says host_a0, and this is what the guest gets in a0. */
static int64_t covg_call(struct fixture *fix, uint64_t fid, uint64_t address, uint64_t size_bytes,
                         uint64_t host_a0)
{
    struct guest_state want;

    ecall_set(fix, EID_COVG, fid);
    args_set(fix, address, size_bytes, 0x5ec);
    exit_to_host(fix, ROW_SBI_COVG);
    resume_call(fix, host_a0, poison_of(ITEM_A1));
    want = fix->live;
    want.x[REG_A0] = fix->mon.vcpu[0].guest.x[REG_A0];
    want.x[REG_A1] = 0;
    want.pc += 4;
    assert_guest(fix, &want);
    assert_sound(fix);
    return (int64_t)want.x[REG_A0];
}

static enum region_kind kind_at(const struct fixture *fix, uint64_t address)
{
    return monitor_region_at(&fix->mon, (gpa_t){address});
}

static void a_device_is_added_and_removed_whatever_the_host_says(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(covg_call(&fix, ADD_MMIO, HOLE_BASE, 2 * PAGE_SIZE, (uint64_t)-7), 0);
    assert_int_equal(kind_at(&fix, HOLE_BASE + 2 * PAGE_SIZE - 1), REGION_MMIO);
    assert_int_equal(kind_at(&fix, HOLE_BASE + 2 * PAGE_SIZE), REGION_NONE);
    assert_int_equal(covg_call(&fix, REMOVE_MMIO, HOLE_BASE, PAGE_SIZE, (uint64_t)-7), 0);
    assert_int_equal(kind_at(&fix, HOLE_BASE), REGION_NONE);
    assert_int_equal(kind_at(&fix, HOLE_BASE + PAGE_SIZE), REGION_MMIO);
    assert_int_equal(fix.platform.calls, 0);
}

static void memory_is_shared_and_taken_back_if_the_host_agrees(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(covg_call(&fix, SHARE, RAM_BASE + PAGE_SIZE, PAGE_SIZE, 0), 0);
    assert_int_equal(kind_at(&fix, RAM_BASE), REGION_RAM);
    assert_int_equal(kind_at(&fix, RAM_BASE + PAGE_SIZE), REGION_SHARED);
    assert_int_equal(kind_at(&fix, RAM_BASE + 2 * PAGE_SIZE), REGION_RAM);
    assert_int_equal(covg_call(&fix, UNSHARE, RAM_BASE + PAGE_SIZE, PAGE_SIZE, 0), 0);
    assert_int_equal(kind_at(&fix, RAM_BASE + PAGE_SIZE), REGION_RAM);
}

static void a_host_that_refuses_leaves_the_memory_as_it_was(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(covg_call(&fix, SHARE, RAM_BASE, PAGE_SIZE, 1), FAILED);
    assert_int_equal(kind_at(&fix, RAM_BASE), REGION_RAM);
    assert_int_equal(covg_call(&fix, UNSHARE, SHARED_BASE, PAGE_SIZE, UINT64_MAX), FAILED);
    assert_int_equal(kind_at(&fix, SHARED_BASE), REGION_SHARED);
}

static void a_map_call_on_the_wrong_kind_of_memory_is_refused(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(covg_call(&fix, ADD_MMIO, RAM_BASE, PAGE_SIZE, 0), INVALID_ADDRESS);
    assert_int_equal(covg_call(&fix, ADD_MMIO, MMIO_BASE - PAGE_SIZE, 2 * PAGE_SIZE, 0),
                     INVALID_ADDRESS);
    assert_int_equal(covg_call(&fix, REMOVE_MMIO, HOLE_BASE, PAGE_SIZE, 0), INVALID_ADDRESS);
    assert_int_equal(covg_call(&fix, REMOVE_MMIO, RAM_BASE, PAGE_SIZE, 0), INVALID_ADDRESS);
    assert_int_equal(covg_call(&fix, SHARE, MMIO_BASE, PAGE_SIZE, 0), INVALID_ADDRESS);
    assert_int_equal(covg_call(&fix, SHARE, SHARED_BASE - PAGE_SIZE, 2 * PAGE_SIZE, 0),
                     INVALID_ADDRESS);
    assert_int_equal(covg_call(&fix, UNSHARE, RAM_BASE, PAGE_SIZE, 0), INVALID_ADDRESS);
}

static void an_odd_empty_or_wrapping_range_is_an_invalid_parameter(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    for (uint64_t fid = ADD_MMIO; fid <= UNSHARE; fid++) {
        assert_int_equal(covg_call(&fix, fid, RAM_BASE + 1, PAGE_SIZE, 0), INVALID_PARAM);
        assert_int_equal(covg_call(&fix, fid, RAM_BASE, PAGE_SIZE - 1, 0), INVALID_PARAM);
        assert_int_equal(covg_call(&fix, fid, RAM_BASE, 0, 0), INVALID_PARAM);
        assert_int_equal(covg_call(&fix, fid, (uint64_t)-PAGE_SIZE, 2 * PAGE_SIZE, 0),
                         INVALID_PARAM);
        assert_int_equal(fix.mon.region_count, 4);
    }
}

static void a_full_table_fails_the_call_and_stays_as_it_was(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    for (uint64_t i = 0; fix.mon.region_count < REGION_MAX; i++)
        fixture_map(&fix, HOLE_BASE + 2 * i * PAGE_SIZE, PAGE_SIZE, REGION_MMIO);
    assert_int_equal(covg_call(&fix, SHARE, RAM_BASE + PAGE_SIZE, PAGE_SIZE, 0), FAILED);
    assert_int_equal(kind_at(&fix, RAM_BASE + PAGE_SIZE), REGION_RAM);
    assert_int_equal(fix.mon.region_count, REGION_MAX);
}

static void interrupts_are_denied_until_the_guest_allows_them(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(fix.mon.hvip_allow, 0);
    assert_int_equal(covg_call(&fix, ALLOW, 5, 0, (uint64_t)-1), 0);
    assert_int_equal(fix.mon.hvip_allow, HVIP_VSEIP);
    assert_int_equal(covg_call(&fix, DENY, 5, 0, (uint64_t)-1), 0);
    assert_int_equal(fix.mon.hvip_allow, HVIP_VSEIP); /* other lines share the bit */
    assert_int_equal(covg_call(&fix, DENY, UINT64_MAX, 0, (uint64_t)-1), 0);
    assert_int_equal(fix.mon.hvip_allow, 0);
}

static void a_retried_call_changes_no_table(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    for (uint64_t fid = ADD_MMIO; fid <= DENY; fid++) {
        uint64_t address[] = {HOLE_BASE, MMIO_BASE, RAM_BASE, SHARED_BASE, 5, UINT64_MAX};

        fix.mon.hvip_allow = fid == DENY ? HVIP_VSEIP : 0;
        ecall_set(&fix, EID_COVG, fid);
        args_set(&fix, address[fid], PAGE_SIZE, 0);
        exit_to_host(&fix, ROW_SBI_COVG);
        resume_ok(&fix, HOST_RETRY);
        assert_int_equal(fix.mon.hvip_allow, fid == DENY ? HVIP_VSEIP : 0);
        assert_int_equal(fix.mon.region_count, 4);
        assert_int_equal(kind_at(&fix, RAM_BASE), REGION_RAM);
        assert_int_equal(kind_at(&fix, SHARED_BASE), REGION_SHARED);
        assert_sound(&fix);
    }
}

static void an_interrupt_that_the_guest_allows_comes_with_the_answer_of_a_call(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    fix.mon.hvip_allow = HVIP_VSEIP;
    fix.live.csr[GCSR_HVIP] = 0;
    ecall_set(&fix, EID_COVG, SHARE);
    args_set(&fix, RAM_BASE, PAGE_SIZE, 0);
    exit_to_host(&fix, ROW_SBI_COVG);
    answer_begin(&fix, HOST_DONE);
    fix.answer.slot[ITEM_HVIP] = UINT64_MAX;
    assert_int_equal(fixture_resume(&fix), STATUS_OK);
    assert_int_equal(fix.mon.vcpu[0].guest.csr[GCSR_HVIP], HVIP_VSEIP);
    assert_sound(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_is_added_and_removed_whatever_the_host_says),
        cmocka_unit_test(memory_is_shared_and_taken_back_if_the_host_agrees),
        cmocka_unit_test(a_host_that_refuses_leaves_the_memory_as_it_was),
        cmocka_unit_test(a_map_call_on_the_wrong_kind_of_memory_is_refused),
        cmocka_unit_test(an_odd_empty_or_wrapping_range_is_an_invalid_parameter),
        cmocka_unit_test(a_full_table_fails_the_call_and_stays_as_it_was),
        cmocka_unit_test(interrupts_are_denied_until_the_guest_allows_them),
        cmocka_unit_test(a_retried_call_changes_no_table),
        cmocka_unit_test(an_interrupt_that_the_guest_allows_comes_with_the_answer_of_a_call),
    };

    return cmocka_run_group_tests_name("monitor COVG", tests, NULL, NULL);
}
