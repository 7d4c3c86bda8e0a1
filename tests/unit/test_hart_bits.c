/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_hart_bits.c — Zba, Zbb and Zbs: a1 and a2 in, a0 out. Encodings were made with
 * riscv64-unknown-elf-as; results follow the pseudocode of riscv-isa-manual, src/unpriv/zb.adoc. */
#include "hart_fixture.h"

#define A UINT64_C(0x8000000180000003)
#define B UINT64_C(0x00000000fffffff1)

struct row {
    uint32_t raw;
    uint64_t a, b, result;
};

static void check(const struct row *row, size_t count)
{
    struct fixture fix;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < count; i++) {
        fix.reg[11] = row[i].a;
        fix.reg[12] = row[i].b;
        assert_int_equal(run_system(&fix, row[i].raw), CODE + 4);
        if (fix.reg[10] != row[i].result)
            fail_msg("%08x gives 0x%llx", row[i].raw, (unsigned long long)fix.reg[10]);
    }
    fixture_close(&fix);
}

static void zba_adds_shifted_and_cut_operands(void **unused)
{
    static const struct row rows[] = {
        {0x08c5853b, A, 1, 0x80000004},                   /* add.uw */
        {0x20c5a533, A, 1, UINT64_C(0x0000000300000007)}, /* sh1add */
        {0x20c5c533, A, 1, UINT64_C(0x000000060000000d)}, /* sh2add */
        {0x20c5e533, A, 1, UINT64_C(0x0000000c00000019)}, /* sh3add */
        {0x20c5a53b, A, 1, UINT64_C(0x0000000100000007)}, /* sh1add.uw */
        {0x20c5c53b, A, 1, UINT64_C(0x000000020000000d)}, /* sh2add.uw */
        {0x20c5e53b, A, 1, UINT64_C(0x0000000400000019)}, /* sh3add.uw */
        {0x0a15951b, A, 0, UINT64_C(0x0000000600000000)}, /* slli.uw 33 */
    };
    (void)unused;

    check(rows, sizeof rows / sizeof rows[0]);
}

static void zbb_computes_with_two_operands(void **unused)
{
    static const struct row rows[] = {
        {0x40c5f533, A, B, UINT64_C(0x8000000100000002)},  /* andn */
        {0x40c5e533, A, B, UINT64_C(0xffffffff8000000f)},  /* orn */
        {0x40c5c533, A, B, UINT64_C(0x7ffffffe8000000d)},  /* xnor */
        {0x0ac5e533, A, B, B},                             /* max */
        {0x0ac5f533, A, B, A},                             /* maxu */
        {0x0ac5c533, A, B, A},                             /* min */
        {0x0ac5d533, A, B, B},                             /* minu */
        {0x60c59533, A, 65, UINT64_C(0x0000000300000007)}, /* rol */
        {0x60c5d533, A, 65, UINT64_C(0xc0000000c0000001)}, /* ror */
        {0x60c5d533, A, 64, A},                            /* ror by 0 */
        {0x6215d513, A, 0, UINT64_C(0xc0000001c0000000)},  /* rori 33 */
        {0x60c5953b, A, 33, 0x7},                          /* rolw */
        {0x60c5d53b, A, 33, UINT64_C(0xffffffffc0000001)}, /* rorw */
        {0x60c5d53b, A, 32, UINT64_C(0xffffffff80000003)}, /* rorw by 0 */
        {0x6095d51b, A, 0, 0x01c00000},                    /* roriw 9 */
    };
    (void)unused;

    check(rows, sizeof rows / sizeof rows[0]);
}

static void zbb_computes_with_one_operand(void **unused)
{
    static const struct row rows[] = {
        {0x60059513, 0, 0, 64}, /* clz */
        {0x60059513, 1, 0, 63},
        {0x60159513, 0, 0, 64}, /* ctz */
        {0x60159513, 0x50, 0, 4},
        {0x60259513, A, 0, 5}, /* cpop */
        {0x6005951b, A, 0, 0}, /* clzw */
        {0x6005951b, UINT64_C(0xffffffff00000001), 0, 31},
        {0x6005951b, UINT64_C(0xffffffff00000000), 0, 32},
        {0x6015951b, UINT64_C(0xffffffff00000000), 0, 32}, /* ctzw */
        {0x6015951b, A, 0, 0},
        {0x6025951b, A, 0, 3},                               /* cpopw */
        {0x60459513, 0x80, 0, UINT64_C(0xffffffffffffff80)}, /* sext.b */
        {0x60459513, 0x17f, 0, 0x7f},
        {0x60559513, 0x18000, 0, UINT64_C(0xffffffffffff8000)},                      /* sext.h */
        {0x0805c53b, UINT64_C(0xffffffffffff8001), 0, 0x8001},                       /* zext.h */
        {0x2875d513, A, 0, UINT64_C(0xff0000ffff0000ff)},                            /* orc.b */
        {0x6b85d513, UINT64_C(0x0102030405060708), 0, UINT64_C(0x0807060504030201)}, /* rev8 */
    };
    (void)unused;

    check(rows, sizeof rows / sizeof rows[0]);
}

static void zbs_handles_one_bit(void **unused)
{
    static const struct row rows[] = {
        {0x48c59533, A, 64 + 63, UINT64_C(0x0000000180000003)}, /* bclr */
        {0x4a159513, A, 0, A},                                  /* bclri 33 */
        {0x48c5d533, A, 63, 1},                                 /* bext */
        {0x48c5d533, A, 62, 0},
        {0x4a15d513, ~A, 0, 1},                           /* bexti 33 */
        {0x68c59533, A, 0, A - 1},                        /* binv */
        {0x6a159513, A, 0, UINT64_C(0x8000000380000003)}, /* binvi 33 */
        {0x28c59533, A, 2, A + 4},                        /* bset */
        {0x2a159513, A, 0, UINT64_C(0x8000000380000003)}, /* bseti 33 */
    };
    (void)unused;

    check(rows, sizeof rows / sizeof rows[0]);
}

static void neighbours_in_the_encoding_are_illegal(void **unused)
{
    static const uint32_t raws[] = {
        0x60759513, /* clz with rs2 7 */
        0x0815c53b, /* zext.h with rs2 1: packw of Zbkb */
        0x2805d513, /* orc.b with another constant */
        0x6985d513, /* rev8 of RV32 */
        0x0ac59533, /* clmul of Zbc */
    };
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features);
    for (size_t i = 0; i < sizeof raws / sizeof raws[0]; i++) {
        unsigned before = fix.traps;

        run_system(&fix, raws[i]);
        if (cause_after(&fix, before) != CAUSE_ILLEGAL)
            fail_msg("%08x", raws[i]);
    }
    fixture_close(&fix);
}

static void x0_stays_zero(void **unused)
{
    struct fixture fix;
    (void)unused;

    fixture_open(&fix, &all_features); /* its set function refuses x0 */
    assert_int_equal(run_system(&fix, 0x60059013), CODE + 4);
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zba_adds_shifted_and_cut_operands),
        cmocka_unit_test(zbb_computes_with_two_operands),
        cmocka_unit_test(zbb_computes_with_one_operand),
        cmocka_unit_test(zbs_handles_one_bit),
        cmocka_unit_test(neighbours_in_the_encoding_are_illegal),
        cmocka_unit_test(x0_stays_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
