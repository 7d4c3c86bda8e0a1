/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_packet_out.c — the pcapng writer: what it writes, byte by byte, and what of it
 * comes back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>

#include "packet_fixture.h"
#include "trace/packet_out.h"

static const struct packet_hop HOPS[] = {{"nic0.wire", "what came in"}, {"guest0.rx", NULL}};

enum { HOP_COUNT = 2, WIRE = 0, GUEST = 1 };

static uint8_t frame[PACKET_FRAME_MAX_BYTES + 1];

/* A packet of the pattern that put_frame writes. */
static struct packet packet_make(uint64_t time_ns, uint32_t frame_bytes)
{
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = frame_byte(i);
    return (struct packet){1, time_ns, frame, frame_bytes, frame_bytes};
}

/* A folder of its own for each test; at the end it must hold nothing but path. */
struct fixture {
    char folder[PATH_BYTES];
    char path[2 * PATH_BYTES];
};

static struct fixture fixture_make(const char *name)
{
    struct fixture fix = {.folder = P_tmpdir "/cvmlab-test-XXXXXX"};

    assert_non_null(mkdtemp(fix.folder));
    (void)snprintf(fix.path, sizeof fix.path, "%s/%s", fix.folder, name);
    return fix;
}

static void fixture_end(const struct fixture *fix)
{
    (void)unlink(fix->path);
    assert_int_equal(rmdir(fix->folder), 0);
}

static struct packet_writer *writer_make(const struct fixture *fix)
{
    struct diagnostic diag = {{0}};
    struct packet_writer *writer = packet_writer_create(fix->path, HOPS, HOP_COUNT, &diag);

    if (!writer)
        fail_msg("%s", diag.text);
    return writer;
}

static void put(struct packet_writer *writer, const struct packet *packet,
                const struct packet_sight *sight)
{
    struct diagnostic diag = {{0}};

    if (packet_writer_put(writer, packet, sight, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
}

static void commit(struct packet_writer *writer)
{
    struct diagnostic diag = {{0}};

    if (packet_writer_commit(writer, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
}

/* The same file, put together from the specification (draft-ietf-opsawg-pcapng). */

static void put_option(struct bytes *bytes, unsigned code, const void *value, unsigned size)
{
    put16(bytes, code);
    put16(bytes, size);
    for (unsigned i = 0; i < size; i++)
        put8(bytes, ((const uint8_t *)value)[i]);
    while (bytes->size % 4 != 0)
        put8(bytes, 0);
}

static void put_hop(struct bytes *bytes, const char *name, const char *description)
{
    size_t start = block_begin(bytes, BLOCK_INTERFACE);

    put16(bytes, LINK_ETHERNET);
    put16(bytes, 0);
    put32(bytes, 16384);
    put_option(bytes, 2, name, (unsigned)strlen(name));
    if (description)
        put_option(bytes, 3, description, (unsigned)strlen(description));
    put_option(bytes, 9, "\x09", 1);
    put32(bytes, 0);
    block_end(bytes, start);
}

static void put_sight(struct bytes *bytes, uint32_t hop, const uint8_t *time, uint32_t captured,
                      uint32_t original)
{
    size_t start = block_begin(bytes, BLOCK_PACKET);

    put32(bytes, hop);
    for (unsigned i = 0; i < 8; i++)
        put8(bytes, time[i]);
    put32(bytes, captured);
    put32(bytes, original);
    put_frame(bytes, captured);
    while (bytes->size % 4 != 0)
        put8(bytes, 0);
    if (hop == WIRE)
        put_option(bytes, 1, "copy 1", 6);
    put_option(bytes, 2, hop == WIRE ? "\x01\0\0" : "\0\0\0", 4);
    put_option(bytes, 5, "\x08\x07\x06\x05\x04\x03\x02\x01", 8);
    put32(bytes, 0);
    block_end(bytes, start);
}

static void put_statistics(struct bytes *bytes, uint32_t hop, const uint8_t *time)
{
    size_t start = block_begin(bytes, 5);

    put32(bytes, hop);
    for (unsigned i = 0; i < 8; i++)
        put8(bytes, time[i]);
    put_option(bytes, 2, time, 8);
    put_option(bytes, 3, time, 8);
    put_option(bytes, 4, "\x01\0\0\0\0\0\0", 8);
    put32(bytes, 0);
    block_end(bytes, start);
}

static void file_check(const char *path, const struct bytes *expected)
{
    struct bytes *got = bytes_make(false);
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    got->size = fread(got->at, 1, sizeof got->at, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(got->size, expected->size);
    assert_memory_equal(got->at, expected->at, got->size);
    free(got);
}

static void every_byte_is_as_the_specification_says(void **unused)
{
    /* 0x0000000100000002 ns and 3 ns more: the upper word comes first */
    static const uint8_t first[] = {1, 0, 0, 0, 2, 0, 0, 0}, second[] = {1, 0, 0, 0, 5, 0, 0, 0};
    struct packet_sight wire = {WIRE, PACKET_INBOUND, 0x0102030405060708, "copy 1"};
    struct packet_sight guest = {GUEST, PACKET_NO_DIRECTION, 0x0102030405060708, NULL};
    struct packet packet = packet_make(0x100000002, 61);
    struct fixture fix = fixture_make("a.pcapng");
    struct packet_writer *writer = writer_make(&fix);
    struct bytes *expected = bytes_make(false);
    size_t start;

    (void)unused;
    put(writer, &packet, &wire);
    packet.time_ns += 3;
    packet.wire_bytes = 90;
    put(writer, &packet, &guest);
    assert_int_equal(access(fix.path, F_OK), -1); /* not before it is complete */
    commit(writer);

    start = block_begin(expected, BLOCK_SECTION);
    put32(expected, SECTION_MAGIC);
    put16(expected, 1);
    put16(expected, 0);
    put32(expected, 0xffffffff);
    put32(expected, 0xffffffff);
    put_option(expected, 4, "cvmlab", 6);
    put32(expected, 0);
    block_end(expected, start);
    put_hop(expected, "nic0.wire", "what came in");
    put_hop(expected, "guest0.rx", NULL);
    put_sight(expected, WIRE, first, 61, 61);
    put_sight(expected, GUEST, second, 61, 90);
    put_statistics(expected, WIRE, first);
    put_statistics(expected, GUEST, second);
    file_check(fix.path, expected);
    free(expected);
    fixture_end(&fix);
}

/* Frames of all lengths modulo four, at two hops; sizes count what the reader gives back. */
static void round_trip_check(const char *name)
{
    struct fixture fix = fixture_make(name);
    struct packet_writer *writer = writer_make(&fix);
    struct packet_reader *reader;
    struct diagnostic diag = {{0}};
    struct packet packet;
    uint32_t count = 200;

    for (uint32_t i = 0; i < count; i++) {
        struct packet_sight sight = {i % HOP_COUNT, PACKET_OUTBOUND, i / HOP_COUNT, "copy"};

        packet = packet_make(1700000000000000000 + i, PACKET_FRAME_MIN_BYTES + i);
        put(writer, &packet, &sight);
    }
    packet = packet_make(1800000000000000000, PACKET_FRAME_MAX_BYTES);
    put(writer, &packet, &(struct packet_sight){WIRE, PACKET_INBOUND, UINT64_MAX, NULL});
    commit(writer);
    reader = packet_reader_open(fix.path, &diag);
    if (!reader)
        fail_msg("%s", diag.text);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(packet_reader_next(reader, &packet, &diag), STATUS_OK);
        assert_int_equal(packet.time_ns, 1700000000000000000 + i);
        assert_int_equal(packet.frame_bytes, PACKET_FRAME_MIN_BYTES + i);
        assert_int_equal(packet.wire_bytes, packet.frame_bytes);
        assert_memory_equal(packet.frame, frame, packet.frame_bytes);
    }
    assert_int_equal(packet_reader_next(reader, &packet, &diag), STATUS_OK);
    assert_int_equal(packet.frame_bytes, PACKET_FRAME_MAX_BYTES);
    assert_memory_equal(packet.frame, frame, packet.frame_bytes);
    assert_int_equal(packet_reader_next(reader, &packet, &diag), STATUS_END);
    assert_true(packet_reader_capture(reader)->is_pcapng);
    packet_reader_close(reader);
    fixture_end(&fix);
}

static void what_was_written_comes_back_plain_and_compressed(void **unused)
{
    (void)unused;
    round_trip_check("a.pcapng");
    round_trip_check("a.pcapng.zst");
}

static void a_file_without_packets_is_a_capture(void **unused)
{
    struct fixture fix = fixture_make("a.pcapng");
    struct packet_reader *reader;
    struct packet packet;

    (void)unused;
    commit(writer_make(&fix));
    reader = packet_reader_open(fix.path, NULL);
    assert_non_null(reader);
    assert_int_equal(packet_reader_next(reader, &packet, NULL), STATUS_END);
    packet_reader_close(reader);
    fixture_end(&fix);
}

static void put_refusal_check(struct packet_writer *writer, const struct fixture *fix,
                              const struct packet *packet, const struct packet_sight *sight,
                              const char *expected)
{
    struct diagnostic diag = {{0}};

    assert_int_equal(packet_writer_put(writer, packet, sight, &diag), STATUS_BAD_INPUT);
    assert_int_equal(strncmp(diag.text, fix->path, strlen(fix->path)), 0);
    assert_string_equal(diag.text + strlen(fix->path), expected);
}

static void a_refused_packet_leaves_no_trace_in_the_file(void **unused)
{
    static char long_text[PACKET_TEXT_MAX_BYTES + 2];
    struct packet good = packet_make(50, 60), bad = good;
    struct packet_sight sight = {WIRE, PACKET_INBOUND, 7, NULL}, wrong = sight;
    struct fixture fix = fixture_make("a.pcapng"), other = fixture_make("b.pcapng");
    struct packet_writer *writer = writer_make(&fix), *plain = writer_make(&other);
    struct bytes *expected = bytes_make(false);
    FILE *file;

    (void)unused;
    put(plain, &good, &sight);
    commit(plain);
    put(writer, &good, &sight);
    wrong.hop = HOP_COUNT;
    put_refusal_check(writer, &fix, &good, &wrong, ": hop 2; expected less than 2");
    wrong = sight;
    memset(long_text, 'a', sizeof long_text - 1);
    wrong.comment = long_text;
    put_refusal_check(writer, &fix, &good, &wrong,
                      ": packet 7: comment is too long; expected UTF-8 of at most 4096 bytes");
    wrong.comment = "\xff";
    put_refusal_check(writer, &fix, &good, &wrong,
                      ": packet 7: comment is not UTF-8; expected UTF-8 of at most 4096 bytes");
    bad.frame_bytes = 13;
    put_refusal_check(writer, &fix, &bad, &sight,
                      ": packet 7: 13 bytes of a frame of 60; expected 14 to 16384, and no more "
                      "than the frame");
    bad.frame_bytes = 61;
    put_refusal_check(writer, &fix, &bad, &sight,
                      ": packet 7: 61 bytes of a frame of 60; expected 14 to 16384, and no more "
                      "than the frame");
    bad.frame_bytes = bad.wire_bytes = PACKET_FRAME_MAX_BYTES + 1;
    put_refusal_check(writer, &fix, &bad, &sight,
                      ": packet 7: 16385 bytes of a frame of 16385; expected 14 to 16384, and no "
                      "more than the frame");
    bad = good;
    bad.time_ns = 49;
    put_refusal_check(writer, &fix, &bad, &sight,
                      ": packet 7: time goes back by 1 ns at hop 0; expected times that do not "
                      "decrease");
    commit(writer);
    file = fopen(other.path, "rb");
    assert_non_null(file);
    expected->size = fread(expected->at, 1, sizeof expected->at, file);
    assert_int_equal(fclose(file), 0);
    file_check(fix.path, expected);
    free(expected);
    fixture_end(&fix);
    fixture_end(&other);
}

static void create_refusal_check(const char *path, const struct packet_hop *hops, uint32_t count,
                                 const char *expected)
{
    struct diagnostic diag = {{0}};

    assert_null(packet_writer_create(path, hops, count, &diag));
    assert_int_equal(strncmp(diag.text, path, strlen(path)), 0);
    assert_string_equal(diag.text + strlen(path), expected);
}

static void what_cannot_be_created_is_refused(void **unused)
{
    struct packet_hop hops[PACKET_HOP_MAX + 1] = {{NULL, NULL}};

    (void)unused;
    create_refusal_check("/nonexistent/a.pcapng", HOPS, HOP_COUNT,
                         ": cannot create: No such file or directory");
    create_refusal_check("/nonexistent/a.pcapng", HOPS, 0, ": 0 hops; expected 1 to 64");
    create_refusal_check("/nonexistent/a.pcapng", hops, PACKET_HOP_MAX + 1,
                         ": 65 hops; expected 1 to 64");
    hops[1].description = "\xc3";
    create_refusal_check("/nonexistent/a.pcapng", hops, 2,
                         ": hop 1: name or description is not UTF-8; expected UTF-8 of at most "
                         "4096 bytes");
}

static void a_file_that_is_there_stays_until_it_is_replaced(void **unused)
{
    struct fixture fix = fixture_make("a.pcapng");
    struct packet_writer *writer;
    struct stat info;

    (void)unused;
    commit(writer_make(&fix));
    assert_int_equal(truncate(fix.path, 3), 0);
    writer = writer_make(&fix);
    packet_writer_abandon(writer);
    assert_int_equal(stat(fix.path, &info), 0);
    assert_int_equal(info.st_size, 3);
    commit(writer_make(&fix));
    assert_int_equal(stat(fix.path, &info), 0);
    assert_true(info.st_size > 3);
    fixture_end(&fix);
    packet_writer_abandon(NULL);
}

static void a_full_device_is_said(void **unused)
{
    struct diagnostic diag = {{0}};
    struct packet_writer *writer = packet_writer_create("/dev/full", HOPS, HOP_COUNT, &diag);
    struct packet packet = packet_make(0, PACKET_FRAME_MAX_BYTES);
    struct packet_sight sight = {WIRE, PACKET_INBOUND, 0, NULL};
    enum status st = STATUS_OK;

    (void)unused;
    assert_non_null(writer);
    for (unsigned i = 0; i < 8 && st == STATUS_OK; i++)
        st = packet_writer_put(writer, &packet, &sight, &diag);
    assert_int_equal(st, STATUS_IO);
    assert_string_equal(diag.text, "/dev/full: cannot write: No space left on device");
    assert_int_equal(packet_writer_commit(writer, &diag), STATUS_BAD_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_as_the_specification_says),
        cmocka_unit_test(what_was_written_comes_back_plain_and_compressed),
        cmocka_unit_test(a_file_without_packets_is_a_capture),
        cmocka_unit_test(a_refused_packet_leaves_no_trace_in_the_file),
        cmocka_unit_test(what_cannot_be_created_is_refused),
        cmocka_unit_test(a_file_that_is_there_stays_until_it_is_replaced),
        cmocka_unit_test(a_full_device_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
