/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_packet_in_bad.c — what is wrong with a capture is said in one line, with the
 * number of the packet. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include "packet_fixture.h"

/* An expected text that ends with "(" goes on with libpcap's own words, which differ by version. */
static void message_check(const struct diagnostic *diag, const char *path, const char *expected)
{
    const char *text = diag->text + strlen(path);
    size_t size = strlen(expected);

    assert_int_equal(strncmp(diag->text, path, strlen(path)), 0);
    if (expected[size - 1] != '(') {
        assert_string_equal(text, expected);
        return;
    }
    assert_int_equal(strncmp(text, expected, size), 0);
    assert_non_null(strstr(text + size + 1, "); expected a packet"));
}

static void open_refusal_check(const char *path, const char *expected)
{
    struct diagnostic diag = {{0}};

    assert_null(packet_reader_open(path, &diag));
    message_check(&diag, path, expected);
    assert_null(packet_reader_open(path, NULL));
}

/* Opening the file fails, or the packet after good ones. */
static void refusal_check(const void *bytes, size_t size, unsigned good, const char *expected)
{
    struct file file = file_make(bytes, size);
    struct diagnostic diag = {{0}};
    struct packet_reader *reader = packet_reader_open(file.path, &diag);
    struct packet packet = {0};

    if (!reader) {
        message_check(&diag, file.path, expected);
        file_end(&file);
        return;
    }
    for (unsigned i = 0; i < good; i++)
        assert_int_equal(packet_reader_next(reader, &packet, NULL), STATUS_OK);
    for (unsigned again = 0; again < 2; again++) {
        memset(&diag, 0, sizeof diag);
        assert_int_equal(packet_reader_next(reader, &packet, &diag), STATUS_BAD_INPUT);
        message_check(&diag, file.path, expected);
        assert_int_equal(packet.number, good);
    }
    packet_reader_close(reader);
    file_end(&file);
}

static void start_refusal_check(const struct pcap_start *start, const char *expected)
{
    for (unsigned big = 0; big < 2; big++) {
        struct bytes *bytes = bytes_make(big);

        put_pcap(bytes, start);
        refusal_check(bytes->at, bytes->size, 0, expected);
        free(bytes);
    }
}

static void a_pcap_file_with_another_header_is_refused(void **unused)
{
    struct pcap_start start = PCAP_GOOD;

    (void)unused;
    start.minor = 3;
    start_refusal_check(&start, ": pcap version 2.3; expected 2.4");
    start = PCAP_GOOD;
    start.major = 3;
    start_refusal_check(&start, ": pcap version 3.4; expected 2.4");
    start = PCAP_GOOD;
    start.snapshot = PACKET_SNAPSHOT_MAX_BYTES + 1;
    start_refusal_check(&start, ": snapshot length 262145; expected at most 262144");
    start.snapshot = UINT32_MAX;
    start_refusal_check(&start, ": snapshot length 4294967295; expected at most 262144");
    start = PCAP_GOOD;
    start.link = LINK_SLL;
    start_refusal_check(&start,
                        ": link type LINUX_SLL (Linux cooked v1); expected Ethernet (EN10MB)");
    start.link = 65000;
    start_refusal_check(&start, ": link type 65000; expected Ethernet (EN10MB)");
    start.link = LINK_ETHERNET | 0x24000000;
    start_refusal_check(&start, ": frames carry their check sequence; expected frames without it");
}

static void a_pcap_record_that_cannot_be_is_refused(void **unused)
{
    static const struct {
        struct pcap_record record;
        const char *expected;
    } bad[] = {
        {{6, 0, 65536, 65536},
         ": packet 2: captured length 65536; expected at most the snapshot length, 65535"},
        {{6, 0, UINT32_MAX, UINT32_MAX},
         ": packet 2: captured length 4294967295; expected at most the snapshot length, 65535"},
        {{6, 0, 61, 60},
         ": packet 2: captured length 61; expected at most the original length, 60"},
        {{6, 0, 0, 0}, ": packet 2: frame of 0 bytes; expected at least 14, its header"},
        {{6, 0, 13, 60}, ": packet 2: frame of 13 bytes; expected at least 14, its header"},
        {{6, 0, 16385, 16385}, ": packet 2: frame of 16385 bytes; expected at most 16384"},
        {{6, 0, 60, 16385}, ": packet 2: frame of 16385 bytes; expected at most 16384"},
        {{6, 1000000, 60, 60},
         ": packet 2: 1000000000 ns within a second; expected less than 1000000000"},
        {{6, 4294968, 60, 60}, /* times 1000 it does not fit 32 bits */
         ": packet 2: 4294968000 ns within a second; expected less than 1000000000"},
        {{4, 6, 60, 60},
         ": packet 2: time goes back by 1000001000 ns; expected at most 1000000000 "
         "(reordercap of Wireshark sorts a capture)"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        for (unsigned big = 0; big < 2; big++) {
            struct bytes *bytes = bytes_make(big);

            put_pcap(bytes, &PCAP_GOOD);
            put_record(bytes, &PCAP_FIRST);
            put_record(bytes, &bad[i].record);
            refusal_check(bytes->at, bytes->size, 1, bad[i].expected);
            free(bytes);
        }
}

/* Every shorter file is refused, but for those that end between two records. */
static void a_pcap_file_that_ends_early_is_refused(void **unused)
{
    struct bytes *bytes = two_packets_make(false, MAGIC_MICRO);
    const size_t head = 24, second = head + 16 + FRAME_BYTES;

    (void)unused;
    refusal_check(bytes->at, 0, 0, ": file is empty; expected a capture, pcap or pcapng");
    refusal_check(bytes->at, 3, 0, ": not a capture; expected pcap or pcapng, plain or zstd");
    refusal_check(bytes->at, 4, 0, ": file header of 4 bytes: truncated; expected 24");
    refusal_check(bytes->at, head - 1, 0, ": file header of 23 bytes: truncated; expected 24");
    refusal_check(bytes->at, head + 1, 0,
                  ": packet 1: record header of 1 bytes: truncated; expected 16");
    refusal_check(bytes->at, second + 15, 1,
                  ": packet 2: record header of 15 bytes: truncated; expected 16");
    refusal_check(bytes->at, second + 16, 1,
                  ": packet 2: file ends after 0 of its bytes: truncated; expected 20");
    refusal_check(bytes->at, bytes->size - 1, 1,
                  ": packet 2: file ends after 19 of its bytes: truncated; expected 20");
    free(bytes);
}

static void a_damaged_pcapng_is_refused(void **unused)
{
    struct bytes *bytes = bytes_make(false);
    size_t interface, packet;

    (void)unused;
    put_section(bytes);
    interface = bytes->size;
    put_interface(bytes, LINK_ETHERNET, SNAPSHOT, 9);
    packet = bytes->size;
    put_packet(bytes, 5, FRAME_BYTES, FRAME_BYTES);
    refusal_check(bytes->at, interface - 1, 0,
                  ": file ends before its first interface; expected one");
    refusal_check(bytes->at, interface, 0, ": file ends before its first interface; expected one");
    refusal_check(bytes->at, packet + 3, 0,
                  ": packet 1: file ends inside a block: truncated; expected the rest of it");
    refusal_check(bytes->at, bytes->size - 1, 0,
                  ": packet 1: file ends inside a block: truncated; expected the rest of it");
    bytes->at[bytes->size - 4] ^= 4; /* the length at the end differs from the one in front */
    refusal_check(bytes->at, bytes->size, 0, ": packet 1: damaged (");
    free(bytes);
}

static void a_pcapng_packet_that_cannot_be_is_refused(void **unused)
{
    static const struct {
        uint64_t time_ns;
        uint32_t captured, original;
        const char *expected;
    } bad[] = {
        {9, 61, 60, ": packet 2: captured length 61; expected at most the original length, 60"},
        {9, 0, 60, ": packet 2: frame of 0 bytes; expected at least 14, its header"},
        {9, 20000, 20000, ": packet 2: frame of 20000 bytes; expected at most 16384"},
        {999999999, 60, 60,
         ": packet 2: time goes back by 1000000001 ns; expected at most 1000000000 "
         "(reordercap of Wireshark sorts a capture)"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct bytes *bytes = bytes_make(i & 1);

        put_section(bytes);
        put_interface(bytes, LINK_ETHERNET, SNAPSHOT, 9);
        put_packet(bytes, i == 3 ? 2000000000 : 0, FRAME_BYTES, FRAME_BYTES);
        put_packet(bytes, bad[i].time_ns, bad[i].captured, bad[i].original);
        refusal_check(bytes->at, bytes->size, 1, bad[i].expected);
        free(bytes);
    }
}

static void a_pcapng_of_another_link_type_is_refused(void **unused)
{
    struct bytes *bytes = bytes_make(false);

    (void)unused;
    put_section(bytes);
    put_interface(bytes, LINK_SLL, SNAPSHOT, 9);
    refusal_check(bytes->at, bytes->size, 0,
                  ": link type LINUX_SLL (Linux cooked v1); expected Ethernet (EN10MB)");
    bytes->size = 0;
    put_section(bytes);
    put_interface(bytes, LINK_ETHERNET, PACKET_SNAPSHOT_MAX_BYTES + 1, 9);
    refusal_check(bytes->at, bytes->size, 0, ": snapshot length 262145; expected at most 262144");
    bytes->size = 0;
    put_section(bytes);
    put_interface(bytes, LINK_ETHERNET, SNAPSHOT, 9);
    put_interface(bytes, LINK_SLL, SNAPSHOT, 9);
    refusal_check(bytes->at, bytes->size, 0, ": packet 1: damaged (");
    free(bytes);
}

static void damaged_compression_is_refused(void **unused)
{
    struct bytes *bytes = two_packets_make(false, MAGIC_MICRO);
    struct file file = zstd_file_make(bytes);
    struct stat info;

    (void)unused;
    assert_int_equal(stat(file.path, &info), 0);
    assert_int_equal(truncate(file.path, info.st_size - 1), 0);
    open_refusal_check(file.path, ": file ends inside a zstd frame: truncated; expected the rest "
                                  "of the frame");
    assert_false(packet_capture_matches(file.path));
    file_end(&file);
    free(bytes);
}

static void what_is_no_capture_is_refused(void **unused)
{
    static const char text[] = "{\"format\":\"cvm-exit-trace\"}\n";

    (void)unused;
    refusal_check(text, sizeof text - 1, 0,
                  ": not a capture; expected pcap or pcapng, plain or zstd");
    open_refusal_check("/nonexistent.pcap", ": cannot open: No such file or directory");
    open_refusal_check(CVMLAB_SOURCE_DIR, ": is a directory; expected a file");
    open_refusal_check("/dev/null", ": file is empty; expected a capture, pcap or pcapng");
    assert_false(packet_capture_matches("/nonexistent.pcap"));
    assert_false(packet_capture_matches(CVMLAB_SOURCE_DIR));
    assert_false(packet_capture_matches("/dev/null"));
    assert_false(packet_capture_matches("-"));
}

static void a_file_that_must_not_be_read_is_refused(void **unused)
{
    struct file file = file_make("", 0);

    (void)unused;
    if (geteuid() == 0) { /* root reads everything */
        file_end(&file);
        skip();
    }
    assert_int_equal(chmod(file.path, 0), 0);
    open_refusal_check(file.path, ": cannot open: Permission denied");
    file_end(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pcap_file_with_another_header_is_refused),
        cmocka_unit_test(a_pcap_record_that_cannot_be_is_refused),
        cmocka_unit_test(a_pcap_file_that_ends_early_is_refused),
        cmocka_unit_test(a_damaged_pcapng_is_refused),
        cmocka_unit_test(a_pcapng_packet_that_cannot_be_is_refused),
        cmocka_unit_test(a_pcapng_of_another_link_type_is_refused),
        cmocka_unit_test(damaged_compression_is_refused),
        cmocka_unit_test(what_is_no_capture_is_refused),
        cmocka_unit_test(a_file_that_must_not_be_read_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
