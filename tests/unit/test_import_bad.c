/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_import_bad.c — recordings and reports that are none: one line that names the file
 * and says what was expected. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include "import_fixture.h"
#include "trace/import/import.h"
#include "trace/import/kvmrec_window.h"

static const char REFUSED[] = CVMLAB_SOURCE_DIR "/tests/fixtures/import/refused.rec.xz";

enum { REFUSED_BYTES = 440 };

/* The import of path must fail with a text that contains this. */
static void assert_refused(enum import_format format, const char *path, const char *text)
{
    struct import_request request = {.format = format, .producer = "test"};
    struct diagnostic diag = {{0}};
    struct trace_header header;

    assert_null(import_open(path, &request, &header, &diag));
    assert_memory_equal(diag.text, path, strlen(path));
    if (!strstr(diag.text, text))
        fail_msg("'%s' is not in '%s'", text, diag.text);
}

static void assert_bytes_refused(enum import_format format, const void *bytes, size_t size_bytes,
                                 const char *text)
{
    struct fixture fix = {.count = 0};

    fixture_write_bytes(&fix, bytes, size_bytes);
    assert_refused(format, fix.path, text);
    fixture_end(&fix);
}

/* One good record in front, so that it is the second that is found. */
static void assert_record_refused(const struct kvmrec_record *bad, const char *text)
{
    struct fixture fix = {.count = 0};

    (void)fixture_add_entry(&fix, 0);
    *fixture_add_entry(&fix, 0) = *bad;
    fixture_write(&fix);
    assert_refused(IMPORT_KVMREC, fix.path, "record 2");
    assert_refused(IMPORT_KVMREC, fix.path, text);
    fixture_end(&fix);
}

static void a_record_that_no_kernel_writes_is_refused(void **unused)
{
    const struct kvmrec_record type = {.type = KVMREC_TYPES}, vcpu = {.vcpu_id = VCPU_MAX};
    const struct kvmrec_record time = {.ns = UINT64_C(1) << 53}, zero = {.x = {1}};
    const struct kvmrec_record sepc = {.type = KVMREC_EXIT, .pc = 4};
    const struct kvmrec_record error = {.type = KVMREC_USER, .trap = {0, 1}};

    (void)unused;
    assert_record_refused(&type, "unknown type");
    assert_record_refused(&vcpu, "vCPU id");
    assert_record_refused(&time, "time");
    assert_record_refused(&zero, "x0");
    assert_record_refused(&sepc, "sepc");
    assert_record_refused(&error, "KVM_RUN");
}

static void records_of_the_other_byte_order_are_refused(void **unused)
{
    uint8_t bytes[KVMREC_BYTES] = {[3] = KVMREC_ENTRY, [331] = 0x80};

    (void)unused;
    assert_bytes_refused(IMPORT_KVMREC, bytes, sizeof bytes, "unknown type");
}

static void a_size_that_is_no_multiple_of_a_record_is_named(void **unused)
{
    uint8_t bytes[KVMREC_BYTES + 100] = {KVMREC_ENTRY};

    (void)unused;
    assert_bytes_refused(IMPORT_KVMREC, bytes, sizeof bytes, "692 bytes");
}

static void an_empty_file_is_refused(void **unused)
{
    (void)unused;
    assert_bytes_refused(IMPORT_KVMREC, "", 0, "empty");
    assert_bytes_refused(IMPORT_TRACE_CMD, "", 0, "no event");
}

static void a_record_later_than_the_window_is_refused(void **unused)
{
    const size_t count = KVMREC_WINDOW_RECORDS + 2;
    uint8_t *bytes = calloc(count, KVMREC_BYTES);
    struct kvmrec_record record = {.type = KVMREC_ENTRY};

    (void)unused;
    assert_non_null(bytes);
    for (size_t i = 0; i < count; i++) {
        record.ns = i + 1 == count ? 1 : i + 2;
        kvmrec_pack(bytes + i * KVMREC_BYTES, &record);
    }
    assert_bytes_refused(IMPORT_KVMREC, bytes, count * KVMREC_BYTES, "out of order");
    free(bytes);
}

/* Reads the compressed fixture. */
static void refused_read(uint8_t bytes[REFUSED_BYTES])
{
    FILE *file = fopen(REFUSED, "r");

    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, REFUSED_BYTES, file), REFUSED_BYTES);
    assert_int_equal(fclose(file), 0);
}

static void xz_data_cut_anywhere_is_refused(void **unused)
{
    uint8_t bytes[REFUSED_BYTES];

    (void)unused;
    refused_read(bytes);
    for (size_t size_bytes = 6; size_bytes < REFUSED_BYTES; size_bytes += 7)
        assert_bytes_refused(IMPORT_KVMREC, bytes, size_bytes, "xz data is truncated");
}

static void xz_data_with_a_changed_bit_is_refused(void **unused)
{
    uint8_t bytes[REFUSED_BYTES];

    (void)unused;
    refused_read(bytes);
    for (size_t at = 8; at < REFUSED_BYTES; at += 11) {
        bytes[at] ^= 0x10;
        assert_bytes_refused(IMPORT_KVMREC, bytes, REFUSED_BYTES, "xz data is");
        bytes[at] ^= 0x10;
    }
}

static void a_pipe_a_folder_and_nothing_are_refused(void **unused)
{
    char folder[] = P_tmpdir "/cvmlab-test-XXXXXX", pipe[sizeof folder + 8];

    (void)unused;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(pipe, sizeof pipe, "%s/pipe", folder);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_refused(IMPORT_KVMREC, pipe, "regular file");
    assert_refused(IMPORT_PERF, pipe, "regular file");
    assert_refused(IMPORT_KVMREC, folder, "directory");
    assert_int_equal(unlink(pipe), 0);
    assert_refused(IMPORT_KVMREC, pipe, "cannot open");
    assert_int_equal(rmdir(folder), 0);
}

static void assert_text_refused(const char *text, const char *expected)
{
    assert_bytes_refused(IMPORT_TRACE_CMD, text, strlen(text), expected);
}

static void a_damaged_line_is_named_with_its_place(void **unused)
{
    (void)unused;
    assert_text_refused("cpus=1\n a-1 [000] 1.000001: kvm_exit: SEPC:0x1, SCAUSE:0x\n", ":2:51:");
    assert_text_refused(" a-1 [000] 1.000001: kvm_exit: SEPC:0x1, STVAL:0x1\n", "SCAUSE");
    assert_text_refused(" a-1 [000] 1.000001: kvm_entry: PC: 0x\n", "hexadecimal");
    assert_text_refused(" a-1 [000] 1.000001: kvm_entry: PC: 0x11112222333344445\n", "64 bits");
    assert_text_refused(" a-1 [000] 1.000001: kvm_entry: PC: 0x10 what\n", "end of the line");
    assert_text_refused(" a-1 [000] 1.000001: kvm_userspace_exit: reason KVM_EXIT_MMIO\n",
                        "parentheses");
}

static void time_that_goes_back_within_a_thread_is_refused(void **unused)
{
    (void)unused;
    assert_text_refused(
        " a-1 [000] 1.000002: kvm_entry: PC: 0x10\n a-1 [000] 1.000001: kvm_entry: PC: 0x10\n",
        ":2: time goes back");
}

static void more_threads_than_vcpus_are_refused(void **unused)
{
    char text[(VCPU_MAX + 1) * 64], *at = text;

    (void)unused;
    for (unsigned i = 0; i <= VCPU_MAX; i++)
        at += snprintf(at, (size_t)(text + sizeof text - at),
                       " a-%u [000] 1.000002: kvm_entry: PC: 0x10\n", i + 1);
    assert_text_refused(text, ":17: has more than 16 threads");
}

static void binary_reports_are_refused_and_a_trace_dat_names_the_way(void **unused)
{
    static const char dat[] = "\x17\x08\x44tracing6", zeros[16];
    char line[8192];

    (void)unused;
    assert_bytes_refused(IMPORT_TRACE_CMD, dat, sizeof dat, "trace-cmd report FILE > FILE.txt");
    assert_bytes_refused(IMPORT_PERF, zeros, sizeof zeros, "binary");
    memset(line, 'a', sizeof line);
    assert_bytes_refused(IMPORT_PERF, line, sizeof line, "too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_no_kernel_writes_is_refused),
        cmocka_unit_test(records_of_the_other_byte_order_are_refused),
        cmocka_unit_test(a_size_that_is_no_multiple_of_a_record_is_named),
        cmocka_unit_test(an_empty_file_is_refused),
        cmocka_unit_test(a_record_later_than_the_window_is_refused),
        cmocka_unit_test(xz_data_cut_anywhere_is_refused),
        cmocka_unit_test(xz_data_with_a_changed_bit_is_refused),
        cmocka_unit_test(a_pipe_a_folder_and_nothing_are_refused),
        cmocka_unit_test(a_damaged_line_is_named_with_its_place),
        cmocka_unit_test(time_that_goes_back_within_a_thread_is_refused),
        cmocka_unit_test(more_threads_than_vcpus_are_refused),
        cmocka_unit_test(binary_reports_are_refused_and_a_trace_dat_names_the_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
