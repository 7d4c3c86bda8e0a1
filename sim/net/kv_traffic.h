/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/kv_traffic.h — a client of the key-value server: makes requests as whole frames, and
 * knows what each answer must be. The value of a key follows from the key and the seed, so an
 * answer that hits is compared byte for byte. */
#ifndef CVMLAB_SIM_NET_KV_TRAFFIC_H
#define CVMLAB_SIM_NET_KV_TRAFFIC_H

#include "base/types.h"

enum { KV_TRAFFIC_FRAME_BYTES = 1514 };

/* What to ask for. A fifth of the keys gets four fifths of the requests. */
struct kv_traffic {
    uint64_t seed;
    uint32_t keys;        /* how many different ones; not 0 */
    uint32_t get_percent; /* of the requests; the others are sets */
    uint32_t value_bytes; /* of the longest value, at most KV_VALUE_BYTES; lengths vary */
    uint64_t state;       /* of the random sequence; 0 at first */
    uint64_t requests;    /* made so far */
};

/* Writes the next request, an Ethernet frame with right checksums; returns its bytes. frame holds
 * KV_TRAFFIC_FRAME_BYTES. */
uint32_t kv_traffic_request(struct kv_traffic *traffic, uint8_t *frame);

enum kv_reply { KV_REPLY_HIT, KV_REPLY_MISS, KV_REPLY_STORED, KV_REPLY_WRONG };

/* What the answer to one of these requests says. KV_REPLY_WRONG: no frame that the server may send:
 * wrong checksum or port, another value than the key's, or an error. */
enum kv_reply kv_traffic_check(const struct kv_traffic *traffic, uint8_t *frame,
                               uint32_t frame_bytes);

#endif
