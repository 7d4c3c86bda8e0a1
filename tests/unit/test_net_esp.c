/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* mkstemp, fdopen */
#include "app_fixture.h"

#include <stdio.h>
#include <unistd.h>

#include "net/esp.h"
#include "trace/packet_in.h"

#define CAPTURE "traces/packets/esp-aes-gcm.pcap.zst"
#define KEYS    "traces/packets/esp-keys.json"

enum { CAPTURE_ESP = 5583, CAPTURE_OTHER = 35 }; /* traces/README.md */

static struct bench bench;
static struct esp_table table;
static uint8_t frame_bytes[2048];

static void table_begin(void)
{
    struct diagnostic diag = {""};

    assert_int_equal(esp_table_read(&table, KEYS, aead_library_default(), &diag), STATUS_OK);
    assert_string_equal(diag.text, "");
}

/* Plays the capture through the application; every answer is opened by a peer of its own. */
static void capture_play(uint64_t opens_wanted)
{
    struct diagnostic diag = {""};
    struct packet_reader *reader = packet_reader_open(CAPTURE, &diag);
    struct packet packet;
    uint64_t opened = 0;
    enum status st;

    assert_non_null(reader);
    while ((st = packet_reader_next(reader, &packet, &diag)) == STATUS_OK) {
        struct folio_mbuf *answer =
            bench_give(&bench, packet.number % 2, packet.frame, packet.frame_bytes);
        struct esp_packet parts;
        struct frame frame;

        if (!answer)
            continue;
        assert_int_equal(frame_parse(&frame, answer->data, answer->data_len), APP_ANSWERED);
        assert_int_equal(esp_open(&table, &frame, &parts), APP_ANSWERED);
        assert_true(frame_transport_is_right(&frame, parts.next_header, answer->data + parts.inner,
                                             parts.inner_bytes));
        assert_int_equal(answer->data_len, packet.frame_bytes);
        opened++;
        folio_mbuf_free(answer);
    }
    assert_int_equal(st, STATUS_END);
    assert_int_equal(opened, opens_wanted);
    packet_reader_close(reader);
}

static void every_packet_of_the_capture_opens_and_its_answer_does(void **unused)
{
    (void)unused;
    table_begin();
    bench_begin(&bench, "ipsec", KEYS, false);
    capture_play(CAPTURE_ESP);
    assert_int_equal(bench.app->stats.verdict[APP_ANSWERED], CAPTURE_ESP);
    assert_int_equal(bench.app->stats.verdict[APP_NOT_MINE], CAPTURE_OTHER);
    assert_int_equal(bench.app->stats.check_failures, 0);
    assert_int_equal(bench.app->stats.crypto_calls, 2 * CAPTURE_ESP);
    bench_end(&bench);
    esp_table_free(&table);
}

static void a_second_round_is_replay(void **unused)
{
    (void)unused;
    table_begin();
    bench_begin(&bench, "ipsec", KEYS, false);
    capture_play(CAPTURE_ESP);
    capture_play(0);
    assert_int_equal(bench.app->stats.verdict[APP_REPLAYED], CAPTURE_ESP);
    bench_end(&bench);
    esp_table_free(&table);
}

static void a_loop_may_ask_for_no_window(void **unused)
{
    (void)unused;
    table_begin();
    bench_begin(&bench, "ipsec", KEYS, true);
    capture_play(CAPTURE_ESP);
    capture_play(CAPTURE_ESP);
    bench_end(&bench);
    esp_table_free(&table);
}

/* A UDP datagram of inner_bytes sealed for association number, as a whole frame. */
static uint32_t frame_make(unsigned number, uint32_t inner_bytes)
{
    struct esp_association *association = &table.association[number];
    uint32_t ip_bytes = association->is_ipv6 ? FRAME_IPV6_BYTES : FRAME_IPV4_BYTES;
    struct frame frame = {
        .bytes = frame_bytes, .ip = 14, .payload = 14 + ip_bytes, .is_ipv6 = association->is_ipv6};
    uint8_t *ip = frame_bytes + 14, *esp = ip + ip_bytes, *udp = esp + 16;

    memset(frame_bytes, 0, sizeof frame_bytes);
    frame_put16(frame_bytes + 12, association->is_ipv6 ? 0x86dd : 0x0800);
    ip[0] = association->is_ipv6 ? 0x60 : 0x45;
    ip[association->is_ipv6 ? 6 : 9] = FRAME_PROTOCOL_ESP;
    memcpy(ip + (association->is_ipv6 ? 8 : 12), association->source,
           association->is_ipv6 ? 16 : 4);
    memcpy(ip + (association->is_ipv6 ? 24 : 16), association->destination,
           association->is_ipv6 ? 16 : 4);
    frame_resize(&frame, esp_sealed_bytes(association, inner_bytes));
    frame_put16(udp, 1000);
    frame_put16(udp + 2, 2000);
    frame_put16(udp + 4, inner_bytes);
    for (uint32_t i = 8; i < inner_bytes; i++)
        udp[i] = (uint8_t)i;
    frame_put16(udp + 6, frame_checksum(&frame, FRAME_PROTOCOL_UDP, udp, inner_bytes));
    assert_int_equal(esp_seal(&table, association, esp, inner_bytes, FRAME_PROTOCOL_UDP),
                     STATUS_OK);
    return frame.end;
}

static void made_packets_of_every_length_are_answered(void **unused)
{
    (void)unused;
    table_begin();
    bench_begin(&bench, "ipsec", KEYS, false);
    for (unsigned number = 0; number < table.count; number++)
        for (uint32_t inner_bytes = 8; inner_bytes < 1400; inner_bytes += 1 + inner_bytes / 5)
            bench_ends(&bench, frame_bytes, frame_make(number, inner_bytes), APP_ANSWERED);
    assert_int_equal(bench.app->stats.check_failures, 0);
    bench_end(&bench);
    esp_table_free(&table);
}

static void one_wrong_bit_is_unauthentic_and_does_not_move_the_window(void **unused)
{
    uint32_t size_bytes;

    (void)unused;
    table_begin();
    bench_begin(&bench, "ipsec", KEYS, false);
    size_bytes = frame_make(0, 100);
    for (uint32_t at = 14 + 20 + 8; at < size_bytes; at += 7) { /* IV, ciphertext, tag */
        frame_bytes[at] ^= 0x10;
        bench_ends(&bench, frame_bytes, size_bytes, APP_UNAUTHENTIC);
        frame_bytes[at] ^= 0x10;
    }
    frame_bytes[14 + 20 + 7] ^= 0x40; /* another, far sequence number is authenticated, too */
    bench_ends(&bench, frame_bytes, size_bytes, APP_UNAUTHENTIC);
    frame_bytes[14 + 20 + 7] ^= 0x40;
    bench_ends(&bench, frame_bytes, size_bytes, APP_ANSWERED);
    bench_ends(&bench, frame_bytes, size_bytes, APP_REPLAYED);
    bench_end(&bench);
    esp_table_free(&table);
}

/* Sealed with the key, but by somebody who pads wrongly: the last bytes before the tag. */
static void padding_make(const uint8_t *trailer, uint32_t trailer_bytes)
{
    struct esp_association *association = &table.association[0];
    uint8_t *esp = frame_bytes + 14 + 20, nonce[AEAD_IV_BYTES], plain[100] = {0};
    struct aead_text text = {
        .iv = nonce, .aad = esp, .aad_bytes = 8, .from = plain, .to = esp + 16};

    text.size_bytes = 88; /* of frame_make with 84 inner bytes */
    memcpy(plain + text.size_bytes - trailer_bytes, trailer, trailer_bytes);
    memcpy(nonce, association->salt, 4);
    memcpy(nonce + 4, esp + 8, 8);
    assert_int_equal(aead_seal(association->aead, &text, esp + 16 + 88, association->icv_bytes),
                     STATUS_OK);
}

static void padding_must_count_and_fit(void **unused)
{
    static const uint8_t good[] = {1, 2, 3, 4, 4, ESP_NEXT_NONE};
    static const uint8_t uncounted[] = {1, 2, 4, 4, 4, ESP_NEXT_NONE};
    static const uint8_t long_one[] = {87, ESP_NEXT_NONE}, longer[] = {255, ESP_NEXT_NONE};
    uint8_t whole[88];

    (void)unused;
    table_begin();
    bench_begin(&bench, "ipsec", KEYS, true);
    for (unsigned i = 0; i < 86; i++)
        whole[i] = (uint8_t)(i + 1);
    whole[86] = 86;
    whole[87] = ESP_NEXT_NONE;
    (void)frame_make(0, 84);
    padding_make(good, sizeof good);
    bench_ends(&bench, frame_bytes, 14 + 20 + 16 + 88 + 16, APP_CONSUMED);
    padding_make(whole, sizeof whole);
    bench_ends(&bench, frame_bytes, 14 + 20 + 16 + 88 + 16, APP_CONSUMED);
    padding_make(uncounted, sizeof uncounted);
    bench_ends(&bench, frame_bytes, 14 + 20 + 16 + 88 + 16, APP_MALFORMED);
    padding_make(long_one, sizeof long_one);
    bench_ends(&bench, frame_bytes, 14 + 20 + 16 + 88 + 16, APP_MALFORMED);
    (void)frame_make(0, 84); /* its IV ends with 1, as if that were padding, too */
    assert_int_equal(frame_bytes[14 + 20 + 15], 1);
    for (unsigned i = 0; i < 86; i++)
        whole[i]++;
    whole[86] = 87;
    padding_make(whole, sizeof whole);
    bench_ends(&bench, frame_bytes, 14 + 20 + 16 + 88 + 16, APP_MALFORMED);
    padding_make(longer, sizeof longer);
    bench_ends(&bench, frame_bytes, 14 + 20 + 16 + 88 + 16, APP_MALFORMED);
    bench_end(&bench);
    esp_table_free(&table);
}

static void what_is_not_for_it_is_told_apart(void **unused)
{
    uint32_t size_bytes;

    (void)unused;
    table_begin();
    bench_begin(&bench, "ipsec", KEYS, false);
    size_bytes = frame_make(0, 100);
    frame_bytes[14 + 20 + 3] ^= 0xff; /* SPI */
    bench_ends(&bench, frame_bytes, size_bytes, APP_NO_KEY);
    size_bytes = frame_make(0, 100);
    bench_ends(&bench, frame_bytes, size_bytes - 1, APP_MALFORMED); /* IP says more */
    bench_ends(&bench, frame_bytes, 14, APP_MALFORMED);
    frame_bytes[12] = 0x08; /* ARP */
    frame_bytes[13] = 0x06;
    bench_ends(&bench, frame_bytes, size_bytes, APP_NOT_MINE);
    bench_end(&bench);
    esp_table_free(&table);
}

/* RFC 4303 section 3.4.3 against a list of all numbers seen. */
static void the_window_is_the_rfc_s(void **unused)
{
    static bool seen[4096];
    struct esp_window window = {0};
    uint32_t highest = 0, state = 1;

    (void)unused;
    memset(seen, 0, sizeof seen);
    for (unsigned i = 0; i < 20000; i++) {
        uint32_t sequence;
        bool is_new;

        state = state * 1103515245 + 12345;
        sequence = (highest + (state >> 16) % 140 - 100) % 4000;
        if (sequence > highest + 64)
            sequence = highest;
        is_new = sequence != 0 && sequence + ESP_WINDOW > highest && !seen[sequence];
        assert_int_equal(esp_window_is_new(&window, sequence), is_new);
        if (!is_new)
            continue;
        esp_window_note(&window, sequence);
        seen[sequence] = true;
        highest = sequence > highest ? sequence : highest;
    }
    assert_true(highest > 1000);
    esp_window_note(&window, UINT32_MAX);
    assert_true(esp_window_is_new(&window, UINT32_MAX - 63));
    assert_false(esp_window_is_new(&window, UINT32_MAX - 64));
    assert_false(esp_window_is_new(&window, UINT32_MAX));
}

static void no_nonce_is_used_twice_by_associations_with_one_key(void **unused)
{
    uint8_t ivs[64][8];

    (void)unused;
    table_begin();
    for (unsigned i = 0; i < 64; i++) {
        (void)frame_make(i % 2, 50);
        memcpy(ivs[i], frame_bytes + 14 + 20 + 8, 8);
        for (unsigned j = 0; j < i; j++)
            assert_memory_not_equal(ivs[i], ivs[j], 8);
    }
    table.association[0].sequence = UINT32_MAX; /* RFC 4303 section 3.3.3 */
    assert_int_equal(esp_seal(&table, &table.association[0], frame_bytes, 10, 17), STATUS_FULL);
    esp_table_free(&table);
}

/* A good file, and what one replacement in it must bring forth. */
static const char good_file[] =
    "{\"format\": \"cvm-esp-keys\", \"version\": \"1.0\", \"summary\": \"s\",\n"
    " \"end\": [\"10.0.0.1\"],\n"
    " \"associations\": [{\"spi\": \"0x1001\", \"direction\": \"in\", \"cipher\": \"aes-gcm\",\n"
    "   \"source\": \"10.0.0.2\", \"destination\": \"10.0.0.1\",\n"
    "   \"key\": \"000102030405060708090a0b0c0d0e0f\", \"salt\": \"10111213\", \"icv_bytes\": "
    "16}]}\n";

static const struct {
    const char *from, *to, *said;
} bad_files[] = {
    {"cvm-esp-keys", "keys", "1:12: another format; expected \"cvm-esp-keys\""},
    {"\"1.0\"", "\"2.0\"", "another version; expected \"1.0\""},
    {"0x1001", "0x10", "reserved SPI; expected 0x100 or more"},
    {"0x1001", "4097", "no SPI; expected 0x and at most 8 digits"},
    {"0x1001", "0x123456789", "no SPI; expected 0x and at most 8 digits"},
    {"0x1001", "0xZZZ", "no SPI; expected lower-case hexadecimal digits"},
    {"\"in\"", "\"both\"", "expected"},
    {"aes-gcm", "des", "expected"},
    {"10.0.0.2", "fd00::2", "IPv4 and IPv6 in one association"},
    {"\"10.0.0.1\"],", "\"10.0.0\"],", "2:10: no address; expected IPv4 or IPv6"},
    {"10.0.0.2", "10.0.0.256", "no address; expected IPv4 or IPv6"},
    {"000102030405060708090a0b0c0d0e0f", "0001", "no key; expected 32, 48 or 64"},
    {"000102030405060708090a0b0c0d0e0f", "000102030405060708090A0B0C0D0E0F", "no key; expected"},
    {"10111213", "101112", "no salt; expected 8"},
    {"16}", "15}", "no length of a tag; expected 8, 12 or 16"},
    {"16}", "16, \"x\": 1}", "expected"},
    {"\"associations\": [{", "\"associations\": [1, {", "no association; expected an object"},
    {"\"salt\": \"10111213\", ", "", "expected"},
    {"}]}",
     "}, {\"spi\": \"0x1001\", \"direction\": \"in\", \"cipher\": \"aes-gcm\","
     " \"source\": \"10.0.0.3\", \"destination\": \"10.0.0.1\", \"icv_bytes\": 16,"
     " \"key\": \"000102030405060708090a0b0c0d0e0f\", \"salt\": \"10111213\"}]}",
     "this SPI stands twice for one destination"},
    {"}]}", "}], \"x\": 1}", "expected"},
};

static void every_mistake_in_a_keys_file_has_its_line(void **unused)
{
    (void)unused;
    for (size_t i = 0; i <= sizeof bad_files / sizeof *bad_files; i++) {
        bool is_good = i == sizeof bad_files / sizeof *bad_files;
        const char *at = is_good ? good_file : strstr(good_file, bad_files[i].from);
        struct diagnostic diag = {""};
        char path[] = "/tmp/cvmlab-keys-XXXXXX";
        int fd = mkstemp(path);
        FILE *file = fdopen(fd, "w");

        assert_non_null(file);
        assert_non_null(at);
        fwrite(good_file, 1, (size_t)(at - good_file), file);
        fputs(is_good ? good_file : bad_files[i].to, file);
        if (!is_good)
            fputs(at + strlen(bad_files[i].from), file);
        fclose(file);
        assert_int_equal(esp_table_read(&table, path, AEAD_OPENSSL, &diag),
                         is_good ? STATUS_OK : STATUS_BAD_INPUT);
        unlink(path);
        if (is_good)
            esp_table_free(&table);
        else if (!strstr(diag.text, bad_files[i].said) || strncmp(diag.text, path, strlen(path)))
            fail_msg("%s: said: %s", bad_files[i].to, diag.text);
    }
}

static void a_file_that_is_not_there_is_named(void **unused)
{
    struct diagnostic diag = {""};

    (void)unused;
    assert_int_equal(esp_table_read(&table, "no/such/file.json", AEAD_OPENSSL, &diag),
                     STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "no/such/file.json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_packet_of_the_capture_opens_and_its_answer_does),
        cmocka_unit_test(a_second_round_is_replay),
        cmocka_unit_test(a_loop_may_ask_for_no_window),
        cmocka_unit_test(made_packets_of_every_length_are_answered),
        cmocka_unit_test(one_wrong_bit_is_unauthentic_and_does_not_move_the_window),
        cmocka_unit_test(padding_must_count_and_fit),
        cmocka_unit_test(what_is_not_for_it_is_told_apart),
        cmocka_unit_test(the_window_is_the_rfc_s),
        cmocka_unit_test(every_mistake_in_a_keys_file_has_its_line),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        cmocka_unit_test(no_nonce_is_used_twice_by_associations_with_one_key),
    };

    return cmocka_run_group_tests_name("net_esp", tests, NULL, NULL);
}
