/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/certificate_chain.c — a file of certificates: refused with a clear line, or judged
 * together with a demo report. Whatever it says, a chain verifies only if its root is known. */
#include <string.h>

#include "psp/demo_report.h"
#include "psp/verify.h"
#include "target.h"

static void chain_judge(const struct certificate_chain *chain)
{
    static struct attest_result result;
    uint8_t bytes[REPORT_BYTES];
    struct demo_request demo;
    struct attest_request request = {
        .bytes = bytes, .size_bytes = REPORT_BYTES, .name = "report.bin", .chain = chain};
    struct diagnostic diag = {{0}};

    demo_request_init(&demo);
    if (demo_report_make(&demo, bytes, NULL) != STATUS_OK)
        return;
    request.time_source = TIME_FROM_CHAIN;
    fuzz_expect(attest_verify(&request, &result, &diag) == STATUS_OK, "what can be read is judged");
    if (result.finding_count == 0) {
        fuzz_expect(result.root.owner == ROOT_AMD || result.root.owner == ROOT_DEMO,
                    "only known roots verify");
        fuzz_expect(chain->count == ROLE_COUNT, "only whole chains verify");
    }
    if (!chain->by_role[ROLE_ROOT])
        fuzz_expect(result.outcome[CHECK_CHAIN] == OUTCOME_FAILED, "a missing root is found");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct certificate_chain chain;
    struct diagnostic diag = {{0}};

    chain_init(&chain);
    if (chain_add(&chain, data, size, "chain.pem", &diag) == STATUS_OK)
        chain_judge(&chain);
    else
        fuzz_expect_message(&diag, "chain.pem");
    chain_free(&chain);
    return 0;
}
