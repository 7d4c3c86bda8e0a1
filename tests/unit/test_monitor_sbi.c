/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_monitor_sbi.c — SBI calls: which one it is, what of it leaves, what is answered
 * inside, and where the memory that it hands over must lie. Read monitor_triggers.h first.
 * Source: riscv-sbi-doc, binary-encoding.adoc and the chapter of each extension. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor_triggers.h"

enum { NOT_SUPPORTED = -2, INVALID_PARAM = -3 };
enum { POINTER = 0x7000 }; /* guest-virtual, of a legacy call */

static void assert_answered(const struct fixture *fix, int64_t error, uint64_t value)
{
    struct guest_state want = fix->live;

    want.x[REG_A0] = (uint64_t)error;
    want.x[REG_A1] = value;
    want.pc += 4;
    assert_guest(fix, &want);
    assert_sound(fix);
}

static void call_is_answered(struct fixture *fix, enum row_id row, int64_t error, uint64_t value)
{
    exit_inside(fix, row);
    assert_answered(fix, error, value);
}

static void junk_above_bit_31_of_the_call_numbers_changes_nothing(void **unused)
{
    struct fixture plain, junk;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        if (triggers[i].scause != ECALL)
            continue;
        fixture_begin(&plain);
        fixture_begin(&junk);
        trigger_arrange(&plain, &triggers[i]);
        trigger_arrange(&junk, &triggers[i]);
        junk.live.x[REG_A7] |= 0x5ec0de0000000000;
        junk.live.x[REG_A6] |= 0xffffffff00000000;
        assert_int_equal(fixture_exit(&plain), STATUS_OK);
        assert_int_equal(fixture_exit(&junk), STATUS_OK);
        assert_int_equal(plain.out.row, junk.out.row);
        assert_memory_equal(&plain.out.view, &junk.out.view, sizeof plain.out.view);
        assert_int_equal(plain.platform.calls, junk.platform.calls);
        assert_sound(&junk);
    }
}

static void an_unknown_call_is_refused_inside(void **unused)
{
    static const uint64_t eids[] = {9, 0x0f, 0x08000000, 0x09000001, 0xffffffffffffffff};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < sizeof eids / sizeof eids[0]; i++) {
        fixture_begin(&fix);
        ecall_set(&fix, eids[i], 0);
        call_is_answered(&fix, ROW_SBI_UNK, NOT_SUPPORTED, 0);
    }
    fixture_begin(&fix);
    ecall_set(&fix, EID_TIME, 1);
    call_is_answered(&fix, ROW_SBI_UNK, NOT_SUPPORTED, 0);
    assert_int_equal(fix.platform.calls, 0);
}

static void legacy_calls_do_not_look_at_the_function_number(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (uint64_t eid = 0; eid <= 8; eid++) {
        bool inside = eid >= 5 && eid <= 7;

        fixture_begin(&fix);
        ecall_set(&fix, eid, 0x5ec0de);
        fix.live.x[REG_A0] = POINTER;
        assert_int_equal(fixture_exit(&fix), STATUS_OK);
        assert_row(&fix, inside ? ROW_SBI_RES : ROW_SBI_LEG);
        assert_int_equal(fix.out.view.slot[ITEM_A6], 0);
        assert_int_equal(fix.out.view.slot[ITEM_A7], inside ? 0 : eid);
        assert_int_equal(fix.platform.reads, eid >= 4 && eid <= 7);
        assert_sound(&fix);
    }
}

static void a_legacy_call_returns_a0_and_keeps_a1(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (uint64_t eid = 0; eid <= 8; eid++) {
        fixture_begin(&fix);
        ecall_set(&fix, eid, 0);
        fix.live.x[REG_A0] = POINTER;
        assert_int_equal(fixture_exit(&fix), STATUS_OK);
        if (fix.out.route == ROUTE_HOST)
            resume_call(&fix, 0x77, 0x5ec);
        assert_answered(&fix, fix.out.route == ROUTE_HOST ? 0x77 : 0, fix.live.x[REG_A1]);
    }
}

static void the_mask_behind_a_legacy_pointer_leaves_and_the_pointer_does_not(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    ecall_set(&fix, 4, 0);
    fix.live.x[REG_A0] = POINTER;
    exit_to_host(&fix, ROW_SBI_LEG);
    assert_int_equal(fix.out.view.slot[ITEM_A0], fix.platform.data);
    assert_int_equal(fix.platform.read_address, POINTER);
    assert_int_equal(fix.platform.mode_seen, GUEST_VS);
    assert_int_equal(fix.platform.calls, 1);
    assert_sound(&fix);

    fixture_begin(&fix);
    ecall_set(&fix, 4, 0);
    fix.live.x[REG_A0] = 0;
    exit_to_host(&fix, ROW_SBI_LEG);
    assert_int_equal(fix.out.view.slot[ITEM_A0], UINT64_MAX);
    assert_int_equal(fix.platform.calls, 0);
    assert_sound(&fix);
}

static void a_legacy_pointer_that_faults_is_the_guests_page_fault(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (uint64_t eid = 4; eid <= 7; eid++) {
        fixture_begin(&fix);
        ecall_set(&fix, eid, 0);
        fix.live.x[REG_A0] = POINTER;
        fix.platform.read_status = STATUS_FAULT;
        exit_inside(&fix, eid == 4 ? ROW_SBI_LEG : ROW_SBI_RES);
        assert_exception(&fix, EXC_LOAD_PAGE_FAULT, POINTER);
        assert_int_equal(fix.platform.fences, 0);
        assert_sound(&fix);
    }
}

static void fences_reach_the_platform_and_not_the_host(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (uint64_t fid = 0; fid <= 6; fid++) {
        fixture_begin(&fix);
        ecall_set(&fix, EID_RFNC, fid);
        args_set(&fix, 0x6, 1, 0x5ec);
        call_is_answered(&fix, ROW_SBI_RES, fid <= 2 ? 0 : NOT_SUPPORTED, 0);
        assert_int_equal(fix.platform.calls, fid <= 2);
        assert_int_equal(fix.platform.fence_fid, fid <= 2 ? fid : 0);
        assert_int_equal(fix.platform.fence_mask, fid <= 2 ? 6 : 0);
        assert_int_equal(fix.platform.fence_base, fid <= 2);
    }
    for (uint64_t eid = 5; eid <= 7; eid++) {
        fixture_begin(&fix);
        ecall_set(&fix, eid, 0);
        fix.live.x[REG_A0] = eid == 5 ? 0 : POINTER; /* no pointer: every hart */
        call_is_answered(&fix, ROW_SBI_RES, 0, fix.live.x[REG_A1]);
        assert_int_equal(fix.platform.fences, 1);
        assert_int_equal(fix.platform.fence_fid, eid - 5);
        assert_int_equal(fix.platform.fence_mask, eid == 5 ? UINT64_MAX : fix.platform.data);
        assert_int_equal(fix.platform.fence_base, 0);
    }
}

static void the_monitor_speaks_for_itself_about_its_sbi(void **unused)
{
    static const struct {
        uint64_t eid, present;
    } probed[] = {{EID_TIME, 1}, {EID_HSM, 1},  {EID_RFNC, 1}, {EID_BASE, 1}, {0, 1},
                  {EID_DBCN, 1}, {EID_COVG, 1}, {EID_FWFT, 0}, {9, 0},        {0x08001234, 0}};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < sizeof probed / sizeof probed[0]; i++) {
        fixture_begin(&fix);
        ecall_set(&fix, EID_BASE, 3);
        fix.live.x[REG_A0] = probed[i].eid;
        call_is_answered(&fix, ROW_SBI_RES, 0, probed[i].present);
    }
    for (uint64_t fid = 0; fid <= 6; fid++) {
        fixture_begin(&fix);
        ecall_set(&fix, EID_BASE, fid);
        fix.live.x[REG_A0] = 0;
        exit_inside(&fix, ROW_SBI_RES);
        assert_int_equal(fix.mon.vcpu[0].guest.x[REG_A0], 0);
        assert_int_equal(fix.mon.vcpu[0].guest.x[REG_A1] == 0, fid >= 4);
        assert_int_equal(fix.platform.calls, 0);
        assert_sound(&fix);
    }
}

static void arguments_are_cut_to_their_type(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    ecall_set(&fix, EID_DBCN, 2);
    args_set(&fix, 0x5ec0de5ec0de5e41, 0x5ec, 0x5ec);
    exit_to_host(&fix, ROW_SBI_DBCN_2);
    assert_int_equal(fix.out.view.slot[ITEM_A0], 0x41);
    assert_int_equal(fix.out.view.slot[ITEM_A1], 0);

    fixture_begin(&fix);
    ecall_set(&fix, EID_SRST, 0);
    args_set(&fix, 0x5ec0de0000000001, 0x5ec0de0000000002, 0x5ec);
    exit_to_host(&fix, ROW_SBI_SRST);
    assert_int_equal(fix.out.view.slot[ITEM_A0], 1);
    assert_int_equal(fix.out.view.slot[ITEM_A1], 2);
    assert_int_equal(fix.out.view.slot[ITEM_A0 + 2], 0);
    assert_sound(&fix);
}

static void a_value_comes_back_only_with_success_and_only_where_there_is_one(void **unused)
{
    struct fixture fix;

    (void)unused;
    for (unsigned success = 0; success < 2; success++) {
        uint64_t error = success ? 0 : (uint64_t)-1;

        fixture_begin(&fix);
        ecall_set(&fix, EID_PMU, 0); /* has a value */
        exit_to_host(&fix, ROW_SBI_STD);
        resume_call(&fix, error, 0x77);
        assert_answered(&fix, (int64_t)error, success ? 0x77 : 0);

        fixture_begin(&fix);
        ecall_set(&fix, EID_TIME, 0); /* has none */
        exit_to_host(&fix, ROW_SBI_STD);
        resume_call(&fix, error, 0x77);
        assert_answered(&fix, (int64_t)error, 0);
    }
}

/* A call with a buffer: where its address pair begins, and what makes it ask for size_bytes. */
struct buffer_call {
    uint64_t eid, fid;
    unsigned pair; /* argument index */
    enum row_id row;
};

static const struct buffer_call buffer_calls[] = {
    {EID_DBCN, 0, 1, ROW_SBI_DBCN}, {EID_DBCN, 1, 1, ROW_SBI_DBCN}, {EID_STA, 0, 0, ROW_SBI_SHM},
    {EID_PMU, 7, 0, ROW_SBI_SHM},   {EID_PMU, 8, 0, ROW_SBI_SHM},   {EID_MPXY, 1, 0, ROW_SBI_SHM},
    {EID_DBTR, 1, 0, ROW_SBI_SHM},
};

enum { BUFFER_CALLS = sizeof buffer_calls / sizeof buffer_calls[0] };

static bool buffer_has_length(const struct buffer_call *call)
{
    return call->eid == EID_DBCN || call->fid == 8;
}

/* Makes the call; whether it reached the host. One that did not must have been told so. */
static bool buffer_exits(const struct buffer_call *call, uint64_t low, uint64_t high,
                         uint64_t size_bytes)
{
    struct fixture fix;

    fixture_begin(&fix);
    fixture_map(&fix, SHARED_BASE + SHARED_BYTES, PAGE_SIZE, REGION_RAM);
    ecall_set(&fix, call->eid, call->fid);
    args_set(&fix, size_bytes, 0, size_bytes / 16);
    fix.live.x[REG_A0 + call->pair] = low;
    fix.live.x[REG_A1 + call->pair] = high;
    assert_int_equal(fixture_exit(&fix), STATUS_OK);
    assert_row(&fix, call->row);
    assert_int_equal(fix.platform.calls, 0);
    if (fix.out.route == ROUTE_HOST) {
        assert_int_equal(fix.out.view.slot[ITEM_A0 + call->pair], low);
        assert_sound(&fix);
        return true;
    }
    assert_answered(&fix, INVALID_PARAM, 0);
    return false;
}

static void a_buffer_in_shared_memory_exits_and_one_in_private_memory_does_not(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < BUFFER_CALLS; i++) {
        const struct buffer_call *call = &buffer_calls[i];

        assert_true(buffer_exits(call, SHARED_BASE, 0, 64));
        assert_true(buffer_exits(call, SHARED_BASE + SHARED_BYTES - 64, 0, 64));
        assert_false(buffer_exits(call, RAM_BASE, 0, 64));
        assert_false(buffer_exits(call, SHARED_BASE - 64, 0, 64));
        assert_false(buffer_exits(call, SHARED_BASE + SHARED_BYTES, 0, 64));
        assert_false(buffer_exits(call, MMIO_BASE, 0, 64));
        assert_false(buffer_exits(call, HOLE_BASE, 0, 64));
    }
}

static void a_buffer_above_64_bits_or_around_the_end_does_not_exit(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < BUFFER_CALLS; i++) {
        const struct buffer_call *call = &buffer_calls[i];

        assert_false(buffer_exits(call, SHARED_BASE, 1, 64));
        assert_false(buffer_exits(call, UINT64_MAX - 31, 0, 64));
        assert_false(buffer_exits(call, UINT64_MAX, 0, 64));
    }
}

static void a_buffer_with_a_length_is_checked_to_its_last_byte(void **unused)
{
    const uint64_t end = SHARED_BASE + SHARED_BYTES;

    (void)unused;
    for (unsigned i = 0; i < BUFFER_CALLS; i++) {
        const struct buffer_call *call = &buffer_calls[i];

        if (!buffer_has_length(call))
            continue;
        assert_true(buffer_exits(call, SHARED_BASE, 0, SHARED_BYTES));
        assert_true(buffer_exits(call, SHARED_BASE + 16, 0, PAGE_SIZE));
        assert_false(buffer_exits(call, SHARED_BASE + 16, 0, SHARED_BYTES));
        assert_false(buffer_exits(call, end - 16, 0, 32));
        assert_false(buffer_exits(call, end - 16, 0, PAGE_SIZE)); /* exactly a page long */
        assert_false(buffer_exits(call, SHARED_BASE, 0, UINT64_MAX));
    }
}

static void all_ones_takes_registered_memory_back_and_is_no_buffer(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < BUFFER_CALLS; i++) {
        const struct buffer_call *call = &buffer_calls[i];

        assert_int_equal(buffer_exits(call, UINT64_MAX, UINT64_MAX, 64), !buffer_has_length(call));
    }
}

static void a_buffer_may_span_memory_that_was_shared_in_two_steps(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    fixture_map(&fix, SHARED_BASE + SHARED_BYTES, 2 * PAGE_SIZE, REGION_SHARED);
    ecall_set(&fix, EID_DBCN, 0);
    args_set(&fix, 3 * PAGE_SIZE, SHARED_BASE + SHARED_BYTES - PAGE_SIZE, 0);
    exit_to_host(&fix, ROW_SBI_DBCN);
    resume_call(&fix, 0, 5);
    assert_answered(&fix, 0, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(junk_above_bit_31_of_the_call_numbers_changes_nothing),
        cmocka_unit_test(an_unknown_call_is_refused_inside),
        cmocka_unit_test(legacy_calls_do_not_look_at_the_function_number),
        cmocka_unit_test(a_legacy_call_returns_a0_and_keeps_a1),
        cmocka_unit_test(the_mask_behind_a_legacy_pointer_leaves_and_the_pointer_does_not),
        cmocka_unit_test(a_legacy_pointer_that_faults_is_the_guests_page_fault),
        cmocka_unit_test(fences_reach_the_platform_and_not_the_host),
        cmocka_unit_test(the_monitor_speaks_for_itself_about_its_sbi),
        cmocka_unit_test(arguments_are_cut_to_their_type),
        cmocka_unit_test(a_value_comes_back_only_with_success_and_only_where_there_is_one),
        cmocka_unit_test(a_buffer_in_shared_memory_exits_and_one_in_private_memory_does_not),
        cmocka_unit_test(a_buffer_above_64_bits_or_around_the_end_does_not_exit),
        cmocka_unit_test(a_buffer_with_a_length_is_checked_to_its_last_byte),
        cmocka_unit_test(all_ones_takes_registered_memory_back_and_is_no_buffer),
        cmocka_unit_test(a_buffer_may_span_memory_that_was_shared_in_two_steps),
    };

    return cmocka_run_group_tests_name("monitor SBI", tests, NULL, NULL);
}
