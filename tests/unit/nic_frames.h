/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/nic_frames.h — frames with right checksums, made without the code under test. */
#ifndef CVMLAB_TESTS_UNIT_NIC_FRAMES_H
#define CVMLAB_TESTS_UNIT_NIC_FRAMES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PROTO_TCP = 6, PROTO_UDP = 17, FRAME_MAX = 9728 };

struct flow {
    uint8_t source[16], target[16]; /* IPv4 uses the first four */
    uint16_t source_port, target_port;
    uint8_t protocol;
    int is_ipv6, has_vlan;
};

static inline void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* RFC 1071, a byte pair at a time. */
static inline uint32_t sum_add(uint32_t sum, const uint8_t *bytes, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static inline size_t address_bytes(const struct flow *flow)
{
    return flow->is_ipv6 ? 16 : 4;
}

/* Writes the L4 header and its checksum around size_bytes of payload that are there already. */
static inline void l4_put(uint8_t *l4, const struct flow *flow, unsigned size_bytes)
{
    unsigned at = flow->protocol == PROTO_TCP ? 16 : 6;
    uint8_t pseudo[4] = {0};
    uint32_t sum = 0;

    put16(l4, flow->source_port);
    put16(l4 + 2, flow->target_port);
    if (flow->protocol == PROTO_TCP)
        l4[12] = 5 << 4;
    else
        put16(l4 + 4, size_bytes);
    put16(l4 + at, 0);
    put16(pseudo, size_bytes);
    pseudo[3] = flow->protocol;
    sum = sum_add(sum, flow->source, address_bytes(flow));
    sum = sum_add(sum, flow->target, address_bytes(flow));
    sum = sum_add(sum, pseudo, sizeof pseudo);
    sum = sum_add(sum, l4, size_bytes);
    put16(l4 + at, (uint16_t)~sum);
}

static inline unsigned ip_put(uint8_t *ip, const struct flow *flow, unsigned size_bytes)
{
    if (flow->is_ipv6) {
        ip[0] = 6 << 4;
        put16(ip + 4, size_bytes - 40);
        ip[6] = flow->protocol;
        ip[7] = 64;
        memcpy(ip + 8, flow->source, 16);
        memcpy(ip + 24, flow->target, 16);
        return 40;
    }
    ip[0] = 4 << 4 | 5;
    put16(ip + 2, size_bytes);
    ip[8] = 64;
    ip[9] = flow->protocol;
    memcpy(ip + 12, flow->source, 4);
    memcpy(ip + 16, flow->target, 4);
    put16(ip + 10, (uint16_t)~sum_add(0, ip, 20));
    return 20;
}

/* A frame of size_bytes, at least 80, into room of FRAME_MAX. Payload bytes differ by seed. */
static inline const uint8_t *frame_make(uint8_t *room, const struct flow *flow, unsigned size_bytes,
                                        unsigned seed)
{
    unsigned ip = flow->has_vlan ? 18 : 14, l4;

    for (unsigned i = 0; i < size_bytes; i++)
        room[i] = (uint8_t)(i * 7 + seed * 31 + i / 256);
    memset(room + ip, 0, 62);
    if (flow->has_vlan) {
        put16(room + 12, 0x8100);
        put16(room + 14, 0x6005);
    }
    put16(room + ip - 2, flow->is_ipv6 ? 0x86dd : 0x0800);
    l4 = ip + ip_put(room + ip, flow, size_bytes - ip);
    l4_put(room + l4, flow, size_bytes - l4);
    return room;
}

static inline struct flow flow_udp(unsigned number)
{
    return (struct flow){.source = {10, 0, 0, 1},
                         .target = {10, 0, (uint8_t)(number >> 8), (uint8_t)number},
                         .source_port = 4000,
                         .target_port = 53,
                         .protocol = PROTO_UDP};
}

#endif
