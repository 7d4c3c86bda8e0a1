/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_totality.c — every trap is understood: random causes, addresses, accounts and
 * instructions give one row each, never an error; and every row that exists is met. Read
 * random_exit.h first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "random_exit.h"

enum { TRAPS = 150000 };

/* Values that decide something, mixed with any others. */
static uint64_t random_cause(uint64_t *state)
{
    switch (random_below(state, 8)) {
    case 0:
        return random_word(state);
    case 1:
    case 2:
        return SCAUSE_INTERRUPT | random_below(state, 16);
    case 3:
        return random_below(state, 64);
    case 4:
        return ECALL;
    case 5:
        return VIRTUAL;
    default:
        return (const uint64_t[]){FETCH_FAULT, LOAD_FAULT, STORE_FAULT}[random_below(state, 3)];
    }
}

static uint64_t random_address(uint64_t *state)
{
    static const uint64_t bases[] = {ROM_BASE, MMIO_BASE, HOLE_BASE, RAM_BASE, SHARED_BASE};
    uint64_t which = random_below(state, 16);

    if (which >= 15)
        return random_word(state);
    return (which >= 5 ? MMIO_BASE : bases[which]) + random_below(state, PAGE_SIZE);
}

/* A random word is seldom an instruction that matters: most are built from an opcode that does. */
static uint32_t random_insn(uint64_t *state)
{
    static const uint32_t opcodes[] = {0x03, 0x07, 0x0f, 0x23, 0x27, 0x2f, 0x73};
    static const uint32_t words[] = {INSN_WFI_WORD, INSN_WRS_NTO,     INSN_SRET,
                                     INSN_SEED_T0,  INSN_CBO_ZERO_A1, 0xc01022f3};
    uint32_t any = (uint32_t)random_word(state);

    switch (random_below(state, 4)) {
    case 0:
        return any;
    case 1:
        return words[random_below(state, 6)];
    default:
        return (any & ~(uint32_t)0x7f) | opcodes[random_below(state, 7)];
    }
}

static void random_call(uint64_t *state, struct guest_state *live)
{
    const struct sbi_call *call =
        &exposure_strict.call[random_below(state, exposure_strict.call_count)];

    if (random_below(state, 8) == 0)
        return; /* whatever is in the registers */
    live->x[17] = random_word(state) << 32 | (uint32_t)call->eid;
    live->x[16] = random_word(state) << 32 | (uint32_t)call->fid;
    if (random_below(state, 2)) {
        live->x[10] = random_below(state, 2 * FIXTURE_VCPUS);
        live->x[11] = random_address(state) & ~(uint64_t)0xfff;
        live->x[12] = 0;
    }
}

static void random_trap(uint64_t *state, struct fixture *fix)
{
    static const uint64_t accounts[] = {0, HTINST_PSEUDO_READ, HTINST_PSEUDO_WRITE};
    uint64_t gpa = random_address(state);

    random_guest(state, &fix->live);
    random_call(state, &fix->live);
    code_place(fix, random_insn(state));
    if (random_below(state, 16) == 0)
        fix->platform.code_halves = (unsigned)random_below(state, 2);
    fix->trap.scause = random_cause(state);
    fix->trap.htval = gpa >> 2;
    fix->trap.stval = (random_word(state) & ~(uint64_t)0xfff) | (gpa & 0xfff);
    if (fix->trap.scause == VIRTUAL && random_below(state, 2))
        fix->trap.stval = random_below(state, 4) ? random_insn(state) : 0;
    fix->trap.htinst =
        random_below(state, 4) ? accounts[random_below(state, 3)] : random_word(state);
    fix->platform.read_status = random_below(state, 4) ? STATUS_OK : STATUS_FAULT;
    fix->platform.counter_status = random_below(state, 2) ? STATUS_OK : STATUS_DENIED;
    fix->platform.random_status = random_below(state, 2) ? STATUS_OK : STATUS_DENIED;
}

/* What must be true of any exit, whatever it was. */
static void assert_exit_is_whole(const struct fixture *fix)
{
    static const struct host_view nothing;
    static const struct fp_state no_fp;
    static const struct vector_state no_vector;
    const struct vcpu *vcpu = &fix->mon.vcpu[0];

    assert_in_range(fix->out.row, 0, ROW_COUNT - 1);
    assert_int_equal(vcpu->guest.x[0], 0);
    assert_memory_equal(&fix->out.view.fp, &no_fp, sizeof no_fp);
    assert_memory_equal(&fix->out.view.vec, &no_vector, sizeof no_vector);
    for (unsigned i = ITEM_PC; i <= ITEM_MODE; i++)
        assert_int_equal(fix->out.view.slot[i], 0);
    assert_int_equal(fix->out.view.slot[0], 0);
    if (fix->out.route != ROUTE_HOST)
        assert_memory_equal(&fix->out.view, &nothing, sizeof nothing);
    else
        assert_int_equal(fix->out.view.slot[ITEM_SCAUSE], fix->trap.scause);
    assert_int_equal(fix->out.view.handle != 0, vcpu->life == VCPU_EXITED);
}

static void every_trap_has_one_row_and_every_row_is_met(void **unused)
{
    struct fixture fix;
    uint64_t state = 31;
    unsigned met[ROW_COUNT] = {0}, missing = 0;

    (void)unused;
    fixture_begin(&fix);
    for (unsigned n = 0; n < TRAPS; n++) {
        random_trap(&state, &fix);
        if (fixture_exit(&fix) != STATUS_OK)
            fail_msg("trap %u: cause %#llx is an error", n, (unsigned long long)fix.trap.scause);
        assert_exit_is_whole(&fix);
        met[fix.out.row]++;
        if (n % 64 == 0)
            assert_sound(&fix);
        if (fix.mon.vcpu[0].life == VCPU_EXITED) {
            answer_begin(&fix, HOST_RETRY);
            assert_int_equal(fixture_resume(&fix), STATUS_OK);
        } else if (fix.mon.vcpu[0].life != VCPU_RUNNING) {
            fixture_begin(&fix);
        }
    }
    for (unsigned row = 0; row < ROW_LIFE_FIRST; row++)
        if (met[row] == 0) {
            print_error("%s is never met\n", row_name((enum row_id)row));
            missing++;
        }
    assert_int_equal(missing, 0);
    assert_int_not_equal(met[ROW_LIFE_STOP], 0);
}

/* The state of the guest in f and v registers is its own: saved whole, given back whole. */
static void f_and_v_are_saved_whole_and_never_shown(void **unused)
{
    struct fixture fix;
    struct random_exit exit;
    uint64_t state = 32;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        exit_draw(&state, &triggers[i], &exit);
        fixture_begin(&fix);
        exit_load(&exit, &fix);
        assert_int_equal(fixture_exit(&fix), STATUS_OK);
        assert_exit_is_whole(&fix);
        if (fix.mon.vcpu[0].life == VCPU_DEAD || fix.mon.vcpu[0].life == VCPU_STOPPED)
            continue; /* it is over: nothing is kept */
        assert_memory_equal(&fix.mon.vcpu[0].guest.fp, &exit.live.fp, sizeof exit.live.fp);
        assert_memory_equal(&fix.mon.vcpu[0].guest.vec, &exit.live.vec, sizeof exit.live.vec);
        if (fix.mon.vcpu[0].life != VCPU_EXITED)
            continue;
        resume_ok(&fix, HOST_RETRY);
        assert_memory_equal(&fix.mon.vcpu[0].guest.fp, &exit.live.fp, sizeof exit.live.fp);
        assert_memory_equal(&fix.mon.vcpu[0].guest.vec, &exit.live.vec, sizeof exit.live.vec);
        assert_sound(&fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trap_has_one_row_and_every_row_is_met),
        cmocka_unit_test(f_and_v_are_saved_whole_and_never_shown),
    };

    return cmocka_run_group_tests_name("totality", tests, NULL, NULL);
}
