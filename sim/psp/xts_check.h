/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/xts_check.h — AES-XTS in two ways, to hold them against known answers: OpenSSL's mode,
 * and two AES keys used block by block (IEEE 1619-2007), which is how a memory controller works. */
#ifndef CVMLAB_SIM_PSP_XTS_CHECK_H
#define CVMLAB_SIM_PSP_XTS_CHECK_H

#include "base/status.h"
#include "base/types.h"

enum { XTS_BLOCK_BYTES = 16, XTS_KEY_MAX_BYTES = 64 };

enum xts_way { XTS_ENCRYPT, XTS_DECRYPT };

/* One data unit. key_bytes is 32 (AES-128) or 64 (AES-256); size_bytes at least 16; iv is the tweak
 * before its encryption, little-endian. */
struct xts_unit {
    const uint8_t *key, *iv, *in;
    size_t key_bytes, size_bytes;
};

/* By EVP_aes_*_xts. STATUS_DENIED: OpenSSL refuses to encrypt with a key of two equal halves;
 * STATUS_IO: no memory. */
enum status xts_by_mode(const struct xts_unit *unit, enum xts_way way, uint8_t *out);

/* By AES in ECB mode, block by block, with ciphertext stealing for a last block that is not whole.
 * STATUS_IO: no memory. */
enum status xts_by_blocks(const struct xts_unit *unit, enum xts_way way, uint8_t *out);

#endif
