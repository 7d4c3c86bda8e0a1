/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/verify_chain.c — the checks of the certificates: AMD's chains are ARK -> ASK -> VCEK or
 * ARK -> ASVK -> VLEK, RSA-4096 above and P-384 below, signed with RSASSA-PSS (57230). */
#include "psp/verify_parts.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

enum { ISSUER_KEY_BITS = 4096, PSS_SALT_BYTES = 48 };

static bool issued_by(X509 *certificate, X509 *issuer)
{
    return X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(issuer)) == 0;
}

static void missing_check(const struct certificate_chain *chain, struct attest_result *result)
{
    static const char *const expected[ROLE_COUNT] = {"a VCEK or VLEK", "an ASK or ASVK", "an ARK"};

    for (unsigned role = 0; role < ROLE_COUNT; role++)
        if (!chain->by_role[role])
            finding_add(result, CHECK_CHAIN, ATTEST_CHAIN_INCOMPLETE,
                        "no %s certificate; expected %s",
                        certificate_role_name((enum certificate_role)role), expected[role]);
}

/* Each certificate is behind those it stands above, and no role comes twice. */
static void order_check(const struct certificate_chain *chain, struct attest_result *result)
{
    for (unsigned i = 1; i < chain->count; i++)
        if (chain->role[i] <= chain->role[i - 1]) {
            finding_add(result, CHECK_CHAIN, ATTEST_CHAIN_ORDER,
                        "certificate %u is %s %s; expected leaf, intermediate, root", i + 1,
                        chain->role[i] == ROLE_INTERMEDIATE ? "an" : "a",
                        certificate_role_name(chain->role[i]));
            return;
        }
}

static void issuers_check(const struct certificate_chain *chain, struct attest_result *result)
{
    for (unsigned role = 0; role + 1 < ROLE_COUNT; role++) {
        X509 *certificate = chain->by_role[role], *issuer = chain->by_role[role + 1];
        char name[CERTIFICATE_NAME_BYTES], issuer_name[CERTIFICATE_NAME_BYTES];

        if (!certificate || !issuer || issued_by(certificate, issuer))
            continue;
        certificate_name(certificate, name);
        certificate_name(issuer, issuer_name);
        finding_add(result, CHECK_CHAIN, ATTEST_CHAIN_ISSUER,
                    "%.60s was not issued by %.60s; expected the certificate of its issuer", name,
                    issuer_name);
    }
}

static int algorithm_nid(const X509_ALGOR *algorithm)
{
    const ASN1_OBJECT *object;

    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    return OBJ_obj2nid(object);
}

/* The mask is MGF1 with SHA-384. */
static bool mask_is_sha384(const X509_ALGOR *mask)
{
    X509_ALGOR *hash;
    bool fits;

    if (!mask || algorithm_nid(mask) != NID_mgf1)
        return false;
    hash = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(X509_ALGOR), mask->parameter);
    fits = hash && algorithm_nid(hash) == NID_sha384;
    X509_ALGOR_free(hash);
    return fits;
}

/* RSASSA-PSS with SHA-384, MGF1 with SHA-384 and 48 bytes of salt (RFC 4055). */
static bool algorithm_is_pss(X509 *certificate)
{
    const X509_ALGOR *algorithm;
    RSA_PSS_PARAMS *params;
    bool fits;

    X509_get0_signature(NULL, &algorithm, certificate);
    if (algorithm_nid(algorithm) != NID_rsassaPss)
        return false;
    params = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter);
    fits = params && params->hashAlgorithm && algorithm_nid(params->hashAlgorithm) == NID_sha384 &&
           mask_is_sha384(params->maskGenAlgorithm) && params->saltLength &&
           ASN1_INTEGER_get(params->saltLength) == PSS_SALT_BYTES;
    RSA_PSS_PARAMS_free(params);
    return fits;
}

static bool key_is_rsa4096(X509 *certificate)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);

    return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
           EVP_PKEY_get_bits(key) == ISSUER_KEY_BITS;
}

static void issuer_check(X509 *certificate, const char *name, struct attest_result *result)
{
    if (!key_is_rsa4096(certificate))
        finding_add(result, CHECK_CERTIFICATES, ATTEST_ISSUER_NOT_RSA4096,
                    "%s: not an RSA key of 4096 bits; expected one", name);
    if (X509_check_ca(certificate) != 1 || !(X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN))
        finding_add(result, CHECK_CERTIFICATES, ATTEST_CERTIFICATE_USAGE,
                    "%s: may not sign certificates; expected an authority", name);
}

static void leaf_check(X509 *certificate, const char *name, struct attest_result *result)
{
    uint8_t x[P384_BYTES], y[P384_BYTES];

    if (p384_point(X509_get0_pubkey(certificate), x, y) != STATUS_OK)
        finding_add(result, CHECK_CERTIFICATES, ATTEST_LEAF_NOT_P384,
                    "%s: not a key on the curve P-384; expected one", name);
}

/* issuer: NULL if it is not in the chain; then the signature is not checked. */
static void certificate_check(X509 *certificate, X509 *issuer, enum certificate_role role,
                              struct attest_result *result)
{
    char name[CERTIFICATE_NAME_BYTES];

    certificate_name(certificate, name);
    if (role == ROLE_LEAF)
        leaf_check(certificate, name, result);
    else
        issuer_check(certificate, name, result);
    if (X509_get_extension_flags(certificate) & EXFLAG_CRITICAL)
        finding_add(result, CHECK_CERTIFICATES, ATTEST_CERTIFICATE_USAGE,
                    "%s: has a critical extension that is not known here; expected none", name);
    if (!algorithm_is_pss(certificate))
        finding_add(result, CHECK_CERTIFICATES, ATTEST_CERTIFICATE_NOT_PSS,
                    "%s: not signed with RSASSA-PSS; expected it with SHA-384 and 48 bytes of salt",
                    name);
    else if (issuer && X509_verify(certificate, X509_get0_pubkey(issuer)) != 1)
        finding_add(result, CHECK_CERTIFICATES, ATTEST_CERTIFICATE_SIGNATURE,
                    "%s: its issuer did not sign it; expected the issuer's signature", name);
}

static void certificates_check(const struct certificate_chain *chain, struct attest_result *result)
{
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        unsigned above = role == ROLE_ROOT ? ROLE_ROOT : role + 1;

        if (chain->by_role[role])
            certificate_check(chain->by_role[role], chain->by_role[above],
                              (enum certificate_role)role, result);
    }
    note_set(result, CHECK_CERTIFICATES,
             chain->by_role[ROLE_LEAF] && chain->by_role[ROLE_INTERMEDIATE] &&
                     chain->by_role[ROLE_ROOT]
                 ? "RSASSA-PSS with SHA-384 up to the root, leaf on P-384"
                 : "those that are there");
}

static void validity_check(const struct attest_request *request, struct attest_result *result)
{
    char name[CERTIFICATE_NAME_BYTES], at[TIME_TEXT_BYTES], text[TIME_TEXT_BYTES];
    int64_t from = 0, to = 0;

    time_format(result->time, at);
    for (unsigned i = 0; i < request->chain->count; i++) {
        certificate_name(request->chain->given[i], name);
        (void)certificate_times(request->chain->given[i], &from, &to);
        if (result->time < from) {
            time_format(from, text);
            finding_add(result, CHECK_VALIDITY, ATTEST_CERTIFICATE_NOT_YET_VALID,
                        "%s: valid from %s; expected that to be before %s", name, text, at);
        }
        if (result->time > to) {
            time_format(to, text);
            finding_add(result, CHECK_VALIDITY, ATTEST_CERTIFICATE_EXPIRED,
                        "%s: valid until %s; expected that to be after %s", name, text, at);
        }
    }
    note_set(result, CHECK_VALIDITY, "all certificates are valid at %s", at);
}

static void root_check(const struct attest_request *request, struct attest_result *result)
{
    static const char *const owners[] = {[ROOT_UNKNOWN] = "nobody's",
                                         [ROOT_AMD] = "AMD's",
                                         [ROOT_DEMO] = "the demo's, NOT AMD's",
                                         [ROOT_GIVEN] = "the one given"};
    X509 *root = request->chain->by_role[ROLE_ROOT];
    char name[CERTIFICATE_NAME_BYTES];

    if (!root) {
        check_skip(result, CHECK_ROOT, "no root certificate");
        return;
    }
    certificate_name(root, name);
    result->root = root_find(root, request->given_root);
    if (result->root.owner == ROOT_UNKNOWN)
        finding_add(result, CHECK_ROOT, ATTEST_ROOT_UNKNOWN,
                    "the key of %s is not known; expected AMD's ARK, the demo's or a --root", name);
    note_set(result, CHECK_ROOT, "the key of %s is %s", name, owners[result->root.owner]);
}

void chain_check(const struct attest_request *request, struct attest_result *result)
{
    missing_check(request->chain, result);
    order_check(request->chain, result);
    issuers_check(request->chain, result);
    note_set(result, CHECK_CHAIN, "leaf, intermediate, root, each issued by the next");
    certificates_check(request->chain, result);
    validity_check(request, result);
    root_check(request, result);
}
