/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model on its engine (sim/hart/hart_run.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hart/hart_run.h"
#include "riscv_insn.h"

enum { RAM_PAGES = 64, CSR_MTVEC = 0x305, CSR_MEPC = 0x341, CSR_MSCRATCH = 0x340, CSR_MIE = 0x304 };

#define RAM_FIRST UINT64_C(0x80000000)
#define HANDLER   (RAM_FIRST + 0x800)

struct machine {
    struct memory *memory;
    struct hart_run *run;
    uint8_t *ram;
    unsigned trap_count, step_count;
};

static uint64_t time_now(void *context)
{
    const struct machine *machine = context;

    return hart_run_clock(machine->run)->instret / 10;
}

static uint64_t time_instret_at(void *context, uint64_t mtime)
{
    (void)context;
    return mtime * 10;
}

static bool bus_read(void *context, spa_t where, unsigned size_bytes, uint64_t *value)
{
    (void)context;
    (void)size_bytes;
    *value = where.v;
    return true;
}

static bool bus_write(void *context, spa_t where, unsigned size_bytes, uint64_t value)
{
    struct machine *machine = context;

    (void)where;
    (void)size_bytes;
    (void)value;
    hart_run_stop(machine->run);
    return true;
}

static void trap_seen(void *context, const struct hart_trap *trap)
{
    struct machine *machine = context;

    (void)trap;
    machine->trap_count++;
}

static void step_seen(void *context, uint64_t pc)
{
    struct machine *machine = context;

    (void)pc;
    machine->step_count++;
}

static void machine_open(struct machine *machine, bool steps)
{
    struct memory_config memory = {.mode = MEMORY_NONE,
                                   .c_bit = 51,
                                   .page_count = (RAM_FIRST >> PAGE_SHIFT) + RAM_PAGES,
                                   .asid_max = 1};
    struct hart_run_config config = {.step = steps ? step_seen : NULL, .step_context = machine};
    struct memory_span span[MEMORY_SPANS];
    struct diagnostic diag;

    *machine = (struct machine){0};
    assert_int_equal(memory_create(&memory, &machine->memory), STATUS_OK);
    config.hart = (struct hart_config){.features = {.h = true, .levels_max = 3},
                                       .memory = machine->memory,
                                       .ram_first = {RAM_FIRST},
                                       .bus = {machine, bus_read, bus_write},
                                       .time = {machine, time_now, time_instret_at},
                                       .observer = {.context = machine, .trap = trap_seen}};
    assert_int_equal(hart_run_create(&config, &machine->run, &diag), STATUS_OK);
    memory_spans(machine->memory, span);
    machine->ram = span[0].bytes + RAM_FIRST;
    hart_run_pc_set(machine->run, RAM_FIRST);
}

static void machine_close(struct machine *machine)
{
    hart_run_destroy(machine->run);
    memory_destroy(machine->memory);
}

static enum hart_run_end machine_run(struct machine *machine, uint64_t limit)
{
    struct diagnostic diag = {""};
    enum hart_run_end end;

    if (hart_run(machine->run, limit, &end, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    return end;
}

/* A loop of T0 rounds with a trap in each, whose handler goes on behind it; then a store to a
 * device. T2 holds HANDLER. */
static void trapping_loop(struct machine *machine, unsigned rounds)
{
    const uint32_t code[] = {insn_csrrw(X0, CSR_MTVEC, T2), INSN_ECALL, insn_addi(T0, T0, -1),
                             insn_bne(T0, X0, -8), insn_sd(T0, X0, 0)};
    const uint32_t handler[] = {insn_csrrs(T1, CSR_MEPC, X0), insn_addi(T1, T1, 4),
                                insn_csrrw(X0, CSR_MEPC, T1), INSN_MRET};

    memcpy(machine->ram, code, sizeof code);
    memcpy(machine->ram + (HANDLER - RAM_FIRST), handler, sizeof handler);
    hart_run_set(machine->run, T0, rounds);
    hart_run_set(machine->run, T2, HANDLER);
}

static void traps_are_taken_and_what_traps_does_not_count(void **unused)
{
    struct machine machine;

    (void)unused;
    machine_open(&machine, false);
    trapping_loop(&machine, 100);
    assert_int_equal(machine_run(&machine, UINT64_MAX), HART_RUN_STOPPED);
    assert_int_equal(machine.trap_count, 100);
    assert_int_equal(hart_run_clock(machine.run)->instret, 2 + 100 * 6);
    assert_int_equal(hart_run_pc(machine.run), RAM_FIRST + 20);
    machine_close(&machine);
}

static void the_count_does_not_depend_on_turns_or_on_who_looks_on(void **unused)
{
    (void)unused;
    for (unsigned steps = 0; steps < 2; steps++) {
        struct machine machine;
        enum hart_run_end end;
        unsigned turns = 0;

        machine_open(&machine, steps);
        trapping_loop(&machine, 50);
        do {
            end = machine_run(&machine, hart_run_clock(machine.run)->instret + 7);
            turns++;
        } while (end == HART_RUN_LIMIT);
        assert_int_equal(end, HART_RUN_STOPPED);
        assert_in_range(turns, 20, 60);
        assert_int_equal(machine.trap_count, 50);
        assert_int_equal(hart_run_clock(machine.run)->instret, 2 + 50 * 6);
        assert_int_equal(machine.step_count, steps ? 2 + 50 * 7 : 0);
        machine_close(&machine);
    }
}

static void waiting_with_nothing_pending_ends_the_turn(void **unused)
{
    const uint32_t code[] = {INSN_NOP, INSN_WFI, INSN_NOP};
    struct machine machine;

    (void)unused;
    machine_open(&machine, false);
    memcpy(machine.ram, code, sizeof code);
    assert_int_equal(machine_run(&machine, UINT64_MAX), HART_RUN_WAIT);
    assert_int_equal(hart_run_pc(machine.run), RAM_FIRST + 8);
    assert_int_equal(hart_run_clock(machine.run)->instret, 2);
    machine_close(&machine);
}

static void a_trap_whose_handler_traps_likewise_ends_the_turn(void **unused)
{
    struct machine machine;

    (void)unused;
    machine_open(&machine, false);
    hart_run_pc_set(machine.run, 0x1000); /* and mtvec is 0: no memory at both */
    assert_int_equal(machine_run(&machine, UINT64_MAX), HART_RUN_TRAP_LOOP);
    machine_close(&machine);
}

static void an_instruction_that_somebody_else_changes_is_run_anew(void **unused)
{
    const uint32_t code[] = {insn_addi(A0, A0, 1), insn_sd(T0, X0, 0)};
    const struct access access = {.kind = ACCESS_WRITE, .spa = {RAM_FIRST}};
    uint32_t changed = insn_addi(A0, A0, 16);
    struct machine machine;
    struct fault fault;

    (void)unused;
    machine_open(&machine, false);
    memcpy(machine.ram, code, sizeof code);
    machine_run(&machine, UINT64_MAX);
    assert_true(memory_write(machine.memory, &access, &changed, sizeof changed, &fault));
    hart_run_pc_set(machine.run, RAM_FIRST);
    machine_run(&machine, UINT64_MAX);
    assert_int_equal(hart_run_get(machine.run, A0), 17);
    machine_close(&machine);
}

static void ram_that_begins_behind_its_end_is_refused(void **unused)
{
    struct memory_config memory = {
        .mode = MEMORY_NONE, .c_bit = 51, .page_count = 16, .asid_max = 1};
    struct hart_run_config config = {.hart.ram_first = {RAM_FIRST}};
    struct hart_run *run;
    struct diagnostic diag;

    (void)unused;
    assert_int_equal(memory_create(&memory, &config.hart.memory), STATUS_OK);
    assert_int_equal(hart_run_create(&config, &run, &diag), STATUS_BAD_INPUT);
    assert_null(run);
    assert_non_null(strstr(diag.text, "RAM begins behind its end"));
    memory_destroy(config.hart.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traps_are_taken_and_what_traps_does_not_count),
        cmocka_unit_test(the_count_does_not_depend_on_turns_or_on_who_looks_on),
        cmocka_unit_test(waiting_with_nothing_pending_ends_the_turn),
        cmocka_unit_test(a_trap_whose_handler_traps_likewise_ends_the_turn),
        cmocka_unit_test(an_instruction_that_somebody_else_changes_is_run_anew),
        cmocka_unit_test(ram_that_begins_behind_its_end_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
