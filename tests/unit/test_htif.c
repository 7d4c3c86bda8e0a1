/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_htif.c — commands through tohost: end, characters, proxied system calls. */
#include "memory_fixture.h"

#include "device_fixture.h"
#include "devices/htif.h"

enum { TOHOST = 0x3000, FROMHOST = 0x3040, CALL = 0x4000, TEXT = 0x5000 };

struct fixture {
    struct htif htif;
    struct script script;
    struct button button;
};

static void fixture_setup(struct fixture *fix, const char *input)
{
    *fix = (struct fixture){.script.input = input};
    fix->htif = (struct htif){.dma = {memory_in_mode(MEMORY_NONE), {0x2000}},
                              .console = script_console(&fix->script),
                              .power = button_power(&fix->button),
                              .tohost = {TOHOST},
                              .fromhost = {FROMHOST}};
}

static void fixture_teardown(struct fixture *fix)
{
    memory_destroy(fix->htif.dma.memory);
}

static void store(struct fixture *fix, uint64_t where, const void *from, size_t size_bytes)
{
    struct access access = {.kind = ACCESS_WRITE, .spa = {where}};
    struct fault fault;

    assert_true(memory_write(fix->htif.dma.memory, &access, from, size_bytes, &fault));
}

static uint64_t load(struct fixture *fix, uint64_t where)
{
    struct access access = {.kind = ACCESS_READ, .spa = {where}};
    struct fault fault;
    uint64_t value;

    assert_true(memory_read(fix->htif.dma.memory, &access, &value, sizeof value, &fault));
    return value;
}

static void command(struct fixture *fix, uint64_t word)
{
    store(fix, TOHOST, &word, sizeof word);
    htif_poll(&fix->htif);
}

/* Returns what the call left for its caller. */
static uint64_t call(struct fixture *fix, uint64_t number, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t word[8] = {number, a, b, c}, zero = 0;

    store(fix, FROMHOST, &zero, sizeof zero);
    store(fix, CALL, word, sizeof word);
    command(fix, CALL);
    return load(fix, CALL);
}

static void an_odd_word_ends_the_run_with_its_number(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    htif_poll(&fix.htif);
    assert_int_equal(fix.button.presses, 0);
    command(&fix, 1);
    assert_int_equal(fix.button.presses, 1);
    assert_int_equal(fix.button.request, POWER_PASS);
    assert_int_equal(load(&fix, TOHOST), 0);
    command(&fix, 20 << 1 | 1);
    assert_int_equal(fix.button.request, POWER_FAIL);
    assert_int_equal(fix.button.number, 20);
    (void)call(&fix, 93, 3, 0, 0);
    assert_int_equal(fix.button.request, POWER_FAIL);
    assert_int_equal(fix.button.number, 3);
    fixture_teardown(&fix);
}

static void a_proxied_write_appears_on_the_console(void **unused)
{
    char text[300];
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 26);
    store(&fix, TEXT, text, sizeof text);
    assert_int_equal(call(&fix, 64, 1, TEXT, sizeof text), sizeof text);
    assert_int_equal(fix.script.output_bytes, sizeof text);
    assert_memory_equal(fix.script.output, text, sizeof text);
    assert_int_equal(load(&fix, FROMHOST), 1);
    assert_int_equal(load(&fix, TOHOST), 0);
    assert_int_equal(call(&fix, 64, 2, TEXT, 2), 2);
    fixture_teardown(&fix);
}

static void calls_that_cannot_be_done_say_so(void **unused)
{
    struct fixture fix;
    uint64_t end;

    (void)unused;
    fixture_setup(&fix, NULL);
    end = memory_config(fix.htif.dma.memory)->page_count * PAGE_SIZE;
    assert_int_equal(call(&fix, 63, 0, TEXT, 1), -38);
    assert_int_equal(call(&fix, 64, 5, TEXT, 1), -9);
    assert_int_equal(call(&fix, 64, 1, TEXT, HTIF_WRITE_BYTES_MAX + 1), -22);
    assert_int_equal(call(&fix, 64, 1, end, 1), -14);
    assert_int_equal(call(&fix, 64, 1, UINT64_MAX, 8), -14);
    assert_int_equal(fix.script.output_bytes, 0);
    assert_int_equal(call(&fix, 64, 1, end - 256, 512), 256);
    fixture_teardown(&fix);
}

static void characters_go_and_come(void **unused)
{
    uint64_t zero = 0;
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, "ab");
    command(&fix, UINT64_C(0x0101) << 48 | 'H');
    command(&fix, UINT64_C(0x0101) << 48 | '!');
    assert_string_equal(fix.script.output, "H!");
    assert_int_equal(load(&fix, FROMHOST), 0);
    command(&fix, UINT64_C(0x0100) << 48);
    assert_int_equal(load(&fix, FROMHOST), UINT64_C(0x0100) << 48 | 0x100 | 'a');
    command(&fix, UINT64_C(0x0100) << 48); /* waits until the first one is taken */
    assert_int_equal(load(&fix, FROMHOST), UINT64_C(0x0100) << 48 | 0x100 | 'a');
    store(&fix, FROMHOST, &zero, sizeof zero);
    htif_poll(&fix.htif);
    assert_int_equal(load(&fix, FROMHOST), UINT64_C(0x0100) << 48 | 0x100 | 'b');
    store(&fix, FROMHOST, &zero, sizeof zero);
    command(&fix, UINT64_C(0x0100) << 48); /* there is none */
    assert_int_equal(load(&fix, FROMHOST), 0);
    fixture_teardown(&fix);
}

static void what_is_no_command_does_nothing(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    command(&fix, UINT64_C(0x7700) << 48 | 1);
    assert_int_equal(load(&fix, TOHOST), 0);
    command(&fix, 0x1000); /* below RAM */
    assert_int_equal(load(&fix, TOHOST), 0x1000);
    command(&fix, UINT64_C(0xfffffffffffe)); /* no memory there: perhaps half a command */
    assert_int_equal(load(&fix, TOHOST), UINT64_C(0xfffffffffffe));
    assert_int_equal(fix.button.presses + fix.script.output_bytes, 0);
    fix.htif.tohost.v = UINT64_MAX - 3; /* not in RAM itself */
    htif_poll(&fix.htif);
    fixture_teardown(&fix);
}

static void a_program_without_fromhost_gets_no_answer(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, "a");
    fix.htif.fromhost.v = 0;
    command(&fix, UINT64_C(0x0100) << 48);
    assert_int_equal(load(&fix, FROMHOST), 0);
    assert_int_equal(load(&fix, 0), 0);
    fixture_teardown(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_odd_word_ends_the_run_with_its_number),
        cmocka_unit_test(a_proxied_write_appears_on_the_console),
        cmocka_unit_test(calls_that_cannot_be_done_say_so),
        cmocka_unit_test(characters_go_and_come),
        cmocka_unit_test(what_is_no_command_does_nothing),
        cmocka_unit_test(a_program_without_fromhost_gets_no_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
