/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_uart.c — the NS16550A as a driver sees it. */
#include "device_fixture.h"

#include "devices/uart.h"

enum { DATA, IER, IIR_FCR, LCR, MCR, LSR, MSR, SCR };

struct fixture {
    struct uart uart;
    struct wires wires;
    struct script script;
};

static void fixture_setup(struct fixture *fix, const char *input)
{
    struct console console = script_console(&fix->script);
    struct interrupt_line line = wire(&fix->wires, 3);

    *fix = (struct fixture){.script.input = input};
    uart_init(&fix->uart, &console, &line);
}

static uint8_t get(struct fixture *fix, unsigned offset)
{
    uint64_t value = ~UINT64_C(0);

    assert_true(uart_read(&fix->uart, offset, 1, &value));
    assert_true(value <= UINT8_MAX);
    return (uint8_t)value;
}

static void set(struct fixture *fix, unsigned offset, uint8_t value)
{
    assert_true(uart_write(&fix->uart, offset, 1, value));
}

static void what_is_written_appears_on_the_console(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    for (const char *c = "hart\n"; *c; c++) {
        assert_int_equal(get(&fix, LSR) & 0x60, 0x60);
        set(&fix, DATA, (uint8_t)*c);
    }
    assert_string_equal(fix.script.output, "hart\n");
}

static void input_comes_in_order_and_then_there_is_none(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, "abcdefghijklmnopqrstuvwxyz");
    set(&fix, IIR_FCR, 0x01);
    for (char c = 'a'; c <= 'z'; c++) {
        assert_int_equal(get(&fix, LSR) & 1, 1);
        assert_int_equal(get(&fix, DATA), c);
    }
    assert_int_equal(get(&fix, LSR) & 1, 0);
    assert_int_equal(get(&fix, DATA), 0);
}

static void received_data_interrupts_until_it_is_read(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, "xy");
    assert_false(fix.wires.level[3]);
    set(&fix, IER, 0x01);
    assert_true(fix.wires.level[3]);
    assert_int_equal(get(&fix, IIR_FCR), 0x04);
    assert_int_equal(get(&fix, DATA), 'x');
    assert_true(fix.wires.level[3]);
    assert_int_equal(get(&fix, DATA), 'y');
    assert_false(fix.wires.level[3]);
    assert_int_equal(get(&fix, IIR_FCR), 0x01);
}

static void below_the_trigger_level_it_is_a_timeout(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, "12345");
    set(&fix, IIR_FCR, 0x41); /* FIFOs on, trigger level 4 */
    set(&fix, IER, 0x01);
    assert_int_equal(get(&fix, IIR_FCR), 0xc4);
    assert_int_equal(get(&fix, DATA), '1');
    assert_int_equal(get(&fix, DATA), '2');
    assert_int_equal(get(&fix, IIR_FCR), 0xcc);
    assert_true(fix.wires.level[3]);
}

static void an_empty_transmitter_interrupts_once_per_write(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    set(&fix, IER, 0x02);
    assert_true(fix.wires.level[3]);
    assert_int_equal(get(&fix, IIR_FCR), 0x02);
    assert_false(fix.wires.level[3]);
    assert_int_equal(get(&fix, IIR_FCR), 0x01);
    set(&fix, DATA, 'a');
    assert_true(fix.wires.level[3]);
    set(&fix, IER, 0x00);
    assert_false(fix.wires.level[3]);
}

static void the_divisor_hides_data_and_enable_register(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, "q");
    set(&fix, IER, 0x05);
    set(&fix, LCR, 0x83);
    set(&fix, DATA, 0x27);
    set(&fix, IER, 0x11);
    assert_int_equal(get(&fix, DATA), 0x27);
    assert_int_equal(get(&fix, IER), 0x11);
    set(&fix, LCR, 0x03);
    assert_int_equal(get(&fix, DATA), 'q');
    assert_int_equal(get(&fix, IER), 0x05);
    assert_int_equal(fix.script.output_bytes, 0);
}

static void looped_back_it_hears_itself_and_nobody_else(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, "outside");
    set(&fix, IIR_FCR, 0x01);
    while (get(&fix, LSR) & 1)
        (void)get(&fix, DATA);
    set(&fix, MCR, 0x1a);
    assert_int_equal(get(&fix, MSR) & 0xf0, 0x90);
    for (unsigned i = 0; i < 20; i++) /* more than the FIFO holds */
        set(&fix, DATA, (uint8_t)('a' + i));
    for (unsigned i = 0; i < UART_FIFO_BYTES; i++)
        assert_int_equal(get(&fix, DATA), 'a' + i);
    assert_int_equal(get(&fix, LSR) & 1, 0);
    set(&fix, MCR, 0x00);
    assert_int_equal(get(&fix, MSR), 0xb0);
    assert_int_equal(fix.script.output_bytes, 0);
}

static void wide_accesses_reach_one_register_and_none_lies_behind_the_eighth(void **unused)
{
    struct fixture fix;
    uint64_t value = 77;

    (void)unused;
    fixture_setup(&fix, NULL);
    assert_true(uart_write(&fix.uart, SCR, 4, 0x11223344));
    assert_true(uart_read(&fix.uart, SCR, 8, &value));
    assert_int_equal(value, 0x44);
    assert_false(uart_read(&fix.uart, 8, 1, &value));
    assert_false(uart_write(&fix.uart, 0xff, 1, 0));
    assert_int_equal(value, 0x44);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_appears_on_the_console),
        cmocka_unit_test(input_comes_in_order_and_then_there_is_none),
        cmocka_unit_test(received_data_interrupts_until_it_is_read),
        cmocka_unit_test(below_the_trigger_level_it_is_a_timeout),
        cmocka_unit_test(an_empty_transmitter_interrupts_once_per_write),
        cmocka_unit_test(the_divisor_hides_data_and_enable_register),
        cmocka_unit_test(looped_back_it_hears_itself_and_nobody_else),
        cmocka_unit_test(wide_accesses_reach_one_register_and_none_lies_behind_the_eighth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
