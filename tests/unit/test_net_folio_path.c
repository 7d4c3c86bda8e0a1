/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folio's optional features as switches of a path: header-only copy, decrypt-while-copying, egress
 * guard, with real captures. */
#define _GNU_SOURCE /* memmem */
#include "folio_path_fixture.h"

#include "net/builtin.h"
#include "net/esp_guard.h"

enum { CAPTURE_ESP = 5583, CAPTURE_OTHER = 35, HEADER = 128 };

/* Behind the rings of one queue. */
enum { ROOMS_AT = 2 * 256 * FOLIO_DESCRIPTOR_BYTES };

_Static_assert(ROOMS_AT % PAGE_SIZE == 0, "rooms begin at a page");

static struct play play, other;

/* ---- as a file ---- */

/* specs/paths/folio.json with one piece of it replaced. */
static enum status path_with(struct path *path, const char *old, const char *new,
                             struct diagnostic *diag)
{
    const struct builtin_file *file = builtin_find(builtin_paths, "folio");
    char text[4096];
    const char *data = (const char *)file->data, *at = memmem(data, file->size, old, strlen(old));
    int size;

    assert_non_null(at);
    size = snprintf(text, sizeof text, "%.*s%s%.*s", (int)(at - data), data, new,
                    (int)(file->size - (size_t)(at - data) - strlen(old)), at + strlen(old));
    assert_in_range(size, 1, sizeof text - 1);
    return path_parse(path, text, (size_t)size, "f.json", diag);
}

static void options_are_off_unless_a_file_says_otherwise(void **unused)
{
    static const char *const names[] = {"folio", "folio-header-only", "folio-single-fetch",
                                        "folio-egress-guard"};
    struct diagnostic diag;
    struct path path;

    (void)unused;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(path_open(&path, names[i], NULL), STATUS_OK);
        assert_int_equal(path.header_copy_bytes, i == 1 ? HEADER : 0);
        assert_int_equal(path.single_fetch, i == 2);
        assert_int_equal(path.egress_guard, i == 3);
        assert_string_equal(path.column, i == 0 ? "J" : "");
    }
    assert_string_equal(path_builtin_other(0), "folio-egress-guard");
    assert_string_equal(path_builtin_other(1), "folio-header-only");
    assert_string_equal(path_builtin_other(2), "folio-single-fetch");
    assert_null(path_builtin_other(3));
    assert_int_equal(path_with(&path,
                               ",\n  \"folio\": {\n    \"header_copy_bytes\": 0,\n"
                               "    \"single_fetch\": false,\n    \"egress_guard\": false\n  }",
                               "", &diag),
                     STATUS_OK);
    assert_false(path.header_copy_bytes || path.single_fetch || path.egress_guard);
    assert_int_equal(path_with(&path, "header_copy_bytes\": 0", "header_copy_bytes\": 1024", &diag),
                     STATUS_OK);
    assert_int_equal(path.header_copy_bytes, 1024);
}

static void options_out_of_range_or_against_each_other_are_refused(void **unused)
{
    static const struct {
        const char *old, *new, *message;
    } cases[] = {
        {"bytes\": 0", "bytes\": 13",
         "f.json:38:26: header_copy_bytes is 13; expected 0, or 14 to 1024"},
        {"bytes\": 0", "bytes\": 1025", "header_copy_bytes"},
        {"bytes\": 0", "bytes\": -1", "header_copy_bytes"},
        {"bytes\": 0,\n    \"single_fetch\": false", "bytes\": 64,\n    \"single_fetch\": true",
         "header_copy_bytes with single_fetch; expected one of the two"},
        {"fetch\": false", "fetch\": 1", "single_fetch"},
        {"egress_guard\": false", "egress_gard\": false", "egress_gard"},
        {",\n    \"egress_guard\": false", "", "egress_guard"},
        {"\"folio\": {", "\"folio\": 1, \"x\": {", ""},
        {"\"driver\": \"folio\"", "\"driver\": \"direct\"",
         "options of Folio; expected none with driver direct"},
    };
    struct path path;

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct diagnostic diag = {""};

        assert_int_equal(path_with(&path, cases[i].old, cases[i].new, &diag), STATUS_BAD_INPUT);
        assert_non_null(strstr(diag.text, cases[i].message));
        assert_memory_equal(diag.text, "f.json:", 7);
    }
}

/* ---- header-only copy ---- */

static void a_forwarder_copies_headers_and_sends_whole_packets(void **unused)
{
    static const char *const apps[] = {"l2fwd", "macswap"};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        play_begin(&play, "folio-header-only", apps[i]);
        play_capture(&play, "udp-sizes");
        play_is_true(&play);
        play_begin(&other, "folio", apps[i]);
        play_capture(&other, "udp-sizes");
        assert_int_equal(play.result.answered, 4979);
        assert_int_equal(play.result.sent_bytes, other.result.sent_bytes);
        assert_true(play.sent_hash == other.sent_hash);
        assert_int_equal(ledger_copies_rx(&play.result.sum), 4979);
        assert_int_equal(play.short_copies, 0); /* min(frame, 128) bytes of each */
        assert_int_equal(ledger_bytes_copied(&other.result.sum), 2 * other.result.bytes_in);
        assert_true(ledger_bytes_copied(&play.result.sum) <= 2 * HEADER * play.result.packets_in);
        assert_true(play.result.rate.mpps >= other.result.rate.mpps);
    }
}

static void a_sink_never_touches_the_payload(void **unused)
{
    (void)unused;
    play_begin(&play, "folio-header-only", "sink");
    play_capture(&play, "tcp-bulk");
    play_is_true(&play);
    assert_int_equal(play.result.consumed, 16561);
    assert_int_equal(play.short_copies, 0);
}

static void payload_change(struct play *self, enum run_moment what,
                           const struct folio_region *shared)
{
    (void)self;
    if (what == RUN_AFTER_TX) /* the rooms, behind the rings: every byte */
        for (size_t i = ROOMS_AT; i < shared->size_bytes; i++)
            shared->base[i] ^= 0x55;
}

static void a_payload_that_the_host_changes_shows_on_the_wire(void **unused)
{
    (void)unused;
    play_begin(&play, "folio-header-only", "macswap");
    play.strike = payload_change;
    play_capture(&play, "icmp-arp-nd");
    assert_true(play.result.wire_mismatches > 1000);
    assert_int_equal(play.result.payload_mismatches, 0);
}

static void an_application_that_reads_payloads_is_refused(void **unused)
{
    static const char *const apps[] = {"udp-echo", "ipsec", "kv"};
    struct diagnostic diag;
    struct run *run;

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        struct run_config config;

        play_begin(&play, "folio-header-only", apps[i]);
        config = play_config(&play);
        assert_int_equal(run_open(&run, &config, &diag), STATUS_BAD_INPUT);
        assert_non_null(strstr(diag.text, apps[i]));
        assert_non_null(strstr(diag.text, "expected l2fwd, macswap or sink"));
    }
}

/* ---- decrypt-while-copying ---- */

static void what_is_opened_while_it_is_copied_is_answered_as_ever(void **unused)
{
    (void)unused;
    play_begin(&play, "folio-single-fetch", "ipsec");
    play_capture(&play, "esp-aes-gcm");
    play_is_true(&play);
    play_begin(&other, "folio", "ipsec");
    play_capture(&other, "esp-aes-gcm");
    play_is_true(&other);
    assert_int_equal(play.result.delivered, CAPTURE_ESP);
    assert_int_equal(play.result.answered, other.result.answered);
    assert_int_equal(play.result.dropped, CAPTURE_OTHER);
    assert_int_equal(play.result.app.check_failures, 0);
    assert_true(play.sent_hash == other.sent_hash); /* the same answers, sealed alike */
    assert_int_equal(play.short_copies, 0);
    assert_memory_equal(&play.result.sum.copies, &other.result.sum.copies,
                        sizeof play.result.sum.copies);
    assert_memory_equal(&play.result.sum.bytes, &other.result.sum.bytes,
                        sizeof play.result.sum.bytes);
    assert_int_equal(play.result.sum.count[LEDGER_CRYPTO_CALLS],
                     other.result.sum.count[LEDGER_CRYPTO_CALLS]);
    assert_int_equal(play.result.sum.count[LEDGER_CRYPTO_BYTES],
                     other.result.sum.count[LEDGER_CRYPTO_BYTES]);
}

/* Of every third room that holds an ESP packet, a byte of ciphertext. */
static void ciphertext_change(struct play *self, enum run_moment what,
                              const struct folio_region *shared)
{
    size_t index = 0;

    (void)self;
    if (what != RUN_AFTER_DMA)
        return;
    for (size_t room = ROOMS_AT; room + FOLIO_ROOM_BYTES <= shared->size_bytes;
         room += FOLIO_ROOM_BYTES) {
        uint8_t *packet = shared->base + room + FOLIO_HEADROOM_BYTES;
        struct frame frame;

        if (frame_parse(&frame, packet, 2048) == APP_ANSWERED &&
            frame.protocol == FRAME_PROTOCOL_ESP && index++ % 3 == 0)
            packet[80] ^= 1;
    }
}

static void a_forgery_is_refused_and_counted_with_its_copy(void **unused)
{
    uint64_t refused;

    (void)unused;
    play_begin(&play, "folio-single-fetch", "ipsec");
    play.strike = ciphertext_change;
    play_capture(&play, "esp-aes-gcm");
    refused = play_reason(&play, "folio", "decrypt");
    assert_in_range(refused, CAPTURE_ESP / 4, CAPTURE_ESP / 2);
    assert_int_equal(play.result.refused, refused);
    assert_int_equal(play.result.delivered + refused, CAPTURE_ESP);
    assert_int_equal(ledger_copies_rx(&play.result.sum), CAPTURE_ESP + CAPTURE_OTHER);
    assert_int_equal(play.short_copies, 0); /* each with its own bytes, refused or not */
    assert_int_equal(play.result.payload_mismatches, 0);
}

static void an_application_without_keys_is_refused(void **unused)
{
    static const char *const apps[] = {"macswap", "udp-echo", "sink"};
    struct diagnostic diag;
    struct run *run;

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        struct run_config config;

        play_begin(&play, "folio-single-fetch", apps[i]);
        config = play_config(&play);
        assert_int_equal(run_open(&run, &config, &diag), STATUS_BAD_INPUT);
        assert_string_equal(diag.text, "folio-single-fetch: single_fetch needs the keys of the "
                                       "application; expected ipsec");
    }
}

/* ---- egress guard ---- */

static void only_esp_leaves_whatever_is_forwarded(void **unused)
{
    (void)unused;
    play_begin(&play, "folio-egress-guard", "macswap");
    play_capture(&play, "esp-aes-gcm");
    play_is_true(&play);
    assert_int_equal(play.result.sent, CAPTURE_ESP);
    assert_int_equal(play.sent_esp, CAPTURE_ESP);
    assert_int_equal(play_reason(&play, "folio", "guard"), CAPTURE_OTHER);
    assert_int_equal(play.result.refused, CAPTURE_OTHER);

    play_begin(&play, "folio-egress-guard", "udp-echo");
    play_capture(&play, "udp-sizes");
    play_is_true(&play);
    assert_int_equal(play.result.sent, 0);
    assert_int_equal(play.result.delivered, 0);
    assert_true(play_reason(&play, "folio", "guard") > 4800);
    assert_int_equal(ledger_copies_tx(&play.result.sum), 0);
}

static void what_is_sealed_leaves(void **unused)
{
    (void)unused;
    play_begin(&play, "folio-egress-guard", "ipsec");
    play.path.single_fetch = true; /* both at once */
    play_capture(&play, "esp-aes-gcm");
    play_is_true(&play);
    assert_int_equal(play.result.refused, 0);
    assert_int_equal(play.result.delivered, CAPTURE_ESP);
    assert_int_equal(play.sent_esp, play.result.sent);
}

static void a_guard_reads_the_header_of_an_unread_payload(void **unused)
{
    (void)unused;
    play_begin(&play, "folio-header-only", "macswap");
    play.path.egress_guard = true;
    play_capture(&play, "esp-aes-gcm");
    play_is_true(&play);
    assert_int_equal(play.result.sent, CAPTURE_ESP);
    play.path.header_copy_bytes = 64; /* shows no whole header: nothing that has a payload leaves */
    memset(&play.result, 0, sizeof play.result);
    play.entry_copies_rx = play.entry_copies_tx = 0;
    play_capture(&play, "esp-aes-gcm");
    play_is_true(&play);
    assert_int_equal(play.result.sent, 0);
}

/* The first ESP packet of the capture into bytes; returns how many. */
static uint32_t esp_packet_get(uint8_t *bytes, size_t room)
{
    struct packet_reader *reader = packet_reader_open("traces/packets/esp-aes-gcm.pcap.zst", NULL);
    struct frame frame = {.protocol = 0};
    struct packet packet;

    assert_non_null(reader);
    while (frame.protocol != FRAME_PROTOCOL_ESP) {
        assert_int_equal(packet_reader_next(reader, &packet, NULL), STATUS_OK);
        assert_in_range(packet.frame_bytes, 14, room);
        memcpy(bytes, packet.frame, packet.frame_bytes);
        if (frame_parse(&frame, bytes, packet.frame_bytes) != APP_ANSWERED)
            frame.protocol = 0;
    }
    packet_reader_close(reader);
    return packet.frame_bytes;
}

static void a_guard_looks_behind_the_end_of_the_packet_too(void **unused)
{
    uint8_t bytes[2048] = {0};
    uint32_t size_bytes = esp_packet_get(bytes, sizeof bytes - 8);
    struct folio_mbuf mbuf = {.data = bytes, .data_len = (uint16_t)size_bytes};
    struct folio_guard *base;
    struct esp_guard guard;

    (void)unused;
    esp_guard_begin(&guard);
    base = &guard.base;
    assert_int_equal(base->ops->approve(base, &mbuf), STATUS_OK);
    mbuf.data_len = (uint16_t)(size_bytes + 8); /* Ethernet's padding */
    assert_int_equal(base->ops->approve(base, &mbuf), STATUS_OK);
    bytes[size_bytes + 7] = 1; /* residue */
    assert_int_equal(base->ops->approve(base, &mbuf), STATUS_DENIED);
    mbuf.data_len = (uint16_t)size_bytes;
    bytes[23] = FRAME_PROTOCOL_UDP; /* and then the header's checksum is wrong as well */
    assert_int_equal(base->ops->approve(base, &mbuf), STATUS_DENIED);
    for (mbuf.data_len = 0; mbuf.data_len < 60; mbuf.data_len++)
        assert_int_equal(base->ops->approve(base, &mbuf), STATUS_DENIED);
    assert_int_equal(guard.approved, 2);
    assert_int_equal(guard.refused, 62);
}

/* ---- all of them, small ---- */

static void two_queues_and_three_mbufs_are_enough(void **unused)
{
    static const struct {
        const char *path, *app, *capture;
    } cases[] = {{"folio-header-only", "macswap", "http"},
                 {"folio-single-fetch", "ipsec", "esp-aes-gcm"},
                 {"folio-egress-guard", "ipsec", "esp-aes-gcm"},
                 {"folio-egress-guard", "l2fwd", "icmp-arp-nd"}};

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        play_begin(&play, cases[i].path, cases[i].app);
        play.path.queues = 2;
        play.path.pool_mbufs = 3;
        play.path.burst = 1; /* what does not fit is dropped by the device */
        play_capture(&play, cases[i].capture);
        play_is_true(&play);
        assert_int_equal(play_reason(&play, "nic", "never_reported"), 0);
        assert_true(play.result.answered > 0 || play.result.refused > 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_off_unless_a_file_says_otherwise),
        cmocka_unit_test(options_out_of_range_or_against_each_other_are_refused),
        cmocka_unit_test(a_forwarder_copies_headers_and_sends_whole_packets),
        cmocka_unit_test(a_sink_never_touches_the_payload),
        cmocka_unit_test(a_payload_that_the_host_changes_shows_on_the_wire),
        cmocka_unit_test(an_application_that_reads_payloads_is_refused),
        cmocka_unit_test(what_is_opened_while_it_is_copied_is_answered_as_ever),
        cmocka_unit_test(a_forgery_is_refused_and_counted_with_its_copy),
        cmocka_unit_test(an_application_without_keys_is_refused),
        cmocka_unit_test(only_esp_leaves_whatever_is_forwarded),
        cmocka_unit_test(what_is_sealed_leaves),
        cmocka_unit_test(a_guard_reads_the_header_of_an_unread_payload),
        cmocka_unit_test(a_guard_looks_behind_the_end_of_the_packet_too),
        cmocka_unit_test(two_queues_and_three_mbufs_are_enough),
    };

    return cmocka_run_group_tests_name("net_folio_path", tests, NULL, NULL);
}
