/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/kv_traffic.c — a client of the key-value server. Read kv_traffic.h first. */
#include "net/kv_traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "net/frame.h"
#include "net/kv.h"

enum {
    ETHERNET_BYTES = 14,
    UDP_AT = ETHERNET_BYTES + FRAME_IPV4_BYTES,
    TEXT_AT = UDP_AT + FRAME_UDP_BYTES + KV_HEADER_BYTES,
    CLIENT_PORT = 40000,
    TTL = 64,
    LINE_BYTES = 64,
};

/* The value of a key: *bytes of it. */
static void value_make(const struct kv_traffic *traffic, uint32_t key, uint8_t *value,
                       uint32_t *bytes)
{
    uint64_t state = traffic->seed ^ (uint64_t)key << 20;

    *bytes = traffic->value_bytes ? (uint32_t)(random_next(&state) % traffic->value_bytes) + 1 : 0;
    for (uint32_t i = 0; i < *bytes; i++)
        value[i] = (uint8_t)random_next(&state);
}

/* Ethernet, IPv4 and UDP around text_bytes of text that are there already. */
static uint32_t frame_finish(uint8_t *bytes, uint64_t request, uint32_t text_bytes)
{
    static const uint8_t ethernet[ETHERNET_BYTES] = {2, 0, 0, 0, 0,    0x0b, 2,
                                                     0, 0, 0, 0, 0x0a, 8,    0};
    static const uint8_t addresses[8] = {10, 77, 0, 1, 10, 77, 0, 2};
    uint8_t *ip = bytes + ETHERNET_BYTES, *udp = bytes + UDP_AT;
    uint32_t udp_bytes = FRAME_UDP_BYTES + KV_HEADER_BYTES + text_bytes, checksum;
    struct frame frame = {.bytes = bytes, .ip = ETHERNET_BYTES, .payload = UDP_AT};

    memcpy(bytes, ethernet, sizeof ethernet);
    memset(ip, 0, FRAME_IPV4_BYTES);
    ip[0] = 0x45;
    ip[6] = 0x40; /* do not fragment */
    ip[8] = TTL;
    ip[9] = FRAME_PROTOCOL_UDP;
    memcpy(ip + 12, addresses, sizeof addresses);
    frame_resize(&frame, udp_bytes);
    frame_put16(udp, CLIENT_PORT + (uint32_t)(request % 64)); /* several flows, for RSS */
    frame_put16(udp + 2, KV_PORT);
    frame_put16(udp + 4, udp_bytes);
    frame_put16(udp + 6, 0);
    memset(udp + FRAME_UDP_BYTES, 0, KV_HEADER_BYTES);
    frame_put16(udp + FRAME_UDP_BYTES, (uint32_t)(request & 0xffff));
    frame_put16(udp + FRAME_UDP_BYTES + 4, 1);
    checksum = frame_checksum(&frame, FRAME_PROTOCOL_UDP, udp, udp_bytes);
    frame_put16(udp + 6, checksum ? checksum : 0xffff);
    return frame.end;
}

uint32_t kv_traffic_request(struct kv_traffic *traffic, uint8_t *frame)
{
    uint8_t value[KV_VALUE_BYTES];
    uint64_t request = traffic->requests++, chance;
    uint32_t key, bytes, popular = (traffic->keys + 4) / 5;
    char *text = (char *)frame + TEXT_AT;
    int size;

    if (request == 0)
        traffic->state = traffic->seed;
    chance = random_next(&traffic->state);
    key = (uint32_t)(random_next(&traffic->state) % (chance % 5 ? popular : traffic->keys));
    if (chance / 5 % 100 < traffic->get_percent) {
        size = snprintf(text, LINE_BYTES, "get key-%u\r\n", key);
        return frame_finish(frame, request, (uint32_t)size);
    }
    value_make(traffic, key, value, &bytes);
    size = snprintf(text, LINE_BYTES, "set key-%u %u 0 %u\r\n", key, key, bytes);
    memcpy(text + size, value, bytes);
    memcpy(text + size + bytes, "\r\n", 2);
    return frame_finish(frame, request, (uint32_t)size + bytes + 2);
}

/* "VALUE key-N N BYTES\r\n", the value, "\r\nEND\r\n": nothing else. */
static bool value_is_right(const struct kv_traffic *traffic, const uint8_t *text, uint32_t size)
{
    uint8_t expected[LINE_BYTES + KV_VALUE_BYTES + 8], value[KV_VALUE_BYTES];
    char line[LINE_BYTES] = "";
    unsigned key;
    uint32_t bytes, line_bytes;

    memcpy(line, text, size < LINE_BYTES - 1 ? size : LINE_BYTES - 1);
    if (strncmp(line, "VALUE key-", 10) != 0)
        return false;
    key = (unsigned)strtoul(line + 10, NULL, 10);
    value_make(traffic, key, value, &bytes);
    line_bytes = (uint32_t)snprintf(line, sizeof line, "VALUE key-%u %u %u\r\n", key, key, bytes);
    memcpy(expected, line, line_bytes);
    memcpy(expected + line_bytes, value, bytes);
    memcpy(expected + line_bytes + bytes, "\r\nEND\r\n", 7);
    return size == line_bytes + bytes + 7 && memcmp(text, expected, size) == 0;
}

enum kv_reply kv_traffic_check(const struct kv_traffic *traffic, uint8_t *frame,
                               uint32_t frame_bytes)
{
    struct frame parts;
    uint32_t payload, size;
    const uint8_t *text;

    if (frame_parse(&parts, frame, frame_bytes) != APP_ANSWERED ||
        parts.protocol != FRAME_PROTOCOL_UDP || !frame_udp(&parts, &payload, &size) ||
        frame_get16(frame + parts.payload) != KV_PORT || size < KV_HEADER_BYTES)
        return KV_REPLY_WRONG;
    text = frame + payload + KV_HEADER_BYTES;
    size -= KV_HEADER_BYTES;
    if (size == 8 && memcmp(text, "STORED\r\n", 8) == 0)
        return KV_REPLY_STORED;
    if (size == 5 && memcmp(text, "END\r\n", 5) == 0)
        return KV_REPLY_MISS;
    return value_is_right(traffic, text, size) ? KV_REPLY_HIT : KV_REPLY_WRONG;
}
