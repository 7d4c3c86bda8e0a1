/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_monitor_life.c — the map of a VM, and what is left of a vCPU after its end. Read
 * monitor_triggers.h first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor_triggers.h"

static void map_empty(struct fixture *fix)
{
    fixture_begin(fix);
    assert_int_equal(monitor_init(&fix->mon, &exposure_strict, &fix->platform.base, FIXTURE_VCPUS),
                     STATUS_OK);
    assert_int_equal(fix->mon.region_count, 0);
}

static void pages_map(struct fixture *fix, uint64_t first, uint64_t count, enum region_kind kind)
{
    fixture_map(fix, first * PAGE_SIZE, count * PAGE_SIZE, kind);
    assert_sound(fix);
}

/* One letter per page from page 0: R S O M, and . for nothing. */
static void assert_pages(const struct fixture *fix, const char *want)
{
    static const char letters[] = {'.', 'R', 'S', 'O', 'M'};

    for (uint64_t i = 0; want[i]; i++) {
        assert_int_equal(letters[monitor_region_at(&fix->mon, (gpa_t){i * PAGE_SIZE})], want[i]);
        assert_int_equal(letters[monitor_region_at(&fix->mon, (gpa_t){(i + 1) * PAGE_SIZE - 1})],
                         want[i]);
    }
}

static void a_later_range_splits_an_earlier_one(void **unused)
{
    struct fixture fix;

    (void)unused;
    map_empty(&fix);
    pages_map(&fix, 1, 6, REGION_RAM);
    pages_map(&fix, 3, 2, REGION_SHARED);
    assert_pages(&fix, ".RRSSRR.");
    assert_int_equal(fix.mon.region_count, 3);
    pages_map(&fix, 2, 4, REGION_MMIO);
    assert_pages(&fix, ".RMMMMR.");
    assert_int_equal(fix.mon.region_count, 3);
    pages_map(&fix, 0, 8, REGION_ROM);
    assert_pages(&fix, "OOOOOOOO");
    assert_int_equal(fix.mon.region_count, 1);
}

static void neighbours_of_one_kind_become_one_range(void **unused)
{
    struct fixture fix;

    (void)unused;
    map_empty(&fix);
    pages_map(&fix, 0, 2, REGION_RAM);
    pages_map(&fix, 4, 2, REGION_RAM);
    assert_int_equal(fix.mon.region_count, 2);
    pages_map(&fix, 2, 2, REGION_RAM);
    assert_pages(&fix, "RRRRRR.");
    assert_int_equal(fix.mon.region_count, 1);
    pages_map(&fix, 2, 1, REGION_SHARED);
    pages_map(&fix, 2, 1, REGION_RAM);
    assert_int_equal(fix.mon.region_count, 1);
}

static void nothing_can_be_mapped_over_something(void **unused)
{
    struct fixture fix;

    (void)unused;
    map_empty(&fix);
    pages_map(&fix, 0, 4, REGION_RAM);
    pages_map(&fix, 1, 1, REGION_NONE);
    assert_pages(&fix, "R.RR.");
    pages_map(&fix, 0, 8, REGION_NONE);
    assert_int_equal(fix.mon.region_count, 0);
}

static void a_wrong_range_is_refused_and_changes_nothing(void **unused)
{
    static const struct region wrong[] = {
        {{0x800}, PAGE_SIZE, REGION_RAM},
        {{0}, PAGE_SIZE + 1, REGION_RAM},
        {{0}, 0, REGION_RAM},
        {{(uint64_t)-PAGE_SIZE}, PAGE_SIZE, REGION_RAM}, /* its end is not a number */
        {{PAGE_SIZE}, (uint64_t)-PAGE_SIZE, REGION_RAM},
    };
    struct fixture fix;
    struct monitor before;

    (void)unused;
    fixture_begin(&fix);
    before = fix.mon;
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(monitor_set_region(&fix.mon, wrong[i]), STATUS_BAD_INPUT);
        assert_memory_equal(&fix.mon, &before, sizeof before);
    }
    assert_int_equal(
        monitor_set_region(&fix.mon, (struct region){{(uint64_t)-2 * PAGE_SIZE}, PAGE_SIZE, 1}),
        STATUS_OK);
    assert_sound(&fix);
}

static void a_full_map_refuses_a_split_and_changes_nothing(void **unused)
{
    struct fixture fix;
    struct monitor before;
    struct region split = {{PAGE_SIZE}, PAGE_SIZE, REGION_MMIO};

    (void)unused;
    map_empty(&fix);
    pages_map(&fix, 0, 3, REGION_RAM);
    for (uint64_t i = 1; i < REGION_MAX; i++)
        pages_map(&fix, 2 * i + 2, 1, REGION_MMIO);
    assert_int_equal(fix.mon.region_count, REGION_MAX);
    before = fix.mon;
    assert_int_equal(monitor_set_region(&fix.mon, split), STATUS_FULL);
    assert_memory_equal(&fix.mon, &before, sizeof before);
    split.base.v = 0; /* takes the place of others: this one fits */
    split.size_bytes = 8 * PAGE_SIZE;
    assert_int_equal(monitor_set_region(&fix.mon, split), STATUS_OK);
    assert_sound(&fix);
}

static void a_monitor_has_between_one_and_sixteen_vcpus(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    assert_int_equal(monitor_init(&fix.mon, &exposure_strict, &fix.platform.base, 0),
                     STATUS_BAD_INPUT);
    assert_int_equal(monitor_init(&fix.mon, &exposure_strict, &fix.platform.base, VCPU_MAX + 1),
                     STATUS_BAD_INPUT);
    assert_sound(&fix);
}

/* All that may be left of a vCPU: reset registers and the word "dead". */
static void assert_scrubbed(const struct fixture *fix, uint32_t vcpu)
{
    const struct vcpu *dead = &fix->mon.vcpu[vcpu];
    struct guest_state reset = {.mode = GUEST_VS};
    struct vcpu want;

    reset.csr[GCSR_VSSTATUS] = VSSTATUS_UXL64;
    reset.csr[GCSR_VSTIMECMP] = UINT64_MAX; /* no timer */
    assert_guest_equal(&dead->guest, &reset);
    memset(&want, 0, sizeof want);
    assert_memory_equal(&dead->pending, &want.pending, sizeof want.pending);
    assert_int_equal(dead->handle | dead->start_token | dead->start_pc | dead->start_opaque, 0);
    assert_int_equal(dead->life, VCPU_DEAD);
    assert_sound(fix);
}

static void a_promoted_vcpu_keeps_its_registers_but_not_f_v_or_interrupts(void **unused)
{
    struct fixture fix;
    struct guest_state running, want;

    (void)unused;
    fixture_begin(&fix);
    guest_fill(&running);
    running.x[0] = 5;
    running.mode = GUEST_VU;
    want = running;
    want.x[0] = 0;
    want.csr[GCSR_HVIP] = 0;
    memset(&want.fp, 0, sizeof want.fp);
    memset(&want.vec, 0, sizeof want.vec);
    assert_int_equal(monitor_promote(&fix.mon, 1, &running), STATUS_OK);
    assert_guest_equal(&fix.mon.vcpu[1].guest, &want);
    assert_int_equal(fix.mon.vcpu[1].life, VCPU_RUNNING);
    assert_sound(&fix);
}

static void only_a_new_vcpu_can_be_promoted(void **unused)
{
    struct fixture fix;
    struct monitor before;

    (void)unused;
    fixture_begin(&fix);
    before = fix.mon;
    assert_int_equal(monitor_promote(&fix.mon, 0, &fix.live), STATUS_BAD_STATE); /* it runs */
    assert_int_equal(monitor_promote(&fix.mon, FIXTURE_VCPUS, &fix.live), STATUS_BAD_STATE);
    monitor_destroy(&before, 1);
    monitor_destroy(&fix.mon, 1);
    assert_int_equal(monitor_promote(&fix.mon, 1, &fix.live), STATUS_BAD_STATE);
    assert_memory_equal(&fix.mon, &before, sizeof before);
    assert_sound(&fix);
}

static void a_destroyed_vcpu_leaves_nothing(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    code_place(&fix, INSN_SW_T0_A1);
    trap_at(&fix, STORE_FAULT, MMIO_BASE);
    exit_to_host(&fix, ROW_MMIO_S);
    monitor_destroy(&fix.mon, 0);
    assert_scrubbed(&fix, 0);
    answer_begin(&fix, HOST_DONE);
    assert_refused(&fix, REFUSED_VCPU);
    assert_int_equal(fixture_exit(&fix), STATUS_BAD_STATE);
    monitor_destroy(&fix.mon, FIXTURE_VCPUS); /* no such vCPU: nothing happens */
    assert_int_equal(monitor_finalize(&fix.mon, 0, 0, 0), STATUS_BAD_STATE);
    assert_sound(&fix);
}

static void a_destroyed_start_is_gone_with_its_token(void **unused)
{
    struct fixture fix;
    uint64_t token;

    (void)unused;
    fixture_begin(&fix);
    ecall_set(&fix, EID_HSM, 0);
    args_set(&fix, 1, RAM_BASE, 7);
    exit_to_host(&fix, ROW_SBI_HSM_START);
    token = fix.out.view.start_token;
    monitor_destroy(&fix.mon, 1);
    assert_scrubbed(&fix, 1);
    assert_int_equal(monitor_find_handle(&fix.mon, token), VCPU_MAX);
    resume_call(&fix, 0, 0);
    assert_sound(&fix);
}

static void a_fatal_trap_leaves_nothing_and_no_handle(void **unused)
{
    static const uint64_t causes[] = {
        EXC_DOUBLE_TRAP,     9, 11, 14, 17, 24, 48, UINT64_MAX >> 1, SCAUSE_INTERRUPT | 10,
        SCAUSE_INTERRUPT | 4};
    struct fixture fix;

    (void)unused;
    for (unsigned i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        fixture_begin(&fix);
        trap_set(&fix, causes[i], 0x5ec);
        assert_int_equal(fixture_exit(&fix), STATUS_OK);
        assert_int_equal(fix.out.view.handle, 0);
        assert_scrubbed(&fix, 0);
    }
}

static void a_row_that_is_never_taken_ends_the_vcpu_if_it_is(void **unused)
{
    static struct exposure spec;
    struct fixture fix;

    (void)unused;
    spec = exposure_strict;
    spec.row[ROW_EXC_FWD].route = ROUTE_NEVER;
    fixture_begin_with(&fix, &spec);
    trap_set(&fix, EXC_INST_ILLEGAL, 0x5ec);
    assert_int_equal(fixture_exit(&fix), STATUS_OK);
    assert_int_equal(fix.out.route, ROUTE_NEVER);
    assert_scrubbed(&fix, 0);
}

static void an_exit_of_a_vcpu_that_does_not_run_is_an_error(void **unused)
{
    struct fixture fix;
    struct monitor before;

    (void)unused;
    fixture_begin(&fix);
    trap_set(&fix, SCAUSE_INTERRUPT | 5, 0);
    exit_to_host(&fix, ROW_INT_STI);
    before = fix.mon;
    for (uint32_t vcpu = 0; vcpu <= FIXTURE_VCPUS; vcpu++) { /* exited, stopped, none such */
        fix.vcpu = vcpu;
        assert_int_equal(fixture_exit(&fix), STATUS_BAD_STATE);
        assert_int_equal(fix.out.view.handle, 0);
        assert_memory_equal(&fix.mon, &before, sizeof before);
    }
    assert_int_equal(fix.platform.calls, 0);
    assert_sound(&fix);
}

static void a_broken_invariant_is_found(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_begin(&fix);
    fix.mon.vcpu[1].guest.x[0] = 1;
    assert_int_equal(check_all(&fix.mon), STATUS_BAD_STATE);
    fixture_begin(&fix);
    fix.mon.vcpu[0].handle = (uint64_t)2 << 36;
    assert_int_equal(check_all(&fix.mon), STATUS_BAD_STATE);
    fixture_begin(&fix);
    fix.mon.vcpu[2].start_pc = 4;
    assert_int_equal(check_all(&fix.mon), STATUS_BAD_STATE);
    fixture_begin(&fix);
    fix.mon.region[1].base.v = fix.mon.region[0].base.v;
    assert_int_equal(check_all(&fix.mon), STATUS_BAD_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_later_range_splits_an_earlier_one),
        cmocka_unit_test(neighbours_of_one_kind_become_one_range),
        cmocka_unit_test(nothing_can_be_mapped_over_something),
        cmocka_unit_test(a_wrong_range_is_refused_and_changes_nothing),
        cmocka_unit_test(a_full_map_refuses_a_split_and_changes_nothing),
        cmocka_unit_test(a_monitor_has_between_one_and_sixteen_vcpus),
        cmocka_unit_test(a_promoted_vcpu_keeps_its_registers_but_not_f_v_or_interrupts),
        cmocka_unit_test(only_a_new_vcpu_can_be_promoted),
        cmocka_unit_test(a_destroyed_vcpu_leaves_nothing),
        cmocka_unit_test(a_destroyed_start_is_gone_with_its_token),
        cmocka_unit_test(a_fatal_trap_leaves_nothing_and_no_handle),
        cmocka_unit_test(a_row_that_is_never_taken_ends_the_vcpu_if_it_is),
        cmocka_unit_test(an_exit_of_a_vcpu_that_does_not_run_is_an_error),
        cmocka_unit_test(a_broken_invariant_is_found),
    };

    return cmocka_run_group_tests_name("monitor life", tests, NULL, NULL);
}
