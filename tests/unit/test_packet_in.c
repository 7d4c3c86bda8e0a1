/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_packet_in.c — captures of every make are read. Those with something wrong are in
 * test_packet_in_bad.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "packet_fixture.h"

static struct packet_reader *reader_open(const char *path)
{
    struct diagnostic diag = {{0}};
    struct packet_reader *reader = packet_reader_open(path, &diag);

    if (!reader)
        fail_msg("%s", diag.text);
    return reader;
}

static void packet_check(const struct packet *packet, uint64_t number, uint64_t time_ns,
                         uint32_t frame_bytes, uint32_t wire_bytes)
{
    assert_int_equal(packet->number, number);
    assert_int_equal(packet->time_ns, time_ns);
    assert_int_equal(packet->frame_bytes, frame_bytes);
    assert_int_equal(packet->wire_bytes, wire_bytes);
    for (uint32_t i = 0; i < frame_bytes; i++)
        assert_int_equal(packet->frame[i], frame_byte(i));
}

/* The file holds a whole frame at 5.000007 s or, in nanoseconds, 5.000000007 s, and 20 bytes of 90
 * a second later. */
static void two_packets_check(const char *path, uint64_t fraction_ns)
{
    struct packet_reader *reader = reader_open(path);
    struct diagnostic diag = {{0}};
    struct packet packet;

    assert_int_equal(packet_reader_next(reader, &packet, &diag), STATUS_OK);
    packet_check(&packet, 1, 5000000000 + fraction_ns, FRAME_BYTES, FRAME_BYTES);
    assert_int_equal(packet_reader_next(reader, &packet, &diag), STATUS_OK);
    packet_check(&packet, 2, 6000000000 + fraction_ns, 20, 90);
    assert_int_equal(packet_reader_next(reader, &packet, &diag), STATUS_END);
    assert_int_equal(packet_reader_next(reader, &packet, &diag), STATUS_END);
    assert_int_equal(packet_reader_capture(reader)->packets, 2);
    assert_int_equal(packet_reader_capture(reader)->frame_bytes, FRAME_BYTES + 20);
    assert_int_equal(packet_reader_capture(reader)->cut, 1);
    assert_string_equal(diag.text, "");
    packet_reader_close(reader);
}

static void pcap_is_read_in_either_byte_order_and_precision(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < 4; i++) {
        bool is_nano = i & 1;
        struct bytes *bytes = two_packets_make(i & 2, is_nano ? MAGIC_NANO : MAGIC_MICRO);
        struct file file = file_make(bytes->at, bytes->size);

        assert_true(packet_capture_matches(file.path));
        two_packets_check(file.path, is_nano ? 7 : 7000);
        file_end(&file);
        free(bytes);
    }
}

static void pcapng_is_read_in_either_byte_order_and_precision(void **unused)
{
    static const struct {
        int tsresol;
        uint64_t per_second, fraction_ns;
    } resolution[] = {
        {-1, 1000000, 7000}, {6, 1000000, 7000}, {9, 1000000000, 7}, {3, 1000, 7000000}};

    (void)unused;
    for (unsigned i = 0; i < 8; i++) {
        uint64_t per_second = resolution[i / 2].per_second;
        struct bytes *bytes = bytes_make(i & 1);
        struct file file;

        put_section(bytes);
        put_interface(bytes, LINK_ETHERNET, SNAPSHOT, resolution[i / 2].tsresol);
        put_packet(bytes, 5 * per_second + 7, FRAME_BYTES, FRAME_BYTES);
        put_packet(bytes, 6 * per_second + 7, 20, 90);
        file = file_make(bytes->at, bytes->size);
        assert_true(packet_capture_matches(file.path));
        two_packets_check(file.path, resolution[i / 2].fraction_ns);
        file_end(&file);
        free(bytes);
    }
}

static void a_compressed_capture_is_read_like_a_plain_one(void **unused)
{
    struct bytes *bytes = two_packets_make(false, MAGIC_NANO);
    struct file file = zstd_file_make(bytes);

    (void)unused;
    assert_true(packet_capture_matches(file.path));
    two_packets_check(file.path, 7);
    file_end(&file);
    free(bytes);
}

static void a_capture_without_packets_is_valid(void **unused)
{
    struct bytes *bytes = bytes_make(false);
    struct packet_reader *reader;
    struct packet packet;
    struct file file;

    (void)unused;
    put_pcap(bytes, &PCAP_GOOD);
    file = file_make(bytes->at, bytes->size);
    reader = reader_open(file.path);
    assert_int_equal(packet_reader_next(reader, &packet, NULL), STATUS_END);
    assert_int_equal(packet_reader_capture(reader)->packets, 0);
    packet_reader_close(reader);
    file_end(&file);
    free(bytes);
}

static void a_snapshot_length_of_zero_is_no_limit(void **unused)
{
    struct bytes *bytes = bytes_make(false);
    struct pcap_start start = PCAP_GOOD;
    struct packet_reader *reader;
    struct packet packet;
    struct file file;

    (void)unused;
    start.snapshot = 0;
    put_pcap(bytes, &start);
    put_record(bytes, &PCAP_FIRST);
    file = file_make(bytes->at, bytes->size);
    reader = reader_open(file.path);
    assert_int_equal(packet_reader_next(reader, &packet, NULL), STATUS_OK);
    packet_check(&packet, 1, 5000007000, FRAME_BYTES, FRAME_BYTES);
    packet_reader_close(reader);
    file_end(&file);
    free(bytes);
}

static void a_time_that_goes_back_a_little_is_counted_and_replaced(void **unused)
{
    static const struct pcap_record record[] = {
        {5, 900000, 20, 20}, {5, 899000, 20, 20}, {4, 900000, 20, 20}, {5, 900001, 20, 20}};
    static const uint64_t time_ns[] = {5900000000, 5900000000, 5900000000, 5900001000};
    struct bytes *bytes = bytes_make(false);
    struct packet_reader *reader;
    struct packet packet;
    struct file file;

    (void)unused;
    put_pcap(bytes, &PCAP_GOOD);
    for (unsigned i = 0; i < 4; i++)
        put_record(bytes, &record[i]);
    file = file_make(bytes->at, bytes->size);
    reader = reader_open(file.path);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(packet_reader_next(reader, &packet, NULL), STATUS_OK);
        assert_int_equal(packet.time_ns, time_ns[i]);
    }
    assert_int_equal(packet_reader_capture(reader)->backwards, 2);
    assert_int_equal(packet_reader_capture(reader)->back_worst_ns, 1000000000);
    packet_reader_close(reader);
    file_end(&file);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pcap_is_read_in_either_byte_order_and_precision),
        cmocka_unit_test(pcapng_is_read_in_either_byte_order_and_precision),
        cmocka_unit_test(a_compressed_capture_is_read_like_a_plain_one),
        cmocka_unit_test(a_capture_without_packets_is_valid),
        cmocka_unit_test(a_snapshot_length_of_zero_is_no_limit),
        cmocka_unit_test(a_time_that_goes_back_a_little_is_counted_and_replaced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
