/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_monitor_handles.c — the number that stands for the guest pc, and the two ways in
 * which a host meets a view: registers and the shared page. Read monitor_triggers.h first.
 * Layouts: riscv-sbi-doc src/ext-nested-acceleration.adoc; riscv-isa-manual hypervisor.adoc. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/hs_frame.h"
#include "monitor/nacl_page.h"
#include "monitor_triggers.h"

enum { HANDLE_STEP = 16 };

static void timer_exit(struct fixture *fix)
{
    trap_set(fix, SCAUSE_INTERRUPT | 5, 0);
    exit_to_host(fix, ROW_INT_STI);
    answer_begin(fix, HOST_RETRY);
}

static void a_handle_works_once(void **unused)
{
    struct fixture fix;
    struct guest_state first;

    (void)unused;
    fixture_begin(&fix);
    ecall_set(&fix, EID_TIME, 0);
    exit_to_host(&fix, ROW_SBI_STD);
    resume_call(&fix, 0, 0);
    first = fix.mon.vcpu[0].guest;
    assert_refused(&fix, REFUSED_VCPU); /* it runs: the same answer again does nothing */
    assert_guest(&fix, &first);
    assert_sound(&fix);
}

static void a_stale_handle_is_refused_at_the_next_exit(void **unused)
{
    struct fixture fix;
    uint64_t stale;

    (void)unused;
    fixture_begin(&fix);
    timer_exit(&fix);
    stale = fix.out.view.handle;
    assert_int_equal(fixture_resume(&fix), STATUS_OK);
    timer_exit(&fix);
    assert_int_not_equal(fix.out.view.handle, stale);
    fix.answer.handle = stale;
    assert_refused(&fix, REFUSED_HANDLE);
    assert_int_equal(monitor_find_handle(&fix.mon, stale), VCPU_MAX);
    assert_sound(&fix);
}

static void a_forged_handle_is_refused(void **unused)
{
    struct fixture fix;
    uint64_t handle;

    (void)unused;
    fixture_begin(&fix);
    timer_exit(&fix);
    handle = fix.out.view.handle;
    for (unsigned i = 0; i < 64; i++) {
        fix.answer.handle = handle ^ (uint64_t)1 << i;
        assert_refused(&fix, REFUSED_HANDLE);
    }
    fix.answer.handle = 0;
    assert_refused(&fix, REFUSED_HANDLE);
    fix.answer.handle = CODE_PC;
    assert_refused(&fix, REFUSED_HANDLE);
    assert_sound(&fix);
}

static void the_handle_of_another_vcpu_is_refused(void **unused)
{
    struct fixture fix;
    uint64_t first, second;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(monitor_finalize(&fix.mon, 1, CODE_PC, 0), STATUS_OK);
    timer_exit(&fix);
    first = fix.out.view.handle;
    fix.vcpu = 1;
    timer_exit(&fix);
    second = fix.out.view.handle;
    assert_int_equal(monitor_find_handle(&fix.mon, first), 0);
    assert_int_equal(monitor_find_handle(&fix.mon, second), 1);
    fix.answer.handle = first;
    assert_refused(&fix, REFUSED_HANDLE);
    fix.vcpu = FIXTURE_VCPUS;
    assert_refused(&fix, REFUSED_VCPU);
    fix.vcpu = 2; /* stopped */
    fix.answer.handle = second;
    assert_refused(&fix, REFUSED_VCPU);
    assert_sound(&fix);
}

static void the_sequence_wraps_without_naming_a_live_exit_again(void **unused)
{
    struct fixture fix;
    uint64_t first;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(monitor_finalize(&fix.mon, 1, CODE_PC, 0), STATUS_OK);
    timer_exit(&fix);
    first = fix.out.view.handle;
    fix.mon.sequence = UINT32_MAX - 1;
    fix.vcpu = 1;
    for (unsigned i = 0; i < 4; i++) { /* 0xffffffff, 0, 1 is taken: 2, 3 */
        static const uint64_t wanted[] = {UINT32_MAX, 0, 2, 3};

        timer_exit(&fix);
        assert_int_equal(fix.out.view.handle, HANDLE_BASE | wanted[i] << 4);
        assert_int_not_equal(fix.out.view.handle, first);
        assert_int_equal(monitor_find_handle(&fix.mon, first), 0);
        assert_sound(&fix);
        assert_int_equal(fixture_resume(&fix), STATUS_OK);
    }
}

static void no_handle_is_a_guest_address_of_use(void **unused)
{
    struct fixture fix;
    uint64_t handle;

    (void)unused;
    fixture_begin(&fix);
    timer_exit(&fix);
    handle = fix.out.view.handle;
    assert_int_equal(handle % HANDLE_STEP, 0);
    assert_int_equal(handle >> 38, 0); /* positive in Sv39 */
    assert_int_equal(monitor_find_handle(&fix.mon, 0), VCPU_MAX);
    assert_sound(&fix);
}

static void a_frame_is_constant_but_for_the_view(void **unused)
{
    struct fixture fix, other;
    struct hs_frame frame, second;

    (void)unused;
    fixture_begin(&fix);
    fixture_begin(&other);
    other.live.mode = GUEST_VU;
    other.live.pc = 0x1000;
    other.live.csr[GCSR_VSSTATUS] = VSSTATUS_UXL64 | (uint64_t)3 << 13 | (uint64_t)3 << 9;
    timer_exit(&fix);
    timer_exit(&other);
    memset(&frame, 0x5a, sizeof frame);
    memset(&second, 0xa5, sizeof second);
    hs_frame_write(&fix.out.view, &frame);
    hs_frame_write(&other.out.view, &second);
    assert_memory_equal(&frame, &second, sizeof frame);
    assert_int_equal(frame.sstatus, (uint64_t)2 << 32 | 0x4000 | 0x400 | 0x120);
    assert_int_equal(frame.hstatus, (uint64_t)2 << 32 | 0x180);
    assert_int_equal(frame.sepc, fix.out.view.handle);
    assert_int_equal(frame.csr[GCSR_VSTVEC], fix.out.view.handle + HANDLE_INJECT);
    assert_int_equal(frame.csr[GCSR_VSSTATUS], VSSTATUS_UXL64);
    assert_sound(&fix);
}

static void a_frame_names_the_action_by_its_offset(void **unused)
{
    struct fixture fix;
    struct hs_frame frame;
    enum status want;

    (void)unused;
    fixture_begin(&fix);
    timer_exit(&fix);
    hs_frame_write(&fix.out.view, &frame);
    for (uint64_t offset = 0; offset < HANDLE_STEP; offset++) {
        frame.sepc = fix.out.view.handle + offset;
        want = offset == 0 || offset == 4 || offset == 8 ? STATUS_OK : STATUS_DENIED;
        assert_int_equal(hs_frame_read(&frame, &fix.answer), want);
        if (want != STATUS_OK)
            continue;
        assert_int_equal(fix.answer.handle, fix.out.view.handle);
        assert_int_equal(fix.answer.action, offset / 4);
        if (offset != 0)
            assert_refused(&fix, REFUSED_ACTION);
    }
    frame.sepc = CODE_PC & ~(uint64_t)0xf;
    assert_int_equal(hs_frame_read(&frame, &fix.answer), STATUS_DENIED);
    frame.sepc = 0;
    assert_int_equal(hs_frame_read(&frame, &fix.answer), STATUS_DENIED);
    assert_sound(&fix);
}

static void a_frame_hands_back_registers_and_no_trap(void **unused)
{
    struct fixture fix;
    struct hs_frame frame;

    (void)unused;
    fixture_begin(&fix);
    timer_exit(&fix);
    memset(&frame, 0xa5, sizeof frame);
    frame.sepc = fix.out.view.handle;
    assert_int_equal(hs_frame_read(&frame, &fix.answer), STATUS_OK);
    assert_int_equal(fix.answer.slot[0], 0);
    for (unsigned i = 1; i < GPR_COUNT; i++)
        assert_int_equal(fix.answer.slot[i], 0xa5a5a5a5a5a5a5a5);
    for (unsigned i = ITEM_PC; i <= ITEM_HTINST; i++)
        assert_int_equal(fix.answer.slot[i], 0);
    assert_int_equal(fixture_resume(&fix), STATUS_OK);
    assert_guest(&fix, &fix.live);
    assert_sound(&fix);
}

static void the_start_token_stands_in_a1_of_the_frame(void **unused)
{
    struct fixture fix;
    struct hs_frame frame;

    (void)unused;
    fixture_begin(&fix);
    ecall_set(&fix, EID_HSM, 0);
    args_set(&fix, 1, RAM_BASE, 7);
    exit_to_host(&fix, ROW_SBI_HSM_START);
    hs_frame_write(&fix.out.view, &frame);
    assert_int_equal(frame.x[REG_A0], 1);
    assert_int_equal(frame.x[REG_A1], fix.out.view.start_token);
    assert_int_equal(frame.x[REG_A0 + 2], 0);
    assert_sound(&fix);
}

static void the_instruction_is_read_at_the_handle_and_nowhere_else(void **unused)
{
    struct fixture fix;
    uint16_t half = 0x5ec;

    (void)unused;
    fixture_begin(&fix);
    code_place(&fix, 0x4282); /* c.lwsp t0 */
    trap_at(&fix, LOAD_FAULT, MMIO_BASE);
    exit_to_host(&fix, ROW_MMIO_L);
    for (uint64_t offset = 0; offset < HANDLE_STEP; offset++) {
        bool served = offset == 0 || offset == 2;

        assert_int_equal(hs_frame_fetch(&fix.out.view, fix.out.view.handle + offset, &half),
                         served ? STATUS_OK : STATUS_FAULT);
        assert_int_equal(half, offset < 2 ? 0x2503 : 0); /* lw a0, 0(zero), whatever it was */
    }
    assert_int_equal(hs_frame_fetch(&fix.out.view, CODE_PC, &half), STATUS_FAULT);
    answer_begin(&fix, HOST_RETRY);
    assert_int_equal(fixture_resume(&fix), STATUS_OK);
    timer_exit(&fix);
    assert_int_equal(hs_frame_fetch(&fix.out.view, fix.out.view.handle, &half), STATUS_FAULT);
    assert_sound(&fix);
}

static void csr_slots_are_one_to_one_for_hs_and_vs_csrs_and_refused_for_others(void **unused)
{
    bool taken[NACL_CSR_COUNT] = {false};

    (void)unused;
    for (unsigned csr = 0; csr <= UINT16_MAX; csr++) {
        int slot = nacl_csr_slot((uint16_t)csr);

        assert_int_equal(slot >= 0, csr < 0x1000 && (csr & 0x300) == 0x200);
        if (slot < 0)
            continue;
        assert_in_range(slot, 0, NACL_CSR_COUNT - 1);
        assert_false(taken[slot]);
        taken[slot] = true;
    }
    assert_int_equal(nacl_csr_slot(0x204), 0x004); /* vsie */
    assert_int_equal(nacl_csr_slot(0x643), 0x143); /* htval */
    assert_int_equal(nacl_csr_slot(0xE12), 0x312); /* hgeip */
}

static void the_page_is_written_whole(void **unused)
{
    static struct nacl_page page;
    struct fixture fix;
    struct nacl_trap trap;
    const uint64_t *word = page.scratch;

    (void)unused;
    fixture_begin(&fix);
    code_place(&fix, INSN_SW_T0_A1);
    trap_at(&fix, STORE_FAULT, MMIO_BASE + 8);
    exit_to_host(&fix, ROW_MMIO_S);
    memset(&page, 0xa5, sizeof page);
    nacl_page_write(&fix.out.view, &page, &trap);
    assert_int_equal(trap.scause, STORE_FAULT);
    assert_int_equal(trap.stval, 0);
    for (unsigned i = 0; i < NACL_SCRATCH_WORDS; i++)
        assert_int_equal(word[i], i == ITEM_A0 ? fix.live.x[5] & 0xffffffff : 0);
    for (unsigned i = 0; i < NACL_CSR_COUNT; i++) {
        uint64_t want = i == 0x004   ? fix.live.csr[GCSR_VSIE]
                        : i == 0x04d ? fix.live.csr[GCSR_VSTIMECMP]
                        : i == 0x105 ? fix.live.csr[GCSR_HTIMEDELTA]
                        : i == 0x143 ? (MMIO_BASE + 8) >> 2
                        : i == 0x14a ? 0x00a02023
                                     : 0;

        assert_int_equal(page.csr[i], want);
    }
    assert_sound(&fix);
}

static void the_page_completes_what_can_be_completed(void **unused)
{
    static struct nacl_page page;
    struct fixture fix;

    (void)unused;
    memset(&page, 0x77, sizeof page);
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        bool done;

        fixture_begin(&fix);
        trigger_arrange(&fix, &triggers[i]);
        assert_int_equal(fixture_exit(&fix), STATUS_OK);
        if (fix.mon.vcpu[0].life != VCPU_EXITED)
            continue;
        nacl_page_read(&fix.mon, 0, &page, &fix.answer);
        done = fix.answer.action == HOST_DONE;
        assert_int_equal(fix.answer.handle, fix.out.view.handle);
        assert_int_equal(fix.answer.slot[0], 0);
        assert_int_equal(fixture_resume(&fix), STATUS_OK);
        assert_int_equal(fix.mon.vcpu[0].guest.pc, fix.live.pc + (done ? 4 : 0));
        assert_sound(&fix);
    }
}

static void the_page_enters_a_started_hart_and_refuses_a_missing_one(void **unused)
{
    static struct nacl_page page;
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    ecall_set(&fix, EID_HSM, 0);
    args_set(&fix, 1, RAM_BASE, 7);
    exit_to_host(&fix, ROW_SBI_HSM_START);
    nacl_page_read(&fix.mon, 1, &page, &fix.answer);
    fix.vcpu = 1;
    assert_int_equal(fixture_resume(&fix), STATUS_OK);
    assert_int_equal(fix.mon.vcpu[1].guest.pc, RAM_BASE);
    fix.vcpu = FIXTURE_VCPUS;
    nacl_page_read(&fix.mon, FIXTURE_VCPUS, &page, &fix.answer);
    assert_refused(&fix, REFUSED_VCPU);
    assert_sound(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handle_works_once),
        cmocka_unit_test(a_stale_handle_is_refused_at_the_next_exit),
        cmocka_unit_test(a_forged_handle_is_refused),
        cmocka_unit_test(the_handle_of_another_vcpu_is_refused),
        cmocka_unit_test(the_sequence_wraps_without_naming_a_live_exit_again),
        cmocka_unit_test(no_handle_is_a_guest_address_of_use),
        cmocka_unit_test(a_frame_is_constant_but_for_the_view),
        cmocka_unit_test(a_frame_names_the_action_by_its_offset),
        cmocka_unit_test(a_frame_hands_back_registers_and_no_trap),
        cmocka_unit_test(the_start_token_stands_in_a1_of_the_frame),
        cmocka_unit_test(the_instruction_is_read_at_the_handle_and_nowhere_else),
        cmocka_unit_test(csr_slots_are_one_to_one_for_hs_and_vs_csrs_and_refused_for_others),
        cmocka_unit_test(the_page_is_written_whole),
        cmocka_unit_test(the_page_completes_what_can_be_completed),
        cmocka_unit_test(the_page_enters_a_started_hart_and_refuses_a_missing_one),
    };

    return cmocka_run_group_tests_name("monitor handles", tests, NULL, NULL);
}
