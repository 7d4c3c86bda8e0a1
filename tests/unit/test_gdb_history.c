/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_gdb_history.c — marks of a long run: few enough, and each is what it was. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "gdb/history.h"
#include "hart/hart_run.h"
#include "machine/device_tree.h"

enum { REGISTER_T0 = 5, LOOP_INSTRUCTIONS = 2 };

/* addi t0, t0, 1; j . - 4 */
static const uint8_t program[] = {0x93, 0x82, 0x12, 0x00, 0x6f, 0xf0, 0xdf, 0xff};

struct fixture {
    struct machine_spec spec;
    struct device_tree tree;
    struct image image;
    struct history history;
    struct live *live;
    struct console console; /* the machine's */
    char shown[64];
    size_t shown_bytes, input_taken;
};

static void put(void *context, const uint8_t *bytes, size_t size_bytes)
{
    struct fixture *fix = context;

    memcpy(fix->shown + fix->shown_bytes, bytes, size_bytes);
    fix->shown_bytes += size_bytes;
}

static size_t get(void *context, uint8_t *bytes, size_t most_bytes)
{
    struct fixture *fix = context;

    for (size_t i = 0; i < most_bytes; i++)
        bytes[i] = (uint8_t)('a' + fix->input_taken++);
    return most_bytes;
}

static int setup(void **state)
{
    struct fixture *fix = (struct fixture *)calloc(1, sizeof *fix);
    struct console console = {put, get, fix};
    struct live_config config = {.spec = &fix->spec, .image = &fix->image, .tree = &fix->tree};
    struct diagnostic diag;

    assert_non_null(fix);
    *state = fix;
    assert_int_equal(machine_load("tiny", &fix->spec, &diag), STATUS_OK);
    assert_int_equal(device_tree_build(&fix->spec, &fix->tree), STATUS_OK);
    fix->image.file.bytes = (uint8_t *)malloc(sizeof program);
    assert_non_null(fix->image.file.bytes);
    memcpy(fix->image.file.bytes, program, sizeof program);
    fix->image.file.size = sizeof program;
    fix->image.entry.v = MACHINE_RAM_FIRST;
    fix->image.segment_count = 1;
    fix->image.segment[0] = (struct image_segment){
        .first = {MACHINE_RAM_FIRST}, .size_bytes = PAGE_SIZE, .file_bytes = sizeof program};
    fix->console = history_console(&fix->history, &console);
    config.console = fix->console;
    assert_int_equal(live_create(&config, &fix->live, &diag), STATUS_OK);
    assert_int_equal(history_begin(&fix->history, fix->live, 0, &diag), STATUS_OK);
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fix = *state;

    live_destroy(fix->live);
    history_free(&fix->history);
    device_tree_free(&fix->tree);
    image_free(&fix->image);
    free(fix);
    return 0;
}

/* The tiny program makes no traps: its age is its instructions. */
static void advance(struct fixture *fix, uint64_t instructions)
{
    struct live_limits limits = {live_instructions(fix->live) + instructions, NULL, NULL};
    struct live_result result;
    struct diagnostic diag;

    assert_int_equal(live_run(fix->live, &limits, &result, &diag), STATUS_OK);
    history_add(&fix->history, fix->live, live_instructions(fix->live));
}

static void marks_stay_few_and_every_one_can_be_gone_to(void **state)
{
    struct fixture *fix = *state;
    struct history *history = &fix->history;
    uint64_t interval = history->interval;
    struct diagnostic diag;

    for (unsigned i = 0; i < HISTORY_MARKS_MAX + 10; i++)
        advance(fix, interval);
    assert_int_equal(history->interval, 2 * interval);
    assert_in_range(history->mark_count, HISTORY_MARKS_MAX / 2, HISTORY_MARKS_MAX);
    assert_int_equal(history->mark[0].age, 0);
    for (unsigned i = history->mark_count; i-- > 0;) {
        uint64_t age = history->mark[i].age;

        assert_true(i == 0 || age > history->mark[i - 1].age);
        assert_int_equal(history_find(history, age + 1), i);
        assert_int_equal(history_find(history, age), i > 0 ? i - 1 : 0);
        assert_int_equal(history_go(history, fix->live, i, &diag), STATUS_OK);
        assert_int_equal(live_instructions(fix->live), age);
        assert_int_equal(hart_run_get(live_hart(fix->live, 0), ENGINE_X + REGISTER_T0),
                         (age + 1) / LOOP_INSTRUCTIONS);
    }
}

static void a_mark_too_near_is_not_made(void **state)
{
    struct fixture *fix = *state;

    advance(fix, fix->history.interval / 2);
    assert_int_equal(fix->history.mark_count, 1);
    advance(fix, fix->history.interval);
    assert_int_equal(fix->history.mark_count, 2);
}

static void the_console_gives_the_same_again_and_shows_nothing_twice(void **state)
{
    struct fixture *fix = *state;
    struct history *history = &fix->history;
    struct console console = fix->console;
    struct diagnostic diag;
    uint8_t bytes[3];

    console.put(console.context, (const uint8_t *)"one", 3);
    assert_int_equal(console.get(console.context, bytes, 3), 3);
    assert_memory_equal(bytes, "abc", 3);
    assert_int_equal(history_go(history, fix->live, 0, &diag), STATUS_OK);
    console.put(console.context, (const uint8_t *)"on", 2);
    assert_int_equal(console.get(console.context, bytes, 2), 2);
    assert_memory_equal(bytes, "ab", 2);
    console.put(console.context, (const uint8_t *)"e, two", 6);
    assert_int_equal(console.get(console.context, bytes, 3), 1); /* what is known, first */
    assert_int_equal(bytes[0], 'c');
    assert_int_equal(console.get(console.context, bytes, 1), 1);
    assert_int_equal(bytes[0], 'd');
    assert_int_equal(fix->shown_bytes, 8);
    assert_memory_equal(fix->shown, "one, two", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(marks_stay_few_and_every_one_can_be_gone_to, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_mark_too_near_is_not_made, setup, teardown),
        cmocka_unit_test_setup_teardown(the_console_gives_the_same_again_and_shows_nothing_twice,
                                        setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
