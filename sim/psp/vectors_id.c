/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/vectors_id.c — a known ID block, and keys with the digests under which reports name them.
 * Read vectors_parts.h first. */
#include <inttypes.h>
#include <openssl/evp.h>

#include "psp/id_block.h"
#include "psp/report.h"
#include "psp/vectors_parts.h"

/* The key as a structure, back again as a key, and its digest. */
static enum status key_check(struct vectors_run *run, const struct place *at)
{
    uint8_t x[P384_BYTES], y[P384_BYTES], bytes[ID_KEY_BYTES], digest[DIGEST_BYTES];
    uint8_t again_x[P384_BYTES], again_y[P384_BYTES];
    struct vectors_case entry;
    EVP_PKEY *key;
    enum status status = member_bytes(at, "x_be", x, sizeof x);

    case_open(&entry, at, at->key);
    if (status == STATUS_OK)
        status = member_bytes(at, "y_be", y, sizeof y);
    if (status != STATUS_OK)
        return status;
    id_key_encode(x, y, bytes);
    status = digest_sha384(bytes, sizeof bytes, digest);
    if (status == STATUS_OK)
        status = case_expect(&entry, at, "key_digest", digest, sizeof digest);
    if (status != STATUS_OK)
        return status;
    key = id_key_decode(bytes);
    if (!key)
        case_differ(&entry, "x_be, y_be: not a point of P-384; expected one");
    else if (p384_point(key, again_x, again_y) == STATUS_OK && entry.compared > 0) {
        case_compare(&entry, "x_be", again_x, x, sizeof x);
        case_compare(&entry, "y_be", again_y, y, sizeof y);
    }
    EVP_PKEY_free(key);
    return case_close(run, &entry);
}

static enum status block_check(struct vectors_run *run, const struct place *at)
{
    uint8_t bytes[ID_BLOCK_BYTES], again[ID_BLOCK_BYTES];
    struct id_block block;
    struct vectors_case entry;
    enum status status = value_bytes(at, bytes, sizeof bytes);

    if (status != STATUS_OK)
        return status;
    case_open(&entry, at, at->key);
    id_block_decode(bytes, &block);
    id_block_encode(&block, again);
    case_compare(&entry, "id_block_hex", again, bytes, sizeof bytes);
    if (block.version != ID_BLOCK_VERSION)
        case_differ(&entry, "version is %" PRIu32 "; expected 1", block.version);
    if (!(block.policy >> POLICY_ONE & 1))
        case_differ(&entry, "policy 0x%" PRIx64 ": bit 17 is zero; expected one", block.policy);
    if (block.policy >> POLICY_RESERVED)
        case_differ(&entry, "policy 0x%" PRIx64 ": a bit above 25 is set; expected zeros",
                    block.policy);
    return case_close(run, &entry);
}

enum status vectors_id_block(struct vectors_run *run, const struct place *category)
{
    struct place block;
    enum status status = STATUS_OK;

    value_find(category, "id_block_hex", &block);
    if (block.value)
        status = block_check(run, &block);
    return status == STATUS_OK ? entries_each(run, category, "keys", JSON_OBJECT, key_check)
                               : status;
}
