/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_gdb_packet.c — packets of GDB's protocol: taken apart, made, and read. */
#include "gdb/packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What the last byte of a text brings about; those before it bring about nothing. */
static enum packet_event take(struct packet_reader *reader, const char *text)
{
    enum packet_event event = PACKET_NOTHING;

    for (; *text; text++) {
        assert_int_equal(event, PACKET_NOTHING);
        event = packet_take(reader, (uint8_t)*text);
    }
    return event;
}

static void a_whole_packet_is_taken(void **unused)
{
    struct packet_reader reader = {0};
    (void)unused;

    assert_int_equal(take(&reader, "+$m80000000,4#55"), PACKET_WHOLE);
    assert_string_equal(reader.text, "m80000000,4");
    assert_int_equal(reader.size_bytes, 11);
    assert_int_equal(take(&reader, "$#00"), PACKET_WHOLE);
    assert_int_equal(reader.size_bytes, 0);
    assert_int_equal(take(&reader, "$c#63"), PACKET_WHOLE);
    assert_string_equal(reader.text, "c");
}

static void escaped_bytes_are_what_they_stand_for(void **unused)
{
    struct packet_reader reader = {0};
    (void)unused;

    assert_int_equal(take(&reader, "$X0,3:}\x03}\x04}]#fc"), PACKET_WHOLE);
    assert_int_equal(reader.size_bytes, 8);
    assert_memory_equal(reader.text + 5, "#$}", 3);
}

static void wrong_checksums_are_broken_packets(void **unused)
{
    static const char *const texts[] = {"$c#64", "$c#6g", "$c#g3", "$c#}}", "$}#00##9"};
    (void)unused;

    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct packet_reader reader = {0};

        assert_int_equal(take(&reader, texts[i]), PACKET_BROKEN);
        assert_int_equal(take(&reader, "$c#63"), PACKET_WHOLE);
    }
}

static void a_dollar_begins_a_packet_anew(void **unused)
{
    struct packet_reader reader = {0};
    (void)unused;

    assert_int_equal(take(&reader, "$half a pack$s#73"), PACKET_WHOLE);
    assert_string_equal(reader.text, "s");
}

static void a_long_packet_is_lost_and_the_next_is_not(void **unused)
{
    struct packet_reader reader = {0};
    char sum[8];
    (void)unused;

    (void)packet_take(&reader, '$');
    for (unsigned i = 0; i < PACKET_BYTES + 1; i++)
        assert_int_equal(packet_take(&reader, 'm'), PACKET_NOTHING);
    (void)snprintf(sum, sizeof sum, "#%02x", (unsigned)((PACKET_BYTES + 1) * 'm' % 256));
    assert_int_equal(take(&reader, sum), PACKET_LONG);
    assert_int_equal(take(&reader, "$s#73"), PACKET_WHOLE);
}

static void bytes_outside_of_packets_have_a_meaning_or_none(void **unused)
{
    struct packet_reader reader = {0};
    (void)unused;

    assert_int_equal(take(&reader, "\x03"), PACKET_INTERRUPT);
    assert_int_equal(take(&reader, "-"), PACKET_REPEAT);
    assert_int_equal(take(&reader, "+#00xyz}\xff"), PACKET_NOTHING);
}

static void what_is_framed_is_taken_apart_again(void **unused)
{
    static const char data[] = "all of #$}* and \x01\x80 too";
    struct packet_reader reader = {0};
    enum packet_event event = PACKET_NOTHING;
    char frame[PACKET_FRAME_BYTES];
    size_t size = packet_frame(data, sizeof data, frame);
    (void)unused;

    assert_int_equal(size, sizeof data + 4 + 4);
    for (size_t i = 0; i < size; i++)
        event = packet_take(&reader, (uint8_t)frame[i]);
    assert_int_equal(event, PACKET_WHOLE);
    assert_int_equal(reader.size_bytes, sizeof data);
    assert_memory_equal(reader.text, data, sizeof data);
}

static void a_full_reply_is_cut_at_a_whole_piece(void **unused)
{
    struct reply reply;
    (void)unused;

    reply_set(&reply, "abc");
    for (unsigned i = 0; i < PACKET_BYTES; i++)
        reply_add(&reply, "%04x", i);
    assert_true(reply.is_cut);
    assert_int_equal(reply.size_bytes, 3 + (PACKET_BYTES - 3) / 4 * 4);
    assert_int_equal(strlen(reply.text), reply.size_bytes);
    reply_set(&reply, "");
    reply_add_register(&reply, 0x1122334455667788, 4);
    reply_add_hex(&reply, "\x01\xff", 2);
    assert_false(reply.is_cut);
    assert_string_equal(reply.text, "8877665501ff");
}

static void numbers_and_bytes_are_read_to_their_end(void **unused)
{
    static const char text[] = "12aF,ffffffffffffffff,10000000000000000";
    struct cursor cursor = {text, text + sizeof text - 1};
    uint64_t value;
    uint8_t bytes[2];
    (void)unused;

    assert_true(cursor_number(&cursor, &value));
    assert_int_equal(value, 0x12af);
    assert_false(cursor_number(&cursor, &value));
    assert_false(cursor_take(&cursor, ",g"));
    assert_true(cursor_take(&cursor, ","));
    assert_true(cursor_number(&cursor, &value));
    assert_int_equal(value, UINT64_MAX);
    assert_true(cursor_take(&cursor, ","));
    assert_false(cursor_number(&cursor, &value)); /* 65 bits */

    cursor = (struct cursor){text, text + 5};
    assert_true(cursor_hex(&cursor, bytes, 2));
    assert_memory_equal(bytes, "\x12\xaf", 2);
    assert_false(cursor_hex(&cursor, bytes, 1)); /* one byte is left, and it is no digit */
    cursor = (struct cursor){text + 2, text + 5};
    assert_false(cursor_hex(&cursor, bytes, 2));
    assert_ptr_equal(cursor.at, text + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_packet_is_taken),
        cmocka_unit_test(escaped_bytes_are_what_they_stand_for),
        cmocka_unit_test(wrong_checksums_are_broken_packets),
        cmocka_unit_test(a_dollar_begins_a_packet_anew),
        cmocka_unit_test(a_long_packet_is_lost_and_the_next_is_not),
        cmocka_unit_test(bytes_outside_of_packets_have_a_meaning_or_none),
        cmocka_unit_test(what_is_framed_is_taken_apart_again),
        cmocka_unit_test(a_full_reply_is_cut_at_a_whole_piece),
        cmocka_unit_test(numbers_and_bytes_are_read_to_their_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
