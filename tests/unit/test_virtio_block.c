/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_virtio_block.c — requests on a disk, good and bad. */
#include "virtio_fixture.h"

#include "devices/virtio_block.h"

enum { SECTORS = 16, DATA = BUFFERS + 0x1000, RESULT = BUFFERS + 0x8000, SECTOR = 512 };
enum { TYPE_IN = 0, TYPE_OUT = 1, TYPE_FLUSH = 4, TYPE_GET_ID = 8 };

struct fixture {
    struct virtio_block device;
    struct driver driver;
    struct wires wires;
    uint8_t disk[SECTORS * SECTOR + 100]; /* the last part is no sector */
};

static void fixture_setup(struct fixture *fix)
{
    struct memory *memory = memory_in_mode(MEMORY_NONE);
    struct interrupt_line line = wire(&fix->wires, 2);

    *fix = (struct fixture){0};
    fix->driver = (struct driver){&fix->device.virtio, memory, {memory, {RAM_FIRST}}, {0}, {0}};
    for (size_t i = 0; i < sizeof fix->disk; i++)
        fix->disk[i] = (uint8_t)(i / SECTOR + i);
    virtio_block_init(&fix->device, &fix->driver.dma, fix->disk, sizeof fix->disk, &line);
    driver_start(&fix->driver);
}

static void fixture_teardown(struct fixture *fix)
{
    memory_destroy(fix->driver.memory);
}

/* Header, data_bytes at DATA, status. Returns the status byte that the device left. */
static uint8_t request(struct fixture *fix, uint32_t type, uint64_t sector, uint32_t data_bytes)
{
    struct {
        uint32_t type, reserved;
        uint64_t sector;
    } header = {type, 0, sector};
    uint8_t result = 0xee;
    uint16_t data_flags = type == TYPE_OUT ? NEXT : NEXT | WRITE;

    store(fix->driver.memory, BUFFERS, &header, sizeof header);
    store(fix->driver.memory, RESULT, &result, 1);
    descriptor_put(&fix->driver, 0, 0, BUFFERS, sizeof header, NEXT, data_bytes > 0 ? 1 : 2);
    descriptor_put(&fix->driver, 0, 1, DATA, data_bytes, data_flags, 2);
    descriptor_put(&fix->driver, 0, 2, RESULT, 1, WRITE, 0);
    head_offer(&fix->driver, 0, 0);
    set(&fix->driver, QUEUE_NOTIFY, 0);
    load(fix->driver.memory, RESULT, &result, 1);
    return result;
}

static void it_tells_its_size(void **unused)
{
    struct fixture fix;
    uint64_t value;

    (void)unused;
    fixture_setup(&fix);
    assert_int_equal(get(&fix.driver, DEVICE_ID), 2);
    assert_int_equal(get(&fix.driver, CONFIG), SECTORS);
    assert_true(virtio_read(&fix.device.virtio, CONFIG, 8, &value));
    assert_int_equal(value, SECTORS);
    assert_int_equal(get(&fix.driver, CONFIG + 12), VIRTQUEUE_SIZE_MAX - 2);
    fixture_teardown(&fix);
}

static void sectors_are_read_and_written(void **unused)
{
    uint8_t got[3 * SECTOR];
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    assert_int_equal(request(&fix, TYPE_IN, 5, sizeof got), 0);
    load(fix.driver.memory, DATA, got, sizeof got);
    assert_memory_equal(got, fix.disk + 5 * SECTOR, sizeof got);
    assert_int_equal(used_bytes(&fix.driver, 0, 0), sizeof got + 1);
    assert_int_equal(request(&fix, TYPE_OUT, 13, sizeof got), 0);
    assert_memory_equal(fix.disk + 13 * SECTOR, got, sizeof got);
    assert_int_equal(used_bytes(&fix.driver, 0, 1), 1);
    assert_int_equal(request(&fix, TYPE_FLUSH, 0, 0), 0);
    assert_true(fix.wires.level[2]);
    fixture_teardown(&fix);
}

static void the_id_is_cut_to_its_buffer(void **unused)
{
    char got[20];
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    assert_int_equal(request(&fix, TYPE_GET_ID, 0, 20), 0);
    load(fix.driver.memory, DATA, got, sizeof got);
    assert_string_equal(got, "cvmlab-disk");
    assert_int_equal(request(&fix, TYPE_GET_ID, 0, 3), 0);
    assert_int_equal(used_bytes(&fix.driver, 0, 1), 4);
    fixture_teardown(&fix);
}

static void requests_beyond_the_disk_are_errors_and_change_nothing(void **unused)
{
    static const struct {
        uint64_t sector;
        uint32_t size_bytes;
    } bad[] = {{SECTORS, SECTOR},
               {SECTORS - 1, 2 * SECTOR},
               {UINT64_MAX, SECTOR},
               {UINT64_MAX / SECTOR + 1, SECTOR},
               {0, 100},
               {0, (SECTORS + 1) * SECTOR}};
    struct fixture fix;
    uint8_t before[sizeof fix.disk];

    (void)unused;
    fixture_setup(&fix);
    memcpy(before, fix.disk, sizeof before);
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(request(&fix, TYPE_IN, bad[i].sector, bad[i].size_bytes), 1);
        assert_int_equal(request(&fix, TYPE_OUT, bad[i].sector, bad[i].size_bytes), 1);
    }
    assert_memory_equal(fix.disk, before, sizeof before);
    assert_int_equal(get(&fix.driver, STATUS), DRIVER_READY);
    fixture_teardown(&fix);
}

static void unknown_requests_are_unsupported(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    assert_int_equal(request(&fix, 11, 0, SECTOR), 2);
    assert_int_equal(request(&fix, UINT32_MAX, 0, 0), 2);
    fixture_teardown(&fix);
}

static void a_request_without_header_or_room_for_its_status_breaks_the_queue(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    descriptor_put(&fix.driver, 0, 0, BUFFERS, 16, 0, 0);
    head_offer(&fix.driver, 0, 0);
    set(&fix.driver, QUEUE_NOTIFY, 0);
    assert_int_equal(get(&fix.driver, STATUS) & NEEDS_RESET, NEEDS_RESET);
    fixture_teardown(&fix);

    fixture_setup(&fix);
    descriptor_put(&fix.driver, 0, 0, BUFFERS, 15, NEXT, 1);
    descriptor_put(&fix.driver, 0, 1, RESULT, 1, WRITE, 0);
    head_offer(&fix.driver, 0, 0);
    set(&fix.driver, QUEUE_NOTIFY, 0);
    assert_int_equal(get(&fix.driver, STATUS) & NEEDS_RESET, NEEDS_RESET);
    fixture_teardown(&fix);
}

static void data_without_memory_behind_it_is_an_error(void **unused)
{
    uint8_t result;
    struct fixture fix;

    (void)unused;
    fixture_setup(&fix);
    (void)request(&fix, TYPE_IN, 0, SECTOR);
    descriptor_put(&fix.driver, 0, 1, (uint64_t)RAM_PAGES * PAGE_SIZE - 100, SECTOR, NEXT | WRITE,
                   2);
    head_offer(&fix.driver, 0, 0);
    set(&fix.driver, QUEUE_NOTIFY, 0);
    load(fix.driver.memory, RESULT, &result, 1);
    assert_int_equal(result, 1);
    assert_int_equal(get(&fix.driver, STATUS), DRIVER_READY);
    fixture_teardown(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_tells_its_size),
        cmocka_unit_test(sectors_are_read_and_written),
        cmocka_unit_test(the_id_is_cut_to_its_buffer),
        cmocka_unit_test(requests_beyond_the_disk_are_errors_and_change_nothing),
        cmocka_unit_test(unknown_requests_are_unsupported),
        cmocka_unit_test(a_request_without_header_or_room_for_its_status_breaks_the_queue),
        cmocka_unit_test(data_without_memory_behind_it_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
