/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app_fixture.h"

#include <stdio.h>

#include "net/frame.h"
#include "net/kv.h"
#include "net/kv_traffic.h"
#include "trace/packet_in.h"

static struct bench bench;
static uint8_t frame_bytes[KV_TRAFFIC_FRAME_BYTES];
static struct kv_traffic traffic;

static void traffic_begin(void)
{
    traffic = (struct kv_traffic){
        .seed = 5, .keys = 300, .get_percent = 80, .value_bytes = KV_VALUE_BYTES};
}

static void an_echo_swaps_ends_and_keeps_checksums(void **unused)
{
    struct folio_mbuf *answer;
    struct frame frame;
    uint32_t size_bytes, payload, payload_bytes;

    (void)unused;
    traffic_begin();
    bench_begin(&bench, "udp-echo", NULL, false);
    size_bytes = kv_traffic_request(&traffic, frame_bytes); /* any datagram */
    answer = bench_give(&bench, 1, frame_bytes, size_bytes);
    assert_non_null(answer);
    assert_int_equal(answer->data_len, size_bytes);
    assert_memory_equal(answer->data, frame_bytes + 6, 6);
    assert_memory_equal(answer->data + 6, frame_bytes, 6);
    assert_memory_equal(answer->data + 26, frame_bytes + 30, 4);
    assert_memory_equal(answer->data + 30, frame_bytes + 26, 4);
    assert_memory_equal(answer->data + 34, frame_bytes + 36, 2);
    assert_memory_equal(answer->data + 36, frame_bytes + 34, 2);
    assert_memory_equal(answer->data + 38, frame_bytes + 38, size_bytes - 38);
    assert_int_equal(frame_parse(&frame, answer->data, answer->data_len), APP_ANSWERED);
    assert_true(frame_udp(&frame, &payload, &payload_bytes));
    folio_mbuf_free(answer);
    bench_end(&bench);
}

static void an_echo_ends_what_is_no_datagram_for_it(void **unused)
{
    uint32_t size_bytes;

    (void)unused;
    traffic_begin();
    bench_begin(&bench, "udp-echo", NULL, false);
    size_bytes = kv_traffic_request(&traffic, frame_bytes);
    frame_bytes[size_bytes - 1] ^= 1;
    bench_ends(&bench, frame_bytes, size_bytes, APP_MALFORMED); /* checksum */
    frame_bytes[size_bytes - 1] ^= 1;
    frame_bytes[0] |= 1;
    bench_ends(&bench, frame_bytes, size_bytes, APP_NOT_MINE); /* group address */
    frame_bytes[0] ^= 1;
    frame_bytes[16] ^= 0x10;
    bench_ends(&bench, frame_bytes, size_bytes, APP_MALFORMED); /* IP longer than the frame */
    frame_bytes[16] ^= 0x10;
    frame_bytes[14] = 0x44;
    bench_ends(&bench, frame_bytes, size_bytes, APP_MALFORMED); /* header below 20 bytes */
    bench_end(&bench);
}

/* No prefix of a frame, and no single changed byte of it, makes an application read outside (the
 * sanitizers watch) or answer what has a wrong checksum. */
static void any_cut_or_change_of_a_frame_ends_in_order(void **unused)
{
    static const char *const names[] = {"udp-echo", "kv", "l2fwd", "macswap", "sink"};
    uint32_t size_bytes;

    (void)unused;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        traffic_begin();
        bench_begin(&bench, names[i], NULL, false);
        size_bytes = kv_traffic_request(&traffic, frame_bytes);
        for (uint32_t cut = 14; cut <= size_bytes; cut++) {
            struct folio_mbuf *mbuf = bench_give(&bench, 0, frame_bytes, cut);

            if (mbuf)
                folio_mbuf_free(mbuf);
        }
        for (uint32_t at = 0; at < size_bytes; at++) {
            struct folio_mbuf *mbuf;

            frame_bytes[at] ^= 0xff;
            mbuf = bench_give(&bench, 0, frame_bytes, size_bytes);
            if (mbuf)
                folio_mbuf_free(mbuf);
            frame_bytes[at] ^= 0xff;
        }
        bench_end(&bench);
    }
}

static void a_sink_takes_everything(void **unused)
{
    (void)unused;
    traffic_begin();
    bench_begin(&bench, "sink", NULL, false);
    for (unsigned i = 0; i < 10; i++)
        bench_ends(&bench, frame_bytes, kv_traffic_request(&traffic, frame_bytes), APP_CONSUMED);
    bench_end(&bench);
}

static void a_client_gets_back_what_it_stored(void **unused)
{
    unsigned replies[KV_REPLY_WRONG + 1] = {0};

    (void)unused;
    traffic_begin();
    bench_begin(&bench, "kv", NULL, false);
    for (unsigned i = 0; i < 5000; i++) {
        uint32_t size_bytes = kv_traffic_request(&traffic, frame_bytes);
        struct folio_mbuf *answer = bench_give(&bench, i % 2, frame_bytes, size_bytes);

        assert_non_null(answer);
        replies[kv_traffic_check(&traffic, answer->data, answer->data_len)]++;
        folio_mbuf_free(answer);
    }
    assert_int_equal(replies[KV_REPLY_WRONG], 0);
    assert_true(replies[KV_REPLY_HIT] > replies[KV_REPLY_MISS]);
    assert_true(replies[KV_REPLY_STORED] > 500);
    bench_end(&bench);
}

/* One request without a header; the answer without one, too. */
static const char *said(struct kv_store *store, const char *request)
{
    static char answer[KV_ANSWER_BYTES + 1];
    uint8_t datagram[KV_HEADER_BYTES + 2000] = {0xab, 0xcd, 0, 0, 0, 1};
    size_t size = strlen(request);

    memcpy(datagram + KV_HEADER_BYTES, request, size);
    size = kv_answer(store, datagram, KV_HEADER_BYTES + size, (uint8_t *)answer, KV_ANSWER_BYTES);
    assert_true(size >= KV_HEADER_BYTES);
    assert_memory_equal(answer, datagram, KV_HEADER_BYTES);
    answer[size] = '\0';
    return answer + KV_HEADER_BYTES;
}

static void the_store_speaks_the_protocol(void **unused)
{
    struct kv_store *store = kv_create();

    (void)unused;
    assert_non_null(store);
    assert_string_equal(said(store, "get a\r\n"), "END\r\n");
    assert_string_equal(said(store, "set a 7 0 3\r\nxyz\r\n"), "STORED\r\n");
    assert_string_equal(said(store, "get a\r\n"), "VALUE a 7 3\r\nxyz\r\nEND\r\n");
    assert_string_equal(said(store, "set a 8 0 0\r\n\r\n"), "STORED\r\n");
    assert_string_equal(said(store, "get a\r\n"), "VALUE a 8 0\r\n\r\nEND\r\n");
    assert_string_equal(said(store, "delete a\r\n"), "DELETED\r\n");
    assert_string_equal(said(store, "delete a\r\n"), "NOT_FOUND\r\n");
    assert_string_equal(said(store, "touch a\r\n"), "ERROR\r\n");
    assert_string_equal(said(store, "get a"), "ERROR\r\n");
    assert_string_equal(said(store, "get\r\n"), "CLIENT_ERROR bad command line format\r\n");
    assert_string_equal(said(store, "get a b\r\n"), "CLIENT_ERROR bad command line format\r\n");
    assert_string_equal(said(store, "set a 7 0 3\r\nxy\r\n"), "CLIENT_ERROR bad data chunk\r\n");
    assert_string_equal(said(store, "set a 7 0 3\r\nwxyz\r\n"), "CLIENT_ERROR bad data chunk\r\n");
    assert_string_equal(said(store, "set a 7 0 -1\r\n"),
                        "CLIENT_ERROR bad command line format\r\n");
    assert_string_equal(said(store, "set a 7 0 99999999999\r\n"),
                        "CLIENT_ERROR bad command line format\r\n");
    assert_string_equal(said(store, "set a 7 0 1025\r\n"),
                        "SERVER_ERROR object too large for cache\r\n");
    assert_int_equal(kv_stats(store)->errors, 9);
    kv_destroy(store);
}

static void a_full_set_forgets_its_oldest_entry(void **unused)
{
    struct kv_store *store = kv_create();
    char request[64];
    unsigned held = 0;

    (void)unused;
    assert_non_null(store);
    for (unsigned i = 0; i < 20000; i++) {
        snprintf(request, sizeof request, "set %u 0 0 1\r\nv\r\n", i);
        assert_string_equal(said(store, request), "STORED\r\n");
    }
    assert_true(kv_stats(store)->evictions >= 20000 - 4096);
    for (unsigned i = 0; i < 100; i++) {
        snprintf(request, sizeof request, "get %u\r\n", i);
        assert_string_equal(said(store, request), "END\r\n");
    }
    for (unsigned i = 0; i < 20000; i++) {
        snprintf(request, sizeof request, "get %u\r\n", i);
        held += strcmp(said(store, request), "END\r\n") != 0;
    }
    assert_int_equal(held, 20000 - kv_stats(store)->evictions);
    assert_true(held > 4000);
    assert_string_equal(said(store, "get 19999\r\n"), "VALUE 19999 0 1\r\nv\r\nEND\r\n");
    kv_destroy(store);
}

static void an_answer_that_does_not_fit_says_so(void **unused)
{
    struct kv_store *store = kv_create();
    uint8_t request[] = "\0\1\0\0\0\1\0\0get a\r\n", answer[80];
    size_t size;

    (void)unused;
    assert_non_null(store);
    (void)said(store, "set a 0 0 60\r\n"
                      "012345678901234567890123456789012345678901234567890123456789\r\n");
    size = kv_answer(store, request, sizeof request - 1, answer, sizeof answer);
    assert_int_equal(size, KV_HEADER_BYTES + 31);
    assert_memory_equal(answer + KV_HEADER_BYTES, "SERVER_ERROR answer too large\r\n", 31);
    assert_int_equal(kv_answer(store, request, 7, answer, sizeof answer), 0);
    request[5] = 2; /* datagrams */
    assert_int_equal(kv_answer(store, request, sizeof request - 1, answer, sizeof answer), 0);
    kv_destroy(store);
}

/* All request numbers: one of them makes the sum come out as 0, which would mean "none" (RFC 768).
 */
static void an_answer_always_has_a_checksum(void **unused)
{
    uint32_t size_bytes;

    (void)unused;
    traffic_begin();
    traffic.get_percent = 100;
    bench_begin(&bench, "kv", NULL, false);
    size_bytes = kv_traffic_request(&traffic, frame_bytes);
    for (uint32_t number = 0; number <= UINT16_MAX; number++) {
        struct folio_mbuf *answer;
        struct frame frame;
        uint32_t payload, payload_bytes;

        frame_put16(frame_bytes + 42, number); /* of the protocol's header */
        frame_put16(frame_bytes + 40, 0);      /* the request has none */
        answer = bench_give(&bench, 0, frame_bytes, size_bytes);
        assert_non_null(answer);
        assert_int_not_equal(frame_get16(answer->data + 40), 0);
        assert_int_equal(frame_parse(&frame, answer->data, answer->data_len), APP_ANSWERED);
        assert_true(frame_udp(&frame, &payload, &payload_bytes));
        folio_mbuf_free(answer);
    }
    bench_end(&bench);
}

/* What frame_udp and frame_transport_is_right must refuse. */
static void a_datagram_is_as_long_as_it_says_and_fits(void **unused)
{
    struct frame frame;
    uint32_t size_bytes, payload, payload_bytes, udp_bytes;

    (void)unused;
    traffic_begin();
    size_bytes = kv_traffic_request(&traffic, frame_bytes);
    assert_int_equal(frame_parse(&frame, frame_bytes, size_bytes), APP_ANSWERED);
    assert_true(frame_udp(&frame, &payload, &payload_bytes));
    udp_bytes = frame_get16(frame_bytes + 38);
    frame_put16(frame_bytes + 40, 0); /* without a checksum only the length tells */
    for (uint32_t said = 0; said <= UINT16_MAX; said++) {
        frame_put16(frame_bytes + 38, said);
        assert_int_equal(frame_udp(&frame, &payload, &payload_bytes),
                         said >= FRAME_UDP_BYTES && said <= udp_bytes);
    }
    frame_put16(frame_bytes + 38, udp_bytes);
    frame.is_ipv6 = true; /* RFC 8200 section 8.1: there it needs one */
    assert_false(frame_udp(&frame, &payload, &payload_bytes));
}

/* Counts of traces/README.md's captures through every application that needs no key. */
static void every_packet_of_every_capture_has_a_verdict(void **unused)
{
    static const char *const captures[] = {"http", "icmp-arp-nd", "udp-sizes"};
    static const char *const names[] = {"udp-echo", "kv", "sink", "l2fwd", "macswap"};
    uint64_t echoed[3] = {0};

    (void)unused;
    for (unsigned c = 0; c < 3; c++) {
        for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
            struct diagnostic diag = {""};
            struct packet_reader *reader;
            struct packet packet;
            char path[64];

            snprintf(path, sizeof path, "traces/packets/%s.pcap.zst", captures[c]);
            reader = packet_reader_open(path, &diag);
            assert_non_null(reader);
            bench_begin(&bench, names[i], NULL, false);
            while (packet_reader_next(reader, &packet, &diag) == STATUS_OK) {
                struct folio_mbuf *mbuf = bench_give(&bench, 0, packet.frame, packet.frame_bytes);

                if (mbuf)
                    folio_mbuf_free(mbuf);
            }
            if (i == 0)
                echoed[c] = bench.app->stats.verdict[APP_ANSWERED];
            assert_int_equal(bench.app->stats.verdict[APP_MALFORMED], 0);
            assert_int_equal(bench.app->stats.packets, packet_reader_capture(reader)->packets);
            packet_reader_close(reader);
            bench_end(&bench);
        }
    }
    assert_int_equal(echoed[0], 0);
    assert_true(echoed[2] > 4700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_echo_swaps_ends_and_keeps_checksums),
        cmocka_unit_test(an_echo_ends_what_is_no_datagram_for_it),
        cmocka_unit_test(any_cut_or_change_of_a_frame_ends_in_order),
        cmocka_unit_test(a_sink_takes_everything),
        cmocka_unit_test(a_client_gets_back_what_it_stored),
        cmocka_unit_test(the_store_speaks_the_protocol),
        cmocka_unit_test(a_full_set_forgets_its_oldest_entry),
        cmocka_unit_test(an_answer_that_does_not_fit_says_so),
        cmocka_unit_test(an_answer_always_has_a_checksum),
        cmocka_unit_test(a_datagram_is_as_long_as_it_says_and_fits),
        cmocka_unit_test(every_packet_of_every_capture_has_a_verdict),
    };

    return cmocka_run_group_tests_name("net_apps", tests, NULL, NULL);
}
