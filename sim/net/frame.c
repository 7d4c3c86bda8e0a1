/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/frame.c — Ethernet, IP and UDP. Read frame.h first. */
#include "net/frame.h"

#include <string.h>

enum {
    MAC_BYTES = 6,
    TYPE_OFFSET = 12,
    VLAN_BYTES = 4,
    IPV4_FRAGMENT_MASK = 0x3fff, /* more fragments, and the offset (RFC 791 section 3.1) */
    IPV6_FRAGMENT = 44,          /* next header (RFC 8200 section 4.5) */
};

/* The ones' complement sum of big-endian words, not folded; an odd last byte is the high half. */
static uint64_t sum_add(uint64_t sum, const uint8_t *bytes, uint32_t size_bytes)
{
    uint32_t i = 0;

    for (; i + 2 <= size_bytes; i += 2)
        sum += frame_get16(bytes + i);
    if (i < size_bytes)
        sum += (uint64_t)bytes[i] << 8;
    return sum;
}

static uint16_t sum_fold(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static bool is_group(const uint8_t *ip, bool is_ipv6)
{
    return is_ipv6 ? ip[24] == 0xff || ip[8] == 0xff : ip[16] >= 224 || ip[12] >= 224;
}

static enum app_verdict ipv4_parse(struct frame *frame, uint32_t size_bytes)
{
    const uint8_t *ip = frame->bytes + frame->ip;
    uint32_t there = size_bytes - frame->ip, header, total;

    if (there < FRAME_IPV4_BYTES)
        return APP_MALFORMED;
    header = (ip[0] & 0xfu) * 4;
    total = frame_get16(ip + 2);
    if (ip[0] >> 4 != 4 || header < FRAME_IPV4_BYTES || total < header || total > there ||
        sum_fold(sum_add(0, ip, header)) != 0)
        return APP_MALFORMED;
    if ((frame_get16(ip + 6) & IPV4_FRAGMENT_MASK) != 0 || is_group(ip, false))
        return APP_NOT_MINE;
    frame->payload = frame->ip + header;
    frame->end = frame->ip + total;
    frame->protocol = ip[9];
    return APP_ANSWERED;
}

static enum app_verdict ipv6_parse(struct frame *frame, uint32_t size_bytes)
{
    const uint8_t *ip = frame->bytes + frame->ip;
    uint32_t there = size_bytes - frame->ip;

    if (there < FRAME_IPV6_BYTES || ip[0] >> 4 != 6 ||
        frame_get16(ip + 4) > there - FRAME_IPV6_BYTES)
        return APP_MALFORMED;
    if (ip[6] == IPV6_FRAGMENT || is_group(ip, true))
        return APP_NOT_MINE;
    frame->payload = frame->ip + FRAME_IPV6_BYTES;
    frame->end = frame->payload + frame_get16(ip + 4);
    frame->protocol = ip[6];
    return APP_ANSWERED;
}

enum app_verdict frame_parse(struct frame *frame, uint8_t *bytes, uint32_t size_bytes)
{
    uint32_t type_at = TYPE_OFFSET, type;

    if (size_bytes < type_at + 2)
        return APP_MALFORMED;
    if (bytes[0] & 1) /* a group address (IEEE 802 section 8.2) */
        return APP_NOT_MINE;
    type = frame_get16(bytes + type_at);
    if (type == FRAME_ETHERTYPE_VLAN) {
        type_at += VLAN_BYTES;
        if (size_bytes < type_at + 2)
            return APP_MALFORMED;
        type = frame_get16(bytes + type_at);
    }
    *frame = (struct frame){.bytes = bytes, .ip = type_at + 2};
    if (type == FRAME_ETHERTYPE_IPV4)
        return ipv4_parse(frame, size_bytes);
    frame->is_ipv6 = true;
    return type == FRAME_ETHERTYPE_IPV6 ? ipv6_parse(frame, size_bytes) : APP_NOT_MINE;
}

static void bytes_exchange(uint8_t *a, uint8_t *b, size_t size_bytes)
{
    uint8_t kept[16];

    memcpy(kept, a, size_bytes);
    memcpy(a, b, size_bytes);
    memcpy(b, kept, size_bytes);
}

void frame_turn(const struct frame *frame)
{
    uint8_t *ip = frame->bytes + frame->ip;

    bytes_exchange(frame->bytes, frame->bytes + MAC_BYTES, MAC_BYTES);
    if (frame->is_ipv6)
        bytes_exchange(ip + 8, ip + 24, 16);
    else
        bytes_exchange(ip + 12, ip + 16, 4);
}

void frame_resize(struct frame *frame, uint32_t payload_bytes)
{
    uint8_t *ip = frame->bytes + frame->ip;
    uint32_t header = frame->payload - frame->ip;

    frame->end = frame->payload + payload_bytes;
    if (frame->is_ipv6) {
        frame_put16(ip + 4, payload_bytes);
        return;
    }
    frame_put16(ip + 2, header + payload_bytes);
    frame_put16(ip + 10, 0);
    frame_put16(ip + 10, sum_fold(sum_add(0, ip, header)));
}

uint16_t frame_checksum(const struct frame *frame, uint8_t protocol, const uint8_t *bytes,
                        uint32_t size_bytes)
{
    const uint8_t *ip = frame->bytes + frame->ip;
    uint64_t sum = (uint64_t)size_bytes + protocol;

    sum = frame->is_ipv6 ? sum_add(sum, ip + 8, 32) : sum_add(sum, ip + 12, 8);
    return sum_fold(sum_add(sum, bytes, size_bytes));
}

bool frame_transport_is_right(const struct frame *frame, uint8_t protocol, const uint8_t *bytes,
                              uint32_t size_bytes)
{
    switch (protocol) {
    case FRAME_PROTOCOL_UDP:
        if (size_bytes < FRAME_UDP_BYTES || frame_get16(bytes + 4) != size_bytes)
            return false;
        if (frame_get16(bytes + 6) == 0)
            return !frame->is_ipv6;
        return frame_checksum(frame, protocol, bytes, size_bytes) == 0;
    case FRAME_PROTOCOL_TCP:
        return size_bytes >= 20 && frame_checksum(frame, protocol, bytes, size_bytes) == 0;
    case FRAME_PROTOCOL_ICMPV6:
        return size_bytes >= 4 && frame_checksum(frame, protocol, bytes, size_bytes) == 0;
    case FRAME_PROTOCOL_ICMP: /* no pseudo header (RFC 792) */
        return size_bytes >= 4 && sum_fold(sum_add(0, bytes, size_bytes)) == 0;
    default:
        return true;
    }
}

bool frame_udp(const struct frame *frame, uint32_t *payload, uint32_t *size_bytes)
{
    const uint8_t *udp = frame->bytes + frame->payload;
    uint32_t there = frame->end - frame->payload, length;

    if (there < FRAME_UDP_BYTES)
        return false;
    length = frame_get16(udp + 4);
    if (length < FRAME_UDP_BYTES || length > there ||
        !frame_transport_is_right(frame, FRAME_PROTOCOL_UDP, udp, length))
        return false;
    *payload = frame->payload + FRAME_UDP_BYTES;
    *size_bytes = length - FRAME_UDP_BYTES;
    return true;
}
