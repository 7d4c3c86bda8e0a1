/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/attestation_report.c — a report as bytes: refused with a clear line, or decoded and
 * written again without a loss, and verified under the demo chain of its product. Only what a demo
 * key signed may verify. */
#include <string.h>

#include "psp/demo_keys.h"
#include "psp/verify.h"
#include "target.h"

/* Decoding and encoding lose nothing but what is reserved. */
static void round_trip(const uint8_t *bytes, const struct report *report)
{
    uint8_t again[REPORT_BYTES];
    struct report twice;

    report_encode(report, again);
    report_decode(again, &twice);
    fuzz_expect(report_find_reserved(again, report->version) == -1,
                "what is written has zeros where it is reserved");
    fuzz_expect((report_find_reserved(bytes, report->version) == -1) ==
                    (memcmp(again, bytes, REPORT_BYTES) == 0),
                "a report without reserved bytes is written as it was read");
    fuzz_expect(twice.policy == report->policy &&
                    memcmp(twice.measurement, report->measurement, DIGEST_BYTES) == 0,
                "fields survive");
}

static void result_check(const struct attest_result *result)
{
    enum attest_check before = CHECK_STRUCTURE;

    for (unsigned i = 0; i < result->finding_count; i++) {
        const struct attest_finding *finding = &result->finding[i];

        fuzz_expect(finding->check >= before, "findings come in the order of the checks");
        fuzz_expect(result->outcome[finding->check] == OUTCOME_FAILED, "a finding fails its check");
        fuzz_expect(finding->reason != ATTEST_NONE && finding->text[0] != '\0',
                    "a finding has a reason and a text");
        before = finding->check;
    }
    if (result->outcome[CHECK_SIGNATURE] != OUTCOME_PASSED)
        fuzz_expect(result->finding_count > 0, "without a signature nothing is verified");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct attest_result result;
    struct certificate_chain chain;
    struct attest_request request = {
        .bytes = data, .size_bytes = size, .name = "report.bin", .chain = &chain};
    struct diagnostic diag = {{0}};
    struct report report;
    enum product product;

    if (report_check_form(data, size, "report.bin", &diag) != STATUS_OK) {
        fuzz_expect_message(&diag, "report.bin");
        return 0;
    }
    report_decode(data, &report);
    round_trip(data, &report);
    product = report_product(&report) == PRODUCT_UNKNOWN ? PRODUCT_MILAN : report_product(&report);
    request.time_source = TIME_FROM_CHAIN;
    if (demo_chain(product, report_signer(&report) == SIGNER_VLEK ? SIGNER_VLEK : SIGNER_VCEK,
                   &chain) != STATUS_OK)
        return 0;
    fuzz_expect(attest_verify(&request, &result, &diag) == STATUS_OK, "what has form is judged");
    result_check(&result);
    chain_free(&chain);
    return 0;
}
