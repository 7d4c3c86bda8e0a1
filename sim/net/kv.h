/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/kv.h — a key-value store that speaks a part of memcached's text protocol over UDP: get,
 * set, delete, one key each (memcached doc/protocol.txt, "UDP protocol" and "Commands"). It is a
 * cache with fixed memory: a full set of its table forgets its oldest entry. Requests are the
 * network's word; whatever is in them, the store answers or stays silent. */
#ifndef CVMLAB_SIM_NET_KV_H
#define CVMLAB_SIM_NET_KV_H

#include "base/types.h"

enum {
    KV_PORT = 11211,
    KV_HEADER_BYTES = 8, /* request id, sequence number, datagrams, reserved: 16 bits each */
    KV_KEY_BYTES = 250,
    KV_VALUE_BYTES = 1024,
    KV_ANSWER_BYTES = KV_HEADER_BYTES + KV_KEY_BYTES + KV_VALUE_BYTES + 40,
};

struct kv_store;

struct kv_stats {
    uint64_t gets, hits, sets, deletes, errors, evictions;
};

/* An empty store of about 6 MB; nothing is allocated afterwards. NULL: no memory. */
struct kv_store *kv_create(void);

/* NULL is allowed. */
void kv_destroy(struct kv_store *store);

/* Carries out one request datagram and writes the answer, at most room_bytes, to answer; returns
 * its bytes. 0: no answer (less than a header, or one of several datagrams). A request that is
 * wrong in itself is answered ERROR or CLIENT_ERROR; an answer that does not fit, SERVER_ERROR.
 * answer may not overlap request. */
size_t kv_answer(struct kv_store *store, const uint8_t *request, size_t request_bytes,
                 uint8_t *answer, size_t room_bytes);

/* Since kv_create. */
const struct kv_stats *kv_stats(const struct kv_store *store);

#endif
