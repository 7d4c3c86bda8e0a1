/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/demo_keys.h — copies of specs/demo-keys, put into the program at build time by
 * embed.cmake. They are not AMD's, and everybody has them. */
#ifndef CVMLAB_SIM_PSP_DEMO_KEYS_H
#define CVMLAB_SIM_PSP_DEMO_KEYS_H

#include <openssl/types.h>

#include "psp/chain.h"

struct demo_file {
    const char *name; /* "ark.pem", "vcek-milan.key" */
    const unsigned char *data;
    size_t size;
};

/* All of them; ends with name == NULL. */
extern const struct demo_file demo_files[];

/* The file of this name, or NULL. */
const struct demo_file *demo_file_find(const char *name);

/* The certificate NAME.pem; owned by the caller (X509_free). NULL: no such file, or no memory. */
X509 *demo_certificate(const char *name);

/* The private key NAME.key; owned by the caller (EVP_PKEY_free). NULL as above. */
EVP_PKEY *demo_key(const char *name);

enum { DEMO_NAME_BYTES = 16 };

/* "vcek-milan", "ask", "ark": the file of this role without its ending. product is a known one;
 * signer is SIGNER_VCEK or SIGNER_VLEK. */
void demo_name(enum product product, enum report_signer signer, enum certificate_role role,
               char name[DEMO_NAME_BYTES]);

/* The chain of the demo key that signs for product. STATUS_IO: no memory; nothing to free then. */
enum status demo_chain(enum product product, enum report_signer signer,
                       struct certificate_chain *chain);

#endif
