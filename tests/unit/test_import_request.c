/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_import_request.c — what the caller of an import states: ranges, texts, names. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "import_fixture.h"
#include "trace/import/import.h"

static void a_bad_range_is_refused_and_changes_nothing(void **unused)
{
    static const char *const bad[] = {
        "",
        "ram",
        "flash:0+4096",
        "ram:0",
        "ram:0+",
        "ram:0x+4096",
        "ram:1+4096",
        "ram:0+1",
        "ram:0+0",
        "ram:-4096+4096",
        "ram:0+4096x",
        "ram:0x1fff+0x1000",
        "ram:0xfffffffffffff000+0x1000",
        "ram:0+0x10000000000000000",
        "mmio:0x80000000+0x1000",
    };
    struct import_request request = {.format = IMPORT_KVMREC};
    const char *fault = NULL;

    (void)unused;
    assert_true(import_add_region(&request, "ram:0x80000000+0x1000", &fault));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        fault = NULL;
        assert_false(import_add_region(&request, bad[i], &fault));
        assert_non_null(fault);
        assert_int_equal(request.region_count, 1);
    }
}

static void a_text_that_does_not_fit_is_refused(void **unused)
{
    static const char odd[] = "\xff";
    char text[sizeof((struct trace_header *)0)->provenance + 1];
    struct import_request request = {
        .format = IMPORT_KVMREC, .producer = "test", .provenance = text};
    struct fixture fix = {.count = 0};
    struct diagnostic diag = {{0}};
    struct trace_header header;

    (void)unused;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    (void)fixture_add_entry(&fix, 0);
    fixture_write(&fix);
    assert_null(import_open(fix.path, &request, &header, &diag));
    request.provenance = NULL;
    request.guest = odd;
    assert_null(import_open(fix.path, &request, &header, &diag));
    fixture_end(&fix);
}

static void a_file_name_becomes_the_name_of_the_guest(void **unused)
{
    struct trace_header header;

    (void)unused;
    import_start_header(&header, "/a/b.c/boot-1.rec.xz", "kvmrec", TRACE_MIXED);
    assert_string_equal(header.guest_name, "boot-1");
    assert_string_equal(header.source_name, "boot-1.rec.xz");
    import_start_header(&header, "odd\xff.rec", "kvmrec", TRACE_MIXED);
    assert_string_equal(header.guest_name, "odd?");
    assert_string_equal(header.source_name, "odd?.rec");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_range_is_refused_and_changes_nothing),
        cmocka_unit_test(a_text_that_does_not_fit_is_refused),
        cmocka_unit_test(a_file_name_becomes_the_name_of_the_guest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
