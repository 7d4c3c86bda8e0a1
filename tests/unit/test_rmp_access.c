/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_rmp_access.c — the order of the checks of an access (APM vol. 2, table 15-39),
 * the error codes, large mappings, VMPLs and devices. The table of actors and states is in
 * test_rmp_check.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rmp_fixture.h"

/* A private access of the owner to a small page, mapped as it should be. */
static struct access access_of(const struct actor *actor, enum access_kind kind, uint64_t number)
{
    return (struct access){.actor = *actor,
                           .kind = kind,
                           .spa = page_at(number),
                           .gpa = gpa_at(number),
                           .is_private = true};
}

static void assert_passes(const struct rmp *rmp, const struct access *access)
{
    struct fault fault;

    assert_true(rmp_access_check(rmp, access, &fault));
}

static struct fault assert_fails(const struct rmp *rmp, const struct access *access,
                                 enum fault_kind kind, enum rmp_check check)
{
    struct fault fault = {FAULT_NONE, RMP_CHECK_NONE, 0, {0}, {0}};

    assert_false(rmp_access_check(rmp, access, &fault));
    assert_fault(&fault, kind, check);
    return fault;
}

/* A page at which every check fails, put right one by one: the first that is left answers. */
static void the_checks_come_in_their_order(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct access access = access_of(&owner, ACCESS_WRITE, FIXTURE_PAGES);
    struct rmp_entry entry = {.gpa = gpa_at(4).v, .asid = STRANGER, .permission = {RMP_MAY_READ}};

    (void)unused;
    entry.assigned = entry.immutable = true;
    assert_fails(&rmp, &access, FAULT_NESTED, RMP_CHECK_COVERED);
    access.spa = page_at(3);
    access.gpa = gpa_at(3);
    access.is_large = true;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(3), &entry), STATUS_OK);
    assert_fails(&rmp, &access, FAULT_NESTED, RMP_CHECK_GUEST_OWNED);
    entry.asid = OWNER;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(3), &entry), STATUS_OK);
    assert_fails(&rmp, &access, FAULT_NESTED, RMP_CHECK_REVERSE_MAP);
    entry.gpa = gpa_at(3).v;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(3), &entry), STATUS_OK);
    assert_fails(&rmp, &access, FAULT_NESTED, RMP_CHECK_MUTABLE);
    entry.immutable = false;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(3), &entry), STATUS_OK);
    assert_fails(&rmp, &access, FAULT_NESTED, RMP_CHECK_PAGE_SIZE);
    access.is_large = false;
    assert_fails(&rmp, &access, FAULT_NOT_VALIDATED, RMP_CHECK_VALIDATED);
    entry.validated = true;
    assert_int_equal(rmp_firmware_set(&rmp, page_at(3), &entry), STATUS_OK);
    assert_fails(&rmp, &access, FAULT_NESTED, RMP_CHECK_VMPL);
    access.kind = ACCESS_READ;
    assert_passes(&rmp, &access);
    fixture_end(&rmp);
}

static void a_wrongly_mapped_page_is_the_hypervisors_fault_even_if_not_validated(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct access access = access_of(&owner, ACCESS_READ, 3);

    (void)unused;
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    assert_fails(&rmp, &access, FAULT_NOT_VALIDATED, RMP_CHECK_VALIDATED);
    access.gpa = gpa_at(4);
    assert_fails(&rmp, &access, FAULT_NESTED, RMP_CHECK_REVERSE_MAP);
    fixture_end(&rmp);
}

#define RMP_BITS     (FAULT_ERROR_PRESENT | FAULT_ERROR_RMP)
#define NESTED_BITS  (RMP_BITS | FAULT_ERROR_USER)
#define PRIVATE_BITS (NESTED_BITS | FAULT_ERROR_ENCRYPTED)
#define WALK_BITS    (FAULT_ERROR_WALK | FAULT_ERROR_WRITE)

static void error_codes_tell_what_was_tried(void **unused)
{
    static const struct {
        const struct actor *actor;
        enum access_kind kind;
        bool is_private;
        uint64_t error;
    } rows[] = {
        {&host, ACCESS_WRITE, false, RMP_BITS | FAULT_ERROR_WRITE},
        {&host, ACCESS_WALK, false, RMP_BITS},
        {&host, ACCESS_WALK_UPDATE, false, RMP_BITS | FAULT_ERROR_WRITE},
        {&legacy, ACCESS_WRITE, false, NESTED_BITS | FAULT_ERROR_WRITE | FAULT_ERROR_FINAL},
        {&legacy, ACCESS_WRITE, true, PRIVATE_BITS | FAULT_ERROR_WRITE | FAULT_ERROR_FINAL},
        {&legacy, ACCESS_WALK, false, NESTED_BITS | WALK_BITS},
        {&owner, ACCESS_WRITE, false, NESTED_BITS | FAULT_ERROR_WRITE | FAULT_ERROR_FINAL},
        {&stranger, ACCESS_READ, true, PRIVATE_BITS | FAULT_ERROR_FINAL},
        {&stranger, ACCESS_WRITE, true, PRIVATE_BITS | FAULT_ERROR_WRITE | FAULT_ERROR_FINAL},
        {&stranger, ACCESS_EXECUTE, false, PRIVATE_BITS | FAULT_ERROR_FETCH | FAULT_ERROR_FINAL},
        {&stranger, ACCESS_WALK, false, PRIVATE_BITS | WALK_BITS},
        {&stranger, ACCESS_WALK_UPDATE, false, PRIVATE_BITS | WALK_BITS},
    };
    struct rmp rmp = fixture_begin();

    (void)unused;
    give_valid(&rmp, 3, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct access access = access_of(rows[i].actor, rows[i].kind, 3);
        struct fault fault;

        access.is_private = rows[i].is_private;
        assert_false(rmp_access_check(&rmp, &access, &fault));
        assert_int_equal(fault.kind, rows[i].actor == &host ? FAULT_PAGE : FAULT_NESTED);
        if (fault.error != rows[i].error)
            fail_msg("row %zu: %#jx", i, (uintmax_t)fault.error);
    }
    fixture_end(&rmp);
}

static void each_kind_of_access_needs_its_permission(void **unused)
{
    static const struct {
        enum access_kind kind;
        uint8_t cpl, needs;
    } rows[] = {
        {ACCESS_READ, 0, RMP_MAY_READ},
        {ACCESS_WRITE, 0, RMP_MAY_READ | RMP_MAY_WRITE},
        {ACCESS_EXECUTE, 3, RMP_MAY_EXECUTE_USER},
        {ACCESS_EXECUTE, 2, RMP_MAY_EXECUTE_SUPERVISOR},
        {ACCESS_WALK, 3, RMP_MAY_READ},
        {ACCESS_WALK_UPDATE, 0, RMP_MAY_READ | RMP_MAY_WRITE},
    };
    struct rmp rmp = fixture_begin();
    struct rmp_target target = target_of(3, false);

    (void)unused;
    give_valid(&rmp, 3, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (uint8_t mask = 0; mask <= RMP_MAY_ALL; mask++) {
            struct actor vmpl2 = owner_at(2, rows[i].cpl);
            struct access access = access_of(&vmpl2, rows[i].kind, 3);
            struct rmp_rights rights = {.vmpl = 2, .mask = mask};

            assert_code(rmp_adjust(&rmp, &owner, &target, &rights), RMP_OK);
            if ((mask & rows[i].needs) == rows[i].needs)
                assert_passes(&rmp, &access);
            else
                assert_true(assert_fails(&rmp, &access, FAULT_NESTED, RMP_CHECK_VMPL).error &
                            FAULT_ERROR_VMPL);
        }
    fixture_end(&rmp);
}

/* APM table 15-39 and 15.36.11, both ways. */
static void the_nested_mapping_must_be_as_large_as_the_entry(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct access small = access_of(&owner, ACCESS_READ, 700), large = small;

    (void)unused;
    large.is_large = true;
    give_valid(&rmp, 512, true);
    assert_passes(&rmp, &large);
    assert_fails(&rmp, &small, FAULT_NESTED, RMP_CHECK_PAGE_SIZE);
    assert_int_equal(rmp_psmash(&rmp, &host, page_at(512)), RMP_OK);
    assert_passes(&rmp, &small);
    assert_fails(&rmp, &large, FAULT_NESTED, RMP_CHECK_PAGE_SIZE);
    fixture_end(&rmp);
}

static void inside_a_large_page_the_gpa_runs_on(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct access access = access_of(&owner, ACCESS_READ, 700);

    (void)unused;
    access.is_large = true;
    give_valid(&rmp, 512, true);
    access.spa.v += 0x123;
    access.gpa.v += 0x123;
    assert_passes(&rmp, &access);
    access.gpa = gpa_at(512);
    assert_fails(&rmp, &access, FAULT_NESTED, RMP_CHECK_REVERSE_MAP);
    fixture_end(&rmp);
}

static void one_assigned_page_stops_a_write_through_a_large_mapping(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct access access = access_of(&host, ACCESS_WRITE, 600);

    (void)unused;
    access.is_large = true;
    assert_passes(&rmp, &access);
    assert_int_equal(give(&rmp, 1023, OWNER, false), RMP_OK);
    assert_fails(&rmp, &access, FAULT_PAGE, RMP_CHECK_HYPERVISOR_OWNED);
    access.kind = ACCESS_WALK_UPDATE; /* always by 4 KiB */
    assert_passes(&rmp, &access);
    access.is_large = false;
    access.kind = ACCESS_WRITE;
    assert_passes(&rmp, &access);
    access.spa = page_at(100);
    access.is_large = true;
    assert_passes(&rmp, &access);
    assert_int_equal(give(&rmp, 1023, 0, false), RMP_OK);
    access.spa = page_at(600);
    assert_passes(&rmp, &access);
    fixture_end(&rmp);
}

static void a_large_mapping_over_the_end_of_the_table_sees_the_pages_before_it(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct access access = access_of(&host, ACCESS_WRITE, FIXTURE_PAGES + 1);

    (void)unused;
    access.is_large = true;
    assert_passes(&rmp, &access);
    assert_int_equal(give(&rmp, FIXTURE_PAGES - 1, OWNER, false), RMP_OK);
    assert_fails(&rmp, &access, FAULT_PAGE, RMP_CHECK_HYPERVISOR_OWNED);
    access.is_large = false;
    assert_passes(&rmp, &access);
    fixture_end(&rmp);
}

static void reading_shared_is_checked_only_if_the_table_is_told_so(void **unused)
{
    struct rmp rmp = fixture_begin();
    struct access access = access_of(&owner, ACCESS_READ, 3);

    (void)unused;
    access.is_private = false;
    give_valid(&rmp, 3, false);
    assert_passes(&rmp, &access);
    rmp.checks_shared_reads = true;
    assert_fails(&rmp, &access, FAULT_NESTED, RMP_CHECK_HYPERVISOR_OWNED);
    access.spa = page_at(4);
    assert_passes(&rmp, &access);
    fixture_end(&rmp);
}

static void a_device_reaches_private_memory_only_of_the_guest_that_trusts_it(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct actor trusted = {.kind = ACTOR_DEVICE, .asid = OWNER, .is_snp = true};
    const struct actor strange = {.kind = ACTOR_DEVICE, .asid = STRANGER, .is_snp = true};
    struct access access = access_of(&device, ACCESS_READ, 3);

    (void)unused;
    assert_int_equal(give(&rmp, 3, OWNER, false), RMP_OK);
    assert_fails(&rmp, &access, FAULT_DEVICE, RMP_CHECK_HYPERVISOR_OWNED);
    access.actor = trusted;
    assert_fails(&rmp, &access, FAULT_DEVICE, RMP_CHECK_VALIDATED);
    assert_code(validate(&rmp, 3, false, true), RMP_OK);
    assert_passes(&rmp, &access);
    access.is_private = false;
    assert_fails(&rmp, &access, FAULT_DEVICE, RMP_CHECK_HYPERVISOR_OWNED);
    access = access_of(&strange, ACCESS_WRITE, 3);
    assert_fails(&rmp, &access, FAULT_DEVICE, RMP_CHECK_GUEST_OWNED);
    fixture_end(&rmp);
}

static void nothing_stops_the_secure_processor(void **unused)
{
    struct rmp rmp = fixture_begin();
    const struct actor firmware = {.kind = ACTOR_FIRMWARE, .asid = STRANGER};
    struct access access = access_of(&firmware, ACCESS_WRITE, 3);

    (void)unused;
    give_valid(&rmp, 3, false);
    assert_passes(&rmp, &access);
    fixture_end(&rmp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checks_come_in_their_order),
        cmocka_unit_test(a_wrongly_mapped_page_is_the_hypervisors_fault_even_if_not_validated),
        cmocka_unit_test(error_codes_tell_what_was_tried),
        cmocka_unit_test(each_kind_of_access_needs_its_permission),
        cmocka_unit_test(the_nested_mapping_must_be_as_large_as_the_entry),
        cmocka_unit_test(inside_a_large_page_the_gpa_runs_on),
        cmocka_unit_test(one_assigned_page_stops_a_write_through_a_large_mapping),
        cmocka_unit_test(a_large_mapping_over_the_end_of_the_table_sees_the_pages_before_it),
        cmocka_unit_test(reading_shared_is_checked_only_if_the_table_is_told_so),
        cmocka_unit_test(a_device_reaches_private_memory_only_of_the_guest_that_trusts_it),
        cmocka_unit_test(nothing_stops_the_secure_processor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
