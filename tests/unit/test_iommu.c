/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_iommu.c — what a device reaches, and the event of everything that it does not. */
#include "memory_fixture.h"

#include "devices/iommu.h"

enum { NIC = 0x10, GPU = 0x18, IOVA = 0x70000, SHARED_PAGE = 0x8000 };

struct fixture {
    struct memory *memory;
    struct iommu *iommu;
    unsigned logged;
    struct iommu_event last;
};

static void log_event(void *context, const struct iommu_event *event)
{
    struct fixture *fix = context;

    fix->logged++;
    fix->last = *event;
}

/* Two devices; the first maps a page of the host and, behind it, one of Alice. */
static void fixture_setup(struct fixture *fix, enum memory_mode mode)
{
    *fix = (struct fixture){.memory = memory_in_mode(mode)};
    fix->iommu = iommu_create(fix->memory, log_event, fix);
    assert_non_null(fix->iommu);
    page_give(fix->memory, ALICE, GUEST_PAGE);
    assert_int_equal(iommu_device_add(fix->iommu, NIC), STATUS_OK);
    assert_int_equal(iommu_device_add(fix->iommu, GPU), STATUS_OK);
    assert_int_equal(iommu_map(fix->iommu, NIC, (iova_t){IOVA}, (spa_t){SHARED_PAGE}, true),
                     STATUS_OK);
    assert_int_equal(
        iommu_map(fix->iommu, NIC, (iova_t){IOVA + PAGE_SIZE}, (spa_t){GUEST_PAGE}, true),
        STATUS_OK);
}

static void fixture_teardown(struct fixture *fix)
{
    iommu_destroy(fix->iommu);
    memory_destroy(fix->memory);
}

static void refused_with(struct fixture *fix, enum iommu_reason reason, uint64_t iova)
{
    assert_int_equal(fix->logged, 1);
    assert_int_equal(fix->last.reason, reason);
    assert_int_equal(fix->last.iova.v, iova);
    fix->logged = 0;
}

static void a_device_reaches_the_pages_of_the_hypervisor(void **unused)
{
    struct fixture fix;
    char bytes[6];

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    assert_int_equal(iommu_dma_write(fix.iommu, NIC, (iova_t){IOVA + 5}, "hello", 6, NULL),
                     STATUS_OK);
    assert_int_equal(iommu_dma_read(fix.iommu, NIC, (iova_t){IOVA + 5}, bytes, 6, NULL), STATUS_OK);
    assert_string_equal(bytes, "hello");
    assert_int_equal(read_word(fix.memory, host(ACCESS_READ, SHARED_PAGE + 5)) & 0xff, 'h');
    assert_int_equal(fix.logged, 0);
    fixture_teardown(&fix);
}

static void a_private_page_is_out_of_reach_and_nothing_of_the_dma_happens(void **unused)
{
    struct fixture fix;
    struct iommu_event event;
    uint8_t bytes[8] = {0};

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    assert_int_equal(
        iommu_dma_write(fix.iommu, NIC, (iova_t){IOVA + PAGE_SIZE - 4}, "12345678", 8, &event),
        STATUS_DENIED);
    refused_with(&fix, IOMMU_RMP_PAGE_FAULT, IOVA + PAGE_SIZE);
    assert_int_equal(event.device, NIC);
    assert_int_equal(event.kind, ACCESS_WRITE);
    assert_int_equal(event.spa.v, GUEST_PAGE);
    assert_int_equal(event.fault.kind, FAULT_DEVICE);
    assert_int_equal(event.fault.check, RMP_CHECK_HYPERVISOR_OWNED);
    assert_int_equal(read_word(fix.memory, host(ACCESS_READ, SHARED_PAGE + PAGE_SIZE - 8)), 0);

    assert_int_equal(iommu_dma_read(fix.iommu, NIC, (iova_t){IOVA + PAGE_SIZE}, bytes, 8, NULL),
                     STATUS_DENIED);
    refused_with(&fix, IOMMU_RMP_PAGE_FAULT, IOVA + PAGE_SIZE);
    fixture_teardown(&fix);
}

/* The unprotected I/O of SEV (Li et al., USENIX Security 2019) starts here. */
static void without_an_rmp_a_device_reads_ciphertext_and_destroys_it(void **unused)
{
    struct fixture fix;
    uint64_t sealed;

    (void)unused;
    fixture_setup(&fix, MEMORY_SEV);
    write_word(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), 42);
    assert_int_equal(iommu_dma_read(fix.iommu, NIC, (iova_t){IOVA + PAGE_SIZE}, &sealed, 8, NULL),
                     STATUS_OK);
    assert_int_equal(sealed, read_word(fix.memory, host(ACCESS_READ, GUEST_PAGE)));
    assert_int_equal(iommu_dma_write(fix.iommu, NIC, (iova_t){IOVA + PAGE_SIZE}, "x", 1, NULL),
                     STATUS_OK);
    assert_int_not_equal(read_word(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), 42);
    fixture_teardown(&fix);
}

static void every_other_refusal_has_its_reason(void **unused)
{
    struct fixture fix;
    uint64_t no_ram = RAM_PAGES * (uint64_t)PAGE_SIZE;
    uint8_t byte;

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    assert_int_equal(iommu_dma_read(fix.iommu, 1, (iova_t){IOVA}, &byte, 1, NULL), STATUS_DENIED);
    refused_with(&fix, IOMMU_NO_DEVICE, IOVA);
    assert_int_equal(iommu_dma_read(fix.iommu, GPU, (iova_t){IOVA}, &byte, 1, NULL), STATUS_DENIED);
    refused_with(&fix, IOMMU_NOT_MAPPED, IOVA);

    assert_int_equal(iommu_map(fix.iommu, GPU, (iova_t){0}, (spa_t){SHARED_PAGE}, false),
                     STATUS_OK);
    assert_int_equal(iommu_dma_read(fix.iommu, GPU, (iova_t){1}, &byte, 1, NULL), STATUS_OK);
    assert_int_equal(iommu_dma_write(fix.iommu, GPU, (iova_t){1}, "x", 1, NULL), STATUS_DENIED);
    refused_with(&fix, IOMMU_NOT_WRITABLE, 1);
    assert_int_equal(fix.last.spa.v, SHARED_PAGE + 1);

    assert_int_equal(iommu_map(fix.iommu, GPU, (iova_t){0}, (spa_t){no_ram}, true), STATUS_OK);
    assert_int_equal(iommu_dma_write(fix.iommu, GPU, (iova_t){2}, "x", 1, NULL), STATUS_DENIED);
    refused_with(&fix, IOMMU_NO_MEMORY, 2);
    assert_int_equal(fix.last.spa.v, no_ram + 2);
    assert_int_equal(iommu_unmap(fix.iommu, GPU, (iova_t){0}), STATUS_OK);
    assert_int_equal(iommu_unmap(fix.iommu, GPU, (iova_t){0}), STATUS_OK);
    assert_int_equal(iommu_dma_read(fix.iommu, GPU, (iova_t){0}, &byte, 1, NULL), STATUS_DENIED);
    refused_with(&fix, IOMMU_NOT_MAPPED, 0);
    fixture_teardown(&fix);
}

static void a_trusted_device_reaches_what_its_guest_validated_once_accepted(void **unused)
{
    struct fixture fix;
    iova_t private = {GUEST_PAGE}, as_shared = {GUEST_PAGE | UINT64_C(1) << C_BIT};
    uint64_t word = 0;

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    write_word(fix.memory, guest(ALICE, ACCESS_WRITE, GUEST_PAGE), 42);
    assert_int_equal(iommu_map(fix.iommu, GPU, private, (spa_t){GUEST_PAGE}, true), STATUS_OK);
    assert_int_equal(iommu_bind(fix.iommu, GPU, ALICE), STATUS_OK);
    assert_int_equal(iommu_dma_read(fix.iommu, GPU, private, &word, 8, NULL), STATUS_DENIED);
    refused_with(&fix, IOMMU_NOT_ACCEPTED, private.v);

    assert_int_equal(iommu_accept(fix.iommu, GPU, BOB, true), STATUS_DENIED);
    assert_int_equal(iommu_accept(fix.iommu, GPU, ALICE, true), STATUS_OK);
    assert_int_equal(iommu_dma_read(fix.iommu, GPU, private, &word, 8, NULL), STATUS_OK);
    assert_int_equal(word, 42);
    word = 43;
    assert_int_equal(iommu_dma_write(fix.iommu, GPU, private, &word, 8, NULL), STATUS_OK);
    assert_int_equal(read_word(fix.memory, guest(ALICE, ACCESS_READ, GUEST_PAGE)), 43);
    assert_int_equal(iommu_dma_write(fix.iommu, GPU, as_shared, &word, 8, NULL), STATUS_DENIED);
    refused_with(&fix, IOMMU_RMP_PAGE_FAULT, as_shared.v);

    guest_validate(fix.memory, ALICE, GUEST_PAGE, false);
    assert_int_equal(iommu_dma_read(fix.iommu, GPU, private, &word, 8, NULL), STATUS_DENIED);
    refused_with(&fix, IOMMU_RMP_PAGE_FAULT, private.v);
    assert_int_equal(fix.last.fault.check, RMP_CHECK_VALIDATED);
    fixture_teardown(&fix);
}

static void a_trusted_device_reaches_shared_pages_by_the_shared_alias(void **unused)
{
    struct fixture fix;
    iova_t as_shared = {SHARED_PAGE | UINT64_C(1) << C_BIT};
    uint64_t word = 0;

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    write_word(fix.memory, host(ACCESS_WRITE, SHARED_PAGE), 42);
    assert_int_equal(iommu_map(fix.iommu, GPU, (iova_t){SHARED_PAGE}, (spa_t){SHARED_PAGE}, true),
                     STATUS_OK);
    assert_int_equal(iommu_bind(fix.iommu, GPU, ALICE), STATUS_OK);
    assert_int_equal(iommu_accept(fix.iommu, GPU, ALICE, true), STATUS_OK);
    assert_int_equal(iommu_dma_read(fix.iommu, GPU, as_shared, &word, 8, NULL), STATUS_OK);
    assert_int_equal(word, 42);
    assert_int_equal(iommu_dma_read(fix.iommu, GPU, (iova_t){SHARED_PAGE}, &word, 8, NULL),
                     STATUS_DENIED);
    refused_with(&fix, IOMMU_RMP_PAGE_FAULT, SHARED_PAGE);
    assert_int_equal(fix.last.fault.check, RMP_CHECK_GUEST_OWNED);
    fixture_teardown(&fix);
}

static void acceptance_ends_with_the_guests_word_or_a_new_binding(void **unused)
{
    struct fixture fix;
    iova_t page = {GUEST_PAGE};
    uint8_t byte;

    (void)unused;
    fixture_setup(&fix, MEMORY_SNP);
    assert_int_equal(iommu_map(fix.iommu, GPU, page, (spa_t){GUEST_PAGE}, true), STATUS_OK);
    assert_int_equal(iommu_accept(fix.iommu, GPU, 0, true), STATUS_DENIED);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(iommu_bind(fix.iommu, GPU, ALICE), STATUS_OK);
        assert_int_equal(iommu_accept(fix.iommu, GPU, ALICE, true), STATUS_OK);
        assert_int_equal(iommu_dma_read(fix.iommu, GPU, page, &byte, 1, NULL), STATUS_OK);
        if (i == 0)
            assert_int_equal(iommu_accept(fix.iommu, GPU, ALICE, false), STATUS_OK);
        else
            assert_int_equal(iommu_bind(fix.iommu, GPU, ALICE), STATUS_OK);
        assert_int_equal(iommu_dma_read(fix.iommu, GPU, page, &byte, 1, NULL), STATUS_DENIED);
        refused_with(&fix, IOMMU_NOT_ACCEPTED, page.v);
    }
    assert_int_equal(iommu_bind(fix.iommu, GPU, 0), STATUS_OK);
    assert_int_equal(iommu_dma_read(fix.iommu, GPU, page, &byte, 1, NULL), STATUS_DENIED);
    refused_with(&fix, IOMMU_RMP_PAGE_FAULT, page.v);
    fixture_teardown(&fix);
}

static void wrong_calls_are_refused_and_change_nothing(void **unused)
{
    struct fixture fix;
    iova_t iova = {IOVA};
    spa_t spa = {SHARED_PAGE};

    (void)unused;
    fixture_setup(&fix, MEMORY_SEV);
    assert_int_equal(iommu_device_add(fix.iommu, NIC), STATUS_BAD_STATE);
    assert_int_equal(iommu_map(fix.iommu, 1, iova, spa, true), STATUS_BAD_STATE);
    assert_int_equal(iommu_unmap(fix.iommu, 1, iova), STATUS_BAD_STATE);
    assert_int_equal(iommu_bind(fix.iommu, 1, ALICE), STATUS_BAD_STATE);
    assert_int_equal(iommu_accept(fix.iommu, 1, ALICE, true), STATUS_BAD_STATE);
    assert_int_equal(iommu_map(fix.iommu, NIC, (iova_t){1}, spa, true), STATUS_BAD_ADDRESS);
    assert_int_equal(iommu_map(fix.iommu, NIC, iova, (spa_t){1}, true), STATUS_BAD_ADDRESS);
    assert_int_equal(iommu_bind(fix.iommu, NIC, ALICE), STATUS_DENIED); /* no RMP */
    assert_int_equal(iommu_bind(fix.iommu, NIC, 999), STATUS_DENIED);
    assert_int_equal(iommu_dma_write(fix.iommu, NIC, iova, "x", 1, NULL), STATUS_OK);
    iommu_destroy(NULL);
    fixture_teardown(&fix);
}

static void many_mappings_in_any_order_are_found_again(void **unused)
{
    struct fixture fix;
    uint64_t word;

    (void)unused;
    fixture_setup(&fix, MEMORY_NONE);
    for (uint64_t i = 0; i < 100; i++) {
        uint64_t page = i * 37 % 100;

        write_word(fix.memory, host(ACCESS_WRITE, page * PAGE_SIZE), page);
        assert_int_equal(
            iommu_map(fix.iommu, GPU, (iova_t){page * PAGE_SIZE}, (spa_t){page * PAGE_SIZE}, false),
            STATUS_OK);
    }
    for (uint64_t page = 0; page < 100; page += 2)
        assert_int_equal(iommu_unmap(fix.iommu, GPU, (iova_t){page * PAGE_SIZE}), STATUS_OK);
    for (uint64_t page = 0; page < 100; page++) {
        enum status st =
            iommu_dma_read(fix.iommu, GPU, (iova_t){page * PAGE_SIZE}, &word, sizeof word, NULL);

        assert_int_equal(st, page % 2 ? STATUS_OK : STATUS_DENIED);
        assert_true(page % 2 == 0 || word == page);
    }
    fixture_teardown(&fix);
}

static void every_reason_has_its_name(void **unused)
{
    (void)unused;
    assert_string_equal(iommu_reason_name(IOMMU_RMP_PAGE_FAULT), "rmp-page-fault");
    for (unsigned i = 0; i < IOMMU_REASON_COUNT; i++)
        assert_non_null(iommu_reason_name((enum iommu_reason)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_reaches_the_pages_of_the_hypervisor),
        cmocka_unit_test(a_private_page_is_out_of_reach_and_nothing_of_the_dma_happens),
        cmocka_unit_test(without_an_rmp_a_device_reads_ciphertext_and_destroys_it),
        cmocka_unit_test(every_other_refusal_has_its_reason),
        cmocka_unit_test(a_trusted_device_reaches_what_its_guest_validated_once_accepted),
        cmocka_unit_test(a_trusted_device_reaches_shared_pages_by_the_shared_alias),
        cmocka_unit_test(acceptance_ends_with_the_guests_word_or_a_new_binding),
        cmocka_unit_test(wrong_calls_are_refused_and_change_nothing),
        cmocka_unit_test(many_mappings_in_any_order_are_found_again),
        cmocka_unit_test(every_reason_has_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
