/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_packet_player.c — captures held in memory, and played: in loops, at their own
 * pace and at others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "packet_fixture.h"
#include "trace/packet_player.h"

#define ESP CVMLAB_SOURCE_DIR "/traces/packets/esp-aes-gcm.pcap.zst"

enum { PACKETS = 3, ESP_PACKETS = 5618, ESP_BYTES = 4951808 };

/* Recorded times of the set below, and the sizes of its frames. */
static const uint64_t TIME_NS[PACKETS] = {1000, 1700, 2000};
static const uint32_t SIZE[PACKETS] = {40, 60, 1514};

static struct packet_set *set_make(void)
{
    static uint8_t frame[PACKET_FRAME_MAX_BYTES];
    struct packet_set *set = packet_set_create();

    assert_non_null(set);
    for (unsigned i = 0; i < PACKETS; i++) {
        struct packet packet = {99, TIME_NS[i], frame, SIZE[i], SIZE[i]};

        memset(frame, (int)i, sizeof frame);
        assert_int_equal(packet_set_append(set, &packet), STATUS_OK);
    }
    return set;
}

static void a_set_holds_copies_that_do_not_move(void **unused)
{
    struct packet_set *set = set_make();
    size_t count;
    const struct packet *packet = packet_set_packets(set, &count);
    const uint8_t *first = packet[0].frame;
    struct packet more = {1, UINT64_MAX, first, 16000, 16000};
    uint8_t *large = calloc(1, 16000);

    (void)unused;
    assert_non_null(large);
    assert_int_equal(count, PACKETS);
    more.frame = large;
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(packet_set_append(set, &more), STATUS_OK);
    free(large);
    packet = packet_set_packets(set, &count);
    assert_int_equal(count, PACKETS + 1000);
    assert_ptr_equal(packet[0].frame, first);
    assert_int_equal(packet_set_frame_bytes(set), 40 + 60 + 1514 + 16000 * 1000);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(packet[i].number, i + 1);
        assert_int_equal((uintptr_t)packet[i].frame % PACKET_SET_ALIGN_BYTES, 0);
        assert_int_equal(packet[i].frame[packet[i].frame_bytes - 1], i < PACKETS ? i : 0);
    }
    packet_set_free(set);
}

static void a_set_takes_no_packet_that_cannot_be(void **unused)
{
    static uint8_t frame[PACKET_FRAME_MAX_BYTES + 1];
    const struct packet bad[] = {
        {1, 2000, frame, PACKET_FRAME_MIN_BYTES - 1, 60},
        {1, 2000, frame, 61, 60},
        {1, 2000, frame, PACKET_FRAME_MAX_BYTES + 1, PACKET_FRAME_MAX_BYTES + 1},
        {1, 1999, frame, 60, 60},
    };
    struct packet_set *set = set_make();
    size_t count;

    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(packet_set_append(set, &bad[i]), STATUS_BAD_INPUT);
    (void)packet_set_packets(set, &count);
    assert_int_equal(count, PACKETS);
    packet_set_free(set);
    packet_set_free(NULL);
}

static void a_capture_is_loaded_whole_or_not_at_all(void **unused)
{
    struct diagnostic diag = {{0}};
    struct packet_set *set = packet_set_load(ESP, &diag);
    struct bytes *bytes = bytes_make(false);
    struct file file;
    size_t count;

    (void)unused;
    if (!set)
        fail_msg("%s", diag.text);
    assert_non_null(packet_set_packets(set, &count));
    assert_int_equal(count, ESP_PACKETS);
    assert_int_equal(packet_set_frame_bytes(set), ESP_BYTES);
    packet_set_free(set);
    put_pcap(bytes, &PCAP_GOOD);
    put_record(bytes, &PCAP_FIRST);
    file = file_make(bytes->at, bytes->size - 1);
    assert_null(packet_set_load(file.path, &diag));
    assert_non_null(strstr(diag.text, ": packet 1: file ends after 59 of its bytes"));
    assert_null(packet_set_load("/nonexistent", &diag));
    file_end(&file);
    free(bytes);
}

/* Plays the set and compares numbers, frames and times; expected holds loops * PACKETS of them. */
static void times_check(const struct packet_pacing *pacing, const uint64_t *expected,
                        unsigned loops)
{
    struct packet_set *set = set_make();
    struct diagnostic diag = {{0}};
    struct packet_player *player = packet_player_of_set(set, pacing, &diag);
    struct packet packet;

    if (!player)
        fail_msg("%s", diag.text);
    for (unsigned i = 0; i < loops * PACKETS; i++) {
        assert_int_equal(packet_player_next(player, &packet, &diag), STATUS_OK);
        assert_int_equal(packet.number, i + 1);
        assert_int_equal(packet.frame_bytes, SIZE[i % PACKETS]);
        assert_int_equal(packet.frame[0], i % PACKETS);
        assert_int_equal(packet.time_ns, expected[i]);
    }
    for (unsigned again = 0; again < 2; again++)
        assert_int_equal(packet_player_next(player, &packet, &diag), STATUS_END);
    packet_player_close(player);
    packet_set_free(set);
}

static void the_recorded_pace_begins_at_zero_and_loops_after_a_mean_gap(void **unused)
{
    static const uint64_t once[] = {0, 700, 1000}, twice[] = {0, 700, 1000, 1500, 2200, 2500};

    (void)unused;
    times_check(&(struct packet_pacing){.pace = PACKET_PACE_RECORDED}, once, 1);
    times_check(&(struct packet_pacing){.pace = PACKET_PACE_RECORDED, .loops = 2}, twice, 2);
}

static void a_packet_rate_spaces_packets_evenly_without_drift(void **unused)
{
    static const uint64_t thirds[] = {0, 333333333, 666666666, 1000000000, 1333333333, 1666666666};
    static const uint64_t pairs[] = {0, 0, 666666666, 666666666, 1333333333, 1333333333};

    (void)unused;
    times_check(&(struct packet_pacing){PACKET_PACE_PACKETS, 3, 1, 2}, thirds, 2);
    times_check(&(struct packet_pacing){PACKET_PACE_PACKETS, 3, 2, 2}, pairs, 2);
}

/* At 1 Gb/s a byte takes 8 ns: 60 bytes (also for the one of 40) and 24 more take 672 ns. */
static void a_bit_rate_counts_what_a_frame_takes_on_the_wire(void **unused)
{
    static const uint64_t expected[] = {0, 672, 1344, 1344 + 12304, 14320, 14992};

    (void)unused;
    times_check(&(struct packet_pacing){PACKET_PACE_BITS, 1000000000, 0, 2}, expected, 2);
}

static void at_full_speed_every_packet_is_there_at_once(void **unused)
{
    static const uint64_t expected[3 * PACKETS] = {0};

    (void)unused;
    times_check(&(struct packet_pacing){.pace = PACKET_PACE_FULL, .loops = 3}, expected, 3);
}

/* Every loop of a file gives what a loop of the same packets in memory gives. */
static void a_file_plays_as_its_packets_in_memory_do(void **unused)
{
    struct packet_pacing pacing = {.pace = PACKET_PACE_RECORDED, .loops = 3};
    struct packet_set *set = packet_set_load(ESP, NULL);
    struct packet_player *memory = packet_player_of_set(set, &pacing, NULL);
    struct packet_player *file = packet_player_of_file(ESP, &pacing, NULL);
    struct packet left, right;
    uint64_t count = 0;

    (void)unused;
    assert_non_null(set);
    assert_non_null(memory);
    assert_non_null(file);
    while (packet_player_next(memory, &left, NULL) == STATUS_OK) {
        assert_int_equal(packet_player_next(file, &right, NULL), STATUS_OK);
        assert_int_equal(left.number, right.number);
        assert_int_equal(left.time_ns, right.time_ns);
        assert_int_equal(left.frame_bytes, right.frame_bytes);
        assert_memory_equal(left.frame, right.frame, left.frame_bytes);
        count++;
    }
    assert_int_equal(packet_player_next(file, &right, NULL), STATUS_END);
    assert_int_equal(count, 3 * ESP_PACKETS);
    packet_player_close(file);
    packet_player_close(memory);
    packet_set_free(set);
}

static void a_loop_over_no_packets_ends(void **unused)
{
    struct packet_pacing pacing = {.pace = PACKET_PACE_FULL, .loops = UINT64_MAX};
    struct packet_set *set = packet_set_create();
    struct packet_player *player = packet_player_of_set(set, &pacing, NULL);
    struct packet packet;

    (void)unused;
    assert_non_null(player);
    assert_int_equal(packet_player_next(player, &packet, NULL), STATUS_END);
    assert_int_equal(packet_player_next(player, &packet, NULL), STATUS_END);
    packet_player_close(player);
    packet_set_free(set);
}

static void pacing_that_cannot_be_is_refused(void **unused)
{
    struct packet_pacing stopped = {.pace = PACKET_PACE_BITS};
    struct packet_pacing loop = {.pace = PACKET_PACE_FULL, .loops = 2};
    struct diagnostic diag = {{0}};

    (void)unused;
    assert_null(packet_player_of_file(ESP, &stopped, &diag));
    assert_string_equal(diag.text, ESP ": rate 0; expected at least 1 per second");
    assert_null(packet_player_of_file("-", &loop, &diag));
    assert_string_equal(diag.text,
                        "-: standard input is read once; expected a file to play in a loop");
    assert_null(packet_player_of_file("/nonexistent", &loop, &diag));
    assert_string_equal(diag.text, "/nonexistent: cannot open: No such file or directory");
    packet_player_close(NULL);
}

static void times_beyond_what_can_be_counted_are_refused(void **unused)
{
    struct packet_pacing pacing = {.pace = PACKET_PACE_RECORDED, .loops = 3};
    struct packet_set *set = set_make();
    struct packet last = {1, UINT64_MAX, NULL, 60, 60}, packet;
    uint8_t frame[60] = {0};
    struct packet_player *player;
    struct diagnostic diag = {{0}};

    (void)unused;
    last.frame = frame;
    assert_int_equal(packet_set_append(set, &last), STATUS_OK);
    player = packet_player_of_set(set, &pacing, &diag);
    assert_non_null(player);
    for (unsigned i = 0; i < PACKETS + 1; i++)
        assert_int_equal(packet_player_next(player, &packet, &diag), STATUS_OK);
    assert_int_equal(packet_player_next(player, &packet, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "packets in memory: played for too long; expected less than "
                                   "2^64 ns, 584 years");
    packet_player_close(player);
    packet_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_holds_copies_that_do_not_move),
        cmocka_unit_test(a_set_takes_no_packet_that_cannot_be),
        cmocka_unit_test(a_capture_is_loaded_whole_or_not_at_all),
        cmocka_unit_test(the_recorded_pace_begins_at_zero_and_loops_after_a_mean_gap),
        cmocka_unit_test(a_packet_rate_spaces_packets_evenly_without_drift),
        cmocka_unit_test(a_bit_rate_counts_what_a_frame_takes_on_the_wire),
        cmocka_unit_test(at_full_speed_every_packet_is_there_at_once),
        cmocka_unit_test(a_file_plays_as_its_packets_in_memory_do),
        cmocka_unit_test(a_loop_over_no_packets_ends),
        cmocka_unit_test(pacing_that_cannot_be_is_refused),
        cmocka_unit_test(times_beyond_what_can_be_counted_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
