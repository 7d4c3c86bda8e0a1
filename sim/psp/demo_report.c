/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/demo_report.c — see demo_report.h. */
#include "psp/demo_report.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "psp/chain.h"
#include "psp/demo_keys.h"
#include "psp/hex.h"
#include "psp/id_block.h"

enum { POLICY_DEFAULT = 0x30000 }; /* SMT allowed, and the bit that must be one */

/* CPUID family, model and stepping, and firmware, of the simulated chips. */
static const struct {
    uint8_t family, model, stepping, minor, build;
} chips[PRODUCT_COUNT] = {
    [PRODUCT_MILAN] = {0x19, 0x01, 0x01, 55, 21},
    [PRODUCT_GENOA] = {0x19, 0x11, 0x01, 55, 40},
    [PRODUCT_TURIN] = {0x1a, 0x02, 0x01, 58, 1},
};

void demo_request_init(struct demo_request *request)
{
    memset(request, 0, sizeof *request);
    request->product = PRODUCT_MILAN;
    request->policy = POLICY_DEFAULT;
}

static void chip_fill(const struct demo_request *request, const struct leaf_extensions *leaf,
                      struct report *report)
{
    uint8_t tcb[TCB_BYTES];

    tcb_encode(request->product, &leaf->tcb, tcb);
    memcpy(report->current_tcb, tcb, TCB_BYTES);
    memcpy(report->reported_tcb, tcb, TCB_BYTES);
    memcpy(report->committed_tcb, tcb, TCB_BYTES);
    memcpy(report->launch_tcb, tcb, TCB_BYTES);
    if (!request->masks_chip_id)
        memcpy(report->chip_id, leaf->chip_id, CHIP_ID_BYTES);
    if (report->version >= 3) {
        report->cpuid_fam_id = chips[request->product].family;
        report->cpuid_mod_id = chips[request->product].model;
        report->cpuid_step = chips[request->product].stepping;
    }
    report->current_major = report->committed_major = 1;
    report->current_minor = report->committed_minor = chips[request->product].minor;
    report->current_build = report->committed_build = chips[request->product].build;
    report->platform_info = 1; /* SMT */
}

static void guest_fill(const struct demo_request *request, struct report *report)
{
    report->guest_svn = request->guest_svn;
    report->policy = request->policy;
    report->vmpl = request->vmpl;
    memcpy(report->family_id, request->family_id, GUEST_ID_BYTES);
    memcpy(report->image_id, request->image_id, GUEST_ID_BYTES);
    memcpy(report->report_data, request->report_data, REPORT_DATA_BYTES);
    memcpy(report->measurement, request->measurement, DIGEST_BYTES);
    memcpy(report->host_data, request->host_data, HOST_DATA_BYTES);
    memset(report->report_id_ma, 0xff, REPORT_ID_BYTES); /* no migration agent */
}

/* On hardware a random number per guest; here it follows from what the guest is. */
static enum status report_id_fill(struct report *report)
{
    static const char label[] = "cvmlab demo report id";
    uint8_t text[sizeof label + DIGEST_BYTES + HOST_DATA_BYTES + 8];

    memcpy(text, label, sizeof label);
    memcpy(text + sizeof label, report->measurement, DIGEST_BYTES);
    memcpy(text + sizeof label + DIGEST_BYTES, report->host_data, HOST_DATA_BYTES);
    le_write(text + sizeof text - 8, 8, report->policy);
    return digest_sha256(text, sizeof text, report->report_id);
}

static enum status keys_fill(struct report *report)
{
    EVP_PKEY *id = demo_key("id"), *author = demo_key("author");
    enum status status = id && author ? id_key_digest(id, report->id_key_digest) : STATUS_IO;

    if (status == STATUS_OK)
        status = id_key_digest(author, report->author_key_digest);
    report->key_info |= 1 << KEY_INFO_AUTHOR_KEY;
    EVP_PKEY_free(id);
    EVP_PKEY_free(author);
    return status;
}

static enum status leaf_sign(const struct demo_request *request, struct report *report,
                             uint8_t bytes[REPORT_BYTES])
{
    char name[DEMO_NAME_BYTES];
    struct leaf_extensions leaf;
    X509 *certificate;
    EVP_PKEY *key;
    enum status status = STATUS_IO;

    demo_name(request->product, request->signer, ROLE_LEAF, name);
    certificate = demo_certificate(name);
    key = demo_key(name);
    if (certificate && key) {
        leaf_extensions_read(certificate, &leaf);
        chip_fill(request, &leaf, report);
        status = report_sign(report, key, bytes);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    return status;
}

enum status demo_report_make(const struct demo_request *request, uint8_t bytes[REPORT_BYTES],
                             struct diagnostic *diag)
{
    struct report report = {.signature_algo = SIGNATURE_ALGO_ECDSA};
    enum status status;

    report.version = request->version;
    if (report.version == 0)
        report.version = request->product == PRODUCT_TURIN ? 5 : 3;
    report.key_info = (uint64_t)request->signer << KEY_INFO_SIGNER;
    if (!report_version_is_known(report.version))
        return diagnostic_set(diag, STATUS_BAD_INPUT, "report", 0, 0,
                              "no such version; expected 2, 3 or 5");
    if (request->product == PRODUCT_TURIN && report.version < 3)
        return diagnostic_set(diag, STATUS_BAD_INPUT, "report", 0, 0,
                              "version 2 cannot say that it comes from Turin; expected 3 or 5");
    guest_fill(request, &report);
    status = report_id_fill(&report);
    if (status == STATUS_OK && request->has_id_block)
        status = keys_fill(&report);
    if (status == STATUS_OK)
        status = leaf_sign(request, &report, bytes);
    if (status == STATUS_IO)
        return diagnostic_set(diag, STATUS_IO, "report", 0, 0, "not enough memory");
    return status;
}
