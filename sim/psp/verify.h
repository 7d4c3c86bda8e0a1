/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/verify.h — is this report true? Checks a report, real or simulated, against its chain of
 * certificates and against the policy of whoever asks. Every check runs that can; the first finding
 * decides. */
#ifndef CVMLAB_SIM_PSP_VERIFY_H
#define CVMLAB_SIM_PSP_VERIFY_H

#include "psp/chain.h"
#include "psp/policy.h"
#include "psp/reason.h"
#include "psp/report.h"
#include "psp/roots.h"

/* In the order in which they are made. */
enum attest_check {
    CHECK_STRUCTURE,    /* what must be zero, bits that must be one */
    CHECK_CHAIN,        /* leaf, intermediate and root, each issued by the next */
    CHECK_CERTIFICATES, /* kinds of keys, signatures */
    CHECK_VALIDITY,     /* at the time of the verification */
    CHECK_ROOT,         /* is a known key */
    CHECK_IDENTITY,     /* product, TCB and chip as the leaf says; first, because it says more */
    CHECK_SIGNATURE,    /* of the report by the leaf */
    CHECK_CONSISTENCY,  /* versions that cannot be above others */
    CHECK_POLICY,
    CHECK_COUNT,
};

enum check_outcome { OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_SKIPPED };

enum { FINDING_TEXT_BYTES = 200, FINDINGS_MAX = 64 };

struct attest_finding {
    enum attest_check check;
    enum attest_reason reason;
    char text[FINDING_TEXT_BYTES]; /* what is wrong; what was expected */
};

enum time_source { TIME_GIVEN, TIME_FROM_CHAIN /* the latest beginning of validity in it */ };

struct attest_request {
    const uint8_t *bytes; /* the report */
    size_t size_bytes;
    const char *name; /* of the report, for messages */
    const struct certificate_chain *chain;
    X509 *given_root;                   /* trusted as well; may be NULL */
    const struct attest_policy *policy; /* NULL: nothing is asked for */
    enum time_source time_source;
    int64_t time; /* seconds since 1970 UTC; of TIME_GIVEN */
};

struct attest_result {
    struct report report;
    enum product product;
    struct leaf_extensions leaf; /* zeros if the chain has no leaf */
    struct root root;
    int64_t time;
    char note[CHECK_COUNT][FINDING_TEXT_BYTES]; /* what a passed or skipped check has seen */
    enum check_outcome outcome[CHECK_COUNT];
    struct attest_finding finding[FINDINGS_MAX]; /* ordered by check */
    unsigned finding_count;
};

/* Makes every check. STATUS_OK: it could be judged, and is verified if finding_count is 0.
 * STATUS_BAD_INPUT: no report of a known size, version and signature algorithm; diag names the
 * reason. */
enum status attest_verify(const struct attest_request *request, struct attest_result *result,
                          struct diagnostic *diag);

/* Size, version and algorithm: what attest_verify refuses. */
enum status report_check_form(const uint8_t *bytes, size_t size_bytes, const char *name,
                              struct diagnostic *diag);

/* "structure". */
const char *attest_check_name(enum attest_check check);

/* Reads "2026-03-01" or "2026-03-01T12:00:00Z". */
bool time_parse(const char *text, int64_t *seconds);

enum { TIME_TEXT_BYTES = 32 };

/* Writes "2026-03-01T12:00:00Z". */
void time_format(int64_t seconds, char text[TIME_TEXT_BYTES]);

#endif
