/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_rmp_device.c — the RMP and the keys of guests through registers. */
#include "memory_fixture.h"

#include "devices/rmp_device.h"

enum { PAGE = 0x00, GPA = 0x08, OWNER = 0x10, COMMAND = 0x18, RESULT = 0x20 };
enum { ASSIGNED = 1 << 16, UNCHANGED = 1 << 8, RAM_FIRST = 0x2000 };

static struct rmp_device device_of(enum memory_mode mode)
{
    return (struct rmp_device){.dma = {memory_in_mode(mode), {RAM_FIRST}}};
}

static void set(struct rmp_device *device, uint64_t offset, uint64_t value)
{
    assert_true(rmp_device_write(device, offset, 8, value));
}

static uint64_t command(struct rmp_device *device, uint64_t page, uint64_t owner, uint64_t what)
{
    uint64_t result;

    set(device, PAGE, page);
    set(device, GPA, owner & ASSIGNED || what != RMP_COMMAND_UPDATE ? page : 0);
    set(device, OWNER, owner);
    set(device, COMMAND, what);
    assert_true(rmp_device_read(device, RESULT, 8, &result));
    return result;
}

static enum rmp_state state(const struct rmp_device *device, uint64_t page)
{
    return rmp_page_state(memory_rmp(device->dma.memory), (spa_t){page});
}

static void a_page_is_given_accepted_and_taken_back(void **unused)
{
    struct rmp_device device = device_of(MEMORY_SNP);

    (void)unused;
    assert_int_equal(command(&device, GUEST_PAGE, ALICE | ASSIGNED, RMP_COMMAND_UPDATE), RMP_OK);
    assert_int_equal(state(&device, GUEST_PAGE), RMP_GUEST_INVALID);
    assert_int_equal(command(&device, GUEST_PAGE, ALICE, RMP_COMMAND_VALIDATE), RMP_OK);
    assert_int_equal(state(&device, GUEST_PAGE), RMP_GUEST_VALID);
    assert_int_equal(command(&device, GUEST_PAGE, ALICE, RMP_COMMAND_VALIDATE), UNCHANGED);
    assert_int_equal(command(&device, GUEST_PAGE, BOB, RMP_COMMAND_VALIDATE),
                     (uint64_t)FAULT_NESTED << 16);
    assert_int_equal(command(&device, GUEST_PAGE, ALICE, RMP_COMMAND_INVALIDATE), RMP_OK);
    assert_int_equal(command(&device, GUEST_PAGE, 0, RMP_COMMAND_UPDATE), RMP_OK);
    assert_int_equal(state(&device, GUEST_PAGE), RMP_HYPERVISOR);
    memory_destroy(device.dma.memory);
}

static void a_launched_page_is_plain_for_its_guest_alone(void **unused)
{
    struct rmp_device device = device_of(MEMORY_SNP);
    struct access from = host(ACCESS_WRITE, GUEST_PAGE);
    char text[] = "launched", seen[sizeof text];
    struct fault fault;

    (void)unused;
    assert_true(memory_write(device.dma.memory, &from, text, sizeof text, &fault));
    assert_int_equal(command(&device, GUEST_PAGE, ALICE, RMP_COMMAND_LAUNCH), RMP_OK);
    assert_int_equal(state(&device, GUEST_PAGE), RMP_GUEST_VALID);
    from = guest(ALICE, ACCESS_READ, GUEST_PAGE);
    assert_true(memory_read(device.dma.memory, &from, seen, sizeof seen, &fault));
    assert_string_equal(seen, text);
    from = host(ACCESS_READ, GUEST_PAGE);
    assert_true(memory_read(device.dma.memory, &from, seen, sizeof seen, &fault));
    assert_memory_not_equal(seen, text, sizeof seen);
    memory_destroy(device.dma.memory);
}

static void a_key_makes_a_guest_confidential(void **unused)
{
    struct rmp_device device = device_of(MEMORY_SNP);

    (void)unused;
    assert_false(device.has_key[5]);
    assert_int_equal(command(&device, 0, 5, RMP_COMMAND_KEY_INSTALL), RMP_OK);
    assert_true(device.has_key[5]);
    assert_int_equal(command(&device, 0, 5, RMP_COMMAND_KEY_RETIRE), RMP_OK);
    assert_false(device.has_key[5]);
    memory_destroy(device.dma.memory);
}

static void what_makes_no_sense_answers_fail_input(void **unused)
{
    static const struct {
        uint64_t page, owner, command;
    } bad[] = {{GUEST_PAGE, ALICE, 0},
               {GUEST_PAGE, ALICE, 7},
               {GUEST_PAGE, 0, RMP_COMMAND_KEY_INSTALL},
               {GUEST_PAGE, 16, RMP_COMMAND_KEY_INSTALL},
               {GUEST_PAGE, 0xffff, RMP_COMMAND_KEY_RETIRE},
               {GUEST_PAGE, 0, RMP_COMMAND_VALIDATE},
               {GUEST_PAGE, 0, RMP_COMMAND_LAUNCH},
               {GUEST_PAGE + 8, ALICE | ASSIGNED, RMP_COMMAND_UPDATE},
               {RAM_FIRST - PAGE_SIZE, ALICE | ASSIGNED, RMP_COMMAND_UPDATE},
               {RAM_FIRST - PAGE_SIZE, ALICE, RMP_COMMAND_VALIDATE},
               {UINT64_MAX - 4095, ALICE, RMP_COMMAND_LAUNCH},
               {(uint64_t)RAM_PAGES * PAGE_SIZE, ALICE | ASSIGNED, RMP_COMMAND_UPDATE}};
    struct rmp_device device = device_of(MEMORY_SNP);

    (void)unused;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(command(&device, bad[i].page, bad[i].owner, bad[i].command),
                         RMP_FAIL_INPUT);
    memory_destroy(device.dma.memory);
}

static void crooked_accesses_are_refused(void **unused)
{
    struct rmp_device device = {.page = 0};
    uint64_t value = 7;

    (void)unused;
    assert_false(rmp_device_read(&device, PAGE, 4, &value));
    assert_false(rmp_device_read(&device, 4, 8, &value));
    assert_false(rmp_device_read(&device, RESULT + 8, 8, &value));
    assert_false(rmp_device_write(&device, COMMAND, 4, 1));
    assert_int_equal(value, 7);
    assert_true(rmp_device_read(&device, COMMAND, 8, &value));
    assert_int_equal(value, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_given_accepted_and_taken_back),
        cmocka_unit_test(a_launched_page_is_plain_for_its_guest_alone),
        cmocka_unit_test(a_key_makes_a_guest_confidential),
        cmocka_unit_test(what_makes_no_sense_answers_fail_input),
        cmocka_unit_test(crooked_accesses_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
