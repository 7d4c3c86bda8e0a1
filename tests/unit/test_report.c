/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_report.c — the layout of reports, and TCB versions of the products. What the real
 * reports hold is compared field by field by `cvmlab attest vectors` (tests/cli). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_fixture.h"

static void the_layout_covers_every_byte_once(void **unused)
{
    unsigned at = 0;

    (void)unused;
    for (const struct report_field *field = report_fields; field->name; field++) {
        assert_int_equal(field->offset, at);
        at += field->size;
    }
    assert_int_equal(at, REPORT_BYTES);
}

static void real_reports_survive_decoding_and_encoding(void **unused)
{
    static const char *const names[] = {"milan-v2-gosevguest", "genoa-ms"};

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        struct fixture fix;
        struct report report;
        uint8_t again[REPORT_BYTES];

        fixture_real(&fix, names[i]);
        report_decode(fix.bytes, &report);
        report_encode(&report, again);
        assert_memory_equal(again, fix.bytes, REPORT_BYTES);
        assert_int_equal(report_find_reserved(fix.bytes, report.version), -1);
        fixture_free(&fix);
    }
}

static void a_real_report_says_what_it_is_known_to_say(void **unused)
{
    struct fixture fix;
    struct report report;

    (void)unused;
    fixture_real(&fix, "genoa-ms");
    report_decode(fix.bytes, &report);
    assert_int_equal(report.version, 3);
    assert_int_equal(report.guest_svn, 2);
    assert_int_equal(report.policy, 0x3001f);
    assert_int_equal(report.platform_info, 0x27);
    assert_int_equal(report.current_minor, 55);
    assert_int_equal(report.measurement[0], 0x5f);
    assert_int_equal(report_product(&report), PRODUCT_GENOA);
    assert_string_equal(report_signer_name(report_signer(&report)), "VCEK");
    fixture_free(&fix);
}

static void fields_of_later_versions_are_reserved_before(void **unused)
{
    uint8_t bytes[REPORT_BYTES] = {0};

    (void)unused;
    bytes[0x188] = 0x19; /* family */
    assert_int_equal(report_find_reserved(bytes, 2), 0x188);
    assert_int_equal(report_find_reserved(bytes, 3), -1);
    bytes[0x1f8] = 1; /* launch mitigation vector */
    assert_int_equal(report_find_reserved(bytes, 3), 0x1f8);
    assert_int_equal(report_find_reserved(bytes, 5), -1);
    assert_null(report_field_find("cpuid_step", 2));
    assert_non_null(report_field_find("cpuid_step", 3));
    assert_null(report_field_find("reserved", 5));
}

static void an_older_version_is_written_without_later_fields(void **unused)
{
    struct report report = {.version = 2, .cpuid_fam_id = 0x19, .current_mit_vector = 7};
    uint8_t bytes[REPORT_BYTES];

    (void)unused;
    report_encode(&report, bytes);
    assert_int_equal(report_find_reserved(bytes, 2), -1);
    report.version = 5;
    report_encode(&report, bytes);
    assert_int_equal(bytes[0x188], 0x19);
    assert_int_equal(bytes[0x200], 7);
}

static void only_three_versions_are_known(void **unused)
{
    (void)unused;
    for (uint64_t version = 0; version < 10; version++)
        assert_int_equal(report_version_is_known(version),
                         version == 2 || version == 3 || version == 5);
}

static void a_tcb_version_means_different_bytes_on_turin(void **unused)
{
    static const uint8_t bytes[TCB_BYTES] = {1, 2, 3, 4, 0, 0, 0, 9};
    struct tcb tcb;
    uint8_t again[TCB_BYTES];

    (void)unused;
    tcb_decode(PRODUCT_TURIN, bytes, &tcb);
    assert_int_equal(tcb.part[TCB_FMC], 1);
    assert_int_equal(tcb.part[TCB_BOOT_LOADER], 2);
    assert_int_equal(tcb.part[TCB_TEE], 3);
    assert_int_equal(tcb.part[TCB_SNP], 4);
    assert_int_equal(tcb.part[TCB_MICROCODE], 9);
    tcb_encode(PRODUCT_TURIN, &tcb, again);
    assert_memory_equal(again, bytes, TCB_BYTES);
    assert_true(tcb_reserved_is_zero(PRODUCT_TURIN, bytes));
    assert_false(tcb_reserved_is_zero(PRODUCT_GENOA, bytes));
    tcb_decode(PRODUCT_MILAN, bytes, &tcb);
    assert_int_equal(tcb.part[TCB_FMC], 0);
    assert_int_equal(tcb.part[TCB_BOOT_LOADER], 1);
    assert_int_equal(tcb.part[TCB_TEE], 2);
    assert_int_equal(tcb.part[TCB_MICROCODE], 9);
}

static void products_are_known_by_cpu_and_by_name(void **unused)
{
    (void)unused;
    assert_int_equal(product_by_cpu(0x19, 0x01), PRODUCT_MILAN);
    assert_int_equal(product_by_cpu(0x19, 0x11), PRODUCT_GENOA);
    assert_int_equal(product_by_cpu(0x19, 0xa0), PRODUCT_GENOA);
    assert_int_equal(product_by_cpu(0x1a, 0x02), PRODUCT_TURIN);
    assert_int_equal(product_by_cpu(0x19, 0x20), PRODUCT_UNKNOWN);
    assert_int_equal(product_by_cpu(0x1a, 0x12), PRODUCT_UNKNOWN);
    assert_int_equal(product_by_name("Milan-B0"), PRODUCT_MILAN);
    assert_int_equal(product_by_name("turin"), PRODUCT_TURIN);
    assert_int_equal(product_by_name("Bergamo"), PRODUCT_GENOA);
    assert_int_equal(product_by_name("Milano"), PRODUCT_UNKNOWN);
    assert_int_equal(product_by_name(""), PRODUCT_UNKNOWN);
}

static void the_same_request_gives_the_same_bytes(void **unused)
{
    struct fixture first, second;

    (void)unused;
    fixture_demo(&first, PRODUCT_TURIN, SIGNER_VCEK);
    fixture_demo(&second, PRODUCT_TURIN, SIGNER_VCEK);
    assert_memory_equal(first.bytes, second.bytes, REPORT_BYTES);
    fixture_free(&first);
    fixture_free(&second);
}

static void turin_cannot_be_told_before_version_3(void **unused)
{
    struct demo_request demo;
    uint8_t bytes[REPORT_BYTES];
    struct diagnostic diag = {{0}};

    (void)unused;
    demo_request_init(&demo);
    demo.product = PRODUCT_TURIN;
    demo.version = 2;
    assert_int_equal(demo_report_make(&demo, bytes, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "; expected 3 or 5"));
    demo.version = 4;
    assert_int_equal(demo_report_make(&demo, bytes, &diag), STATUS_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_layout_covers_every_byte_once),
        cmocka_unit_test(real_reports_survive_decoding_and_encoding),
        cmocka_unit_test(a_real_report_says_what_it_is_known_to_say),
        cmocka_unit_test(fields_of_later_versions_are_reserved_before),
        cmocka_unit_test(an_older_version_is_written_without_later_fields),
        cmocka_unit_test(only_three_versions_are_known),
        cmocka_unit_test(a_tcb_version_means_different_bytes_on_turin),
        cmocka_unit_test(products_are_known_by_cpu_and_by_name),
        cmocka_unit_test(the_same_request_gives_the_same_bytes),
        cmocka_unit_test(turin_cannot_be_told_before_version_3),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
