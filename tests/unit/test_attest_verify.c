/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_attest_verify.c — reports that are wrong in one respect, under a right chain:
 * each has its own reason. Changes of single bits are in tests/property/test_report_bits.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_fixture.h"

static struct report decoded(const struct fixture *fix)
{
    struct report report;

    report_decode(fix->bytes, &report);
    return report;
}

/* Signs report with the key of the leaf, and expects this to decide. */
static void expect_signed(struct fixture *fix, const struct report *report, const char *key,
                          enum attest_reason reason)
{
    fixture_sign(fix, report, key);
    assert_string_equal(attest_reason_name(fixture_reason(fix)), attest_reason_name(reason));
}

static void real_reports_verify_and_root_in_amds_keys(void **unused)
{
    static const char *const names[] = {"milan-v2-gosevguest", "genoa-ms"};
    static const enum product products[] = {PRODUCT_MILAN, PRODUCT_GENOA};

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        struct fixture fix;
        struct attest_result *result = malloc(sizeof *result);

        fixture_real(&fix, names[i]);
        assert_int_equal(attest_verify(&fix.request, result, NULL), STATUS_OK);
        assert_int_equal(result->finding_count, 0);
        assert_int_equal(result->root.owner, ROOT_AMD);
        assert_int_equal(result->root.product, products[i]);
        assert_int_equal(result->product, products[i]);
        assert_int_equal(result->outcome[CHECK_POLICY], OUTCOME_SKIPPED);
        for (unsigned check = 0; check < CHECK_POLICY; check++)
            assert_int_equal(result->outcome[check], OUTCOME_PASSED);
        free(result);
        fixture_free(&fix);
    }
}

static void demo_reports_of_every_product_and_signer_verify(void **unused)
{
    (void)unused;
    for (unsigned product = PRODUCT_MILAN; product < PRODUCT_COUNT; product++)
        for (unsigned signer = SIGNER_VCEK; signer <= SIGNER_VLEK; signer++) {
            struct fixture fix;

            fixture_demo(&fix, (enum product)product, (enum report_signer)signer);
            assert_int_equal(fixture_reason(&fix), ATTEST_NONE);
            fixture_free(&fix);
        }
}

static void a_report_of_any_other_size_is_malformed(void **unused)
{
    struct fixture fix;
    uint8_t longer[REPORT_BYTES + 16] = {0};

    (void)unused;
    fixture_real(&fix, "genoa-ms");
    memcpy(longer, fix.bytes, REPORT_BYTES);
    for (size_t size = 0; size < sizeof longer; size++) {
        struct diagnostic diag = {{0}};
        uint8_t *exact = malloc(size + 1); /* a read behind the end is seen by a sanitizer */

        memcpy(exact, longer, size);
        assert_int_equal(report_check_form(exact, size, "r.bin", &diag),
                         size == REPORT_BYTES ? STATUS_OK : STATUS_BAD_INPUT);
        if (size != REPORT_BYTES)
            assert_memory_equal(diag.text, "r.bin: report-size: ", 20);
        free(exact);
    }
    fixture_free(&fix);
}

static void other_versions_and_algorithms_are_malformed(void **unused)
{
    struct fixture fix;
    struct diagnostic diag = {{0}};

    (void)unused;
    fixture_real(&fix, "genoa-ms");
    fix.bytes[0] = 4;
    assert_int_equal(report_check_form(fix.bytes, REPORT_BYTES, "r.bin", &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "r.bin: report-version: 4; expected version 2, 3 or 5");
    fix.bytes[0] = 3;
    fix.bytes[0x34] = 2;
    assert_int_equal(report_check_form(fix.bytes, REPORT_BYTES, "r.bin", &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "r.bin: signature-algorithm: 2; expected 1 (ECDSA P-384 with "
                                   "SHA-384)");
    fixture_free(&fix);
}

static void reserved_bits_that_are_signed_are_still_refused(void **unused)
{
    struct fixture fix;
    struct report report;

    (void)unused;
    fixture_demo(&fix, PRODUCT_MILAN, SIGNER_VCEK);
    report = decoded(&fix);
    report.policy |= (uint64_t)1 << 26;
    expect_signed(&fix, &report, "vcek-milan", ATTEST_RESERVED_NOT_ZERO);
    report.policy = 0x10000;
    expect_signed(&fix, &report, "vcek-milan", ATTEST_POLICY_BIT_17);
    report.policy = 0x30000;
    report.key_info = 1 << 5;
    expect_signed(&fix, &report, "vcek-milan", ATTEST_RESERVED_NOT_ZERO);
    report.key_info = SIGNER_NONE << KEY_INFO_SIGNER;
    expect_signed(&fix, &report, "vcek-milan", ATTEST_SIGNING_KEY);
    report.key_info = 3 << KEY_INFO_SIGNER;
    expect_signed(&fix, &report, "vcek-milan", ATTEST_SIGNING_KEY);
    report.key_info = 0;
    report.launch_tcb[3] = 1;
    expect_signed(&fix, &report, "vcek-milan", ATTEST_RESERVED_NOT_ZERO);
    fixture_free(&fix);
}

static void turin_has_a_chip_id_of_eight_bytes(void **unused)
{
    struct fixture fix;
    struct report report;

    (void)unused;
    fixture_demo(&fix, PRODUCT_TURIN, SIGNER_VCEK);
    report = decoded(&fix);
    report.chip_id[8] = 1;
    expect_signed(&fix, &report, "vcek-turin", ATTEST_RESERVED_NOT_ZERO);
    fixture_free(&fix);
}

static void a_processor_that_is_not_known_or_not_the_leafs(void **unused)
{
    struct fixture fix;
    struct report report;

    (void)unused;
    fixture_demo(&fix, PRODUCT_GENOA, SIGNER_VCEK);
    report = decoded(&fix);
    report.cpuid_fam_id = 0x17;
    expect_signed(&fix, &report, "vcek-genoa", ATTEST_PRODUCT_UNKNOWN);
    report.cpuid_fam_id = 0x19;
    report.cpuid_mod_id = 0x01;
    expect_signed(&fix, &report, "vcek-genoa", ATTEST_PRODUCT_MISMATCH);
    fixture_free(&fix);
}

static void a_report_that_names_the_other_kind_of_key(void **unused)
{
    struct fixture fix;
    struct report report;

    (void)unused;
    fixture_demo(&fix, PRODUCT_MILAN, SIGNER_VLEK);
    report = decoded(&fix);
    report.key_info = SIGNER_VCEK << KEY_INFO_SIGNER;
    expect_signed(&fix, &report, "vlek-milan", ATTEST_SIGNER_MISMATCH);
    fixture_free(&fix);
}

static void a_tcb_other_than_the_leafs_names_the_part(void **unused)
{
    static const struct {
        enum product product;
        const char *key;
        unsigned byte;
        const char *part;
    } cases[] = {
        {PRODUCT_MILAN, "vcek-milan", 0, "boot_loader"}, {PRODUCT_MILAN, "vcek-milan", 6, "snp"},
        {PRODUCT_GENOA, "vcek-genoa", 7, "microcode"},   {PRODUCT_TURIN, "vcek-turin", 0, "fmc"},
        {PRODUCT_TURIN, "vcek-turin", 2, "tee"},
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture fix;
        struct report report;
        struct attest_result *result = malloc(sizeof *result);

        fixture_demo(&fix, cases[i].product, SIGNER_VCEK);
        report = decoded(&fix);
        report.reported_tcb[cases[i].byte]--;
        expect_signed(&fix, &report, cases[i].key, ATTEST_TCB_MISMATCH);
        assert_int_equal(attest_verify(&fix.request, result, NULL), STATUS_OK);
        assert_non_null(strstr(result->finding[0].text, cases[i].part));
        free(result);
        fixture_free(&fix);
    }
}

static void versions_cannot_be_above_those_that_bound_them(void **unused)
{
    struct fixture fix;
    struct report report;

    (void)unused;
    fixture_demo(&fix, PRODUCT_GENOA, SIGNER_VCEK);
    report = decoded(&fix);
    report.committed_tcb[7]--;
    expect_signed(&fix, &report, "vcek-genoa", ATTEST_TCB_INCONSISTENT); /* reported above it */
    report.committed_tcb[7] += 2;
    expect_signed(&fix, &report, "vcek-genoa", ATTEST_TCB_INCONSISTENT); /* above current */
    report.current_tcb[7]++;
    expect_signed(&fix, &report, "vcek-genoa", ATTEST_NONE);
    report.committed_build++;
    expect_signed(&fix, &report, "vcek-genoa", ATTEST_FIRMWARE_INCONSISTENT);
    report.current_minor++;
    expect_signed(&fix, &report, "vcek-genoa", ATTEST_NONE);
    fixture_free(&fix);
}

static void another_chip_is_refused_and_a_masked_one_is_not(void **unused)
{
    struct fixture fix;
    struct report report;

    (void)unused;
    fixture_demo(&fix, PRODUCT_MILAN, SIGNER_VCEK);
    report = decoded(&fix);
    report.chip_id[63] ^= 1;
    expect_signed(&fix, &report, "vcek-milan", ATTEST_CHIP_ID_MISMATCH);
    memset(report.chip_id, 0, sizeof report.chip_id);
    expect_signed(&fix, &report, "vcek-milan", ATTEST_NONE);
    fixture_free(&fix);
}

static void a_report_that_another_key_signed(void **unused)
{
    struct fixture fix;
    struct report report;

    (void)unused;
    fixture_demo(&fix, PRODUCT_MILAN, SIGNER_VCEK);
    report = decoded(&fix);
    expect_signed(&fix, &report, "vcek-genoa", ATTEST_SIGNATURE);
    memset(fix.bytes + REPORT_SIGNED_BYTES, 0, 2 * ECDSA_NUMBER_BYTES);
    assert_int_equal(fixture_reason(&fix), ATTEST_SIGNATURE_RANGE);
    fixture_free(&fix);
}

static void times_are_read_strictly(void **unused)
{
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-13-01",
                                      "2026-02-30",
                                      "2026-03-01T",
                                      "2026-03-01T25:00:00Z",
                                      "2026-03-01T12:00:00",
                                      "2026-03-01 ",
                                      "2026-03-01T12:00:00Zx"};
    char text[TIME_TEXT_BYTES];
    int64_t time;

    (void)unused;
    assert_true(time_parse("1970-01-02", &time));
    assert_int_equal(time, 86400);
    assert_true(time_parse("2026-02-05T02:05:07Z", &time));
    time_format(time, text);
    assert_string_equal(text, "2026-02-05T02:05:07Z");
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(time_parse(bad[i], &time));
}

static void every_reason_has_a_name_of_its_own(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < ATTEST_REASON_COUNT; i++) {
        assert_non_null(attest_reason_name((enum attest_reason)i));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(attest_reason_name((enum attest_reason)i),
                                    attest_reason_name((enum attest_reason)j));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_reports_verify_and_root_in_amds_keys),
        cmocka_unit_test(demo_reports_of_every_product_and_signer_verify),
        cmocka_unit_test(a_report_of_any_other_size_is_malformed),
        cmocka_unit_test(other_versions_and_algorithms_are_malformed),
        cmocka_unit_test(reserved_bits_that_are_signed_are_still_refused),
        cmocka_unit_test(turin_has_a_chip_id_of_eight_bytes),
        cmocka_unit_test(a_processor_that_is_not_known_or_not_the_leafs),
        cmocka_unit_test(a_report_that_names_the_other_kind_of_key),
        cmocka_unit_test(a_tcb_other_than_the_leafs_names_the_part),
        cmocka_unit_test(versions_cannot_be_above_those_that_bound_them),
        cmocka_unit_test(another_chip_is_refused_and_a_masked_one_is_not),
        cmocka_unit_test(a_report_that_another_key_signed),
        cmocka_unit_test(times_are_read_strictly),
        cmocka_unit_test(every_reason_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
