/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/packet.c — see packet.h. */
#include "gdb/packet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CONTROL_C = 0x03, ESCAPE_XOR = 0x20, NO_DIGIT = 16 };

static unsigned digit_of(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10u;
    return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10u : NO_DIGIT;
}

/* --- what arrives --- */

static void packet_begin(struct packet_reader *reader)
{
    reader->state = PACKET_DATA;
    reader->sum = 0;
    reader->is_long = false;
    reader->is_broken = false;
    reader->size_bytes = 0;
}

static void packet_put(struct packet_reader *reader, uint8_t byte)
{
    if (reader->size_bytes < PACKET_BYTES)
        reader->text[reader->size_bytes++] = (char)byte;
    else
        reader->is_long = true;
}

static enum packet_event outside_take(struct packet_reader *reader, uint8_t byte)
{
    switch (byte) {
    case '$':
        packet_begin(reader);
        return PACKET_NOTHING;
    case '-':
        return PACKET_REPEAT;
    case CONTROL_C:
        return PACKET_INTERRUPT;
    default: /* '+', or noise */
        return PACKET_NOTHING;
    }
}

static void data_take(struct packet_reader *reader, uint8_t byte)
{
    if (byte == '$') {
        packet_begin(reader);
        return;
    }
    if (byte == '#') {
        reader->state = PACKET_SUM_HIGH;
        return;
    }
    reader->sum = (uint8_t)(reader->sum + byte);
    if (byte == '}')
        reader->state = PACKET_ESCAPE;
    else
        packet_put(reader, byte);
}

static enum packet_event packet_end(struct packet_reader *reader)
{
    reader->state = PACKET_OUTSIDE;
    reader->text[reader->size_bytes] = '\0';
    if (reader->is_broken || reader->sum != reader->sum_sent)
        return PACKET_BROKEN;
    return reader->is_long ? PACKET_LONG : PACKET_WHOLE;
}

enum packet_event packet_take(struct packet_reader *reader, uint8_t byte)
{
    unsigned digit = digit_of(byte);

    switch (reader->state) {
    case PACKET_DATA:
        data_take(reader, byte);
        return PACKET_NOTHING;
    case PACKET_ESCAPE:
        reader->sum = (uint8_t)(reader->sum + byte);
        packet_put(reader, byte ^ ESCAPE_XOR);
        reader->state = PACKET_DATA;
        return PACKET_NOTHING;
    case PACKET_SUM_HIGH:
        reader->is_broken = digit == NO_DIGIT;
        reader->sum_sent = (uint8_t)(digit << 4);
        reader->state = PACKET_SUM_LOW;
        return PACKET_NOTHING;
    case PACKET_SUM_LOW:
        reader->is_broken = reader->is_broken || digit == NO_DIGIT;
        reader->sum_sent = (uint8_t)(reader->sum_sent | digit);
        return packet_end(reader);
    default:
        return outside_take(reader, byte);
    }
}

/* --- what is sent --- */

size_t packet_frame(const char *data, size_t size_bytes, char frame[PACKET_FRAME_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t sum = 0;
    size_t size = 0;

    frame[size++] = '$';
    for (size_t i = 0; i < size_bytes; i++) {
        char byte = data[i];

        if (memchr("#$}*", byte, 4)) {
            frame[size++] = '}';
            sum = (uint8_t)(sum + '}');
            byte = (char)(byte ^ ESCAPE_XOR);
        }
        frame[size++] = byte;
        sum = (uint8_t)(sum + (uint8_t)byte);
    }
    frame[size++] = '#';
    frame[size++] = digits[sum >> 4];
    frame[size++] = digits[sum & 15];
    return size;
}

void reply_set(struct reply *reply, const char *text)
{
    reply->size_bytes = 0;
    reply->is_cut = false;
    reply->text[0] = '\0';
    reply_add(reply, "%s", text);
}

void reply_add(struct reply *reply, const char *format, ...)
{
    size_t room = PACKET_BYTES - reply->size_bytes;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(reply->text + reply->size_bytes, room + 1, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length <= room) {
        reply->size_bytes += (size_t)length;
        return;
    }
    reply->text[reply->size_bytes] = '\0';
    reply->is_cut = true;
}

void reply_add_hex(struct reply *reply, const void *bytes, size_t size_bytes)
{
    const uint8_t *from = bytes;

    for (size_t i = 0; i < size_bytes; i++)
        reply_add(reply, "%02x", from[i]);
}

void reply_add_register(struct reply *reply, uint64_t value, unsigned size_bytes)
{
    for (unsigned i = 0; i < size_bytes; i++)
        reply_add(reply, "%02x", (unsigned)(value >> 8 * i & 0xff));
}

/* --- reading --- */

bool cursor_take(struct cursor *cursor, const char *text)
{
    size_t length = strlen(text);

    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, text, length) != 0)
        return false;
    cursor->at += length;
    return true;
}

bool cursor_number(struct cursor *cursor, uint64_t *value)
{
    const char *first = cursor->at;
    uint64_t number = 0;

    while (cursor->at < cursor->end) {
        unsigned digit = digit_of((uint8_t)*cursor->at);

        if (digit == NO_DIGIT)
            break;
        if (number >> 60)
            return false;
        number = number << 4 | digit;
        cursor->at++;
    }
    *value = number;
    return cursor->at > first;
}

bool cursor_hex(struct cursor *cursor, void *bytes, size_t size_bytes)
{
    uint8_t *to = bytes;

    if ((size_t)(cursor->end - cursor->at) / 2 < size_bytes)
        return false;
    for (size_t i = 0; i < 2 * size_bytes; i++)
        if (digit_of((uint8_t)cursor->at[i]) == NO_DIGIT)
            return false;
    for (size_t i = 0; i < size_bytes; i++, cursor->at += 2)
        to[i] = (uint8_t)(digit_of((uint8_t)cursor->at[0]) << 4 | digit_of((uint8_t)cursor->at[1]));
    return true;
}
