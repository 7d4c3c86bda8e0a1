/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/verify.c — the order of the checks, and those of the report by itself. See verify.h; the
 * chain is in verify_chain.c, what it says of the report in verify_claims.c, the policy in
 * verify_policy.c. */
#include "psp/verify_parts.h"

#include <inttypes.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "psp/hex.h"

static const char *const check_names[CHECK_COUNT] = {
    "structure", "chain",     "certificates", "validity", "root",
    "identity",  "signature", "consistency",  "policy",
};

const char *attest_check_name(enum attest_check check)
{
    return check_names[check];
}

void finding_add(struct attest_result *result, enum attest_check check, enum attest_reason reason,
                 const char *format, ...)
{
    struct attest_finding *finding;
    va_list args;

    result->outcome[check] = OUTCOME_FAILED;
    if (result->finding_count == FINDINGS_MAX)
        return;
    finding = &result->finding[result->finding_count++];
    finding->check = check;
    finding->reason = reason;
    va_start(args, format);
    (void)vsnprintf(finding->text, sizeof finding->text, format, args);
    va_end(args);
}

void note_set(struct attest_result *result, enum attest_check check, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(result->note[check], sizeof result->note[check], format, args);
    va_end(args);
}

void check_skip(struct attest_result *result, enum attest_check check, const char *why)
{
    result->outcome[check] = OUTCOME_SKIPPED;
    note_set(result, check, "%s", why);
}

static enum status form_fail(enum attest_reason reason, uint64_t found, const char *expected,
                             const char *name, struct diagnostic *diag)
{
    return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0, "%s: %" PRIu64 "; expected %s",
                          attest_reason_name(reason), found, expected);
}

enum status report_check_form(const uint8_t *bytes, size_t size_bytes, const char *name,
                              struct diagnostic *diag)
{
    struct report report;

    if (size_bytes != REPORT_BYTES)
        return form_fail(ATTEST_REPORT_SIZE, size_bytes, "1184 bytes", name, diag);
    report_decode(bytes, &report);
    if (!report_version_is_known(report.version))
        return form_fail(ATTEST_REPORT_VERSION, report.version, "version 2, 3 or 5", name, diag);
    if (report.signature_algo != SIGNATURE_ALGO_ECDSA)
        return form_fail(ATTEST_SIGNATURE_ALGORITHM, report.signature_algo,
                         "1 (ECDSA P-384 with SHA-384)", name, diag);
    return STATUS_OK;
}

static void tcb_check_reserved(struct attest_result *result)
{
    static const char *const names[] = {"current_tcb", "reported_tcb", "committed_tcb",
                                        "launch_tcb"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct report_field *field = report_field_find(names[i], result->report.version);

        if (!tcb_reserved_is_zero(result->product, report_bytes(&result->report, field)))
            finding_add(result, CHECK_STRUCTURE, ATTEST_RESERVED_NOT_ZERO,
                        "%s: a byte between its parts is set; expected zero", names[i]);
    }
}

static void structure_check(const uint8_t *bytes, struct attest_result *result)
{
    const struct report *report = &result->report;
    int reserved = report_find_reserved(bytes, report->version);
    unsigned signer = report_signer(report);

    if (reserved >= 0)
        finding_add(result, CHECK_STRUCTURE, ATTEST_RESERVED_NOT_ZERO,
                    "byte 0x%x is 0x%02x; expected zero in version %" PRIu64, (unsigned)reserved,
                    bytes[reserved], report->version);
    if (report->policy >> POLICY_RESERVED)
        finding_add(result, CHECK_STRUCTURE, ATTEST_RESERVED_NOT_ZERO,
                    "policy 0x%" PRIx64 " has a bit above 25; expected zero", report->policy);
    if (report->key_info >> 5)
        finding_add(result, CHECK_STRUCTURE, ATTEST_RESERVED_NOT_ZERO,
                    "key_info 0x%" PRIx64 " has a bit above 4; expected zero", report->key_info);
    tcb_check_reserved(result);
    if (result->product == PRODUCT_TURIN && !bytes_are_zero(report->chip_id + 8, 56))
        finding_add(result, CHECK_STRUCTURE, ATTEST_RESERVED_NOT_ZERO,
                    "chip_id: a byte above 7 is set; expected 8 bytes, then zeros, on Turin");
    if (!(report->policy >> POLICY_ONE & 1))
        finding_add(result, CHECK_STRUCTURE, ATTEST_POLICY_BIT_17,
                    "policy bit 17 is zero; expected one");
    if (signer != SIGNER_VCEK && signer != SIGNER_VLEK)
        finding_add(result, CHECK_STRUCTURE, ATTEST_SIGNING_KEY,
                    "signing key %u; expected 0 (VCEK) or 1 (VLEK)", signer);
    if (report->version >= 3 && report_product(report) == PRODUCT_UNKNOWN)
        finding_add(result, CHECK_STRUCTURE, ATTEST_PRODUCT_UNKNOWN,
                    "family 0x%" PRIx64 " model 0x%" PRIx64 "; expected Milan, Genoa or Turin",
                    report->cpuid_fam_id, report->cpuid_mod_id);
    note_set(result, CHECK_STRUCTURE, "version %" PRIu64 ", reserved bytes are zero",
             report->version);
}

static void signature_check(const struct attest_request *request, struct attest_result *result)
{
    X509 *leaf = request->chain->by_role[ROLE_LEAF];
    EVP_PKEY *key = leaf ? X509_get0_pubkey(leaf) : NULL;
    uint8_t x[P384_BYTES], y[P384_BYTES];

    if (p384_point(key, x, y) != STATUS_OK) {
        check_skip(result, CHECK_SIGNATURE, "no leaf certificate with a P-384 key");
        return;
    }
    switch (ecdsa_verify(key, request->bytes, REPORT_SIGNED_BYTES, &result->report.signature)) {
    case ECDSA_GOOD:
        note_set(result, CHECK_SIGNATURE, "bytes 0 to 0x29f are signed by the leaf");
        break;
    case ECDSA_OUT_OF_RANGE:
        finding_add(result, CHECK_SIGNATURE, ATTEST_SIGNATURE_RANGE,
                    "r or s is not between 0 and the order of P-384; expected 48 bytes each");
        break;
    case ECDSA_BAD:
        finding_add(result, CHECK_SIGNATURE, ATTEST_SIGNATURE,
                    "the leaf did not sign these bytes; expected its signature");
        break;
    }
}

static int64_t chain_latest_start(const struct certificate_chain *chain)
{
    int64_t latest = 0, from, to;

    for (unsigned i = 0; i < chain->count; i++)
        if (certificate_times(chain->given[i], &from, &to) && from > latest)
            latest = from;
    return latest;
}

enum status attest_verify(const struct attest_request *request, struct attest_result *result,
                          struct diagnostic *diag)
{
    enum status status =
        report_check_form(request->bytes, request->size_bytes, request->name, diag);

    if (status != STATUS_OK)
        return status;
    memset(result, 0, sizeof *result);
    report_decode(request->bytes, &result->report);
    if (request->chain->by_role[ROLE_LEAF])
        leaf_extensions_read(request->chain->by_role[ROLE_LEAF], &result->leaf);
    result->product = report_product(&result->report);
    if (result->product == PRODUCT_UNKNOWN)
        result->product = result->leaf.product;
    result->time =
        request->time_source == TIME_GIVEN ? request->time : chain_latest_start(request->chain);
    structure_check(request->bytes, result);
    chain_check(request, result);
    identity_check(request->chain, result);
    signature_check(request, result);
    consistency_check(result);
    if (request->policy)
        policy_check(request->policy, result);
    else
        check_skip(result, CHECK_POLICY,
                   result->report.policy >> POLICY_DEBUG & 1
                       ? "no policy is given; note that the host may debug this guest"
                       : "no policy is given");
    ERR_clear_error();
    return STATUS_OK;
}
