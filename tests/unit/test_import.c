/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_import.c — the header of an import: the map inferred from answers, and the map
 * that the caller states instead. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "import_fixture.h"
#include "trace/import/import.h"
#include "trace/import/infer_map.h"

#define RAM    UINT64_C(0x80000000)
#define DEVICE UINT64_C(0x10000000)
#define ROM    UINT64_C(0x20000000)
#define HOLE   UINT64_C(0x30000000)

enum {
    HTINST_LW = 0x2783,
    SBI_DBCN = 0x4442434e,
    SBI_STA = 0x535441,
    SBI_ERROR_INVALID = -3,
    SHMEM_PAGE = 0x5000,
};

/* A fault that the hypervisor answers by mapping the page. */
static void add_mapped(struct fixture *fix, uint64_t scause, uint64_t gpa)
{
    (void)fixture_add_exit(fix, scause, gpa, 0);
    (void)fixture_add_entry(fix, 0);
}

/* An access that user space emulates. */
static void add_emulated(struct fixture *fix, uint64_t scause, uint64_t gpa)
{
    (void)fixture_add_exit(fix, scause, gpa, HTINST_LW);
    (void)fixture_add_user(fix, FIXTURE_REASON_MMIO, 0);
    (void)fixture_add_entry(fix, 4);
}

/* An access that KVM gives up on. */
static void add_refused(struct fixture *fix, uint64_t scause, uint64_t gpa, uint64_t htinst)
{
    (void)fixture_add_exit(fix, scause, gpa, htinst);
    (void)fixture_add_user(fix, 0, -EOPNOTSUPP);
}

/* An SBI call with three arguments and its error. */
static void add_call(struct fixture *fix, uint64_t eid, uint64_t fid, const uint64_t arg[3],
                     int64_t error)
{
    struct kvmrec_record *exit = fixture_add_exit(fix, EXC_SUPERVISOR_SYSCALL, 0, 0);

    exit->x[REG_A7] = eid;
    exit->x[REG_A6] = fid;
    memcpy(exit->x + REG_A0, arg, 3 * sizeof arg[0]);
    fixture_add_entry(fix, 4)->x[REG_A0] = (uint64_t)error;
}

static void import_header(struct fixture *fix, struct import_request *request,
                          struct trace_header *header)
{
    struct diagnostic diag = {{0}};
    struct trace_reader *reader;

    request->producer = "test";
    fixture_write(fix);
    reader = import_open(fix->path, request, header, &diag);
    assert_string_equal(diag.text, "");
    assert_non_null(reader);
    trace_close(reader);
    fixture_end(fix);
}

/* Compares the map with what is expected. */
static void assert_map(const struct trace_header *header, const struct region *expected,
                       uint32_t count)
{
    assert_int_equal(header->region_count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(header->region[i].base.v, expected[i].base.v);
        assert_int_equal(header->region[i].size_bytes, expected[i].size_bytes);
        assert_int_equal(header->region[i].kind, expected[i].kind);
    }
}

static void infer_map(struct fixture *fix, const struct region *expected, uint32_t count)
{
    struct import_request request = {.format = IMPORT_KVMREC};
    struct trace_header header;

    import_header(fix, &request, &header);
    assert_true(header.region_inferred);
    assert_map(&header, expected, count);
}

static void mapped_pages_are_memory_with_the_untouched_pages_between(void **unused)
{
    const struct region expected[] = {{{RAM}, 0x8001000, REGION_RAM}};
    struct fixture fix = {.count = 0};

    (void)unused;
    add_mapped(&fix, EXC_STORE_GUEST_PAGE_FAULT, RAM + 0x8000000);
    add_mapped(&fix, EXC_INST_GUEST_PAGE_FAULT, RAM);
    add_mapped(&fix, EXC_LOAD_GUEST_PAGE_FAULT, RAM + 0x5000);
    infer_map(&fix, expected, 1);
}

static void emulated_pages_are_mmio_and_divide_memory(void **unused)
{
    const struct region expected[] = {
        {{RAM}, PAGE_SIZE, REGION_RAM},
        {{RAM + 0x1000}, PAGE_SIZE, REGION_MMIO},
        {{RAM + 0x2000}, PAGE_SIZE, REGION_RAM},
    };
    struct fixture fix = {.count = 0};

    (void)unused;
    add_mapped(&fix, EXC_STORE_GUEST_PAGE_FAULT, RAM);
    add_emulated(&fix, EXC_LOAD_GUEST_PAGE_FAULT, RAM + 0x1004);
    add_mapped(&fix, EXC_STORE_GUEST_PAGE_FAULT, RAM + 0x2000);
    infer_map(&fix, expected, 3);
}

static void an_access_completed_in_the_kernel_is_mmio_as_well(void **unused)
{
    const struct region expected[] = {{{DEVICE}, PAGE_SIZE, REGION_MMIO}};
    struct fixture fix = {.count = 0};

    (void)unused;
    (void)fixture_add_exit(&fix, EXC_STORE_GUEST_PAGE_FAULT, DEVICE, 0);
    (void)fixture_add_entry(&fix, 2);
    infer_map(&fix, expected, 1);
}

static void a_page_that_is_read_as_memory_and_written_as_mmio_is_rom(void **unused)
{
    const struct region expected[] = {{{ROM}, 0x4000, REGION_ROM}};
    struct fixture fix = {.count = 0};

    (void)unused;
    add_mapped(&fix, EXC_LOAD_GUEST_PAGE_FAULT, ROM + 0x1000);
    add_emulated(&fix, EXC_STORE_GUEST_PAGE_FAULT, ROM + 0x1000);
    add_mapped(&fix, EXC_LOAD_GUEST_PAGE_FAULT, ROM + 0x3000); /* undecided: like the nearest */
    add_emulated(&fix, EXC_STORE_GUEST_PAGE_FAULT, ROM);
    infer_map(&fix, expected, 1);
}

static void device_pages_far_apart_stay_apart(void **unused)
{
    const struct region expected[] = {
        {{DEVICE}, 0x9000, REGION_MMIO},
        {{DEVICE + 0x200000}, PAGE_SIZE, REGION_MMIO},
    };
    struct fixture fix = {.count = 0};

    (void)unused;
    add_emulated(&fix, EXC_LOAD_GUEST_PAGE_FAULT, DEVICE);
    add_emulated(&fix, EXC_LOAD_GUEST_PAGE_FAULT, DEVICE + 0x8000);
    add_emulated(&fix, EXC_LOAD_GUEST_PAGE_FAULT, DEVICE + 0x200000);
    infer_map(&fix, expected, 2);
}

static void a_refused_access_is_mmio_but_a_refused_fetch_or_walk_is_a_hole(void **unused)
{
    const struct region expected[] = {{{DEVICE}, PAGE_SIZE, REGION_MMIO}};
    struct fixture fix = {.count = 0};

    (void)unused;
    add_refused(&fix, EXC_STORE_GUEST_PAGE_FAULT, DEVICE, 0);
    add_refused(&fix, EXC_INST_GUEST_PAGE_FAULT, HOLE, 0);
    add_refused(&fix, EXC_LOAD_GUEST_PAGE_FAULT, HOLE + 0x1000, HTINST_PSEUDO_READ);
    infer_map(&fix, expected, 1);
}

static void a_fault_that_the_recording_does_not_answer_says_nothing(void **unused)
{
    struct fixture fix = {.count = 0};

    (void)unused;
    (void)fixture_add_entry(&fix, 0);
    (void)fixture_add_exit(&fix, EXC_LOAD_GUEST_PAGE_FAULT, DEVICE, 0);
    infer_map(&fix, NULL, 0);
}

static void an_accepted_buffer_is_cut_out_of_memory_as_shared(void **unused)
{
    const uint64_t console[] = {0x1001, RAM + 0x2fff, 0},
                   steal_time[] = {RAM + SHMEM_PAGE + 64, 0, 0};
    const struct region expected[] = {
        {{RAM}, 0x2000, REGION_RAM},          {{RAM + 0x2000}, 0x2000, REGION_SHARED},
        {{RAM + 0x4000}, 0x1000, REGION_RAM}, {{RAM + SHMEM_PAGE}, 0x1000, REGION_SHARED},
        {{RAM + 0x6000}, 0x1000, REGION_RAM},
    };
    struct fixture fix = {.count = 0};

    (void)unused;
    add_mapped(&fix, EXC_STORE_GUEST_PAGE_FAULT, RAM);
    add_mapped(&fix, EXC_STORE_GUEST_PAGE_FAULT, RAM + 0x6000);
    add_call(&fix, SBI_DBCN, 0, console, 0);
    add_call(&fix, SBI_STA, 0, steal_time, 0);
    infer_map(&fix, expected, 5);
}

static void
an_accepted_buffer_that_never_faulted_is_memory_and_so_is_what_lies_before_it(void **unused)
{
    const uint64_t console[] = {16, RAM + 0x8000, 0}, steal_time[] = {RAM + SHMEM_PAGE, 0, 0};
    const struct region expected[] = {
        {{RAM}, 0x5000, REGION_RAM},
        {{RAM + SHMEM_PAGE}, 0x1000, REGION_SHARED},
        {{RAM + 0x6000}, 0x2000, REGION_RAM},
        {{RAM + 0x8000}, 0x1000, REGION_SHARED},
    };
    struct fixture fix = {.count = 0};

    (void)unused;
    add_mapped(&fix, EXC_STORE_GUEST_PAGE_FAULT, RAM);
    add_call(&fix, SBI_DBCN, 1, console, 0);
    add_call(&fix, SBI_STA, 0, steal_time, 0);
    infer_map(&fix, expected, 4);
}

static void a_device_between_memory_and_an_accepted_buffer_keeps_them_apart(void **unused)
{
    const uint64_t console[] = {0x2001, RAM + 0x8000, 0};
    const struct region expected[] = {
        {{RAM}, PAGE_SIZE, REGION_RAM},
        {{RAM + 0x3000}, PAGE_SIZE, REGION_MMIO},
        {{RAM + 0x8000}, 0x3000, REGION_SHARED},
    };
    struct fixture fix = {.count = 0};

    (void)unused;
    add_mapped(&fix, EXC_STORE_GUEST_PAGE_FAULT, RAM);
    add_emulated(&fix, EXC_LOAD_GUEST_PAGE_FAULT, RAM + 0x3000);
    add_call(&fix, SBI_DBCN, 0, console, 0);
    infer_map(&fix, expected, 3);
}

static void an_accepted_buffer_on_a_device_or_rom_page_does_not_change_its_kind(void **unused)
{
    const uint64_t device[] = {16, DEVICE, 0}, rom[] = {16, RAM, 0};
    const struct region expected[] = {
        {{DEVICE}, PAGE_SIZE, REGION_MMIO},
        {{RAM}, PAGE_SIZE, REGION_ROM},
    };
    struct fixture fix = {.count = 0};

    (void)unused;
    add_emulated(&fix, EXC_LOAD_GUEST_PAGE_FAULT, DEVICE);
    add_mapped(&fix, EXC_LOAD_GUEST_PAGE_FAULT, RAM);
    add_emulated(&fix, EXC_STORE_GUEST_PAGE_FAULT, RAM);
    add_call(&fix, SBI_DBCN, 0, device, 0);
    add_call(&fix, SBI_DBCN, 0, rom, 0);
    infer_map(&fix, expected, 2);
}

static void a_refused_buffer_or_one_switched_off_is_not_shared(void **unused)
{
    const uint64_t console[] = {16, RAM, 0}, off[] = {UINT64_MAX, UINT64_MAX, 0},
                   wraps[] = {UINT64_MAX, RAM, 0}, beyond[] = {16, (uint64_t)1 << 59, 0};
    const struct region expected[] = {{{RAM}, PAGE_SIZE, REGION_RAM}};
    struct fixture fix = {.count = 0};

    (void)unused;
    add_mapped(&fix, EXC_STORE_GUEST_PAGE_FAULT, RAM);
    add_call(&fix, SBI_DBCN, 0, console, SBI_ERROR_INVALID);
    add_call(&fix, SBI_STA, 0, off, 0);
    add_call(&fix, SBI_DBCN, 1, wraps, 0);
    add_call(&fix, SBI_DBCN, 1, beyond, 0);
    infer_map(&fix, expected, 1);
}

static void a_map_with_too_many_ranges_is_merged_until_it_fits(void **unused)
{
    enum { PAGES = 1000, SHARED_EVERY = 2 };
    struct page_map map = {0};
    struct region region[REGION_MAX];
    uint32_t count = 0;

    (void)unused;
    for (uint64_t page = 0; page < PAGES; page++)
        assert_int_equal(page_set_add(&map.pages, page, PAGE_STORE_MAPPED), STATUS_OK);
    for (uint64_t page = 0; page < PAGES; page += SHARED_EVERY)
        assert_int_equal(page_map_share(&map, (struct page_range){page, page + 1}), STATUS_OK);
    assert_int_equal(page_map_regions(&map, region, &count), STATUS_OK);
    assert_in_range(count, 1, REGION_MAX);
    assert_int_equal(region[0].kind, REGION_SHARED);
    assert_int_equal(region[count - 1].base.v + region[count - 1].size_bytes,
                     (uint64_t)PAGES * PAGE_SIZE);
    page_map_free(&map);
}

static void a_map_that_cannot_be_merged_is_full(void **unused)
{
    struct page_map map = {0};
    struct region region[REGION_MAX];
    uint32_t count;

    (void)unused;
    for (uint64_t page = 0; page <= REGION_MAX; page++)
        assert_int_equal(
            page_set_add(&map.pages, page, page % 2 ? PAGE_STORE_MAPPED : PAGE_LOAD_MMIO),
            STATUS_OK);
    assert_int_equal(page_map_regions(&map, region, &count), STATUS_FULL);
    page_map_free(&map);
}

static void vcpus_and_interrupts_are_those_seen(void **unused)
{
    struct import_request request = {.format = IMPORT_KVMREC};
    struct fixture fix = {.count = 0};
    struct trace_header header;

    (void)unused;
    fixture_add_entry(&fix, 0)->csr[TCSR_HVIP] = HVIP_VSEIP | 1;
    fixture_add_entry(&fix, 0)->vcpu_id = 3;
    import_header(&fix, &request, &header);
    assert_int_equal(header.vcpus, 4);
    assert_int_equal(header.hvip_allow, HVIP_VSEIP);
    assert_int_equal(header.completeness, TRACE_MIXED);
    assert_string_equal(header.source_format, "kvmrec");
    assert_string_equal(header.producer, "test");
    assert_int_equal(strlen(header.source_sha384), TRACE_SHA384_HEX_BYTES - 1);
}

static void a_stated_map_replaces_the_inferred_one(void **unused)
{
    const struct region expected[] = {{{DEVICE}, 0x1000, REGION_MMIO}, {{RAM}, 0x2000, REGION_RAM}};
    struct import_request request = {.format = IMPORT_KVMREC, .guest = "g", .provenance = "p"};
    struct fixture fix = {.count = 0};
    struct trace_header header;
    const char *fault;

    (void)unused;
    assert_true(import_add_region(&request, "ram:0x80000000+8192", &fault));
    assert_true(import_add_region(&request, "mmio:268435456+0x1000", &fault));
    add_mapped(&fix, EXC_LOAD_GUEST_PAGE_FAULT, ROM);
    import_header(&fix, &request, &header);
    assert_map(&header, expected, 2);
    assert_false(header.region_inferred);
    assert_string_equal(header.guest_name, "g");
    assert_string_equal(header.provenance, "p");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mapped_pages_are_memory_with_the_untouched_pages_between),
        cmocka_unit_test(emulated_pages_are_mmio_and_divide_memory),
        cmocka_unit_test(an_access_completed_in_the_kernel_is_mmio_as_well),
        cmocka_unit_test(a_page_that_is_read_as_memory_and_written_as_mmio_is_rom),
        cmocka_unit_test(device_pages_far_apart_stay_apart),
        cmocka_unit_test(a_refused_access_is_mmio_but_a_refused_fetch_or_walk_is_a_hole),
        cmocka_unit_test(a_fault_that_the_recording_does_not_answer_says_nothing),
        cmocka_unit_test(an_accepted_buffer_is_cut_out_of_memory_as_shared),
        cmocka_unit_test(
            an_accepted_buffer_that_never_faulted_is_memory_and_so_is_what_lies_before_it),
        cmocka_unit_test(a_device_between_memory_and_an_accepted_buffer_keeps_them_apart),
        cmocka_unit_test(an_accepted_buffer_on_a_device_or_rom_page_does_not_change_its_kind),
        cmocka_unit_test(a_refused_buffer_or_one_switched_off_is_not_shared),
        cmocka_unit_test(a_map_with_too_many_ranges_is_merged_until_it_fits),
        cmocka_unit_test(a_map_that_cannot_be_merged_is_full),
        cmocka_unit_test(vcpus_and_interrupts_are_those_seen),
        cmocka_unit_test(a_stated_map_replaces_the_inferred_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
