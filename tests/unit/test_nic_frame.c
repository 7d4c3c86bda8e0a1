/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_nic_frame.c — what the device sees in a frame: hash, checksums, packet type, CRC.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "devices/nic_frame.h"
#include "nic_frames.h"

enum { MRQC_ALL = MRQC_RSS | MRQC_TCP_IPV4 | MRQC_IPV4 | MRQC_TCP_IPV6 | MRQC_IPV6 };

/* The key and values of "Verifying the RSS Hash Calculation" (Microsoft, network driver
 * documentation). */
static const uint8_t key[RSS_KEY_BYTES] = {
    0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
    0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
    0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

struct known {
    struct flow flow;
    uint32_t addresses, with_ports; /* the hashes */
};

static const struct known known_ipv4[] = {
    {{{66, 9, 149, 187}, {161, 142, 100, 80}, 2794, 1766, PROTO_TCP, 0, 0}, 0x323e8fc2, 0x51ccc178},
    {{{199, 92, 111, 2}, {65, 69, 140, 83}, 14230, 4739, PROTO_TCP, 0, 0}, 0xd718262a, 0xc626b0ea},
    {{{24, 19, 198, 95}, {12, 22, 207, 184}, 12898, 38024, PROTO_TCP, 0, 0},
     0xd2d0a5de,
     0x5c2b394a},
    {{{38, 27, 205, 30}, {209, 142, 163, 6}, 48228, 2217, PROTO_TCP, 0, 0}, 0x82989176, 0xafc7327f},
    {{{153, 39, 163, 191}, {202, 188, 127, 2}, 44251, 1303, PROTO_TCP, 0, 0},
     0x5d1809c5,
     0x10e828a2},
};

static const struct known known_ipv6[] = {
    {{{0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0, 0, 0, 0, 0, 0, 0, 7},
      {0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1},
      2794,
      1766,
      PROTO_TCP,
      1,
      0},
     0x2cc18cd5,
     0x40207d3d},
    {{{0x3f, 0xfe, 0x05, 0x01, 0, 8, 0, 0, 0x02, 0x60, 0x97, 0xff, 0xfe, 0x40, 0xef, 0xab},
      {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
      14230,
      4739,
      PROTO_TCP,
      1,
      0},
     0x0f0c461c,
     0xdde51bbf},
    {{{0x3f, 0xfe, 0x19, 0x00, 0x45, 0x45, 0, 3, 0x02, 0x00, 0xf8, 0xff, 0xfe, 0x21, 0x67, 0xcf},
      {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x02, 0x00, 0xf8, 0xff, 0xfe, 0x21, 0x67, 0xcf},
      44251,
      38024,
      PROTO_TCP,
      1,
      0},
     0x4b61e985,
     0x02d1feef},
};

static void assert_known(const struct known *known, uint32_t mrqc, uint32_t type, uint32_t expected)
{
    struct nic_headers headers;
    struct nic_rss rss;
    uint8_t frame[FRAME_MAX];
    uint32_t hash = 0;

    nic_rss_set(&rss, key);
    nic_headers_parse(frame_make(frame, &known->flow, 100, 1), 100, &headers);
    assert_int_equal(nic_rss_of(&rss, &headers, mrqc, &hash), type);
    assert_int_equal(hash, expected);
}

static void the_hash_is_that_of_the_published_values(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof known_ipv4 / sizeof known_ipv4[0]; i++) {
        assert_known(&known_ipv4[i], MRQC_ALL, RXD_RSS_TYPE_TCP_IPV4, known_ipv4[i].with_ports);
        assert_known(&known_ipv4[i], MRQC_RSS | MRQC_IPV4, RXD_RSS_TYPE_IPV4,
                     known_ipv4[i].addresses);
    }
    for (size_t i = 0; i < sizeof known_ipv6 / sizeof known_ipv6[0]; i++) {
        assert_known(&known_ipv6[i], MRQC_ALL, RXD_RSS_TYPE_TCP_IPV6, known_ipv6[i].with_ports);
        assert_known(&known_ipv6[i], MRQC_RSS | MRQC_IPV6, RXD_RSS_TYPE_IPV6,
                     known_ipv6[i].addresses);
    }
}

static void only_what_is_enabled_is_hashed(void **unused)
{
    struct known udp = known_ipv4[0];

    (void)unused;
    udp.flow.protocol = PROTO_UDP;
    assert_known(&udp, MRQC_ALL, RXD_RSS_TYPE_IPV4, udp.addresses);
    assert_known(&udp, MRQC_RSS | MRQC_UDP_IPV4, RXD_RSS_TYPE_UDP_IPV4, udp.with_ports);
    assert_known(&udp, MRQC_RSS | MRQC_TCP_IPV4, RXD_RSS_TYPE_NONE, 0);
    assert_known(&udp, MRQC_ALL & ~MRQC_RSS, RXD_RSS_TYPE_NONE, 0);
}

static struct nic_headers parsed(const uint8_t *frame, uint32_t size_bytes)
{
    struct nic_headers headers;

    nic_headers_parse(frame, size_bytes, &headers);
    return headers;
}

static void a_checksum_is_good_until_a_byte_changes(void **unused)
{
    uint8_t frame[FRAME_MAX];

    (void)unused;
    for (unsigned kind = 0; kind < 8; kind++)
        for (unsigned size = 90; size < 1500; size += 37) {
            struct flow flow = flow_udp(kind);

            flow.is_ipv6 = kind & 1;
            flow.has_vlan = kind & 2;
            flow.protocol = kind & 4 ? PROTO_TCP : PROTO_UDP;
            frame_make(frame, &flow, size, kind);
            assert_int_equal(parsed(frame, size).status, RXD_STATUS_L4CS |
                                                             (flow.is_ipv6 ? 0 : RXD_STATUS_IPCS) |
                                                             (flow.has_vlan ? RXD_STATUS_VP : 0));
            frame[size - 1] ^= 0x10;
            assert_true(parsed(frame, size).status & RXD_ERROR_TCPE);
        }
}

static void a_wrong_ipv4_header_is_told_apart_from_a_wrong_payload(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];

    (void)unused;
    frame_make(frame, &flow, 100, 1);
    frame[14 + 8] ^= 1; /* time to live: not in the pseudo header */
    assert_int_equal(parsed(frame, 100).status, RXD_STATUS_IPCS | RXD_ERROR_IPE | RXD_STATUS_L4CS);
}

static void a_udp_checksum_of_zero_is_not_checked(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];

    (void)unused;
    frame_make(frame, &flow, 100, 1);
    put16(frame + 14 + 20 + 6, 0);
    assert_int_equal(parsed(frame, 100).status, RXD_STATUS_IPCS);
    assert_int_equal(parsed(frame, 100).type, RXD_TYPE_IPV4 | RXD_TYPE_UDP);
}

static void padding_behind_the_packet_is_not_summed(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];

    (void)unused;
    frame_make(frame, &flow, 100, 1);
    memset(frame + 100, 0xab, 20);
    assert_int_equal(parsed(frame, 120).status, RXD_STATUS_IPCS | RXD_STATUS_L4CS);
}

static void a_fragment_has_no_ports(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    struct nic_headers headers;

    (void)unused;
    frame_make(frame, &flow, 100, 1);
    put16(frame + 14 + 6, 0x2000);
    headers = parsed(frame, 100);
    assert_int_equal(headers.type, RXD_TYPE_IPV4);
    assert_null(headers.ports);
    assert_non_null(headers.addresses);
}

static void headers_that_do_not_fit_are_not_there(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];

    (void)unused;
    frame_make(frame, &flow, 100, 1);
    assert_int_equal(parsed(frame, 99).type, 0); /* the total length says 86 */
    assert_int_equal(parsed(frame, 14).type, 0);
    flow.is_ipv6 = 1;
    frame_make(frame, &flow, 100, 1);
    assert_int_equal(parsed(frame, 99).type, 0);
    assert_int_equal(parsed(frame, 100).type, RXD_TYPE_IPV6 | RXD_TYPE_UDP);
}

static void extension_headers_are_walked(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    struct nic_headers headers;

    (void)unused;
    flow.is_ipv6 = 1;
    frame_make(frame, &flow, 200, 1);
    memmove(frame + 14 + 48, frame + 14 + 40, 200 - 54);
    memset(frame + 14 + 40, 0, 8);
    frame[14 + 6] = 0; /* hop by hop, of 8 bytes */
    frame[14 + 40] = PROTO_UDP;
    put16(frame + 14 + 4, 208 - 54);
    headers = parsed(frame, 208);
    assert_int_equal(headers.type, RXD_TYPE_IPV6 | RXD_TYPE_IPV6_EXTENSIONS | RXD_TYPE_UDP);
    assert_int_equal(headers.status, RXD_STATUS_L4CS);
}

static void the_crc_is_that_of_ethernet(void **unused)
{
    struct nic_crc crc;

    (void)unused;
    nic_crc_set(&crc);
    assert_int_equal(nic_crc_of(&crc, (const uint8_t *)"123456789", 9), 0xcbf43926);
    assert_int_equal(nic_crc_of(&crc, (const uint8_t *)"", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_that_of_the_published_values),
        cmocka_unit_test(only_what_is_enabled_is_hashed),
        cmocka_unit_test(a_checksum_is_good_until_a_byte_changes),
        cmocka_unit_test(a_wrong_ipv4_header_is_told_apart_from_a_wrong_payload),
        cmocka_unit_test(a_udp_checksum_of_zero_is_not_checked),
        cmocka_unit_test(padding_behind_the_packet_is_not_summed),
        cmocka_unit_test(a_fragment_has_no_ports),
        cmocka_unit_test(headers_that_do_not_fit_are_not_there),
        cmocka_unit_test(extension_headers_are_walked),
        cmocka_unit_test(the_crc_is_that_of_ethernet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
