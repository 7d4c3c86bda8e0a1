/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/roots.h — which root keys are known, and to whom they belong. */
#ifndef CVMLAB_SIM_PSP_ROOTS_H
#define CVMLAB_SIM_PSP_ROOTS_H

#include <openssl/types.h>

#include "psp/tcb.h"

enum root_owner { ROOT_UNKNOWN, ROOT_AMD, ROOT_DEMO, ROOT_GIVEN /* named by the user */ };

struct root {
    enum root_owner owner;
    enum product product; /* of AMD's: whose processors it stands for */
};

/* Looks the public key of certificate up: AMD's ARKs, the demo ARK, and the key of given, which may
 * be NULL. AMD's and the demo's stay what they are if they are given as well. */
struct root root_find(X509 *certificate, X509 *given);

#endif
