/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_debug.c — what a debugger is told of the next instruction, and that nothing
 * changes by it. Encodings were made with riscv64-unknown-elf-as; a1 is DATA, sp is STACK. */
#include "hart_tables.h"

#define DATA  (RAM + 0x100020)
#define STACK (RAM + 0x200000)

enum { REGISTER_SP = 2, REGISTER_A1 = 11 };

struct row {
    uint32_t raw;
    uint64_t address;
    unsigned size_bytes;
    bool is_read, is_write;
};

static const struct row rows[] = {
    {0xfff58503, DATA - 1, 1, true, false},  /* lb a0, -1(a1) */
    {0x0025d503, DATA + 2, 2, true, false},  /* lhu a0, 2(a1) */
    {0xfea5bc23, DATA - 8, 8, false, true},  /* sd a0, -8(a1) */
    {0x2988, DATA + 16, 8, true, false},     /* c.fld fa0, 16(a1) */
    {0x00a5a227, DATA + 4, 4, false, true},  /* fsw fa0, 4(a1) */
    {0x1005b52f, DATA, 8, true, false},      /* lr.d a0, (a1) */
    {0x18c5a52f, DATA, 4, false, true},      /* sc.w a0, a2, (a1) */
    {0x00c5b52f, DATA, 8, true, true},       /* amoadd.d a0, a2, (a1) */
    {0x6588, DATA + 8, 8, true, false},      /* c.ld a0, 8(a1) */
    {0xec2a, STACK + 24, 8, false, true},    /* c.sdsp a0, 24(sp) */
    {0x0045a00f, DATA - 32, 64, false, true} /* cbo.zero (a1): its whole block */
};

static void opened(struct fixture *fix, uint32_t raw)
{
    fixture_open(fix, &all_features);
    fix->reg[REGISTER_SP] = STACK;
    fix->reg[REGISTER_A1] = DATA;
    memcpy(ram_at(fix, CODE), &raw, sizeof raw);
    fix->lost = 0;
}

static void the_next_access_is_told_of_every_kind(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hart_access access;
        struct fixture fix;

        opened(&fix, rows[i].raw);
        assert_true(hart_next_access(fix.hart, CODE, &access));
        assert_int_equal(access.address.v, rows[i].address);
        assert_int_equal(access.size_bytes, rows[i].size_bytes);
        assert_int_equal(access.is_read, rows[i].is_read);
        assert_int_equal(access.is_write, rows[i].is_write);
        assert_int_equal(fix.traps + fix.lost + fix.device_reads, 0);
        assert_int_equal(fix.clock.instret, 0);
        fixture_close(&fix);
    }
}

static void what_accesses_nothing_is_told_as_such(void **unused)
{
    static const uint32_t raws[] = {0x0015a00f /* cbo.clean */, 0x00458513 /* addi */,
                                    0x30002573 /* csrr */, 0 /* illegal */, 0x6025c073 /* hlv.b */};
    (void)unused;

    for (size_t i = 0; i < sizeof raws / sizeof *raws; i++) {
        struct hart_access access;
        struct fixture fix;

        opened(&fix, raws[i]);
        assert_false(hart_next_access(fix.hart, CODE, &access));
        assert_false(hart_next_access(fix.hart, 0, &access)); /* nothing is there */
        fixture_close(&fix);
    }
}

static void guest_physical_addresses_need_a_guest(void **unused)
{
    struct hart_features features = all_features;
    struct access access;
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &features);
    assert_true(hart_guest_look(fix.hart, (gpa_t){RAM}, ACCESS_READ, &access)); /* Bare */
    assert_int_equal(access.spa.v, RAM);
    fixture_close(&fix);
    features.h = false;
    fixture_open(&fix, &features);
    assert_false(hart_guest_look(fix.hart, (gpa_t){RAM}, ACCESS_READ, &access));
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_access_is_told_of_every_kind),
        cmocka_unit_test(what_accesses_nothing_is_told_as_such),
        cmocka_unit_test(guest_physical_addresses_need_a_guest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
