/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_riscv_fault.c — every fault of the memory as a hart shows it. */
#include "memory_fixture.h"

#include "memory/riscv_fault.h"

static void the_host_gets_an_access_fault_by_the_kind_of_its_access(void **unused)
{
    static const struct {
        enum access_kind kind;
        uint64_t cause;
    } rows[] = {{ACCESS_READ, 5},
                {ACCESS_WRITE, 7},
                {ACCESS_EXECUTE, 1},
                {ACCESS_WALK, 5},
                {ACCESS_WALK_UPDATE, 7}};
    struct fault fault = {.kind = FAULT_PAGE,
                          .check = RMP_CHECK_HYPERVISOR_OWNED,
                          .error = FAULT_ERROR_PRESENT | FAULT_ERROR_RMP};

    (void)unused;
    for (unsigned i = 0; i < 5; i++) {
        struct riscv_fault riscv = riscv_fault_of(&fault, rows[i].kind, ACTOR_HYPERVISOR);

        assert_int_equal(riscv.cause, rows[i].cause);
        assert_int_equal(riscv.htval, 0);
        assert_int_equal(riscv.hrmpsyn, UINT64_C(1) << 31 | 1);
        assert_false(riscv.to_guest);
    }
}

static void a_nested_fault_is_a_guest_page_fault_with_address_and_syndrome(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);
    struct access access = guest(ALICE, ACCESS_WRITE, GUEST_PAGE);
    struct memory_answer answer;
    struct riscv_fault riscv;

    (void)unused;
    page_give(memory, ALICE, GUEST_PAGE);
    access.actor.vmpl = 2;
    assert_false(memory_ask(memory, &access, &answer));
    riscv = riscv_fault_of(&answer.fault, access.kind, access.actor.kind);
    assert_int_equal(riscv.cause, 23);
    assert_int_equal(riscv.htval, GUEST_PAGE >> 2);
    assert_false(riscv.to_guest);
    assert_int_equal(riscv.hrmpsyn & 0xf, RMP_CHECK_VMPL);
    assert_int_equal(riscv.hrmpsyn >> 31, 1 | 1 << 1 | 1 << 3 | 1 << 5); /* RMP FINAL ENC VMPL */
    assert_int_equal(riscv_fault_of(&answer.fault, ACCESS_READ, ACTOR_GUEST).cause, 21);
    assert_int_equal(riscv_fault_of(&answer.fault, ACCESS_EXECUTE, ACTOR_GUEST).cause, 20);
    memory_destroy(memory);
}

static void a_page_that_is_not_validated_traps_to_the_guest_itself(void **unused)
{
    struct memory *memory = memory_in_mode(MEMORY_SNP);
    struct access access = guest(ALICE, ACCESS_READ, GUEST_PAGE);
    struct memory_answer answer;
    struct riscv_fault riscv;

    (void)unused;
    page_give(memory, ALICE, GUEST_PAGE);
    guest_validate(memory, ALICE, GUEST_PAGE, false);
    assert_false(memory_ask(memory, &access, &answer));
    riscv = riscv_fault_of(&answer.fault, access.kind, access.actor.kind);
    assert_int_equal(riscv.cause, RISCV_PAGE_NOT_VALIDATED);
    assert_int_equal(riscv.htval, 0);
    assert_true(riscv.to_guest);
    assert_int_equal(riscv.hrmpsyn & 0xf, RMP_CHECK_VALIDATED);
    memory_destroy(memory);
}

static void an_address_without_memory_faults_where_the_access_came_from(void **unused)
{
    struct fault fault = {.kind = FAULT_ADDRESS, .gpa = {0x5000}, .spa = {UINT64_C(1) << 50}};
    struct riscv_fault riscv = riscv_fault_of(&fault, ACCESS_EXECUTE, ACTOR_GUEST);

    (void)unused;
    assert_int_equal(riscv.cause, 1);
    assert_true(riscv.to_guest);
    assert_int_equal(riscv.hrmpsyn, 0);
    riscv = riscv_fault_of(&fault, ACCESS_WRITE, ACTOR_HYPERVISOR);
    assert_int_equal(riscv.cause, 7);
    assert_false(riscv.to_guest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_host_gets_an_access_fault_by_the_kind_of_its_access),
        cmocka_unit_test(a_nested_fault_is_a_guest_page_fault_with_address_and_syndrome),
        cmocka_unit_test(a_page_that_is_not_validated_traps_to_the_guest_itself),
        cmocka_unit_test(an_address_without_memory_faults_where_the_access_came_from),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
