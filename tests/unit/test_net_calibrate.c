/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_net_calibrate.c — this computer as a machine: the file reads back, and what must
 * be larger is. No test looks at how fast anything is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/calibrate.h"

static struct cost here, base;

static int computer_measured(void **unused)
{
    (void)unused;
    if (cost_open(&base, CALIBRATE_BASE, NULL) != STATUS_OK)
        return -1;
    return calibrate(&here, NULL) == STATUS_OK ? 0 : -1;
}

static bool is_measured_key(unsigned key)
{
    return key == COST_CPU_HZ || key == COST_DRIVER_PACKET || key == COST_DESCRIPTOR_READ;
}

static void what_is_measured_has_a_range_and_the_rest_is_the_bases(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < COST_KEY_COUNT; i++) {
        const struct cost_constant *constant = &here.constant[i];

        if (!is_measured_key(i)) {
            assert_memory_equal(constant, &base.constant[i], sizeof *constant);
            continue;
        }
        assert_int_equal(constant->origin.basis, COST_MEASURED);
        assert_true(0 < constant->value && constant->low <= constant->value &&
                    constant->value <= constant->high);
    }
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++)
        assert_int_equal(here.curve[i].origin.basis, COST_MEASURED);
}

static void the_file_reads_back_as_it_was(void **unused)
{
    char *text = cost_render(&here);
    struct cost *back = calloc(1, sizeof *back);

    (void)unused;
    assert_non_null(text);
    assert_non_null(back);
    assert_int_equal(cost_parse(back, text, strlen(text), "here.json", NULL), STATUS_OK);
    assert_string_equal(back->name, here.name);
    for (unsigned i = 0; i < COST_KEY_COUNT; i++) {
        assert_true(back->constant[i].value == here.constant[i].value);
        assert_true(back->constant[i].low == here.constant[i].low);
        assert_string_equal(back->constant[i].origin.source, here.constant[i].origin.source);
    }
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++) {
        assert_int_equal(back->curve[i].count, here.curve[i].count);
        assert_true(back->curve[i].point[3].ns == here.curve[i].point[3].ns);
        assert_true(back->curve[i].point[3].high == here.curve[i].point[3].high);
    }
    free(back);
    free(text);
}

/* Of large buffers, where the difference is a factor and not the noise of a busy computer. */
static void what_costs_more_is_measured_as_more(void **unused)
{
    (void)unused;
    assert_true(cost_curve_ns(&here, COST_COPY_COLD, 9000) >=
                cost_curve_ns(&here, COST_COPY_HOT, 9000));
    for (unsigned i = 0; i < COST_CURVE_COUNT; i++)
        assert_true(cost_curve_ns(&here, (enum cost_curve)i, 9000) >=
                    cost_curve_ns(&here, (enum cost_curve)i, 64));
    assert_true(cost_curve_ns(&here, COST_AES_GCM, 9000) >=
                cost_curve_ns(&here, COST_COPY_HOT, 9000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_measured_has_a_range_and_the_rest_is_the_bases),
        cmocka_unit_test(the_file_reads_back_as_it_was),
        cmocka_unit_test(what_costs_more_is_measured_as_more),
    };

    return cmocka_run_group_tests(tests, computer_measured, NULL);
}
