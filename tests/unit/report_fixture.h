/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/report_fixture.h — the shipped reports with their chains, and demo reports, for the
 * tests of attestation. */
#ifndef CVMLAB_TEST_REPORT_FIXTURE_H
#define CVMLAB_TEST_REPORT_FIXTURE_H

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "psp/demo_keys.h"
#include "psp/demo_report.h"
#include "base/file_bytes.h"
#include "psp/verify.h"

#define REPORTS CVMLAB_SOURCE_DIR "/traces/reports/"

struct fixture {
    uint8_t bytes[REPORT_BYTES];
    struct certificate_chain chain;
    struct attest_request request;
};

static inline void fixture_link(struct fixture *fix)
{
    fix->request = (struct attest_request){.bytes = fix->bytes,
                                           .size_bytes = REPORT_BYTES,
                                           .name = "report.bin",
                                           .chain = &fix->chain,
                                           .time_source = TIME_FROM_CHAIN};
}

/* A real report: "milan-v2-gosevguest" or "genoa-ms". */
static inline void fixture_real(struct fixture *fix, const char *name)
{
    char path[512];
    struct file_bytes file;

    (void)snprintf(path, sizeof path, REPORTS "%s/report.bin", name);
    assert_int_equal(file_bytes_read(&file, path, REPORT_BYTES, "a report", NULL), STATUS_OK);
    assert_int_equal(file.size, REPORT_BYTES);
    memcpy(fix->bytes, file.bytes, REPORT_BYTES);
    file_bytes_free(&file);
    (void)snprintf(path, sizeof path, REPORTS "%s", name);
    assert_int_equal(chain_read(&fix->chain, path, NULL), STATUS_OK);
    fixture_link(fix);
}

/* A report by the demo keys, of the default version of the product. */
static inline void fixture_demo(struct fixture *fix, enum product product,
                                enum report_signer signer)
{
    struct demo_request demo;

    demo_request_init(&demo);
    demo.product = product;
    demo.signer = signer;
    assert_int_equal(demo_report_make(&demo, fix->bytes, NULL), STATUS_OK);
    assert_int_equal(demo_chain(product, signer, &fix->chain), STATUS_OK);
    fixture_link(fix);
}

static inline void fixture_free(struct fixture *fix)
{
    chain_free(&fix->chain);
}

/* Signs what the report says now with the demo key of its product. */
static inline void fixture_sign(struct fixture *fix, const struct report *report,
                                const char *key_name)
{
    EVP_PKEY *key = demo_key(key_name);

    assert_non_null(key);
    assert_int_equal(report_sign(report, key, fix->bytes), STATUS_OK);
    EVP_PKEY_free(key);
}

/* The reason that decides; ATTEST_NONE: verified. */
static inline enum attest_reason fixture_reason(const struct fixture *fix)
{
    static struct attest_result result;
    struct diagnostic diag = {{0}};

    assert_int_equal(attest_verify(&fix->request, &result, &diag), STATUS_OK);
    return result.finding_count == 0 ? ATTEST_NONE : result.finding[0].reason;
}

/* Whether reason is among the findings. */
static inline bool fixture_finds(const struct fixture *fix, enum attest_reason reason)
{
    static struct attest_result result;
    struct diagnostic diag = {{0}};

    assert_int_equal(attest_verify(&fix->request, &result, &diag), STATUS_OK);
    for (unsigned i = 0; i < result.finding_count; i++)
        if (result.finding[i].reason == reason)
            return true;
    return false;
}

#endif
