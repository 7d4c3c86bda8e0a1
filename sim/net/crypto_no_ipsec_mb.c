/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/crypto_no_ipsec_mb.c — built in place of crypto_ipsec_mb.c where that library is not
 * installed. */
#include "net/crypto_library.h"

static bool ipsec_mb_is_there(void)
{
    return false;
}

const struct crypto_library crypto_ipsec_mb = {.name = "ipsec-mb", .is_there = ipsec_mb_is_there};
