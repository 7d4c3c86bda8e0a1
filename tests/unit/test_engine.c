/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What seam C (sim/hart/engine.h) promises: events, counts, worlds. */
#include "engine_fixture.h"

enum { CSR_SCRATCH = 0x340, CSR_CYCLE = 0xc00, CSR_TIME = 0xc01 };

static void counts_the_instructions_before_an_event_in_mid_block(void **unused)
{
    const uint32_t code[] = {insn_addi(T0, X0, 5), insn_addi(T1, T0, 1),
                             insn_csrrw(T2, CSR_SCRATCH, T1), insn_addi(T0, T0, 2), INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    assert_int_equal(fixture_run(&fix, RAM_FIRST), RAM_FIRST + 16);
    assert_int_equal(fix.event_count, 2);
    assert_int_equal(fix.event[0].event.kind, ENGINE_SYSTEM);
    assert_int_equal(fix.event[0].event.pc, RAM_FIRST + 8);
    assert_int_equal(fix.event[0].instret, 2);
    assert_int_equal(fix.event[1].event.kind, ENGINE_ECALL);
    assert_int_equal(fix.event[1].instret, 4);
    assert_int_equal(engine_get(fix.engine, T0), 7);
    assert_int_equal(engine_get(fix.engine, T1), 6);
    fixture_close(&fix);
}

static void what_needs_privilege_is_an_event_in_both_worlds(void **unused)
{
    const uint32_t code[] = {insn_csrrs(T0, 0x300, X0),
                             insn_csrrs(T0, 0x100, X0),
                             insn_csrrs(T0, 0x600, X0),
                             insn_csrrs(T0, 0x200, X0),
                             insn_csrrs(T0, 0x180, X0),
                             insn_csrrs(T0, CSR_TIME, X0),
                             INSN_WFI,
                             INSN_MRET,
                             INSN_SRET,
                             INSN_SFENCE_VMA,
                             0x22000073 /* hfence.vvma */,
                             0x6c05c073 /* hlv.d */,
                             insn_fld(0, T0, 0),
                             insn_csrrs(T0, 3, X0),
                             0,
                             INSN_ECALL};

    (void)unused;
    for (unsigned world = 0; world < 2; world++) {
        struct engine_fixture fix;

        fixture_open(&fix, false);
        fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
        engine_enter(fix.engine, (enum engine_world)world, false);
        fixture_run(&fix, RAM_FIRST);
        assert_int_equal(fix.event_count, COUNT_OF(code) + 1); /* 0 is two illegal ones */
        for (unsigned i = 0; i < COUNT_OF(code) - 1; i++) {
            assert_int_equal(fix.event[i].event.kind, ENGINE_SYSTEM);
            assert_int_equal(fix.event[i].event.pc, RAM_FIRST + i * 4);
            assert_int_equal(fix.event[i].instret, i);
        }
        fixture_close(&fix);
    }
}

static void a_breakpoint_is_an_event_in_either_length(void **unused)
{
    const uint32_t code[] = {INSN_NOP, INSN_EBREAK, INSN_C_NOP | (uint32_t)INSN_C_EBREAK << 16,
                             INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.event_count, 3);
    assert_int_equal(fix.event[0].event.kind, ENGINE_BREAK);
    assert_int_equal(fix.event[0].event.pc, RAM_FIRST + 4);
    assert_int_equal(fix.event[0].instret, 1);
    assert_int_equal(fix.event[1].event.kind, ENGINE_BREAK);
    assert_int_equal(fix.event[1].event.pc, RAM_FIRST + 10);
    assert_int_equal(fix.event[1].instret, 3);
    assert_int_equal(fix.event[2].instret, 4);
    fixture_close(&fix);
}

static void a_loop_is_counted_to_the_instruction(void **unused)
{
    const uint32_t code[] = {insn_addi(T0, X0, 1000), insn_addi(T0, T0, -1), insn_bne(T0, X0, -4),
                             INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.clock.instret, 1 + 2 * 1000);
    fixture_close(&fix);
}

static void a_refused_load_is_an_event_at_its_exact_pc(void **unused)
{
    const uint32_t code[] = {insn_addi(T0, X0, 1), insn_slli(T0, T0, 20), INSN_NOP,
                             insn_ld(T1, T0, 8), INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    assert_int_equal(fixture_run(&fix, RAM_FIRST), RAM_FIRST + 12);
    assert_int_equal(fix.event[0].event.kind, ENGINE_FAULT);
    assert_int_equal(fix.event[0].event.access, ACCESS_READ);
    assert_int_equal(fix.event[0].event.page.v, 1 << 20);
    assert_int_equal(fix.event[0].instret, 3);
    fixture_close(&fix);
}

static void a_refused_store_changes_nothing(void **unused)
{
    const uint64_t page = RAM_FIRST + 16 * PAGE_SIZE;
    const uint32_t code[] = {insn_sd(T1, T0, -4), INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    fixture_map(&fix, (struct fixture_map){.virtual_page = page, .is_absent = true});
    engine_set(fix.engine, T0, page);
    engine_set(fix.engine, T1, UINT64_MAX);
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.event[0].event.kind, ENGINE_FAULT);
    assert_int_equal(fix.event[0].event.access, ACCESS_WRITE);
    assert_int_equal(fix.event[0].event.page.v, page);
    assert_int_equal(*fixture_at(&fix, page - 4), 0);
    fixture_close(&fix);
}

static void a_misaligned_atomic_is_an_event(void **unused)
{
    const uint32_t code[] = {insn_amoadd_d(T1, T0, T0), insn_lr_d(T1, T0), insn_sc_d(T1, T0, T0),
                             INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    engine_set(fix.engine, T0, RAM_FIRST + PAGE_SIZE + 4);
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.event[0].event.kind, ENGINE_MISALIGNED);
    assert_int_equal(fix.event[0].event.pc, RAM_FIRST);
    assert_int_equal(fix.event[1].event.kind, ENGINE_MISALIGNED);
    assert_int_equal(fix.event[1].event.pc, RAM_FIRST + 4);
    assert_int_equal(fix.event[2].event.kind, ENGINE_MISALIGNED);
    assert_int_equal(fix.event[2].event.pc, RAM_FIRST + 8);
    fixture_close(&fix);
}

/* Goes on behind whatever faults. */
static uint64_t fault_skip(struct engine_fixture *fix, const struct engine_event *event)
{
    if (event->kind == ENGINE_ECALL) {
        engine_stop(fix->engine);
        return event->pc;
    }
    fix->clock.instret++;
    return event->pc + 4;
}

static void a_conditional_store_asks_for_its_page_even_without_a_reservation(void **unused)
{
    const uint64_t page = RAM_FIRST + 2 * PAGE_SIZE;
    const uint32_t code[] = {insn_sc_d(T1, T0, T0), insn_lr_d(T1, T2), insn_sc_d(A0, T0, T0),
                             insn_sc_d(A1, T2, T0), INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fix.answer = fault_skip;
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    fixture_map(&fix, (struct fixture_map){page, page, .is_read_only = true});
    fixture_map(&fix, (struct fixture_map){page + PAGE_SIZE, page, .is_absent = true});
    engine_set(fix.engine, T0, page);
    engine_set(fix.engine, T2, page + PAGE_SIZE); /* its LR faults, and reserves nothing */
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.event_count, 5);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(fix.event[i].event.kind, ENGINE_FAULT);
        assert_int_equal(fix.event[i].event.pc, RAM_FIRST + 4 * i);
        assert_int_equal(fix.event[i].event.page.v, i % 2 ? page + PAGE_SIZE : page);
        assert_int_equal(fix.event[i].event.access, i == 1 ? ACCESS_READ : ACCESS_WRITE);
        assert_int_equal(fix.event[i].instret, i);
    }
    fixture_close(&fix);
}

static void
a_conditional_store_without_a_reservation_fails_quietly_where_it_may_write(void **unused)
{
    const uint32_t code[] = {insn_sc_d(A0, T0, T0), insn_lr_d(T1, T0), insn_sc_d(A1, T0, T0),
                             INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    engine_set(fix.engine, T0, RAM_FIRST + PAGE_SIZE);
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.event_count, 1);
    assert_int_equal(fix.event[0].instret, 3);
    assert_int_equal(engine_get(fix.engine, A0), 1);
    assert_int_equal(engine_get(fix.engine, A1), 0);
    fixture_close(&fix);
}

static void a_fetch_fault_is_an_event_at_the_target(void **unused)
{
    const uint32_t code[] = {INSN_NOP, insn_jalr(RA, T0, 0)};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    engine_set(fix.engine, T0, 0x1234);
    assert_int_equal(fixture_run(&fix, RAM_FIRST), 0x1234);
    assert_int_equal(fix.event[0].event.access, ACCESS_EXECUTE);
    assert_int_equal(fix.event[0].event.pc, 0x1234);
    assert_int_equal(fix.event[0].event.page.v, 0x1000);
    assert_int_equal(fix.event[0].instret, 2);
    assert_int_equal(engine_get(fix.engine, RA), RAM_FIRST + 8);
    fixture_close(&fix);
}

/* A loop whose body ends with an instruction that reaches into the next page. */
static void crossing_code(struct engine_fixture *fix, uint64_t page)
{
    const uint32_t tail[] = {insn_addi(T0, T0, 1), insn_addi(T1, T1, 1)};
    const uint32_t after[] = {insn_addi(T0, T0, -1), insn_bne(T0, X0, -18), INSN_ECALL};
    uint16_t nop = INSN_C_NOP;

    memcpy(fixture_at(fix, page + PAGE_SIZE - 12), &nop, 2);
    memcpy(fixture_at(fix, page + PAGE_SIZE - 10), tail, sizeof tail);
    memcpy(fixture_at(fix, page + PAGE_SIZE - 2), after, 2);
    memcpy(fixture_at(fix, page + PAGE_SIZE), (const uint8_t *)after + 2, sizeof after - 2);
}

static void a_fetch_fault_of_a_crossing_instruction_comes_after_those_before_it(void **unused)
{
    const uint64_t page = RAM_FIRST + 4 * PAGE_SIZE;
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    crossing_code(&fix, page);
    fixture_map(&fix, (struct fixture_map){.virtual_page = page + PAGE_SIZE, .is_absent = true});
    assert_int_equal(fixture_run(&fix, page + PAGE_SIZE - 12), page + PAGE_SIZE - 2);
    assert_int_equal(fix.event_count, 1);
    assert_int_equal(fix.event[0].event.page.v, page + PAGE_SIZE);
    assert_int_equal(fix.event[0].instret, 3);
    assert_int_equal(engine_get(fix.engine, T0), 1);
    assert_int_equal(engine_get(fix.engine, T1), 1);
    fix.map_count = 0;
    fixture_run(&fix, page + PAGE_SIZE - 2);
    assert_int_equal(fix.clock.instret, 5);
    fixture_close(&fix);
}

static void code_that_ran_across_a_page_faults_when_the_page_goes(void **unused)
{
    const uint64_t page = RAM_FIRST + 4 * PAGE_SIZE;
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    crossing_code(&fix, page);
    fixture_run(&fix, page + PAGE_SIZE - 12);
    assert_int_equal(fix.clock.instret, 5);
    fixture_map(&fix, (struct fixture_map){.virtual_page = page + PAGE_SIZE, .is_absent = true});
    engine_flush(fix.engine);
    assert_int_equal(fixture_run(&fix, page + PAGE_SIZE - 12), page + PAGE_SIZE - 2);
    assert_int_equal(fix.clock.instret, 8);
    fix.map_count = 0;
    fixture_run(&fix, page + PAGE_SIZE - 2);
    assert_int_equal(fix.clock.instret, 10);
    fixture_close(&fix);
}

static void an_illegal_instruction_may_be_the_first_of_a_page(void **unused)
{
    const uint64_t page = RAM_FIRST + 4 * PAGE_SIZE;
    struct engine_fixture fix;

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        fixture_open(&fix, false);
        fixture_map(&fix, (struct fixture_map){.virtual_page = page - PAGE_SIZE, .is_absent = i});
        fix.map[0].physical_page = page - PAGE_SIZE;
        fixture_map(&fix,
                    (struct fixture_map){.virtual_page = page + PAGE_SIZE, .is_absent = true});
        assert_int_equal(fixture_run(&fix, page), page + PAGE_SIZE); /* zeros up to its end */
        assert_int_equal(fix.event_count, PAGE_SIZE / 2 + 1);
        assert_int_equal(fix.event[0].event.kind, ENGINE_SYSTEM);
        assert_int_equal(fix.event[0].event.pc, page);
        assert_int_equal(fix.event[0].instret, 0);
        assert_int_equal(fix.clock.instret, PAGE_SIZE / 2);
        fixture_close(&fix);
    }
}

static void each_world_has_its_own_translations(void **unused)
{
    const uint64_t page = 0x4000;
    const uint32_t code[] = {insn_ld(T1, T0, 0), INSN_ECALL};
    uint64_t one = 1, two = 2;
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    memcpy(fixture_at(&fix, RAM_FIRST + PAGE_SIZE), &one, 8);
    memcpy(fixture_at(&fix, RAM_FIRST + 2 * PAGE_SIZE), &two, 8);
    engine_set(fix.engine, T0, page);
    fixture_map(&fix, (struct fixture_map){page, RAM_FIRST + PAGE_SIZE, false, false});
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(engine_get(fix.engine, T1), 1);
    fix.map[0].physical_page = RAM_FIRST + 2 * PAGE_SIZE;
    engine_enter(fix.engine, ENGINE_WORLD_GUEST, false);
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(engine_get(fix.engine, T1), 2);
    fix.fill_count = 0;
    engine_enter(fix.engine, ENGINE_WORLD_HOST, false);
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(engine_get(fix.engine, T1), 1);
    assert_int_equal(fix.fill_count, 0);
    engine_flush(fix.engine);
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(engine_get(fix.engine, T1), 2);
    fixture_close(&fix);
}

static void the_deadline_comes_at_the_first_branch_after_it(void **unused)
{
    const uint32_t code[] = {insn_addi(T0, X0, 100), INSN_NOP,  INSN_NOP, insn_addi(T0, T0, -1),
                             insn_bne(T0, X0, -12),  INSN_ECALL};
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    fixture_code(&fix, RAM_FIRST, code, COUNT_OF(code));
    fix.clock.deadline = 10;
    fix.deadline_step = 7;
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.clock.instret, 401);
    assert_int_equal(fix.deadline_at[0], 13);
    assert_int_equal(fix.deadline_pc[0], RAM_FIRST + 4);
    assert_int_equal(fix.deadline_at[1], 21);
    assert_int_equal(fix.deadline_count, 49);
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_the_instructions_before_an_event_in_mid_block),
        cmocka_unit_test(what_needs_privilege_is_an_event_in_both_worlds),
        cmocka_unit_test(a_breakpoint_is_an_event_in_either_length),
        cmocka_unit_test(a_loop_is_counted_to_the_instruction),
        cmocka_unit_test(a_refused_load_is_an_event_at_its_exact_pc),
        cmocka_unit_test(a_refused_store_changes_nothing),
        cmocka_unit_test(a_misaligned_atomic_is_an_event),
        cmocka_unit_test(a_conditional_store_asks_for_its_page_even_without_a_reservation),
        cmocka_unit_test(
            a_conditional_store_without_a_reservation_fails_quietly_where_it_may_write),
        cmocka_unit_test(a_fetch_fault_is_an_event_at_the_target),
        cmocka_unit_test(a_fetch_fault_of_a_crossing_instruction_comes_after_those_before_it),
        cmocka_unit_test(code_that_ran_across_a_page_faults_when_the_page_goes),
        cmocka_unit_test(an_illegal_instruction_may_be_the_first_of_a_page),
        cmocka_unit_test(each_world_has_its_own_translations),
        cmocka_unit_test(the_deadline_comes_at_the_first_branch_after_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
