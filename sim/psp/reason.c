/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/reason.c — see reason.h. */
#include "psp/reason.h"

static const char *const names[ATTEST_REASON_COUNT] = {
    [ATTEST_NONE] = "none",
    [ATTEST_REPORT_SIZE] = "report-size",
    [ATTEST_REPORT_VERSION] = "report-version",
    [ATTEST_SIGNATURE_ALGORITHM] = "signature-algorithm",
    [ATTEST_CERTIFICATE_MALFORMED] = "certificate-malformed",
    [ATTEST_RESERVED_NOT_ZERO] = "reserved-not-zero",
    [ATTEST_POLICY_BIT_17] = "policy-bit-17",
    [ATTEST_SIGNING_KEY] = "signing-key",
    [ATTEST_PRODUCT_UNKNOWN] = "product-unknown",
    [ATTEST_CHAIN_INCOMPLETE] = "chain-incomplete",
    [ATTEST_CHAIN_ORDER] = "chain-order",
    [ATTEST_CHAIN_ISSUER] = "chain-issuer",
    [ATTEST_CERTIFICATE_NOT_PSS] = "certificate-not-pss",
    [ATTEST_CERTIFICATE_SIGNATURE] = "certificate-signature",
    [ATTEST_CERTIFICATE_USAGE] = "certificate-usage",
    [ATTEST_ISSUER_NOT_RSA4096] = "issuer-not-rsa4096",
    [ATTEST_LEAF_NOT_P384] = "leaf-not-p384",
    [ATTEST_CERTIFICATE_NOT_YET_VALID] = "certificate-not-yet-valid",
    [ATTEST_CERTIFICATE_EXPIRED] = "certificate-expired",
    [ATTEST_ROOT_UNKNOWN] = "root-unknown",
    [ATTEST_EXTENSION_MISSING] = "extension-missing",
    [ATTEST_EXTENSION_MALFORMED] = "extension-malformed",
    [ATTEST_PRODUCT_MISMATCH] = "product-mismatch",
    [ATTEST_SIGNER_MISMATCH] = "signer-mismatch",
    [ATTEST_TCB_MISMATCH] = "tcb-mismatch",
    [ATTEST_CHIP_ID_MISMATCH] = "chip-id-mismatch",
    [ATTEST_SIGNATURE_RANGE] = "signature-range",
    [ATTEST_SIGNATURE] = "signature",
    [ATTEST_TCB_INCONSISTENT] = "tcb-inconsistent",
    [ATTEST_FIRMWARE_INCONSISTENT] = "firmware-inconsistent",
    [ATTEST_POLICY_DEBUG] = "policy-debug",
    [ATTEST_POLICY_BIT_REQUIRED] = "policy-bit-required",
    [ATTEST_POLICY_BIT_FORBIDDEN] = "policy-bit-forbidden",
    [ATTEST_POLICY_ABI] = "policy-abi",
    [ATTEST_PLATFORM_BIT_REQUIRED] = "platform-bit-required",
    [ATTEST_PLATFORM_BIT_FORBIDDEN] = "platform-bit-forbidden",
    [ATTEST_VERSION_BELOW_MINIMUM] = "version-below-minimum",
    [ATTEST_PRODUCT_NOT_ALLOWED] = "product-not-allowed",
    [ATTEST_SIGNER_NOT_ALLOWED] = "signer-not-allowed",
    [ATTEST_DEMO_ROOT] = "demo-root",
    [ATTEST_TCB_BELOW_MINIMUM] = "tcb-below-minimum",
    [ATTEST_FIRMWARE_BELOW_MINIMUM] = "firmware-below-minimum",
    [ATTEST_MITIGATION_MISSING] = "mitigation-missing",
    [ATTEST_MEASUREMENT] = "measurement",
    [ATTEST_REPORT_DATA] = "report-data",
    [ATTEST_HOST_DATA] = "host-data",
    [ATTEST_FAMILY_ID] = "family-id",
    [ATTEST_IMAGE_ID] = "image-id",
    [ATTEST_GUEST_SVN] = "guest-svn",
    [ATTEST_VMPL] = "vmpl",
    [ATTEST_ID_KEY] = "id-key",
    [ATTEST_AUTHOR_KEY] = "author-key",
    [ATTEST_AUTHOR_KEY_MISSING] = "author-key-missing",
    [ATTEST_CHIP_ID] = "chip-id",
};

const char *attest_reason_name(enum attest_reason reason)
{
    return names[reason];
}

bool attest_reason_is_malformed(enum attest_reason reason)
{
    return reason >= ATTEST_REPORT_SIZE && reason <= ATTEST_CERTIFICATE_MALFORMED;
}
