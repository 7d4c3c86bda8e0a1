/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/property/test_report_bits.c — every change of one bit of a report is found, with a reason
 * that fits the field it is in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../unit/report_fixture.h"

/* The field that holds this byte. */
static const struct report_field *field_at(unsigned byte)
{
    const struct report_field *field = report_fields;

    while (byte >= field->offset + field->size)
        field++;
    return field;
}

static bool is_one_of(enum attest_reason reason, enum attest_reason a, enum attest_reason b,
                      enum attest_reason c)
{
    return reason == a || reason == b || reason == c;
}

/* Whether reason is what a reader would expect after this bit was changed. */
static bool reason_fits(const struct report_field *field, uint64_t version, unsigned bit,
                        enum attest_reason reason)
{
    const char *name = field->name;

    if (field->kind == FIELD_RESERVED || field->first_version > version)
        return reason == ATTEST_RESERVED_NOT_ZERO;
    if (strcmp(name, "policy") == 0)
        return reason == (bit == POLICY_ONE        ? ATTEST_POLICY_BIT_17
                          : bit >= POLICY_RESERVED ? ATTEST_RESERVED_NOT_ZERO
                                                   : ATTEST_SIGNATURE);
    if (strcmp(name, "key_info") == 0)
        return reason == (bit < 2    ? ATTEST_SIGNATURE
                          : bit == 2 ? ATTEST_SIGNER_MISMATCH
                          : bit < 5  ? ATTEST_SIGNING_KEY
                                     : ATTEST_RESERVED_NOT_ZERO);
    if (strcmp(name, "reported_tcb") == 0)
        return is_one_of(reason, ATTEST_TCB_MISMATCH, ATTEST_RESERVED_NOT_ZERO, ATTEST_NONE);
    if (strstr(name, "_tcb"))
        return is_one_of(reason, ATTEST_SIGNATURE, ATTEST_RESERVED_NOT_ZERO, ATTEST_NONE);
    if (strcmp(name, "chip_id") == 0)
        return is_one_of(reason, ATTEST_CHIP_ID_MISMATCH, ATTEST_RESERVED_NOT_ZERO, ATTEST_NONE);
    if (strcmp(name, "cpuid_fam_id") == 0 || strcmp(name, "cpuid_mod_id") == 0)
        return is_one_of(reason, ATTEST_PRODUCT_UNKNOWN, ATTEST_PRODUCT_MISMATCH, ATTEST_SIGNATURE);
    if (strncmp(name, "signature_r", 11) == 0 || strcmp(name, "signature_s") == 0)
        return is_one_of(reason, ATTEST_SIGNATURE, ATTEST_SIGNATURE_RANGE, ATTEST_SIGNATURE);
    return reason == ATTEST_SIGNATURE;
}

/* The two fields without which a report is none. */
static bool form_fits(const char *name, const struct diagnostic *diag)
{
    return (strcmp(name, "version") == 0 && strstr(diag->text, ": report-version: ")) ||
           (strcmp(name, "signature_algo") == 0 && strstr(diag->text, ": signature-algorithm: "));
}

static void bits_change(struct fixture *fix)
{
    static struct attest_result result;
    struct report report;

    report_decode(fix->bytes, &report);
    for (unsigned i = 0; i < 8 * REPORT_BYTES; i++) {
        const struct report_field *field = field_at(i / 8);
        struct diagnostic diag = {{0}};
        enum attest_reason reason = ATTEST_NONE;
        enum status status;

        fix->bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        status = attest_verify(&fix->request, &result, &diag);
        if (status == STATUS_OK) {
            assert_int_not_equal(result.finding_count, 0);
            reason = result.finding[0].reason;
        }
        if (status == STATUS_OK
                ? !reason_fits(field, result.report.version, i - 8 * field->offset, reason) &&
                      strcmp(field->name, "version") != 0
                : !form_fits(field->name, &diag))
            fail_msg("bit %u of %s: %s %s", i - 8 * field->offset, field->name,
                     attest_reason_name(reason), diag.text);
        fix->bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
}

static void every_bit_of_a_real_milan_report_counts(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_real(&fix, "milan-v2-gosevguest");
    bits_change(&fix);
    fixture_free(&fix);
}

static void every_bit_of_a_real_genoa_report_counts(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_real(&fix, "genoa-ms");
    bits_change(&fix);
    fixture_free(&fix);
}

static void every_bit_of_a_turin_report_of_version_5_counts(void **unused)
{
    struct fixture fix;

    (void)unused;
    fixture_demo(&fix, PRODUCT_TURIN, SIGNER_VCEK);
    bits_change(&fix);
    fixture_free(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_of_a_real_milan_report_counts),
        cmocka_unit_test(every_bit_of_a_real_genoa_report_counts),
        cmocka_unit_test(every_bit_of_a_turin_report_of_version_5_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
