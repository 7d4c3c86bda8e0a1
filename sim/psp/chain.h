/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/chain.h — the certificates that stand behind a report: the leaf (VCEK or VLEK), the key
 * that signed it (ASK or ASVK), and the root (ARK). Here they are read and sorted; whether they are
 * right is decided in verify.h. */
#ifndef CVMLAB_SIM_PSP_CHAIN_H
#define CVMLAB_SIM_PSP_CHAIN_H

#include <openssl/types.h>

#include "base/diagnostic.h"
#include "psp/report.h"

enum certificate_role { ROLE_LEAF, ROLE_INTERMEDIATE, ROLE_ROOT, ROLE_COUNT };

enum { CHAIN_MAX = 8, CHAIN_MAX_BYTES = 1 << 20 };

/* In the order in which they were given. by_role holds the first of each role, NULL if there is
 * none; borrowed from given. */
struct certificate_chain {
    X509 *given[CHAIN_MAX]; /* owned */
    enum certificate_role role[CHAIN_MAX];
    unsigned count;
    X509 *by_role[ROLE_COUNT];
};

/* An empty chain, to be filled by chain_add and freed by chain_free. */
void chain_init(struct certificate_chain *chain);

/* Adds the certificates of one file: PEM, one after another, or DER, one. name is for messages.
 * STATUS_BAD_INPUT: nothing that can be read as a certificate, something behind it that cannot,
 * extensions or times that make no sense, or more than CHAIN_MAX; the chain can only be freed
 * then. */
enum status chain_add(struct certificate_chain *chain, const uint8_t *bytes, size_t size_bytes,
                      const char *name, struct diagnostic *diag);

/* Reads a file that holds the leaf, the intermediate and the root, or a folder with the files
 * vcek or vlek, ask or asvk, ark, each .pem, .der, .crt or .cer; or, in place of the last two,
 * cert_chain (as AMD's key server calls it). STATUS_BAD_INPUT: unreadable. Missing certificates are
 * no error here. On error there is nothing to free. */
enum status chain_read(struct certificate_chain *chain, const char *path, struct diagnostic *diag);

/* Frees what was read. */
void chain_free(struct certificate_chain *chain);

/* The first certificate in a file, owned by the caller (X509_free). NULL and diag if there is
 * none. */
X509 *certificate_read(const char *path, struct diagnostic *diag);

/* "leaf", "intermediate", "root". */
const char *certificate_role_name(enum certificate_role role);

/* By what the certificate says of itself: signed by itself: root; an authority: intermediate; else
 * leaf. */
enum certificate_role certificate_role(X509 *certificate);

/* Beginning and end of validity, in seconds since 1970 UTC; false: they cannot be read. */
bool certificate_times(X509 *certificate, int64_t *not_before, int64_t *not_after);

enum { CERTIFICATE_NAME_BYTES = 80 };

/* The common name of the subject, without control characters; "?" if there is none. */
void certificate_name(X509 *certificate, char name[CERTIFICATE_NAME_BYTES]);

/* What AMD's leaf certificates say of the processor (57230, "VCEK Certificate Extensions"). */
struct leaf_extensions {
    bool has_product, has_tcb[TCB_PART_COUNT], has_chip_id, has_provider;
    bool is_malformed; /* one of them is there and is not what it should be */
    enum product product;
    char product_text[32];
    struct tcb tcb;
    uint8_t chip_id[CHIP_ID_BYTES]; /* shorter ones are followed by zeros */
};

/* Reads the extensions; what is missing is said in has_*. */
void leaf_extensions_read(X509 *leaf, struct leaf_extensions *extensions);

#endif
