/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accesses that are refused again and again (sim/hart/engine_site.h): nobody can tell that they are
 * foreseen. Encodings are those of GNU as. */
#include "engine_fixture.h"
#include "hart/engine_site.h"

enum { ROUNDS = 20 };

static void loads_and_stores_of_both_lengths_are_decoded(void **unused)
{
    static const struct {
        uint32_t insn;
        struct engine_access access;
    } cases[] = {
        {0x4b70, {ACCESS_READ, A4, 4, 84, false}},         /* c.lw a2, 84(a4) */
        {0x7750, {ACCESS_READ, A4, 8, 168, false}},        /* c.ld */
        {0x3750, {ACCESS_READ, A4, 8, 168, true}},         /* c.fld */
        {0xcb70, {ACCESS_WRITE, A4, 4, 84, false}},        /* c.sw */
        {0xf750, {ACCESS_WRITE, A4, 8, 168, false}},       /* c.sd */
        {0xb750, {ACCESS_WRITE, A4, 8, 168, true}},        /* c.fsd */
        {0x465e, {ACCESS_READ, SP, 4, 212, false}},        /* c.lwsp a2, 212(sp) */
        {0x763a, {ACCESS_READ, SP, 8, 424, false}},        /* c.ldsp */
        {0x363a, {ACCESS_READ, SP, 8, 424, true}},         /* c.fldsp */
        {0xcbb2, {ACCESS_WRITE, SP, 4, 212, false}},       /* c.swsp */
        {0xf732, {ACCESS_WRITE, SP, 8, 424, false}},       /* c.sdsp */
        {0xb732, {ACCESS_WRITE, SP, 8, 424, true}},        /* c.fsdsp */
        {0xffd74603, {ACCESS_READ, A4, 1, -3, false}},     /* lbu a2, -3(a4) */
        {0x7ff73603, {ACCESS_READ, A4, 8, 2047, false}},   /* ld */
        {0x80c73023, {ACCESS_WRITE, A4, 8, -2048, false}}, /* sd */
        {0x06c72227, {ACCESS_WRITE, A4, 4, 100, true}},    /* fsw */
    };
    static const uint32_t others[] = {0x0605, 0x0810, 0x8636, 0x00d7362f, 0x00074007, 0, 0x73};
    struct engine_access access;

    (void)unused;
    for (unsigned i = 0; i < COUNT_OF(cases); i++) {
        const struct engine_access *want = &cases[i].access;

        assert_true(engine_access_of(cases[i].insn, &access));
        assert_int_equal(access.kind, want->kind);
        assert_int_equal(access.base, want->base);
        assert_int_equal(access.size_bytes, want->size_bytes);
        assert_true(access.offset == want->offset);
        assert_int_equal(access.is_float, want->is_float);
    }
    for (unsigned i = 0; i < COUNT_OF(others); i++)
        assert_false(engine_access_of(others[i], &access));
}

static uint64_t go_on_behind(struct engine_fixture *fix, const struct engine_event *event)
{
    if (event->kind == ENGINE_ECALL) {
        engine_stop(fix->engine);
        return event->pc;
    }
    fix->clock.instret++;
    return event->pc + fixture_event_length(fix, event);
}

/* T1 rounds of: a load, a compressed load, a store, a store of a float, by A4. */
static void refused_loop(struct engine_fixture *fix)
{
    static const uint16_t c_ld = 0x7750;
    const uint32_t code[] = {insn_ld(A0, A4, 8),
                             0,
                             insn_sd(A0, A4, 16),
                             insn_fsd(2, A4, 24),
                             insn_addi(T1, T1, -1),
                             insn_bne(T1, X0, -18),
                             INSN_ECALL};

    fixture_code(fix, RAM_FIRST, code, 1);
    memcpy(fixture_at(fix, RAM_FIRST + 4), &c_ld, sizeof c_ld);
    memcpy(fixture_at(fix, RAM_FIRST + 6), code + 2, sizeof code - 8);
    engine_enter(fix->engine, ENGINE_WORLD_HOST, true);
    engine_set(fix->engine, T1, ROUNDS);
    engine_set(fix->engine, A4, 0x5000);
    fix->answer = go_on_behind;
}

static void every_refusal_is_the_same_event_at_the_same_count(void **unused)
{
    static const struct {
        unsigned offset;
        enum access_kind access;
    } want[] = {{0, ACCESS_READ}, {4, ACCESS_READ}, {6, ACCESS_WRITE}, {10, ACCESS_WRITE}};

    (void)unused;
    for (unsigned steps = 0; steps < 2; steps++) {
        struct engine_fixture fix;

        fixture_open(&fix, steps);
        refused_loop(&fix);
        fixture_run(&fix, RAM_FIRST);
        assert_int_equal(fix.event_count, 4 * ROUNDS + 1);
        assert_int_equal(fix.clock.instret, 6 * ROUNDS);
        for (unsigned i = 0; i < EVENTS_MAX; i++) {
            assert_int_equal(fix.event[i].event.kind, ENGINE_FAULT);
            assert_int_equal(fix.event[i].event.pc, RAM_FIRST + want[i % 4].offset);
            assert_int_equal(fix.event[i].event.access, want[i % 4].access);
            assert_int_equal(fix.event[i].event.page.v, 0x5000);
            assert_int_equal(fix.event[i].instret, i / 4 * 6 + i % 4);
        }
        fixture_close(&fix);
    }
}

static void a_page_that_is_granted_later_is_accessed_by_the_engine(void **unused)
{
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    refused_loop(&fix);
    fixture_run(&fix, RAM_FIRST);
    fixture_map(&fix, (struct fixture_map){0x5000, RAM_FIRST + PAGE_SIZE, false, false});
    engine_flush(fix.engine);
    engine_set(fix.engine, T1, ROUNDS);
    engine_set(fix.engine, ENGINE_F + 2, 77);
    fix.event_count = 0;
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.event_count, 1);
    assert_int_equal(fix.clock.instret, 12 * ROUNDS);
    assert_int_equal(*fixture_at(&fix, RAM_FIRST + PAGE_SIZE + 24), 77);
    fixture_close(&fix);
}

static void without_floats_a_foreseen_store_of_one_is_illegal(void **unused)
{
    struct engine_fixture fix;

    (void)unused;
    fixture_open(&fix, false);
    refused_loop(&fix);
    fixture_run(&fix, RAM_FIRST);
    engine_enter(fix.engine, ENGINE_WORLD_HOST, false);
    engine_set(fix.engine, T1, 1);
    fix.event_count = 0;
    fixture_run(&fix, RAM_FIRST);
    assert_int_equal(fix.event[3].event.kind, ENGINE_SYSTEM);
    assert_int_equal(fix.event[3].event.pc, RAM_FIRST + 10);
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_and_stores_of_both_lengths_are_decoded),
        cmocka_unit_test(every_refusal_is_the_same_event_at_the_same_count),
        cmocka_unit_test(a_page_that_is_granted_later_is_accessed_by_the_engine),
        cmocka_unit_test(without_floats_a_foreseen_store_of_one_is_illegal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
