/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/chain.c — see chain.h. The files of a folder are found in chain_read.c, the extensions of
 * a leaf are read in leaf_extensions.c. */
#include "psp/chain.h"

#include <ctype.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

void chain_init(struct certificate_chain *chain)
{
    memset(chain, 0, sizeof *chain);
}

void chain_free(struct certificate_chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++)
        X509_free(chain->given[i]);
    chain_init(chain);
}

const char *certificate_role_name(enum certificate_role role)
{
    static const char *const names[ROLE_COUNT] = {"leaf", "intermediate", "root"};

    return names[role];
}

enum certificate_role certificate_role(X509 *certificate)
{
    if (X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0)
        return ROLE_ROOT;
    return X509_get_extension_flags(certificate) & EXFLAG_CA ? ROLE_INTERMEDIATE : ROLE_LEAF;
}

void certificate_name(X509 *certificate, char name[CERTIFICATE_NAME_BYTES])
{
    if (X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                                  CERTIFICATE_NAME_BYTES) <= 0)
        strcpy(name, "?");
    for (char *at = name; *at; at++)
        if (iscntrl((unsigned char)*at))
            *at = '?';
}

static enum status not_a_certificate(const char *name, struct diagnostic *diag)
{
    ERR_clear_error();
    return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                          "certificate-malformed: not an X.509 certificate; expected PEM or DER");
}

/* Takes over certificate. */
static enum status chain_take(struct certificate_chain *chain, X509 *certificate, const char *name,
                              struct diagnostic *diag)
{
    enum status status = STATUS_OK;
    enum certificate_role role;
    int64_t from, to;

    if (chain->count == CHAIN_MAX)
        status = diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                                "more than %d certificates; expected leaf, intermediate and root",
                                (int)CHAIN_MAX);
    else if (X509_get_extension_flags(certificate) & EXFLAG_INVALID ||
             !certificate_times(certificate, &from, &to))
        status = diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                                "certificate-malformed: its extensions or times cannot be read; "
                                "expected X.509 version 3");
    if (status != STATUS_OK) {
        X509_free(certificate);
        return status;
    }
    role = certificate_role(certificate);
    chain->given[chain->count] = certificate;
    chain->role[chain->count++] = role;
    if (!chain->by_role[role])
        chain->by_role[role] = certificate;
    return STATUS_OK;
}

/* One certificate and nothing behind it. */
static enum status der_add(struct certificate_chain *chain, const uint8_t *bytes, size_t size,
                           const char *name, struct diagnostic *diag)
{
    const uint8_t *at = bytes;
    X509 *certificate = d2i_X509(NULL, &at, (long)size);

    if (!certificate || at != bytes + size) {
        X509_free(certificate);
        return not_a_certificate(name, diag);
    }
    return chain_take(chain, certificate, name, diag);
}

static bool is_pem(const uint8_t *bytes, size_t size)
{
    static const char begin[] = "-----BEGIN";

    for (size_t i = 0; i + sizeof begin - 1 <= size; i++)
        if (memcmp(bytes + i, begin, sizeof begin - 1) == 0)
            return true;
    return false;
}

/* All blocks of the text; a block that is no certificate is an error, text around them is not. */
static enum status pem_add(struct certificate_chain *chain, BIO *text, const char *name,
                           struct diagnostic *diag)
{
    enum status status = STATUS_OK;
    unsigned before = chain->count;
    char *type, *header;
    uint8_t *der;
    long size;

    while (status == STATUS_OK && PEM_read_bio(text, &type, &header, &der, &size) == 1) {
        if (strcmp(type, PEM_STRING_X509) == 0 || strcmp(type, PEM_STRING_X509_OLD) == 0)
            status = der_add(chain, der, (size_t)size, name, diag);
        else
            status = not_a_certificate(name, diag);
        OPENSSL_free(type);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    if (status == STATUS_OK &&
        (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE || chain->count == before))
        status = not_a_certificate(name, diag);
    ERR_clear_error();
    return status;
}

enum status chain_add(struct certificate_chain *chain, const uint8_t *bytes, size_t size_bytes,
                      const char *name, struct diagnostic *diag)
{
    enum status status;
    BIO *text;

    if (size_bytes > CHAIN_MAX_BYTES)
        return diagnostic_set(diag, STATUS_BAD_INPUT, name, 0, 0,
                              "the file is too large; expected at most %d bytes",
                              (int)CHAIN_MAX_BYTES);
    if (!is_pem(bytes, size_bytes))
        return der_add(chain, bytes, size_bytes, name, diag);
    ERR_clear_error();
    text = BIO_new_mem_buf(bytes, (int)size_bytes);
    if (!text)
        return diagnostic_set(diag, STATUS_IO, name, 0, 0, "not enough memory");
    status = pem_add(chain, text, name, diag);
    BIO_free(text);
    return status;
}
