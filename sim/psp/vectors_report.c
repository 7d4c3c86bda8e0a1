/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors_report.c — known reports: their digest, every field that the entry names, the key
 * that signed them and its chain. Read vectors_parts.h first; fields are in
 * vectors_report_fields.c. */
#include "psp/vectors_report.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "psp/verify.h"

/* A sample being checked. */
struct sample {
    uint8_t bytes[REPORT_BYTES];
    struct report report;
    struct certificate_chain chain;
    EVP_PKEY *signer; /* the public key that the entry gives; NULL: none */
    bool has_leaf, has_issuers;
};

static void sample_free(struct sample *sample)
{
    chain_free(&sample->chain);
    EVP_PKEY_free(sample->signer);
}

static enum status report_read(const struct place *at, struct sample *sample)
{
    struct diagnostic form = {{0}};
    enum status status = value_bytes(at, sample->bytes, REPORT_BYTES);

    if (status != STATUS_OK)
        return status;
    if (report_check_form(sample->bytes, REPORT_BYTES, "report_hex", &form) != STATUS_OK)
        return place_fail(at, "%s", form.text);
    report_decode(sample->bytes, &sample->report);
    return STATUS_OK;
}

/* The certificates of a member, added to the chain. */
static enum status pem_read(const struct place *at, const char *key,
                            struct certificate_chain *chain, bool *found)
{
    struct diagnostic pem = {{0}};
    struct place member;
    const char *text;
    enum status status;

    value_find(at, key, &member);
    *found = member.value != NULL;
    if (!member.value)
        return STATUS_OK;
    text = json_string_value(member.value);
    status =
        text ? chain_add(chain, (const uint8_t *)text, strlen(text), key, &pem) : STATUS_BAD_INPUT;
    return status == STATUS_BAD_INPUT
               ? place_fail(&member, "%s", text ? pem.text : "not PEM; expected a string")
               : status;
}

static enum status signer_read(const struct place *at, struct sample *sample)
{
    uint8_t x[P384_BYTES], y[P384_BYTES];
    struct place member;
    enum status status;

    value_find(at, "signer_public_key_p384", &member);
    if (!member.value)
        return STATUS_OK;
    status = member_bytes(&member, "x_be", x, sizeof x);
    if (status == STATUS_OK)
        status = member_bytes(&member, "y_be", y, sizeof y);
    if (status != STATUS_OK)
        return status;
    sample->signer = p384_key(x, y);
    if (!sample->signer)
        return place_fail(&member, "not a point of P-384; expected one");
    return STATUS_OK;
}

/* "verifies", or one of the words for the opposite. */
static enum status signature_word(const struct place *at, bool *is_stated, bool *verifies)
{
    static const char *const words[] = {"verifies", "fails", "does not verify", "invalid", NULL};
    struct place member;
    uint8_t word = 0;
    enum status status = STATUS_OK;

    value_find(at, "signature", &member);
    *is_stated = member.value != NULL;
    if (member.value)
        status = place_word(&member, words, "signature", &word);
    *verifies = word == 0;
    return status;
}

/* The signature against a key, and what the entry says of it. A known key without a word has
 * signed. */
static void signature_compare(struct vectors_case *entry, const struct sample *sample,
                              EVP_PKEY *key, bool verifies)
{
    bool is_good = ecdsa_verify(key, sample->bytes, REPORT_SIGNED_BYTES,
                                &sample->report.signature) == ECDSA_GOOD;

    entry->compared++;
    if (is_good != verifies)
        case_differ(entry, "signature %s; expected that it %s",
                    is_good ? "verifies" : "does not verify", verifies ? "does" : "does not");
}

static enum status signature_check(struct vectors_case *entry, const struct place *at,
                                   struct sample *sample)
{
    X509 *leaf = sample->chain.by_role[ROLE_LEAF];
    EVP_PKEY *leaf_key = sample->has_leaf && leaf ? X509_get0_pubkey(leaf) : NULL;
    bool is_stated, verifies;
    enum status status = signature_word(at, &is_stated, &verifies);

    if (status != STATUS_OK)
        return status;
    if (sample->signer)
        signature_compare(entry, sample, sample->signer, verifies);
    if (leaf_key)
        signature_compare(entry, sample, leaf_key, verifies);
    if (sample->signer && leaf_key && EVP_PKEY_eq(sample->signer, leaf_key) != 1)
        case_differ(entry, "signer_public_key_p384 is not the key of signer_cert_pem; expected it");
    if (is_stated && !sample->signer && !leaf_key)
        case_skip(entry, "the rest is as expected; no key to check the signature with");
    return STATUS_OK;
}

static bool finding_counts(const struct sample *sample, const struct attest_finding *finding)
{
    if (finding->reason == ATTEST_CHAIN_INCOMPLETE)
        return sample->has_leaf && sample->has_issuers;
    return finding->check == CHECK_CHAIN || finding->check == CHECK_CERTIFICATES ||
           finding->check == CHECK_VALIDITY;
}

/* The chain as `attest verify` judges it; whose root it is does not matter here. */
static enum status chain_compare(struct vectors_case *entry, const struct place *at,
                                 const struct sample *sample)
{
    struct attest_request request = {.bytes = sample->bytes,
                                     .size_bytes = REPORT_BYTES,
                                     .name = "report_hex",
                                     .chain = &sample->chain,
                                     .time_source = TIME_FROM_CHAIN};
    struct attest_result *result = malloc(sizeof *result);
    struct diagnostic diag = {{0}};
    enum status status = result ? attest_verify(&request, result, &diag) : STATUS_IO;

    if (status == STATUS_BAD_INPUT)
        status = place_fail(at, "%s", diag.text);
    if (status == STATUS_OK) {
        entry->compared++;
        for (unsigned i = 0; i < result->finding_count; i++)
            if (finding_counts(sample, &result->finding[i]))
                case_differ(entry, "%s: %s", attest_reason_name(result->finding[i].reason),
                            result->finding[i].text);
    }
    free(result);
    return status;
}

/* The product as the entry, the report and the certificate name it. */
static enum status product_check(struct vectors_case *entry, const struct place *at,
                                 const struct sample *sample)
{
    struct leaf_extensions leaf = {.product = PRODUCT_UNKNOWN};
    enum product wanted, have = report_product(&sample->report);
    struct place member;
    enum status status = place_optional(at, "product", JSON_STRING, &member);

    if (status != STATUS_OK || !member.value)
        return status;
    wanted = product_by_name(json_string_value(member.value));
    if (wanted == PRODUCT_UNKNOWN)
        return place_fail(&member, "unknown product \"%.20s\"; expected Milan, Genoa or Turin",
                          json_string_value(member.value));
    if (have == PRODUCT_UNKNOWN && sample->has_leaf && sample->chain.by_role[ROLE_LEAF]) {
        leaf_extensions_read(sample->chain.by_role[ROLE_LEAF], &leaf);
        have = leaf.product;
    }
    if (have != PRODUCT_UNKNOWN && have != wanted)
        case_differ(entry, "product is %s; expected %s", product_name(have), product_name(wanted));
    return STATUS_OK;
}

static enum status whole_check(struct vectors_case *entry, const struct place *at,
                               struct sample *sample)
{
    uint8_t digest[LEGACY_DIGEST_BYTES];
    enum status status = digest_sha256(sample->bytes, REPORT_BYTES, digest);

    if (status == STATUS_OK)
        status = case_expect(entry, at, "sha256", digest, sizeof digest);
    if (status == STATUS_OK)
        status = report_fields_compare(entry, at, &sample->report);
    if (status == STATUS_OK)
        status = pem_read(at, "signer_cert_pem", &sample->chain, &sample->has_leaf);
    if (status == STATUS_OK)
        status = pem_read(at, "chain_pem", &sample->chain, &sample->has_issuers);
    if (status == STATUS_OK)
        status = signer_read(at, sample);
    if (status == STATUS_OK)
        status = signature_check(entry, at, sample);
    if (status == STATUS_OK && sample->has_issuers)
        status = chain_compare(entry, at, sample);
    return status == STATUS_OK ? product_check(entry, at, sample) : status;
}

static enum status sample_check(struct vectors_run *run, const struct place *at)
{
    struct sample sample = {.signer = NULL};
    struct vectors_case entry;
    struct place report, path;
    enum status status = case_open_by_id(&entry, at);

    if (status != STATUS_OK)
        return status;
    value_find(at, "report_hex", &report);
    value_find(at, "path", &path);
    if (!report.value) {
        case_skip(&entry, "no report_hex; the bytes are in %.80s",
                  json_is_string(path.value) ? json_string_value(path.value) : "another file");
        return case_close(run, &entry);
    }
    chain_init(&sample.chain);
    status = report_read(&report, &sample);
    if (status == STATUS_OK)
        status = whole_check(&entry, at, &sample);
    if (status == STATUS_OK)
        status = case_close(run, &entry);
    sample_free(&sample);
    return status;
}

enum status vectors_report(struct vectors_run *run, const struct place *category)
{
    return entries_each(run, category, "samples", JSON_ARRAY, sample_check);
}
