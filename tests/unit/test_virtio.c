/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_virtio.c — the transport, and what becomes of a driver that breaks its rules. */
#include "virtio_fixture.h"

#include "devices/virtio_console.h"

struct fixture {
    struct virtio_console device;
    struct driver driver;
    struct wires wires;
    struct script script;
};

/* A console: queue 0 receives, queue 1 transmits. */
static void fixture_setup(struct fixture *fix, const char *input)
{
    struct memory *memory = memory_in_mode(MEMORY_NONE);
    struct console console = script_console(&fix->script);
    struct interrupt_line line = wire(&fix->wires, 1);

    *fix = (struct fixture){.script.input = input};
    fix->driver = (struct driver){&fix->device.virtio, memory, {memory, {RAM_FIRST}}, {0}, {0}};
    virtio_console_init(&fix->device, &fix->driver.dma, &console, &line);
}

static void fixture_teardown(struct fixture *fix)
{
    memory_destroy(fix->driver.memory);
}

/* The device gave up, says so, and touches nothing more until it is reset. */
static void is_broken(struct fixture *fix)
{
    uint16_t used = used_index(&fix->driver, 1);

    assert_int_equal(get(&fix->driver, STATUS) & NEEDS_RESET, NEEDS_RESET);
    assert_int_equal(get(&fix->driver, INTERRUPT_STATUS) & 2, 2);
    assert_true(fix->wires.level[1]);
    set(&fix->driver, QUEUE_NOTIFY, 1);
    assert_int_equal(used_index(&fix->driver, 1), used);
    set(&fix->driver, STATUS, 0);
    assert_int_equal(get(&fix->driver, STATUS), 0);
    assert_false(fix->wires.level[1]);
    fixture_teardown(fix);
}

static void it_tells_what_it_is(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    assert_int_equal(get(&fix.driver, MAGIC), 0x74726976);
    assert_int_equal(get(&fix.driver, VERSION), 2);
    assert_int_equal(get(&fix.driver, DEVICE_ID), 3);
    assert_int_equal(get(&fix.driver, DEVICE_FEATURES), 0);
    set(&fix.driver, DEVICE_FEATURES_SEL, 1);
    assert_int_equal(get(&fix.driver, DEVICE_FEATURES), 1);
    set(&fix.driver, DEVICE_FEATURES_SEL, 2);
    assert_int_equal(get(&fix.driver, DEVICE_FEATURES), 0);
    assert_int_equal(get(&fix.driver, QUEUE_NUM_MAX), VIRTQUEUE_SIZE_MAX);
    set(&fix.driver, QUEUE_SEL, 2);
    assert_int_equal(get(&fix.driver, QUEUE_NUM_MAX), 0);
    set(&fix.driver, QUEUE_READY, 1); /* there is no such queue */
    assert_int_equal(get(&fix.driver, QUEUE_READY), 0);
    assert_int_equal(get(&fix.driver, 0x0b0), UINT32_MAX);
    fixture_teardown(&fix);
}

static void features_that_it_does_not_offer_are_not_ok(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    features_take(&fix.driver, 1 << 5);
    assert_int_equal(get(&fix.driver, STATUS), 3);
    set(&fix.driver, STATUS, 0);
    set(&fix.driver, STATUS, 3 | 8); /* without VERSION_1 */
    assert_int_equal(get(&fix.driver, STATUS), 3);
    features_take(&fix.driver, 0);
    assert_int_equal(get(&fix.driver, STATUS), 11);
    fixture_teardown(&fix);
}

static void chains_are_sent_in_order_and_given_back_with_an_interrupt(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    driver_start(&fix.driver);
    store(fix.driver.memory, BUFFERS, "hello, world", 12);
    descriptor_put(&fix.driver, 1, 0, BUFFERS, 7, NEXT, 2);
    descriptor_put(&fix.driver, 1, 2, BUFFERS + 7, 5, 0, 0);
    descriptor_put(&fix.driver, 1, 1, BUFFERS, 5, 0, 0);
    head_offer(&fix.driver, 1, 0);
    head_offer(&fix.driver, 1, 1);
    set(&fix.driver, QUEUE_NOTIFY, 1);
    assert_string_equal(fix.script.output, "hello, worldhello");
    assert_int_equal(used_index(&fix.driver, 1), 2);
    assert_int_equal(get(&fix.driver, INTERRUPT_STATUS), 1);
    assert_true(fix.wires.level[1]);
    set(&fix.driver, INTERRUPT_ACK, 1);
    assert_false(fix.wires.level[1]);
    fixture_teardown(&fix);
}

static void a_driver_that_wants_no_interrupt_gets_none(void **unused)
{
    uint16_t no_interrupt = 1;
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    driver_start(&fix.driver);
    store(fix.driver.memory, AVAILABLE + QUEUE_STRIDE, &no_interrupt, 2);
    descriptor_put(&fix.driver, 1, 0, BUFFERS, 4, 0, 0);
    head_offer(&fix.driver, 1, 0);
    set(&fix.driver, QUEUE_NOTIFY, 1);
    assert_int_equal(used_index(&fix.driver, 1), 1);
    assert_false(fix.wires.level[1]);
    fixture_teardown(&fix);
}

static void input_goes_into_announced_buffers(void **unused)
{
    char got[8] = {0};
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, "abcdefg");
    driver_start(&fix.driver);
    for (uint16_t i = 0; i < 3; i++) {
        descriptor_put(&fix.driver, 0, i, BUFFERS + i * 4u, 4, WRITE, 0);
        head_offer(&fix.driver, 0, i);
    }
    set(&fix.driver, QUEUE_NOTIFY, 0);
    assert_int_equal(used_index(&fix.driver, 0), 2); /* the third waits for input */
    assert_int_equal(used_bytes(&fix.driver, 0, 0), 4);
    assert_int_equal(used_bytes(&fix.driver, 0, 1), 3);
    load(fix.driver.memory, BUFFERS, got, 7);
    assert_string_equal(got, "abcdefg");
    fix.script.input = "h";
    set(&fix.driver, QUEUE_NOTIFY, 0);
    assert_int_equal(used_index(&fix.driver, 0), 3);
    fixture_teardown(&fix);
}

static void nothing_moves_before_the_driver_is_ready(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    features_take(&fix.driver, 0);
    queue_start(&fix.driver, 1);
    descriptor_put(&fix.driver, 1, 0, BUFFERS, 4, 0, 0);
    head_offer(&fix.driver, 1, 0);
    set(&fix.driver, QUEUE_NOTIFY, 1);
    set(&fix.driver, QUEUE_NOTIFY, 7);
    assert_int_equal(used_index(&fix.driver, 1), 0);
    set(&fix.driver, STATUS, DRIVER_READY);
    set(&fix.driver, QUEUE_NOTIFY, 0); /* not ready */
    set(&fix.driver, QUEUE_NOTIFY, 1);
    assert_int_equal(used_index(&fix.driver, 1), 1);
    fixture_teardown(&fix);
}

static void a_queue_of_wrong_size_or_place_needs_a_reset(void **unused)
{
    static const uint32_t bad[][2] = {{QUEUE_NUM, 0},
                                      {QUEUE_NUM, 3},
                                      {QUEUE_NUM, 2 * VIRTQUEUE_SIZE_MAX},
                                      {QUEUE_NUM, 0x10008},
                                      {QUEUE_DESC, DESCRIPTORS + 8},
                                      {QUEUE_DRIVER, AVAILABLE + 1},
                                      {QUEUE_DEVICE, USED + 2}};

    (void)unused;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fixture fix;

        fixture_setup(&fix, NULL);
        driver_start(&fix.driver);
        set(&fix.driver, QUEUE_SEL, 1);
        set(&fix.driver, QUEUE_READY, 0);
        set(&fix.driver, bad[i][0], bad[i][1]);
        set(&fix.driver, QUEUE_READY, 1);
        assert_int_equal(get(&fix.driver, QUEUE_READY), 0);
        is_broken(&fix);
    }
}

static void a_ready_queue_stays_where_it_is(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix, NULL);
    driver_start(&fix.driver);
    set(&fix.driver, QUEUE_SEL, 1);
    set(&fix.driver, QUEUE_NUM, 3);
    set(&fix.driver, QUEUE_DESC, 7);
    set(&fix.driver, QUEUE_READY, 1);
    assert_int_equal(fix.device.virtio.queue[1].size, QUEUE_SIZE);
    assert_int_equal(fix.device.virtio.queue[1].descriptors.v, DESCRIPTORS + QUEUE_STRIDE);
    assert_int_equal(get(&fix.driver, STATUS), DRIVER_READY);
    fixture_teardown(&fix);
}

/* What a hostile driver leaves in its rings; each breaks the queue. */
static void put_loop(struct driver *driver)
{
    descriptor_put(driver, 1, 0, BUFFERS, 1, NEXT, 1);
    descriptor_put(driver, 1, 1, BUFFERS, 1, NEXT, 0);
    head_offer(driver, 1, 0);
}

static void put_head_out_of_range(struct driver *driver)
{
    head_offer(driver, 1, QUEUE_SIZE);
}

static void put_next_out_of_range(struct driver *driver)
{
    descriptor_put(driver, 1, 0, BUFFERS, 1, NEXT, UINT16_MAX);
    head_offer(driver, 1, 0);
}

static void put_readable_after_writable(struct driver *driver)
{
    descriptor_put(driver, 1, 0, BUFFERS, 1, NEXT | WRITE, 1);
    descriptor_put(driver, 1, 1, BUFFERS, 1, 0, 0);
    head_offer(driver, 1, 0);
}

static void put_indirect(struct driver *driver)
{
    descriptor_put(driver, 1, 0, BUFFERS, 16, 4, 0);
    head_offer(driver, 1, 0);
}

static void put_too_long(struct driver *driver)
{
    descriptor_put(driver, 1, 0, BUFFERS, VIRTQUEUE_CHAIN_BYTES_MAX, NEXT, 1);
    descriptor_put(driver, 1, 1, BUFFERS, 1, 0, 0);
    head_offer(driver, 1, 0);
}

static void put_no_memory(struct driver *driver)
{
    descriptor_put(driver, 1, 0, UINT64_C(1) << 40, 8, 0, 0);
    head_offer(driver, 1, 0);
}

static void put_below_ram(struct driver *driver)
{
    descriptor_put(driver, 1, 0, RAM_FIRST - 1, 1, 0, 0);
    head_offer(driver, 1, 0);
}

static void put_wrapping_address(struct driver *driver)
{
    descriptor_put(driver, 1, 0, UINT64_MAX - 3, 8, 0, 0);
    head_offer(driver, 1, 0);
}

static void put_index_too_far(struct driver *driver)
{
    driver->available[1] = QUEUE_SIZE;
    head_offer(driver, 1, 0);
}

static void put_rings_nowhere(struct driver *driver)
{
    set(driver, QUEUE_SEL, 1);
    set(driver, QUEUE_READY, 0);
    set(driver, QUEUE_DRIVER + 4, 0x7fffffff);
    set(driver, QUEUE_READY, 1);
}

static void put_used_ring_nowhere(struct driver *driver)
{
    set(driver, QUEUE_SEL, 1);
    set(driver, QUEUE_READY, 0);
    set(driver, QUEUE_DEVICE, 0xfffffffc);
    set(driver, QUEUE_DEVICE + 4, 0xffffffff);
    set(driver, QUEUE_READY, 1);
    descriptor_put(driver, 1, 0, BUFFERS, 1, 0, 0);
    head_offer(driver, 1, 0);
}

static void a_hostile_driver_breaks_its_queue_and_nothing_else(void **unused)
{
    static void (*const hostility[])(struct driver *) = {put_loop,
                                                         put_head_out_of_range,
                                                         put_next_out_of_range,
                                                         put_readable_after_writable,
                                                         put_indirect,
                                                         put_too_long,
                                                         put_no_memory,
                                                         put_below_ram,
                                                         put_wrapping_address,
                                                         put_index_too_far,
                                                         put_rings_nowhere,
                                                         put_used_ring_nowhere};

    (void)unused;
    for (unsigned i = 0; i < sizeof hostility / sizeof *hostility; i++) {
        struct fixture fix;

        fixture_setup(&fix, "input");
        driver_start(&fix.driver);
        hostility[i](&fix.driver);
        set(&fix.driver, QUEUE_NOTIFY, 1);
        is_broken(&fix);
    }
}

static void crooked_accesses_are_refused(void **unused)
{
    struct fixture fix;
    uint64_t value = 5;

    (void)unused;
    fixture_setup(&fix, NULL);
    assert_false(virtio_read(&fix.device.virtio, MAGIC, 8, &value));
    assert_false(virtio_read(&fix.device.virtio, MAGIC, 1, &value));
    assert_false(virtio_read(&fix.device.virtio, MAGIC + 2, 4, &value));
    assert_false(virtio_write(&fix.device.virtio, STATUS, 2, 1));
    assert_false(virtio_read(&fix.device.virtio, CONFIG + 1, 2, &value));
    assert_int_equal(value, 5);
    assert_true(virtio_read(&fix.device.virtio, CONFIG, 8, &value)); /* it has none */
    assert_int_equal(value, 0);
    assert_true(virtio_write(&fix.device.virtio, CONFIG, 1, 1));
    fixture_teardown(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_tells_what_it_is),
        cmocka_unit_test(features_that_it_does_not_offer_are_not_ok),
        cmocka_unit_test(chains_are_sent_in_order_and_given_back_with_an_interrupt),
        cmocka_unit_test(a_driver_that_wants_no_interrupt_gets_none),
        cmocka_unit_test(input_goes_into_announced_buffers),
        cmocka_unit_test(nothing_moves_before_the_driver_is_ready),
        cmocka_unit_test(a_queue_of_wrong_size_or_place_needs_a_reset),
        cmocka_unit_test(a_ready_queue_stays_where_it_is),
        cmocka_unit_test(a_hostile_driver_breaks_its_queue_and_nothing_else),
        cmocka_unit_test(crooked_accesses_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
