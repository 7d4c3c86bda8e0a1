/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/demo_keys.c — see demo_keys.h. */
#include "psp/demo_keys.h"

#include <ctype.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "psp/builtin.h"

static BIO *file_open(const char *name, const char *ending)
{
    char full[2 * DEMO_NAME_BYTES];
    const struct builtin_file *file;

    (void)snprintf(full, sizeof full, "%s%s", name, ending);
    file = builtin_find(builtin_demo_keys, full);
    return file ? BIO_new_mem_buf(file->data, (int)file->size) : NULL;
}

X509 *demo_certificate(const char *name)
{
    BIO *text = file_open(name, ".pem");
    X509 *certificate = text ? PEM_read_bio_X509(text, NULL, NULL, NULL) : NULL;

    BIO_free(text);
    return certificate;
}

EVP_PKEY *demo_key(const char *name)
{
    BIO *text = file_open(name, ".key");
    EVP_PKEY *key = text ? PEM_read_bio_PrivateKey(text, NULL, NULL, NULL) : NULL;

    BIO_free(text);
    return key;
}

void demo_name(enum product product, enum report_signer signer, enum certificate_role role,
               char name[DEMO_NAME_BYTES])
{
    bool is_vlek = signer == SIGNER_VLEK;

    switch (role) {
    case ROLE_LEAF:
        (void)snprintf(name, DEMO_NAME_BYTES, "%s-%.8s", is_vlek ? "vlek" : "vcek",
                       product_name(product));
        break;
    case ROLE_INTERMEDIATE:
        (void)snprintf(name, DEMO_NAME_BYTES, "%s", is_vlek ? "asvk" : "ask");
        break;
    default:
        (void)snprintf(name, DEMO_NAME_BYTES, "ark");
        break;
    }
    for (char *at = name; *at; at++)
        *at = (char)tolower((unsigned char)*at);
}

enum status demo_chain(enum product product, enum report_signer signer,
                       struct certificate_chain *chain)
{
    enum status status = STATUS_OK;

    chain_init(chain);
    for (unsigned role = 0; status == STATUS_OK && role < ROLE_COUNT; role++) {
        char name[DEMO_NAME_BYTES], full[2 * DEMO_NAME_BYTES];
        const struct builtin_file *file;

        demo_name(product, signer, (enum certificate_role)role, name);
        (void)snprintf(full, sizeof full, "%s.pem", name);
        file = builtin_find(builtin_demo_keys, full);
        status = file ? chain_add(chain, file->data, file->size, full, NULL) : STATUS_IO;
    }
    if (status != STATUS_OK)
        chain_free(chain);
    return status;
}
