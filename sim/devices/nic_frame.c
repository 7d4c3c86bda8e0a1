/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_frame.c — headers and checksums of a received frame, and the CRC. Layouts: IEEE
 * 802.3 and 802.1Q, RFC 791, 8200, 9293, 768. Read nic_frame.h first. */
#include "devices/nic_frame.h"

#include <string.h>

enum {
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_IPV6 = 0x86dd,
    VLAN_BYTES = 4,
    IPV4_BYTES = 20,
    IPV6_BYTES = 40,
    EXTENSIONS_MAX = 8, /* of IPv6, that the device walks */
};

/* IP protocol numbers, and those of IPv6 extension headers. */
enum {
    PROTOCOL_HOP_BY_HOP = 0,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_ROUTING = 43,
    PROTOCOL_FRAGMENT = 44,
    PROTOCOL_ESP = 50,
    PROTOCOL_AH = 51,
    PROTOCOL_DESTINATION = 60,
    PROTOCOL_SCTP = 132,
};

static uint32_t be16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t sum_fold(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & UINT16_MAX) + (sum >> 16);
    return (uint32_t)sum;
}

/* Four lanes at once: compilers make vector instructions of it. */
typedef uint32_t lanes_t __attribute__((vector_size(16)));

/* The byte pairs of a row of blocks. No lane overflows below 64 KiB. */
static uint64_t sum_blocks(const uint8_t *bytes, uint32_t size_bytes)
{
    lanes_t even = {0}, odd = {0};

    for (uint32_t done = 0; done < size_bytes; done += 2 * sizeof even) {
        lanes_t a, b;

        memcpy(&a, bytes + done, sizeof a);
        memcpy(&b, bytes + done + sizeof a, sizeof b);
        even += (a & UINT16_MAX) + (a >> 16);
        odd += (b & UINT16_MAX) + (b >> 16);
    }
    even += odd;
    return (uint64_t)even[0] + even[1] + even[2] + even[3];
}

uint32_t nic_sum(const uint8_t *bytes, uint32_t size_bytes)
{
    uint32_t done = size_bytes & ~(uint32_t)(2 * sizeof(lanes_t) - 1);
    uint64_t sum = sum_blocks(bytes, done);
    uint16_t half;

    for (; size_bytes - done >= 4; done += 4) {
        uint32_t word;

        memcpy(&word, bytes + done, sizeof word);
        sum += word;
    }
    if (size_bytes - done >= 2) {
        memcpy(&half, bytes + done, sizeof half);
        sum += half;
        done += 2;
    }
    if (size_bytes > done) {
        half = 0;
        memcpy(&half, bytes + done, 1);
        sum += half;
    }
    return sum_fold(sum);
}

/* A checksum is right if the sum over all it covers is all ones, in any byte order. */
static bool sum_is_good(uint32_t sum)
{
    return sum == UINT16_MAX;
}

/* What lies behind the IP headers. */
struct payload {
    const uint8_t *bytes; /* the L4 header */
    uint32_t size_bytes;
    uint32_t protocol;
    uint32_t address_bytes; /* 8 or 32 */
};

/* TCP and UDP: sum over the pseudo header (addresses, length, protocol) and everything behind. */
static void l4_check(const struct payload *payload, struct nic_headers *headers)
{
    uint8_t rest[4] = {(uint8_t)(payload->size_bytes >> 8), (uint8_t)payload->size_bytes, 0,
                       (uint8_t)payload->protocol};
    uint32_t sum = nic_sum(headers->addresses, payload->address_bytes) + nic_sum(rest, 4) +
                   nic_sum(payload->bytes, payload->size_bytes);

    headers->status |= RXD_STATUS_L4CS | (sum_is_good(sum_fold(sum)) ? 0 : RXD_ERROR_TCPE);
}

static void tcp_parse(const struct payload *payload, struct nic_headers *headers)
{
    if (payload->size_bytes < 20)
        return;
    headers->type |= RXD_TYPE_TCP;
    headers->ports = payload->bytes;
    l4_check(payload, headers);
}

static void udp_parse(struct payload *payload, struct nic_headers *headers)
{
    uint32_t length;

    if (payload->size_bytes < 8)
        return;
    headers->type |= RXD_TYPE_UDP;
    headers->ports = payload->bytes;
    length = be16(payload->bytes + 4);
    if (be16(payload->bytes + 6) == 0 || length < 8 || length > payload->size_bytes)
        return;
    payload->size_bytes = length;
    l4_check(payload, headers);
}

static void l4_parse(struct payload *payload, struct nic_headers *headers)
{
    switch (payload->protocol) {
    case PROTOCOL_TCP:
        tcp_parse(payload, headers);
        break;
    case PROTOCOL_UDP:
        udp_parse(payload, headers);
        break;
    case PROTOCOL_SCTP:
        headers->type |= RXD_TYPE_SCTP;
        break;
    case PROTOCOL_ESP:
        headers->type |= RXD_TYPE_ESP;
        break;
    case PROTOCOL_AH:
        headers->type |= RXD_TYPE_AH;
        break;
    default:
        break;
    }
}

static void ipv4_parse(const uint8_t *ip, uint32_t size_bytes, struct nic_headers *headers)
{
    uint32_t header_bytes, total_bytes;
    struct payload payload;

    if (size_bytes < IPV4_BYTES)
        return;
    header_bytes = (ip[0] & 15U) * 4;
    total_bytes = be16(ip + 2);
    if (ip[0] >> 4 != 4 || header_bytes < IPV4_BYTES || total_bytes < header_bytes ||
        total_bytes > size_bytes)
        return;
    headers->type |= RXD_TYPE_IPV4 | (header_bytes > IPV4_BYTES ? RXD_TYPE_IPV4_OPTIONS : 0);
    headers->status |=
        RXD_STATUS_IPCS | (sum_is_good(nic_sum(ip, header_bytes)) ? 0 : RXD_ERROR_IPE);
    headers->addresses = ip + 12;
    if (be16(ip + 6) & 0x3fff) /* more fragments, or not the first: no L4 header of the whole */
        return;
    payload = (struct payload){ip + header_bytes, total_bytes - header_bytes, ip[9], 8};
    l4_parse(&payload, headers);
}

static bool is_extension(uint32_t protocol)
{
    return protocol == PROTOCOL_HOP_BY_HOP || protocol == PROTOCOL_ROUTING ||
           protocol == PROTOCOL_DESTINATION || protocol == PROTOCOL_FRAGMENT;
}

/* Walks extension headers. Returns whether an L4 header of the whole packet comes next. A routing
 * header changes the address that the pseudo header holds: the device stops there. */
static bool extensions_skip(struct payload *payload, struct nic_headers *headers)
{
    for (unsigned i = 0; is_extension(payload->protocol); i++) {
        uint32_t bytes;

        headers->type |= RXD_TYPE_IPV6_EXTENSIONS;
        if (payload->protocol == PROTOCOL_FRAGMENT || payload->protocol == PROTOCOL_ROUTING ||
            i == EXTENSIONS_MAX || payload->size_bytes < 8)
            return false;
        bytes = (payload->bytes[1] + 1U) * 8;
        if (bytes > payload->size_bytes)
            return false;
        payload->protocol = payload->bytes[0];
        payload->bytes += bytes;
        payload->size_bytes -= bytes;
    }
    return true;
}

static void ipv6_parse(const uint8_t *ip, uint32_t size_bytes, struct nic_headers *headers)
{
    uint32_t payload_bytes;
    struct payload payload;

    if (size_bytes < IPV6_BYTES)
        return;
    payload_bytes = be16(ip + 4);
    if (ip[0] >> 4 != 6 || payload_bytes > size_bytes - IPV6_BYTES)
        return;
    headers->type |= RXD_TYPE_IPV6;
    headers->addresses = ip + 8;
    payload = (struct payload){ip + IPV6_BYTES, payload_bytes, ip[6], 32};
    if (extensions_skip(&payload, headers))
        l4_parse(&payload, headers);
}

void nic_headers_parse(const uint8_t *frame, uint32_t size_bytes, struct nic_headers *headers)
{
    uint32_t ethertype = be16(frame + 12), offset = FOLIO_ETHERNET_BYTES;

    *headers = (struct nic_headers){0};
    if (ethertype == ETHERTYPE_VLAN && size_bytes >= FOLIO_ETHERNET_BYTES + VLAN_BYTES) {
        headers->has_vlan = true;
        headers->vlan = (uint16_t)be16(frame + 14);
        headers->status = RXD_STATUS_VP;
        ethertype = be16(frame + 16);
        offset += VLAN_BYTES;
    }
    if (ethertype == ETHERTYPE_IPV4)
        ipv4_parse(frame + offset, size_bytes - offset, headers);
    else if (ethertype == ETHERTYPE_IPV6)
        ipv6_parse(frame + offset, size_bytes - offset, headers);
}
