/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_confidentiality.c — two runs that agree in what a row may tell look the same
 * to the host, whatever else differs, now or before. Read strict_low.h and random_exit.h first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/hs_frame.h"
#include "monitor/nacl_page.h"
#include "random_exit.h"
#include "spec/spec.h"

enum { EXITS_PER_TRIGGER = 24, CHANGES = 64 };

/* All that reaches the host, in every encoding. */
struct seen {
    struct host_view view;
    struct hs_frame frame;
    struct nacl_page page;
    struct nacl_trap trap;
};

static bool run_is_visible(const struct fixture *fix)
{
    return fix->out.route == ROUTE_HOST;
}

/* An earlier exit of the same public kind, with this run's own secrets in it. */
static void history_make(struct fixture *fix, uint64_t *state)
{
    random_guest(state, &fix->live);
    fix->live.mode = GUEST_VS;
    code_place(fix, INSN_SW_T0_A1);
    trap_at(fix, STORE_FAULT, MMIO_BASE);
    exit_to_host(fix, ROW_MMIO_S);
    resume_ok(fix, HOST_DONE);
    memset(&fix->out, (int)random_below(state, 256), sizeof fix->out);
}

static void exit_show(const struct exposure *spec, const struct random_exit *exit, uint64_t secret,
                      struct fixture *fix, struct seen *seen)
{
    fixture_begin_with(fix, spec);
    history_make(fix, &secret);
    exit_load(exit, fix);
    if (fixture_exit(fix) != STATUS_OK)
        fail_msg("%s: refused", row_name(exit->row));
    assert_row(fix, exit->row);
    memset(seen, (int)(secret & 0xff), sizeof *seen);
    seen->view = fix->out.view;
    hs_frame_write(&fix->out.view, &seen->frame);
    nacl_page_write(&fix->out.view, &seen->page, &seen->trap);
    assert_sound(fix);
}

static void nothing_but_low_reaches_the_host(void **unused)
{
    static struct seen first, second;
    struct fixture fix;
    struct random_exit exit, twin;
    struct low low;
    uint64_t state = 1, differing = 0;

    (void)unused;
    for (unsigned i = 0; i < TRIGGER_COUNT; i++)
        for (unsigned n = 0; n < EXITS_PER_TRIGGER; n++) {
            exit_draw(&state, &triggers[i], &exit);
            exit_show(&exposure_strict, &exit, 2, &fix, &first);
            exit_low(&exit, &low);
            assert_memory_equal(first.view.slot, low.slot, sizeof low.slot);
            assert_int_equal(run_is_visible(&fix), low_is_host_row(exit.row));
            if (!run_is_visible(&fix))
                continue;
            exit_twin(&state, &exit, &twin, CHANGES);
            differing += memcmp(&exit.live, &twin.live, sizeof exit.live) != 0;
            exit_show(&exposure_strict, &twin, 3, &fix, &second);
            assert_memory_equal(&first, &second, sizeof first);
        }
    assert_true(differing > 500);
}

static const struct sbi_call *call_in(const struct exposure *spec, const struct guest_state *live)
{
    int32_t eid = (int32_t)(uint32_t)live->x[17], fid = (int32_t)(uint32_t)live->x[16];

    for (unsigned i = 0; i < spec->call_count; i++)
        if (spec->call[i].eid == eid && (spec->call[i].fid == fid || (eid >= 0 && eid <= 8)))
            return &spec->call[i];
    return NULL;
}

/* What a profile says of itself, read as data: one item of a row. */
static uint64_t profile_value(const struct expose_item *item, const struct random_exit *exit,
                              const struct low *strict)
{
    const struct guest_state *live = &exit->live;
    uint64_t value = 0;

    if (item->source <= ITEM_X31)
        value = live->x[item->source];
    else if (item->source >= ITEM_VSSTATUS && item->source < ITEM_SLOT_COUNT)
        value = live->csr[item->source - ITEM_VSSTATUS];
    else if (item->source == ITEM_PC)
        value = live->pc;
    else if (item->source == ITEM_MODE)
        value = live->mode;
    else if (item->source >= ITEM_SCAUSE && item->source <= ITEM_HTINST)
        value = (&exit->trap.scause)[item->source - ITEM_SCAUSE];
    else if (item->source == ITEM_RS2)
        value = live->x[exit->access.reg];
    else if (item->source == ITEM_INSN)
        value = exit->insn;
    else if (item->source == ITEM_HTINST_A0)
        value = strict->slot[ITEM_HTINST];
    else if (item->source == ITEM_HTINST_REAL)
        value =
            (access_word(&exit->access) & ~(uint32_t)(31 << 15)) - ((exit->insn & 3) == 3 ? 0 : 2);
    if (item->narrow == NARROW_CANON32)
        value = low_canonical(value);
    else if (item->narrow == NARROW_WIDTH && exit->access.width_bytes < 8)
        value &= ((uint64_t)1 << 8 * exit->access.width_bytes) - 1;
    return value & item->mask;
}

static void profile_args(const struct exposure *spec, const struct random_exit *exit,
                         struct low *low)
{
    static const uint64_t masks[] = {UINT64_MAX, UINT32_MAX, 0xff, UINT64_MAX, 0};
    const struct sbi_call *call = call_in(spec, &exit->live);

    for (unsigned i = 0; i < SBI_ARG_MAX; i++)
        if (call->expose >> i & 1)
            low->slot[10 + i] = exit->live.x[10 + i] & masks[call->type[i]];
}

static void profile_low(const struct exposure *spec, const struct random_exit *exit,
                        struct low *low)
{
    const struct exposure_row *row = &spec->row[exit->row];
    struct low strict;
    bool has_mask = exit->row == ROW_SBI_LEG && (uint32_t)exit->live.x[17] == 4;

    exit_low(exit, &strict);
    memset(low, 0, sizeof *low);
    for (unsigned i = 0; i < row->read_count; i++) {
        const struct expose_item *item = &spec->reads[row->first_read + i];
        unsigned slot = item->slot < ITEM_SLOT_COUNT ? item->slot : exit->access.reg;

        if (item->source == ITEM_SBI_ARGS)
            profile_args(spec, exit, low);
        else if (item->source == ITEM_LEGACY_MASK && has_mask)
            low->slot[slot] = strict.slot[10];
        else if (item->source < ITEM_SBI_ARGS || item->source == ITEM_HTINST_A0 ||
                 item->source == ITEM_HTINST_REAL || item->source == ITEM_INSN)
            low->slot[slot] = profile_value(item, exit, &strict);
    }
    low->slot[0] = 0;
}

static void profile_open(unsigned index, struct exposure *spec)
{
    struct diagnostic diagnostic;

    assert_int_equal(spec_load(spec_builtin_name(index), spec, &diagnostic), STATUS_OK);
}

/* The row of an exit under a profile: a call may be listed under another one. */
static enum row_id profile_row(const struct exposure *spec, const struct random_exit *exit)
{
    const struct sbi_call *call;

    if (exit->trap.scause != ECALL)
        return exit->row;
    call = call_in(spec, &exit->live);
    return call ? (enum row_id)call->row : ROW_SBI_UNK;
}

static bool profile_shows_state(const struct exposure *spec, enum row_id id)
{
    const struct exposure_row *row = &spec->row[id];

    for (unsigned i = 0; i < row->read_count; i++)
        if (spec->reads[row->first_read + i].source >= ITEM_FP)
            return true;
    return false;
}

static void every_profile_shows_exactly_what_it_says(void **unused)
{
    static const struct fp_state no_fp;
    static const struct vector_state no_vector;
    static struct exposure spec;
    static struct seen first;
    struct fixture fix;
    struct random_exit exit;
    struct low low;
    uint64_t state = 7, shown = 0;

    (void)unused;
    for (unsigned p = 0; spec_builtin_name(p); p++) {
        profile_open(p, &spec);
        for (unsigned i = 0; i < TRIGGER_COUNT; i++)
            for (unsigned n = 0; n < EXITS_PER_TRIGGER; n++) {
                exit_draw(&state, &triggers[i], &exit);
                exit.row = profile_row(&spec, &exit);
                exit_show(&spec, &exit, 2, &fix, &first);
                assert_true(run_is_visible(&fix) == (spec.row[exit.row].route == ROUTE_HOST));
                if (!run_is_visible(&fix))
                    continue;
                profile_low(&spec, &exit, &low);
                assert_memory_equal(first.view.slot, low.slot, sizeof low.slot);
                shown++;
                if (profile_shows_state(&spec, exit.row))
                    continue;
                assert_memory_equal(&first.view.fp, &no_fp, sizeof no_fp);
                assert_memory_equal(&first.view.vec, &no_vector, sizeof no_vector);
            }
    }
    assert_true(shown > 4000);
}

/* What chose the row, or let the call out at all, is public: which call it is, and the address of a
 * buffer that the monitor has checked. */
static bool choice_is_equal(const struct exposure *spec, const struct random_exit *a,
                            const struct random_exit *b)
{
    enum { CHECKED_ARGS = 4 };
    bool checked = a->row == ROW_SBI_DBCN || a->row == ROW_SBI_SHM;

    if (a->trap.scause != ECALL)
        return true;
    if (call_in(spec, &a->live) != call_in(spec, &b->live))
        return false;
    return !checked || memcmp(&a->live.x[10], &b->live.x[10], CHECKED_ARGS * 8) == 0;
}

/* As exit_twin, but of what the profile hides. */
static void profile_twin(const struct exposure *spec, uint64_t *state,
                         const struct random_exit *exit, struct random_exit *twin)
{
    struct random_exit trial;
    struct low low, changed;

    *twin = *exit;
    profile_low(spec, exit, &low);
    for (unsigned n = 0; n < CHANGES; n++) {
        trial = *twin;
        exit_change(state, &trial);
        if (!choice_is_equal(spec, exit, &trial))
            continue;
        profile_low(spec, &trial, &changed);
        if (memcmp(&low, &changed, sizeof low) == 0)
            *twin = trial;
    }
}

static void two_runs_that_a_profile_calls_equal_look_equal(void **unused)
{
    static struct exposure spec;
    static struct seen first, second;
    struct fixture fix;
    struct random_exit exit, twin;
    uint64_t state = 11;
    unsigned compared = 0;

    (void)unused;
    for (unsigned p = 0; spec_builtin_name(p); p++) {
        profile_open(p, &spec);
        for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
            exit_draw(&state, &triggers[i], &exit);
            exit.row = profile_row(&spec, &exit);
            if (spec.row[exit.row].route != ROUTE_HOST || profile_shows_state(&spec, exit.row))
                continue;
            profile_twin(&spec, &state, &exit, &twin);
            exit_show(&spec, &exit, 2, &fix, &first);
            exit_show(&spec, &twin, 3, &fix, &second);
            assert_memory_equal(&first, &second, sizeof first);
            compared++;
        }
    }
    assert_true(compared > 150);
}

static void an_open_profile_is_caught_in_every_row_of_the_host(void **unused)
{
    static struct exposure spec;
    static struct seen first, second;
    struct diagnostic diagnostic;
    bool leaks[ROW_COUNT] = {false};
    struct fixture fix;
    struct random_exit exit, twin;
    uint64_t state = 5;

    (void)unused;
    assert_int_equal(spec_load("legacy-open", &spec, &diagnostic), STATUS_OK);
    for (unsigned i = 0; i < TRIGGER_COUNT; i++) {
        exit_draw(&state, &triggers[i], &exit);
        if (!low_is_host_row(exit.row))
            continue;
        exit_twin(&state, &exit, &twin, CHANGES);
        exit_show(&spec, &exit, 2, &fix, &first);
        exit_show(&spec, &twin, 2, &fix, &second);
        leaks[exit.row] |= memcmp(&first, &second, sizeof first) != 0;
    }
    for (unsigned row = 0; row < ROW_COUNT; row++)
        if (leaks[row] != low_is_host_row((enum row_id)row))
            fail_msg("%s", row_name((enum row_id)row));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_but_low_reaches_the_host),
        cmocka_unit_test(every_profile_shows_exactly_what_it_says),
        cmocka_unit_test(two_runs_that_a_profile_calls_equal_look_equal),
        cmocka_unit_test(an_open_profile_is_caught_in_every_row_of_the_host),
    };

    return cmocka_run_group_tests_name("confidentiality", tests, NULL, NULL);
}
