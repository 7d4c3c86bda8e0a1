/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/frame.h — what applications need of Ethernet, IP and UDP: where the parts of a frame lie,
 * and the Internet checksum. Everything in a frame is the sender's word: no length is used before
 * it was compared with the bytes that are there. The frame must be private memory. */
#ifndef CVMLAB_SIM_NET_FRAME_H
#define CVMLAB_SIM_NET_FRAME_H

#include "base/types.h"
#include "net/app.h"

enum {
    FRAME_ETHERTYPE_IPV4 = 0x0800,
    FRAME_ETHERTYPE_IPV6 = 0x86DD,
    FRAME_ETHERTYPE_VLAN = 0x8100,
    FRAME_IPV4_BYTES = 20, /* without options */
    FRAME_IPV6_BYTES = 40,
    FRAME_UDP_BYTES = 8,
    FRAME_PROTOCOL_ICMP = 1,
    FRAME_PROTOCOL_TCP = 6,
    FRAME_PROTOCOL_UDP = 17,
    FRAME_PROTOCOL_ESP = 50,
    FRAME_PROTOCOL_ICMPV6 = 58,
};

/* A whole IP packet of a frame. Offsets in bytes from the first byte of the frame. */
struct frame {
    uint8_t *bytes;
    uint32_t ip, payload, end; /* IP header; what follows it; one past the last byte of IP: padding
                                  of Ethernet is left out */
    bool is_ipv6;
    uint8_t protocol; /* of payload. IPv6: the next header, whichever it is */
};

/* Takes a frame apart (RFC 894, 791 section 3.1, 8200 section 3; one 802.1Q tag may be there).
 * APP_ANSWERED: *frame is filled, payload <= end <= size_bytes. APP_NOT_MINE: no IP, a fragment, or
 * an address of a group on either side. APP_MALFORMED: a length or a header checksum is wrong. */
enum app_verdict frame_parse(struct frame *frame, uint8_t *bytes, uint32_t size_bytes);

/* Exchanges both MAC and both IP addresses: the answer's way. The IPv4 header checksum and those of
 * UDP and TCP stay right, because a sum does not mind the order of its terms (RFC 1071). */
void frame_turn(const struct frame *frame);

/* Writes a new length of what follows the IP header, and the IPv4 checksum with it; frame->end is
 * set accordingly. payload_bytes must fit into the 16-bit length. */
void frame_resize(struct frame *frame, uint32_t payload_bytes);

/* The Internet checksum (RFC 1071) of pseudo header (RFC 768, 8200 section 8.1) and size_bytes of
 * protocol at bytes, which belong to frame's IP packet but need not lie in it. 0: a checksum that
 * stands in there is right. */
uint16_t frame_checksum(const struct frame *frame, uint8_t protocol, const uint8_t *bytes,
                        uint32_t size_bytes);

/* Whether the checksum inside a transport packet is right: UDP, TCP, ICMP and ICMPv6; true for
 * every other protocol, and for UDP without one over IPv4 (RFC 768). false also if it is too short.
 */
bool frame_transport_is_right(const struct frame *frame, uint8_t protocol, const uint8_t *bytes,
                              uint32_t size_bytes);

/* The UDP payload of a frame whose protocol is UDP, if length and checksum are right (RFC 768; over
 * IPv6 a checksum of 0 is wrong, RFC 8200 section 8.1). false: not. */
bool frame_udp(const struct frame *frame, uint32_t *payload, uint32_t *size_bytes);

/* Big-endian fields of packets. */
static inline uint32_t frame_get16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

static inline uint32_t frame_get32(const uint8_t *at)
{
    return frame_get16(at) << 16 | frame_get16(at + 2);
}

static inline void frame_put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void frame_put32(uint8_t *at, uint32_t value)
{
    frame_put16(at, value >> 16);
    frame_put16(at + 2, value & 0xffff);
}

#endif
