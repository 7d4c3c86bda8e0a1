/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_integrity.c — whatever the host writes, the guest goes on as the strict rules
 * say: its next state is worked out here a second time, from the exit and the few slots that count.
 * Read random_exit.h first. Source: docs/EXITS.md, columns W, pc and inj. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../unit/monitor_digest.h"
#include "random_exit.h"
#include "spec/spec.h"

enum { EXITS_PER_TRIGGER = 24 };

/* Calls whose a1 means something on success (riscv-sbi-doc, the return value of each call). */
static bool call_has_value(uint32_t eid, uint32_t fid)
{
    switch (eid) {
    case EID_PMU:
        return fid <= 2 || fid == 5 || fid == 6;
    case EID_DBCN:
        return fid <= 1;
    case 0x43505043: /* CPPC */
        return fid <= 2;
    case EID_MPXY:
        return fid == 0 || fid == 5 || fid == 7;
    case EID_DBTR:
        return fid == 0 || fid == 3 || fid == 4;
    default:
        return false;
    }
}

static uint64_t load_extend(const struct access *access, uint64_t value)
{
    unsigned drop = 64 - 8 * access->width_bytes;

    value <<= drop;
    return access->is_signed ? (uint64_t)((int64_t)value >> drop) : value >> drop;
}

/* Everything is reset but the time of the VM; no timer is set. */
static struct guest_state guest_restarted(const struct guest_state *live)
{
    struct guest_state guest = {.pc = live->x[11], .mode = GUEST_VS};

    guest.x[11] = live->x[12];
    guest.csr[GCSR_VSSTATUS] = VSSTATUS_UXL64;
    guest.csr[GCSR_VSTIMECMP] = UINT64_MAX;
    guest.csr[GCSR_HTIMEDELTA] = live->csr[GCSR_HTIMEDELTA];
    return guest;
}

/* The registers of an SBI call that returns. */
static void call_returns(const struct random_exit *exit, const uint64_t *slot,
                         struct guest_state *next)
{
    uint32_t eid = (uint32_t)exit->live.x[17], fid = (uint32_t)exit->live.x[16];
    bool success = slot[10] == 0;

    next->pc += 4;
    next->x[10] = slot[10];
    if (exit->row == ROW_SBI_COVG)
        next->x[10] = fid < 2 || success ? 0 : (uint64_t)-1;
    if (exit->row != ROW_SBI_LEG && exit->row != ROW_SBI_SRST)
        next->x[11] = success && call_has_value(eid, fid) ? slot[11] : 0;
    if (exit->row == ROW_SBI_HSM_SUSP && success && (eid == EID_SUSP || exit->live.x[10] >> 31 & 1))
        *next = guest_restarted(&exit->live);
}

static struct guest_state strict_next(const struct random_exit *exit, enum host_action action,
                                      const uint64_t *slot, uint64_t allowed)
{
    struct guest_state next = exit->live;

    allowed &= 0x444;
    next.csr[GCSR_HVIP] = (next.csr[GCSR_HVIP] & ~allowed) | (slot[ITEM_HVIP] & allowed);
    if (action == HOST_RETRY)
        return next;
    if (exit->trap.scause == ECALL) {
        call_returns(exit, slot, &next);
        return next;
    }
    next.pc += exit->row == ROW_VI_WFI || exit->row == ROW_VI_WRS || (exit->insn & 3) == 3 ? 4 : 2;
    if (exit->row == ROW_MMIO_L && exit->access.reg != 0)
        next.x[exit->access.reg] = load_extend(&exit->access, slot[10]);
    return next;
}

static bool row_can_complete(enum row_id row)
{
    return (row >= ROW_SBI_STD && row <= ROW_SBI_SRST) || row == ROW_MMIO_L || row == ROW_MMIO_S ||
           row == ROW_VI_WFI || row == ROW_VI_WRS;
}

/* A host that writes what it likes; half the time it says success. */
static void answer_draw(uint64_t *state, struct fixture *fix)
{
    fix->answer.handle = fix->out.view.handle;
    for (unsigned i = 0; i < ITEM_SLOT_COUNT; i++)
        fix->answer.slot[i] = random_word(state);
    if (random_below(state, 2))
        fix->answer.slot[ITEM_A0] = 0;
}

/* Exits to a host that will be asked; false if this exit is not one. */
static bool exit_ask(uint64_t *state, const struct exposure *spec, const struct trigger *trigger,
                     struct random_exit *exit, struct fixture *fix)
{
    exit_draw(state, trigger, exit);
    fixture_begin_with(fix, spec);
    fix->mon.hvip_allow = random_word(state);
    exit_load(exit, fix);
    assert_int_equal(fixture_exit(fix), STATUS_OK);
    answer_draw(state, fix);
    return fix->mon.vcpu[0].life == VCPU_EXITED;
}

static void assert_not_resumed_again(struct fixture *fix)
{
    uint64_t before = monitor_digest(&fix->mon);

    for (uint32_t vcpu = 0; vcpu <= FIXTURE_VCPUS; vcpu++) {
        assert_int_equal(monitor_resume(&fix->mon, vcpu, &fix->answer, &fix->resumed),
                         STATUS_DENIED);
        assert_int_equal(monitor_digest(&fix->mon), before);
    }
}

static void only_the_slots_of_the_row_change_the_guest_and_only_once(void **unused)
{
    struct fixture fix;
    struct random_exit exit;
    struct guest_state next;
    uint64_t state = 21;
    bool completed[ROW_COUNT] = {false};

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++)
        for (unsigned n = 0; n < EXITS_PER_TRIGGER; n++) {
            if (!exit_ask(&state, &exposure_strict, &triggers[i], &exit, &fix))
                continue;
            fix.answer.action = row_can_complete(exit.row) && n % 4 != 0 ? HOST_DONE : HOST_RETRY;
            if (exit.row == ROW_SBI_SRST && fix.answer.slot[ITEM_A0] == 0)
                fix.answer.action = HOST_RETRY;
            next = strict_next(&exit, fix.answer.action, fix.answer.slot, fix.mon.hvip_allow);
            assert_int_equal(fixture_resume(&fix), STATUS_OK);
            assert_guest(&fix, &next);
            completed[exit.row] |= fix.answer.action == HOST_DONE;
            assert_not_resumed_again(&fix);
            assert_sound(&fix);
        }
    for (unsigned row = 0; row < ROW_COUNT; row++)
        assert_int_equal(completed[row],
                         row_can_complete((enum row_id)row) && low_is_host_row((enum row_id)row));
}

static void what_a_row_does_not_allow_is_refused_and_changes_nothing(void **unused)
{
    struct fixture fix;
    struct random_exit exit;
    uint64_t state = 22, refused = 0, before;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++)
        for (unsigned n = 0; n < EXITS_PER_TRIGGER; n++) {
            if (!exit_ask(&state, &exposure_strict, &triggers[i], &exit, &fix))
                continue;
            before = monitor_digest(&fix.mon);
            fix.answer.action = HOST_INJECT;
            assert_int_equal(fixture_resume(&fix), STATUS_DENIED);
            fix.answer.action = HOST_DONE;
            if (!row_can_complete(exit.row))
                assert_int_equal(fixture_resume(&fix), STATUS_DENIED);
            fix.answer.handle ^= (uint64_t)1 << random_below(&state, 64);
            assert_int_equal(fixture_resume(&fix), STATUS_DENIED);
            assert_int_equal(fix.resumed.refusal, REFUSED_HANDLE);
            assert_int_equal(monitor_digest(&fix.mon), before);
            assert_sound(&fix);
            refused++;
        }
    assert_true(refused > 500);
}

/* The slots that a profile declares for this exit stay as they are, all others become random. */
static void answer_poison(uint64_t *state, const struct fixture *fix,
                          const struct random_exit *exit, struct host_answer *answer)
{
    const struct exposure *spec = fix->mon.spec;
    const struct exposure_row *row = &spec->row[fix->out.row];
    uint64_t keep[ITEM_SLOT_COUNT] = {0};

    for (unsigned i = 0; i < row->write_count; i++) {
        const struct accept_item *item = &spec->writes[row->first_write + i];
        unsigned slot = item->slot < ITEM_SLOT_COUNT ? item->slot : exit->access.reg;

        keep[slot] |= item->target == ITEM_HVIP ? item->mask & fix->mon.hvip_allow : UINT64_MAX;
    }
    keep[0] = 0;
    for (unsigned i = 0; i < ITEM_SLOT_COUNT; i++)
        answer->slot[i] = (answer->slot[i] & keep[i]) | (random_word(state) & ~keep[i]);
}

static void undeclared_slots_do_not_matter_in_any_profile(void **unused)
{
    static struct exposure spec;
    struct diagnostic diagnostic;
    struct fixture fix, twin;
    struct random_exit exit;
    uint64_t state = 23, done = 0;
    enum status st;

    (void)unused;
    for (unsigned p = 0; spec_builtin_name(p); p++) {
        assert_int_equal(spec_load(spec_builtin_name(p), &spec, &diagnostic), STATUS_OK);
        for (unsigned i = 0; i < TRIGGER_COUNT; i++)
            for (unsigned n = 0; n < EXITS_PER_TRIGGER / 4; n++) {
                if (!exit_ask(&state, &spec, &triggers[i], &exit, &fix))
                    continue;
                fix.answer.action = n % 2 ? HOST_DONE : HOST_RETRY;
                if (fix.out.row == ROW_SBI_SRST)
                    fix.answer.slot[ITEM_A0] = 1;
                twin = fix;
                twin.mon.platform = &twin.platform.base;
                answer_poison(&state, &fix, &exit, &twin.answer);
                st = fixture_resume(&fix);
                assert_int_equal(fixture_resume(&twin), st);
                assert_int_equal(monitor_digest(&fix.mon), monitor_digest(&twin.mon));
                assert_int_equal(fix.mon.vcpu[0].guest.x[0], 0);
                assert_sound(&twin);
                done += st == STATUS_OK;
            }
    }
    assert_true(done > 700);
}

/* A long run of one VM under a host that is sometimes wrong. */
static void a_long_run_keeps_every_invariant(void **unused)
{
    struct fixture fix;
    struct random_exit exit;
    uint64_t state = 24, seen = 0;

    (void)unused;
    fixture_begin(&fix);
    for (unsigned n = 0; n < 20000; n++) {
        const struct trigger *trigger = &triggers[random_below(&state, TRIGGER_COUNT)];

        exit_draw(&state, trigger, &exit);
        exit.live.x[0] = random_word(&state); /* a hart cannot; a bad caller could */
        exit_load(&exit, &fix);
        if (fix.mon.vcpu[0].life != VCPU_RUNNING) {
            fixture_begin(&fix);
            exit_load(&exit, &fix);
        }
        assert_int_equal(fixture_exit(&fix), STATUS_OK);
        assert_sound(&fix);
        for (unsigned k = 0; k < 3 && fix.mon.vcpu[0].life == VCPU_EXITED; k++) {
            answer_draw(&state, &fix);
            fix.answer.action = (enum host_action)random_below(&state, 3);
            fix.answer.handle += random_below(&state, 4) == 0 ? 16 : 0;
            if (k == 2) {
                fix.answer.action = HOST_RETRY;
                fix.answer.handle = fix.out.view.handle;
            }
            (void)fixture_resume(&fix);
            assert_int_equal(fix.mon.vcpu[0].guest.x[0], 0);
            assert_sound(&fix);
        }
        seen += fix.out.route == ROUTE_HOST;
    }
    assert_true(seen > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_slots_of_the_row_change_the_guest_and_only_once),
        cmocka_unit_test(what_a_row_does_not_allow_is_refused_and_changes_nothing),
        cmocka_unit_test(undeclared_slots_do_not_matter_in_any_profile),
        cmocka_unit_test(a_long_run_keeps_every_invariant),
    };

    return cmocka_run_group_tests_name("integrity", tests, NULL, NULL);
}
