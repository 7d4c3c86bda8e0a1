/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/demo_keys.h — the keys of specs/demo-keys, by name and by role. They are not AMD's, and
 * everybody has them. */
#ifndef CVMLAB_SIM_PSP_DEMO_KEYS_H
#define CVMLAB_SIM_PSP_DEMO_KEYS_H

#include <openssl/types.h>

#include "psp/chain.h"

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
